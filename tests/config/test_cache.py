"""Of many who add the same thing at once, one is told that it was added."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

from masthead.config.cache import SharedCache

KEYS = 60


def add_all(folder: str, start, won) -> None:
    cache = SharedCache(folder, {})
    start.wait()
    for number in range(KEYS):
        if cache.add(f"lock-{number}", 1):
            won.put(number)


def test_two_processes_never_hold_the_same_lock(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    start, won = context.Event(), context.Queue()
    racers = [context.Process(target=add_all, args=(str(tmp_path), start, won)) for _ in range(3)]
    for racer in racers:
        racer.start()
    start.set()
    winners = sorted(won.get(timeout=60) for _ in range(KEYS))
    for racer in racers:
        racer.join(timeout=60)
    assert winners == list(range(KEYS))
    assert won.empty()


def test_what_ran_out_can_be_added_again(tmp_path: Path) -> None:
    cache = SharedCache(str(tmp_path), {})
    assert cache.add("lock", 1, timeout=-1)
    assert cache.add("lock", 1)
    assert not cache.add("lock", 1)
