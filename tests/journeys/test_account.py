"""A reader signs up, in, out, with a passkey, on two devices; takes the data and goes."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.journeys.conftest import House

ADA = "ada@example.org"


def type_code(page: Page, house: House, mail: str, *, at: str = "/account/login/") -> None:
    """Ask for a code at a door and type what the letter says."""
    sent = len(house.post.letters)
    page.goto(house.address + at)
    page.get_by_label("Mail address").fill(mail)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code").fill(house.post.code_to(mail, after=sent))
    page.get_by_role("button", name="Go on").click()


def give_authenticator(page: Page) -> None:
    """Put a virtual authenticator with a finger on it into the browser."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def test_a_reader_comes_stays_and_goes(
    house: House, page: Page, browser: Browser, tmp_path: Path
) -> None:
    # Sign up by a mailed code.
    type_code(page, house, ADA, at="/account/signup/")
    page.wait_for_url(f"{house.address}/account/")
    letter = house.post.newest_to(ADA)
    assert "The Evening Post" in str(letter["subject"])
    page.get_by_label("Given name").fill("Ada")
    page.get_by_label("Family name").fill("Okafor")
    page.get_by_role("button", name="Keep it").click()
    page.get_by_text("Your name is written down.").wait_for()

    # An address as France writes them, after one that France would not deliver.
    page.goto(f"{house.address}/account/addresses/new/")
    page.get_by_label("Country").select_option("FR")
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Name", exact=True).fill("Ada Okafor")
    page.get_by_label("Street and number").fill("3 rue des Lilas")
    page.get_by_label("Town or city").fill("Paris")
    page.get_by_label("Postcode").fill("7502")
    page.get_by_role("button", name="Keep the address").click()
    page.get_by_text("Postcode is not written as in this country.").wait_for()
    page.get_by_label("Postcode").fill("75020")
    page.get_by_role("button", name="Keep the address").click()
    page.get_by_text("75020 PARIS").wait_for()
    page.get_by_text("Post goes here.").wait_for()

    # A passkey, and in with it.
    give_authenticator(page)
    page.goto(f"{house.address}/account/2fa/passkeys/new/")
    page.get_by_role("button", name="Make a passkey").click()
    page.wait_for_url(f"{house.address}/account/2fa/codes/")
    recovery = page.locator(".codes code").first.inner_text()
    house.post.newest_to(ADA)
    page.goto(f"{house.address}/account/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.goto(f"{house.address}/account/login/?next=/account/letters/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{house.address}/account/letters/")

    # Another device, where a code alone no longer does; ended from the first.
    other = browser.new_context().new_page()
    type_code(other, house, ADA)
    other.wait_for_url(f"{house.address}/account/2fa/prove/")
    other.get_by_label("Code").fill(recovery)
    other.get_by_role("button", name="Go on").click()
    other.wait_for_url(f"{house.address}/account/")
    page.goto(f"{house.address}/account/sessions/")
    assert page.locator(".row").count() == 2
    page.get_by_role("button", name="End it").click()
    page.get_by_text("That browser is signed out.").wait_for()
    other.goto(f"{house.address}/account/")
    other.wait_for_url(f"{house.address}/account/login/**")
    other.context.close()

    # Everything we hold, in her hands.
    page.goto(f"{house.address}/account/export/")
    with page.expect_download() as download:
        page.get_by_role("button", name="Fetch the file").click()
    packed = tmp_path / "data.zip"
    download.value.save_as(packed)
    with zipfile.ZipFile(packed) as archive:
        held = json.loads(archive.read("everything.json"))["held"]
        assert "addresses.csv" in archive.namelist()
    assert held["account"][0]["mail_address"] == ADA
    assert held["addresses"][0]["city"] == "PARIS"

    # And forgotten.
    page.goto(f"{house.address}/account/erasure/")
    page.get_by_role("button", name="Go on to erasing").click()
    page.get_by_label("Your mail address").fill(ADA)
    page.get_by_role("button", name="Erase my account now").click()
    page.get_by_text("There is nothing left here that names you.").wait_for()
    page.goto(f"{house.address}/account/")
    page.wait_for_url(f"{house.address}/account/login/**")
    with page.expect_navigation():
        page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{house.address}/account/login/**")
    assert "Erase" not in page.content()


def test_without_a_script_every_way_but_passkeys_works(house: House, browser: Browser) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    type_code(page, house, "noor@example.org")
    page.wait_for_url(f"{house.address}/account/")
    page.goto(f"{house.address}/account/letters/")
    page.get_by_label("The editors’ letter").check()
    page.get_by_role("button", name="Keep this choice").click()
    page.get_by_text("Your choice is written down.").wait_for()
    page.goto(f"{house.address}/account/2fa/passkeys/new/")
    page.get_by_text("Passkeys need JavaScript").wait_for()
    page.context.close()
