"""Where a subscription stands: worked out from what was sold, served, added and taken back.

Nothing here is kept: the same facts give the same answer, in whatever order they came. The
arithmetic is pure (`Account`), and `of()` fetches the facts of many subscriptions in a few
queries.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from django.db.models import F

from masthead.circulation.models import (
    Deduction,
    Extension,
    Hold,
    OfferVersion,
    Present,
    ServiceRecord,
    Subscription,
    Term,
)
from masthead.editorial.models import Issue

State = Literal["waiting", "active", "held", "grace", "expired", "ended"]
GOING_TO_BE_SERVED = frozenset({"waiting", "active", "held", "grace"})


@dataclass(slots=True)
class Balance:
    """One term and what became of its copies."""

    term: Term
    served: int = 0
    taken: int = 0
    recouped: int = 0

    @property
    def left(self) -> int:
        """Copies still owed."""
        return max(0, self.term.copies - self.served - self.taken)

    @property
    def used(self) -> int:
        """Copies that have earned their money: served of it, or in grace before it."""
        return self.served + self.recouped

    @property
    def is_over(self) -> bool:
        """Whether it was paid back or moved, so that nothing of it is deferred any more."""
        return self.taken > self.recouped


@dataclass(slots=True)
class Account:
    """All that decides where one subscription stands."""

    subscription: Subscription
    balances: list[Balance] = field(default_factory=list)
    graced: int = 0
    graced_since: int = 0
    settled: int = 0
    extended: int = 0
    extensions_served: int = 0
    last_issue: int = 0
    holds: list[Hold] = field(default_factory=list)
    given: list[Account] = field(default_factory=list)
    """Running gifts of the same title to the same reader, where this one is their own."""
    in_line: int = 0
    """How many gifts were taken and begin once nothing of this is to come."""

    @property
    def left(self) -> int:
        """Paid copies still owed."""
        return sum(balance.left for balance in self.balances)

    @property
    def extensions_left(self) -> int:
        """Copies still owed for nothing."""
        return self.extended - self.extensions_served

    @property
    def grace_owed(self) -> int:
        """Copies served in grace that no term has made up for."""
        return self.graced - self.settled

    @property
    def grace_left(self) -> int:
        """Copies that would still be served in grace.

        Those served since the last term was opened count, even if they were written off since:
        who does not renew is not given grace a second time.
        """
        if self.subscription.stopped_at or not self.balances or self.has_gifts:
            return 0
        deal = self.balances[-1].term.deal
        used = max(self.grace_owed, self.graced_since)
        return max(0, deal.grace_copies - used) if deal.renews else 0

    @property
    def has_gifts(self) -> bool:
        """Whether the reader has gifts of the title to come: nothing is renewed before them."""
        return bool(self.in_line) or any(one.left for one in self.given)

    @property
    def last_read(self) -> int:
        """Sequence of the newest issue that the reader has had, by this or by a gift."""
        return max([self.last_issue, *(one.last_issue for one in self.given)])

    def has_more(self, at: datetime) -> bool:
        """Say whether anything that was paid for or added is still to come."""
        if self.subscription.ended_at:
            return False
        return self.left > 0 or self.extensions_left > 0 or self.runs(at)

    def runs(self, at: datetime) -> bool:
        """Say whether a time that was paid for is not over."""
        return any(
            one.term.ends_at is not None and at < one.term.ends_at and not one.taken
            for one in self.balances
        )

    def current(self) -> Balance | None:
        """Return the term that the next copy is taken from, None where none is left."""
        return next((balance for balance in self.balances if balance.left), None)

    def in_force(self, at: datetime) -> Balance | None:
        """Return the term whose offer says what is promised now: that being served, else the last."""
        for balance in self.balances:
            starts, ends = balance.term.starts_at, balance.term.ends_at
            if starts and ends and starts <= at < ends:
                return balance
        return self.current() or (self.balances[-1] if self.balances else None)

    def skips(self, issue: Issue, *, out: datetime, at: datetime) -> bool:
        """Say whether a pause keeps an issue back that comes out then, as things stood at `at`."""
        day = issue.publication.day(out)
        return any(hold.holds_back(issue.sequence, day, at) for hold in self.holds)

    def state(self, at: datetime, newest: int) -> State:
        """Return where it stands.

        Args:
            at: the moment, timezone-aware.
            newest: the sequence of the newest issue on sale that uses up copies, nought if none.
        """
        if self.subscription.ended_at and self.subscription.ended_at <= at:
            return "ended"
        if self.left or self.extensions_left > 0 or self.runs(at):
            return "active"
        if not any(balance.term.copies for balance in self.balances):
            return "expired"
        # The last copy is read until the next issue is out.
        last = self.last_read
        if last and last >= newest and not self._last_was_grace():
            return "active"
        if last >= newest or self.grace_left:
            return "grace"
        return "expired"

    def _last_was_grace(self) -> bool:
        return self.grace_owed > 0

    def reads_since(self) -> int:
        """Return the sequence of the first issue it was sold with."""
        return min((balance.term.first_sequence for balance in self.balances), default=0)


def of(subscriptions: Iterable[Subscription]) -> list[Account]:
    """Return the accounts of subscriptions, in their order; ten queries for any number.

    Where somebody has gifts beside their own, it is twice that.
    """
    accounts = {one.pk: Account(one) for one in subscriptions}
    balances: dict[int, Balance] = {}
    among = list(accounts)
    terms = list(
        Term.objects.filter(subscription__in=among)
        .select_related("order")
        .order_by("subscription", "sequence")
    )
    # Thousands were sold under a few versions: each is read once.
    versions = OfferVersion.objects.in_bulk({term.version_id for term in terms})
    for term in terms:
        term.version = versions[term.version_id]
        balances[term.pk] = Balance(term)
        accounts[term.subscription_id].balances.append(balances[term.pk])
    served = ServiceRecord.objects.filter(subscription__in=among).values_list(
        "subscription", "term", "kind", "copies", "issue__sequence", "served_at"
    )
    for subscription, one, kind, copies, sequence, served_at in served:
        account = accounts[subscription]
        account.last_issue = max(account.last_issue, sequence)
        if one is not None:
            balances[one].served += copies
        elif kind == ServiceRecord.Kind.GRACE:
            account.graced += copies
            if served_at >= account.balances[-1].term.opened_at:
                account.graced_since += copies
        elif kind == ServiceRecord.Kind.COMPLIMENTARY:
            account.extensions_served += copies
    deducted = Deduction.objects.filter(subscription__in=among).values_list(
        "subscription", "term", "kind", "copies"
    )
    for subscription, one, kind, copies in deducted:
        if kind in (Deduction.Kind.RECOUPED, Deduction.Kind.WRITTEN_OFF):
            accounts[subscription].settled += copies
        if one is not None:
            balances[one].taken += copies
            if kind == Deduction.Kind.RECOUPED:
                balances[one].recouped += copies
    for extension in Extension.objects.filter(subscription__in=among):
        accounts[extension.subscription_id].extended += extension.copies
    holds: dict[int, list[Hold]] = defaultdict(list)
    for hold in Hold.objects.filter(subscription__in=among):
        holds[hold.subscription_id].append(hold)
    for key, account in accounts.items():
        account.holds = holds[key]
    _put_gifts_beside(list(accounts.values()))
    return list(accounts.values())


def _put_gifts_beside(accounts: list[Account]) -> None:
    """Tell whoever has a subscription of their own about gifts of the same title."""
    own = [one for one in accounts if one.subscription.reader_id == one.subscription.payer_id]
    readers = {one.subscription.reader_id for one in own}
    waiting = Counter(
        Present.objects.in_line()
        .filter(recipient__in=readers)
        .values_list("recipient", "order__version__offer__title")
    )
    given: dict[tuple[int, int], list[Account]] = defaultdict(list)
    others = Subscription.objects.running().filter(reader__in=readers).exclude(payer=F("reader"))
    if found := list(others):
        for one in of(found):
            given[one.subscription.reader_id, one.subscription.title_id].append(one)
    for account in own:
        of_title = (account.subscription.reader_id, account.subscription.title_id)
        account.given, account.in_line = given[of_title], waiting[of_title]


def of_one(subscription: Subscription) -> Account:
    """Return the account of one subscription."""
    return of([subscription])[0]


def newest_sequence(title: int) -> int:
    """Return the sequence of a title's newest issue on sale that uses up copies, else nought."""
    newest = Issue.objects.on_sale().filter(publication=title, counts_as__gt=0).first()
    return newest.sequence if newest else 0
