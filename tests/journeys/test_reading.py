"""A reader reads until the meter ends, is given the rest, and gives an article to a friend."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import House
from tests.journeys.office import Office
from tests.journeys.test_account import type_code
from tests.moulds import masthead

READER = "reader@example.org"
PAID = "These words are paid for."


def bring_in_articles(house: House, folder: Path) -> None:
    """Import four metered articles and one for subscribers, as a publisher would."""
    for name, access in [
        *((f"metered-{n}", "metered") for n in range(1, 5)),
        ("closed", "subscribers"),
    ]:
        lead = " ".join(["The lead goes on for a while."] * 20)
        (folder / f"{name}.md").write_text(
            f"---\ntitle: The {name} story\ndate: 2026-05-04\nsection: Readers\naccess: {access}\n---\n"
            f"{lead}\n\n{lead}\n\n{PAID}\n"
        )
    masthead("--home", house.folder, "import", "markdown", folder)


def test_a_reader_reads_is_given_more_and_gives_some_away(
    house: House, page: Page, browser: Browser, tmp_path: Path
) -> None:
    bring_in_articles(house, tmp_path)
    at = f"{house.address}/articles"
    whole, offer = page.get_by_text(PAID), page.locator(".offer")

    # A stranger gets the lead; who signs up a few articles a month, and not one more.
    page.goto(f"{at}/metered-1/")
    expect(offer).to_be_visible()
    expect(whole).to_have_count(0)
    type_code(page, house, READER)
    page.wait_for_url(f"{house.address}/account/")
    for number in (1, 2, 3):
        page.goto(f"{at}/metered-{number}/")
        expect(whole).to_be_visible()
        expect(page.get_by_text(f"You have opened {number} of 3 free articles")).to_be_visible()
    page.goto(f"{at}/metered-4/")
    expect(whole).to_have_count(0)
    expect(offer).to_contain_text("You have read this month’s free articles")
    page.goto(f"{at}/metered-1/")
    expect(whole).to_be_visible()

    # The office gives her the rest, with a reason and an end.
    desk = browser.new_context().new_page()
    office = Office(desk, house.address)
    office.sign_in(house.editor, house.password)
    office.go("grants/new/")
    desk.select_option("select[name=title]", label="The Evening Post")
    desk.fill("input[name=reader_mail]", READER)
    desk.fill("input[name=reason]", "Wrote us a good letter")
    desk.fill("input[name=ends_at]", "2099-01-01 00:00")
    desk.get_by_role("button", name="Create").or_(
        desk.get_by_role("button", name="Save")
    ).first.click()
    desk.get_by_role("cell", name="Wrote us a good letter", exact=True).wait_for()
    desk.context.close()
    page.goto(f"{at}/closed/")
    expect(whole).to_be_visible()

    # She gives it to a friend, who reads that one article and nothing else.
    page.get_by_role("link", name="Give this article to a friend").click()
    page.get_by_role("button", name="Make the link").click()
    page.get_by_text("Here is your link.").wait_for()
    link = page.get_by_role("link", name="Open the link").get_attribute("href")
    assert link
    friend = browser.new_context().new_page()
    friend.goto(link)
    expect(friend.get_by_text(PAID)).to_be_visible()
    expect(friend.get_by_text("A subscriber has given you this article.")).to_be_visible()
    friend.goto(f"{at}/metered-4/")
    expect(friend.get_by_text(PAID)).to_have_count(0)
    friend.goto(f"{at}/closed/")
    expect(friend.get_by_text(PAID)).to_be_visible()

    # And takes it back.
    page.get_by_role("button", name="Take it back").click()
    page.get_by_text("The link opens nothing any more.").wait_for()
    friend.reload()
    expect(friend.get_by_text(PAID)).to_have_count(0)
    friend.goto(link)
    assert friend.url == f"{at}/closed/"
    friend.context.close()
