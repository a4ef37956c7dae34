"""Whether a printer can take a file: its boxes, inks, fonts and pictures, looked at again.

A file is judged by what is in it and not by who made it, so that what a designer or an
advertiser sends in is looked at in the same way.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf
from PIL import Image, ImageChops

from masthead.press.paper import drawings, pdfx, pictures
from masthead.press.paper.specification import POINTS_PER_MILLIMETRE, Specification

TOLERANCE_MM = 0.1
MOST_NESTED = 12
"""Drawings within drawings; deeper than this no honest file goes."""

_FIRST_TWO_OF_A_CONDITION = slice(12, 20)
_SCREEN_COLOURS = frozenset({"/DeviceRGB", "/CalRGB", "/CalGray", "/Lab"})
_SETS_LIGHT = frozenset({"rg", "RG"})
_SETS_INKS = frozenset({"k", "K", "sc", "SC", "scn", "SCN"})
_LOOKED_AT = " ".join(sorted({*_SETS_LIGHT, *_SETS_INKS, "cs", "CS", "BI", "ID", "EI", "Do"}))
INKS = 4

SCREEN_COLOURS = "there are colours of a screen (RGB) on it."


@dataclass(frozen=True)
class Report:
    """What was found: `faults` forbid printing, `warnings` somebody should know of."""

    faults: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


class Damaged(ValueError):
    """The file does not keep to the format, so that nothing can be said of it."""


_DAMAGE = (
    pikepdf.PdfError, ArithmeticError, AttributeError, Image.DecompressionBombError, LookupError,
    RecursionError, SyntaxError, TypeError, ValueError, struct.error, zlib.error,
)  # fmt: skip
"""What looking at such a file comes to."""


def look_at(pdf: Path, specification: Specification) -> Report:
    """Return what is wrong with a PDF for this printer, a sentence for each thing.

    Raises:
        Damaged: see the class; likewise below.
    """
    return _look_at(pdf, specification, supplied=False)


def look_at_supplied(pdf: Path, specification: Specification) -> Report:
    """Return what is wrong with a PDF whose pages are to be put among our own.

    The finished file says of itself what it is, so that a supplied one need not; its links are
    left behind. Its sizes are those of `specification`, whose multiple does not matter.
    """
    return _look_at(pdf, specification, supplied=True)


def _look_at(pdf: Path, specification: Specification, *, supplied: bool) -> Report:
    report = Report()
    try:
        document = Pdf.open(pdf)
    except pikepdf.PasswordError:
        return Report(["The file is locked with a password. Save it without one."])
    except pikepdf.PdfError as error:
        return Report([f"The file is no PDF that can be read ({error})."])
    try:
        with document:
            report.faults.extend(_of_the_file(document, specification, supplied=supplied))
            inks: dict[tuple[int, int], float | None] = {}
            for number, page in enumerate(document.pages, 1):
                faults, warnings = _of_a_page(page, specification, inks, supplied=supplied)
                report.faults.extend(f"Page {number}: {fault}" for fault in dict.fromkeys(faults))
                report.warnings.extend(f"Page {number}: {one}" for one in dict.fromkeys(warnings))
    except _DAMAGE as error:
        raise Damaged(str(error)) from error
    return report


# --- The file ---------------------------------------------------------------


def _of_the_file(document: Pdf, specification: Specification, *, supplied: bool) -> Iterator[str]:
    if document.is_encrypted:
        yield "The file is encrypted. Save it without protection."
    if supplied:
        return
    if len(document.pages) % specification.multiple:
        yield (
            f"It has {len(document.pages)} pages; the printer needs a multiple of "
            f"{specification.multiple}."
        )
    yield from _of_the_condition(document)
    about = document.open_metadata()
    if about.get("pdfxid:GTS_PDFXVersion") != pdfx.VERSION:
        yield f"It does not say that it is {pdfx.VERSION}."
    if document.docinfo.get("/Trapped") != Name("/False") or about.get("pdf:Trapped") != "False":
        yield "It does not say that it is not trapped."
    if missing := [
        name for name in ("/Title", "/CreationDate", "/ModDate") if name not in document.docinfo
    ]:
        yield f"It lacks {', '.join(name[1:] for name in missing)} among what it says of itself."
    if "/ID" not in document.trailer:
        yield "It has no identifier (ID)."
    names = document.Root.get("/Names")
    if "/AA" in document.Root or (names is not None and "/JavaScript" in names):
        yield "It contains programs. Save it without them."


def _of_the_condition(document: Pdf) -> Iterator[str]:
    intents = document.Root.get("/OutputIntents", Array())
    of_print = [one for one in intents if one.get("/S") == Name("/GTS_PDFX")]
    if len(of_print) != 1:
        yield "It does not say for which printing condition it is made (one output intent)."
        return
    profile = of_print[0].get("/DestOutputProfile")
    said = profile.read_bytes()[_FIRST_TWO_OF_A_CONDITION] if profile is not None else b""
    if said != b"prtrCMYK":
        yield "The profile of its printing condition is not one of a press with four inks."


# --- A page -----------------------------------------------------------------


def _of_a_page(
    page: pikepdf.Page,
    specification: Specification,
    inks: dict[tuple[int, int], float | None],
    *,
    supplied: bool,
) -> tuple[list[str], list[str]]:
    faults = [*_of_the_boxes(page, specification)]
    if page.obj.get("/Rotate", 0):
        faults.append("it is turned on its side. Save it upright.")
    if not supplied and len(page.obj.get("/Annots", Array())):
        faults.append("there are links or notes on it, which cannot be printed.")
    looking = _Looking(specification, faults, inks)
    group = page.obj.get("/Group")
    if group is not None:
        looking.at_colours(group.get("/CS"))
    looking.at_drawing(page, page.resources, pikepdf.Matrix())
    return looking.faults, looking.warnings


def _of_the_boxes(page: pikepdf.Page, specification: Specification) -> Iterator[str]:
    if "/TrimBox" not in page.obj:
        yield "it does not say where it is cut (no TrimBox)."
        return
    trim, bleed, media = (
        [float(edge) / POINTS_PER_MILLIMETRE for edge in box]
        for box in (
            page.TrimBox,
            page.BleedBox if "/BleedBox" in page.obj else page.TrimBox,
            page.MediaBox,
        )
    )
    size = trim[2] - trim[0], trim[3] - trim[1]
    if any(abs(a - b) > TOLERANCE_MM for a, b in zip(size, specification.trim, strict=True)):
        asked = " × ".join(f"{side:g}" for side in specification.trim)
        found = " × ".join(f"{side:.1f}" for side in size)
        yield f"it is cut to {found} mm; the printer cuts to {asked} mm."
    around = trim[0] - bleed[0], trim[1] - bleed[1], bleed[2] - trim[2], bleed[3] - trim[3]
    if min(around) < specification.bleed - TOLERANCE_MM:
        yield f"its bleed is {max(min(around), 0):.1f} mm; {specification.bleed:g} mm are asked for."
    outside = bleed[0] - media[0], bleed[1] - media[1], media[2] - bleed[2], media[3] - bleed[3]
    if min(outside) < -TOLERANCE_MM:
        yield "its bleed is larger than the page itself (MediaBox)."


@dataclass
class _Looking:
    """Looks at everything drawn on one page, and within what is drawn on it."""

    specification: Specification
    faults: list[str]
    inks: dict[tuple[int, int], float | None]
    """What was found of pictures, which may stand on many pages, by their numbers in the file."""
    warnings: list[str] = field(default_factory=list)
    depth: int = 0

    def at_drawing(self, drawing: Any, resources: Any, place: pikepdf.Matrix) -> None:
        """Look at the operators of a page or form, whose units `place` turns into points."""
        resources = Dictionary() if resources is None else resources
        for face in (resources.get("/Font") or {}).values():
            self.at_face(face)
        for space in (resources.get("/ColorSpace") or {}).values():
            self.at_colours(space)
        things = resources.get("/XObject") or {}
        for sign, operands, where in drawings.read(drawing, _LOOKED_AT, place):
            if sign in _SETS_LIGHT or (
                sign in ("cs", "CS") and str(operands[0]) in _SCREEN_COLOURS
            ):
                self.faults.append(SCREEN_COLOURS)
            elif sign in _SETS_INKS and len(operands) == INKS:
                self.at_ink(100 * sum(float(one) for one in operands), "a colour")
            elif sign == "INLINE IMAGE":
                self.faults.append("there is a picture within the text, which cannot be looked at.")
            elif sign == "Do" and (thing := things.get(str(operands[0]))) is not None:
                self.at_thing(thing, where)

    def at_thing(self, thing: Any, place: pikepdf.Matrix) -> None:
        """Look at a picture or at a drawing of its own."""
        if thing.get("/Subtype") == Name.Image:
            self.at_picture(thing, place)
            return
        if thing.get("/Subtype") != Name.Form:
            self.faults.append("there is something on it that is neither drawing nor picture.")
            return
        if self.depth >= MOST_NESTED:
            self.faults.append("its drawings lie within one another without end.")
            return
        group = thing.get("/Group")
        if group is not None:
            self.at_colours(group.get("/CS"))
        self.depth += 1
        self.at_drawing(thing, thing.get("/Resources"), drawings.within(thing, place))
        self.depth -= 1

    def at_picture(self, picture: Any, place: pikepdf.Matrix) -> None:
        """Look at a picture's colours, its inks, and how fine it is where it stands."""
        self.at_colours(picture.get("/ColorSpace"))
        across, down = drawings.size(place)
        if across and down:
            finest = min(int(picture.Width) / across, int(picture.Height) / down) * 72
            wide = across / POINTS_PER_MILLIMETRE
            told = f"a picture {wide:.0f} mm wide has {finest:.0f} pixels per inch"
            if finest < self.specification.least_resolution:
                least = self.specification.least_resolution
                self.faults.append(f"{told}; at least {least} are needed. Use a larger file.")
            elif finest < self.specification.good_resolution:
                good = self.specification.good_resolution
                self.warnings.append(f"{told}; {good} would be sharp.")
        if (ink := self.most_ink(picture)) is not None:
            self.at_ink(ink, "a picture")

    def most_ink(self, picture: Any) -> float | None:
        """Return the most that a picture lays on one spot; None if it does not say so."""
        if not picture.is_indirect:
            return _most_ink(picture)
        if picture.objgen not in self.inks:
            self.inks[picture.objgen] = _most_ink(picture)
        return self.inks[picture.objgen]

    def at_ink(self, per_cent: float, what: str) -> None:
        """Note an amount of ink that paper cannot take."""
        limit = self.specification.ink_limit
        if per_cent > limit + 0.5:
            self.faults.append(f"{what} lays down {per_cent:.0f} % of ink; the limit is {limit} %.")

    def at_face(self, face: Any) -> None:
        """Note a font whose shapes are not in the file."""
        if face.get("/Subtype") == Name.Type3:
            return
        inner = face.get("/DescendantFonts")
        described = (inner[0] if inner is not None else face).get("/FontDescriptor")
        inside = ("/FontFile", "/FontFile2", "/FontFile3")
        if described is None or not any(name in described for name in inside):
            self.faults.append(f"the font {str(face.get('/BaseFont'))[1:]} is not in the file.")

    def at_colours(self, space: Any) -> None:
        """Note a way of telling colours that is not one of inks."""
        if space is None:
            return
        kind = str(space[0]) if isinstance(space, Array) else str(space)
        if kind in ("/Indexed", "/Pattern"):
            self.at_colours(space[1] if isinstance(space, Array) and len(space) > 1 else None)
        elif kind in ("/Separation", "/DeviceN"):
            self.at_colours(space[2])
        elif kind == "/ICCBased" and int(space[1].N) == 1:
            self.warnings.append("there is a grey on it that is told as light and not as ink.")
        elif kind in _SCREEN_COLOURS or (kind == "/ICCBased" and int(space[1].N) != 4):
            self.faults.append(SCREEN_COLOURS)


def _most_ink(picture: Any) -> float | None:
    inks = _inks_of(picture)
    return None if inks is None else pictures.most_ink(inks)


def _inks_of(picture: Any) -> Image.Image | None:
    """Return what a picture lays down; None if it does not say so in four inks of eight bits."""
    if picture.get("/ColorSpace") != Name.DeviceCMYK or int(picture.BitsPerComponent) != 8:
        return None
    decode = picture.get("/Decode")
    turned = decode is not None and float(decode[0]) > float(decode[1])
    if picture.get("/Filter") == Name.DCTDecode:
        inks: Image.Image = Image.open(BytesIO(picture.read_raw_bytes()))
        # Pillow takes every such file for one that stores paper instead of ink.
        turned = not turned
    else:
        size = int(picture.Width), int(picture.Height)
        inks = Image.frombytes("CMYK", size, picture.read_bytes())
    return ImageChops.invert(inks) if turned else inks
