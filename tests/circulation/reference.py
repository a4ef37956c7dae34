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
- A gift is booked when it is paid, and begins once its reader has taken it and has nothing else to
  come. Until it has begun its donor has the price back. As long as gifts are to come, their reader's own
  subscription has no grace, and what was added to it waits.
- Print in the middle of a term: what is not earned goes over, with what is charged; each payment
  gets back its own.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.circulation.reference_times import Times
from tests.circulation.reference_values import (
    LAST_ON_EARTH,
    Gift,
    Part,
    Served,
    Subscription,
    Term,
    Terms,
)


class World(Times):
    """A magazine's readers, its issues and its books."""

    def __init__(self, zone: str) -> None:
        self.zone = ZoneInfo(zone)
        self.books: Counter[str] = Counter()
        self.subscriptions: list[Subscription] = []
        self.issues: dict[int, tuple[int, datetime]] = {}
        self.served: list[Served] = []
        self.gifts: list[Gift] = []

    # Selling

    def take_in(self, money: int) -> None:
        self.books["assets:provider:test"] += money
        self.books["liabilities:received"] -= money

    def open(
        self, terms: Terms, at: datetime, *, by: int = 0, renews: Term | None = None
    ) -> Subscription | None:
        """Turn money that came in into a term; of what has ended it stays where it is."""
        subscription = self._renewed(renews) if renews else self._subscribe(terms, at, by, by)
        if subscription is None:
            return None
        self._sell(terms.parts)
        term = self._begin(subscription, terms, at)
        recouped = min(subscription.grace_owed, terms.copies)
        if recouped:
            self._earn(term, recouped)
        term.recouped += recouped
        subscription.grace_owed -= recouped
        self._serve_what_is_out(subscription, at)
        return subscription

    def _renewed(self, term: Term) -> Subscription | None:
        """Return the subscription whose last term it is, if that has not ended."""
        of = next(one for one in self.subscriptions if any(term is each for each in one.terms))
        return None if of.ended or of.terms[-1] is not term else of

    def _subscribe(self, terms: Terms, at: datetime, reader: int, payer: int) -> Subscription:
        number, stopped = len(self.subscriptions), not terms.renews or reader != payer
        made = Subscription(number, at, stopped, reader, payer, next_terms=terms)
        self.subscriptions.append(made)
        return made

    def _sell(self, parts: dict[str, Part]) -> None:
        """What came in is owed in copies, and as taxes."""
        for name, part in parts.items():
            self.books["liabilities:received"] += part.net + part.tax
            self.books[f"liabilities:deferred:{name}"] -= part.net
            self.books[part.owed_at] -= part.tax

    def _begin(
        self, subscription: Subscription, terms: Terms, at: datetime, first: int | None = None
    ) -> Term:
        first = first or self._first(subscription, terms, at)
        term = Term(terms, len(subscription.terms) + 1, first, at)
        if terms.months:
            self._run(subscription, term, at)
        subscription.terms.append(term)
        return term

    def _serve_what_is_out(self, subscription: Subscription, at: datetime) -> None:
        for issue in sorted(self.issues):
            if issue >= subscription.terms[-1].first:
                self.serve_one(subscription, issue, at)

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
                and not (subscription.terms and self.grace_left(subscription, at))
            )
        if not subscription.terms or lapsed:
            first = newest if terms.begins_with_current and newest else newest + 1
            others = [
                one for one in self._of_reader(subscription.reader) if one is not subscription
            ]
            # Nobody gets an issue by a second one that they have had by a first.
            return first + any(first in one.issues for one in others)
        return max(subscription.terms[-1].first, self.last_read(subscription) + 1)

    def grace_left(self, subscription: Subscription, at: datetime) -> int:
        last = subscription.terms[-1]
        if subscription.stopped or not last.terms.renews or last.days:
            return 0
        if self.has_gifts(subscription, at):
            return 0
        return max(0, last.terms.grace - max(subscription.grace_owed, last.graced))

    def _of_reader(self, reader: int) -> list[Subscription]:
        return [one for one in self.subscriptions if one.reader == reader]

    # Giving

    def give(self, terms: Terms, donor: int) -> Gift:
        """Somebody has paid for a gift: what is owed is booked, and nobody reads it yet."""
        self._sell(terms.parts)
        gift = Gift(terms, donor)
        self.gifts.append(gift)
        return gift

    def take(self, gift: Gift, reader: int, at: datetime) -> bool:
        """Return whether somebody has it; it begins now, or once nothing else of theirs is to come."""
        if gift.is_back:
            return False  # Also to who stood in line for it.
        if gift.reader == reader:
            return True
        if gift.reader is not None or gift.donor == reader:
            return False
        gift.reader, gift.taken = reader, at
        self._begin_gift(gift, at, None)
        return True

    def begin_waiting(self, at: datetime) -> list[Gift]:
        """Begin those in line whose turn has come, in the order in which they were taken."""
        line = [one for one in self.gifts if one.waits_in_line]
        begun = []
        for gift in sorted(line, key=lambda one: str(one.taken)):
            assert gift.reader is not None
            had = [one.last_issue for one in self._of_reader(gift.reader)]
            last = max(had, default=0)
            if self._begin_gift(gift, at, last + 1 if last else None):
                begun.append(gift)
        return begun

    def _begin_gift(self, gift: Gift, at: datetime, first: int | None) -> bool:
        assert gift.reader is not None
        for one in self._of_reader(gift.reader):
            more = one.left or one.added > one.added_served or self.runs(one, at)
            if more and not one.ended:
                return False
        gift.has_begun = True
        subscription = self._subscribe(gift.terms, at, gift.reader, gift.donor)
        self._begin(subscription, gift.terms, at, first)
        self._serve_what_is_out(subscription, at)
        return True

    def give_back(self, gift: Gift, at: datetime) -> list[int] | None:
        """Pay a donor the whole price back, as long as it has not begun; None after that."""
        if gift.has_begun or gift.is_back:
            return None
        gift.is_back = True
        subscription = self._subscribe(gift.terms, at, gift.donor, gift.donor)
        term = self._begin(subscription, gift.terms, at)
        subscription.ended, subscription.stopped = "money-back", True
        return self._pay_all(term)

    # Print in the middle of a term

    def may_add_print(self, subscription: Subscription) -> bool:
        """Say whether there is a print edition, and copies of the last term alone to add it to."""
        term = next((one for one in subscription.terms if one.left), None)
        if subscription.ended or term is None or term is not subscription.terms[-1]:
            return False
        plain = term.terms.extra is not None and not term.terms.on_paper
        return bool(plain and term.terms.price and not term.back)

    def charge_for_print(self, term: Term, extra: int) -> int:
        """The price of all copies with print, for those that are left, less what is not earned."""
        rest = sum(net + tax for net, tax in term.not_earned().values())
        return max(0, (term.terms.price + extra) * term.left // term.terms.copies - rest)

    def add_print(self, term: Term, parts: dict[str, Part], at: datetime, *, agreed: bool) -> None:
        """What is left goes over, and what was paid on top is for print; nothing else changes.

        Where nothing is left, or it has ended, what was paid waits to be given back.
        """
        subscription = self._renewed(term)
        if subscription is None or not term.left:
            return
        self._sell(parts)
        over = {
            name: Part(net, tax, term.terms.parts[name].owed_at)
            for name, (net, tax) in term.not_earned().items()
            if net or tax
        }
        terms = replace(term.terms, copies=term.left, parts=over | parts, on_paper=True)
        first = max(term.first, self.last_read(subscription) + 1)
        new = Term(terms, term.number + 1, first, at, went_over=term)
        term.cancelled += term.left
        term.is_paid_back = True
        subscription.terms.append(new)
        subscription.stopped = subscription.stopped or not agreed
        self._serve_what_is_out(subscription, at)

    # Earning and serving

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
        elif issue <= self.last_read(subscription) or self.reads_a_gift(subscription, out):
            return
        elif subscription.added > subscription.added_served:
            copies = min(counts, subscription.added - subscription.added_served)
            subscription.added_served += copies
            self._write(subscription, issue, "comp", copies, None)
        elif counts and subscription.last_issue and self.grace_left(subscription, out):
            copies = min(counts, self.grace_left(subscription, out))
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
        ending = with_copies or subscription.terms[-1:]
        amounts = [amount for term in ending for amount in self._pay_rest(term)]
        subscription.ended = "cancelled"
        return amounts

    def guaranteed_until(self, subscription: Subscription, term: Term) -> datetime | None:
        """Until when a term's money is given back; None if that is not promised."""
        terms = term.terms
        if term.went_over:
            return self.guaranteed_until(subscription, term.went_over)
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
            amount
            for term, held in zip(subscription.terms, holds, strict=True)
            if held or self._is_left(subscription, term, at)
            for amount in (self._pay_all(term) if held else self._pay_rest(term))
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
        return [amount for term in subscription.terms for amount in self._pay_all(term)]

    def give_goodwill(self, term: Term, split: dict[str, tuple[int, int]]) -> None:
        """Pay a part back; how it is split is told, and has to be within what is left."""
        for name, (net, tax) in split.items():
            most_net, most_tax = term.refundable()[name]
            assert 0 <= net <= most_net
            assert 0 <= tax <= most_tax
        self._pay(term, split)

    def _pay_rest(self, term: Term) -> list[int]:
        most = term.refundable()
        give = {
            name: (min(net, most[name][0]), min(tax, most[name][1]))
            for name, (net, tax) in term.not_earned().items()
        }
        return self._pay_and_take(term, give)

    def _pay_all(self, term: Term) -> list[int]:
        """All of what was paid with it; what went over into it is paid back where it was paid."""
        own = {
            name: sums for name, sums in term.refundable().items() if term.paid_with(name) is term
        }
        return self._pay_and_take(term, own)

    def _pay_and_take(self, term: Term, give: dict[str, tuple[int, int]]) -> list[int]:
        for name, (net, _tax) in term.not_earned().items():
            # What was owed is owed no more; given back is only what was earned before.
            self.books[f"liabilities:deferred:{name}"] += net
            self.books[f"income:given-back:{name}"] -= net
        term.cancelled += term.left
        term.is_paid_back = True
        return self._pay(term, give)

    def _pay(self, term: Term, give: dict[str, tuple[int, int]]) -> list[int]:
        """Promise sums back, to each payment its own; return how much to each."""
        sums = Counter({"own": 0})
        for name, (net, tax) in give.items():
            self.books[f"income:given-back:{name}"] += net
            self.books[term.terms.parts[name].owed_at] += tax
            self.books["liabilities:refunds-due"] -= net + tax
            paid = term.paid_with(name)
            for one in {id(term): term, id(paid): paid}.values():
                one.back[name, "net"] += net
                one.back[name, "tax"] += tax
            if paid is term or net + tax:
                sums["own" if paid is term else "before"] += net + tax
        return list(sums.values())

    def send_back(self, money: int) -> None:
        self.books["liabilities:refunds-due"] += money
        self.books["assets:provider:test"] -= money

    def write_off(self, subscription: Subscription) -> int:
        """Give up asking for copies of grace; return how many."""
        copies, subscription.grace_owed = subscription.grace_owed, 0
        return copies
