"""Several machines serve one magazine: two web nodes and two workers, on what they lean on for real.

PostgreSQL, Redis and an object storage that speaks S3 are started here; the machines are folders
with the same settings, and processes of their own.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from masthead.cli import new
from tests import moulds
from tests.machines import HOST, Desk, Machine, free_port, wait_for
from tests.moulds import surroundings
from tests.nodes import outside

PATIENCE = 3


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
        database = stack.enter_context(outside.postgresql(folder / "postgresql.log"))
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
        ports = [free_port(), free_port()]
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
