"""Pages as small pictures, cut as they will be."""

from __future__ import annotations

from io import BytesIO
from typing import IO, Any

from PIL import Image

GAP = 16
"""Between spreads, in pixels."""
GROUND = (120, 120, 120)
"""What pages lie on."""


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
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        if not 1 <= number <= len(document):
            raise NoSuchPage(f"There is no page {number}.")
        picture = _picture(document[number - 1], width)
    finally:
        document.close()
    out = BytesIO()
    picture.quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()


def draw_spreads(pdf: IO[bytes], first: int, width: int) -> bytes:
    """Return the pages from `first` on as a PNG: spreads, one below another.

    Args:
        pdf: open for reading.
        first: a page counted from 1; an odd one stands on the right.
        width: of a page in pixels.
    """
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [_picture(document[at], width) for at in range(first - 1, len(document))]
    finally:
        document.close()
    right = first % 2
    high = max(page.height for page in pages)
    rows = (len(pages) + right + 1) // 2
    sheet = Image.new("RGB", (2 * width, rows * (high + GAP) - GAP), GROUND)
    for place, page in enumerate(pages, right):
        sheet.paste(page, (place % 2 * width, place // 2 * (high + GAP)))
    out = BytesIO()
    sheet.save(out, "PNG", compress_level=1)
    return out.getvalue()


def _picture(page: Any, width: int) -> Image.Image:
    """Return one page as it is cut."""
    media, trim = page.get_mediabox(), page.get_trimbox()
    cut = tuple(abs(edge - end) for edge, end in zip(trim, media, strict=True))
    drawn: Image.Image = page.render(scale=width / (trim[2] - trim[0]), crop=cut).to_pil()
    return drawn.convert("RGB")
