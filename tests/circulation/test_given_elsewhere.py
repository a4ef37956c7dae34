"""What staff gave back at the provider stands in nobody's way: it ends, and the books come right."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from masthead.circulation import (
    auditing,
    charge_backs,
    deals,
    endings,
    folds,
    giving_back,
    presents,
    refundable,
    refunding,
    single_returns,
)
from masthead.circulation.giving_back import Act
from masthead.circulation.models import Folded, Refund, Subscription
from masthead.money import Money
from masthead.payments import attempts, disputes, journal, observations
from masthead.payments.models import Attempt, Difference, Invoice, TaxRate
from masthead.payments.provider import Observed
from tests.circulation import test_folds as folding
from tests.circulation import test_single_copies as singles
from tests.factories import circulation as make
from tests.factories import editorial
from tests.factories.editorial import THEN
from tests.office.test_boards import on_sale

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SOON = THEN + 5 * DAY
LATE = THEN + 90 * DAY
other = folding.other


@pytest.fixture
def title():
    for kind, rate in {"digital": 700, "print": 500, "audio": 1900}.items():
        TaxRate.objects.create(
            country="DE", kind=kind, basis_points=rate, name="MwSt", from_on=date(2020, 1, 1)
        )
    return editorial.magazine()


@pytest.fixture
def paid(title):
    """Return a subscription of 24 copies for 60 euros, of which one was served."""
    found = make.subscription(make.version(title))
    on_sale(title, THEN + DAY)
    return found


def at_the_provider(charge: Attempt, minor: int, status: str = "succeeded", *, at=SOON) -> Attempt:
    """Return what is seen of a refund that staff gave on the provider's own pages."""
    ref = f"re-{charge.pk}-{charge.refunds.count()}"
    seen = Observed(
        ref, "refund", status, Money(minor, charge.currency), charge_ref=charge.provider_ref or ""
    )
    found = observations.take_in(charge.provider, seen, at=at, by_way_of="comparison")
    assert isinstance(found, Attempt)
    return found


def charge_of(found: Subscription) -> Attempt:
    return Attempt.objects.get(kind="charge", reference=found.terms.get().order.reference)


def paid_again(found: Subscription) -> Attempt:
    """Return a second payment for the same."""
    charge = charge_of(found)
    second = attempts.charge(
        charge.reference, charge.money, provider="test", payer=None, at=THEN + DAY
    )
    make.pay(second, at=THEN + DAY)
    second.refresh_from_db()
    return second


def out() -> list[int]:
    """Return what we have promised to send ourselves."""
    return [one.minor for one in Attempt.objects.filter(kind="refund", origin="ours")]


def balance(account: str) -> int:
    return journal.balance(account, "EUR").minor


def is_settled() -> None:
    """See that the books are those of a payment that went back as a whole."""
    for one in Attempt.objects.filter(kind="refund", state="created"):
        make.pay(one, at=LATE)
    assert auditing.complaints(LATE) == []
    assert [balance(root) for root in ("assets", "liabilities", "income", "expenses")] == [0] * 4
    notes = Invoice.objects.filter(kind="credit-note")
    assert sum(one.minor for one in notes) == 6000


def test_the_guarantee_gives_what_is_there_still_and_the_books_and_taxes_come_right(paid):
    at_the_provider(charge_of(paid), 1000)
    endings.give_money_back(paid, request=uuid.uuid4(), at=SOON)
    assert out() == [5000]
    assert balance("liabilities:deferred") == 0
    is_settled()


def test_so_does_withdrawing(paid):
    at_the_provider(charge_of(paid), 1000)
    endings.withdraw(paid, request=uuid.uuid4(), at=SOON)
    assert out() == [5000]
    is_settled()


def test_cancelling_gives_never_more_than_is_there(paid):
    at_the_provider(charge_of(paid), 3001)
    endings.cancel(paid, request=uuid.uuid4(), at=SOON)
    assert out() == [2999]
    is_settled()


def test_what_was_given_in_several_sums_is_added_up(paid):
    for minor in (1000, 999, 1):
        at_the_provider(charge_of(paid), minor)
    endings.give_money_back(paid, request=uuid.uuid4(), at=SOON)
    assert out() == [4000]
    assert Refund.objects.filter(kind="goodwill").count() == 3
    is_settled()


@pytest.mark.parametrize("act", [Act.WHOLE, Act.REST])
def test_after_all_of_it_went_staff_can_still_end_it(paid, act):
    at_the_provider(charge_of(paid), 6000)
    giving_back.give(
        paid, act, reason="It came wet.", request=uuid.uuid4(), at=SOON, by=make.reader()
    )
    assert out() == []
    assert Subscription.objects.get(pk=paid.pk).ended_at == SOON
    is_settled()


