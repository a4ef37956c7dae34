"""No page does what its content security policy forbids, in a real browser."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import House, a_lantern, complaints_of, serving
from tests.journeys.office import Office
from tests.journeys.test_budgets import KINDS

READERS = {
    **KINDS,
    "arabic": "/articles/coffee-on-the-quay/",
    "accessibility": "/accessibility/",
    "missing": "/there-is-nothing-here/",
}


@pytest.fixture(params=["lamp", "quiet-quarterly"])
def dressed_lantern(request, tmp_path_factory, for_all_workers: Path, lantern: str):
    """Return the address of The Lantern in each of our themes."""
    if request.param == "lamp":
        yield lantern
    else:
        folder, _password = a_lantern(tmp_path_factory, for_all_workers)
        settings = folder / "masthead.toml"
        before = settings.read_text(encoding="utf-8")
        after = before.replace('# theme = "lamp"', f'theme = "{request.param}"')
        assert after != before
        settings.write_text(after, encoding="utf-8")
        with serving(folder) as address:
            yield address


def test_readers_pages_keep_to_their_policy_in_both_themes(
    dressed_lantern: str, browser: Browser
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    complaints = complaints_of(page)
    for kind, path in READERS.items():
        page.goto(dressed_lantern + path, wait_until="load")
        page.evaluate("for (const one of document.images) one.loading = 'eager'")
        page.wait_for_load_state("networkidle")
        # The style sheet came through, and with it the fonts and the grounds of covers.
        assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--ink')")
        assert complaints == [], kind
    recording = page.goto(dressed_lantern + KINDS["article"])
    assert recording
    player = page.locator("audio").first
    if player.count():
        player.evaluate("one => one.play().then(() => one.pause())")
    context.close()
    assert complaints == []


def test_the_browser_does_stop_what_the_policy_forbids(lantern: str, browser: Browser) -> None:
    """The other tests would prove nothing if violations were not heard of."""
    context = browser.new_context()
    page = context.new_page()
    complaints = complaints_of(page)
    page.goto(lantern)
    page.evaluate(
        """() => {
          const script = document.createElement('script');
          script.textContent = 'window.ran = true';
          document.body.append(script);
          const style = document.createElement('style');
          style.textContent = 'body { color: red }';
          document.body.append(style);
          const image = document.createElement('img');
          image.src = 'http://127.0.0.1:9/x.png';
          document.body.append(image);
        }"""
    )
    page.wait_for_timeout(300)
    assert page.evaluate("window.ran") is None
    context.close()
    assert len(complaints) >= 3


PLACES = [
    "",
    "pages/",
    "images/",
    "images/add/",
    "images/multiple/add/",
    "documents/",
    "documents/multiple/add/",
    "reports/site-history/",
    "reports/locked/",
    "reports/aging-pages/",
    "workflows/list/",
    "users/",
    "groups/",
    "sites/",
    "collections/",
    "redirects/",
    "account/",
    "snippets/editorial/correction/",
    "snippets/editorial/correction/add/",
]


def test_the_office_keeps_to_its_policy(house: House, page: Page, tmp_path: Path) -> None:
    office = Office(page, house.address)
    office.sign_in(house.editor, house.password)
    for place in PLACES:
        answer = page.goto(f"{house.address}/office/{place}", wait_until="load")
        assert answer
        assert answer.status == 200, place
        page.wait_for_load_state("networkidle")

    data = io.BytesIO()
    Image.new("RGB", (900, 600), (10, 90, 160)).save(data, "JPEG")
    file = tmp_path / "policy.jpg"
    file.write_bytes(data.getvalue())
    office.go("images/multiple/add/")
    page.locator("input[type=file]").first.set_input_files(str(file))
    page.get_by_role("button", name="Update").first.wait_for()
    office.go("images/")
    found = re.search(r'href="/office/(images/\d+/)', page.content())
    assert found
    office.go(found[1])
    page.locator(".focal-point-chooser, img.jcrop").first.wait_for(state="attached")
    page.wait_for_load_state("networkidle")

    pages = office.number_of("The Evening Post")
    for place in (f"pages/{pages}/edit/", f"pages/{pages}/history/", f"pages/{pages}/"):
        office.go(place)
        page.wait_for_load_state("networkidle")
