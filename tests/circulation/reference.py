"""What circulation has to come to, in plain Python: a second opinion, written from the rules.

It knows no tables and imports nothing of the house. Facts are played to it as they are to the
real thing, and `test_invariants.py` compares what both come to. The rules:

- A term is so many copies for a price. Each issue takes what it counts as, and no more than is
  left: the last copy is a double issue, too. After k of n copies `net * k // n` is earned.
- After the paid copies come those added for nothing, and after them grace; grace is taken off
  the renewal. None of the two is earned, nor served with an issue older than the last one served.
- An issue that came out during a pause is not served, whenever it is run.
- A term of months is so many days, from its first to the same day of a later month; it takes every
  issue that comes out in it. After k of n days `net * k // n` is earned; a day counts once it is over,
  and one of a pause does not count. It is booked through the end of a month, and whenever money moves.
- A time in grace is read and served, and the renewal begins where it ended.
- Cancelling pays back what was not served; the guarantee all that was not paid back of the terms
  that it holds for; goodwill a part, with the copies still owed.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

LAST_ON_EARTH = timezone(timedelta(hours=-12))


@dataclass(frozen=True)
class Part:
    """What of a price is for one thing: without its tax, the tax, and where that is owed."""

    net: int
    tax: int = 0
    owed_at: str = ""


@dataclass(frozen=True)
class Terms:
    """What an offer says."""

    copies: int
    parts: dict[str, Part]
    months: int = 0
    grace: int = 0
    renews: bool = True
    begins_with_current: bool = False
    guarantee_days: int | None = None
    guarantee_from_first_copy: bool = False
    guarantees_renewals: bool = False

    @property
    def price(self) -> int:
        return sum(part.net + part.tax for part in self.parts.values())


@dataclass
class Term:
    """A term and what became of it."""

    terms: Terms
    number: int
    first: int
    opened: datetime
    served: int = 0
    recouped: int = 0
    cancelled: int = 0
    first_copy: datetime | None = None
    graced: int = 0
    begun: datetime | None = None
    follows: bool = False
    days: int = 0
    booked: int = 0
    is_paid_back: bool = False
    back: Counter[tuple[str, str]] = field(default_factory=Counter)
    """What was promised back, by component and "net" or "tax"."""

    @property
    def left(self) -> int:
        if self.days:
            return 0
        return self.terms.copies - self.served - self.recouped - self.cancelled

    @property
    def used(self) -> int:
        return self.booked if self.days else self.served + self.recouped

    @property
    def of(self) -> int:
        return self.days or self.terms.copies

    def earned(self, component: str, more: int = 0) -> int:
        return self.terms.parts[component].net * (self.used + more) // self.of

    def not_earned(self) -> dict[str, tuple[int, int]]:
        """Net and tax of what was not served, by component."""
        if self.is_paid_back or not (self.left or self.days):
            return dict.fromkeys(self.terms.parts, (0, 0))
        used, of = self.used, self.of
        return {
            name: (part.net - part.net * used // of, part.tax - part.tax * used // of)
            for name, part in self.terms.parts.items()
        }

    def refundable(self) -> dict[str, tuple[int, int]]:
        return {
            name: (part.net - self.back[name, "net"], part.tax - self.back[name, "tax"])
            for name, part in self.terms.parts.items()
        }


@dataclass
class Pause:
    starts: date
    ends: date | None
    asked: datetime
    lifted: datetime | None = None

    def keeps_back(self, day: date, out: datetime) -> bool:
        stood = self.asked <= out and (self.lifted is None or out < self.lifted)
        return stood and self.starts <= day and (self.ends is None or day <= self.ends)

    def lies_on(self, day: date, zone: ZoneInfo) -> bool:
        if self.lifted is not None and self.lifted.astimezone(zone).date() <= day:
            return False
        return self.starts <= day and (self.ends is None or day <= self.ends)


@dataclass
class Subscription:
    number: int
    opened: datetime
    stopped: bool
    ended: str = ""
    terms: list[Term] = field(default_factory=list)
    added: int = 0
    added_served: int = 0
    grace_owed: int = 0
    pauses: list[Pause] = field(default_factory=list)
    issues: set[int] = field(default_factory=set)

    @property
    def last_issue(self) -> int:
        return max(self.issues, default=0)

    @property
    def left(self) -> int:
        return sum(term.left for term in self.terms)

    @property
    def grace_left(self) -> int:
        last = self.terms[-1]
        if self.stopped or not last.terms.renews or last.days:
            return 0
        return max(0, last.terms.grace - max(self.grace_owed, last.graced))


@dataclass
class Served:
    subscription: int
    issue: int
    kind: str
    copies: int
    term: int | None


def later(day: date, months: int) -> date:
    """The same day so many months on, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


