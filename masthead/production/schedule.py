"""The schedule: what happens at its hour, once, however many workers watch the clock.

A department enters its work in `ready()`:

    schedule.enter("forget-old-tasks", tasks.forget_old_tasks, Daily(time(4, 0)))
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Protocol

from django.db import transaction
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from masthead.production.models import Stroke

logger = logging.getLogger(__name__)


class Rhythm(Protocol):
    """Says which slot a moment belongs to."""

    @property
    def period(self) -> timedelta:
        """Return how far a slot is from the next."""
        ...

    def slot(self, at: datetime) -> datetime:
        """Return the last moment up to `at` when the work was due."""
        ...


@dataclass(frozen=True, slots=True)
class Every:
    """At a steady interval, counted from the full hour."""

    interval: timedelta

    @property
    def period(self) -> timedelta:
        """Return the interval."""
        return self.interval

    def slot(self, at: datetime) -> datetime:
        """Return the last full interval up to `at`."""
        epoch = datetime(1970, 1, 1, tzinfo=UTC)
        return at - (at - epoch) % self.interval


@dataclass(frozen=True, slots=True)
class Daily:
    """Once a day, at an hour in UTC."""

    at: time

    @property
    def period(self) -> timedelta:
        """Return a day."""
        return timedelta(days=1)

    def slot(self, at: datetime) -> datetime:
        """Return today's hour if it has passed, else yesterday's."""
        today = datetime.combine(at.astimezone(UTC).date(), self.at, tzinfo=UTC)
        return today if today <= at else today - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the schedule."""

    name: str
    task: Task[Any, Any]
    rhythm: Rhythm


class AlreadyEntered(Exception):
    """Two different tasks want the same line of the schedule."""


_entries: dict[str, Entry] = {}

_seen: dict[str, datetime] = {}
"""The slot in which this process last looked at each line."""


def enter(name: str, task: Task[Any, Any], rhythm: Rhythm) -> None:
    """Have `task` put in the queue whenever a new slot of `rhythm` begins.

    Args:
        name: of the line, kept in the database; renaming it starts it anew.
        task: takes no arguments.
        rhythm: `Every(...)` or `Daily(...)`.

    Raises:
        AlreadyEntered: the name is taken by another task.
    """
    entry = Entry(name, task, rhythm)
    if _entries.setdefault(name, entry) != entry:
        raise AlreadyEntered(f"The schedule has {name!r} already; give this task another name.")


def entries() -> tuple[Entry, ...]:
    """Return the whole schedule."""
    return tuple(_entries.values())


def strike(*, at: datetime) -> list[str]:
    """Have in the queue whatever has come due; return the names of those lines.

    What still waits there, since nobody has come to it, is not put there again.
    An hour that was missed while no worker ran is made up for once. A line seen for the
    first time waits for its next slot; and so does one that was struck by a clock far ahead.
    """
    struck = {stroke.entry: stroke.struck_for for stroke in Stroke.objects.all()}
    return [entry.name for entry in entries() if _strike(entry, struck.get(entry.name), at)]


def _strike(entry: Entry, last: datetime | None, at: datetime) -> bool:
    slot = entry.rhythm.slot(at)
    # Once each, so that two machines whose clocks are apart do not strike by turns without end.
    if (seen := _seen.get(entry.name)) == slot:
        return False
    struck = False
    if last is None:
        Stroke.objects.get_or_create(entry=entry.name, defaults={"struck_for": slot})
    elif last < slot:
        struck = _move(entry, slot, struck_for__lt=slot)
    elif last > slot + entry.rhythm.period and seen is not None and seen < slot:
        # That clock was ahead, not this one behind, as a machine's is that has yet to ask for
        # the time: a slot has begun by it since. The row may be moved back.
        struck = _move(entry, slot, struck_for=last)
        logger.warning(
            "%s was struck for %s, by a clock that was ahead. It goes on from %s; see that the "
            "clocks of all machines are set by NTP.", entry.name, last, slot,
        )  # fmt: skip
    _seen[entry.name] = slot
    return struck


def _move(entry: Entry, slot: datetime, **behind: datetime) -> bool:
    with transaction.atomic():
        # Of two workers only one finds the row as it was; the queue is in the same
        # database, so the work is in it exactly when the row has moved.
        moved = Stroke.objects.filter(entry=entry.name, **behind).update(struck_for=slot)
        if moved and not _waits(entry.task):
            entry.task.enqueue()
    return bool(moved)


def _waits(task: Task[Any, Any]) -> bool:
    return DBTaskResult.objects.ready().filter(task_path=task.module_path).exists()
