"""Where a subscription stands: worked out from what was sold, served, added and taken back.

Nothing here is kept: the same facts give the same answer, in whatever order they came. The
arithmetic is pure (`Account`), and `of()` fetches the facts of many subscriptions in a few
queries.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from django.db.models import F, Max

from masthead.circulation import times
from masthead.circulation.models import (
    CreditOrder,
    Deduction,
    EarnedTime,
    Extension,
    Hold,
    OfferVersion,
    Present,
    ServiceRecord,
    Subscription,
    Term,
)
from masthead.circulation.times import NEVER, Rest, Time
from masthead.editorial.models import Issue, Title

State = Literal["waiting", "active", "held", "grace", "suspended", "expired", "ended"]
GOING_TO_BE_SERVED = frozenset({"waiting", "active", "held", "grace"})


@dataclass(slots=True)
class Balance:
    """One term and what became of its copies, or of its days where it is a time.

    Of a time ``time`` is what it runs for, and ``starts`` and ``ends`` are when, as pauses stand
    now; ``earned_days`` are those whose money is in the books.
    """

    term: Term
    served: int = 0
    taken: int = 0
    recouped: int = 0
    is_given_back: bool = False
    time: Time | None = None
    starts: datetime | None = None
    ends: datetime | None = None
    earned_days: int = 0
    owed_by: CreditOrder | None = None
    """What it was opened on, while its money is still to come."""

    @property
    def left(self) -> int:
        """Copies still owed."""
        return max(0, self.term.copies - self.served - self.taken)

    @property
    def waits_for_money(self) -> bool:
        """Whether nothing more of it is served before it is paid."""
        if self.owed_by is None or self.owed_by.payer_id is None:
            # An agency answers for what its readers get.
            return False
        return self.owed_by.suspended_at is not None or self.served >= self.owed_by.copies

    @property
    def of(self) -> int:
        """Of how many copies, or days, it consists."""
        return self.time.days if self.time else self.term.copies

    @property
    def used(self) -> int:
        """Copies that have earned their money: served of it, or in grace before it; or days."""
        return self.earned_days if self.time else self.served + self.recouped

    @property
    def is_over(self) -> bool:
        """Whether it was paid back or moved, so that nothing of it is deferred any more."""
        return self.is_given_back or self.taken > self.recouped

    @property
    def has_no_end(self) -> bool:
        """Whether it is a time that is paused until somebody resumes it."""
        return self.time is not None and self.ends is not None and self.ends.year >= NEVER.year

    def covers(self, issue: Issue, out: datetime) -> bool:
        """Say whether it is a time in which an issue comes out, or begins with it."""
        if self.starts is None or self.ends is None or self.is_over:
            return False
        begun = self.starts <= out or self.term.sequence == 1
        return begun and out < self.ends and self.term.first_sequence <= issue.sequence


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
    resting: tuple[Rest, ...] = ()
    """The days of its pauses, where it is a time."""
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

    def grace_left(self, at: datetime | None) -> int:
        """Copies that would still be served in grace at a moment; None is one that nobody knows yet.

        Those served since the last term was opened count, even if they were written off since:
        who does not renew is not given grace a second time.
        """
        if self.subscription.stopped_at or not self.balances or self.has_gifts(at):
            return 0
        if self.balances[-1].time:
            return 0
        deal = self.balances[-1].term.deal
        used = max(self.grace_owed, self.graced_since)
        return max(0, deal.grace_copies - used) if deal.renews else 0

    def has_gifts(self, at: datetime | None) -> bool:
        """Whether the reader has gifts of the title to come: nothing is renewed before them."""
        return bool(self.in_line) or self.reads_gift(at)

    def reads_gift(self, at: datetime | None) -> bool:
        """Whether a gift of the title is being read: what costs nothing waits until it is over."""
        return any(one.left or (at and one.runs(at)) for one in self.given)

    @property
    def last_read(self) -> int:
        """Sequence of the newest issue that the reader has had, by this or by a gift."""
        return max([self.last_issue, *(one.last_issue for one in self.given)])

    @property
    def owed_by(self) -> CreditOrder | None:
        """What is served on credit now and was not paid, if anything is."""
        return next((one.owed_by for one in self.balances if one.owed_by), None)

    def is_suspended(self, newest: int) -> bool:
        """Say whether nothing is served or read before the money for what was served is here.

        The last copy before that is read until the next issue is out.
        """
        waits = any(balance.waits_for_money for balance in self.balances)
        owed_by = self.owed_by
        return waits and bool((owed_by and owed_by.suspended_at) or self.last_issue < newest)

    def has_more(self, at: datetime) -> bool:
        """Say whether anything that was paid for or added is still to come."""
        if self.subscription.ended_at:
            return False
        return self.left > 0 or self.extensions_left > 0 or self.runs(at)

    def runs(self, at: datetime) -> bool:
        """Say whether a time that was paid for is not over."""
        return any(one.ends and at < one.ends and not one.is_over for one in self.balances)

    def rests(self, at: datetime) -> bool:
        """Say whether a pause lies on a time that runs: nothing is served, and its end moves."""
        if not self.runs(at):
            return False
        today = self.subscription.title.day(at)
        return any(rest.covers(today) for rest in self.resting)

    def in_days_of_grace(self, at: datetime) -> bool:
        """Say whether a time has just ended and its renewal is on its way."""
        if self.subscription.stopped_at or self.has_gifts(at) or not self.balances:
            return False
        last = self.balances[-1]
        if last.ends is None or last.is_over or not last.term.deal.renews:
            return False
        return last.ends <= at < last.ends + timedelta(days=last.term.deal.grace_copies)

    def current(self) -> Balance | None:
        """Return the term that the next copy is taken from, None where none is left."""
        return next((balance for balance in self.balances if balance.left), None)

    def in_force(self, at: datetime) -> Balance | None:
        """Return the term whose offer says what is promised now: that being served, else the last."""
        for balance in self.balances:
            if balance.starts and balance.ends and balance.starts <= at < balance.ends:
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
        if self.is_suspended(newest):
            return "suspended"
        if self.rests(at) and not self.left:
            return "held"
        if self.left or self.extensions_left > 0 or self.runs(at):
            return "active"
        if self.in_days_of_grace(at):
            return "grace"
        if not any(balance.term.copies for balance in self.balances):
            return "expired"
        # The last copy is read until the next issue is out.
        if self.last_issue and self.last_issue >= newest and not self._last_was_grace():
            return "active"
        if self.last_issue >= newest or self.grace_left(at):
            return "grace"
        return "expired"

    def has_lapsed(self, at: datetime, newest: int) -> bool:
        """Say whether it is over, and no gift of the same title has kept its reader reading since.

        What such a gift lets them read is the gift's to say; this only waits for its turn.
        """
        if self.state(at, newest) != "expired":
            return False
        return not (self.given and self.last_read >= newest)

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
        .select_related("order__credit")
        .order_by("subscription", "sequence")
    )
    # Thousands were sold under a few versions: each is read once.
    versions = OfferVersion.objects.in_bulk({term.version_id for term in terms})
    for term in terms:
        term.version = versions[term.version_id]
        balances[term.pk] = Balance(term, owed_by=_owed(term))
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
        if one is not None and kind != Deduction.Kind.RECOUPED:
            balances[one].is_given_back = True
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
    _count_days([one for one in accounts.values() if any(b.term.ends_at for b in one.balances)])
    _put_gifts_beside(list(accounts.values()))
    return list(accounts.values())


def _owed(term: Term) -> CreditOrder | None:
    credit: CreditOrder | None = getattr(term.order, "credit", None)
    return credit if credit and credit.billing == CreditOrder.Billing.OWED else None


def _count_days(accounts: list[Account]) -> None:
    """Work out when the terms of some accounts that are times begin and end, and what is earned."""
    if not accounts:
        return
    titles = Title.objects.in_bulk({one.subscription.title_id for one in accounts})
    through = dict(
        EarnedTime.objects.filter(term__subscription__in=[one.subscription.pk for one in accounts])
        .order_by()
        .values_list("term")
        .annotate(through=Max("through"))
    )
    for account in accounts:
        account.subscription.title = title = titles[account.subscription.title_id]
        lifted = [title.day(hold.lifted_at) if hold.lifted_at else None for hold in account.holds]
        account.resting = times.rests(account.holds, lifted)
        before: Balance | None = None
        for balance in account.balances:
            term = balance.term
            if term.starts_at is None or term.ends_at is None:
                continue
            first = title.day(term.starts_at)
            balance.starts = term.starts_at
            if before and before.time and term.starts_at != term.opened_at:
                # It follows the one before, wherever pauses have moved the end of that.
                first = before.time.end(account.resting)
                balance.starts = midnight(title, first)
            balance.time = Time(first, (title.day(term.ends_at) - title.day(term.starts_at)).days)
            balance.ends = midnight(title, balance.time.end(account.resting))
            if last := through.get(term.pk):
                balance.earned_days = balance.time.served(last, account.resting)
            before = balance


def midnight(title: Title, day: date) -> datetime:
    """Return when a day begins where a title is published."""
    return datetime.combine(day, time.min, ZoneInfo(title.time_zone))


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
