"""What the page of the archive's search may use: the promise to the authors of themes."""

from __future__ import annotations

from dataclasses import dataclass

from masthead.newsstand.pages import ArticleCard, Chrome, Link


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text; ``marked`` is a word that was looked for."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class SearchHit:
    """An article that was found, with marks in its headline, standfirst and an excerpt.

    The excerpt is of what this reader may read of it, and empty where there is nothing to mark.
    """

    card: ArticleCard
    headline: tuple[Piece, ...]
    standfirst: tuple[Piece, ...]
    excerpt: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class FilterLink:
    """A way to have fewer articles: those of a section, a year and so on, and how many they are."""

    name: str
    url: str
    count: int


@dataclass(frozen=True, slots=True)
class FilterGroup:
    """The ways of one kind, under a heading."""

    name: str
    links: tuple[FilterLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """The archive's search: its form, and what answers a question.

    ``question`` is what was typed, ``asked`` whether anything was. ``count`` is how many articles
    there are, and ``many`` that there are more than were counted. ``chosen`` lead back to what is found
    without one of the filters in force; ``kept`` are those filters as fields of the form. Where nothing was
    found as it was spelt, ``instead`` is the question as it was answered. ``words`` are names that
    the field may offer. ``previous_url`` and ``next_url`` are empty where there is no further page.
    """

    chrome: Chrome
    heading: str
    question: str = ""
    asked: bool = False
    count: int = 0
    many: bool = False
    instead: str = ""
    hits: tuple[SearchHit, ...] = ()
    filters: tuple[FilterGroup, ...] = ()
    chosen: tuple[Link, ...] = ()
    kept: tuple[Link, ...] = ()
    words: tuple[str, ...] = ()
    number: int = 1
    pages: int = 1
    previous_url: str = ""
    next_url: str = ""
