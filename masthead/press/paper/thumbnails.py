"""Pages as small pictures, cut as they will be."""

from __future__ import annotations

from io import BytesIO
from typing import IO, Any

from masthead.press.paper import pdfium


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
        page = _page(document, number)
        media, trim = page.get_mediabox(), page.get_trimbox()
        cut = tuple(abs(edge - end) for edge, end in zip(trim, media, strict=True))
        picture = pdfium.drawn(page, scale=width / (trim[2] - trim[0]), crop=cut)
    out = BytesIO()
    picture.convert("RGB").quantize(64).save(out, "PNG", optimize=True)
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
