"""Pages as small pictures, cut as they will be."""

from __future__ import annotations

from io import BytesIO
from typing import IO, Any

from PIL import Image, ImageDraw

from masthead.press.paper import pdfium

GAP = 16
"""Between spreads, in pixels."""
EDGE = (128, 128, 128)
"""Around pages that lie beside each other: seen on a light ground and on a dark one."""


class NoSuchPage(LookupError):
    """The file has fewer pages."""


def draw(pdf: IO[bytes], number: int, width: int) -> bytes:
    """Return a page of a PDF as a PNG, without its bleed and marks.

    Args:
        pdf: open for reading.
        number: which page, counted from 1.
        width: of the picture in pixels.

    Raises:
        NoSuchPage: see the class.
    """
    with pdfium.opened(pdf) as document:
        picture = _picture(_page(document, number), width)
    out = BytesIO()
    picture.quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()


def draw_spreads(pdf: IO[bytes], first: int, width: int) -> bytes:
    """Return the pages from `first` on as a PNG: spreads, one below another, on no ground.

    Args:
        pdf: open for reading.
        first: a page counted from 1; an odd one stands on the right.
        width: of a page in pixels.
    """
    with pdfium.opened(pdf) as document:
        pages = [_picture(document[at], width) for at in range(first - 1, len(document))]
    right = first % 2
    high = max(page.height for page in pages)
    rows = (len(pages) + right + 1) // 2
    sheet = Image.new("RGBA", (2 * width, rows * (high + GAP) - GAP))
    lines = ImageDraw.Draw(sheet)
    for place, page in enumerate(pages, right):
        left, top = place % 2 * width, place // 2 * (high + GAP)
        sheet.paste(page, (left, top))
        lines.rectangle((left, top, left + page.width - 1, top + page.height - 1), outline=EDGE)
    out = BytesIO()
    sheet.save(out, "PNG", compress_level=1)
    return out.getvalue()


def proportion(pdf: IO[bytes], number: int) -> float:
    """Return the height of a trimmed page divided by its width.

    Args:
        pdf: open for reading.
        number: which page, counted from 1.

    Raises:
        NoSuchPage: see the class.
    """
    with pdfium.opened(pdf) as document:
        left, bottom, right, top = _page(document, number).get_trimbox()
    return float((top - bottom) / (right - left))


def _page(document: Any, number: int) -> Any:
    if not 1 <= number <= len(document):
        raise NoSuchPage(f"There is no page {number}.")
    return document[number - 1]


def _picture(page: Any, width: int) -> Image.Image:
    """Return one page as it is cut."""
    media, trim = page.get_mediabox(), page.get_trimbox()
    cut = tuple(abs(edge - end) for edge, end in zip(trim, media, strict=True))
    return pdfium.drawn(page, scale=width / (trim[2] - trim[0]), crop=cut).convert("RGB")
