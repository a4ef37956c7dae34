"""Facts about a quotation, a source or a picture as a line of plain words."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import date

from masthead.manuscript import addresses
from masthead.manuscript.nodes import Attribution, Byline, Source
from masthead.press import dates

_TURNING = "\u202d\u202e"


def clean(text: str) -> str:
    """Return text without what no page can show: control characters, but for line breaks.

    Nor does it keep what turns the order of letters round against their own direction.
    """
    return "".join(
        letter
        for letter in text
        if letter in "\n\t" or not (letter in _TURNING or unicodedata.category(letter) == "Cc")
    )


def listed(*facts: str) -> str:
    """Return those facts that there are, one after another."""
    return ", ".join(clean(fact) for fact in facts if fact)


def numbered(ids: Iterable[str]) -> dict[str, int]:
    """Return the number of each note or source, counted from one."""
    return {one: number for number, one in enumerate(ids, 1)}


def day(moment: date | None, language: str) -> str:
    """Return a day in words; empty if none is known."""
    return dates.day_in(language, moment) if moment else ""


def byline(by: Byline) -> str:
    """Return a name after what its bearer did, such as “Engravings by Edda Vail”."""
    return " ".join(clean(fact) for fact in (by.role, by.name) if fact)


def attribution(said: Attribution, language: str) -> str:
    """Return who said it, as what, where, how and when; not the address."""
    return listed(said.speaker, said.role, said.outlet, said.medium, day(said.said_on, language))


def source(entry: Source, language: str) -> str:
    """Return an entry of the list of sources, with its address."""
    published, url = day(entry.published_on, language), addresses.public(entry.url)
    return listed(entry.author, entry.title, entry.outlet, published, entry.note, url)
