"""A reader takes an issue along: it opens with the network cut, and is gone after signing out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, expect

from tests.journeys.conftest import House
from tests.journeys.test_account import type_code
from tests.journeys.test_listening import wait_until_heard
from tests.moulds import masthead

PAID = "These words are for who has signed up."


def bring_in(house: House, folder: Path) -> None:
    folder.joinpath("no-41.md").write_text(
        "---\nkind: issue\nnumber: 41\ncover_date: 2026-05-04\non_sale: 2026-05-04\n---\n"
    )
    for name, access in (("pier", "open"), ("vault", "registered")):
        lead = " ".join(["The lead goes on for a while."] * 20)
        folder.joinpath(f"the-{name}.md").write_text(
            f"---\ntitle: The {name}\ndate: 2026-05-04\nsection: Journeys\naccess: {access}\n"
            f"issue: no-41\n---\n\n{lead}\n\n{lead}\n\n{PAID}\n"
        )
    masthead("--home", house.folder, "import", "markdown", folder)


def test_an_issue_goes_along_on_a_journey_and_stays_with_nobody_else(
    house: House, browser: Browser, tmp_path: Path
) -> None:
    bring_in(house, tmp_path)
    context = browser.new_context()
    page = context.new_page()
    type_code(page, house, "traveller@example.org")
    page.wait_for_url(f"{house.address}/account/")
    wait_until_heard(page, f"{house.address}/articles/the-vault/")
    page.goto(f"{house.address}/issues/")
    page.get_by_role("link", name="41").first.click()
    page.get_by_role("link", name="Read this issue").click()
    front = page.url
    page.get_by_label("with its recordings").check()
    page.get_by_role("button", name="Keep this issue").click()
    expect(page.get_by_role("status")).to_contain_text("Kept on this device", timeout=60_000)

    # As long as there is a network, nothing is shown from what is kept.
    page.evaluate(
        """async front => {
        const [name] = await caches.keys();
        await (await caches.open(name)).put(`${front}?old`, new Response('Old news.'));
    }""",
        front,
    )
    page.goto(f"{front}?old")
    expect(page.get_by_text("Old news.")).to_have_count(0)

    # With the network cut, the kept issue opens, page after page, and is heard.
    context.set_offline(True)
    page.goto(front)
    page.get_by_role("link", name="The vault").click()
    expect(page.get_by_text(PAID)).to_be_visible()
    audio = page.locator(".listen audio")
    audio.evaluate("audio => audio.play()")
    page.wait_for_timeout(1500)
    assert audio.evaluate("audio => audio.currentTime") > 0.3
    audio.evaluate("audio => { audio.currentTime = 8; }")
    page.wait_for_timeout(800)
    assert audio.evaluate("audio => audio.currentTime") > 8
    # Whatever was not kept leads to what is there.
    page.goto(f"{house.address}/articles/the-pier/")
    expect(page).to_have_url(front)

    # Back in the net, signing out takes it away; offline there is nothing left.
    context.set_offline(False)
    page.goto(f"{house.address}/account/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.wait_for_load_state("networkidle")
    page.goto(front)
    assert page.evaluate("async () => (await caches.keys()).length") == 0
    context.set_offline(True)
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
        page.goto(front)
    context.close()


def test_what_another_reader_kept_goes_with_the_first_page_of_this_one(
    house: House, browser: Browser, tmp_path: Path
) -> None:
    bring_in(house, tmp_path)
    context = browser.new_context()
    page = context.new_page()
    front = f"{house.address}/issues/"
    page.goto(front)
    page.get_by_role("link", name="41").first.click()
    page.get_by_role("link", name="Read this issue").click()
    page.evaluate("""async () => {
        const left = await caches.open('kept somebody-else an-issue 1');
        await left.put('/secret/', new Response('secret'));
    }""")
    page.reload()
    page.wait_for_timeout(500)
    assert page.evaluate("async () => await caches.keys()") == []

    # Type is the reader's own choice, and stays with the browser.
    page.get_by_text("Type").click()
    page.get_by_label("Size").select_option("Larger")
    page.get_by_label("Ground").select_option("Sepia")
    page.get_by_role("link", name="The pier").click()
    expect(page).to_have_url(re.compile("/read/the-pier/$"))
    expect(page.locator("body")).to_have_css("font-size", "28px")
    expect(page.locator("body")).to_have_css("background-color", "rgb(244, 234, 213)")
    # It is so from the first look, before the scripts that wait for the page.
    page.route("**/reader*.js", lambda route: route.abort())
    page.reload()
    expect(page.locator("body")).to_have_css("font-size", "28px")
    page.unroute("**/reader*.js")
    page.reload()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("/read/the-vault/$"))
    expect(page.locator(".offer")).to_be_visible()
    context.close()
