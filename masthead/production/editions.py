"""Pressing an issue: its articles, its pictures and its cover become one file.

So far two editions: screen, an accessible PDF of the whole issue; print, the same pages in the
inks and sizes of a printer. `pressings` keeps the records of what was pressed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

import pikepdf
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from masthead.editorial.models import Picture
from masthead.press.paper import (
    completeness,
    content,
    copyfit,
    engine,
    insertions,
    pdfx,
    position_only,
    preflight,
)
from masthead.press.paper.specification import Specification
from masthead.production import converted, gathering


@dataclass(frozen=True)
class Pressed:
    """What came of pressing, beside the file."""

    fits: list[copyfit.Fit]
    """How each article fills its pages."""
    notes: list[str]
    """What somebody should know, a sentence each."""


def press_screen(copy: gathering.Copy, out: Path, tell: gathering.Tell) -> Pressed:
    """Write the accessible PDF of an issue.

    The same copy gives the same bytes, on any day.

    Args:
        copy: see `gathering.gather`.
        out: the file to write. Nothing changes there unless the whole edition is sound.
        tell: see `gathering.Tell`.

    Raises:
        CannotPress: see the class.
    """
    page = tuple(copy.values["trim"])

    def light(picture: Picture, file: IO[bytes], beside: Path) -> Path:
        return converted.for_screen(picture, file, beside, page, fills=picture == copy.cover)

    with tempfile.TemporaryDirectory(prefix="masthead-press-") as folder:
        made = Path(folder, "made.pdf")
        files = copy.convert(light, folder, tell)
        tell(_("Setting the pages"))
        values = {**copy.values, "inks": False, "bleed": 0}
        _set(values, files, made, at=copy.moment, faces=copy.faces)
        fits = copyfit.of(values, made)
        engine.put(made, out)
    return Pressed(fits, [])


def press_print(
    copy: gathering.Copy,
    out: Path,
    specification: Specification,
    tell: gathering.Tell,
    *,
    cover: bool = False,
) -> Pressed:
    """Write the PDF of an issue that goes to a printer.

    The same copy gives the same bytes, on any day.

    Args:
        copy: see `gathering.gather`.
        out: the file to write. Nothing changes there unless the printer can take all of it.
        specification: what the printer asks for.
        tell: see `gathering.Tell`.
        cover: write the cover laid flat, with its spine, instead of the pages within.

    Raises:
        CannotPress: see the class.
    """
    part = part_of(specification, cover=cover)
    asked = {"trim": list(specification.trim), "bleed": specification.bleed, "inks": True}
    with tempfile.TemporaryDirectory(prefix="masthead-press-") as folder:
        made, finished = Path(folder, "made.pdf"), Path(folder, "finished.pdf")
        stand_ins = copy.convert(converted.stand_in, folder)
        artwork = copy.fetch(folder)
        tell(_("Setting the pages"))
        values = {**copy.values, **asked}
        places = _set(
            values,
            stand_ins,
            made,
            at=copy.moment,
            faces=copy.faces,
            accessible=False,
            planned=[one.planned for one in copy.insertions],
            multiple=specification.multiple,
            cover_apart=specification.cover_apart,
        )
        fits = copyfit.of(values, made, {place.page: place.leaf for place in places if place.whole})
        inked = _in_inks(copy, position_only.widths(made, stand_ins), specification, folder, tell)
        supplied = [_of_leaf(place, artwork) for place in places if place.leaf]
        spine = None
        if cover:
            spine, specification = _spine(copy, specification, made, Path(folder))
        pdfx.finish(
            made,
            finished,
            specification,
            at=copy.moment,
            printed=[position_only.Printed(stand_ins[key], inked[key]) for key in inked],
            supplied=supplied,
            part=part,
            spine=spine,
        )
        tell(_("Looking at every page as a printer would"))
        report = preflight.look_at(finished, specification)
        if report.faults:
            raise gathering.CannotPress("\n".join(report.faults))
        engine.put(finished, out)
    if cover:
        return Pressed([], report.warnings)
    blank = sum(not place.leaf for place in places)
    return Pressed(fits, [*_told_of(blank, specification), *report.warnings])


def _in_inks(
    copy: gathering.Copy,
    widths: Mapping[str, float],
    specification: Specification,
    folder: str,
    tell: gathering.Tell,
) -> dict[str, Path]:
    """Return the pictures that stand on a page, each as fine as its place wants."""

    def inked(picture: Picture, file: IO[bytes], beside: Path) -> Path:
        wide = widths[picture.picture_key]
        return converted.for_print(picture, file, beside, specification, wide)

    shown = [picture for picture in copy.shown if picture.picture_key in widths]
    return replace(copy, shown=shown).convert(inked, folder, tell)


def part_of(specification: Specification, *, cover: bool) -> pdfx.Part:
    """Return which pages a file for the printer has.

    Raises:
        CannotPress: a cover is asked for that is not printed apart.
    """
    if cover and not specification.cover_apart:
        raise gathering.CannotPress(
            _(
                "This printer takes the cover with the pages, and it is in their file. If it has a "
                "paper of its own, say so under Settings, Printing."
            )
        )
    if cover:
        return pdfx.Part.COVER
    return pdfx.Part.INNER if specification.cover_apart else pdfx.Part.WHOLE


def _spine(
    copy: gathering.Copy, specification: Specification, made: Path, folder: Path
) -> tuple[Path, Specification]:
    """Set the spine around the pages that were made; return it, and what is asked of the cover."""
    with pikepdf.Pdf.open(made) as document:
        inner = len(document.pages) - insertions.COVER_PAGES
    width, (page_width, height) = specification.spine(inner), specification.trim
    values = {**copy.values, "inks": True, "bleed": specification.bleed, "spine": [width, height]}
    spine = folder / "spine.pdf"
    asked = {"at": copy.moment, "faces": copy.faces, "accessible": False}
    _typeset(values, {}, spine, template="spine.typ", **asked)
    flat = replace(specification, trim=(2 * page_width + width, height), multiple=1)
    return spine, flat


def _set(
    values: content.Values, files: Mapping[str, Path], made: Path, **orders: Any
) -> list[insertions.Place]:
    """Set the pages, see that nothing was lost on the way, and return where room was left."""
    places = _typeset(values, files, made, **orders)
    supplied = {one.article for one in orders.get("planned", ()) if one.article}
    ours = [article for article in values["articles"] if article["id"] not in supplied]
    if lost := completeness.lost({**values, "articles": ours}, made):
        raise gathering.CannotPress("\n".join(lost))
    return places


def _typeset(
    values: content.Values, files: Mapping[str, Path], made: Path, **orders: Any
) -> list[insertions.Place]:
    try:
        return engine.typeset(values, files, made, **orders)
    except engine.CannotTypeset as error:
        raise gathering.CannotPress(str(error)) from error


def _of_leaf(place: insertions.Place, artwork: Mapping[int, Path]) -> pdfx.Supplied:
    key, _slash, number = place.leaf.partition("/")
    return pdfx.Supplied(artwork[int(key)], int(number) - 1, place)


def _told_of(blank: int, specification: Specification) -> list[str]:
    if not blank:
        return []
    return [
        ngettext(
            "%(count)d blank page stands before the back cover, since the printer needs a "
            "multiple of %(multiple)d.",
            "%(count)d blank pages stand before the back cover, since the printer needs a "
            "multiple of %(multiple)d.",
            blank,
        )
        % {"count": blank, "multiple": specification.multiple}
    ]
