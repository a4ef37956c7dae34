"""Several machines serve one magazine: two web nodes and two workers, on what they lean on for real.

PostgreSQL, Redis and an object storage that speaks S3 are started here; the machines are folders
with the same settings, and processes of their own.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from masthead.cli import new
from tests import moulds
from tests.moulds import ROOT, surroundings
from tests.nodes import outside
from tests.nodes.outside import wait_for

HOST = "testserver"
PATIENCE = 3
PRESSED = re.compile(r'"[0-9a-f]{32}-\w+"')
"""What the ETag of an answer looks like that came from the page store."""


@dataclass
class Answer:
    status: int
    body: str
    is_pressed: bool


@dataclass
class Machine:
    """A machine: a folder, and the command that runs there."""

    home: Path
    command: tuple[str, ...]
    environment: dict[str, str]
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    log: Path = field(init=False)

    def start(self) -> None:
        self.log = self.home / "log"
        with self.log.open("a") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "masthead.cli", "--home", str(self.home), *self.command],
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

    def child(self, word: str) -> int:
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
            [sys.executable, str(ROOT / "tests/nodes/desk.py")],
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


@dataclass
class Magazine:
    left: Machine
    right: Machine
    workers: tuple[Machine, Machine]
    desk: Desk
    redis: subprocess.Popen[bytes]
    folder: Path

    @property
    def nodes(self) -> tuple[Machine, Machine]:
        return self.left, self.right


@contextmanager
def magazine(folder: Path, shared: Path) -> Iterator[Magazine]:
    with ExitStack() as stack:
        database = stack.enter_context(outside.postgresql(folder / "postgresql"))
        redis, redis_process = stack.enter_context(outside.redis(folder))
        endpoint = stack.enter_context(outside.objects(folder))
        homes = [folder / name for name in ("left", "right", "first", "second")]
        for home in homes:
            new.lay_out(
                home,
                magazine={"name": "The Lantern", "address": f"http://{HOST}"},
                database={"url": database},
                storage={"bucket": outside.BUCKET, "endpoint": endpoint},
                redis={"url": redis},
                nodes={"several": True, "patience_seconds": PATIENCE},
            )
        for home in homes:
            moulds.gather(home, shared)
        environment = {
            **surroundings(),
            "MASTHEAD_SECRET_KEY": moulds.SECRET,
            "MASTHEAD_STORAGE_KEY": outside.KEY,
            "MASTHEAD_STORAGE_SECRET": outside.SECRET_KEY,
            "DJANGO_SETTINGS_MODULE": "masthead.config.settings",
        }
        ports = [outside.free_port(), outside.free_port()]
        nodes = [
            Machine(home, ("serve", "--no-worker", "--port", str(port)), environment, port)
            for home, port in zip(homes[:2], ports, strict=True)
        ]
        workers = [Machine(home, ("worker", "--lane", "press"), environment) for home in homes[2:]]
        desk = Desk({**environment, "MASTHEAD_HOME": str(homes[0])})
        for machine in (*nodes, *workers):
            machine.start()
            stack.callback(lambda one=machine: one.process.poll() is None and one.kill())
        stack.callback(desk.go_home)
        yield Magazine(nodes[0], nodes[1], (workers[0], workers[1]), desk, redis_process, folder)


def reads(machine: Machine, path: str, words: str, cookie: str = "") -> bool:
    """Say whether a reader is given these words there, out of the page store."""
    answer = machine.get(path, cookie)
    return answer.is_pressed and answer.status == 200 and words in answer.body


@pytest.fixture
def house(tmp_path: Path, for_all_workers: Path) -> Iterator[Magazine]:
    with magazine(tmp_path, for_all_workers) as made:
        try:
            yield made
        finally:
            print(made.desk.state())
            for machine in (*made.nodes, *made.workers):
                print(f"== {machine.home.name}\n{machine.log.read_text()[-4000:]}")  # If it fails.


OPEN, CLOSED = "/articles/evening/", "/articles/morning/"


def test_whoever_is_killed_every_reader_is_served_the_new_edition_and_never_what_was_taken_down(
    house: Magazine,
) -> None:
    desk = house.desk
    desk.publish("evening", "open", "First edition", "The rest of the first")
    desk.publish("morning", "subscribers", "First lead", "Paid words of the first")
    reader = f"pass={desk.subscriber()}"
    for node in house.nodes:
        wait_for(lambda node=node: reads(node, OPEN, "The rest of the first"))
        wait_for(lambda node=node: reads(node, CLOSED, "Paid words of the first", reader))
        assert "Paid words" not in node.get(CLOSED).body
        assert node.is_ready()

    # A picture that one machine made is there for readers of all, and what is private for none.
    picture = f"pictures/ab/{'0123456789abcdef' * 4}/small.png"
    desk.keep("public", picture, "a picture")
    desk.keep("private", picture, "an original")
    assert desk.kept("public", picture) == [f"/media/{picture}", "a picture"]
    assert desk.kept("private", picture) == [None, "an original"]
    assert [node.get(f"/media/{picture}").body for node in house.nodes] == ["a picture"] * 2
    assert house.left.get(f"/media/{picture.replace('small', 'large')}").status == 404

    # A machine with a front and a house, and one of the workers, are gone at one blow.
    house.right.kill()
    house.workers[0].kill()
    desk.publish("evening", "open", "Second edition", "The rest of the second")
    desk.publish("morning", "subscribers", "Second lead", "Paid words of the second")
    wait_for(lambda: reads(house.left, OPEN, "The rest of the second"))
    wait_for(lambda: reads(house.left, CLOSED, "Paid words of the second", reader))
    assert "Paid words" not in house.left.get(CLOSED).body

    # What comes back after a while serves nothing old: it has missed an edition, and knows it.
    time.sleep(PATIENCE)
    house.right.start()
    wait_for(lambda: outside.answers(house.right.port))
    wait_for(house.right.is_ready)
    assert reads(house.right, OPEN, "The rest of the second")
    assert reads(house.right, CLOSED, "Paid words of the second", reader)

    # What is unpublished is gone everywhere once the editor is told so.
    for_seconds = desk.unpublish("morning")
    for node in house.nodes:
        for cookie in ("", reader):
            answer = node.get(CLOSED, cookie)
            assert answer.status == 410
            assert "Paid words" not in answer.body
    assert for_seconds < PATIENCE

    # A machine whose carrier is stuck leaves the balancer and asks the house; the editor who takes
    # something down waits until it does.
    carrier = house.left.child("carrier")
    os.kill(carrier, signal.SIGSTOP)
    desk.unpublish("evening")
    assert not house.left.is_ready()
    assert [node.get(OPEN).status for node in house.nodes] == [410, 410]
    assert house.right.is_ready()
    os.kill(carrier, signal.SIGCONT)
    wait_for(house.left.is_ready)
    assert house.left.get(OPEN).status == 410

    # Redis only wakes; without it, workers look by themselves.
    house.redis.kill()
    desk.publish("evening", "open", "Third edition", "The rest of the third")
    for node in house.nodes:
        wait_for(lambda node=node: reads(node, OPEN, "The rest of the third"))
