"""From the lead of an article to all of it, and to the money back: in a browser, paid in pretence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Page

from masthead.payments.pretend import serving as pretend
from tests import moulds
from tests.journeys.conftest import a_lantern, free_port, serving
from tests.journeys.post import PostRoom

ADA = "ada@readers.example"
CLOSED = "/articles/the-minister-in-the-next-room/"


@pytest.fixture(scope="module")
def shop(
    tmp_path_factory: pytest.TempPathFactory, for_all_workers: Path
) -> Iterator[tuple[str, PostRoom, Path]]:
    """Serve The Lantern with a mail server and with payments that move no money."""
    folder, _password = a_lantern(tmp_path_factory, for_all_workers)
    port, mail_port, pay_port = free_port(), free_port(), free_port()
    settings = folder / "masthead.toml"
    text = settings.read_text()
    for old, new in (
        ('# host = ""', 'host = "127.0.0.1"'),
        ("# port = 587", f"port = {mail_port}"),
        ('# security = "starttls"', 'security = "none"'),
        ("http://127.0.0.1:8001", f"http://127.0.0.1:{pay_port}"),
        ("http://localhost:8000", f"http://localhost:{port}"),
    ):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    settings.write_text(text)
    moulds.masthead(
        "--home", folder, "press", "no-18", "--edition", "screen", "--out", folder.parent
    )
    post = PostRoom()
    mail = post.open(mail_port)
    try:
        with pretend.opened(pay_port), serving(folder, port) as address:
            yield address, post, folder
    finally:
        mail.stop()


def balances(folder: Path) -> str:
    """Return what is there and what is owed; what was earned and given back lies beside that."""
    script = (
        "from masthead.payments import journal;"
        "print(sorted((account, minor) for (account, _c), minor in journal.balances().items()"
        " if account.startswith(('assets', 'liabilities'))))"
    )
    return moulds.masthead("--home", folder, "django", "shell", "-v0", "-c", script)


def confirm(folder: Path) -> None:
    """Write to payers of what they did, as the worker does."""
    script = "from masthead.circulation import tasks; print(tasks.send_confirmations.func())"
    assert moulds.masthead("--home", folder, "django", "shell", "-v0", "-c", script).strip() == "2"


def words_on(paper: bytes) -> str:
    return pypdfium2.PdfDocument(paper)[0].get_textpage().get_text_bounded()


def subscribe(page: Page, shop: tuple[str, PostRoom, Path], *, card: str = "4242") -> None:
    """Take the offer up below a closed article, and pay."""
    address, post, _folder = shop
    page.goto(address + CLOSED)
    page.locator(".offer").get_by_role("link", name="Subscribe").click()
    page.get_by_label("Country").select_option("DE")
    page.get_by_role("button", name="Go on").click()
    sent = len(post.letters)
    page.get_by_label("Mail address").fill(ADA)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code").fill(post.code_to(ADA, after=sent))
    page.get_by_role("button", name="Go on").click()
    page.get_by_text("€72.00").first.wait_for()
    page.get_by_label("Goes on for another 24 issues").check()
    page.get_by_label("Pay by").select_option("card")
    page.get_by_role("button", name="Pay €72.00").click()
    page.get_by_text("no money moves").first.wait_for()
    page.get_by_label(card).check()
    page.get_by_role("button", name="Pay").click()


def test_a_stranger_subscribes_reads_and_has_the_money_back(
    shop: tuple[str, PostRoom, Path], page: Page
) -> None:
    address, post, folder = shop
    before = balances(folder)
    page.goto(address + CLOSED)
    lead = page.locator(".copy").inner_text()
    page.get_by_role("complementary", name="Advertisement").wait_for()
    subscribe(page, shop)
    page.get_by_role("heading", name="It is yours").wait_for()

    # All of the article, and the issue as a file.
    page.goto(address + CLOSED)
    assert not page.locator(".offer").count()
    assert len(page.locator(".copy").inner_text()) > 2 * len(lead)
    assert "advertisement" not in page.content().lower()
    assert "('assets:provider:card', 7200)" in balances(folder)
    page.goto(address + "/issues/no-18/read/")
    with page.expect_download() as coming:
        page.get_by_role("link", name="PDF").click()
    assert len(pypdfium2.PdfDocument(coming.value.path())) > 20

    # Two clicks from the subscription to the money.
    page.goto(address + "/account/subscriptions/")
    page.get_by_text("issues to come").wait_for()
    page.get_by_role("link", name=re.compile("Look closer")).click()
    page.get_by_text("It stands until").wait_for()
    page.get_by_role("link", name=re.compile("Have your money back")).click()
    page.get_by_role("button", name="Have your money back").click()
    page.get_by_text("are on their way back to you").wait_for()
    page.get_by_text("Done").first.wait_for()

    # The lead again; nothing is left in the house, and nothing owed.
    page.goto(address + CLOSED)
    page.locator(".offer").wait_for()
    assert page.locator(".copy").inner_text() == lead
    assert balances(folder) == before
    assert page.request.get(coming.value.url).status == 403

    # What was done stands in writing, with its papers.
    sent = len(post.letters)
    confirm(folder)
    welcome, farewell = post.letters[sent:]
    assert "€72.00" in welcome.get_body(("plain",)).get_content()
    for letter, paper in ((welcome, "Invoice"), (farewell, "Credit note")):
        (attached,) = letter.iter_attachments()
        assert attached.get_content_type() == "application/pdf"
        assert paper in words_on(attached.get_content())


def test_a_card_that_is_declined_opens_nothing_and_can_be_tried_again(
    shop: tuple[str, PostRoom, Path], browser, page: Page
) -> None:
    address, _post, _folder = shop
    subscribe(page, shop, card="0002")
    page.get_by_text("Choose another card").wait_for()
    page.goto(address + CLOSED)
    page.locator(".offer").wait_for()
