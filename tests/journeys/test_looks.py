"""What the lamp shows in a browser, where a style sheet alone cannot tell."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

TIDE = "/articles/the-town-that-leased-its-tide/"


@pytest.mark.parametrize("width", [320, 1280])
def test_the_bars_of_a_key_figure_are_as_long_as_their_figures(
    lantern: str, browser: Browser, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(lantern + TIDE)
    lengths = page.locator(".key-figure .bar").evaluate_all(
        "bars => bars.map((bar) => bar.getBoundingClientRect().width)"
    )
    context.close()
    before, now = 41, 83
    assert sorted(lengths)[0] / max(lengths) == pytest.approx(before / now, abs=0.02)
