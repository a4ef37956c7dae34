"""What each page of a file looks like, as a digest: two pages with the same one look the same.

Pages are drawn and their pixels hashed. Decoding large pictures would take most of the time,
so each is replaced by a few grey dots that are told by its bytes: where it stands, how it is
cut and what lies over it is drawn, and another picture gives other dots.
"""

from __future__ import annotations

import hashlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf

from masthead.press.paper import pdfium

DOTS = 4
"""How many dots stand for a picture, across and down."""


def drawn_by() -> str:
    """Return what draws here. Digests made by another version cannot be compared with ours."""
    return f"1 {pdfium.version()}"


def of_pages(pdf: Path) -> list[str]:
    """Return the digest of each page of a PDF, bleed and marks included."""
    with pikepdf.Pdf.open(pdf) as document:
        _take_out_pictures(document)
        light = BytesIO()
        document.save(light)
    with pdfium.opened(light) as drawn:
        return [_digest(page) for page in drawn]


def _digest(page: Any) -> str:
    """Return the digest of one page, drawn with one pixel to a point."""
    picture = pdfium.drawn(page, scale=1)
    told = hashlib.sha256(f"{picture.width}x{picture.height} ".encode())
    told.update(picture.tobytes())
    return told.hexdigest()


def _take_out_pictures(document: pikepdf.Pdf) -> None:
    pictures = [
        one
        for one in document.objects
        if isinstance(one, pikepdf.Stream)
        and one.get("/Subtype") == "/Image"
        and not one.get("/ImageMask", False)
    ]
    # All are read before the first is replaced: a mask is a picture, too.
    for picture, dots in [(one, _dots(one)) for one in pictures]:
        for name in set(picture.keys()) - {"/Type", "/Subtype", "/Length"}:
            del picture[name]
        picture.write(dots)
        picture.Width = picture.Height = DOTS
        picture.BitsPerComponent = 8
        picture.ColorSpace = pikepdf.Name.DeviceGray


def _dots(picture: pikepdf.Stream) -> bytes:
    told = hashlib.sha256(repr(picture.get("/Decode")).encode())
    told.update(picture.read_raw_bytes())
    if (mask := picture.get("/SMask")) is not None:
        told.update(mask.read_raw_bytes())
    return told.digest()[: DOTS * DOTS]
