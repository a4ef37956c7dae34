"""Artwork as it comes in: looked at as a printer would before anybody relies on it."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

import pikepdf
from django.utils.translation import gettext as _

from masthead.editorial.models import Title
from masthead.press.paper import insertions, preflight
from masthead.press.paper.specification import Specification
from masthead.production.gathering import House
from masthead.production.models import Artwork, printer_of

LARGEST_BYTES = 200_000_000
"""Of any PDF that comes from outside."""
MOST_FAULTS = 12
"""How many faults are told at once; a file with more is best made anew."""


class Unfit(Exception):
    """The file cannot be printed; ``args`` are sentences fit to show to whoever sent it."""


@dataclass(frozen=True)
class Looked:
    """What was found out of a file that can be printed."""

    sha256: str
    pages: int
    warnings: list[str]


def asked_of(title: Title, size: Artwork.Size, house: House) -> Specification:
    """Return what the printer of a title asks of artwork of a size: its trim, bleed and inks."""
    printer = printer_of(title).specification(house.trim)
    room = insertions.room(insertions.Size(size), printer.trim, house.tokens)
    whole = size == Artwork.Size.FULL
    # Half a page stands within the type area: nothing of it is ever cut off.
    return replace(printer, trim=room, bleed=printer.bleed if whole else 0)


def sizes(title: Title, house: House) -> Mapping[str, tuple[float, float]]:
    """Return width and height in millimetres of each size, by its label, for advertisers."""
    return {str(size.label): asked_of(title, size, house).trim for size in Artwork.Size}


def look_at(file: IO[bytes], asked: Specification, size: Artwork.Size) -> Looked:
    """Return what is to be known of a supplied file.

    Args:
        file: open at its start; it is left there.
        asked: see `asked_of`.
        size: how much of a page it is for. Only whole pages may be several.

    Raises:
        Unfit: it is too large, or no PDF, or cannot be printed as it is.
    """
    with tempfile.TemporaryDirectory(prefix="masthead-artwork-") as folder:
        copy = Path(folder, "artwork.pdf")
        with copy.open("wb") as out:
            shutil.copyfileobj(file, out)
        file.seek(0)
        if copy.stat().st_size > LARGEST_BYTES:
            raise Unfit(
                _("The file is larger than %(most)d MB. Save it without what is not printed.")
                % {"most": LARGEST_BYTES // 1_000_000}
            )
        try:
            report = preflight.look_at_supplied(copy, asked)
        except preflight.Damaged as error:
            raise Unfit(
                _("The file is damaged and cannot be looked at (%(why)s). Export it again.")
                % {"why": error}
            ) from error
        if report.faults:
            told = report.faults[:MOST_FAULTS]
            if more := len(report.faults) - len(told):
                told.append(_("And %(more)d faults more.") % {"more": more})
            raise Unfit(*told)
        with pikepdf.Pdf.open(copy) as document:
            pages = len(document.pages)
        if pages > 1 and size != Artwork.Size.FULL:
            raise Unfit(_("Artwork for a part of a page has one page; this file has several."))
        with copy.open("rb") as data:
            digest = hashlib.file_digest(data, "sha256").hexdigest()
    return Looked(digest, pages, report.warnings)


def note(artwork: Artwork, looked: Looked | None) -> None:
    """Write down of an artwork, without saving it, what was found of its file; None: there is none."""
    found: dict[str, Any] = {"sha256": "", "pages": 1, "warnings": ""}
    if looked:
        found = {
            "sha256": looked.sha256,
            "pages": looked.pages,
            "warnings": "\n".join(looked.warnings),
        }
    for name, value in found.items():
        setattr(artwork, name, value)
