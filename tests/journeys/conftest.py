"""A real magazine on a real server, and a real browser in front of it."""

from __future__ import annotations

import fcntl
import os
import re
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

from tests.journeys.post import PostRoom

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


def wait_for(address: str, seconds: float = 120) -> None:
    """Wait until something answers at `address`."""
    end = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(address, timeout=30)  # noqa: S310 - our own server.
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
        else:
            return


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Found a magazine as a publisher would, and serve it."""
    folder = tmp_path_factory.mktemp("journey") / "evening-post"
    port = free_port()
    address = f"http://localhost:{port}"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MASTHEAD_")}
    command = [sys.executable, "-m", "masthead.cli"]
    made = subprocess.run(
        [*command, "new", str(folder), "--name", "The Evening Post", "--address", address,
         "--editor", "ed@example.org"],
        env=environment, check=True, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    password = re.search(r"Password:\s+(\S+)", made.stdout)
    assert password, made.stdout
    post = PostRoom()
    mail_server = post.open(mail_port := free_port())
    _send_letters_to(folder / "masthead.toml", mail_port)
    server = subprocess.Popen(
        [*command, "--home", str(folder), "serve", "--port", str(port)],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(address)
        yield House(address, folder, "ed@example.org", password.group(1), post)
    finally:
        server.terminate()
        server.wait(timeout=20)
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
def lantern(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the demonstration magazine, made once for all processes; return its address."""
    with serving_the_lantern(tmp_path_factory) as address:
        yield address


@contextmanager
def serving_the_lantern(
    tmp_path_factory: pytest.TempPathFactory, theme: str = "lamp"
) -> Iterator[str]:
    """Serve a copy of the demonstration magazine in a theme; yield its address."""
    folder = a_lantern(tmp_path_factory)
    settings = folder / "masthead.toml"
    settings.write_text(
        settings.read_text().replace('# theme = "lamp"', f'theme = "{theme}"'), encoding="utf-8"
    )
    with serving(folder) as address:
        yield address


def a_lantern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a copy of the demonstration magazine."""
    # Named after this run: one that an earlier run left has an older database.
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    made = tmp_path_factory.getbasetemp().parent / f"lantern-made-{run}"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MASTHEAD_")}
    command = [sys.executable, "-m", "masthead.cli", "demo"]
    with made.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            subprocess.run(
                [*command, str(made), "--no-serve"],
                env=environment, check=True, capture_output=True, timeout=300,
            )  # fmt: skip
    folder = tmp_path_factory.mktemp("demo") / "lantern"
    shutil.copytree(made, folder)
    return folder


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve a magazine that was made already; yield its address."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MASTHEAD_")}
    command = [sys.executable, "-m", "masthead.cli", "--home", str(folder)]
    port = free_port()
    server = subprocess.Popen(
        # Without a worker: drawing sizes and cards would take the time of the other tests.
        [*command, "serve", "--port", str(port), "--no-worker"],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(f"http://localhost:{port}", seconds=120)
        yield f"http://localhost:{port}"
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
