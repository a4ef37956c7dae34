"""Formes: articles made ready for the press.

A forme holds whatever the pages of an article say of it, to any reader: every question to the
database is answered, its copy is HTML. From here on a page is a matter of the gate's decision,
the chrome and a template. `composing` makes formes of rows, and keeps them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version

import msgspec

from masthead.manuscript.gate import Decision, Gated
from masthead.manuscript.nodes import Source
from masthead.manuscript.press_document import PictureCard
from masthead.newsstand.pages import (
    ArticleCard,
    BylineCard,
    CorrectionLine,
    IssueCard,
    Link,
    Listening,
)
from masthead.newsstand.structured_data import Subject

SCHEMA = 1
"""Raised whenever a kept forme would be misread by what is written here."""

UNDERSTOOD = frozenset({SCHEMA})
"""The schemas that are read. A field that is new has a default for a release, so that formes
without it are still understood; only the next release may rely on it (docs/decisions/0045)."""

MADE_WITH = f"masthead {version('masthead')}, formes {SCHEMA}"
"""What a press run asks of a forme: another version may set the same copy otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """What everybody may have of an article, as HTML, and what it names."""

    html: str
    mentions: tuple[Subject, ...] = ()
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of an article: what it is called, and its HTML."""

    title: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """What is behind the gate: all parts, what they name, and the recording of them."""

    parts: tuple[Part, ...]
    mentions: tuple[Subject, ...] = ()
    sources: tuple[Source, ...] = ()
    sound: Listening | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Forme:
    """An article made ready; fields are those of `ArticlePage`, or named like them.

    ``url`` is the address of its first part, ``description`` a sentence for search engines.
    ``share_card`` is the digest of its share card, ``lead_picture`` the picture above it,
    ``about`` its topics for machines. ``modified_at`` is the last change that readers were told
    of.
    """

    key: str
    url: str
    headline: str
    kicker: str
    standfirst: str
    description: str
    bylines: tuple[BylineCard, ...]
    dateline_place: str
    published_at: datetime | None
    revised_at: datetime | None
    modified_at: datetime | None
    section: Link | None
    issue: Link | None
    issue_card: IssueCard | None
    lead_figure: str
    lead_picture: PictureCard | None
    language: str
    direction: str
    reading_minutes: int
    word_count: int
    topics: tuple[Link, ...]
    about: tuple[Subject, ...]
    dossiers: tuple[Link, ...]
    corrections: tuple[CorrectionLine, ...]
    is_retracted: bool
    onward: tuple[ArticleCard, ...]
    share_card: str
    lead_is_whole: bool
    parts_count: int
    lead: Lead
    whole: Gated[Whole]


class NotUnderstood(ValueError):
    """This is no forme of a schema that is read here."""


def written(forme: Forme, decision: Decision) -> bytes:
    """Return a forme as bytes to be kept; `read()` makes the same of them.

    Raises:
        GateClosed: the decision does not open all of it.
    """

    def opened(value: object) -> object:
        if isinstance(value, Gated):
            return value.open(decision)
        if isinstance(value, str):
            return str.__str__(value)  # What is safe in a template is a word like others here.
        raise NotImplementedError(type(value))

    return msgspec.json.encode(forme, enc_hook=opened)


def read(data: bytes) -> Forme:
    """Return the forme that was written.

    Raises:
        NotUnderstood: these bytes are no forme.
    """
    try:
        return _decoder.decode(data)
    except msgspec.DecodeError as error:
        raise NotUnderstood(f"This is no forme: {error}") from error


def _shut(_kind: type, value: object) -> Gated[Whole]:
    return Gated(msgspec.convert(value, Whole))


_decoder = msgspec.json.Decoder(Forme, dec_hook=_shut)
