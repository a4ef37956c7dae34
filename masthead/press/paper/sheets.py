"""Sheets of A4: who writes to whom, a table with sums below it, and what else is to be said.

For invoices and the like. Everything comes as words that are ready to be printed.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from masthead.press.paper import engine

TEMPLATE = "sheet.typ"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on it.

    ``facts`` are short and stand beside the addressee, each with its name. The last column of
    ``rows`` and of ``sums`` is an amount; the last of ``sums`` is what counts. ``stamp`` stands
    at the head, for what must not be taken for the real thing.
    """

    title: str
    language: str
    day: date
    sender: tuple[str, ...]
    addressee: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    about: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    sums: tuple[tuple[str, str], ...]
    notes: tuple[str, ...] = ()
    stamp: str = ""


def typeset(sheet: Sheet, out: Path, *, at: datetime) -> None:
    """Write a sheet as a PDF/UA; the same sheet gives the same bytes.

    Names in letters that no face of ours has are set as well as can be, in a file that screen
    readers know less of: who paid is to have their invoice.

    Args:
        sheet: what stands on it.
        out: where the finished file goes.
        at: the moment written into the file, timezone-aware.

    Raises:
        CannotTypeset: as `engine.typeset()` says.
    """
    values: dict[str, Any] = {
        **asdict(sheet),
        "day": [sheet.day.year, sheet.day.month, sheet.day.day],
        # What the engine knows of an issue; its letters are looked for in the colophon.
        "publication": sheet.sender[0],
        "number-and-date": "",
        "colophon": [*sheet.sender, *sheet.addressee, sheet.about, *map(" ".join, sheet.rows)],
        "before": [],
        "articles": [],
        "tokens": {"baseline": {"paper": 12}},
    }
    try:
        engine.typeset(values, {}, out, at=at, template=TEMPLATE)
    except engine.CannotTypeset:
        values |= {"colophon": [], "publication": ""}
        engine.typeset(values, {}, out, at=at, template=TEMPLATE, accessible=False)
