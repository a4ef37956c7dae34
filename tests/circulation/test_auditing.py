"""Looking whether the books agree: nothing to say of sound ones, and each fault is found."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from masthead.circulation import auditing, endings, orders, refunding
from masthead.circulation.models import Deduction, ServiceRecord
from masthead.money import Money
from masthead.payments import attempts, exports, journal
from masthead.payments.journal import credit, debit
from masthead.payments.models import Attempt, InvoiceSeries, TaxRate
from tests.circulation.test_terms import FORTNIGHT, come_out, renew, renewal
from tests.factories import circulation as make
from tests.factories import editorial
from tests.factories.editorial import THEN
from tests.payments.test_exports import added_up_by_hledger, needs_hledger

pytestmark = pytest.mark.django_db
LATER = THEN + timedelta(days=400)


@pytest.fixture
def title():
    return editorial.magazine()


@pytest.fixture
def subscription(title):
    """Return one of a busy magazine, with copies left."""
    TaxRate.objects.create(
        country="DE", kind="digital", basis_points=700, name="MwSt", from_on=THEN.date()
    )
    version = make.version(title, make.deal(copies=3, grace_copies=2))
    first, cancelled, content, kept = (make.subscription(version) for _ in range(4))
    come_out(title, 2)
    endings.cancel(cancelled, request=uuid.uuid4(), at=THEN + 3 * FORTNIGHT)
    (refund,) = endings.give_money_back(content, request=uuid.uuid4(), at=THEN + 2 * FORTNIGHT)
    make.pay(refund.attempt)
    refunding.give_goodwill(
        kept.terms.get(), Money(700, "EUR"), request=uuid.uuid4(), at=THEN, by=None
    )
    renew(first.terms.get(), at=THEN + 3 * FORTNIGHT)
    return first


def test_there_is_nothing_to_say_of_sound_books(subscription):
    assert auditing.complaints(LATER) == []
    assert auditing.counts()["terms"] == 5


@needs_hledger
def test_hledger_adds_up_a_busy_magazine(subscription):
    assert added_up_by_hledger("".join(exports.hledger())) == journal.balances()


def test_a_copy_that_earned_nothing_is_found(title, subscription):
    issue = editorial.issue(title)
    ServiceRecord.objects.create(
        subscription=subscription, term=subscription.terms.first(), issue=issue, kind="paid",
        copies=1, served_at=THEN, currency="EUR",
    )  # fmt: skip
    said = auditing.complaints(LATER)
    assert [one.partition(" ")[0] for one in said] == [
        "liabilities:deferred:audio",
        "liabilities:deferred:digital",
    ]


def test_copies_taken_off_without_a_word_in_the_books_are_found(subscription):
    Deduction.objects.create(
        subscription=subscription, term=subscription.terms.last(), kind="cancelled", copies=3,
        occasion="x", at=THEN,
    )  # fmt: skip
    assert len(auditing.complaints(LATER)) == 2


def test_a_refund_that_nobody_promised_is_found(subscription):
    money = Money(500, "EUR")
    lines = [debit(journal.REFUNDS_DUE, money), credit("assets:provider:test", money)]
    journal.post("refund:astray", lines, kind="refund", at=THEN)
    (said,) = auditing.complaints(LATER)
    assert said.startswith("liabilities:refunds-due is ")


def test_money_for_nothing_is_found_once_it_is_old(subscription):
    charge = renewal(subscription.terms.last())
    endings.cancel(subscription, request=uuid.uuid4(), at=THEN)
    orders.paid(make.pay(charge), at=THEN)
    assert auditing.complaints(THEN + timedelta(days=2)) == []
    (said,) = auditing.complaints(LATER)
    assert said.startswith("60.00 EUR came in for order:")


def test_an_order_that_was_paid_twice_is_found(subscription):
    first = Attempt.objects.filter(kind="charge").first()
    again = attempts.charge(first.reference, first.money, provider="test", payer=None, at=THEN)
    orders.paid(make.pay(again), at=THEN)
    (said,) = auditing.complaints(LATER)
    assert said.startswith("60.00 EUR came in")


def test_a_gap_in_the_numbers_of_invoices_is_found(subscription):
    InvoiceSeries.objects.update(next_number=90)
    (said,) = auditing.complaints(timezone.now())
    assert said == "The numbers of invoices in 2026 have a gap."
