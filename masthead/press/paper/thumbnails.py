"""Pages as small pictures, cut as they will be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import IO, Any


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
    with _opened(pdf) as document:
        page = _page(document, number)
        media, trim = page.get_mediabox(), page.get_trimbox()
        cut = tuple(abs(edge - end) for edge, end in zip(trim, media, strict=True))
        picture = page.render(scale=width / (trim[2] - trim[0]), crop=cut).to_pil()
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
    with _opened(pdf) as document:
        left, bottom, right, top = _page(document, number).get_trimbox()
    return float((top - bottom) / (right - left))


@contextmanager
def _opened(pdf: IO[bytes]) -> Iterator[Any]:
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        yield document
    finally:
        document.close()


def _page(document: Any, number: int) -> Any:
    if not 1 <= number <= len(document):
        raise NoSuchPage(f"There is no page {number}.")
    return document[number - 1]
