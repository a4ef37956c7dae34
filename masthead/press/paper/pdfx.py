"""From a PDF in four inks to one that a printer takes: PDF/X-4 (ISO 15930-7), with marks.

The typesetter writes boxes for the trimmed page only, no printing condition, and links that
mean nothing on paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pikepdf
from pikepdf import Array, Dictionary, Name, Page, Pdf, String

from masthead.press.paper import position_only
from masthead.press.paper.insertions import Place
from masthead.press.paper.position_only import Printed
from masthead.press.paper.specification import POINTS_PER_MILLIMETRE, Specification

VERSION = "PDF/X-4"

MARK_GAP_MM = 1.0
"""Between the bleed and a mark: a mark may never show on a page that was cut a little off."""
MARK_MM = 5.0
SLUG_MM = 7.0
"""What is around the bleed, for the marks."""
MARK_POINTS = 0.25
MARK_DASH = 2
"""Points of line, and of none, in the mark of a fold."""

_OF_A_SCREEN = (
    "/StructTreeRoot",
    "/MarkInfo",
    "/Outlines",
    "/Names",
    "/Dests",
    "/OpenAction",
    "/AA",
)
_OF_A_SCREEN_PAGE = ("/CropBox", "/ArtBox", "/Annots", "/Tabs", "/StructParents", "/AA")

pikepdf.models.PdfMetadata.register_xml_namespace("http://www.npes.org/pdfx/ns/id/", "pdfxid")


class Part(StrEnum):
    """Which pages of an issue a file has."""

    WHOLE = "whole"
    INNER = "inner"
    """All but the cover, outside and inside."""
    COVER = "cover"
    """The cover laid flat: back, spine and front, and behind it the two inside pages."""


@dataclass(frozen=True)
class Supplied:
    """A page of somebody else's PDF and the room that was left for it."""

    file: Path
    number: int
    """Of the page in the file, counted from 0."""
    place: Place


def finish(
    pdf: Path,
    out: Path,
    specification: Specification,
    *,
    at: datetime,
    printed: Sequence[Printed] = (),
    supplied: Sequence[Supplied] = (),
    part: Part = Part.WHOLE,
    spine: Path | None = None,
) -> None:
    """Write `pdf` as PDF/X-4; the same input gives the same bytes.

    Args:
        pdf: in four inks, each page with its trim and as much bleed as is asked for.
        out: the file to write.
        specification: what the printer asks for.
        at: the moment written into the file, timezone-aware.
        printed: the pictures whose stand-ins are on its pages.
        supplied: what others have drawn, which is put where room was left for it.
        part: which of its pages.
        spine: one page in four inks, with as much bleed; for ``Part.COVER``.
    """
    mark = sha256(pdf.read_bytes() + specification.profile + part.encode("ascii"))
    for picture in printed:
        mark.update(sha256(picture.file.read_bytes()).digest())
    with Pdf.open(pdf) as document:
        position_only.put(document, printed)
        for one in supplied:
            _put(document, one)
        if part == Part.INNER:
            for number in (-1, -2, 1, 0):
                del document.pages[number]
        folds: tuple[float, ...] = ()
        if part == Part.COVER and spine is not None:
            folds = _fold_out(document, spine)
        for page in document.pages:
            _finish_page(document, page, specification.marks, folds)
        for name in _OF_A_SCREEN:
            if name in document.Root:
                del document.Root[name]
        document.Root.OutputIntents = Array([_condition(document, specification)])
        _describe(document, UUID(bytes=mark.digest()[:16], version=4), at)
        document.remove_unreferenced_resources()
        document.save(out, force_version="1.6", deterministic_id=True)


def _put(document: Pdf, supplied: Supplied) -> None:
    """Draw a supplied page where room was left for it: as it is, its trim upon that of the room.

    A whole page keeps its bleed; what is beyond the room is cut.
    """
    place = supplied.place
    page = document.pages[place.page - 1]
    left, bottom, right, top = _box(page, "/TrimBox")
    with Pdf.open(supplied.file) as source:
        drawn = source.pages[supplied.number]
        trim = _box(drawn, "/TrimBox")
        wide, high = trim[2] - trim[0], trim[3] - trim[1]
        shown = trim
        if place.whole:
            bleed = left - float(page.MediaBox[0])
            shown = [trim[0] - bleed, trim[1] - bleed, trim[2] + bleed, trim[3] + bleed]
        else:
            left, top = left + place.x, top - place.y
            right, bottom = left + place.width, top - place.height
        form = document.copy_foreign(drawn.as_form_xobject())
    form.BBox = Array(shown)
    name = page.add_resource(form, Name.XObject)
    across, up = (right - left) / wide, (top - bottom) / high
    matrix = (across, 0, 0, up, left - trim[0] * across, bottom - trim[1] * up)
    told = " ".join(f"{number:.4f}" for number in matrix)
    page.contents_add(document.make_stream(b"q\n"), prepend=True)
    page.contents_add(document.make_stream(f"\nQ\nq {told} cm {name} Do Q\n".encode("ascii")))


