"""Another price at renewal: decided once, told in time, agreed to, and charged to nobody else."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.formats import date_format

from masthead.circulation import (
    deals,
    dunning,
    endings,
    going_on,
    next_terms,
    orders,
    price_changes,
    pricing,
    renewal_letters,
    renewals,
    standing,
)
from masthead.circulation.deals import Price, Promised
from masthead.circulation.models import Notice, OfferVersion, Order, PriceConsent
from masthead.circulation.price_changes import CannotChangePrice, Concerned
from masthead.money import Money
from masthead.payments import attempts
from masthead.payments.models import Attempt
from masthead.payments.provider import SOFT
from masthead.people import personal_data
from tests.circulation import renewing
from tests.circulation.renewing import DAY, FORTNIGHT, Till
from tests.factories import circulation as make
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db

TOLD = THEN + 2 * FORTNIGHT
DUE = THEN + 3 * FORTNIGHT
OLD, NEW = Money(6000, "EUR"), Money(7200, "EUR")


@pytest.fixture
def title():
    return renewing.title()


@pytest.fixture
def version(title):
    return renewing.version(title)


@pytest.fixture
def agreeing(title):
    """Return an offer whose readers agreed that the price may change."""
    return renewing.version(title, price_may_change=True)


def newer(of: OfferVersion, minor: int = 7200, **fields) -> OfferVersion:
    prices = (Price("EUR", minor, print_extra=3600),)
    deal = replace(of.deal, **{"prices": prices} | fields)
    number = of.offer.versions.count() + 1
    return OfferVersion.objects.create(
        offer=of.offer, number=number, spec=deal.to_json(), published_at=THEN
    )


def change(of: OfferVersion, *, on=TOLD, minor: int = 7200):
    return price_changes.decide(newer(of, minor), from_on=on.date(), at=THEN)


def due(title, at=DUE):
    (one,) = renewals.due(title, at=at)
    return one


def agree(title, at=DUE):
    one = due(title, at)
    words = price_changes.words_for(one.last, one.version, with_print=False)
    return price_changes.agree(one.subscription, one.version, one.money, words, at=at)


def charged(title, at) -> list[Money]:
    till = Till()
    renewals.execute(title, at=at, named=till.named)
    renewing.opened(at)
    return [wanted.money for wanted in till.asked]


class TestDeciding:
    def test_what_is_sold_stays_and_the_term_after_it_is_another(self, title, agreeing):
        found = renewing.subscriber(agreeing)
        renewing.out(title, 3)
        change(agreeing)
        renewal_letters.remind(title, at=TOLD)
        assert charged(title, DUE) == [NEW]
        first, second = found.terms.order_by("sequence")
        assert (first.money, second.money) == (OLD, NEW)
        assert (first.version.number, second.version.number) == (1, 2)
        assert standing.of_one(found).left == 5

    def test_before_its_day_it_costs_what_it_did(self, title, agreeing):
        renewing.subscriber(agreeing)
        renewing.out(title, 3)
        change(agreeing, on=DUE + 20 * DAY)
        renewal_letters.remind(title, at=TOLD)
        assert charged(title, DUE) == [OLD]

    def test_who_is_charged_on_its_day_is_told_the_new_price_before_it(self, title, agreeing):
        renewing.subscriber(agreeing)
        renewing.out(title, 3)
        change(agreeing, on=TOLD + 7 * DAY)
        renewal_letters.remind(title, at=TOLD)
        assert Notice.objects.get().kind == "price"
        assert charged(title, TOLD + 7 * DAY) == [NEW]

    def test_a_reminder_of_the_old_sum_lets_nobody_charge_the_new_one(self, title, agreeing):
        renewing.subscriber(agreeing)
        renewing.out(title, 2)
        renewal_letters.remind(title, at=TOLD)
        renewing.out(title, 1)
        change(agreeing, on=DUE)
        assert charged(title, DUE) == []
        assert due(title).hindrance == "not told of the new price yet"
        renewal_letters.remind(title, at=DUE)
        assert charged(title, DUE + 7 * DAY - timedelta(seconds=1)) == []
        assert charged(title, DUE + 7 * DAY) == [NEW]

    def test_taken_back_everybody_renews_as_before(self, title, agreeing):
        renewing.subscriber(agreeing)
        renewing.out(title, 2)
        made = change(agreeing)
        renewal_letters.remind(title, at=TOLD)
        price_changes.withdraw(made, at=TOLD)
        renewal_letters.remind(title, at=TOLD + DAY)
        renewing.out(title, 1)
        assert charged(title, DUE) == [OLD]

    def test_deciding_twice_is_deciding_once_and_another_day_takes_its_place(self, version):
        to = newer(version)
        first = price_changes.decide(to, from_on=TOLD.date(), at=THEN)
        assert price_changes.decide(to, from_on=TOLD.date(), at=THEN) == first
        second = price_changes.decide(to, from_on=DUE.date(), at=THEN)
        assert price_changes.standing(version.offer_id) == [second]

    def test_a_day_that_is_over_is_refused(self, version):
        with pytest.raises(CannotChangePrice):
            price_changes.decide(newer(version), from_on=(THEN - DAY).date(), at=THEN)

    @pytest.mark.parametrize(
        "fields",
        [
            {"copies": 3},
            {"grace_copies": 0},
            {"promises": (Promised("past-issues", {}),)},
            {"notice_days": 24},
            {"prices": (Price("USD", 7200),)},
        ],
    )
    def test_nobody_is_moved_to_an_offer_that_gives_less(self, version, fields):
        renewing.subscriber(version)
        with pytest.raises(CannotChangePrice, match="Version 1"):
            price_changes.decide(newer(version, **fields), from_on=TOLD.date(), at=THEN)

    def test_a_version_that_nobody_has_is_in_nobodys_way(self, version):
        other = newer(version, copies=3)
        renewing.subscriber(other)
        last = newer(other, minor=9000, copies=3)
        assert price_changes.complaints(last) == []


class TestTelling:
    @pytest.fixture(autouse=True)
    def told(self, title, agreeing):
        self.found = renewing.subscriber(agreeing)
        renewing.out(title, 3)
        change(agreeing)
        self.title = title

    def test_the_letter_names_both_prices_the_day_and_one_link(self):
        assert renewal_letters.remind(self.title, at=TOLD) == 1
        notice = Notice.objects.get()
        assert notice.kind == "price"
        assert notice.words in f"{mail.outbox[-1].subject}\n\n{mail.outbox[-1].body}"
        day = date_format(self.title.day(TOLD + 7 * DAY))
        link = f"/account/subscriptions/{self.found.key}/price/"
        assert [one for one in ("€60.00", "€72.00", day, link) if one not in notice.words] == []
        assert notice.words.count("/account/") == 1

    def test_it_is_sent_once(self):
        renewal_letters.remind(self.title, at=TOLD)
        assert renewal_letters.remind(self.title, at=TOLD + DAY) == 0

    def test_a_month_later_it_is_told_again_before_anybody_is_charged(self):
        renewal_letters.remind(self.title, at=TOLD)
        late = TOLD + 30 * DAY + timedelta(seconds=1)
        assert charged(self.title, late) == []
        assert renewal_letters.remind(self.title, at=late) == 1
        assert charged(self.title, late + 7 * DAY) == [NEW]

    def test_to_the_last_moment_of_it_they_are(self):
        renewal_letters.remind(self.title, at=TOLD)
        assert charged(self.title, TOLD + 30 * DAY) == [NEW]

    def test_whoever_stops_is_charged_nothing(self):
        renewal_letters.remind(self.title, at=TOLD)
        endings.stop(self.found, at=TOLD + DAY)
        assert charged(self.title, DUE) == []
        assert not Order.objects.filter(kind="renewal").exists()

    def test_a_charge_that_failed_is_not_tried_when_its_letter_is_too_old(self):
        renewal_letters.remind(self.title, at=TOLD)
        at = TOLD + 28 * DAY
        till = Till(SOFT, SOFT)
        renewals.execute(self.title, at=at, named=till.named)
        assert len(till.asked) == 1
        dunning.chase(self.title, at=at + 3 * DAY, named=till.named)
        assert len(till.asked) == 1
        assert not Order.objects.filter(kind="renewal", cancelled_at=None).exists()

    def test_the_plan_shows_both_sums(self):
        renewal_letters.remind(self.title, at=TOLD)
        plan = renewals.plan(self.title, at=DUE)
        assert (plan.sums, plan.changed) == ([NEW], [(1, OLD, NEW)])


class TestAgreeing:
    """Words that name a sum cover that sum, and no larger one."""

    @pytest.fixture(autouse=True)
    def told(self, title, version):
        self.found, self.title, self.version = renewing.subscriber(version), title, version
        renewing.out(title, 3)

    def test_who_did_not_agree_is_not_charged(self):
        change(self.version)
        renewal_letters.remind(self.title, at=TOLD)
        assert "We ask you first" in Notice.objects.get().words
        assert charged(self.title, DUE) == []
        assert due(self.title).hindrance == "did not agree to the new price"

    def test_who_agrees_is_and_the_words_go_along(self):
        change(self.version)
        renewal_letters.remind(self.title, at=TOLD)
        consent = agree(self.title)
        assert agree(self.title) == consent
        assert charged(self.title, DUE) == [NEW]
        order = Order.objects.get(kind="renewal")
        assert order.agreed_to == consent.words
        assert "€72.00" in consent.words
        # So they need not be asked when that term renews.
        last = self.found.terms.latest("sequence")
        assert price_changes.agreed_words(last, last.version, NEW) == consent.words

    def test_agreeing_without_a_letter_is_not_enough(self):
        change(self.version)
        agree(self.title)
        assert charged(self.title, DUE) == []

    def test_agreeing_to_less_than_is_charged_is_not_enough(self):
        change(self.version)
        renewal_letters.remind(self.title, at=TOLD)
        agree(self.title)
        change(self.version, minor=9000)
        renewal_letters.remind(self.title, at=TOLD)
        assert charged(self.title, DUE) == []

    def test_a_smaller_sum_is_covered_and_told_all_the_same(self):
        change(self.version, minor=5000)
        assert charged(self.title, DUE) == []
        renewal_letters.remind(self.title, at=TOLD)
        assert Notice.objects.get().kind == "price"
        assert charged(self.title, DUE) == [Money(5000, "EUR")]

    def test_the_same_sum_under_a_newer_version_is_a_renewal_like_any(self):
        change(self.version, minor=6000)
        renewal_letters.remind(self.title, at=TOLD)
        assert Notice.objects.get().kind == "renewal"
        assert charged(self.title, DUE) == [OLD]

    def test_who_pays_it_themselves_and_does_not_agree_is_not_charged_again(self):
        change(self.version)
        order = going_on.ask_for(self.found, at=DUE)
        assert (order.money, order.agreed_to) == (NEW, "")
        attempt = orders.ask_for(
            order, provider="test", request=uuid.uuid4(), at=DUE, agreed_to="", language="en"
        )
        seen = Till().charge(attempt)
        attempts.settle(attempt, seen, at=DUE, by_way_of="test")
        orders.paid(Attempt.objects.get(pk=attempt.pk), at=DUE)
        self.found.refresh_from_db()
        assert self.found.stopped_at

    def test_who_paid_more_by_hand_is_asked_before_a_card_is_charged_it(self):
        change(self.version)
        last = self.found.terms.get()
        to = self.version.offer.versions.get(number=2)
        price = pricing.price(to, "EUR", country="DE", at=DUE, is_first=False)
        order = Order.objects.create(
            kind="renewal", version=to, reader=last.order.reader,
            payer=self.found.payer, subscription=self.found, renews=last, minor=7200, currency="EUR",
            parts=deals.parts_to_json(price.parts), country="DE", provider="test", ordered_at=DUE,
            agreed_to=last.order.agreed_to, request=uuid.uuid4(),
        )  # fmt: skip
        attempt = attempts.charge(order.reference, NEW, provider="test", payer=None, at=DUE)
        orders.paid(make.pay(attempt, at=DUE), at=DUE)
        renewing.out(self.title, 4)
        late = DUE + 8 * FORTNIGHT
        one = due(self.title, late)
        assert (one.before, one.money, one.agreed_to) == (OLD, NEW, "")
        renewal_letters.remind(self.title, at=late)
        assert charged(self.title, late + 8 * DAY) == []
        agree(self.title, late)
        assert charged(self.title, late + 8 * DAY) == [NEW]

    def test_it_is_in_what_they_can_take_along(self):
        change(self.version)
        agree(self.title)
        rows = personal_data.gathered(self.found.payer)["prices-agreed-to"]
        assert rows[0]["price"] == str(NEW)


class TestWhoPaysByHand:
    """They are told as long before their invoice as others are before a charge, and need not agree."""

    @pytest.fixture(autouse=True)
    def invoiced(self, title, version):
        self.found = renewing.subscriber(version, with_card=False)
        self.title, self.version = title, version
        self.till = Till(by_hand=True)
        renewing.out(title, 2)

    def run(self, at) -> list[str]:
        """Do a morning's work; return which letters went."""
        before = len(mail.outbox)
        dunning.run(self.title, at=at, named=self.till.named)
        return [one.subject for one in mail.outbox[before:]]

    def test_the_new_price_is_told_first_and_the_invoice_follows(self):
        change(self.version)
        assert self.run(TOLD) == ["The price of your subscription to The Gazette changes"]
        notice = Notice.objects.get()
        assert notice.kind == "price"
        day = date_format(self.title.day(TOLD + 7 * DAY))
        said = ("€60.00", "€72.00", day, "Nothing is taken from you")
        assert [one for one in said if one not in notice.words] == []
        assert notice.words.count("/account/") == 1
        assert self.run(TOLD + 7 * DAY - timedelta(seconds=1)) == []
        assert not Order.objects.filter(kind="renewal").exists()
        assert self.run(TOLD + 7 * DAY) == ["Your next issues of The Gazette"]
        assert "€72.00" in mail.outbox[-1].body
        assert self.run(TOLD + 8 * DAY) == []

    def test_paying_it_is_agreeing_to_that_term(self):
        change(self.version)
        for days in (0, 7):
            self.run(TOLD + days * DAY)
        make.pay(Attempt.objects.get(state="waiting"), at=DUE)
        renewing.opened(DUE)
        assert [term.money for term in self.found.terms.order_by("sequence")] == [OLD, NEW]

    def test_when_it_renews_again_it_is_no_news(self):
        self.test_paying_it_is_agreeing_to_that_term()
        renewing.out(self.title, 4)
        late = THEN + 6 * FORTNIGHT
        assert self.run(late) == ["Your next issues of The Gazette"]
        assert Notice.objects.filter(kind="price").count() == 1

    def test_without_a_change_the_invoice_comes_at_once(self):
        assert self.run(TOLD) == ["Your next issues of The Gazette"]

    def test_a_letter_that_is_a_month_old_is_written_again_before_the_invoice(self):
        change(self.version)
        self.run(TOLD)
        late = TOLD + 30 * DAY + timedelta(seconds=1)
        assert self.run(late) == ["The price of your subscription to The Gazette changes"]
        assert self.run(late + 7 * DAY) == ["Your next issues of The Gazette"]

    def test_an_invoice_that_nobody_pays_is_given_up_as_ever(self):
        change(self.version)
        for days in (0, 7, 66, 67):
            self.run(TOLD + days * DAY)
        self.found.refresh_from_db()
        assert self.found.stopped_at == TOLD + 67 * DAY