def test_goodwill_is_what_is_there_at_most(paid):
    at_the_provider(charge_of(paid), 5900)
    by = make.reader()
    assert giving_back.most(paid, Act.GOODWILL, at=SOON) == [Money(100, "EUR")]
    with pytest.raises(refunding.CannotGiveBack):
        refunding.give_goodwill(
            paid.terms.get(), Money(101, "EUR"), request=uuid.uuid4(), at=SOON, by=by
        )
    refunding.give_goodwill(
        paid.terms.get(), Money(100, "EUR"), request=uuid.uuid4(), at=SOON, by=by
    )
    endings.cancel(paid, request=uuid.uuid4(), at=SOON)
    assert out() == [100]
    is_settled()


def test_each_part_gives_its_share_and_never_more_tax_than_it_has(paid):
    term = paid.terms.get()
    at_the_provider(charge_of(paid), 4321)
    [(_attempt, gone)] = refundable.given_elsewhere(term)
    left = refundable.of(term)
    assert deals.total(gone, "EUR") + deals.total(left, "EUR") == Money(6000, "EUR")
    whole = {one.component: one for one in term.components}
    for part in (*gone, *left):
        assert 0 <= part.tax <= whole[part.component].tax
        assert 0 <= part.net <= whole[part.component].net


def test_writing_it_down_changes_nothing_of_what_can_go_back(paid):
    at_the_provider(charge_of(paid), 1234)
    before = refundable.of(paid.terms.get())
    refunding.give_goodwill(
        paid.terms.get(), Money(1, "EUR"), request=uuid.uuid4(), at=SOON, by=None
    )
    after = refundable.of(paid.terms.get())
    assert deals.total(before, "EUR") - deals.total(after, "EUR") == Money(1, "EUR")
    assert refundable.given_elsewhere(paid.terms.get()) == []


def test_what_went_while_a_term_goes_on_stands_in_the_books_and_taxes_the_next_night(paid):
    at_the_provider(charge_of(paid), 1000)
    tax = balance("liabilities:tax")
    assert refunding.take_over(at=SOON) == 1
    [refund] = Refund.objects.all()
    assert (refund.kind, refund.minor) == ("goodwill", 1000)
    [note] = Invoice.objects.filter(kind="credit-note")
    assert note.minor == 1000
    assert balance("liabilities:tax") != tax
    assert auditing.complaints(SOON) == []
    # The copies stay owed, it is done once, and what is left can still go back.
    assert Subscription.objects.get(pk=paid.pk).ended_at is None
    assert refunding.take_over(at=SOON) == 0
    endings.give_money_back(paid, request=uuid.uuid4(), at=SOON)
    assert out() == [5000]
    is_settled()


def test_what_is_on_its_way_back_there_may_fail_yet_and_waits(paid):
    at_the_provider(charge_of(paid), 1000, "waiting")
    assert refunding.take_over(at=SOON) == 0
    assert not Refund.objects.exists()


def test_what_is_on_its_way_there_is_never_asked_for_here(paid):
    """An ending takes it over; whatever sends promised money must not send it a second time."""
    refund = at_the_provider(charge_of(paid), 1000, "waiting")
    endings.give_money_back(paid, request=uuid.uuid4(), at=SOON)
    assert Refund.objects.filter(attempt=refund).exists()
    asked: list[Any] = []
    bank: Any = SimpleNamespace(abilities=frozenset(), refund=asked.append)
    attempts.send(refund, bank, at=SOON)
    assert asked == []
    refund.refresh_from_db()
    assert refund.state == Attempt.State.WAITING


def test_a_single_copy_whose_whole_price_went_back_there_is_given_back_by_staff(title):
    issue = singles.out(title)
    copy = singles.bought(issue, singles.somebody(), singles.DIGITAL)
    refund = at_the_provider(Attempt.objects.get(kind="charge"), copy.minor)
    single_returns.give_back(copy, reason="Broken", request=uuid.uuid4(), at=SOON, by=make.reader())
    copy.refresh_from_db()
    assert copy.refund == refund
    assert copy.returned_at == SOON
    assert out() == []
    assert auditing.complaints(LATE) == []
    assert [balance(root) for root in ("assets", "liabilities", "income", "expenses")] == [0] * 4


def test_of_a_single_copy_nothing_is_given_back_of_which_a_part_went_there(title):
    issue = singles.out(title)
    copy = singles.bought(issue, singles.somebody(), singles.DIGITAL)
    at_the_provider(Attempt.objects.get(kind="charge"), 1)
    with pytest.raises(single_returns.CannotReturn):
        single_returns.give_back(
            copy, reason="Broken", request=uuid.uuid4(), at=SOON, by=make.reader()
        )


def test_of_a_second_payment_that_went_back_there_nothing_is_taken_over(paid):
    at_the_provider(paid_again(paid), 6000)
    assert refunding.take_over(at=SOON) == 0
    assert not Refund.objects.exists()


def test_a_second_payment_that_went_back_there_is_no_goodwill(paid):
    at_the_provider(paid_again(paid), 6000)
    endings.give_money_back(paid, request=uuid.uuid4(), at=SOON)
    assert out() == [6000]
    assert not Refund.objects.filter(kind="goodwill").exists()


