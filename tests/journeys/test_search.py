"""Somebody looks for a word that is paid for: as a stranger, and as a subscriber."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import House
from tests.journeys.office import Office
from tests.journeys.test_account import type_code
from tests.moulds import masthead

READER = "seeker@example.org"


def test_a_paid_word_is_found_by_who_may_read_it(
    house: House, page: Page, browser: Browser, tmp_path: Path
) -> None:
    lead = " ".join(["The opening tells of the weathervane."] * 20)
    (tmp_path / "sought.md").write_text(
        "---\ntitle: What the weathervane hid\ndate: 2026-05-04\nsection: Archive\naccess: subscribers\n---\n"
        f"{lead}\n\n{lead}\n\nBelow the quay lay barrels of verdigris.\n"
    )
    masthead("--home", house.folder, "import", "markdown", tmp_path)
    hits, marks = page.locator(".results article"), page.locator(".found-in mark")

    # A stranger comes by the head of the page, and finds by the opening alone.
    page.goto(f"{house.address}/")
    page.get_by_role("banner").get_by_role("link", name="Search").click()
    page.get_by_label("Words to look for").fill("weathervanes")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("h2#found")).to_have_text("1 article")
    expect(hits).to_contain_text("What the weathervane hid")
    expect(marks.first).to_have_text("weathervane")
    page.get_by_role("link", name="Archive").last.click()
    expect(page.locator("h2#found")).to_have_text("1 article")
    for typed in ("verdigris", "verdigirs", '"barrels of verdigris"'):
        page.get_by_label("Words to look for").fill(typed)
        page.keyboard.press("Enter")
        expect(page.locator("h2#found")).to_have_text("0 articles")

    # With a subscription it is found, with the words around it.
    type_code(page, house, READER)
    page.wait_for_url(f"{house.address}/account/")
    desk = browser.new_context().new_page()
    office = Office(desk, house.address)
    office.sign_in(house.editor, house.password)
    office.go("grants/new/")
    desk.select_option("select[name=title]", label="The Evening Post")
    desk.fill("input[name=reader_mail]", READER)
    desk.fill("input[name=reason]", "Looks for barrels")
    desk.fill("input[name=ends_at]", "2099-01-01 00:00")
    desk.get_by_role("button", name="Create").or_(
        desk.get_by_role("button", name="Save")
    ).first.click()
    desk.get_by_role("cell", name="Looks for barrels", exact=True).wait_for()
    desk.context.close()
    page.goto(f"{house.address}/search/?q=verdigris")
    expect(page.locator("h2#found")).to_have_text("1 article")
    expect(marks).to_have_text("verdigris")
    hits.get_by_role("link", name="What the weathervane hid").click()
    expect(page.get_by_text("barrels of verdigris")).to_be_visible()
