"""Terms that are a time, counted in days: where they end, and how many days of them are over.

All of it is pure. A day is a day where the title is published, whatever clocks do; it is served
once it is over, unless a pause lay on it, and the end moves by each day of a pause.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

DAY = timedelta(days=1)
NEVER = date(9000, 1, 1)
"""The end of a time whose pause has no end yet."""


class Pause(Protocol):
    """What is asked of a `Hold` here."""

    starts_on: date
    ends_on: date | None
    first_sequence: int | None


@dataclass(frozen=True, slots=True)
class Rest:
    """Days on which nothing is served, from the first to the last; None where no end is known."""

    first: date
    last: date | None

    def covers(self, day: date) -> bool:
        """Say whether it lies on a day."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Time:
    """So many days from a first one on."""

    first: date
    days: int

    def end(self, rests: Sequence[Rest] = ()) -> date:
        """Return the first day after it, as pauses stand now."""
        if not rests:
            return self.first + self.days * DAY
        day, left = self.first, self.days
        while left:
            resting = next((rest for rest in rests if rest.covers(day)), None)
            if resting is None:
                left -= 1
                day += DAY
            elif resting.last is None:
                return NEVER
            else:
                day = resting.last + DAY
        return day

    def served(self, through: date, rests: Sequence[Rest] = ()) -> int:
        """Return how many of its days were served up to a day, that one with them."""
        if through < self.first:
            return 0
        if not rests:
            return min(self.days, (through - self.first).days + 1)
        count, day = 0, self.first
        while day <= through and count < self.days:
            count += not any(rest.covers(day) for rest in rests)
            day += DAY
        return count


def months_after(day: date, months: int) -> date:
    """Return the same day so many months on; in a shorter month its last day."""
    count = day.month - 1 + months
    year, month = day.year + count // 12, count % 12 + 1
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    raise AssertionError("Every month has 28 days.")


def month_before(day: date) -> date:
    """Return the last day of the month before a day's."""
    return day.replace(day=1) - DAY


def rests(pauses: Iterable[Pause], lifted: Iterable[date | None]) -> tuple[Rest, ...]:
    """Return the days on which pauses rest; the day on which one was lifted is served again."""
    found = []
    for pause, day in zip(pauses, lifted, strict=True):
        if pause.first_sequence is not None:
            continue
        last = pause.ends_on
        if day is not None:
            last = day - DAY if last is None else min(last, day - DAY)
        if last is None or last >= pause.starts_on:
            found.append(Rest(pause.starts_on, last))
    return tuple(found)
