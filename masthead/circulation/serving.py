"""Serving an issue: each subscription gets its copy once, and the money for it is earned.

An issue that is on sale is served; asking again adds those who were not due before, and nothing
else. A copy that was labelled before (`label_runs`) is served whatever came after: to a
subscription that has ended since, for nothing. What a copy earns is worked out from the whole term, so that a term served to the end has
earned exactly its price.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from masthead.circulation import standing
from masthead.circulation.models import Label, ServedIssue, ServiceRecord, Subscription, Term
from masthead.circulation.standing import Account, Balance
from masthead.editorial.models import Issue
from masthead.money import Money
from masthead.payments import journal
from masthead.payments.journal import Line
from masthead.people.models import Address

BATCH = 1_000
"""Subscriptions in one transaction: many, to be quick, and not all, to let others write."""

Kind = ServiceRecord.Kind


class NotOnSale(Exception):
    """Only an issue that is on sale is served."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where a copy goes: in print if there is an address, else only by country."""

    country: str = ""
    region: str = ""
    has_address: bool = False


def serve(
    issue: Issue, *, at: datetime, progress: Callable[[int], None] | None = None
) -> Counter[str]:
    """Serve an issue to everybody it is owed to, and return how many got it, by kind.

    Args:
        issue: on sale.
        at: the moment, timezone-aware; pauses count as they stood when the issue came out.
        progress: called with how many subscriptions were looked at, now and then.

    Raises:
        NotOnSale: see the class.
    """
    if issue.state != Issue.State.ON_SALE:
        raise NotOnSale(f"{issue} is not on sale.")
    served: Counter[str] = Counter()
    looked_at = 0
    labelled = Label.objects.filter(issue=issue).values("subscription")
    concerned = Subscription.objects.filter(Q(ended_at=None) | Q(pk__in=labelled))
    for batch in batches(concerned.filter(title=issue.publication_id, opened_at__lte=at)):
        served += serve_to(issue, batch, at=at)
        looked_at += len(batch)
        if progress:
            progress(looked_at)
    return served


def catch_up(*, at: datetime) -> list[Issue]:
    """Serve every issue that has gone on sale and was not served to the end; return them.

    Each is marked once it is: who resumes or is given a copy later waits for the next issue.
    """
    waiting = Issue.objects.on_sale().filter(served=None).order_by("on_sale_at", "sequence")
    done = []
    for issue in waiting.select_related("publication"):
        serve(issue, at=at)
        ServedIssue.objects.bulk_create([ServedIssue(issue=issue, at=at)], ignore_conflicts=True)
        done.append(issue)
    return done


@transaction.atomic
def serve_to(issue: Issue, subscriptions: Sequence[int], *, at: datetime) -> Counter[str]:
    """Serve an issue to those of some subscriptions that it is owed to and that lack it.

    Records and the entry in the books are written in one transaction.
    """
    labels = _labels(issue, subscriptions)
    locked = list(
        Subscription.objects.select_for_update(of=("self",))
        .filter(Q(ended_at=None) | Q(pk__in=labels), pk__in=subscriptions)
        .order_by("pk")
    )
    # Looked up with the rows held: another run may have served them while we waited.
    have = _have(issue, subscriptions)
    among = [subscription for subscription in locked if subscription.pk not in have]
    wheres = _wheres(among)
    out = issue.on_sale_at or at
    records = []
    for account in standing.of(among):
        subscription = account.subscription
        if label := labels.get(subscription.pk):
            records.append(_labelled(account, issue, label, at))
            continue
        where = wheres.get(subscription.reader_id, Where())
        held = account.skips(issue, out=out, at=out)
        if not held and (record := _record(account, issue, where, at)):
            records.append(record)
    ServiceRecord.objects.bulk_create(records)
    book_earned(records, f"served:{issue.key}:{uuid.uuid4()}", at)
    return Counter(record.kind for record in records)


def serve_new(term: Term, *, at: datetime) -> None:
    """Serve what is owed of a new term and on sale already."""
    on_sale = Issue.objects.on_sale().filter(
        publication=term.subscription.title_id, sequence__gte=term.first_sequence
    )
    for issue in on_sale.order_by("sequence"):
        serve_to(issue, [term.subscription_id], at=at)


