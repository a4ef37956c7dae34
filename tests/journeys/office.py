"""The hands of an editor in a real browser."""

from __future__ import annotations

from typing import Any, ClassVar

from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as TookTooLong

from tests.journeys.post import App


class Office:
    """An editor's browser, from the sign-in page on."""

    # The phone of each editor, by their mail address.
    apps: ClassVar[dict[str, App]] = {}

    def __init__(self, page: Page, address: str) -> None:
        """Sit down in front of `page` at the house that answers at `address`."""
        self.page, self.address = page, address

    def sign_in(self, mail: str, password: str) -> None:
        """Sign in with two proofs, setting the second one up the first time; arrive in the office."""
        page = self.page
        page.goto(f"{self.address}/office/login/")
        page.fill("input[name=login]", mail)
        page.fill("input[name=password]", password)
        page.get_by_role("button", name="Sign in").click()
        if mail in self.apps:
            page.fill("input[name=code]", self.apps[mail].code())
            page.get_by_role("button", name="Go on").click()
        else:
            self._set_up_app(mail)
        page.wait_for_url(f"{self.address}/office/")

    def _set_up_app(self, mail: str) -> None:
        page = self.page
        page.get_by_role("link", name="Set up an app").click()
        self.apps[mail] = App(page.locator(".codes code").inner_text())
        page.fill("input[name=code]", self.apps[mail].code())
        page.get_by_role("button", name="Set it up").click()
        page.get_by_role("link", name="On to where you were going").click()

    def go(self, path: str) -> None:
        """Open a page of the office."""
        self.page.goto(f"{self.address}/office/{path}")

    def number_of(self, name: str, below: int | str = "") -> int:
        """Return the number of the page called `name` in the office's list of pages."""
        self.go(f"pages/{below}/" if below else "pages/")
        row = self.page.locator("td.title a[href$='/edit/']", has_text=name).first
        href = row.get_attribute("href")
        assert href
        return int(href.rstrip("/").split("/")[-2])

    def begin(self, kind: str, below: int, title: str) -> None:
        """Begin a page of one kind; wait until the form has made an address of its title."""
        self.go(f"pages/add/editorial/{kind}/{below}/")
        self.page.fill("input[name=title]", title)
        self.page.press("input[name=title]", "Tab")
        self.page.wait_for_function("document.getElementById('id_slug').value !== ''")

    def tab(self, name: str) -> None:
        """Turn to another tab of the form."""
        self.page.get_by_role("tab", name=name).click()

    def write(self, field: str, words: str) -> None:
        """Type into the rich text whose form field is `field`."""
        box = self.rich_text(field)
        box.scroll_into_view_if_needed()
        box.click()
        self.page.keyboard.type(words)

    def rich_text(self, field: str) -> Any:
        """Return the editor of the rich text whose form field is `field`."""
        hidden = self.page.locator(f'[name="{field}"]')
        return hidden.locator("xpath=..").locator(".public-DraftEditor-content")

    def add_block(self, label: str, stream: str = "body") -> str:
        """Append a block to a stream; return the prefix of its form fields."""
        counter = f'input[name="{stream}-count"]'
        before = int(self.page.input_value(counter))
        holder = self.page.locator(counter).locator("xpath=..")
        button = holder.locator("button[title='Insert a block']").last
        button.scroll_into_view_if_needed()
        button.click()
        self.page.get_by_role("option", name=label, exact=True).last.click()
        self.page.wait_for_selector(f'[name="{stream}-{before}-type"]', state="attached")
        return f"{stream}-{before}-value"

    def fill(self, prefix: str, **values: str) -> None:
        """Fill plain fields below a block's prefix; two underscores stand for a dash."""
        for name, value in values.items():
            self.page.fill(f'[name="{prefix}-{name.replace("__", "-")}"]', value)

    def upload_picture(self, field: str, file: str, title: str) -> None:
        """Upload a picture through the chooser of a form field."""
        self._open_chooser(field)
        modal = self.page.locator(".modal-content")
        modal.get_by_role("tab", name="Upload").click()
        modal.locator("input[type=file]").set_input_files(file)
        modal.locator('input[name$="title"]').fill(title)
        modal.get_by_role("button", name="Upload").click()
        self._chosen(field)

    def choose_picture(self, field: str, title: str) -> None:
        """Choose a picture that is in the library."""
        self._open_chooser(field)
        self.page.locator(".modal-content .chooser__choice, .modal-content .image-choice").filter(
            has_text=title
        ).first.click()
        self._chosen(field)

    def upload_file(self, field: str, file: str, title: str) -> None:
        """Upload a document through the chooser of a form field."""
        self.upload_picture(field, file, title)

    def choose_page(self, field: str, title: str) -> None:
        """Choose a page through the chooser of a form field."""
        self._open_chooser(field)
        modal = self.page.locator(".modal-content")
        modal.locator('input[name="q"]').fill(title)
        modal.locator("a.choose-page, a[data-chooser-modal-choice]").filter(
            has_text=title
        ).first.click()
        self._chosen(field)

    def _open_chooser(self, field: str) -> None:
        chooser = self.page.locator(f"#{field}-chooser")
        chooser.scroll_into_view_if_needed()
        chooser.locator("[data-chooser-action-choose]").first.click()

    def _chosen(self, field: str) -> None:
        self.page.locator(".modal-content").wait_for(state="hidden")
        self.page.wait_for_function("name => document.getElementById(name).value !== ''", arg=field)

    def save(self) -> None:
        """Save the draft."""
        self._act("Save draft")

    def publish(self) -> None:
        """Publish, through the menu beside the button that saves."""
        self._act(
            "Publish", within="footer .w-dropdown__toggle, footer [data-w-dropdown-target=toggle]"
        )

    def _act(self, name: str, within: str = "") -> None:
        """Press a button, in a menu that has to be opened where one is named.

        A click that comes while Wagtail 8 saves by itself is not heard; people click again. And
        where one of the office's own questions to the server went unanswered, on a machine with
        too much to do, or came in after the one that was asked next, Wagtail asks whether to go on.
        """
        button = self.page.get_by_role("button", name=name, exact=True).first
        for patience in (20_000, 90_000):
            if within and not button.is_visible():
                self.page.locator(within).first.click()
            try:
                with self.page.expect_navigation(timeout=patience):
                    button.click(timeout=patience)
            except TookTooLong:
                doubt = self.page.locator("#w-save-confirmation-dialog")
                if doubt.is_visible():
                    said = doubt.inner_text()
                    is_silence = "network error" in said.lower()
                    assert is_silence or "You saved a new version" in said, said
                    with self.page.expect_navigation(timeout=90_000):
                        doubt.get_by_role("button", name="Continue" if is_silence else name).click()
                    return
                if patience == 90_000:
                    raise
            else:
                return

    def message(self) -> str:
        """Return what the office says happened."""
        return self.page.locator(".messages").inner_text()
