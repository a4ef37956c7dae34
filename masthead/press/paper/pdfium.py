"""Opening a PDF to look at its pages. PDFium knows no threads: two at once take the process down.

So whoever looks holds the one key of this process, and waits for it while somebody else does.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from PIL import Image

_KEY = threading.Lock()


@contextmanager
def opened(pdf: Path | IO[bytes]) -> Iterator[Any]:
    """Yield a PDF as PDFium's document, for this thread alone; nothing of it may be kept.

    Open one at a time: a second one within the first would wait for ever.
    """
    import pypdfium2

    with _KEY:
        document = pypdfium2.PdfDocument(pdf)
        try:
            yield document
        finally:
            # Its pages go with it; left to the collector they would go without the key.
            document.close()


def drawn(page: Any, **how: Any) -> Image.Image:
    """Return a page of an open document as a picture that may be kept."""
    bitmap = page.render(**how)
    try:
        picture: Image.Image = bitmap.to_pil().copy()
    finally:
        bitmap.close()
    return picture


def version() -> str:
    """Return which PDFium this is; another may draw the same page a little otherwise."""
    import pypdfium2

    return f"pdfium {pypdfium2.version.PDFIUM_INFO}"
