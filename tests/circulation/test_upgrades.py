"""Print in the middle of a term: nothing is lost, nothing is won, and each payment gets back its own."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, timedelta

import pytest

from masthead.circulation import (
    auditing,
    charge_backs,
    endings,
    giving_back,
    going_on,
    orders,
    price_changes,
    pricing,
    refunding,
    renewals,
    serving,
    standing,
    upgrades,
)
from masthead.circulation.deals import Price, Promised, Share
from masthead.circulation.models import (
    DiscountCode,
    OfferVersion,
    Order,
    Refund,
    ServiceRecord,
    Subscription,
    Term,
)
from masthead.editorial.models import Issue
from masthead.payments import disputes, journal
from masthead.payments.models import Attempt, Invoice, TaxRate
from masthead.payments.provider import Observed
from tests.factories import circulation as make
from tests.factories import editorial
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
PROMISED = (
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


def offered(title, copies=6, price=6000, extra=3600):
    return make.version(title, make.deal(
        copies=copies, prices=(Price("EUR", price, print_extra=extra),), promises=PROMISED,
        shares=(Share("digital", 3), Share("audio", 1)), renew_at=1,
    ))  # fmt: skip


def out(title, at):
    issue = editorial.issue(title)
    Issue.objects.filter(pk=issue.pk).update(state="on_sale", live=True, on_sale_at=at)
    issue.refresh_from_db()
    serving.serve(issue, at=at)


def ask(found: Subscription, at=THEN, country="DE") -> Order:
    return upgrades.ask_for(found, country=country, request=uuid.uuid4(), at=at)


def paid(order: Order, at=THEN) -> Term:
    attempt = orders.ask_for(
        order, provider="test", request=uuid.uuid4(), at=at, agreed_to="Renews.", language="en"
    )
    term = orders.paid(make.pay(attempt, at=at), at=at)
    assert term
    return term


@pytest.mark.parametrize("country", ["DE", "US"])
@pytest.mark.parametrize(
    ("copies", "price", "extra", "served"),
    [(6, 6000, 3600, 2), (24, 5999, 1999, 7), (3, 100, 1, 1), (12, 7, 3, 11), (5, 1, 999, 4)],
)
def test_the_old_rest_and_the_charge_are_what_the_new_term_is_worth(
    title, country, copies, price, extra, served
):
    """Invariant 21: an upgrade conserves value."""
    found = make.subscription(offered(title, copies, price, extra), country=country)
    for number in range(served):
        out(title, THEN + number * DAY)
    before = journal.balance("liabilities:deferred", "EUR").minor
    seen = upgrades.look_at(found, country=country, at=THEN)
    order = ask(found, country=country)
    new = paid(order) if order.minor else Term.objects.get(order=order)
    assert new.minor == seen.worth.minor == seen.credit.minor + order.minor
    assert new.copies == copies - served == standing.of_one(found).left
    net = sum(part["minor"] - part["tax"] for part in order.parts)
    assert journal.balance("liabilities:deferred", "EUR").minor == before - net
    late = THEN + 60 * DAY
    assert auditing.complaints(late) == []
    for number in range(copies - served):
        out(title, THEN + (30 + number) * DAY)
    # Served to the end, what was paid is what was earned, to the cent.
    assert journal.balance("liabilities:deferred", "EUR").minor == 0
    nets = sum(part.net for term in Term.objects.filter(sequence=1) for part in term.components)
    assert -journal.balance("income", "EUR").minor == nets + net
    assert auditing.complaints(late) == []


def test_half_of_the_copies_cost_half_of_print(title):
    found = make.subscription(offered(title), country="US")
    for number in range(3):
        out(title, THEN + number * DAY)
    seen = upgrades.look_at(found, country="US", at=THEN)
    assert (seen.charge.minor, seen.credit.minor, seen.copies) == (1800, 3000, 3)


def test_it_is_never_below_nought_and_then_it_is_open_at_once(title):
    found = make.subscription(offered(title, copies=3, price=100, extra=0))
    out(title, THEN)
    order = ask(found)
    assert (order.minor, order.term.copies, order.term.with_print) == (0, 2, True)
    assert auditing.complaints(THEN + 9 * DAY) == []


def test_issues_are_served_once_each_and_from_the_new_term(title):
    found = make.subscription(offered(title))
    out(title, THEN)
    new = paid(ask(found))
    out(title, THEN + DAY)
    terms = ServiceRecord.objects.order_by("issue__sequence").values_list("term", flat=True)
    assert list(terms) == [new.renews_id, new.pk]


def test_paying_twice_and_asking_twice_is_one(title):
    found = make.subscription(offered(title))
    first = ask(found)
    assert ask(found) == first
    paid(first)
    attempt = Attempt.objects.get(reference=first.reference)
    orders.paid(make.pay(attempt), at=THEN)
    assert Term.objects.count() == 2
    with pytest.raises(upgrades.CannotUpgrade, match="no print edition"):
        ask(found)


def test_a_new_sum_gives_the_old_order_up(title):
    found = make.subscription(offered(title), country="US")
    old = ask(found, country="US")
    out(title, THEN)
    new = ask(found, country="US")
    old.refresh_from_db()
    assert old.cancelled_at
    assert (old.minor, new.minor) == (3600, 3000)


def test_an_issue_that_comes_between_asking_and_paying_loses_nothing(title):
    found = make.subscription(offered(title), country="US")
    order = ask(found, country="US")
    attempt = orders.ask_for(
        order, provider="test", request=uuid.uuid4(), at=THEN, agreed_to="Renews.", language="en"
    )
    out(title, THEN)
    new = orders.paid(make.pay(attempt), at=THEN)
    assert new.copies == 5
    assert new.minor == 5000 + order.minor
    assert auditing.complaints(THEN + 9 * DAY) == []


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda title, found: out(title, THEN),
        lambda title, found: paid(going_on.ask_for(found, at=THEN)),
        lambda title, found: endings.cancel(found, request=uuid.uuid4(), at=THEN),
    ],
    ids=["served out", "renewed", "ended"],
)
def test_nobody_is_asked_for_money_that_could_add_nothing_any_more(title, meanwhile):
    found = make.subscription(offered(title, copies=2))
    out(title, THEN)
    order = ask(found)
    meanwhile(title, found)
    with pytest.raises(pricing.CannotOrder):
        paid(order)
    assert not Attempt.objects.filter(reference=order.reference).exists()


def test_a_term_that_was_changed_is_not_renewed_as_it_was(title):
    found = make.subscription(offered(title, copies=2))
    out(title, THEN)
    with_print = ask(found)
    renewal = going_on.ask_for(found, at=THEN)
    paid(with_print)
    with pytest.raises(pricing.CannotOrder, match="order anew"):
        paid(renewal)


def test_what_was_served_out_meanwhile_waits_to_go_back(title):
    found = make.subscription(offered(title, copies=1))
    order = ask(found)
    attempt = orders.ask_for(
        order, provider="test", request=uuid.uuid4(), at=THEN, agreed_to="Renews.", language="en"
    )
    out(title, THEN)
    assert orders.paid(make.pay(attempt), at=THEN) is None
    assert any("give it back" in said for said in auditing.complaints(THEN + 9 * DAY))


class TestGoingBack:
    @pytest.fixture(params=["US", "DE"])
    def found(self, title, request):
        found = make.subscription(offered(title), country=request.param)
        for number in range(2):
            out(title, THEN + number * DAY)
        paid(ask(found, country=request.param))
        return found

    def charge(self) -> int:
        """What print cost: with taxes, which are rounded by themselves, a cent off at most."""
        (minor,) = Order.objects.filter(kind="upgrade").values_list("minor", flat=True)
        assert abs(minor - 2400) <= 1
        return minor

    def back(self) -> dict[int, int]:
        return {
            charge.minor: sum(charge.refunds.values_list("minor", flat=True))
            for charge in Attempt.objects.filter(kind="charge")
        }

    def test_cancelling_gives_each_payment_its_own_back(self, title, found):
        out(title, THEN + 5 * DAY)
        request = uuid.uuid4()
        refunds = endings.cancel(found, request=request, at=THEN + 6 * DAY)
        # Half of 60 euros, and three quarters of 24 for print.
        assert self.back() == pytest.approx({6000: 3000, self.charge(): 1800}, abs=2)
        assert endings.cancel(found, request=request, at=THEN + 6 * DAY) == refunds
        notes = Invoice.objects.filter(kind="credit-note").select_related("corrects")
        assert {one.corrects.minor: one.minor for one in notes} == self.back()
        assert journal.balance("liabilities:deferred", "EUR").minor == 0
        assert auditing.complaints(THEN + 6 * DAY) == []

    def test_the_guarantee_goes_on_and_pays_all_of_both_back(self, title, found):
        endings.give_money_back(found, request=uuid.uuid4(), at=THEN + 59 * DAY)
        assert self.back() == {6000: 6000, self.charge(): self.charge()}
        assert journal.balance("income", "EUR").minor == 0
        assert journal.balance("liabilities:deferred", "EUR").minor == 0
        assert journal.balance("liabilities:tax", "EUR").minor == 0
        assert auditing.complaints(THEN + 59 * DAY) == []

    def test_staff_who_give_all_of_it_back_give_both_payments_back(self, title, found):
        late = THEN + 90 * DAY
        (most,) = giving_back.most(found, giving_back.Act.WHOLE, at=late)
        endings.give_money_back(found, request=uuid.uuid4(), at=late, in_any_case=True)
        assert self.back() == {6000: 6000, self.charge(): self.charge()}
        assert most.minor == 6000 + self.charge()
        assert auditing.complaints(late) == []

    def test_withdrawing_pays_all_of_both_back(self, title, found):
        endings.withdraw(found, request=uuid.uuid4(), at=THEN + 9 * DAY)
        assert self.back() == {6000: 6000, self.charge(): self.charge()}
        assert auditing.complaints(THEN + 9 * DAY) == []

    def test_a_bank_that_takes_one_payment_leaves_the_other_its_rest(self, title, found):
        first = Attempt.objects.get(kind="charge", minor=6000)
        seen = Observed("dp", "dispute", "succeeded", first.money, first.key)
        at = THEN + 6 * DAY
        assert charge_backs.lost(disputes.note(first, seen, at=at), at=at)
        assert self.back() == {6000: 0, self.charge(): self.charge()}
        notes = Invoice.objects.filter(kind="credit-note").select_related("corrects")
        # Two of six copies were served.
        assert {one.corrects.minor: one.minor for one in notes}[6000] == pytest.approx(4000, abs=2)
        assert journal.balance("liabilities:deferred", "EUR").minor == 0
        assert auditing.complaints(at) == []

    def test_goodwill_and_then_the_rest_is_never_more_than_was_paid(self, title, found):
        new = Term.objects.latest("sequence")
        asked = {"request": uuid.uuid4(), "at": THEN, "by": None}
        for _ in range(2):
            refunding.give_goodwill(new, new.money, **asked)
        endings.cancel(found, request=uuid.uuid4(), at=THEN + 6 * DAY)
        old, print_ = self.back()[6000], self.back()[self.charge()]
        assert (old + print_, print_) == (new.minor, self.charge())
        assert auditing.complaints(THEN + 6 * DAY) == []

    def test_a_reader_who_is_erased_leaves_nothing_deferred(self, title, found):
        endings.give_up(found, at=THEN + 5 * DAY)
        assert journal.balance("liabilities:deferred", "EUR").minor == 0
        assert auditing.complaints(THEN + 5 * DAY) == []


class TestRefusing:
    @pytest.mark.parametrize("country", ["FR", "XX"])
    def test_print_that_is_not_sent_there_is_not_sold(self, title, country):
        found = make.subscription(offered(title))
        with pytest.raises(upgrades.CannotUpgrade, match="not sent to that country"):
            upgrades.look_at(found, country=country, at=THEN)

    def test_what_is_over_paid_back_in_part_or_renewed_is_not_changed(self, title):
        ended = make.subscription(offered(title))
        endings.cancel(ended, request=uuid.uuid4(), at=THEN)
        with pytest.raises(upgrades.CannotUpgrade):
            upgrades.look_at(Subscription.objects.get(pk=ended.pk), country="DE", at=THEN)
        found = make.subscription(offered(title))
        term = found.terms.get()
        refunding.give_goodwill(term, term.money, request=uuid.uuid4(), at=THEN, by=None)
        with pytest.raises(upgrades.CannotUpgrade, match="paid back"):
            upgrades.look_at(found, country="DE", at=THEN)


class TestNextTerm:
    def test_who_does_not_agree_to_the_new_price_is_charged_nothing_more(self, title):
        found = make.subscription(offered(title))
        order = ask(found)
        attempt = orders.ask_for(
            order, provider="test", request=uuid.uuid4(), at=THEN, language="en"
        )
        orders.paid(make.pay(attempt, at=THEN), at=THEN)
        found.refresh_from_db()
        assert found.stopped_at == THEN
        assert list(renewals.due(title, at=THEN)) == []

    def test_it_renews_with_print_at_its_price(self, title):
        found = make.subscription(offered(title))
        paid(ask(found))
        for number in range(6):
            out(title, THEN + number * DAY)
        (due,) = renewals.due(title, at=THEN + 9 * DAY)
        assert (due.subscription, due.money.minor) == (found, 9600)

    @pytest.mark.parametrize("terms", [1, 2, 3])
    def test_adding_print_uses_up_no_term_of_a_discount(self, title, terms):
        version = offered(title, copies=2)
        dearer = replace(version.deal, prices=(Price("EUR", 6200, print_extra=3600),))
        newer = OfferVersion.objects.create(
            offer=version.offer, number=2, spec=dearer.to_json(), published_at=THEN
        )
        code = DiscountCode.objects.create(
            offer=version.offer, code="FRIENDS", thousandths=500, terms=terms
        )
        found = make.subscription(version, discount=code)
        at, planned, sums = THEN, [], []
        out(title, at)
        paid(ask(found))
        for _each in range(3):
            while standing.of_one(found).left:
                at += DAY
                out(title, at)
            (seen,) = price_changes.preview(newer, at=at)
            planned.append(seen.old.minor)
            renewal = going_on.ask_for(found, at=at)
            sums.append(renewal.minor)
            paid(renewal, at)
        assert sums == planned == [4800] * (terms - 1) + [9600] * (4 - terms)

    def test_or_without_it_if_the_reader_says_so(self, title):
        found = make.subscription(offered(title))
        paid(ask(found))
        upgrades.leave_print_out(found, at=THEN)
        for number in range(6):
            out(title, THEN + number * DAY)
        (due,) = renewals.due(title, at=THEN + 9 * DAY)
        assert due.money.minor == 6000
        assert not renewals.order_for(due, "test", THEN).with_print
        assert not Refund.objects.exists()
