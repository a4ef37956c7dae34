"""What somebody reads because it was sold to them: worked out from terms and what was served."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from masthead.circulation import standing
from masthead.circulation.deals import Deal
from masthead.circulation.entitlements import Reading
from masthead.circulation.models import (
    CreditOrder,
    Order,
    ServiceRecord,
    SingleCopy,
    Subscription,
)
from masthead.circulation.standing import Account
from masthead.people.models import User

RULE = "term"
SINGLE_COPY = "single-copy"
LAST = 2**31 - 1

NOT_KEPT = (
    Subscription.Ended.MONEY_BACK,
    Subscription.Ended.WITHDRAWN,
    Subscription.Ended.CHARGED_BACK,
    Subscription.Ended.NOT_PAID,
)
"""Who had all of the money back has nothing left of it."""


def of(reader: User, at: datetime) -> Iterator[Reading]:
    """Yield what a reader's subscriptions let them read at that moment.

    One for each that is going to be served and whose offer promises articles for subscribers, or
    pages without advertisements. It is good for all issues where past ones are promised, else from
    its first one on. Then the issues that they bought by themselves, for ever.
    """
    running = Subscription.objects.running().filter(reader=reader, opened_at__lte=at)
    newest: dict[int, int] = {}
    goes_on: list[int] = []
    for account in standing.of(running.select_related("title")):
        title = account.subscription.title
        if title.pk not in newest:
            newest[title.pk] = standing.newest_sequence(title.pk)
        state = account.state(at, newest[title.pk])
        balance = account.in_force(at)
        if balance is None or state not in standing.GOING_TO_BE_SERVED:
            continue
        if balance.term.order.kind == Order.Kind.FOLDED:
            goes_on.append(account.subscription.pk)
        if state == "held":
            # Who pauses a time has these days later; they are not read twice.
            continue
        yield from _by(account, balance.term.deal, at)
    if goes_on:
        # What a title that folded had promised is kept for as long as what was paid for it lasts.
        old = Subscription.objects.filter(folded__successor__in=goes_on)
        for account in standing.of(old.select_related("title")):
            yield from _by(account, account.balances[-1].term.deal, at)
    yield from _single_copies(reader, at)


def _by(account: Account, deal: Deal, at: datetime) -> Iterator[Reading]:
    title = account.subscription.title
    day = title.day(at)
    opens, without_ads = deal.keeps("subscriber-articles", day), deal.keeps("ad-free", day)
    if opens or without_ads:
        all_issues = deal.keeps("past-issues", day)
        yield Reading(
            rule=RULE,
            title=str(title.key),
            starts_at=account.subscription.opened_at,
            issues=None if all_issues else (account.reads_since(), LAST),
            without_ads=without_ads,
            opens=opens,
        )


def kept_by(reader: User, at: datetime) -> Iterator[Reading]:
    """Yield the issues that were served to a reader, up to that moment, and stay theirs."""
    served = (
        ServiceRecord.objects.filter(subscription__reader=reader, issue__on_sale_at__lte=at)
        .exclude(subscription__ended_why__in=NOT_KEPT)
        .exclude(term__order__credit__billing=CreditOrder.Billing.CREDITED)
        .exclude(
            term__order__credit__billing=CreditOrder.Billing.OWED,
            term__order__credit__suspended_at__isnull=False,
        )
        .order_by("issue__publication", "issue__sequence")
        .values_list("issue__publication__key", "issue__sequence", "issue__on_sale_at")
    )
    for title, sequence, on_sale_at in served:
        if on_sale_at:
            issues = (sequence, sequence)
            yield Reading(rule=RULE, title=str(title), starts_at=on_sale_at, issues=issues)


def _single_copies(reader: User, at: datetime) -> Iterator[Reading]:
    bought = SingleCopy.objects.to_read().filter(reader=reader, paid_at__lte=at)
    rows = bought.values_list("issue__publication__key", "issue__sequence", "paid_at")
    for title, sequence, paid_at in rows.order_by("pk"):
        if paid_at and sequence:
            yield Reading(SINGLE_COPY, str(title), starts_at=paid_at, issues=(sequence, sequence))
