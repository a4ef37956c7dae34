"""The press document: a manuscript for one edition, with every key answered.

`editorial.press_documents.resolve()` makes it; every edition is rendered from it and from
nothing else. It is versioned, since pressed pages and proofs outlive a release.

The text stands in two fields: ``lead``, which anybody may have, and ``whole``, which is
gated. A renderer that was given no decision can reach only the lead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from masthead.manuscript.gate import Decision, Gated
from masthead.manuscript.nodes import Block, Edition, Footnote, FrontMatter, Source

VERSION = 1
"""Raised whenever a press document changes in a way that old renderers would misread."""


@dataclass(frozen=True, slots=True)
class PictureSource:
    """One file of a picture: its address, width in pixels and media type."""

    url: str
    width: int
    media_type: str


@dataclass(frozen=True, slots=True)
class PictureCard:
    """A picture as an edition needs it; ``sources`` in rising width, the last type the safest."""

    width: int
    height: int
    sources: tuple[PictureSource, ...]
    alternative: str = ""
    credit: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """What a key stands for: a name and an address (empty where it has no page)."""

    name: str
    url: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class AudioCard:
    """A recording that can be played: its address and media type."""

    url: str
    media_type: str


@dataclass(frozen=True, slots=True)
class CorrectionCard:
    """A correction as readers see it."""

    kind: str
    text: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Body:
    """Blocks with the notes and sources that they cite, each in the order of first citation."""

    blocks: tuple[Block, ...]
    notes: tuple[Footnote, ...] = ()
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PressDocument:
    """One article, for one edition, ready to be rendered.

    ``cards`` answers article, contributor and topic keys; ``pictures`` and ``audio`` answer
    theirs. A key without an answer is one this edition may not use; renderers leave the
    thing out or print its words alone. ``word_count`` and ``reading_minutes`` are of the
    whole article. ``direction`` is ``ltr`` or ``rtl``.
    """

    version: int = VERSION
    edition: Edition
    key: str
    url: str
    front: FrontMatter
    direction: str
    lead: Body
    whole: Gated[tuple[Body, ...]]
    parts_count: int
    word_count: int
    reading_minutes: int
    pictures: Mapping[str, PictureCard] = field(default_factory=dict)
    audio: Mapping[str, AudioCard] = field(default_factory=dict)
    cards: Mapping[str, Card] = field(default_factory=dict)
    corrections: tuple[CorrectionCard, ...] = ()
    lead_is_whole: bool = False

    def body(self, decision: Decision, part: int = 1) -> Body:
        """Return what this reader may have of part `part` (counted from 1).

        Raises:
            IndexError: there is no such part, or the reader may have the lead only and
                asks for a later one.
        """
        if part < 1:
            raise IndexError("Parts are counted from 1.")
        if decision.parts == "full":
            return self.whole.open(decision)[part - 1]
        if decision.parts == "none" or part != 1:
            raise IndexError("This reader may not have this part.")
        return self.lead