class World:
    """A magazine's readers, its issues and its books."""

    def __init__(self, zone: str) -> None:
        self.zone = ZoneInfo(zone)
        self.books: Counter[str] = Counter()
        self.subscriptions: list[Subscription] = []
        self.issues: dict[int, tuple[int, datetime]] = {}
        self.served: list[Served] = []

    def day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    # Selling

    def take_in(self, money: int) -> None:
        self.books["assets:provider:test"] += money
        self.books["liabilities:received"] -= money

    def open(self, terms: Terms, at: datetime, renews: Subscription | None = None) -> Subscription:
        """Turn money that came in into a term; of what has ended it stays where it is."""
        if renews is not None and renews.ended:
            return renews
        if renews is None:
            subscription = Subscription(len(self.subscriptions), at, stopped=not terms.renews)
            self.subscriptions.append(subscription)
        else:
            subscription = renews
        first = self._first(subscription, terms, at)
        term = Term(terms, len(subscription.terms) + 1, first, at)
        if terms.months:
            self._run(subscription, term, at)
        subscription.terms.append(term)
        self.books["liabilities:received"] += terms.price
        for name, part in terms.parts.items():
            self.books[f"liabilities:deferred:{name}"] -= part.net
            self.books[part.owed_at] -= part.tax
        recouped = min(subscription.grace_owed, terms.copies)
        if recouped:
            self._earn(term, recouped)
        term.recouped += recouped
        subscription.grace_owed -= recouped
        for issue in sorted(self.issues):
            if issue >= term.first:
                self.serve_one(subscription, issue, at)
        return subscription

    def _run(self, subscription: Subscription, term: Term, at: datetime) -> None:
        """Say when a time begins and of how many days it is."""
        begins = self.day(at)
        term.begun = at
        if subscription.terms:
            end = self.end_of(subscription, subscription.terms[-1])
            if end is None:
                begins, term.follows = begins + timedelta(days=1), True
            elif at < self._midnight(end) or self.in_grace(subscription, at):
                begins, term.follows = end, True
        months, end = 0, later(begins, term.terms.months)
        for number in range(len(subscription.terms) - 1, -1, -1):
            months += subscription.terms[number].terms.months
            began = self.spans(subscription)[number][0]
            if began and later(began, months) == begins:
                end = later(began, months + term.terms.months)
        term.days = (end - begins).days

    def spans(self, subscription: Subscription) -> list[tuple[date | None, date | None]]:
        """Return the first day of each term, and the first day after it, as pauses stand."""
        found: list[tuple[date | None, date | None]] = []
        end: date | None = None
        for term in subscription.terms:
            assert term.begun
            begin = end if term.follows else self.day(term.begun)
            end = self._after(subscription, begin, term.days) if begin else None
            found.append((begin, end))
        return found

    def end_of(self, subscription: Subscription, term: Term) -> date | None:
        return self.spans(subscription)[term.number - 1][1]

    def _after(self, subscription: Subscription, day: date, days: int) -> date | None:
        while days:
            lie = [one for one in subscription.pauses if one.lies_on(day, self.zone)]
            if any(one.ends is None and one.lifted is None for one in lie):
                return None
            days -= not lie
            day += timedelta(days=1)
        return day

    def is_paused(self, subscription: Subscription, day: date) -> bool:
        return any(pause.lies_on(day, self.zone) for pause in subscription.pauses)

    def days_over(self, subscription: Subscription, term: Term, day: date) -> int:
        """How many days of a term are over as a day begins."""
        begin, end = self.spans(subscription)[term.number - 1]
        if begin is None:
            return 0
        until = min(day, end) if end else day
        span = range(max(0, (until - begin).days))
        each = (begin + timedelta(days=number) for number in span)
        return sum(not self.is_paused(subscription, one) for one in each)

    def in_grace(self, subscription: Subscription, at: datetime) -> bool:
        last = subscription.terms[-1]
        if not last.days or subscription.stopped or not last.terms.renews:
            return False
        end = self.end_of(subscription, last)
        if end is None:
            return False
        last_day = end + timedelta(days=last.terms.grace)
        return self._midnight(end) <= at < self._midnight(last_day)

    def runs(self, subscription: Subscription, at: datetime) -> bool:
        ends = [self.end_of(subscription, term) for term in subscription.terms if term.days]
        return any(end is None or at < self._midnight(end) for end in ends)

    def earn(self, at: datetime) -> None:
        """Book the days that are over up to the end of last month, and what has ended whole."""
        for subscription in self.subscriptions:
            if not subscription.ended:
                self._book(subscription, at, self.day(at).replace(day=1))

    def _book(self, subscription: Subscription, at: datetime, before: date) -> None:
        for term in subscription.terms:
            if not term.days:
                continue
            end = self.end_of(subscription, term)
            day = self.day(at) if end and end <= self.day(at) else before
            days = self.days_over(subscription, term, day)
            if days > term.booked:
                self._earn(term, days - term.booked)
                term.booked = days

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time.min, self.zone)

    def _covers(self, subscription: Subscription, term: Term, issue: int, out: datetime) -> bool:
        begin, end = self.spans(subscription)[term.number - 1]
        if begin is None or issue < term.first or (end and out >= self._midnight(end)):
            return False
        starts = self._midnight(begin) if term.follows else term.begun
        return term.number == 1 or bool(starts and starts <= out)

    def _first(self, subscription: Subscription, terms: Terms, at: datetime) -> int:
        newest = max((seq for seq, (counts, _at) in self.issues.items() if counts), default=0)
        over = not (subscription.left or subscription.added > subscription.added_served)
        if terms.months:
            over = over and not self.runs(subscription, at)
            lapsed = over and not (subscription.terms and self.in_grace(subscription, at))
        else:
            lapsed = (
                over
                and subscription.last_issue < newest
                and not (subscription.terms and subscription.grace_left)
            )
        if not subscription.terms or lapsed:
            return newest if terms.begins_with_current and newest else newest + 1
        return max(subscription.terms[-1].first, subscription.last_issue + 1)

    # Serving

    def put_on_sale(self, issue: int, counts: int, at: datetime) -> None:
        self.issues[issue] = (counts, at)

    def serve(self, issue: int, at: datetime) -> None:
        for subscription in self.subscriptions:
            self.serve_one(subscription, issue, at)

    def serve_one(self, subscription: Subscription, issue: int, at: datetime) -> None:
        counts, out = self.issues[issue]
        if subscription.ended or issue in subscription.issues:
            return
        if any(pause.keeps_back(self.day(out), out) for pause in subscription.pauses):
            return
        times = [one for one in subscription.terms if one.days]
        inside = [one for one in times if self._covers(subscription, one, issue, out)]
        term = next((one for one in subscription.terms if one.left), None)
        if inside:
            inside[0].first_copy = inside[0].first_copy or at
            self._write(subscription, issue, "paid", 0, inside[0].number)
        elif issue < subscription.terms[0].first or (times and self.runs(subscription, out)):
            return
        elif term:
            if issue < term.first:
                return
            copies = min(counts, term.left)
            self._earn(term, copies)
            term.served += copies
            term.first_copy = term.first_copy or at
            self._write(subscription, issue, "paid", copies, term.number)
        elif issue < subscription.last_issue:
            return
        elif subscription.added > subscription.added_served:
            copies = min(counts, subscription.added - subscription.added_served)
            subscription.added_served += copies
            self._write(subscription, issue, "comp", copies, None)
        elif counts and subscription.last_issue and subscription.grace_left:
            copies = min(counts, subscription.grace_left)
            subscription.grace_owed += copies
            subscription.terms[-1].graced += copies
            self._write(subscription, issue, "grace", copies, None)
        elif counts and times and self.in_grace(subscription, out):
            self._write(subscription, issue, "grace", 0, None)

    def _write(
        self, subscription: Subscription, issue: int, kind: str, copies: int, term: int | None
    ) -> None:
        subscription.issues.add(issue)
        self.served.append(Served(subscription.number, issue, kind, copies, term))

    def _earn(self, term: Term, copies: int) -> None:
        for name in term.terms.parts:
            minor = term.earned(name, copies) - term.earned(name)
            self.books[f"liabilities:deferred:{name}"] += minor
            self.books[f"income:{name}"] -= minor

    # Ending

    def cancel(self, subscription: Subscription, at: datetime) -> list[int]:
        """Pay back what was not served; return what for each term that had copies left.

        Where none had, it is nothing for the last one.
        """
        self._book(subscription, at, self.day(at))
        with_copies = [term for term in subscription.terms if self._is_left(subscription, term, at)]
        amounts = [self._pay_rest(term) for term in with_copies or subscription.terms[-1:]]
        subscription.ended = "cancelled"
        return amounts

    def guaranteed_until(self, subscription: Subscription, term: Term) -> datetime | None:
        """Until when a term's money is given back; None if that is not promised."""
        terms = term.terms
        if terms.guarantee_days is None or (term.number > 1 and not terms.guarantees_renewals):
            return None
        began: datetime | None = term.opened
        if terms.guarantee_from_first_copy and not term.recouped:
            began = term.first_copy
        if began is None:
            return datetime(9999, 1, 1, tzinfo=LAST_ON_EARTH)
        return self._end_of(self.day(began) + timedelta(days=terms.guarantee_days))

    def withdrawable_until(self, subscription: Subscription) -> datetime:
        return self._end_of(self.day(subscription.opened) + timedelta(days=14))

    def _end_of(self, day: date) -> datetime:
        return datetime.combine(day + timedelta(days=1), time.min, LAST_ON_EARTH)

    def give_money_back(self, subscription: Subscription, at: datetime) -> list[int] | None:
        """Pay back what the guarantee holds for; None outside of its days."""
        ends = [self.guaranteed_until(subscription, term) for term in subscription.terms]
        holds = [end is not None and at < end for end in ends]
        if subscription.ended or not any(holds):
            return None
        subscription.ended = "money-back"
        self._book(subscription, at, self.day(at))
        return [
            self._pay_all(term) if held else self._pay_rest(term)
            for term, held in zip(subscription.terms, holds, strict=True)
            if held or self._is_left(subscription, term, at)
        ]

    def _is_left(self, subscription: Subscription, term: Term, at: datetime) -> bool:
        if not term.days:
            return bool(term.left)
        end = self.end_of(subscription, term)
        return end is None or at < self._midnight(end)

    def withdraw(self, subscription: Subscription, at: datetime) -> list[int] | None:
        if subscription.ended or at >= self.withdrawable_until(subscription):
            return None
        subscription.ended = "withdrawn"
        self._book(subscription, at, self.day(at))
        return [self._pay_all(term) for term in subscription.terms]

    def give_goodwill(self, term: Term, split: dict[str, tuple[int, int]]) -> None:
        """Pay a part back; how it is split is told, and has to be within what is left."""
        for name, (net, tax) in split.items():
            most_net, most_tax = term.refundable()[name]
            assert 0 <= net <= most_net
            assert 0 <= tax <= most_tax
        self._pay(term, split)

    def _pay_rest(self, term: Term) -> int:
        most = term.refundable()
        give = {
            name: (min(net, most[name][0]), min(tax, most[name][1]))
            for name, (net, tax) in term.not_earned().items()
        }
        return self._pay_and_take(term, give)

    def _pay_all(self, term: Term) -> int:
        return self._pay_and_take(term, term.refundable())

    def _pay_and_take(self, term: Term, give: dict[str, tuple[int, int]]) -> int:
        for name, (net, _tax) in term.not_earned().items():
            # What was owed is owed no more; given back is only what was earned before.
            self.books[f"liabilities:deferred:{name}"] += net
            self.books[f"income:given-back:{name}"] -= net
        term.cancelled += term.left
        term.is_paid_back = True
        return self._pay(term, give)

    def _pay(self, term: Term, give: dict[str, tuple[int, int]]) -> int:
        for name, (net, tax) in give.items():
            self.books[f"income:given-back:{name}"] += net
            self.books[term.terms.parts[name].owed_at] += tax
            self.books["liabilities:refunds-due"] -= net + tax
            term.back[name, "net"] += net
            term.back[name, "tax"] += tax
        return sum(net + tax for net, tax in give.values())

    def send_back(self, money: int) -> None:
        self.books["liabilities:refunds-due"] += money
        self.books["assets:provider:test"] -= money

    def write_off(self, subscription: Subscription) -> int:
        """Give up asking for copies of grace; return how many."""
        copies, subscription.grace_owed = subscription.grace_owed, 0
        return copies
