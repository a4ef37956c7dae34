"""Pages as small pictures, cut as they will be."""

from __future__ import annotations

from io import BytesIO
from typing import IO


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
        page = document[number - 1]
        media, trim = page.get_mediabox(), page.get_trimbox()
        cut = tuple(abs(edge - end) for edge, end in zip(trim, media, strict=True))
        picture = page.render(scale=width / (trim[2] - trim[0]), crop=cut).to_pil()
    finally:
        document.close()
    out = BytesIO()
    picture.convert("RGB").quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()
