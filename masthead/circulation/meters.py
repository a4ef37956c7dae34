"""Counting metered articles: a few a month for who signed up, fewer certainties for others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from masthead.circulation.models import MeteredRead
from masthead.circulation.models.policy import policy_of
from masthead.circulation.tickets import Ticket
from masthead.editorial.models import Article, Title
from masthead.people.models import User


@dataclass(frozen=True, slots=True)
class Count:
    """How a reader stands with a title's meter this month."""

    read: int
    allowed: int

    @property
    def left(self) -> int:
        """How many more articles would open."""
        return max(0, self.allowed - self.read)


def month_of(title: Title, at: datetime) -> date:
    """Return the first day of the month that `at` falls in where the title is published."""
    return title.day(at).replace(day=1)


def month_started_at(title: Title, at: datetime) -> datetime:
    """Return when that month began."""
    return title.midnight(at).replace(day=1)


def month_ends_at(title: Title, at: datetime) -> datetime:
    """Return when that month is over."""
    # Four days after any 28th lies in the next month; the zone's own clocks are counted.
    return (title.midnight(at).replace(day=28) + timedelta(days=4)).replace(day=1)


def count_for(reader: User, article: Article, title: Title, *, at: datetime) -> Count | None:
    """Count a metered article for a reader who signed in; None when the month is used up.

    Counting the same article again in a month costs nothing. Two articles opened at once
    cannot both be the last: on SQLite writers come one after the other, elsewhere the
    reader's row is locked.
    """
    month = month_of(title, at)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=reader.pk)
        counted = MeteredRead.objects.filter(reader=reader, title=title, month_on=month)
        keys = set(counted.values_list("article", flat=True))
        allowed = policy_of(title).metered_articles
        if article.key not in keys:
            if len(keys) >= allowed:
                return None
            MeteredRead.objects.create(
                reader=reader, title=title, month_on=month, article=article.key, read_at=at
            )
            keys.add(article.key)
    return Count(len(keys), allowed)


def count_on(
    ticket: Ticket, article: Article, title: Title, *, at: datetime
) -> tuple[Ticket, Count] | None:
    """Count a metered article on a browser's ticket; None when the month is used up.

    Returns:
        The ticket to give back to the browser, and how it stands.
    """
    allowed = policy_of(title).metered_articles
    month = f"{month_of(title, at):%Y-%m}"
    there = ticket.counted_in(str(title.key), month)
    if str(article.key) not in there and len(there) >= allowed:
        return None
    counted = ticket.with_counted(str(title.key), month, str(article.key))
    return counted, Count(len(counted.counted_in(str(title.key), month)), allowed)
