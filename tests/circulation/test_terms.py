"""A term is so many copies: each issue takes one, money is earned by serving, nothing is lost."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from masthead.circulation import endings, orders, pricing, refunding, serving, standing, terms
from masthead.circulation.deals import Price, Promised
from masthead.circulation.models import (
    Deduction,
    Extension,
    Hold,
    Order,
    ServiceRecord,
    Subscription,
    Term,
)
from masthead.editorial import issues
from masthead.money import Money
from masthead.payments import attempts, invoices, journal
from masthead.payments.models import Attempt, Invoice, TaxRate
from tests.factories import circulation as make
from tests.factories import editorial
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db

FORTNIGHT = timedelta(days=14)


@pytest.fixture
def title():
    return editorial.magazine()


def out(title, *, at: datetime, **fields):
    """Put another issue on sale and serve it."""
    issue = editorial.issue(title, state="open", **fields)
    issue = issues.put_on_sale(issue, at=at)
    serving.serve(issue, at=at)
    return issue


def renewal(of: Term, *, minor: int = 6000) -> Attempt:
    """Ask for the next term at the price of this one, and for the money."""
    asked = of.order
    order = Order.objects.create(
        kind="renewal", version=of.version, payer=asked.payer, reader=asked.reader,
        subscription=of.subscription, renews=of, minor=minor, currency="EUR", parts=asked.parts,
        country="DE", provider="test", agreed_to="x", request=uuid.uuid4(), ordered_at=THEN,
    )  # fmt: skip
    return attempts.charge(order.reference, order.money, provider="test", payer=None, at=THEN)


def renew(of: Term, *, at: datetime) -> Term:
    term = orders.paid(make.pay(renewal(of), at=at), at=at)
    assert term is not None
    return term


def come_out(title, count: int, *, after: datetime = THEN) -> None:
    for number in range(1, count + 1):
        out(title, at=after + number * FORTNIGHT)


def euros(account: str) -> int:
    return journal.balance(account, "EUR").minor


def left(subscription) -> int:
    return standing.of_one(subscription).left


def test_a_paid_order_opens_a_term_and_its_money_is_owed(title):
    subscription = make.subscription(make.version(title))
    assert left(subscription) == 24
    assert euros("assets:provider:test") == 6000
    assert euros("liabilities:received") == 0
    assert euros("liabilities:deferred:digital") == -4500
    assert euros("liabilities:deferred:audio") == -1500


def test_hearing_of_the_payment_again_opens_nothing(title):
    subscription = make.subscription(make.version(title))
    attempt = Attempt.objects.get()
    for _time in range(3):
        orders.paid(make.pay(attempt), at=THEN)
    assert Term.objects.count() == 1
    assert Subscription.objects.get() == subscription
    assert euros("assets") == 6000


def test_an_order_that_is_not_paid_opens_nothing(title):
    order, attempt = orders.place(
        make.version(title), make.reader(), currency="EUR", country="DE", provider="test",
        request=uuid.uuid4(), at=THEN,
    )  # fmt: skip
    with pytest.raises(terms.NotPaid):
        orders.begin(order, charge=f"charge:{attempt.key}", at=THEN)
    assert not Subscription.objects.exists()


def test_a_double_click_is_one_order(title):
    payer, request, version = make.reader(), uuid.uuid4(), make.version(title)
    asked = {"currency": "EUR", "country": "DE", "provider": "test", "request": request, "at": THEN}
    assert orders.place(version, payer, **asked) == orders.place(version, payer, **asked)
    assert Order.objects.count() == Attempt.objects.count() == 1


def test_what_was_lost_between_the_money_and_the_term_is_caught_up_with(title):
    order, attempt = orders.place(
        make.version(title), make.reader(), currency="EUR", country="DE", provider="test",
        request=uuid.uuid4(), at=THEN,
    )  # fmt: skip
    make.pay(attempt)
    assert euros("liabilities:received") == -6000
    assert orders.catch_up(THEN) == 1
    assert orders.catch_up(THEN) == 0
    assert order.term.copies == 24
    assert euros("liabilities:received") == 0


def test_twenty_four_issues_serve_it_out_and_earn_exactly_its_price(title):
    subscription = make.subscription(
        make.version(title, make.deal(prices=(Price("EUR", 5999),))), at=THEN
    )
    come_out(title, 24)
    assert left(subscription) == 0
    assert ServiceRecord.objects.filter(kind="paid").count() == 24
    assert euros("income") == -5999
    assert euros("liabilities:deferred") == 0
    out(title, at=THEN + 25 * FORTNIGHT)
    assert ServiceRecord.objects.count() == 24


def test_an_issue_is_served_once_however_often_it_is_run(title):
    make.subscription(make.version(title))
    issue = out(title, at=THEN + FORTNIGHT)
    late = make.subscription(make.version(title), at=THEN + FORTNIGHT + timedelta(days=1))
    assert not serving.serve(issue, at=THEN + 2 * FORTNIGHT)
    assert left(late) == 24
    assert ServiceRecord.objects.count() == 1


def test_who_begins_with_the_issue_on_sale_has_it_at_once(title):
    out(title, at=THEN)
    subscription = make.subscription(
        make.version(title, make.deal(starts="current")), at=THEN + timedelta(days=3)
    )
    assert left(subscription) == 23


def test_a_double_issue_takes_two_copies_and_a_special_none(title):
    subscription = make.subscription(make.version(title, make.deal(copies=3)))
    out(title, at=THEN + FORTNIGHT, kind="special", counts_as=0)
    assert left(subscription) == 3
    out(title, at=THEN + 2 * FORTNIGHT, kind="double", counts_as=2)
    assert left(subscription) == 1
    assert euros("income") == -4000
    out(title, at=THEN + 3 * FORTNIGHT, kind="double", counts_as=2)
    assert left(subscription) == 0
    assert euros("income") == -6000


def test_copies_served_in_grace_are_taken_off_the_renewal(title):
    version = make.version(title, make.deal(copies=2, grace_copies=2))
    subscription = make.subscription(version)
    come_out(title, 5)
    account = standing.of_one(subscription)
    assert (account.left, account.grace_owed) == (0, 2)
    assert ServiceRecord.objects.filter(kind="grace").count() == 2
    assert account.state(THEN + 5 * FORTNIGHT, 5) == "expired"

    make.pay(renewal(subscription.terms.get()))
    orders.catch_up(THEN + 6 * FORTNIGHT)
    assert standing.of_one(subscription).grace_owed == 0
    assert left(subscription) == 0
    assert euros("income") == -12000
    assert euros("liabilities:deferred") == 0


def test_a_double_issue_is_the_last_copy_of_grace_too(title):
    subscription = make.subscription(make.version(title, make.deal(copies=1, grace_copies=1)))
    come_out(title, 1)
    out(title, at=THEN + 2 * FORTNIGHT, kind="double", counts_as=2)
    assert standing.of_one(subscription).grace_owed == 1


def test_a_copy_added_for_nothing_may_be_a_double_issue(title):
    subscription = make.subscription(make.version(title, make.deal(copies=1)))
    come_out(title, 1)
    Extension.objects.create(subscription=subscription, copies=1, reason="Claim", at=THEN)
    out(title, at=THEN + 2 * FORTNIGHT, kind="double", counts_as=2)
    assert standing.of_one(subscription).extensions_left == 0


def test_grace_that_was_written_off_is_not_given_again(title):
    subscription = make.subscription(make.version(title, make.deal(copies=1, grace_copies=2)))
    come_out(title, 4)
    Deduction.objects.create(
        subscription=subscription, kind="written-off", copies=2, occasion="x",
        at=THEN + 4 * FORTNIGHT,
    )  # fmt: skip
    out(title, at=THEN + 5 * FORTNIGHT)
    assert ServiceRecord.objects.filter(kind="grace").count() == 2


def test_issues_from_before_are_not_served_in_grace(title):
    early = out(title, at=THEN)
    make.subscription(make.version(title, make.deal(copies=1, grace_copies=2)))
    come_out(title, 1)
    assert not serving.serve(early, at=THEN + 2 * FORTNIGHT)


def test_an_issue_that_a_pause_kept_back_is_not_served_when_it_is_over(title):
    subscription = make.subscription(make.version(title))
    Hold.objects.create(
        subscription=subscription, starts_on=THEN.date(), ends_on=THEN.date() + FORTNIGHT,
        asked_at=THEN,
    )  # fmt: skip
    kept_back = out(title, at=THEN + FORTNIGHT)
    later = THEN + FORTNIGHT + timedelta(days=2)
    assert not serving.serve(kept_back, at=later)
    renew(subscription.terms.get(), at=later)
    assert left(subscription) == 48
    out(title, at=THEN + 2 * FORTNIGHT)
    assert left(subscription) == 47


def test_money_for_what_has_ended_since_waits_to_be_given_back(title):
    subscription = make.subscription(make.version(title))
    charge = renewal(subscription.terms.get())
    endings.cancel(subscription, request=uuid.uuid4(), at=THEN)
    assert orders.paid(make.pay(charge), at=THEN) is None
    assert orders.catch_up(THEN) == 0
    assert euros("liabilities:received") == -6000
    assert euros("liabilities:deferred") == 0
    assert Term.objects.count() == 1


@pytest.mark.parametrize("kind", ["renewal", "upgrade"])
@pytest.mark.parametrize(
    "end",
    [
        lambda one: endings.cancel(one, request=uuid.uuid4(), at=THEN),
        lambda one: endings.give_money_back(one, request=uuid.uuid4(), at=THEN),
        lambda one: endings.withdraw(one, request=uuid.uuid4(), at=THEN),
        lambda one: endings.give_up(one, at=THEN),
        lambda one: endings.fold(one, at=THEN),
        lambda one: endings.charge_back(
            one, frozenset(one.terms.values_list("pk", flat=True)), request=uuid.uuid4(), at=THEN
        ),
    ],
    ids=["cancel", "money back", "withdraw", "give up", "fold", "charge back"],
)
def test_what_has_ended_is_neither_renewed_nor_changed(title, kind, end):
    subscription = make.subscription(make.version(title))
    unsent = renewal(subscription.terms.get())
    other = make.subscription(make.version(title))
    standing_still = renewal(other.terms.get())
    Order.objects.filter(kind="renewal").update(kind=kind)
    end(subscription)
    order = Order.objects.get(subscription=subscription, kind=kind)
    assert order.cancelled_at == THEN
    unsent.refresh_from_db()
    assert unsent.state == Attempt.State.DROPPED
    with pytest.raises(pricing.CannotOrder, match="order anew"):
        orders.ask_for(order, provider="test", request=uuid.uuid4(), at=THEN, language="en")
    standing_still.refresh_from_db()
    assert standing_still.state == Attempt.State.CREATED
    assert Order.objects.get(subscription=other, kind=kind).cancelled_at is None


def test_nobody_is_asked_for_money_for_what_has_ended(title):
    subscription = make.subscription(make.version(title))
    renewal(subscription.terms.get())
    Attempt.objects.filter(state="created").delete()
    Subscription.objects.update(ended_at=THEN, ended_why="staff")
    with pytest.raises(pricing.CannotOrder, match="order anew"):
        orders.ask_for(
            Order.objects.get(kind="renewal"),
            provider="test", request=uuid.uuid4(), at=THEN, language="en",
        )  # fmt: skip


def test_a_term_is_renewed_once_whichever_payment_comes_first(title):
    first = make.subscription(make.version(title)).terms.get()
    dropped = renewal(first)
    Order.objects.filter(renews=first).update(cancelled_at=THEN)
    renew(first, at=THEN)
    assert orders.paid(make.pay(dropped), at=THEN) is None
    assert Term.objects.count() == 2
    assert euros("liabilities:received") == -6000


def test_taxes_are_in_the_price_and_owed_to_their_country(title):
    TaxRate.objects.create(
        country="DE", kind="digital", basis_points=700, name="MwSt", from_on=THEN.date()
    )
    TaxRate.objects.create(
        country="DE", kind="audio", basis_points=1900, name="MwSt", from_on=THEN.date()
    )
    subscription = make.subscription(make.version(title))
    # By hand: 45.00 at 7 % hold 2.94, 15.00 at 19 % hold 2.39 (2.3949…).
    assert euros("liabilities:tax:DE:mwst") == -(294 + 239)
    assert euros("liabilities:deferred") == -(6000 - 294 - 239)
    come_out(title, 24)
    assert euros("income") == -(6000 - 294 - 239)
    assert left(subscription) == 0


def test_print_costs_more_and_goes_to_the_countries_it_is_promised_to(title):
    promises = (Promised("print-edition", {"countries": ["DE", "FR"]}),)
    version = make.version(title, make.deal(promises=promises))
    subscription = make.subscription(version, with_print=True)
    assert subscription.terms.get().minor == 9600
    assert euros("liabilities:deferred:print") == -3600
    with pytest.raises(pricing.CannotOrder):
        make.subscription(version, with_print=True, country="US")


class TestEndings:
    """Four ways out, each a different thing."""

    def test_stopping_serves_what_is_paid_and_no_grace(self, title):
        subscription = make.subscription(make.version(title, make.deal(copies=2, grace_copies=2)))
        endings.stop(subscription, at=THEN)
        with pytest.raises(endings.CannotStop):
            endings.stop(subscription, at=THEN)
        come_out(title, 4)
        assert ServiceRecord.objects.count() == 2
        assert euros("income") == -6000

    def test_cancelling_pays_back_what_was_not_served(self, title):
        subscription = make.subscription(make.version(title))
        come_out(title, 6)
        (refund,) = endings.cancel(subscription, request=uuid.uuid4(), at=THEN + 7 * FORTNIGHT)
        assert refund.minor == 4500
        assert euros("liabilities:refunds-due") == -4500
        assert euros("liabilities:deferred") == 0
        assert euros("income") == -1500
        make.pay(refund.attempt)
        assert euros("liabilities:refunds-due") == 0
        assert euros("assets") == 1500
        out(title, at=THEN + 8 * FORTNIGHT)
        assert ServiceRecord.objects.count() == 6

    def test_clicking_twice_pays_back_once(self, title):
        subscription, request = make.subscription(make.version(title)), uuid.uuid4()
        first = endings.cancel(subscription, request=request, at=THEN)
        assert endings.cancel(subscription, request=request, at=THEN) == first
        with pytest.raises(endings.CannotCancel):
            endings.cancel(subscription, request=uuid.uuid4(), at=THEN)
        assert euros("liabilities:refunds-due") == -6000

    def test_clicking_twice_where_nothing_is_left_ends_it_once(self, title):
        subscription = make.subscription(make.version(title, make.deal(copies=1)))
        come_out(title, 1)
        request, at = uuid.uuid4(), THEN + 2 * FORTNIGHT
        first = endings.cancel(subscription, request=request, at=at)
        assert [one.minor for one in first] == [0]
        assert endings.cancel(subscription, request=request, at=at) == first
        assert euros("liabilities:refunds-due") == 0

    def test_the_guarantee_pays_everything_back_whatever_was_served(self, title):
        subscription = make.subscription(make.version(title))
        come_out(title, 3)
        (refund,) = endings.give_money_back(
            subscription, request=uuid.uuid4(), at=THEN + timedelta(days=59)
        )
        assert refund.minor == 6000
        assert euros("income") == 0
        # Three of 24 copies: 562 of 4500 and 187 of 1500, each rounded down.
        assert euros("income:given-back") == 749
        assert euros("liabilities:deferred") == 0

    def test_what_was_paid_twice_can_be_cancelled(self, title):
        subscription = make.subscription(make.version(title))
        (first,) = Attempt.objects.all()
        second = attempts.charge(first.reference, first.money, provider="test", payer=None, at=THEN)
        orders.paid(make.pay(second), at=THEN)
        assert euros("liabilities:received") == -6000
        (refund,) = endings.cancel(subscription, request=uuid.uuid4(), at=THEN)
        assert refund.attempt.charge == first

    def test_the_guarantee_of_a_renewal_pays_back_no_old_term(self, title):
        promises = (Promised("money-back", {"days": 60, "clock": "payment", "renewals": True}),)
        version = make.version(title, make.deal(copies=4, promises=promises))
        subscription = make.subscription(version)
        come_out(title, 3)
        later = THEN + timedelta(days=70)
        renew(subscription.terms.get(), at=later)
        refunds = endings.give_money_back(subscription, request=uuid.uuid4(), at=later)
        # One of four copies of the old term was not served; the new one comes back whole.
        assert [(one.kind, one.minor) for one in refunds] == [
            ("cancelled", 1500),
            ("money-back", 6000),
        ]
        assert euros("income") == -4500

    def test_the_guarantee_ends_when_its_last_day_is_over_everywhere(self, title):
        day = datetime(2026, 5, 4, 23, 30, tzinfo=UTC)
        subscription = make.subscription(make.version(title), at=day)
        # Sixty days on is 3 July; it ends in the last zone on earth at noon UTC of the 4th.
        over = datetime(2026, 7, 4, 12, tzinfo=UTC)
        assert set(endings.guaranteed_until(subscription).values()) == {over}
        with pytest.raises(refunding.CannotGiveBack):
            endings.give_money_back(subscription, request=uuid.uuid4(), at=over)
        just = over - timedelta(seconds=1)
        assert endings.give_money_back(subscription, request=uuid.uuid4(), at=just)

    def test_an_offer_without_a_guarantee_gives_none(self, title):
        subscription = make.subscription(make.version(title, make.deal(promises=())))
        with pytest.raises(refunding.CannotGiveBack):
            endings.give_money_back(subscription, request=uuid.uuid4(), at=THEN)

    def test_the_law_lets_buyers_withdraw_for_fourteen_days(self, title):
        subscription = make.subscription(make.version(title, make.deal(promises=())))
        (refund,) = endings.withdraw(
            subscription, request=uuid.uuid4(), at=THEN + timedelta(days=14)
        )
        assert refund.minor == 6000
        other = make.subscription(make.version(title, make.deal(promises=())))
        with pytest.raises(refunding.CannotGiveBack):
            endings.withdraw(other, request=uuid.uuid4(), at=THEN + timedelta(days=16))

    def test_goodwill_leaves_the_copies_owed_and_comes_off_what_is_paid_back_later(self, title):
        subscription = make.subscription(make.version(title))
        term = subscription.terms.get()
        refunding.give_goodwill(term, Money(1000, "EUR"), request=uuid.uuid4(), at=THEN, by=None)
        assert left(subscription) == 24
        assert euros("income:given-back") == 1000
        (refund,) = endings.give_money_back(subscription, request=uuid.uuid4(), at=THEN)
        assert refund.minor == 5000
        assert euros("liabilities:refunds-due") == -6000
        assert euros("income:given-back") == 0
        assert euros("liabilities:deferred") == 0

    def test_no_more_is_given_back_than_was_paid(self, title):
        term = make.subscription(make.version(title)).terms.get()
        with pytest.raises(refunding.CannotGiveBack):
            refunding.give_goodwill(
                term, Money(6001, "EUR"), request=uuid.uuid4(), at=THEN, by=None
            )


class TestInvoices:
    """What was paid is invoiced, what is promised back is credited, to the cent."""

    def test_a_paid_term_has_an_invoice_with_its_parts(self, title):
        TaxRate.objects.create(
            country="DE", kind="digital", basis_points=700, name="MwSt", from_on=THEN.date()
        )
        subscription = make.subscription(make.version(title))
        invoice = Invoice.objects.get()
        document = invoices.document_of(invoice)
        assert (invoice.payer, invoice.minor) == (subscription.payer, 6000)
        assert document.about == "The Gazette: A year"
        assert [(line.component, line.gross, line.tax) for line in document.lines] == [
            ("digital", 4500, 294),
            ("audio", 1500, 0),
        ]

    def test_hearing_of_the_payment_again_invoices_nothing(self, title):
        make.subscription(make.version(title))
        orders.paid(make.pay(Attempt.objects.get()), at=THEN)
        assert Invoice.objects.count() == 1

    def test_what_costs_nothing_has_no_invoice(self, title):
        make.subscription(make.version(title, make.deal(prices=(Price("EUR", 0),))))
        assert not Invoice.objects.exists()

    def test_what_is_promised_back_is_credited(self, title):
        subscription, request = make.subscription(make.version(title)), uuid.uuid4()
        come_out(title, 6)
        for _click in range(2):
            endings.cancel(subscription, request=request, at=THEN + 7 * FORTNIGHT)
        note = Invoice.objects.get(kind="credit-note")
        assert (note.minor, note.corrects.minor) == (4500, 6000)
