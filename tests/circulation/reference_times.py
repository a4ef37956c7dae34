"""The second opinion on terms that are a time: days, pauses, grace, and what has passed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.circulation.reference_values import Gift, Subscription, Term, later


class Times:
    """A calendar, as the title's zone has it, and the days of subscriptions."""

    zone: ZoneInfo
    subscriptions: list[Subscription]
    gifts: list[Gift]

    def day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

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
        if self.has_gifts(subscription, at):
            return False
        end = self.end_of(subscription, last)
        if end is None:
            return False
        last_day = end + timedelta(days=last.terms.grace)
        return self._midnight(end) <= at < self._midnight(last_day)

    def runs(self, subscription: Subscription, at: datetime) -> bool:
        ends = [self.end_of(subscription, term) for term in subscription.terms if term.days]
        return any(end is None or at < self._midnight(end) for end in ends)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time.min, self.zone)

    def _covers(self, subscription: Subscription, term: Term, issue: int, out: datetime) -> bool:
        begin, end = self.spans(subscription)[term.number - 1]
        if begin is None or issue < term.first or (end and out >= self._midnight(end)):
            return False
        starts = self._midnight(begin) if term.follows else term.begun
        return term.number == 1 or bool(starts and starts <= out)

    # Gifts of the same title beside somebody's own

    def reads_a_gift(self, subscription: Subscription, at: datetime) -> bool:
        """Whether something that was given to the reader of their own is still to come."""
        return any(one.left or self.runs(one, at) for one in self.beside(subscription))

    def has_gifts(self, subscription: Subscription, at: datetime) -> bool:
        return self.is_waited_for(subscription) or self.reads_a_gift(subscription, at)

    def is_waited_for(self, subscription: Subscription) -> bool:
        """Whether a gift was taken that begins once nothing of this is to come."""
        if subscription.reader != subscription.payer:
            return False
        return any(one.waits_in_line for one in self.gifts if one.reader == subscription.reader)

    def beside(self, subscription: Subscription) -> list[Subscription]:
        if subscription.reader != subscription.payer:
            return []
        return [
            one
            for one in self.subscriptions
            if one.reader == subscription.reader != one.payer and not one.ended
        ]

    def last_read(self, subscription: Subscription) -> int:
        return max(one.last_issue for one in (subscription, *self.beside(subscription)))
