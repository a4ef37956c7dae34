"""Pictures for position only: light ones that keep the place of those that are printed.

The typesetter decodes every picture that it is given, only to learn how high it is for its width.
So a printer's pages are set with stand-ins of the same proportions; when it is known how large
each picture stands it is made as fine as that wants, and put where its stand-in was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import gcd
from pathlib import Path
from typing import IO, Any

import pikepdf
from pikepdf import Array, Name, Pdf
from PIL import Image

from masthead.press.paper import drawings, pictures
from masthead.press.paper.specification import POINTS_PER_MILLIMETRE

LIGHT = (255, 200, 200)
"""In colours of a screen, so that no printer's file passes in which one was left behind."""

MOST_NESTED = 3
"""Drawings within drawings; the typesetter writes none."""


@dataclass(frozen=True)
class Printed:
    """A picture as it is printed, and what keeps its place until then."""

    stand_in: Path
    file: Path
    """As `pictures.for_print` makes it."""


def stand_in(file: IO[bytes], key: str, beside: Path) -> Path:
    """Write what keeps the place of a picture; return its file.

    Args:
        file: the picture, open for reading.
        key: what tells it from other pictures.
        beside: where it goes, but for the ending.

    Raises:
        pictures.Unreadable: it is no picture.
    """
    width, height = pictures.size_of(file)
    common = gcd(width, height)
    out = beside.with_suffix(".jpg")
    Image.new("RGB", (width // common, height // common), LIGHT).save(out, comment=key)
    return out


def widths(pdf: Path, stand_ins: Mapping[str, Path]) -> dict[str, float]:
    """Return how wide in millimetres each picture stands, where it stands largest.

    What is on no page is not named.

    Args:
        pdf: pages that were set with `stand_ins`.
        stand_ins: by the keys of their pictures.
    """
    keys = {file.read_bytes(): key for key, file in stand_ins.items()}
    found: dict[str, float] = {}
    with Pdf.open(pdf) as document:
        for page in document.pages:
            for picture, place in _placed(page, page.resources, pikepdf.Matrix()):
                if key := keys.get(picture.read_raw_bytes()):
                    wide = round(drawings.size(place)[0] / POINTS_PER_MILLIMETRE, 2)
                    found[key] = max(found.get(key, 0), wide)
    return found


def put(document: Pdf, printed: Iterable[Printed]) -> None:
    """Put pictures where their stand-ins are."""
    files = {one.stand_in.read_bytes(): one.file for one in printed}
    for thing in document.objects:
        if not isinstance(thing, pikepdf.Stream) or thing.get("/Subtype") != Name.Image:
            continue
        if file := files.get(thing.read_raw_bytes()):
            _replace(thing, file)


def _placed(
    drawing: Any, resources: Any, place: pikepdf.Matrix, depth: int = 0
) -> Iterator[tuple[Any, pikepdf.Matrix]]:
    """Yield every picture that a page or form draws, and where."""
    things = (resources or {}).get("/XObject") or {}
    for _sign, operands, where in drawings.read(drawing, "Do", place):
        thing = things[str(operands[0])]
        if thing.get("/Subtype") == Name.Image:
            yield thing, where
        elif depth < MOST_NESTED:
            inner = drawings.within(thing, where)
            yield from _placed(thing, thing.get("/Resources"), inner, depth + 1)


def _replace(picture: pikepdf.Stream, file: Path) -> None:
    with Image.open(file) as opened:
        width, height = opened.size
    picture.write(file.read_bytes(), filter=Name.DCTDecode)
    picture.Width, picture.Height = width, height
    picture.ColorSpace = Name.DeviceCMYK
    # Pillow stores paper instead of ink.
    picture.Decode = Array([1, 0] * 4)