def due(account: Account, issue: Issue) -> tuple[str, Balance | None] | None:
    """Return on what account an issue is owed and from which term; None if it is not owed."""
    out = issue.on_sale_at or issue.planned_on_sale_at
    if out and any(balance.time for balance in account.balances):
        for balance in account.balances:
            if balance.covers(issue, out):
                return Kind.PAID, balance
    if any(balance.waits_for_money for balance in account.balances):
        return None
    current = account.current()
    if current and issue.sequence >= current.term.first_sequence:
        return Kind.PAID, current
    if current or issue.sequence <= account.last_read or issue.sequence < account.reads_since():
        return None
    if out and account.runs(out):
        # What comes out before a time begins, or while it rests, is nobody's to add to it.
        return None
    if account.reads_gift(out):
        # The gift takes this issue; what was added for nothing is not lost by it.
        return None
    if account.extensions_left > 0:
        return Kind.COMPLIMENTARY, None
    if account.grace_left(out) > 0 and account.last_issue and issue.counts_as:
        return Kind.GRACE, None
    if out and issue.counts_as and account.in_days_of_grace(out):
        return Kind.GRACE, None
    return None


def earned_by(balance: Balance, copies: int) -> dict[str, int]:
    """Return what so many more copies of a term earn, net, by component."""
    of, used = balance.term.copies, balance.used
    found = {
        part.component: part.earned(used + copies, of) - part.earned(used, of)
        for part in balance.term.components
    }
    return {component: minor for component, minor in found.items() if minor}


def book_earned(records: Sequence[ServiceRecord], key: str, at: datetime) -> None:
    """Write in the books what copies earned: one entry for all of them."""
    sums: Counter[tuple[str, str]] = Counter()
    for record in records:
        for component, minor in record.earned.items():
            sums[component, record.currency] += minor
    lines = list(_earned_lines(sums))
    if lines:
        journal.post(key, lines, kind="served", at=at)


def _earned_lines(sums: Counter[tuple[str, str]]) -> Iterator[Line]:
    for (component, currency), minor in sums.items():
        money = Money(minor, currency)
        yield from journal.earned(component, money)


def _record(account: Account, issue: Issue, where: Where, at: datetime) -> ServiceRecord | None:
    found = due(account, issue)
    if found is None:
        return None
    kind, balance = found
    record = ServiceRecord(
        subscription=account.subscription,
        issue=issue,
        kind=kind,
        copies=issue.counts_as,
        served_at=at,
        country=where.country,
        region=where.region,
        is_gift=account.subscription.reader_id != account.subscription.payer_id,
    )
    last = (balance or account.balances[-1]).term
    record.is_printed = last.with_print and where.has_address
    record.currency = last.currency
    record.source_key = last.order.source_key
    record.country = record.country or last.order.country
    if balance is None:
        # As with paid copies, below: the last of them is a double issue, too.
        out = issue.on_sale_at or issue.planned_on_sale_at
        left = account.grace_left(out) if kind == Kind.GRACE else account.extensions_left
        record.copies = min(issue.counts_as, left)
        return record
    record.term = balance.term
    if balance.term.copies:
        # The last copy of a term is a double issue, too: readers are not asked for another.
        record.copies = min(issue.counts_as, balance.left)
        record.earned = earned_by(balance, record.copies)
        net = sum(part.net for part in balance.term.components)
        record.price_per_copy = net // balance.term.copies
    else:
        # A time owes days, and no copies that could be used up.
        record.copies = 0
    return record


def _labelled(account: Account, issue: Issue, label: Label, at: datetime) -> ServiceRecord:
    """Return the record of a copy that is in the post: paid, or a present if nothing is owed."""
    where = Where(label.country, label.region, has_address=True)
    record = None
    if account.subscription.ended_at is None:
        record = _record(account, issue, where, at)
    record = record or ServiceRecord(
        subscription=account.subscription,
        issue=issue,
        kind=Kind.COMPLIMENTARY,
        copies=0,
        served_at=at,
        country=where.country,
        region=where.region,
        is_gift=account.subscription.reader_id != account.subscription.payer_id,
    )
    record.is_printed = True
    return record


def batches(subscriptions: QuerySet[Subscription]) -> Iterator[list[int]]:
    """Yield the rows of many subscriptions, so many at a time."""
    last = 0
    while True:
        following = subscriptions.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)
        batch = list(following[:BATCH])
        if not batch:
            return
        yield batch
        last = batch[-1]


def _have(issue: Issue, subscriptions: Sequence[int]) -> set[int]:
    served = ServiceRecord.objects.filter(issue=issue, subscription__in=subscriptions)
    return set(served.exclude(kind=Kind.REPLACEMENT).values_list("subscription", flat=True))


def _labels(issue: Issue, subscriptions: Sequence[int]) -> dict[int, Label]:
    found = Label.objects.filter(issue=issue, subscription__in=subscriptions, record=None)
    return {label.subscription_id: label for label in found if label.subscription_id}


def _wheres(subscriptions: Sequence[Subscription]) -> dict[int, Where]:
    readers = [one.reader_id for one in subscriptions]
    posts = Address.objects.filter(user__in=readers, is_for_post=True, undelivered=None)
    return {
        user: Where(str(country), region, has_address=True)
        for user, country, region in posts.values_list("user", "country", "region")
    }
