"""Machines that serve a magazine in processes of their own, and the editor's desk elsewhere."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests import moulds
from tests.moulds import ROOT, surroundings

HOST = "testserver"
PRESSED = re.compile(r'"[0-9a-f]{32}-\w+"')
"""What the ETag of an answer looks like that came from the page store."""


@dataclass
class Answer:
    status: int
    body: str
    is_pressed: bool
    cookies: dict[str, str] = field(default_factory=dict)


@dataclass
class Machine:
    """A machine: a folder, and the command that runs there."""

    home: Path
    command: tuple[str, ...]
    environment: dict[str, str]
    port: int = 0
    program: str = "masthead.cli"
    process: subprocess.Popen[bytes] | None = None
    log: Path = field(init=False)

    def start(self) -> None:
        self.log = self.home / "log"
        with self.log.open("a") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", self.program, "--home", str(self.home), *self.command],
                env=self.environment, stdout=output, stderr=output, cwd=ROOT, process_group=0,
            )  # fmt: skip

    def kill(self) -> None:
        """Kill everything that runs here at one blow, as when the power fails."""
        assert self.process is not None
        everybody = [self.process.pid, *below(self.process.pid)]
        for pid in everybody:
            os.kill(pid, signal.SIGSTOP)  # So that nobody sees another go.
        for pid in everybody:
            os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def kill_child(self, word: str) -> None:
        """Kill one process of those that run here."""
        os.kill(self.child(word), signal.SIGKILL)

    def child(self, word: str) -> int:
        """Return the process whose command has a word."""
        assert self.process is not None
        return next(
            pid
            for pid in below(self.process.pid)
            if word in Path(f"/proc/{pid}/cmdline").read_text().split("\0")
        )

    def get(self, path: str, cookie: str = "") -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path, headers={"Host": HOST, "Cookie": cookie})
            answer = connection.getresponse()
            return Answer(
                answer.status,
                answer.read().decode(),
                bool(PRESSED.fullmatch(answer.getheader("etag") or "")),
                dict(
                    one.partition(";")[0].split("=", 1)
                    for one in answer.headers.get_all("set-cookie") or ()
                ),
            )
        finally:
            connection.close()

    def is_ready(self) -> bool:
        return self.get("/-/ready").status == 200


def below(parent: int) -> list[int]:
    """Return the processes that a process started, and those that they did."""
    told = subprocess.run(
        ["ps", "--ppid", str(parent), "-o", "pid="], capture_output=True, text=True, check=False
    )
    children = [int(pid) for pid in told.stdout.split()]
    return [*children, *(pid for child in children for pid in below(child))]


class Desk:
    """The editor, who works somewhere else."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "tests/desk.py")],
            env={**environment, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
        )  # fmt: skip

    def go_home(self) -> None:
        self.process.kill()
        self.process.communicate()

    def __getattr__(self, name: str) -> Any:
        def ask(*arguments: object) -> Any:
            assert self.process.stdin is not None
            assert self.process.stdout is not None
            self.process.stdin.write(json.dumps([name, arguments]) + "\n")
            self.process.stdin.flush()
            return json.loads(self.process.stdout.readline())

        return ask


def free_port() -> int:
    """Return a port on which nobody listens just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what: Callable[[], object], seconds: float = 240, every: float = 0.25) -> None:
    """Wait until something is so.

    Raises:
        TimeoutError: it never was.
    """
    deadline = time.monotonic() + seconds
    while True:
        with suppress(OSError):
            if what():
                return
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not come true in {seconds} seconds.")
        time.sleep(every)


@contextmanager
def alone(home: Path, shared: Path) -> Iterator[tuple[Machine, Desk]]:
    """Serve a magazine on one machine, on SQLite, until it is needed no more."""
    moulds.lay_out(home, magazine={"name": "The Gazette", "address": f"http://{HOST}"})
    moulds.gather(home, shared)
    environment = {**surroundings(), "MASTHEAD_SECRET_KEY": moulds.SECRET}
    port = free_port()
    command = ("serve", "--port", str(port))
    server = Machine(home, command, environment, port, "tests.unshaken")
    settings = {"DJANGO_SETTINGS_MODULE": "masthead.config.settings", "MASTHEAD_HOME": str(home)}
    desk = Desk({**environment, **settings})
    server.start()
    try:
        wait_for(lambda: server.get("/-/ready"))
        yield server, desk
    finally:
        desk.go_home()
        server.kill()
