"""A reader listens: the highlight follows the voice, a click moves it, and it plays on."""

from __future__ import annotations

import time
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.conftest import House
from tests.moulds import masthead

FIRST = "The ferry left at seven, with nobody aboard but the captain and his dog."
SECOND = "It was raining by noon, and the harbour was empty."
LAST = "Nobody has asked the dog."


def bring_in(house: House, folder: Path) -> None:
    folder.joinpath("no-31.md").write_text(
        "---\nkind: issue\nnumber: 31\ncover_date: 2026-05-04\non_sale: 2026-05-04\n---\n"
    )
    for name in ("ferry", "harbour"):
        folder.joinpath(f"the-{name}.md").write_text(
            f"---\ntitle: The {name}\ndate: 2026-05-04\nsection: Heard\naccess: open\n"
            f"issue: no-31\n---\n\n{FIRST}[^1] {SECOND}\n\n{LAST}\n\n[^1]: A note nobody hears.\n"
        )
    masthead("--home", house.folder, "import", "markdown", folder)


def wait_until_heard(page: Page, address: str) -> None:
    """Load a page until the worker has read its article aloud: a minute at most."""
    for _ in range(60):
        page.goto(address)
        if page.locator(".listen[data-times]").count():
            return
        time.sleep(1)
    raise AssertionError("Nobody read it aloud.")


MARKED = """[[...(CSS.highlights.get('heard') ?? [])].map(String).join(),
             document.querySelector('.listen audio').currentTime]"""
"""The words that are marked, and the moment that is heard."""


def marked(page: Page) -> str:
    words, _second = page.evaluate(MARKED)
    return words


def test_the_highlight_follows_the_voice_and_the_voice_the_click(
    house: House, page: Page, tmp_path: Path
) -> None:
    bring_in(house, tmp_path)
    address = f"{house.address}/articles/the-ferry/"
    wait_until_heard(page, address)
    wait_until_heard(page, f"{house.address}/articles/the-harbour/")
    page.goto(address)
    player = page.locator(".listen audio")
    expect(page.locator(".listen")).to_contain_text("Read by a computer voice")

    # A click in the text does nothing before somebody listens.
    page.get_by_text(LAST).click()
    assert player.evaluate("audio => audio.paused")
    page.get_by_label("Speed").select_option("0.75")
    page.get_by_role("button", name="15 s on").focus()
    player.evaluate("audio => audio.play()")
    expect(page.get_by_role("button", name="Next sentence")).to_be_visible()

    # What is marked is seen to be.
    colour = "getComputedStyle(document.body, '::highlight(heard)').backgroundColor"
    assert page.evaluate(colour) not in ("", "rgba(0, 0, 0, 0)")

    # Each sentence that is heard is the one that is marked, without the number of its note.
    times = page.evaluate(
        "async () => (await fetch(document.querySelector('.listen').dataset.times)).json()"
    )
    shown = [one for one in times if one["element"].startswith("b-") and one["end"]]
    for sentence, heard in zip((FIRST, SECOND, LAST), shown, strict=True):
        middle = (heard["t0"] + heard["t1"]) / 2
        player.evaluate(f"audio => {{ audio.currentTime = {middle}; }}")
        for _ in range(50):
            words, at_second = page.evaluate(MARKED)
            if words == sentence:
                break
            page.wait_for_timeout(50)
        assert words == sentence
        assert heard["t0"] < at_second < heard["t1"] + 0.3

    # The voice goes where the reader clicks, and stays within reach.
    page.get_by_text("The ferry left").click(position={"x": 40, "y": 10})
    page.wait_for_timeout(400)
    assert marked(page) == FIRST
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Next sentence").press("Enter")
    page.wait_for_timeout(600)
    assert marked(page) == SECOND
    expect(page.locator(".listen")).to_be_in_viewport()

    # It plays on while the reader goes elsewhere, and at the speed that was chosen.
    before = player.evaluate("audio => audio.currentTime")
    page.get_by_role("link", name="The Evening Post").first.click()
    bar = page.locator(".listening-bar")
    expect(bar).to_contain_text("The ferry")
    page.wait_for_timeout(1000)
    state = bar.locator("audio").evaluate(
        "audio => ({ at: audio.currentTime, paused: audio.paused, rate: audio.playbackRate })"
    )
    assert not state["paused"]
    assert state["at"] > before
    assert state["rate"] == 0.75
    bar.get_by_role("link").click()
    page.wait_for_url(address)
    page.wait_for_timeout(600)
    assert not page.locator(".listen audio").evaluate("audio => audio.paused")
    expect(bar).to_have_count(0)

    # Stopped, it offers to go on there.
    page.locator(".listen audio").evaluate("audio => { audio.currentTime = 9; audio.pause(); }")
    page.wait_for_timeout(200)
    page.reload()
    page.get_by_role("button", name="Go on at 0:09").click()
    page.wait_for_timeout(300)
    assert page.locator(".listen audio").evaluate("audio => audio.currentTime") >= 9


def test_a_whole_issue_is_heard_in_the_order_that_the_reader_chooses(
    house: House, page: Page, tmp_path: Path
) -> None:
    bring_in(house, tmp_path)
    wait_until_heard(page, f"{house.address}/articles/the-harbour/")
    page.goto(f"{house.address}/issues/")
    page.get_by_role("link", name="31").first.click()
    page.get_by_role("link", name="Listen to this issue").click()
    rows = page.locator("li[data-key]")
    first = rows.nth(0).get_attribute("data-title")
    rows.nth(1).get_by_role("button", name="Earlier").press("Enter")
    assert rows.nth(1).get_attribute("data-title") == first
    other = rows.nth(0).get_attribute("data-title")
    page.get_by_role("button", name="Play what is chosen").click()
    bar = page.locator(".listening-bar")
    expect(bar).to_contain_text(other)
    bar.get_by_role("button", name="Next article").click()
    expect(bar).to_contain_text(first)
    # At its end the queue is over, and the bar goes.
    for _ in range(50):
        if bar.locator("audio").evaluate("audio => audio.duration > 0"):
            break
        page.wait_for_timeout(100)
    bar.locator("audio").evaluate("audio => { audio.currentTime = audio.duration - 0.2; }")
    expect(bar).to_have_count(0)


def test_without_scripts_the_player_plays(house: House, browser, tmp_path: Path) -> None:
    bring_in(house, tmp_path)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    for _ in range(60):
        page.goto(f"{house.address}/articles/the-ferry/")
        if page.locator(".listen audio").count():
            break
        time.sleep(1)
    expect(page.locator(".listen audio[controls]")).to_be_visible()
    expect(page.locator(".listen-tools")).to_have_count(0)
    context.close()
