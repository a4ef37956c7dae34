"""Bugs to be planted in the real verbs, each of which `test_invariants.py` has to find."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from masthead.circulation import (
    earning,
    endings,
    next_terms,
    price_changes,
    refundable,
    refunding,
    serving,
    standing,
    terms,
    times,
)
from masthead.circulation.models import (
    Notice,
    OfferVersion,
    Refund,
    ServiceRecord,
    Subscription,
    Term,
)
from masthead.circulation.times import Time
from masthead.editorial.models import Issue
from masthead.money import Money
from masthead.payments import attempts, journal
from masthead.payments.models import Attempt

Bug = Callable[[pytest.MonkeyPatch], None]


def earn_by_rounding_each_copy(plant: pytest.MonkeyPatch) -> None:
    def earned_by(balance: standing.Balance, copies: int) -> dict[str, int]:
        of = balance.term.copies
        return {one.component: round(one.net / of) * copies for one in balance.term.components}

    plant.setattr(serving, "earned_by", earned_by)


def serve_twice(plant: pytest.MonkeyPatch) -> None:
    plant.setattr(serving, "_have", lambda issue, subscriptions: set())


def serve_pauses(plant: pytest.MonkeyPatch) -> None:
    plant.setattr(standing.Account, "skips", lambda self, issue, **when: False)


def serve_what_a_pause_kept_back_once_it_is_lifted(plant: pytest.MonkeyPatch) -> None:
    real = standing.Account.skips

    def skips(self: standing.Account, issue: Issue, **when: datetime) -> bool:
        self.holds = [hold for hold in self.holds if hold.lifted_at is None]
        return real(self, issue, **when)

    plant.setattr(standing.Account, "skips", skips)


def take_two_for_a_double_issue_where_one_is_left(plant: pytest.MonkeyPatch) -> None:
    real = serving._record

    def record(account: Any, issue: Issue, where: Any, at: datetime) -> ServiceRecord | None:
        found = real(account, issue, where, at)
        if found:
            found.copies = issue.counts_as
        return found

    plant.setattr(serving, "_record", record)


def begin_renewals_with_the_newest_issue(plant: pytest.MonkeyPatch) -> None:
    plant.setattr(
        terms, "_first_sequence", lambda account, starts, at: standing.newest_sequence(
            account.subscription.title_id
        )
    )  # fmt: skip


def take_the_newest_term_first(plant: pytest.MonkeyPatch) -> None:
    def current(self: standing.Account) -> standing.Balance | None:
        return next((one for one in reversed(self.balances) if one.left), None)

    plant.setattr(standing.Account, "current", current)


def forget_grace_at_renewal(plant: pytest.MonkeyPatch) -> None:
    plant.setattr(terms, "recoup", lambda subscription, term, at: 0)


def give_grace_after_stopping(plant: pytest.MonkeyPatch) -> None:
    def grace_left(self: standing.Account, at: datetime | None) -> int:
        return self.balances[-1].term.deal.grace_copies - self.graced_since

    plant.setattr(standing.Account, "grace_left", grace_left)


def give_grace_again_once_it_is_written_off(plant: pytest.MonkeyPatch) -> None:
    def grace_left(self: standing.Account, at: datetime | None) -> int:
        if self.subscription.stopped_at or not self.balances[-1].term.deal.renews:
            return 0
        return max(0, self.balances[-1].term.deal.grace_copies - self.grace_owed)

    plant.setattr(standing.Account, "grace_left", grace_left)


def owe_money_for_copies_added(plant: pytest.MonkeyPatch) -> None:
    real = serving._record

    def record(account: Any, issue: Issue, where: Any, at: datetime) -> ServiceRecord | None:
        found = real(account, issue, where, at)
        if found and found.kind == "comp":
            found.earned = {"digital": 1}
        return found

    plant.setattr(serving, "_record", record)


def book_a_payment_each_time_it_is_heard_of(plant: pytest.MonkeyPatch) -> None:
    real = attempts.settle

    def settle(attempt: Attempt, seen: Any, **how: Any) -> Attempt:
        again = Attempt.objects.get(pk=attempt.pk).state == Attempt.State.SUCCEEDED
        settled = real(attempt, seen, **how)
        if again and attempt.kind == "charge":
            journal.post(
                f"again:{uuid.uuid4()}",
                [
                    journal.debit("assets:provider:test", attempt.money),
                    journal.credit(journal.RECEIVED, attempt.money),
                ],
                kind="charge",
                at=how["at"],
            )
        return settled

    plant.setattr(attempts, "settle", settle)


def pay_everything_back_on_cancelling(plant: pytest.MonkeyPatch) -> None:
    plant.setattr(
        refunding,
        "give_rest",
        lambda balance, request, at, by, *lost: refunding.give(
            balance, refundable.of(balance.term), Refund.Kind.CANCELLED, request, at, by
        ),
    )


def forget_goodwill(plant: pytest.MonkeyPatch) -> None:
    plant.setattr(refundable, "of", lambda term: term.components)


def forget_goodwill_on_cancelling(plant: pytest.MonkeyPatch) -> None:
    plant.setattr(refundable, "_capped", lambda wanted, most: wanted)


def give_money_back_a_day_too_long(plant: pytest.MonkeyPatch) -> None:
    shift_days(plant, 1)


def give_money_back_a_day_too_short(plant: pytest.MonkeyPatch) -> None:
    shift_days(plant, -1)


def shift_days(plant: pytest.MonkeyPatch, days: int) -> None:
    real = endings._end_of_day
    plant.setattr(
        endings, "_end_of_day", lambda of, began, promised: real(of, began, promised + days)
    )


def end_guarantees_at_midnight_here(plant: pytest.MonkeyPatch) -> None:
    def end_of_day(subscription: Subscription, began: datetime, days: int) -> datetime:
        return subscription.title.midnight(began + timedelta(days=days + 1))

    plant.setattr(endings, "_end_of_day", end_of_day)


def give_old_terms_back_under_the_guarantee_of_a_new_one(plant: pytest.MonkeyPatch) -> None:
    real = endings._whole

    def whole(subscription: Subscription, held: set[int], *rest: Any) -> list[Refund]:
        return real(subscription, set(subscription.terms.values_list("pk", flat=True)), *rest)

    plant.setattr(endings, "_whole", whole)


def pay_back_at_each_click(plant: pytest.MonkeyPatch) -> None:
    real = refunding.give_goodwill

    def give_goodwill(term: Term, money: Money, *, request: Any, **rest: Any) -> Refund:
        return real(term, money, request=uuid.uuid4(), **rest)

    plant.setattr(refunding, "give_goodwill", give_goodwill)


def take_copies_off_for_goodwill(plant: pytest.MonkeyPatch) -> None:
    real = refunding.give

    def give(balance: Any, parts: Any, kind: Any, *rest: Any) -> Refund:
        found = real(balance, parts, kind, *rest)
        if kind == Refund.Kind.GOODWILL:
            refunding.take_off(balance, f"refund:{found.key}", (), found.asked_at, None)
        return found

    plant.setattr(refunding, "give", give)


def keep_the_tax_of_what_is_paid_back(plant: pytest.MonkeyPatch) -> None:
    real = terms.unearned

    def unearned(balance: Any) -> Any:
        return tuple(replace(part, minor=part.net, tax=0) for part in real(balance))

    plant.setattr(terms, "unearned", unearned)


def open_a_term_after_the_end(plant: pytest.MonkeyPatch) -> None:
    plant.setattr(terms, "still_running", lambda order: order.subscription)


def earn_by_rounding_each_day(plant: pytest.MonkeyPatch) -> None:
    plant.setattr(
        earning, "_earned", lambda balance, days: {
            one.component: round(one.net / balance.of) * days for one in balance.term.components
        }
    )  # fmt: skip


def earn_a_day_that_is_not_over(plant: pytest.MonkeyPatch) -> None:
    real = Time.served
    plant.setattr(
        Time, "served", lambda self, through, rests=(): real(self, through + times.DAY, rests)
    )


def pay_back_days_that_are_over(plant: pytest.MonkeyPatch) -> None:
    plant.setattr(
        earning, "through_yesterday", lambda subscription, at: standing.of_one(subscription)
    )


def let_days_of_a_pause_pass(plant: pytest.MonkeyPatch) -> None:
    plant.setattr(times, "rests", lambda pauses, lifted: ())


def give_days_of_grace_for_nothing(plant: pytest.MonkeyPatch) -> None:
    real = terms._begins

    def begins(account: standing.Account, at: datetime) -> tuple[datetime, Any]:
        if account.balances and account.in_days_of_grace(at):
            return at, account.subscription.title.day(at)
        return real(account, at)

    plant.setattr(terms, "_begins", begins)


def serve_after_the_end_of_a_time(plant: pytest.MonkeyPatch) -> None:
    def covers(self: standing.Balance, issue: Issue, out: datetime) -> bool:
        return self.starts is not None and self.starts <= out

    plant.setattr(standing.Balance, "covers", covers)


def begin_a_renewed_time_at_once(plant: pytest.MonkeyPatch) -> None:
    plant.setattr(terms, "_begins", lambda account, at: (at, account.subscription.title.day(at)))


def leave_the_next_term_where_it_was_when_a_pause_moves_an_end(plant: pytest.MonkeyPatch) -> None:
    real = standing._count_days

    def count_days(accounts: list[standing.Account]) -> None:
        real(accounts)
        for account in accounts:
            for balance in account.balances[1:]:
                if balance.time and balance.term.starts_at:
                    first = account.subscription.title.day(balance.term.starts_at)
                    balance.time = Time(first, balance.time.days)

    plant.setattr(standing, "_count_days", count_days)


def charge_who_was_not_told_in_time(plant: pytest.MonkeyPatch) -> None:
    real = next_terms.look_at
    plant.setattr(next_terms, "look_at", lambda *asked: replace(real(*asked), hindrance=""))


def charge_a_new_price_that_was_told_long_ago(plant: pytest.MonkeyPatch) -> None:
    plant.setattr(price_changes, "NOTICE_AT_MOST", timedelta(days=300))


def take_any_words_for_a_new_price(plant: pytest.MonkeyPatch) -> None:
    plant.setattr(price_changes, "_covers", lambda agreed, term, money: True)


def take_a_reminder_of_the_old_price_for_one_of_the_new(plant: pytest.MonkeyPatch) -> None:
    plant.setattr(
        price_changes, "notice_of",
        lambda term, money, at: Notice.objects.filter(term=term).first(),
    )  # fmt: skip


def charge_a_new_price_before_its_day(plant: pytest.MonkeyPatch) -> None:
    def version_for(term: Term, day: date) -> OfferVersion:
        change = next(iter(price_changes.standing(term.version.offer_id)), None)
        return change.to if change else term.version

    plant.setattr(price_changes, "version_for", version_for)
    plant.setattr(price_changes, "notice_of", lambda term, money, at: Notice.objects.first())
    plant.setattr(price_changes, "_covers", lambda agreed, term, money: True)


BUGS: dict[Bug, str] = {
    earn_by_rounding_each_copy: "served to the end",
    serve_twice: "served to the end",
    serve_pauses: "paused",
    serve_what_a_pause_kept_back_once_it_is_lifted: "paused",
    take_two_for_a_double_issue_where_one_is_left: "a double issue at the end",
    begin_renewals_with_the_newest_issue: "renewed late",
    take_the_newest_term_first: "renewed early",
    forget_grace_at_renewal: "renewed in grace",
    give_grace_after_stopping: "stopped",
    give_grace_again_once_it_is_written_off: "grace that nobody pays for",
    owe_money_for_copies_added: "a double issue at the end",
    book_a_payment_each_time_it_is_heard_of: "served to the end",
    pay_everything_back_on_cancelling: "cancelled",
    forget_goodwill: "goodwill",
    forget_goodwill_on_cancelling: "goodwill",
    give_money_back_a_day_too_long: "too late",
    give_money_back_a_day_too_short: "in time",
    end_guarantees_at_midnight_here: "in time",
    give_old_terms_back_under_the_guarantee_of_a_new_one: "an old term and a new one",
    pay_back_at_each_click: "goodwill",
    take_copies_off_for_goodwill: "goodwill",
    keep_the_tax_of_what_is_paid_back: "cancelled",
    open_a_term_after_the_end: "paid after the end",
    earn_by_rounding_each_day: "a month, told and charged",
    earn_a_day_that_is_not_over: "a month",
    pay_back_days_that_are_over: "a month, and out",
    let_days_of_a_pause_pass: "a month, paused for good",
    give_days_of_grace_for_nothing: "a month, renewed in grace",
    serve_after_the_end_of_a_time: "a month",
    begin_a_renewed_time_at_once: "a month, told and charged",
    leave_the_next_term_where_it_was_when_a_pause_moves_an_end: "a month, renewed and paused",
    charge_who_was_not_told_in_time: "told and charged",
    charge_a_new_price_that_was_told_long_ago: "a new price, told too long ago",
    take_any_words_for_a_new_price: "a new price, told and agreed to",
    take_a_reminder_of_the_old_price_for_one_of_the_new: "a new price, told too long ago",
    charge_a_new_price_before_its_day: "a new price, told and agreed to",
}
"""Each with the play that finds it."""

FOUND_BY_SEARCH = [
    earn_by_rounding_each_copy,
    serve_twice,
    serve_pauses,
    take_two_for_a_double_issue_where_one_is_left,
    begin_renewals_with_the_newest_issue,
]
"""Those that three hundred plays made up by Hypothesis were seen to find; others want more luck."""
