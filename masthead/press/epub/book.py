"""What a book is made of, as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from masthead.manuscript.gate import Decision
from masthead.manuscript.nodes import Crop
from masthead.manuscript.press_document import PressDocument
from masthead.press.phrases import ENGLISH, Phrases


@dataclass(frozen=True)
class Shot:
    """A picture as it stands in the book: its key, and the part of it that is shown."""

    key: str
    crop: Crop | None = None

    @property
    def name(self) -> str:
        """Return what its file is called, but for the ending."""
        return sha256(repr((self.key, self.crop)).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Narrated:
    """An article's recording, and when each of its sentences is heard."""

    file: Path
    """An MP3."""
    seconds: float
    times: Sequence[Mapping[str, Any]]
    """For each sentence ``id``, ``block``, ``start``, ``end``, ``t0`` and ``t1``, as `times.values`.

    Empty where nobody knows them: then all of the article is one piece.
    """
    narrator: str = ""
    """Who reads it; empty for a computer voice."""
    sha256: str = ""
    """Of the file, where somebody knows it already."""


@dataclass(frozen=True)
class Turn:
    """Where a printed page begins: with a block of an article; empty for its headline."""

    folio: str
    block: str = ""


@dataclass(frozen=True)
class Chapter:
    """An article in the book."""

    document: PressDocument
    """Resolved for the edition ``epub``."""
    decision: Decision
    phrases: Phrases = ENGLISH
    """In the article's language."""
    department: str = ""
    """The heading that it stands under in the contents."""
    narrated: Narrated | None = None
    turns: Sequence[Turn] = ()


@dataclass(frozen=True)
class Topic:
    """What an article is about. ``sorts_as`` is how it is looked up: “Okafor, Ada”."""

    key: str
    name: str
    kind: str
    sorts_as: str
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Book:
    """An issue. ``key`` is a UUID, ``address`` that of the magazine, ``moment`` of the last change."""

    key: str
    title: str
    publication: str
    language: str
    direction: str
    day: date
    day_in_words: str
    position: int
    moment: datetime
    address: str
    tokens: Mapping[str, Any]
    chapters: Sequence[Chapter]
    publisher: str = ""
    issn: str = ""
    cover: str = ""
    """The key of its picture; empty for none."""
    cover_alternative: str = ""
    note: PressDocument | None = None
    """What stands before the articles, open to everybody: the editor's note."""
    note_turns: Sequence[Turn] = ()
    corrections: Sequence[tuple[str, str]] = ()
    """Of earlier issues: which article, and what is right."""
    topics: Sequence[Topic] = ()
    pages_of: str = ""
    """The name of the print edition whose pages are marked; empty where none are."""
    certifier: str = ""
    """Who answers for its accessibility; empty for nobody."""
    phrases: Phrases = field(default=ENGLISH)
    """In the language of the book."""

    @property
    def narrators(self) -> list[str]:
        """Return who reads, each once; empty text for a computer voice."""
        heard = (chapter.narrated for chapter in self.chapters)
        return list(dict.fromkeys(one.narrator for one in heard if one))


TOPIC_KINDS = ("person", "organisation", "place", "event", "theme")
"""The groups of the index of topics, in their order."""
