"""A real magazine on a real server, and a real browser in front of it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests import moulds
from tests.journeys.post import PostRoom
from tests.moulds import masthead, surroundings

CHROMIUM = os.environ.get("MASTHEAD_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@dataclass(frozen=True)
class House:
    """A magazine that runs: where, who edits it, and what letters it sends."""

    address: str
    folder: Path
    editor: str
    password: str
    post: PostRoom


def free_port() -> int:
    """Return a port on which nobody listens just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(
    address: str, seconds: float = 120, server: subprocess.Popen[bytes] | None = None
) -> None:
    """Wait until something answers at `address`, but no longer than its server lives."""
    end = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(address, timeout=30)  # noqa: S310 - our own server.
        except OSError:
            if time.monotonic() > end or (server and server.poll() is not None):
                raise
            time.sleep(0.2)
        else:
            return


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory, for_all_workers: Path) -> Iterator[House]:
    """Found a magazine as `masthead new` does, and serve it."""
    folder = tmp_path_factory.mktemp("journey") / "evening-post"
    port = free_port()
    address = f"http://localhost:{port}"
    moulds.lay_out(folder, magazine={"name": "The Evening Post", "address": address})
    moulds.gather(folder, for_all_workers)
    founding = "from masthead.cli import new; new.found(); new.introduce_editor('ed@example.org')"
    said = masthead("--home", folder, "django", "shell", "-v0", "-c", founding)
    post = PostRoom()
    mail_server = post.open(mail_port := free_port())
    _send_letters_to(folder / "masthead.toml", mail_port)
    try:
        with serving(folder, port, with_worker=True):
            yield House(address, folder, "ed@example.org", moulds.password_in(said), post)
    finally:
        mail_server.stop()


def _send_letters_to(settings: Path, port: int) -> None:
    text = settings.read_text()
    for default, chosen in (
        ('# host = ""', 'host = "127.0.0.1"'),
        ("# port = 587", f"port = {port}"),
        ('# security = "starttls"', 'security = "none"'),
    ):
        assert text.count(default) == 1
        text = text.replace(default, chosen)
    settings.write_text(text)


@pytest.fixture(scope="session")
def lantern(tmp_path_factory: pytest.TempPathFactory, for_all_workers: Path) -> Iterator[str]:
    """Serve a copy of the demonstration magazine; return its address."""
    folder, _password = a_lantern(tmp_path_factory, for_all_workers)
    with serving(folder) as address:
        yield address


def a_lantern(factory: pytest.TempPathFactory, for_all_workers: Path) -> tuple[Path, str]:
    """Return the folder of a copy of the demonstration magazine, and its editor's password."""
    cast, password = moulds.lantern(for_all_workers)
    folder = factory.mktemp("demo") / "lantern"
    shutil.copytree(cast, folder)
    return folder, password


@contextmanager
def serving(folder: Path, port: int = 0, *, with_worker: bool = False) -> Iterator[str]:
    """Serve a magazine that was made already; yield its address.

    Args:
        folder: of the magazine.
        port: any that is free, when left out.
        with_worker: whether tasks are done; sizes and cards take the time of the other tests.
    """
    port = port or free_port()
    command = [sys.executable, "-m", "masthead.cli", "--home", str(folder), "serve"]
    said = folder.parent / "said-by-the-server"
    with said.open("w") as log:
        server = subprocess.Popen(
            [*command, "--port", str(port), *(() if with_worker else ("--no-worker",))],
            env=surroundings(), stdout=log, stderr=log,
        )  # fmt: skip
    address = f"http://localhost:{port}"
    try:
        try:
            wait_for(address, server=server)
        except OSError as error:
            error.add_note(said.read_text())
            raise
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return a running Chromium."""
    # Its loop stays in this process; Django would take the tests that follow for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Return a window of its own, which fails the test when a script of ours does.

    Or when a page does what its content security policy forbids.
    """
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(90_000)
    errors = complaints_of(page)
    yield page
    context.close()
    assert not errors


def complaints_of(page: Page) -> list[str]:
    """Return a list that fills with what the browser complains of: scripts and policies."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))

    def hear(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Permissions-Policy" in message.text:
            found.append(f"{message.text} ({message.location})")

    page.on("console", hear)
    return found
