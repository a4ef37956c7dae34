"""An editor asks a guest in, the guest marks a page, and the issue is passed for press."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import a_lantern, complaints_of, serving
from tests.moulds import masthead

MAIL = "editor@masthead.example"


@dataclass(frozen=True)
class Pressed:
    """The demonstration magazine, an issue of it pressed: its address, its editor's password."""

    address: str
    password: str


@pytest.fixture
def pressed(tmp_path_factory, for_all_workers: Path) -> Iterator[Pressed]:
    """Serve the demonstration magazine, an issue of it pressed."""
    folder, password = a_lantern(tmp_path_factory, for_all_workers)
    masthead("--home", folder, "press", "no-18", "--out", folder)
    with serving(folder) as address:
        yield Pressed(address, password)


def test_an_editor_and_a_guest_bring_an_issue_to_press(
    pressed: Pressed, page: Page, browser: Browser
) -> None:
    page.goto(f"{pressed.address}/office/login/")
    page.fill("input[name=login]", MAIL)
    page.fill("input[name=password]", pressed.password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{pressed.address}/office/")
    edition = f"{pressed.address}/office/masthead/editions/1/"
    page.goto(edition)
    page.get_by_role("link", name="Guests").click()
    page.get_by_label("Name").fill("Grace Hopper")
    page.get_by_role("button", name="Invite").click()
    link = page.get_by_label("Link for the guest").input_value()

    # The guest has a phone, no account, and a browser that runs no script.
    visit = browser.new_context(viewport={"width": 360, "height": 800}, java_script_enabled=False)
    guest = visit.new_page()
    complaints = complaints_of(guest)
    guest.goto(link)
    guest.get_by_role("link", name=re.compile(r"^Page 4$")).click()
    guest.get_by_role("button", name=re.compile(r"^Page 4\.")).click(position={"x": 80, "y": 100})
    guest.get_by_label("What should be changed at the blue sign?").fill("My boat has two masts.")
    guest.get_by_role("button", name="Mark it").click()
    expect(guest.get_by_role("status")).to_have_text("Your mark stands. The editors see it.")
    pin, sheet = guest.locator(".pin").bounding_box(), guest.locator(".sheet").bounding_box()
    assert pin
    assert sheet
    assert pin["x"] + pin["width"] / 2 - sheet["x"] == pytest.approx(80, abs=2)
    assert pin["y"] + pin["height"] / 2 - sheet["y"] == pytest.approx(100, abs=2)
    assert guest.locator("html").evaluate("one => one.scrollWidth") <= 360
    assert not visit.cookies()
    assert not complaints
    visit.close()

    page.goto(edition)
    page.get_by_role("button", name="Sign off all pages that are open").click()
    expect(page.get_by_text("Page 4 has an open mark.")).to_be_visible()
    expect(page.get_by_text("4 · Marked", exact=True)).to_be_visible()
    expect(page.get_by_text("5 · Signed off", exact=True)).to_be_visible()
    page.locator("figure", has_text="4 · Marked").get_by_role("link").click()
    expect(page.get_by_text("My boat has two masts.")).to_be_visible()
    page.get_by_role("button", name="Settle mark 1").click()
    page.get_by_role("button", name="Sign this page off").click()
    page.get_by_role("link", name="All pages").click()
    page.get_by_role("button", name="Pass for press").click()
    expect(page.get_by_text("Passed for press on")).to_be_visible()
