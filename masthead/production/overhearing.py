"""Overhearing: what a page was made from is heard as its rows are read, and when it will look different."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from threading import Lock
from typing import Any

from django.db.models.signals import post_init

from masthead.production import changes

TURNS = "turns"
"""What is heard, besides tags, of a moment from which on something looks different."""

_hearing: ContextVar[set[str] | None] = ContextVar("hearing", default=None)
_listeners = 0
_listeners_lock = Lock()


@contextmanager
def listening() -> Iterator[set[str]]:
    """Collect the tags of all rows that are read within."""
    global _listeners
    heard: set[str] = set()
    token = _hearing.set(heard)
    with _listeners_lock:
        # Hearing of every row costs a little; nobody pays for it while nothing is pressed.
        if _listeners == 0:
            # Django keeps a note of each weak connection for as long as the function lives: for ever.
            post_init.connect(_read, weak=False)
        _listeners += 1
    try:
        yield heard
    finally:
        _hearing.reset(token)
        with _listeners_lock:
            _listeners -= 1
            if _listeners == 0:
                post_init.disconnect(_read)


def is_listening() -> bool:
    """Say whether somebody wants to know what is read here."""
    return _hearing.get() is not None


def hear(tags: Iterable[str]) -> None:
    """Have it heard that something was made from these, the rows of which were read before."""
    heard = _hearing.get()
    if heard is not None:
        heard.update(tags)


def hear_of_turns(*moments: datetime | None) -> None:
    """Have it heard that something made here looks different from some moments on."""
    heard = _hearing.get()
    if heard is not None:
        # At the end of its second, as a lock turns.
        heard.update(f"{TURNS}:{-int(-one.timestamp() // 1)}" for one in moments if one)


def turns(heard: Iterable[str], *, at: datetime) -> Iterator[datetime]:
    """Yield the moments after that one at which what was made from these looks different."""
    for one in heard:
        kind, _colon, moment = one.partition(":")
        if kind == TURNS and int(moment) > at.timestamp():
            yield datetime.fromtimestamp(int(moment), tz=at.tzinfo)


def _read(instance: Any, **_signal: Any) -> None:
    heard = _hearing.get()
    if heard is not None and instance.pk is not None:
        heard.add(changes.tag(instance))
