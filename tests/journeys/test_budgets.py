"""What a page of The Lantern weighs, asks for and does while it loads."""

from __future__ import annotations

import gzip
import re
import urllib.request
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Browser

KINDS = {
    "home": "/",
    "article": "/articles/the-town-that-leased-its-tide/",
    "part": "/articles/the-town-that-leased-its-tide/2/",
    "lead": "/articles/small-change/",
    "section": "/environment/",
    "issue": "/issues/no-17/",
    "newsstand": "/issues/",
    "articles": "/articles/",
    "contributor": "/contributors/orla-venn/",
    "names": "/contributors/",
    "topics": "/topics/",
    "topic": "/topics/port-averell/",
    "dossier": "/topics/leased-coasts/",
    "corrections": "/corrections/",
}
every_kind = pytest.mark.parametrize("path", KINDS.values(), ids=KINDS.keys())

KILOBYTE = 1024
MOST = {"page": 20, "style": 8, "script": 5, "fonts": 60, "all": 90}
"""Compressed kilobytes; pictures are not counted."""


def fetch(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=20) as answer:  # noqa: S310 - our own server.
        return answer.read()


def packed(content: bytes) -> float:
    """Return how many kilobytes travel: what is compressed already stays as it is."""
    return min(len(content), len(gzip.compress(content, 6))) / KILOBYTE


@every_kind
def test_a_page_is_light(lantern: str, path: str) -> None:
    page = fetch(lantern + path).decode()
    style = "".join(re.findall(r"<style>(.*?)</style>", page, re.DOTALL))
    fonts = re.findall(r'<link rel="preload" href="([^"]+)" as="font"', page)
    scripts = re.findall(r'<script[^>]* src="([^"]+)"', page)
    assert style
    assert fonts
    assert all(
        "defer" in tag or "module" in tag for tag in re.findall(r"<script[^>]* src=[^>]*>", page)
    )
    weights = {
        "page": packed(page.replace(style, "").encode()),
        "style": packed(style.encode()),
        "script": sum(packed(fetch(urljoin(lantern, one))) for one in scripts),
        "fonts": sum(packed(fetch(urljoin(lantern, one))) for one in fonts),
    }
    weights["all"] = sum(weights.values())
    too_heavy = {what: weight for what, weight in weights.items() if weight > MOST[what]}
    assert too_heavy == {}


@every_kind
@pytest.mark.parametrize("width", [320, 1280])
def test_a_page_keeps_still_fits_the_screen_and_asks_nobody_else(
    lantern: str, browser: Browser, path: str, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(lantern + path, wait_until="load")
    page.evaluate("document.fonts.ready")
    shift = page.evaluate(
        """() => new Promise((done) => {
          let sum = 0;
          const watch = new PerformanceObserver((list) => {
            for (const one of list.getEntries()) sum += one.value;
          });
          watch.observe({ type: 'layout-shift', buffered: true });
          setTimeout(() => done(sum), 100);
        })"""
    )
    wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    context.close()
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(lantern).netloc}
    assert shift < 0.01
    assert wider <= 0


def test_an_article_is_whole_without_scripts(lantern: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(lantern + KINDS["article"])
    assert page.locator(".copy p").first.is_visible()
    page.get_by_role("link", name="The clerk’s drawer").click()
    assert page.url.endswith("/2/")
    context.close()


def test_a_reader_goes_on_where_they_stopped(lantern: str, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 400, "height": 700})
    page = context.new_page()
    page.goto(lantern + KINDS["part"])
    place = page.locator(".copy > p").nth(4)
    place.scroll_into_view_if_needed()
    # The page's policy forbids what Playwright would wait with.
    while page.evaluate("Object.keys(localStorage).length") != 1:
        page.wait_for_timeout(50)
    page.goto(lantern + KINDS["article"])
    page.get_by_role("link", name="Go on where you stopped").click()
    page.wait_for_url("**/2/#b-*")
    assert page.evaluate("scrollY") > 300
    context.close()


def test_what_is_remembered_wrongly_breaks_nothing(lantern: str, browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(lantern + KINDS["part"])
    page.evaluate(
        "localStorage.setItem(`place ${document.querySelector('.copy').dataset.article}`, '{')"
    )
    page.reload()
    assert page.locator(".copy p").first.is_visible()
    context.close()
    assert errors == []