def _fold_out(document: Pdf, spine: Path) -> tuple[float, ...]:
    """Lay the cover flat: two sheets, the spine between their pages, instead of all pages.

    Returns:
        Where they are folded, in points from the left.
    """
    pages = list(document.pages)
    with Pdf.open(spine) as source:
        ridge = source.pages[0]
        middle = document.copy_foreign(ridge.as_form_xobject())
        ridge_box = _box(ridge, "/TrimBox")
    wide = ridge_box[2] - ridge_box[0]
    sheets: list[Page] = []
    folds: tuple[float, ...] = ()
    for left, right in ((pages[-1], pages[0]), (pages[1], pages[-2])):
        trim, media = _box(left, "/TrimBox"), _box(left, "/MediaBox")
        bleed, page_wide = trim[0] - media[0], trim[2] - trim[0]
        whole = 2 * page_wide + wide
        folds = (bleed + page_wide, bleed + page_wide + wide)
        outer = [0.0, 0.0, whole + 2 * bleed, media[3] - media[1]]
        forms = {"/Left": left.as_form_xobject(), "/Right": right.as_form_xobject()}
        # Each keeps the bleed of its outer edge, and ends at the spine.
        forms["/Left"].BBox = Array([media[0], media[1], trim[2], media[3]])
        forms["/Right"].BBox = Array([trim[0], media[1], media[2], media[3]])
        steps = {"/Left": -media[0], "/Right": bleed + page_wide + wide - trim[0]}
        if not sheets:
            forms["/Spine"] = middle
            middle.BBox = Array([ridge_box[0], 0, ridge_box[2], ridge_box[3] + 2 * bleed])
            steps["/Spine"] = bleed + page_wide - ridge_box[0]
        drawn = "".join(
            f"q 1 0 0 1 {step:.4f} {-media[1] if name != '/Spine' else 0:.4f} cm {name} Do Q\n"
            for name, step in steps.items()
        )
        sheet = Dictionary(
            Type=Name.Page,
            MediaBox=Array(outer),
            TrimBox=Array([bleed, bleed, bleed + whole, bleed + trim[3] - trim[1]]),
            Resources=Dictionary(XObject=Dictionary(forms)),
            Contents=document.make_stream(drawn.encode("ascii")),
        )
        sheets.append(Page(document.make_indirect(sheet)))
    del document.pages[:]
    document.pages.extend(sheets)
    return folds


def _box(page: Page, name: str) -> list[float]:
    return [float(edge) for edge in page.obj.get(name, page.MediaBox)]


def _finish_page(document: Pdf, page: Page, marked: bool, folds: Sequence[float]) -> None:
    """Give a page its boxes and marks, and take what is for screens."""
    left, bottom, right, top = (float(edge) for edge in page.MediaBox)
    trim = [float(edge) for edge in page.TrimBox]
    slug = SLUG_MM * POINTS_PER_MILLIMETRE
    page.obj.BleedBox = Array([left, bottom, right, top])
    if marked:
        page.obj.MediaBox = Array([left - slug, bottom - slug, right + slug, top + slug])
    for name in _OF_A_SCREEN_PAGE:
        if name in page.obj:
            del page.obj[name]
    if not marked:
        return
    marks = _marks(trim, (left, bottom, right, top), folds).encode("ascii")
    page.contents_add(document.make_stream(b"q\n"), prepend=True)
    page.contents_add(document.make_stream(b"\nQ\nq\n" + marks + b"Q\n"))


def _marks(
    trim: list[float], bleed: tuple[float, float, float, float], folds: Sequence[float]
) -> str:
    """Return the drawing of a mark on either side of each corner, in black alone.

    Folds have broken ones at head and foot.
    """
    gap, length = (size * POINTS_PER_MILLIMETRE for size in (MARK_GAP_MM, MARK_MM))
    lines = []
    for x in (trim[0], trim[2]):
        lines.append((x, bleed[1] - gap, x, bleed[1] - gap - length))
        lines.append((x, bleed[3] + gap, x, bleed[3] + gap + length))
    for y in (trim[1], trim[3]):
        lines.append((bleed[0] - gap, y, bleed[0] - gap - length, y))
        lines.append((bleed[2] + gap, y, bleed[2] + gap + length, y))
    drawn = "".join(f"{a:.3f} {b:.3f} m {c:.3f} {d:.3f} l S\n" for a, b, c, d in lines)
    folded = "".join(
        f"{x:.3f} {edge + side * gap:.3f} m {x:.3f} {edge + side * (gap + length):.3f} l S\n"
        for x in folds
        for edge, side in ((bleed[1], -1), (bleed[3], 1))
    )
    if folded:
        folded = f"[{MARK_DASH}] 0 d\n{folded}"
    return f"0 0 0 1 K {MARK_POINTS} w\n{drawn}{folded}"


def _condition(document: Pdf, specification: Specification) -> Dictionary:
    profile = document.make_stream(specification.profile)
    profile.N = 4
    return Dictionary(
        Type=Name.OutputIntent,
        S=Name("/GTS_PDFX"),
        OutputConditionIdentifier=String(specification.condition),
        RegistryName=String("http://www.color.org"),
        Info=String(specification.condition),
        DestOutputProfile=profile,
    )


def _describe(document: Pdf, key: UUID, at: datetime) -> None:
    moment = at.isoformat(timespec="seconds")
    with document.open_metadata(set_pikepdf_as_editor=False) as about:
        about["pdfxid:GTS_PDFXVersion"] = VERSION
        about["pdf:Trapped"] = "False"
        about["xmpMM:DocumentID"] = key.urn
        about["xmpMM:VersionID"] = "1"
        about["xmpMM:RenditionClass"] = "default"
        for name in ("xmp:CreateDate", "xmp:ModifyDate", "xmp:MetadataDate"):
            about[name] = moment
    offset = at.strftime("%z")
    stamp = at.strftime("D:%Y%m%d%H%M%S") + f"{offset[:3]}'{offset[3:]}'"
    document.docinfo["/Trapped"] = Name("/False")
    document.docinfo["/CreationDate"] = document.docinfo["/ModDate"] = String(stamp)
