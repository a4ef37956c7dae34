"""Set The Lantern's house advertisement, a page in a printer's inks.

python -m tests.samples.house_advertisement [file]
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import typst

import masthead
from masthead.press.paper.engine import FONTS
from masthead.press.paper.specification import POINTS_PER_MILLIMETRE

FILE = Path(masthead.__file__).parent / "cli" / "lantern" / "artwork" / "close-your-eyes.pdf"
BLEED = 3 * POINTS_PER_MILLIMETRE


def draw(out: Path) -> None:
    """Write the page, with the boxes that say where it is cut; the same bytes on any day."""
    faces = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )
    made = typst.compile(
        str(Path(__file__).with_suffix(".typ")),
        font_paths=faces,
        format="pdf",
        timestamp=datetime(2026, 9, 1, tzinfo=UTC),
    )
    out.write_bytes(made)
    with pikepdf.Pdf.open(out, allow_overwriting_input=True) as document:
        (page,) = document.pages
        left, bottom, right, top = map(float, page.mediabox)
        page.bleedbox = page.mediabox
        page.trimbox = [left + BLEED, bottom + BLEED, right - BLEED, top - BLEED]
        document.save(out, deterministic_id=True)


if __name__ == "__main__":
    draw(Path(sys.argv[1]) if len(sys.argv) > 1 else FILE)