def test_what_was_refused_here_and_sent_there_was_promised_already(paid):
    endings.cancel(paid, request=uuid.uuid4(), at=SOON)
    [refund] = Refund.objects.all()
    assert refund.attempt
    seen = Observed("re-x", "refund", "failed", refund.attempt.money, refund.attempt.key)
    attempts.settle(refund.attempt, seen, at=SOON, by_way_of="test")
    at_the_provider(charge_of(paid), refund.minor)
    assert refundable.given_elsewhere(paid.terms.get()) == []


def test_a_gift_that_has_not_begun_goes_back_with_what_is_there(title):
    present = make.present(make.version(title))
    charge = Attempt.objects.get()
    at_the_provider(charge, 1000)
    presents.give_back(present, request=uuid.uuid4(), at=SOON)
    assert out() == [5000]
    is_settled()


def test_a_donor_whose_gift_cannot_go_back_is_told_in_a_sentence(title, client, monkeypatch):
    present = make.present(make.version(title))
    client.force_login(present.order.payer)

    def refuse(*_args, **_asked):
        raise refunding.CannotGiveBack("Too much was given back of this payment already.")

    monkeypatch.setattr(presents, "give_back", refuse)
    way = reverse("account_return_present", args=[present.key])
    answer = client.post(way, {"request": str(uuid.uuid4())}, follow=True)
    assert "Too much was given back" in answer.content.decode()


def test_what_a_bank_took_back_of_the_rest_ends_it_too(paid):
    charge = charge_of(paid)
    at_the_provider(charge, 1000)
    for status in ("waiting", "succeeded"):
        dispute = disputes.note(
            charge, Observed("dp", "dispute", status, Money(5000, "EUR"), charge.key), at=SOON
        )
    assert charge_backs.lost(dispute, at=SOON)
    assert out() == []
    is_settled()


class TestAFold:
    @pytest.fixture
    def folded(self, title, other):
        found = make.subscription(make.version(title))
        return found, folding.fold(
            title, folding.offered(other, copies=6), usual=folds.Choice.PAID_BACK
        )

    def test_it_pays_back_what_is_there(self, folded):
        found, _fold = folded
        at_the_provider(charge_of(found), 1000)
        assert folds.close(at=LATE) == 1
        assert out() == [5000]
        is_settled()

    def test_what_moved_ends_whatever_was_given_back_of_its_payment_meanwhile(self, title, folded):
        found, begun = folded
        for day in range(20):
            on_sale(title, THEN + (day + 1) * DAY)
        at = THEN + 30 * DAY
        moved = folds.settle(begun, found, folds.Choice.MOVES, at=at).successor
        assert moved
        charge = charge_of(found)
        at_the_provider(charge, 1900, at=at + DAY)
        refunding.give_goodwill(
            moved.terms.get(), Money(1, "EUR"), request=uuid.uuid4(), at=at + 2 * DAY, by=None
        )
        endings.cancel(moved, request=uuid.uuid4(), at=at + 3 * DAY)
        assert charge.refunds.count() == 2
        assert balance("liabilities:deferred") == 0
        for one in charge.refunds.filter(state="created"):
            make.pay(one, at=LATE)
        assert auditing.complaints(LATE) == []
        assert balance(journal.REFUNDS_DUE) == 0

    def test_one_that_cannot_be_settled_keeps_no_other_from_it_and_staff_hear_of_it(
        self, title, folded, monkeypatch
    ):
        first, _fold = folded
        second = make.subscription(make.version(title))
        settle = folds.settle

        def one_fails(fold, subscription, *args, **asked):
            if subscription.pk == first.pk:
                raise refunding.CannotGiveBack("Too much was given back.")
            return settle(fold, subscription, *args, **asked)

        monkeypatch.setattr(folds, "settle", one_fails)
        for night in (LATE, LATE + DAY):
            folds.close(at=night)
        assert [one.subscription for one in Folded.objects.all()] == [second]
        [told] = Difference.objects.all()
        assert (told.kind, told.subject) == ("not-ended", first.number)
        assert told.says == "Too much was given back."


def test_a_charge_back_that_cannot_be_closed_keeps_no_other_from_it(title, monkeypatch):
    found = [make.subscription(make.version(title)) for _time in range(2)]
    for one in found:
        charge = charge_of(one)
        for status in ("waiting", "succeeded"):
            seen = Observed(f"dp-{one.pk}", "dispute", status, charge.money, charge.key)
            disputes.note(charge, seen, at=SOON)
    close = endings.charge_back

    def one_fails(subscription, *args, **asked):
        if subscription.pk == found[0].pk:
            raise ValueError("It is broken.")
        return close(subscription, *args, **asked)

    monkeypatch.setattr(endings, "charge_back", one_fails)
    assert charge_backs.catch_up(at=SOON) == 1
    assert Difference.objects.get(kind="not-ended").subject == charge_of(found[0]).reference
