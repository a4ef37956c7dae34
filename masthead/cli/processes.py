"""Processes that are kept going together: which of them ends is started anew, until all are to stop."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence

from masthead.cli.terminal import say
from masthead.config import behind_front

PATIENCE_SECONDS = 15
RESTART_PAUSE_SECONDS = 1
"""What ends again at once is started anew ever more patiently;"""

SOON_SECONDS, MOST_ENDS = 60, 4
"""and what ends more often than that in this time, only as often as that."""

Process = subprocess.Popen[bytes]


def until_told() -> threading.Event:
    """Return what is set once this process is told to stop.

    The others are in groups of their own, so ctrl-C reaches them only through us: from
    before the first is started.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def start(command: Sequence[str]) -> Process:
    """Start a module of Python, with what stands after it on its line."""
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", *command],
        preexec_fn=_end_with_parent,
        process_group=0,
        env={**os.environ, behind_front.SWITCH: "1"},
    )


def _end_with_parent() -> None:
    """Ask Linux to end this process when its parent is killed; elsewhere do nothing."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        with contextlib.suppress(OSError):
            ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)


def keep(
    commands: Mapping[str, Sequence[str]],
    processes: dict[str, Process],
    stop: threading.Event,
    *,
    first: str = "",
    before: Callable[[str], object] = lambda name: None,
) -> int:
    """Keep the processes going until told to stop.

    What ends again and again is started anew every quarter of a minute, and the others go on: readers
    are answered while worker or house are out of order. Only without the first is all at an end.

    Args:
        commands: how each is started, by its name.
        processes: those that run.
        stop: ends all of them.
        first: the name of the one without which nobody is answered, if there is one.
        before: called with its name before one is started anew.

    Returns:
        The exit code: 1 where the first one ended again and again.
    """
    code = 0
    ended: dict[str, list[float]] = {name: [] for name in commands}
    due: dict[str, float] = {}
    while code == 0 and not stop.wait(0.5):
        now = time.monotonic()
        for name in [one for one, process in processes.items() if process.poll() is not None]:
            if name not in due:
                _kill_group(processes[name])
                ended[name] = [*(at for at in ended[name] if at > now - SOON_SECONDS), now]
                if name == first and len(ended[name]) > MOST_ENDS:
                    say(f"The {name} ends again and again; its last words stand above.")
                    code = 1
                    break
                due[name] = now + _pause(name, len(ended[name]))
            if now >= due[name]:
                del due[name]
                before(name)
                processes[name] = start(commands[name])
    for process in processes.values():
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
    for process in processes.values():
        try:
            process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
        _kill_group(process)
    return code


def _pause(name: str, ends: int) -> float:
    """Say that one is started anew, and return in how many seconds."""
    if ends <= MOST_ENDS:
        say(f"The {name} ended by itself; starting another.")
        return RESTART_PAUSE_SECONDS * (ends - 1)
    pause = SOON_SECONDS / MOST_ENDS
    say(
        f"The {name} ends again and again; its last words stand above. "
        f"It is started once more in {pause:g} seconds, and the others go on."
    )
    return pause


def _kill_group(process: Process) -> None:
    """End what a process left: killed from outside, it could not end its own children."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
