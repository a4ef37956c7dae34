"""Who may read what: one question, asked here by every surface.

Facts about a reader become keys, a work becomes a lock, and `may_read()` sees whether one
fits the other. All of it is pure: it sees values, never rows or requests, so that the same
answer is given to the site, a feed, a letter and the API, and so that every rule can be
proved. A pass carries the same keys (docs/decisions/0011). It begins closed: what no key
opens stays at the lead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from masthead.edge import locks
from masthead.edge.locks import ANY_TITLE, Key, Lock
from masthead.manuscript.gate import Decision
from masthead.manuscript.nodes import ACCESS_KINDS, Access

READ_EVERYTHING = "editorial.read_everything"
"""The permission of staff who may read whatever stands in the magazine."""

EVERY_CLASS: frozenset[Access] = frozenset(ACCESS_KINDS) - {"open"}
SIGNED_UP: frozenset[Access] = frozenset({"registered"})
METERED: frozenset[Access] = frozenset({"metered"})


@dataclass(frozen=True, slots=True)
class Reading:
    """Reading one title as a subscriber does: a term, a single copy, a grant, an institution.

    ``rule`` is the id under which decisions name it; ``issues`` are the first and last
    sequence it is good for, None for all of them. It holds from ``starts_at`` until just
    before ``ends_at``. One that ``opens`` nothing still keeps what else was promised.
    """

    rule: str
    title: str
    starts_at: datetime
    ends_at: datetime | None = None
    issues: tuple[int, int] | None = None
    without_ads: bool = False
    opens: bool = True


@dataclass(frozen=True, slots=True)
class Single:
    """One article, by a gift or because a meter has counted it, until just before ``ends_at``.

    ``classes`` are the classes of access that it opens the article in: what a meter has
    counted stays shut once the article is for subscribers alone.
    """

    rule: str
    title: str
    article: str
    classes: frozenset[Access]
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything known of who asks; nobody knows anything of `Facts()`."""

    signed_in: bool = False
    reads_everything: bool = False
    readings: tuple[Reading, ...] = ()
    singles: tuple[Single, ...] = ()


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks, with the keys in hand. An anonymous reader is `Viewer()`."""

    signed_in: bool = False
    reads_everything: bool = False
    keys: tuple[Key, ...] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """What is asked for.

    ``published`` is whether it is out at all. Until ``subscribers_until`` it is for
    subscribers alone, from ``free_from`` on for everybody. ``strangers_counted`` lets a
    browser without an account have a metered one counted.
    """

    key: str
    access: Access
    title: str = ""
    issue: int | None = None
    published: bool = True
    free_from: datetime | None = None
    subscribers_until: datetime | None = None
    strangers_counted: bool = False


ANONYMOUS = Viewer()


def may_read(viewer: Viewer, work: Work, at: datetime) -> Decision:
    """Return what `viewer` may have of `work` at that moment.

    The first rule that applies decides, and its id is in the decision:

    - ``staff``: permitted staff have everything, published or not.
    - ``not-out``: nobody else has anything of what is not published.
    - ``open``: the work is everybody's, by itself or by now.
    - the rule of the first key that fits: ``term``, ``single-copy``, ``grant``, ``institution``, ``crawler``, ``seat``,
      ``gift``, ``meter``, ``signed-up``.
    - ``sign-up``: it would open for who signs up, or be counted for them.
    - ``countable``: it is metered; see `circulation.meters` for having it counted.
    - ``closed``: whatever is left is closed; the lead, and the offer.

    Args:
        viewer: who asks.
        work: what for.
        at: the moment of asking, timezone-aware.
    """
    lock = lock_of(work, at)
    if viewer.reads_everything:
        return Decision("full", "staff")
    if not work.published:
        return Decision("none", "not-out")
    rule = locks.opened_by(lock, viewer.keys, at.timestamp())
    if rule is not None:
        return Decision("full", rule)
    return Decision("lead", _why_closed(viewer, work, lock), offer=True)


def _why_closed(viewer: Viewer, work: Work, lock: Lock) -> str:
    if lock.access == "metered" and (viewer.signed_in or work.strangers_counted):
        return "countable"
    if lock.access in ("metered", "registered") and not viewer.signed_in:
        return "sign-up"
    return "closed"


def lock_of(work: Work, at: datetime) -> Lock:
    """Return the lock before `work` at that moment, and between which moments it holds.

    Moments are whole seconds in a lock; a change within a second is made at its end, so
    that nothing opens early.
    """
    if at.tzinfo is None:
        raise ValueError("Ask with a timezone-aware moment.")
    lock = Lock(title=work.title, access=work.access, article=work.key, issue=work.issue)
    free, first = _seconds(work.free_from), _seconds(work.subscribers_until)
    now = at.timestamp()
    if free is not None and now >= free:
        return replace(lock, access="open", not_before=free)
    if first is not None and now < first:
        end = first if free is None else min(first, free)
        return replace(lock, access="subscribers", not_after=end)
    return replace(lock, not_before=first, not_after=free)


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else -int(-moment.timestamp() // 1)


def viewer_with(facts: Facts, at: datetime) -> Viewer:
    """Return the viewer of whom these facts are known, with the keys they give."""
    return Viewer(facts.signed_in, facts.reads_everything, keys_of(facts, at))


def subscriber_of(title: str, at: datetime, *, without_ads: bool = False) -> Viewer:
    """Return somebody with a term of a title, named by its UUID, for who looks whether the gate holds."""
    return viewer_with(Facts(readings=(Reading("term", title, at, without_ads=without_ads),)), at)


def keys_of(facts: Facts, at: datetime) -> tuple[Key, ...]:
    """Return the keys that facts give at that moment; those that open most come first."""
    return tuple(_keys(facts, at))


def _keys(facts: Facts, at: datetime) -> Iterator[Key]:
    if facts.reads_everything:
        yield Key("staff", ANY_TITLE, EVERY_CLASS)
    for reading in facts.readings:
        if reading.starts_at <= at and (reading.ends_at is None or at < reading.ends_at):
            yield Key(
                rule=reading.rule,
                title=reading.title,
                classes=EVERY_CLASS if reading.opens else frozenset(),
                issues=reading.issues,
                until=_floor(reading.ends_at),
                without_ads=reading.without_ads,
            )
    if facts.signed_in:
        yield Key("signed-up", ANY_TITLE, SIGNED_UP)
    for single in facts.singles:
        if at < single.ends_at:
            yield Key(
                rule=single.rule,
                title=single.title,
                classes=single.classes,
                article=single.article,
                until=_floor(single.ends_at),
            )


def _floor(moment: datetime | None) -> int | None:
    """Return the whole second before a moment: keys end early rather than late."""
    return None if moment is None else int(moment.timestamp() // 1)
