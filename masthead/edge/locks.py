"""Locks of works and keys of readers, and the one question between them: does it fit?

`circulation.entitlements` makes both from facts; whoever holds only a lock and a pass
asks the same question here and gets the same answer (docs/decisions/0011).

Moments are Unix seconds: a pass travels to servers and languages that know no time zones.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from masthead.manuscript.nodes import Access

ANY_TITLE = "*"
"""The title of keys that open works of every title of the house."""


@dataclass(frozen=True, slots=True)
class Lock:
    """What stands before one work.

    ``title`` and ``article`` are UUIDs as text, ``issue`` the sequence of the issue it
    stands in. The lock holds from ``not_before`` until just before ``not_after``: outside
    of that the work has another lock, and whoever has only this one must ask.
    """

    title: str
    access: Access
    article: str
    issue: int | None = None
    not_before: int | None = None
    not_after: int | None = None

    def holds(self, at: float) -> bool:
        """Say whether this is still, and already, the lock of the work."""
        return (self.not_before is None or self.not_before <= at) and (
            self.not_after is None or at < self.not_after
        )


@dataclass(frozen=True, slots=True)
class Key:
    """What a reader has been given, by the rule with that id.

    Opens works of ``title`` that are of one of ``classes``; of these only those in
    ``issues`` (first and last sequence; nothing then that stands in no issue), and only
    that ``article``, where it names them. It ends just before ``until``.
    """

    rule: str
    title: str
    classes: frozenset[Access]
    issues: tuple[int, int] | None = None
    article: str = ""
    until: int | None = None
    without_ads: bool = False


def fits(key: Key, lock: Lock, at: float) -> bool:
    """Say whether `key` opens `lock` at that moment, in Unix seconds."""
    if key.until is not None and at >= key.until:
        return False
    if key.title not in (lock.title, ANY_TITLE):
        return False
    if lock.access not in key.classes:
        return False
    if key.article and key.article != lock.article:
        return False
    if key.issues is None:
        return True
    first, last = key.issues
    return lock.issue is not None and first <= lock.issue <= last


def opened_by(lock: Lock, keys: Iterable[Key], at: float) -> str | None:
    """Return the id of the rule that opens `lock`, or None: it stays shut.

    "open" for what is everybody's. A lock that does not hold at that moment opens for
    nobody: deny on doubt.
    """
    if not lock.holds(at):
        return None
    if lock.access == "open":
        return "open"
    for key in keys:
        if fits(key, lock, at):
            return key.rule
    return None


def keep_advertisements_away(keys: Iterable[Key], title: str, at: float) -> bool:
    """Say whether one of `keys` asks for pages of a title without advertisements."""
    for key in keys:
        asks = key.without_ads and key.title in (title, ANY_TITLE)
        if asks and (key.until is None or at < key.until):
            return True
    return False
