"""Takes the pictures of every kind of page that docs/explanation/the-looks.md shows.

    python -m tests.samples.take_screenshots THEME http://localhost:8000

One sheet for each kind: on a desk in light and in the dark, on a telephone, and the first
page on paper. The Lantern must be served at the address, in that theme. Needs Chromium.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.conftest import CHROMIUM, FLAGS
from tests.journeys.test_budgets import KINDS

SHEETS = Path(__file__).parents[2] / "docs/pictures/looks"
KINDS_SHOWN = {
    **KINDS,
    "arabic": "/articles/coffee-on-the-quay/",
    "french": "/articles/la-bibliotheque-des-objets-rendus/",
    "accessibility": "/accessibility/",
    "missing": "/there-is-nothing-here/",
}
SHOTS = (("light", 1280), ("dark", 1280), ("light", 360))
HIGHEST = 3000
"""Pixels of a page that are shown; what is further down looks like what is above."""

GAP = 30


def screens(browser: Browser, address: str) -> list[Image.Image]:
    """Return a page on a desk in light and dark, on a telephone, and its first page on paper."""
    with tempfile.TemporaryDirectory() as folder:
        made = []
        for number, (scheme, width) in enumerate(SHOTS):
            context = browser.new_context(
                viewport={"width": width, "height": 900}, color_scheme=scheme
            )
            page = context.new_page()
            # The first visit may do without the faces, if they take too long; the second has them.
            page.goto(address, wait_until="networkidle")
            page.goto(address, wait_until="networkidle")
            page.evaluate("for (const one of document.images) one.loading = 'eager'")
            page.wait_for_load_state("networkidle")
            path = Path(folder, f"{number}.png")
            page.screenshot(path=path, full_page=True)
            made.append(Image.open(path).convert("RGB"))
            context.close()
        page = browser.new_page()
        page.goto(address, wait_until="networkidle")
        pdf = Path(folder, "page.pdf")
        page.pdf(path=pdf, prefer_css_page_size=True, print_background=True)
        page.close()
        document = pypdfium2.PdfDocument(pdf)
        made.append(document[0].render(scale=96 / 72).to_pil().convert("RGB"))
        document.close()
        return [shot.crop((0, 0, shot.width, min(shot.height, HIGHEST))) for shot in made]


def sheet(shots: list[Image.Image]) -> Image.Image:
    """Return the shots side by side on grey, at half their size."""
    width = sum(shot.width + GAP for shot in shots) + GAP
    height = max(shot.height for shot in shots) + 2 * GAP
    paper = Image.new("RGB", (width, height), "#8a8d90")
    x = GAP
    for shot in shots:
        paper.paste(shot, (x, GAP))
        x += shot.width + GAP
    return paper.resize((width // 2, height // 2), Image.Resampling.LANCZOS)


def main(theme: str, address: str) -> None:
    """Write one sheet for each kind of page."""
    folder = SHEETS / theme
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for kind, path in KINDS_SHOWN.items():
            target = folder / f"{kind}.webp"
            sheet(screens(browser, address + path)).save(target, quality=62, method=6)
            print(f"{target.stat().st_size // 1024:5} kB  {theme}  {kind}")
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