@pytest.mark.parametrize("days", [3, 12])
def test_the_day_in_the_letter_is_that_from_which_it_is_charged(title, days):
    offered = renewing.version(title, notice_days=days, price_may_change=True)
    renewing.subscriber(offered)
    renewing.out(title, 3)
    change(offered)
    renewal_letters.remind(title, at=TOLD)
    earliest = TOLD + max(7, days) * DAY
    assert date_format(title.day(earliest)) in Notice.objects.get().words
    assert charged(title, earliest - DAY) == []
    assert charged(title, earliest) == [NEW]


class TestPreview:
    def test_it_says_how_many_and_how_much(self, title, version, agreeing):
        for _one in range(2):
            renewing.subscriber(version)
        with_print = renewing.subscriber(version, with_print=True)
        endings.stop(renewing.subscriber(version), at=THEN)
        assert with_print.terms.get().money == Money(9600, "EUR")
        assert price_changes.preview(newer(version), at=THEN) == [
            Concerned(OLD, NEW, 2, 2),
            Concerned(Money(9600, "EUR"), Money(10800, "EUR"), 1, 1),
        ]
        renewing.subscriber(agreeing)
        assert price_changes.preview(newer(agreeing), at=THEN) == [Concerned(OLD, NEW, 1, 0)]

    def test_ten_readers_take_as_many_queries_as_five(self, version):
        to = newer(version)

        def queries() -> int:
            for _one in range(5):
                renewing.subscriber(version)
            with CaptureQueriesContext(connection) as captured:
                price_changes.preview(to, at=THEN)
            return len(captured)

        queries()
        assert queries() == queries()


def test_next_terms_asks_nobody(version):
    """Looking writes nothing."""
    found = renewing.subscriber(version)
    change(version)
    account = standing.of_one(found)
    next_terms.look_at(account, 0, DUE)
    assert not Notice.objects.exists()
    assert not PriceConsent.objects.exists()
