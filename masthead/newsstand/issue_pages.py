"""What the templates of issues may use: on the newsstand, as contents, listened to, read through.

Like `pages`, this is a promise to the authors of themes, and holds plain values alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString

from masthead.newsstand.pages import ArticleCard, Chrome, IssueCard, Link, Listening


@dataclass(frozen=True, slots=True)
class Department:
    """A heading in the contents with the articles under it, each with its page or None."""

    name: str
    entries: tuple[tuple[ArticleCard, int | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuePage:
    """An issue: its cover and its contents.

    ``listen_url`` is there where some of it is read aloud, ``read_url`` where something stands
    in it, ``buy_url`` where it is sold by itself, for one of ``prices``.
    """

    chrome: Chrome
    issue: IssueCard
    editors_note: SafeString
    departments: tuple[Department, ...]
    older: IssueCard | None = None
    newer: IssueCard | None = None
    listen_url: str = ""
    read_url: str = ""
    buy_url: str = ""
    prices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """An article that is read aloud; ``listening`` is None for who may not hear it."""

    card: ArticleCard
    listening: Listening | None = None


@dataclass(frozen=True, slots=True)
class HeardDepartment:
    """A heading with the articles under it that are read aloud, in the order of the issue."""

    name: str
    entries: tuple[Heard, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenPage:
    """An issue to be listened to.

    ``minutes`` is how long all takes that this reader may hear, ``closed`` how many articles
    they may not.
    """

    chrome: Chrome
    issue: Link
    departments: tuple[HeardDepartment, ...]
    minutes: int
    closed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A file of an issue: what it is, where, how many bytes, and what it is called when saved."""

    name: str
    url: str
    size: int
    file_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderPage:
    """An issue to be read from cover to cover; the articles' addresses are those within.

    ``reader`` is a mark of who reads, ``key`` that of the issue, ``digest`` changes with whatever
    this reader would get; browsers keep an issue under these. ``closed`` articles are there as
    far as their leads; ``sound_size`` is how many bytes the recordings have that they may hear.
    """

    chrome: Chrome
    issue: IssueCard
    departments: tuple[Department, ...]
    reader: str
    key: str
    digest: str
    closed: int = 0
    sound_size: int = 0
    downloads: tuple[Download, ...] = ()


@dataclass(frozen=True, slots=True)
class Year:
    """A year of issues."""

    year: int
    issues: tuple[IssueCard, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsstandPage:
    """Every issue by year, newest first."""

    chrome: Chrome
    heading: str
    years: tuple[Year, ...]
