"""Real processes for drills: started by forking, killed at a point that has a name."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import traceback
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections

from masthead.payments import attempts, journal, ways
from masthead.payments.providers.stripe import Stripe
from tests.moulds import ROOT
from tests.payments.conftest import Till

KILLED = -signal.SIGKILL


class FarTill(Till):
    """The pretend service in a process of its own, so that this one has no threads to fork."""

    def __init__(self, address: str) -> None:
        self.address = address

    @property
    def service(self) -> Any:
        return self

    def order(self, do: str, **said: Any) -> Any:
        body = json.dumps({"do": do, **said}).encode()
        with urllib.request.urlopen(f"{self.address}/pretend/commands", body) as answer:  # noqa: S310
            return json.load(answer)["said"]

    def moved(self) -> int:
        return self.order("truth")["balance"].get("eur", 0)

    def charges(self) -> list[int]:
        return self.order("truth")["charges"]

    def refunds(self) -> list[int]:
        return self.order("truth")["refunds"]


@contextmanager
def far_service() -> Iterator[str]:
    """Have the pretend service run in a process of its own; yield its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    script = f"from masthead.payments.pretend import serving; serving.serve({port})"
    process = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT)
    address = f"http://127.0.0.1:{port}"
    try:
        for _time in range(300):
            try:
                urllib.request.urlopen(address)
            except urllib.error.HTTPError as answer:
                answer.close()
                break
            except OSError:
                time.sleep(0.1)
        yield address
    finally:
        process.kill()
        process.wait()


def die(*_arguments: object, **_keywords: object) -> None:
    """End this process as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


def kill_at(point: str) -> None:
    """Have this process end at a point of sending; see `POINTS`."""
    POINTS[point]()


def _before(owner: Any, *names: str) -> Callable[[], None]:
    def set_up() -> None:
        for name in names:
            setattr(owner, name, die)

    return set_up


def _after(owner: Any, *names: str) -> Callable[[], None]:
    def set_up() -> None:
        for name in names:
            setattr(owner, name, _then_die(getattr(owner, name)))

    return set_up


def _then_die(act: Callable[..., Any]) -> Callable[..., Any]:
    def acted(*arguments: Any, **keywords: Any) -> None:
        act(*arguments, **keywords)
        die()

    return acted


CALLS = ("begin", "charge", "refund")
POINTS: dict[str, Callable[[], None]] = {
    "before it is written that it is sent": _before(attempts, "_claim"),
    "before the call": _before(Stripe, *CALLS),
    "after the provider has done it": _after(Stripe, *CALLS),
    "between the state and the books": _before(journal, "post"),
    "before the commit": _before(attempts, "_tell"),
    "after the commit": _after(attempts, "settle"),
}


def in_processes(*acts: Callable[[], object]) -> list[int]:
    """Run each in a process of its own, all at once; return how each ended."""
    connections.close_all()
    gate, opener = os.pipe()
    children = [_fork(act, gate, opener) for act in acts]
    os.close(gate)
    os.close(opener)
    return [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children]


def _fork(act: Callable[[], object], gate: int, opener: int) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        os.close(opener)
        # Open connections belong to who forked.
        ways._made.clear()
        os.read(gate, 1)
        act()
        connections.close_all()
        code = 0
    except BaseException:  # noqa: BLE001 - told by the code it ends with
        traceback.print_exc()
    finally:
        os._exit(code)
