import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from masthead.cli import serve
from masthead.cli.terminal import Stop
from tests import moulds
from tests.moulds import surroundings


def test_a_port_in_use_is_told_and_another_named(free_port):
    with socket.socket() as other:
        other.bind(("127.0.0.1", free_port))
        other.listen()
        with pytest.raises(Stop) as stopped:
            serve.require_free("127.0.0.1", free_port)
    assert "cannot be used" in stopped.value.what
    assert f"--port {free_port + 1}" in stopped.value.mend


def test_there_is_no_port_70000():
    with pytest.raises(Stop, match="no port 70000"):
        serve.require_free("127.0.0.1", 70000)


def test_a_free_port_is_left_free(free_port):
    serve.require_free("127.0.0.1", free_port)
    serve.require_free("127.0.0.1", free_port)


def test_an_outdated_database_is_not_served(masthead, magazine, free_port):
    with sqlite3.connect(magazine / "masthead.sqlite3") as database:
        database.execute("DELETE FROM django_migrations WHERE app = 'production'")
    database.close()
    result = masthead("serve", "--port", free_port, cwd=magazine)
    assert result.returncode == 2
    assert "masthead migrate" in result.stderr


def children(parent: int) -> list[int]:
    told = subprocess.run(
        ["ps", "--ppid", str(parent), "-o", "pid="], capture_output=True, text=True, check=False
    )
    return [int(pid) for pid in told.stdout.split()]


def child(parent: int, word: str) -> int:
    """Return the process of a parent's whose command has a word."""
    return next(
        pid
        for pid in children(parent)
        if word in Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    )


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_for(what, seconds=120):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if what():
            return True
        time.sleep(0.1)
    return False


@pytest.fixture
def served(magazine, for_all_workers, free_port, tmp_path):
    """A magazine that is being served, and what it says."""
    moulds.gather(magazine, for_all_workers)
    log = tmp_path / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "masthead.cli", "serve", "--port", str(free_port)],
            cwd=magazine,
            env=surroundings(),
            stdout=output,
            stderr=output,
        )
    try:
        assert wait_for(lambda: "Press ctrl-C" in log.read_text()), log.read_text()
        assert wait_for(lambda: "The worker is ready." in log.read_text()), log.read_text()
        yield process, log
    finally:
        process.kill()
        process.wait()


def test_web_and_worker_start_together_and_end_together(served, free_port):
    process, log = served
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"http://127.0.0.1:{free_port}/media/nothing", timeout=20)
    house, worker = child(process.pid, "granian"), child(process.pid, "worker")
    os.kill(worker, signal.SIGKILL)
    assert wait_for(lambda: log.read_text().count("The worker is ready.") == 2), log.read_text()
    family = [*children(process.pid), *children(house)]
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    assert wait_for(lambda: not any(alive(pid) for pid in family), 10)
    assert log.read_text().rstrip().endswith("Stopped.")


def answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/office/login/", timeout=20).close()
    except urllib.error.HTTPError as refusal:
        refusal.close()
        return refusal.code < 500
    except OSError:
        return False
    return True


def test_whoever_is_killed_is_followed_by_another(served, free_port):
    process, log = served
    assert wait_for(lambda: answers(free_port))
    for name, word in (("house", "granian"), ("front", "front")):
        os.kill(child(process.pid, word), signal.SIGKILL)
        assert wait_for(lambda: f"The {name} ended by itself" in log.read_text())  # noqa: B023
        assert wait_for(lambda: len(children(process.pid)) == 3)
        assert wait_for(lambda: answers(free_port)), log.read_text()
    family = children(process.pid)
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    assert wait_for(lambda: not any(alive(pid) for pid in family), 10)
    serve.require_free("127.0.0.1", free_port)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_who_stops_before_all_is_ready_stops_all_of_it(
    magazine, for_all_workers, free_port, tmp_path, number
):
    moulds.gather(magazine, for_all_workers)
    log = tmp_path / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "masthead.cli", "serve", "--port", str(free_port)],
            cwd=magazine,
            env=surroundings(),
            stdout=output,
            stderr=output,
        )
    try:
        assert wait_for(lambda: len(children(process.pid)) == 3)
        family = children(process.pid)
        process.send_signal(number)
        assert process.wait(30) == 0
        # Who is taken over by the machine is gone a moment later.
        assert wait_for(lambda: not any(alive(pid) for pid in family), 10)
        assert log.read_text().rstrip().endswith("Stopped.")
    finally:
        process.kill()
        process.wait()
