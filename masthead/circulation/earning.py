"""Earning money by the day: what of a term that is a time has passed.

After k of n days `net * k // n` is earned in all, so that a time that ran to its end has earned
exactly its price. A day counts once it is over. Books need no row for each of them: a term is
booked through the end of a month, through its own last day, and through yesterday whenever money of
it moves (`endings`).
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from masthead.circulation import serving, standing, times
from masthead.circulation.models import EarnedTime, Subscription, Term
from masthead.circulation.standing import Account, Balance
from masthead.editorial.models import Title
from masthead.money import Money
from masthead.payments import journal


def earn(title: Title, *, at: datetime) -> int:
    """Book what passed of a title's times up to the end of last month; return how many rows.

    Of those that have ended it is all of the rest. Doing it again writes nothing.
    """
    through = times.month_before(title.day(at))
    written = 0
    waiting = sorted(_waiting(title, through, at))
    for start in range(0, len(waiting), serving.BATCH):
        written += _earn_batch(waiting[start : start + serving.BATCH], through, at)
    return written


def through_yesterday(subscription: Subscription, *, at: datetime) -> Account:
    """Book what passed of one subscription's times, and return its account; the row is held.

    Today is not over: who leaves has it paid back.
    """
    account = standing.of_one(subscription)
    if not any(balance.time for balance in account.balances):
        return account
    yesterday = account.subscription.title.day(at) - times.DAY
    if not _write([account], yesterday, at):
        return account
    return standing.of_one(subscription)


def as_of_yesterday(account: Account, *, at: datetime) -> Account:
    """Count the days of an account that are over, as `through_yesterday()` would book them now."""
    if any(balance.time for balance in account.balances):
        yesterday = account.subscription.title.day(at) - times.DAY
        for balance in account.balances:
            if balance.time and not balance.is_over:
                balance.earned_days = balance.time.served(yesterday, account.resting)
    return account


@transaction.atomic
def _earn_batch(subscriptions: list[int], through: date, at: datetime) -> int:
    held = Subscription.objects.select_for_update().filter(pk__in=subscriptions).order_by("pk")
    return _write(standing.of(held), through, at)


def _waiting(title: Title, through: date, at: datetime) -> set[int]:
    """Return the subscriptions that may have days to book; whether they have is looked at then."""
    terms = (
        Term.objects.filter(subscription__title=title, ends_at__isnull=False)
        .filter(subscription__ended_at=None)
        .annotate(last=Max("earned_times__through"))
        .values_list("subscription", "ends_at", "last")
    )
    paused = set(
        Subscription.objects.filter(title=title, holds__isnull=False).values_list("pk", flat=True)
    )
    found = set()
    for subscription, ends_at, last in terms:
        assert ends_at is not None
        end = title.day(ends_at)
        is_done = last is not None and last >= end - times.DAY
        is_ended = end <= title.day(at)
        is_waiting = not is_done and (last is None or last < through or is_ended)
        # Pauses move ends, in both directions.
        if is_waiting or subscription in paused:
            found.add(subscription)
    return found


def _write(accounts: Iterable[Account], through: date, at: datetime) -> int:
    """Write what passed through a day, or through the end of what has ended since."""
    rows: list[EarnedTime] = []
    sums: Counter[tuple[str, str]] = Counter()
    for account in accounts:
        yesterday = account.subscription.title.day(at) - times.DAY
        for balance in account.balances:
            if balance.time is None or balance.is_over:
                continue
            last = balance.time.end(account.resting) - times.DAY
            row = _row(balance, last if last <= yesterday else min(through, last), account, at)
            if row is None:
                continue
            rows.append(row)
            for component, minor in row.earned.items():
                before = _earned(balance, balance.earned_days).get(component, 0)
                sums[component, balance.term.currency] += minor - before
    EarnedTime.objects.bulk_create(rows)
    lines = [
        line
        for (component, currency), minor in sums.items()
        for line in journal.earned(component, Money(minor, currency))
    ]
    if any(line.money for line in lines):
        journal.post(f"time:{uuid.uuid4()}", lines, kind="served", at=at)
    return len(rows)


def _row(balance: Balance, through: date, account: Account, at: datetime) -> EarnedTime | None:
    assert balance.time is not None
    days = balance.time.served(through, account.resting)
    if days <= balance.earned_days:
        return None
    return EarnedTime(term=balance.term, through=through, earned=_earned(balance, days), at=at)


def _earned(balance: Balance, days: int) -> dict[str, int]:
    return {part.component: part.earned(days, balance.of) for part in balance.term.components}
