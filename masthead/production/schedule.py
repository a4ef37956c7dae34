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

from masthead.production.models import Stroke

logger = logging.getLogger(__name__)


class Rhythm(Protocol):
    """Says which slot a moment belongs to."""

    def slot(self, at: datetime) -> datetime:
        """Return the last moment up to `at` when the work was due."""
        ...


@dataclass(frozen=True, slots=True)
class Every:
    """At a steady interval, counted from the full hour."""

    interval: timedelta

    def slot(self, at: datetime) -> datetime:
        """Return the last full interval up to `at`."""
        epoch = datetime(1970, 1, 1, tzinfo=UTC)
        return at - (at - epoch) % self.interval


@dataclass(frozen=True, slots=True)
class Daily:
    """Once a day, at an hour in UTC."""

    at: time

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
    """Put in the queue whatever has come due; return the names of those lines.

    An hour that was missed while no worker ran is made up for once. A line seen for the
    first time waits for its next slot.
    """
    struck = {stroke.entry: stroke.struck_for for stroke in Stroke.objects.all()}
    return [entry.name for entry in entries() if _strike(entry, struck.get(entry.name), at)]


def _strike(entry: Entry, last: datetime | None, at: datetime) -> bool:
    slot = entry.rhythm.slot(at)
    if last is None:
        Stroke.objects.get_or_create(entry=entry.name, defaults={"struck_for": slot})
        return False
    if slot <= last:
        return False
    with transaction.atomic():
        # Of two workers only one finds the row still behind; the queue is in the same
        # database, so the work is in it exactly when the row has moved.
        moved = Stroke.objects.filter(entry=entry.name, struck_for__lt=slot).update(struck_for=slot)
        if moved:
            entry.task.enqueue()
    return bool(moved)
