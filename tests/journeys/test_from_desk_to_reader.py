"""An editor writes with every block, previews and publishes; readers get what they may."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, TimeoutError

from tests.journeys.conftest import House
from tests.journeys.office import Office

CLOSED_WORDS = {
    "text": "Behind the lead",
    "figure": "A caption of the quay",
    "gallery": "Two more pictures",
    "pull": "Lifted out words",
    "quotation": "We were never asked",
    "excerpt": "High water came an hour early",
    "statement": "The north lock is closed",
    "list": "An item of several words",
    "table": "Cell of the table",
    "figure-label": "Households without a meter",
    "aside": "How the vote works",
    "code": "deliver(issue)",
    "embed": "A newsreel of four minutes",
    "recording": "The sound of waves",
}


@pytest.fixture
def pictures(tmp_path: Path) -> list[str]:
    """Return the paths of three pictures that differ."""
    paths = []
    for number in range(3):
        path = tmp_path / f"field-{number}.jpg"
        Image.new("RGB", (1000, 600), (20, 120 + number * 40, 60)).save(path)
        paths.append(str(path))
    return paths


def write_article(
    office: Office, shelf: int, headline: str, audience: str, files: list[str], sound: str
) -> None:
    """Write an article that uses every block the editor offers."""
    page, words = office.page, CLOSED_WORDS
    office.begin("article", below=shelf, title=headline)
    page.fill("textarea[name=standfirst]", "What it is about.")

    block = office.add_block("Text")
    office.write(f"{block}-text", "Everybody may read the lead.")
    office.add_block("The lead ends here")
    block = office.add_block("Text")
    office.write(f"{block}-text", words["text"])
    block = office.add_block("Figure")
    office.upload_picture(f"{block}-picture", files[0], f"{headline} one")
    office.write(f"{block}-caption", words["figure"])
    office.fill(block, alternative="A green field", credit="A. Maker")
    block = office.add_block("Gallery")
    office.upload_picture(f"{block}-figures-0-value-picture", files[1], f"{headline} two")
    page.locator(f'[name="{block}-figures-count"]').locator("xpath=..").locator(
        "button[title='Insert an item'], button[title='Add']"
    ).last.click()
    office.upload_picture(f"{block}-figures-1-value-picture", files[2], f"{headline} three")
    for number in (0, 1):
        office.fill(
            f"{block}-figures-{number}-value", alternative="Another field", credit="A. Maker"
        )
    office.write(f"{block}-caption", words["gallery"])
    block = office.add_block("Pull quote")
    office.write(f"{block}-words", words["pull"])
    block = office.add_block("Quotation")
    office.write(f"{office.add_block('Text', f'{block}-blocks')}-text", words["quotation"])
    block = office.add_block("Excerpt")
    office.write(f"{office.add_block('Text', f'{block}-blocks')}-text", words["excerpt"])
    office.fill(block, outlet="Harbour Review", permission="With permission")
    block = office.add_block("Statement")
    office.write(f"{office.add_block('Text', f'{block}-blocks')}-text", words["statement"])
    office.fill(block, author="Port Authority")
    block = office.add_block("List of longer items")
    office.write(f"{office.add_block('Text', f'{block}-items-0-value')}-text", words["list"])
    block = office.add_block("Table")
    table = page.locator(f'[name="{block}-cells-column-count"]').locator(
        "xpath=ancestor::*[contains(@class,'typed-table-block')][1]"
    )
    table.get_by_role("button", name="Add column").click()
    page.get_by_role("button", name="Words, from the start").last.click()
    table.get_by_role("button", name="Add row").click()
    office.write(f"{block}-cells-cell-0-0", words["table"])
    block = office.add_block("Key figure")
    office.fill(block, label=words["figure-label"], value="41", unit="per cent", before="63")
    block = office.add_block("Side box")
    office.fill(block, title=words["aside"])
    office.write(f"{office.add_block('Text', f'{block}-blocks')}-text", "Each ward sends two.")
    block = office.add_block("Code")
    office.fill(block, text=words["code"])
    block = office.add_block("Something elsewhere")
    office.fill(block, url="https://video.example/flood", title="The flood")
    office.write(f"{block}-fallback", words["embed"])
    block = office.add_block("Recording")
    office.upload_file(f"{block}-recording", sound, f"{headline} sound")
    office.fill(block, title=words["recording"])
    office.add_block("Pause")
    block = office.add_block("Text")
    office.write(f"{block}-text", "Only the web reads this sentence.")
    block = office.add_block("Instead of the block before")
    # By the keyboard: what was just added still moves under a pointer.
    page.locator(f'[name="{block}-editions"][value=paper]').press("Space")
    assert page.locator(f'[name="{block}-editions"][value=paper]').is_checked()
    block = office.add_block("New part")
    office.fill(block, title="The second part")
    block = office.add_block("Text")
    office.write(f"{block}-text", "The end of the second part.")

    office.tab("Placing")
    office.choose_page("id_section", "Town")
    page.select_option("select[name=access]", audience)


def make_section(office: Office) -> None:
    """Make the section that articles stand in."""
    office.begin("section", below=office.number_of("The Evening Post"), title="Town")
    office.publish()
    assert "published" in office.message()


def test_an_article_with_every_block_goes_from_the_desk_to_readers(
    house: House, page: Page, browser: Browser, pictures: list[str], tmp_path: Path
) -> None:
    office = Office(page, house.address)
    office.sign_in(house.editor, house.password)
    make_section(office)
    sound = tmp_path / "waves.mp3"
    sound.write_bytes(b"ID3\x03" * 2000)
    shelf = office.number_of("Articles", below=office.number_of("The Evening Post"))
    write_article(office, shelf, "For those who pay", "subscribers", pictures, str(sound))
    office.save()
    _preview(office, "subscribers")
    office.publish()
    assert "has been published" in office.message()

    reader = browser.new_context().new_page()
    address = f"{house.address}/articles/for-those-who-pay/"
    reader.goto(address)
    html, text = reader.content(), reader.inner_text("main")
    assert "Everybody may read the lead." in text
    assert "The rest is for subscribers" in text
    for kind, words in CLOSED_WORDS.items():
        assert words not in html, kind
    answer = reader.goto(f"{address}2/")
    assert answer is not None
    assert answer.status == 404

    # The editor opens it to everybody.
    office.go(f"pages/{office.number_of('For those who pay', below=shelf)}/edit/")
    office.tab("Placing")
    page.select_option("select[name=access]", "open")
    office.save()
    _preview(office, "open")
    office.publish()
    assert "has been published" in office.message()

    reader.goto(address)
    text = reader.inner_text("main")
    for kind, words in CLOSED_WORDS.items():
        assert words in text, kind
    assert "Only the web reads this sentence." in text
    assert "The end of the second part." not in text
    reader.click("nav.parts a")
    assert "The end of the second part." in reader.inner_text("main")


def _preview(office: Office, audience: str) -> None:
    """Open the preview beside the form, in full and as strangers get it."""
    page = office.page
    mode = page.locator("select[name=preview_mode]")
    # The button does nothing until the office's scripts have come, and closes what is open.
    for _attempt in range(5):
        if mode.is_visible():
            break
        page.get_by_role("button", name="Toggle preview").click()
        with contextlib.suppress(TimeoutError):
            mode.wait_for(state="visible", timeout=5000)
    frame = page.frame_locator("iframe#w-preview-iframe, iframe[title='Preview']").last
    frame.get_by_text(CLOSED_WORDS["text"]).first.wait_for(state="attached")
    mode.select_option("lead")
    if audience == "subscribers":
        frame.get_by_text("The rest is for").first.wait_for(state="attached")
    else:
        frame.get_by_text(CLOSED_WORDS["text"]).first.wait_for(state="attached")
