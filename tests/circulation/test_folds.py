"""A title folds: what is left keeps its worth to the cent, wherever it goes, and each is asked once."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from masthead.circulation import (
    auditing,
    endings,
    entitlements,
    extensions,
    facts,
    fold_plans,
    folds,
    giving_back,
    going_on,
    offers,
    orders,
    presents,
    refundable,
    refunding,
    renewals,
    serving,
    standing,
    terms,
    upgrades,
)
from masthead.circulation.deals import Price, Promised, Share
from masthead.circulation.entitlements import Work
from masthead.circulation.fold_plans import Choice, Counts
from masthead.circulation.models import (
    Deduction,
    Fold,
    Folded,
    Order,
    Present,
    Refund,
    Subscription,
    Term,
)
from masthead.editorial.models import Issue
from masthead.money import Money
from masthead.payments import journal, signals
from masthead.payments.append_only import NeverRewritten
from masthead.payments.models import Attempt, TaxRate
from tests.circulation.test_at_once import at_once, errors
from tests.circulation.test_presents import wish
from tests.factories import circulation as make
from tests.factories import editorial
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LATE = THEN + 500 * DAY
PROMISED = (
    Promised("subscriber-articles", {}),
    Promised("past-issues", {}),
    Promised("print-edition", {"countries": ["DE", "US"]}),
    Promised("money-back", {"days": 60, "clock": "payment"}),
)


@pytest.fixture
def title():
    for kind, rate in {"digital": 700, "audio": 1900, "print": 500}.items():
        TaxRate.objects.create(
            country="DE", kind=kind, basis_points=rate, name="MwSt", from_on=date(2020, 1, 1)
        )
    return editorial.magazine()


@pytest.fixture
def other(title):
    return editorial.magazine(name="The Other")


def offered(title, copies=6, price=6000, extra=3600, **fields: Any):
    asked = {
        "copies": copies, "prices": (Price("EUR", price, print_extra=extra),),
        "promises": PROMISED, "shares": (Share("digital", 3), Share("audio", 1)),
    }  # fmt: skip
    return make.version(title, make.deal(**(asked | fields)))


def out(title, at):
    issue = editorial.issue(title)
    Issue.objects.filter(pk=issue.pk).update(state="on_sale", live=True, on_sale_at=at)
    issue.refresh_from_db()
    serving.serve(issue, at=at)
    return issue


def fold(title, into, *, counts=Counts.VALUE, usual=Choice.MOVES, at=THEN) -> Fold:
    until = title.day(at) + 30 * DAY
    return folds.begin(title, into, counts=counts, usual=usual, choose_until=until, at=at)


def minor(account: str) -> int:
    return journal.balance(account, "EUR").minor


def left(found) -> int:
    return sum(
        part.minor for one in standing.of_one(found).balances for part in terms.unearned(one)
    )


class TestWorth:
    @settings(
        max_examples=max(15, settings().max_examples // 25),
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        copies=st.integers(1, 24),
        price=st.integers(1, 9999),
        served=st.integers(0, 24),
        there=st.tuples(st.integers(1, 24), st.integers(1, 9999)),
        counts=st.sampled_from(Counts.values),
        country=st.sampled_from(["DE", "US"]),
        with_print=st.booleans(),
        goodwill=st.integers(0, 2000),
        reads=st.integers(0, 30),
        leaves=st.booleans(),
    )
    def test_whatever_was_bought_and_served_nothing_is_lost_and_nothing_won(
        self, title, other, copies, price, served, there, counts, country, with_print, goodwill,
        reads, leaves,
    ):  # fmt: skip
        """Invariants 2, 4, 5, 9, 11 and 21, through a fold and to whichever end there is."""
        spot = transaction.savepoint()
        try:
            x, y = title, other
            old = make.subscription(
                offered(x, copies, price), country=country, with_print=with_print
            )
            into = offered(y, *there)
            for number in range(min(served, copies)):
                out(x, THEN + number * DAY)
            paid = old.terms.get().minor
            back = 0
            term = old.terms.get()
            if 0 < goodwill <= paid:
                refunding.give_goodwill(
                    term, Money(goodwill, "EUR"), request=uuid.uuid4(), at=THEN, by=None
                )
                back = goodwill
            begun = fold(x, into, counts=Counts(counts))
            deferred, worth = minor("liabilities:deferred"), left(old)
            settled = folds.settle(begun, old, Choice.MOVES, at=THEN)
            # The books do not move: what is owed is owed in other copies.
            assert minor("liabilities:deferred") == deferred
            assert auditing.complaints(LATE) == []
            assert left(Subscription.objects.get(pk=old.pk)) == 0
            found = settled.successor
            if served >= copies:
                assert found is None
                return
            assert found
            new = found.terms.get()
            assert new.minor == worth == left(found)
            if counts == Counts.SAME:
                assert new.copies == copies - served
            else:
                whole = there[1] + (3600 if with_print else 0)
                # In the reader's favour, and by less than one copy.
                assert new.copies * whole >= worth * there[0] or new.copies == 1
                assert (new.copies - 1) * whole < worth * there[0] or new.copies == 1
            for number in range(min(reads, new.copies)):
                out(y, THEN + (40 + number) * DAY)
            if leaves:
                refunds = endings.cancel(found, request=uuid.uuid4(), at=LATE)
                back += sum(refund.minor for refund in refunds)
                # Never more than was paid, and by the payment it came from.
                charge = Attempt.objects.get(reference=term.order.reference)
                gone = sum(one.minor for one in charge.refunds.all())
                assert gone == back <= paid
                assert minor("liabilities:deferred") == 0
            elif reads >= new.copies:
                assert minor("liabilities:deferred") == 0
                income = -minor("income")
                taxes = -minor("liabilities:tax")
                assert income + taxes == paid - back
            assert auditing.complaints(LATE + DAY) == []
        finally:
            transaction.savepoint_rollback(spot)

    def test_goodwill_that_was_more_than_what_moves_leaves_nothing_to_pay_back(self, title, other):
        old = make.subscription(offered(title, 8, 40))
        for number in range(7):
            out(title, THEN + number * DAY)
        refunding.give_goodwill(
            old.terms.get(), Money(8, "EUR"), request=uuid.uuid4(), at=THEN, by=None
        )
        begun = fold(title, offered(other, 1, 1))
        found = folds.settle(begun, old, Choice.MOVES, at=THEN).successor
        assert found
        endings.cancel(found, request=uuid.uuid4(), at=LATE)
        assert all(one.minor >= 0 for one in Refund.objects.all())
        assert auditing.complaints(LATE) == []

    def test_by_value_half_as_dear_is_twice_as_many_and_a_part_of_one_is_one(self, title, other):
        old = make.subscription(offered(title, 6, 6000), country="US")
        out(title, THEN)
        # 50.00 are left; a copy there costs 7.00.
        begun = fold(title, offered(other, 10, 7000))
        settled = folds.settle(begun, old, Choice.MOVES, at=THEN)
        assert settled.copies == 8

    def test_one_for_one_is_one_for_one(self, title, other):
        old = make.subscription(offered(title, 6, 6000), country="US")
        out(title, THEN)
        settled = folds.settle(
            fold(title, offered(other, 10, 7000), counts=Counts.SAME), old, Choice.MOVES, at=THEN
        )
        assert settled.copies == 5

    def test_what_was_paid_ahead_moves_too_each_with_its_own_payment(self, title, other):
        version = offered(title, 2, 2000, renew_at=2)
        old = make.subscription(version, country="US")
        out(title, THEN)
        order = going_on.ask_for(old, at=THEN)
        again = orders.ask_for(order, provider="test", request=uuid.uuid4(), at=THEN, language="en")
        orders.paid(make.pay(again), at=THEN)
        settled = folds.settle(fold(title, offered(other, 2, 2000)), old, Choice.MOVES, at=THEN)
        assert settled.successor
        assert [term.copies for term in settled.successor.terms.all()] == [1, 2]
        refunds = endings.cancel(settled.successor, request=uuid.uuid4(), at=THEN)
        assert sum(one.minor for one in refunds) == 3000
        assert sorted(one.minor for one in Attempt.objects.filter(kind="refund")) == [1000, 2000]
        assert auditing.complaints(LATE) == []

    def test_print_that_was_added_in_the_middle_goes_back_to_its_own_payment(self, title, other):
        old = make.subscription(offered(title), country="US")
        order = upgrades.ask_for(old, country="US", request=uuid.uuid4(), at=THEN)
        attempt = orders.ask_for(
            order, provider="test", request=uuid.uuid4(), at=THEN, agreed_to="R.", language="en"
        )
        orders.paid(make.pay(attempt), at=THEN)
        begun = fold(title, offered(other))
        found = folds.settle(begun, old, Choice.MOVES, at=THEN).successor
        assert found
        assert found.terms.get().with_print
        endings.cancel(found, request=uuid.uuid4(), at=THEN)
        back = {one.charge.reference: one.minor for one in Attempt.objects.filter(kind="refund")}
        assert sorted(back.values()) == [3600, 6000]
        assert back[order.reference] == 3600
        assert auditing.complaints(LATE) == []

    def test_a_time_moves_for_the_days_that_are_not_over(self, title, other):
        year = make.deal(
            basis="period", copies=0, months=12, prices=(Price("EUR", 3650),),
            shares=(Share("digital", 1),), promises=PROMISED,
        )  # fmt: skip
        old = make.subscription(make.version(title, year), country="US")
        begun = fold(title, offered(other, 10, 1000), at=THEN + 165 * DAY)
        settled = folds.settle(begun, old, Choice.MOVES, at=THEN + 165 * DAY)
        # Two hundred days at 10 cents, at a euro a copy.
        assert settled.copies == 20
        assert settled.successor
        assert left(settled.successor) == 2000
        assert auditing.complaints(LATE) == []

    def test_copies_for_nothing_come_along_and_are_worth_nothing(self, title, other):
        old = make.subscription(offered(title), country="US")
        extensions.extend(old, 2, reason="Sorry", request=uuid.uuid4(), at=THEN, by=None)
        found = folds.settle(fold(title, offered(other)), old, Choice.MOVES, at=THEN).successor
        assert found
        account = standing.of_one(found)
        assert (account.left, account.extensions_left) == (6, 2)
        assert auditing.complaints(LATE) == []


class TestChoosing:
    def test_who_wants_the_money_has_what_was_not_served(self, title, other):
        old = make.subscription(offered(title), country="US")
        out(title, THEN)
        settled = folds.settle(fold(title, offered(other)), old, Choice.PAID_BACK, at=THEN)
        assert settled.successor is None
        assert Refund.objects.get().minor == 5000
        old.refresh_from_db()
        assert (old.ended_why, old.ended_at) == ("folded", THEN)
        assert auditing.complaints(LATE) == []

    def test_choosing_twice_is_choosing_once(self, title, other):
        old = make.subscription(offered(title))
        begun = fold(title, offered(other))
        first = folds.settle(begun, old, Choice.MOVES, at=THEN, by=old.payer)
        assert folds.settle(begun, old, Choice.PAID_BACK, at=THEN + DAY) == first
        assert Subscription.objects.count() == 2
        assert not Refund.objects.exists()
        with pytest.raises(NeverRewritten):
            Folded.objects.update(choice="paid-back")

    @pytest.mark.parametrize("usual", list(Choice))
    def test_who_does_not_choose_gets_what_the_letter_said_after_the_last_day(
        self, title, other, usual
    ):
        old = make.subscription(offered(title))
        begun = fold(title, offered(other), usual=usual)
        assert folds.close(at=THEN + 30 * DAY) == 0
        assert folds.close(at=THEN + 31 * DAY) == 1
        assert folds.close(at=THEN + 32 * DAY) == 0
        settled = Folded.objects.get(subscription=old)
        assert (settled.choice, settled.by, settled.fold) == (usual, None, begun)
        assert auditing.complaints(LATE) == []

    def test_what_cannot_move_is_paid_back(self, title, other):
        francs = make.deal(prices=(Price("CHF", 100),), promises=PROMISED)
        old = make.subscription(offered(title), country="US")
        begun = fold(title, make.version(other, francs))
        with pytest.raises(folds.CannotChoose, match="cannot move"):
            folds.settle(begun, old, Choice.MOVES, at=THEN)
        folds.close(at=THEN + 31 * DAY)
        assert Folded.objects.get().choice == Choice.PAID_BACK
        assert Refund.objects.get().minor == 6000

    def test_print_moves_only_where_there_is_print(self, title, other):
        digital = make.deal(prices=(Price("EUR", 6000),), promises=PROMISED)
        reader = make.subscription(offered(title), with_print=True)
        screen = make.subscription(offered(title))
        begun = fold(title, make.version(other, digital))
        folds.close(at=THEN + 31 * DAY)
        assert Folded.objects.get(subscription=reader).choice == Choice.PAID_BACK
        assert Folded.objects.get(subscription=screen).choice == Choice.MOVES
        assert begun.settled.count() == 2

    def test_who_reads_the_other_already_is_paid_back_and_not_sent_two(self, title, other):
        reader = make.reader()
        old = make.subscription(offered(title), reader=reader)
        into = offered(other)
        make.subscription(into, reader=reader)
        begun = fold(title, into)
        with pytest.raises(folds.CannotChoose):
            folds.settle(begun, old, Choice.MOVES, at=THEN)
        folds.close(at=THEN + 31 * DAY)
        assert Folded.objects.get().choice == Choice.PAID_BACK

    def test_where_nothing_is_left_it_only_ends(self, title, other):
        old = make.subscription(offered(title, copies=1))
        out(title, THEN)
        settled = folds.settle(fold(title, offered(other)), old, Choice.MOVES, at=THEN)
        assert settled.successor is None
        old.refresh_from_db()
        assert old.ended_why == "folded"

    def test_a_gift_that_nobody_has_begun_goes_back_to_its_donor(self, title, other):
        donor = make.reader()
        order, attempt = orders.place(
            offered(title), donor, currency="EUR", country="US", provider="test",
            request=uuid.uuid4(), at=THEN, gift=wish(),
        )  # fmt: skip
        orders.paid(make.pay(attempt), at=THEN)
        fold(title, offered(other))
        assert folds.close(at=THEN + 31 * DAY) == 1
        assert folds.close(at=THEN + 32 * DAY) == 0
        assert Present.objects.get(order=order).returned_at
        assert Refund.objects.get().minor == 6000
        with pytest.raises(presents.CannotRedeem):
            presents.redeem(Present.objects.get(), make.reader(), at=LATE)
        assert auditing.complaints(LATE) == []


class TestStopping:
    def test_nothing_more_is_sold_renewed_or_given_in_grace(self, title, other):
        old = make.subscription(offered(title, 1, renew_at=1, grace_copies=3))
        fold(title, offered(other))
        assert offers.on_sale(title) == []
        assert [one for one in renewals.due(title, at=THEN) if not one.hindrance] == []
        with pytest.raises(renewals.CannotRenew):
            renewals.renew(old, at=THEN)
        out(title, THEN + DAY)
        out(title, THEN + 2 * DAY)
        assert standing.of_one(old).graced == 0

    def test_what_moved_does_not_renew_at_a_price_that_nobody_agreed_to(self, title, other):
        old = make.subscription(offered(title))
        found = folds.settle(fold(title, offered(other)), old, Choice.MOVES, at=THEN).successor
        assert found
        assert found.stopped_at
        assert Order.objects.get(subscription=found).agreed_to == ""

    def test_what_cannot_be_is_refused_and_beginning_twice_is_once(self, title, other):
        into = offered(other)
        usual: dict[str, Any] = {"counts": Counts.VALUE, "usual": Choice.MOVES, "at": THEN}
        until = title.day(THEN) + 30 * DAY
        with pytest.raises(folds.CannotFold, match="itself"):
            folds.begin(title, offered(title), choose_until=until, **usual)
        with pytest.raises(folds.CannotFold, match="days at least"):
            folds.begin(title, into, choose_until=title.day(THEN) + 13 * DAY, **usual)
        offers.withdraw(into.offer)
        with pytest.raises(folds.CannotFold, match="on sale"):
            folds.begin(title, into, choose_until=until, **usual)
        type(into.offer).objects.update(is_on_sale=True)
        first = folds.begin(title, into, choose_until=until, **usual)
        assert folds.begin(title, into, choose_until=until + DAY, **usual) == first
        with pytest.raises(folds.CannotFold, match="folds itself"):
            folds.begin(other, offered(title), choose_until=until, **usual)

    def test_a_preview_counts_and_writes_nothing(self, title, other):
        make.subscription(offered(title), country="US")
        make.subscription(offered(title), country="US", with_print=True)
        make.subscription(offered(title, copies=1))
        out(title, THEN)
        into = make.version(other, make.deal(copies=10, prices=(Price("EUR", 1000),)))
        before = [model.objects.count() for model in (Fold, Folded, Term, Order, Deduction)]
        seen = fold_plans.plan(title, into, Counts.VALUE, Choice.MOVES, at=THEN)
        assert [model.objects.count() for model in (Fold, Folded, Term, Order, Deduction)] == before
        assert (seen.moving, seen.copies, seen.paid_back, seen.empty) == (1, 50, 1, 1)
        assert seen.sums == [Money(5000, "EUR")]
        assert seen.sums_back == [Money(8000, "EUR")]
        seen = fold_plans.plan(title, into, Counts.VALUE, Choice.PAID_BACK, at=THEN)
        assert seen.sums_back == [Money(13000, "EUR")]

    def test_a_preview_of_many_takes_as_many_queries_as_one_of_few(self, title, other):
        version, into = offered(title), offered(other)

        def queries() -> int:
            with CaptureQueriesContext(connection) as seen:
                fold_plans.plan(title, into, Counts.VALUE, Choice.MOVES, at=THEN)
            return len(seen)

        for _number in range(2):
            make.subscription(version)
        before = queries()
        for _number in range(4):
            make.subscription(version)
        assert queries() == before


class TestPromises:
    def reads(self, reader, title, number, at) -> bool:
        work = Work(key=str(uuid.uuid4()), access="subscribers", title=str(title.key), issue=number)
        viewer = entitlements.viewer_with(facts.facts_of(reader, at), at)
        return entitlements.may_read(viewer, work, at).parts == "full"

    def test_past_issues_of_what_folded_stay_open_as_long_as_what_was_paid_lasts(
        self, title, other
    ):
        old = make.subscription(offered(title, 3, 3000), country="US")
        first = out(title, THEN)
        begun = fold(title, offered(other, 1, 1000), counts=Counts.SAME)
        folds.settle(begun, old, Choice.MOVES, at=THEN + DAY)
        at = THEN + 2 * DAY
        assert self.reads(old.reader, title, first.sequence, at)
        assert self.reads(old.reader, other, 1, at)
        for number in range(3):
            out(other, THEN + (3 + number) * DAY)
        assert not self.reads(old.reader, title, first.sequence, THEN + 9 * DAY)

    def test_who_is_paid_back_reads_neither(self, title, other):
        old = make.subscription(offered(title))
        first = out(title, THEN)
        folds.settle(fold(title, offered(other)), old, Choice.PAID_BACK, at=THEN)
        assert not self.reads(old.reader, title, first.sequence, THEN + DAY)
        assert not self.reads(old.reader, other, 1, THEN + DAY)

    def test_a_guarantee_goes_on_for_all_that_was_paid_and_begins_no_second_time(
        self, title, other
    ):
        old = make.subscription(offered(title), country="US")
        out(title, THEN)
        out(title, THEN + DAY)
        found = folds.settle(fold(title, offered(other)), old, Choice.MOVES, at=THEN).successor
        assert found
        request = uuid.uuid4()
        until = max(endings.guaranteed_until(found).values())
        assert until == max(endings.guaranteed_until(old).values())
        with pytest.raises(refunding.CannotGiveBack):
            endings.give_money_back(found, request=request, at=until)
        refunds = endings.give_money_back(found, request=request, at=THEN + 50 * DAY)
        assert sum(one.minor for one in refunds) == 6000
        assert endings.give_money_back(found, request=request, at=LATE) == refunds
        assert minor("liabilities:deferred") == 0
        assert minor("income") == 0
        assert auditing.complaints(LATE) == []

    def test_withdrawal_counts_from_what_was_ordered_and_not_from_the_fold(self, title, other):
        old = make.subscription(offered(title), country="US")
        begun = fold(title, offered(other))
        found = folds.settle(begun, old, Choice.MOVES, at=THEN + 10 * DAY).successor
        assert found
        assert endings.withdrawable_until(found) == endings.withdrawable_until(old)
        refunds = endings.withdraw(found, request=uuid.uuid4(), at=THEN + 11 * DAY)
        assert sum(one.minor for one in refunds) == 6000
        assert auditing.complaints(LATE) == []

    def test_staff_see_and_give_what_was_paid_before_the_fold(self, title, other):
        old = make.subscription(offered(title), country="US")
        out(title, THEN)
        found = folds.settle(fold(title, offered(other)), old, Choice.MOVES, at=THEN).successor
        assert found
        assert giving_back.most(found, giving_back.Act.REST, at=THEN) == [Money(5000, "EUR")]
        assert giving_back.most(found, giving_back.Act.WHOLE, at=THEN) == [Money(6000, "EUR")]
        giving_back.give(
            found, giving_back.Act.WHOLE, reason="Sorry", request=uuid.uuid4(), at=THEN,
            by=make.reader(),
        )  # fmt: skip
        assert sum(one.minor for one in Refund.objects.all()) == 6000
        assert refundable.of(old.terms.get())[0].minor == 0
        assert auditing.complaints(LATE) == []


@pytest.mark.django_db(transaction=True)
def test_two_choices_at_once_are_one(title, other, monkeypatch):
    monkeypatch.setattr(signals.charge_settled, "receivers", [])
    old = make.subscription(offered(title), country="US")
    begun = fold(title, offered(other))
    came = at_once(
        lambda: folds.settle(begun, old, Choice.MOVES, at=THEN),
        lambda: folds.settle(begun, old, Choice.PAID_BACK, at=THEN),
        lambda: folds.close(at=THEN + 31 * DAY),
    )
    assert not errors(came)
    settled = Folded.objects.get()
    assert Subscription.objects.count() == (2 if settled.choice == Choice.MOVES else 1)
    assert Refund.objects.count() == (0 if settled.choice == Choice.MOVES else 1)
    assert auditing.complaints(LATE) == []
