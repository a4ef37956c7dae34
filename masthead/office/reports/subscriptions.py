"""Subscriptions by the month: new, renewed, stopped, ended, run out; by source and by country."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, TruncMonth

from masthead.circulation.models import (
    Deduction,
    Extension,
    ServiceRecord,
    Subscription,
    Term,
)
from masthead.editorial.models import Issue, Title

MOST_SOURCES = 30


@dataclass(slots=True)
class Month:
    """What became of subscriptions in one month."""

    month: date
    new: int = 0
    renewed: int = 0
    stopped: int = 0
    ended: int = 0
    ran_out: int = 0


@dataclass(slots=True)
class Served:
    """One issue: how many copies of it were served to each country, in print and not."""

    issue: Issue
    printed: Counter[str] = field(default_factory=Counter)
    digital: Counter[str] = field(default_factory=Counter)


def by_month(title: Title, wanted: list[date], *, at: datetime) -> list[Month]:
    """Return what became of a title's subscriptions in some months; five queries.

    A subscription has run out in the month of its last copy: nothing is left of it, no time is
    running, and nobody ended it before.
    """
    months = {month: Month(month) for month in wanted}
    terms = Term.objects.filter(subscription__title=title)
    among = Subscription.objects.filter(title=title)
    stopped = among.filter(stopped_at__gt=F("opened_at"))
    counts: tuple[tuple[str, QuerySet[Any], str], ...] = (
        ("new", terms.filter(sequence=1), "opened_at"),
        ("renewed", terms.filter(sequence__gt=1), "opened_at"),
        ("stopped", stopped, "stopped_at"),
        ("ended", among.exclude(ended_at=None), "ended_at"),
        ("ran_out", run_out(title, at=at), "last_served"),
    )
    for name, rows, moment in counts:
        for month, number in _counted(rows, moment):
            if month in months:
                setattr(months[month], name, number)
    return list(months.values())


def running(title: Title, *, at: datetime) -> int:
    """Return how many subscriptions have copies left or a time running; one query."""
    return _with_sums(title, at).filter(Q(bought__gt=F("gone")) | Q(runs=True)).count()


def run_out(title: Title, *, at: datetime) -> QuerySet[Any]:
    """Return the subscriptions that were served to their end, with when that was."""
    return _with_sums(title, at).filter(
        bought__lte=F("gone"), runs=False, last_served__isnull=False
    )


def by_source(title: Title, since: datetime) -> list[tuple[str, int]]:
    """Return how many subscriptions began since a moment, by where they were sold; one query."""
    rows = (
        Term.objects.filter(subscription__title=title, sequence=1, opened_at__gte=since)
        .values_list("order__source_key")
        .order_by()
        .annotate(number=Count("pk"))
        .order_by("-number", "order__source_key")
    )
    return list(rows[:MOST_SOURCES])


def by_country(title: Title, issues: int) -> list[Served]:
    """Return the copies of the newest issues, by country, the oldest first; two queries."""
    newest = list(Issue.objects.on_sale().filter(publication=title)[:issues])
    made = {issue.pk: Served(issue) for issue in reversed(newest)}
    rows = (
        ServiceRecord.objects.filter(issue__in=made)
        .exclude(kind=ServiceRecord.Kind.REPLACEMENT)
        .order_by()
        .values_list("issue", "country", "is_printed")
        .annotate(number=Count("pk"))
    )
    for issue, country, is_printed, number in rows:
        kind = made[issue].printed if is_printed else made[issue].digital
        kind[country] += number
    return list(made.values())


def countries(served: Iterable[Served], most: int) -> list[str]:
    """Return the countries that most copies go to, the first of them most; others are left out."""
    sums: Counter[str] = Counter()
    for one in served:
        sums += one.printed + one.digital
    return [country for country, _copies in sums.most_common(most)]


def _counted(rows: QuerySet[Any], moment: str) -> list[tuple[date, int]]:
    found: dict[date, int] = defaultdict(int)
    months = rows.order_by().annotate(month=TruncMonth(moment)).values_list("month")
    for month, number in months.annotate(number=Count("pk")):
        if month is not None:
            found[month.date()] += number
    return list(found.items())


def _with_sums(title: Title, at: datetime) -> QuerySet[Any]:
    """Return subscriptions that nobody ended, each with copies bought and gone, and its last one."""

    def total(model: Any, field_name: str, **only: Any) -> Any:
        rows = model.objects.filter(subscription=OuterRef("pk"), **only).order_by()
        summed = rows.values("subscription").annotate(sum=Sum(field_name)).values("sum")
        return Coalesce(Subquery(summed), 0)

    kinds = ServiceRecord.Kind
    last = (
        ServiceRecord.objects.filter(subscription=OuterRef("pk"))
        .order_by()
        .values("subscription")
        .annotate(last=Max("served_at"))
        .values("last")
    )
    times = Term.objects.filter(subscription=OuterRef("pk"), ends_at__gt=at)
    return Subscription.objects.filter(title=title, ended_at=None).annotate(
        bought=total(Term, "copies") + total(Extension, "copies"),
        gone=total(ServiceRecord, "copies", kind__in=[kinds.PAID, kinds.BACK, kinds.COMPLIMENTARY])
        + total(Deduction, "copies", term__isnull=False),
        last_served=Subquery(last),
        runs=Exists(times),
    )
