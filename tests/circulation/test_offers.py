"""An offer is a list of promises: published once it can be kept, and kept as it was sold."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest

from masthead.circulation import (
    endings,
    going_on,
    offers,
    order_desk,
    orders,
    pricing,
    serving,
    standing,
    upgrades,
)
from masthead.circulation.deals import Deal, Promised
from masthead.circulation.models import DiscountCode, Inspection, Offer, Order, ServiceRecord
from masthead.circulation.presents import Wish
from masthead.circulation.promises import kept, kinds
from masthead.editorial import issues
from masthead.payments import attempts
from masthead.payments.models import Attempt
from tests.factories import circulation as make
from tests.factories import editorial
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db

SEED = [
    ("issues", {}, None),
    ("print-edition", {"countries": ["DE", "FR"]}, None),
    ("digital-edition", {}, None),
    ("subscriber-articles", {}, None),
    ("past-issues", {}, None),
    ("ad-free", {}, date(2027, 1, 1)),
    ("money-back", {"days": 60, "clock": "payment"}, None),
    ("cancel-any-time", {"effect": "refund-unserved"}, None),
]


@pytest.fixture
def title():
    return editorial.magazine()


@pytest.fixture
def offer(title):
    offer = Offer.objects.create(title=title, slug="a-year", name="A year", copies=24)
    offer.prices.create(currency="EUR", minor=6000, print_extra=3600)
    offer.shares.create(component="digital", weight=3)
    for number, (kind, spec, starts_on) in enumerate(SEED):
        offer.promises.create(kind=kind, spec=spec, starts_on=starts_on, sort_order=number)
    return offer


def out(title, *, at):
    issue = issues.put_on_sale(editorial.issue(title, state="open"), at=at)
    serving.serve(issue, at=at)
    return issue


def test_what_is_published_reads_back_as_it_was_written(offer):
    version = offers.publish(offer, at=THEN)
    version.refresh_from_db()
    assert version.deal == offers.written(offer)
    assert Deal.from_json(version.deal.to_json()) == version.deal


def test_readers_see_a_line_for_each_promise_and_what_is_only_announced(offer):
    version = offers.publish(offer, at=THEN)
    lines = kept.lines(version.deal, offer.title, THEN)
    assert [line.words for line in lines] == [
        "24 issues",
        "Print edition by post, if you like",
        "Digital edition: on the web, as EPUB and as PDF",
        "Every article, those for subscribers too",
        "All past issues",
        "No advertisements",
        "Your money back within 60 days",
        "Cancel any time, and have the rest paid back",
    ]
    assert [line.announced_for for line in lines if line.announced_for] == ["2027-01-01"]


def test_an_offer_with_a_promise_that_nobody_keeps_cannot_be_published(offer):
    offer.promises.create(kind="a-free-bicycle", sort_order=9)
    with pytest.raises(offers.CannotPublish, match="a-free-bicycle"):
        offers.publish(offer, at=THEN)
    assert not offers.on_sale(offer.title)


def test_a_promise_whose_mechanism_is_missing_here_cannot_be_published(offer, monkeypatch):
    monkeypatch.setattr("masthead.production.voices.missing", lambda: ["There is no voice."])
    promise = offer.promises.create(kind="audio", sort_order=9)
    with pytest.raises(offers.CannotPublish, match="There is no voice"):
        offers.publish(offer, at=THEN)
    promise.starts_on = date(2027, 1, 1)
    promise.save()
    assert offers.publish(offer, at=THEN)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda offer: offer.prices.all().delete(), "Say what it costs"),
        (lambda offer: offer.prices.update(currency="EURO"[:3].lower()), "no currency"),
        (lambda offer: offer.shares.all().delete(), "shares"),
        (lambda offer: offer.prices.update(print_extra=None), "print edition costs"),
        (lambda offer: offer.promises.filter(kind="money-back").update(spec={}), "how many days"),
        (lambda offer: offer.promises.filter(kind="subscriber-articles").delete(), "promise those"),
    ],
)
def test_what_cannot_be_sold_or_kept_is_told_before_it_is_published(offer, change, said):
    change(offer)
    offer = Offer.objects.get()
    with pytest.raises(offers.CannotPublish, match=said):
        offers.publish(offer, at=THEN)


def test_a_time_can_be_sold_like_copies(offer):
    Offer.objects.update(basis="period", copies=0, months=12)
    deal = offers.publish(Offer.objects.get(), at=THEN).deal
    assert (deal.basis, deal.months, deal.copies) == ("period", 12, 0)


def test_a_new_price_is_a_new_version_and_old_terms_keep_theirs(offer):
    old = offers.publish(offer, at=THEN)
    subscription = make.subscription(old)
    offer.prices.update(minor=9900)
    new = offers.publish(Offer.objects.get(), at=THEN)
    assert (old.number, new.number) == (1, 2)
    assert subscription.terms.get().deal.prices[0].minor == 6000
    assert offers.on_sale(offer.title) == [new]
    assert offers.publish(Offer.objects.get(), at=THEN) == new


def test_a_withdrawn_offer_is_sold_no_more_and_served_on(offer):
    subscription = make.subscription(offers.publish(offer, at=THEN))
    offers.withdraw(offer)
    assert not offers.on_sale(offer.title)
    out(offer.title, at=THEN + timedelta(days=14))
    assert standing.of_one(subscription).left == 23


class TestKept:
    """Evidence decides, and nothing is typed."""

    def states(self, subscription, at) -> dict[str, str]:
        account = standing.of_one(subscription)
        return {one.line.kind: one.state for one in kept.of(account, at)}

    def test_a_served_issue_is_evidence_and_its_absence_breaks_the_promise(self, offer):
        subscription = make.subscription(offers.publish(offer, at=THEN))
        at = THEN + timedelta(days=14)
        issue = issues.put_on_sale(editorial.issue(offer.title, state="open"), at=at)
        assert self.states(subscription, at)["issues"] == "kept"
        assert self.states(subscription, at + timedelta(days=2))["issues"] == "broken"
        serving.serve(issue, at=at)
        assert self.states(subscription, at + timedelta(days=2))["issues"] == "kept"

    def test_what_is_announced_is_neither_kept_nor_broken_until_its_day(self, offer):
        subscription = make.subscription(offers.publish(offer, at=THEN))
        assert self.states(subscription, THEN)["ad-free"] == "announced"
        assert self.states(subscription, THEN + timedelta(days=300))["ad-free"] == "kept"

    def test_money_that_has_not_gone_back_in_a_day_breaks_the_promise(self, offer):
        subscription = make.subscription(offers.publish(offer, at=THEN))
        (refund,) = endings.give_money_back(subscription, request=uuid.uuid4(), at=THEN)
        subscription.refresh_from_db()
        assert self.states(subscription, THEN)["money-back"] == "kept"
        late = THEN + timedelta(days=1)
        assert self.states(subscription, late)["money-back"] == "broken"
        make.pay(refund.attempt, at=THEN + timedelta(seconds=3))
        assert self.states(subscription, late)["money-back"] == "kept"

    def test_every_promise_on_sale_is_looked_into_and_what_is_wrong_is_written_down(self, offer):
        make.subscription(offers.publish(offer, at=THEN))
        issues.put_on_sale(editorial.issue(offer.title, state="open"), at=THEN + timedelta(days=1))
        looks = {one.promise: one for one in kept.inspect(THEN + timedelta(days=3))}
        assert set(looks) == {kind for kind, _spec, _starts in SEED}
        assert len(looks["issues"].failures) == 1
        assert looks["digital-edition"].failures
        assert not looks["money-back"].failures
        assert len(kept.last_inspections(offer.title)) == len(SEED)
        kept.inspect(THEN + timedelta(days=4))
        assert len(kept.last_inspections(offer.title)) == len(SEED)
        assert Inspection.objects.count() == 2 * len(SEED)


def test_every_kind_can_say_what_an_offer_asks_of_it(title):
    deal = make.deal(promises=tuple(Promised(kind, spec) for kind, spec, _day in SEED))
    subscription = make.subscription(make.version(title, deal))
    assert {kind.name for kind in kinds.every()} == {kind for kind, *_rest in SEED} | {"audio"}
    for kind in kinds.every():
        promised = deal.promised(kind.name)
        spec = promised.spec if promised else {}
        assert kind.describe(deal, spec)
        assert not kind.complaint(deal, spec)
        assert isinstance(kind.evidence(subscription, spec, THEN), list)
        assert kind.look(title, THEN).words


def test_a_discount_is_taken_off_once_a_code_is_typed_and_ends_with_its_uses(title):
    version = make.version(title)
    code = DiscountCode.objects.create(
        offer=version.offer, code="SPRING", thousandths=250, most_uses=1
    )
    subscription = make.subscription(version, discount=code)
    assert subscription.terms.get().minor == 4500

    with pytest.raises(pricing.NoSuchCode):
        pricing.code_for(version, "spring", at=THEN)
    with pytest.raises(pricing.NoSuchCode):
        make.subscription(version, discount=code)
    assert ServiceRecord.objects.count() == 0


class TestUsesOfACode:
    """A discount is had by as many first orders as its publisher said, and by no more."""

    @pytest.fixture
    def version(self, title):
        promises = (Promised("print-edition", {"countries": ["DE"]}),)
        return make.version(title, make.deal(copies=2, promises=promises))

    def code(self, version, **fields):
        asked = {"code": "SPRING", "thousandths": 500, "most_uses": 1} | fields
        return DiscountCode.objects.create(offer=version.offer, **asked)

    def place(self, version, code, **fields):
        asked = {"currency": "EUR", "country": "DE", "provider": "test"} | fields
        return orders.place(
            version, make.reader(), request=uuid.uuid4(), at=THEN, discount=code, **asked
        )

    def ask(self, order):
        return orders.ask_for(
            order, provider="test", request=uuid.uuid4(), at=THEN, language="en"
        )  # fmt: skip

    @pytest.mark.parametrize("thousandths", [500, 1000])
    def test_a_gift_that_is_paid_has_had_it_before_anybody_takes_it(self, version, thousandths):
        code = self.code(version, thousandths=thousandths)
        wish = Wish("Bea", "Ada", THEN.date())
        _order, attempt = self.place(version, code, gift=wish)
        if attempt:
            orders.paid(make.pay(attempt), at=THEN)
        with pytest.raises(pricing.NoSuchCode):
            self.place(version, code, gift=wish)
        assert pricing.is_used_up(code)

    @pytest.mark.parametrize("state", [*Attempt.OPEN, "succeeded"])
    def test_who_is_paying_has_it_already(self, version, state):
        code = self.code(version)
        _order, attempt = self.place(version, code)
        Attempt.objects.filter(pk=attempt.pk).update(state=state)
        with pytest.raises(pricing.NoSuchCode):
            self.place(version, code)

    @pytest.mark.parametrize("state", ["failed", "dropped"])
    def test_what_was_not_paid_is_free_for_the_next_and_nobody_has_both(self, version, state):
        code = self.code(version)
        first, attempt = self.place(version, code)
        Attempt.objects.filter(pk=attempt.pk).update(state=state)
        self.place(version, code)
        with pytest.raises(pricing.NoSuchCode, match="used up"):
            self.ask(first)

    def test_who_tries_again_has_it_still_where_nobody_else_took_it(self, version):
        code = self.code(version)
        order, attempt = self.place(version, code)
        attempts.expire(attempt, at=THEN)
        assert self.ask(order).minor == 3000
        assert pricing.is_used_up(code)

    def test_an_order_that_was_given_up_leaves_it_to_others(self, version):
        code = self.code(version)
        order, attempt = self.place(version, code)
        attempts.drop(attempt, at=THEN)
        order_desk.give_up(order, at=THEN, by=make.reader())
        assert not pricing.is_used_up(code)

    def test_what_was_read_out_at_the_desk_is_kept_until_it_is_given_up(self, version):
        code = self.code(version)
        order, _none = self.place(version, code, provider="")
        with pytest.raises(pricing.NoSuchCode):
            self.place(version, code)
        assert self.ask(order).minor == 3000

    def test_renewing_and_adding_print_are_no_uses(self, version, title):
        code = self.code(version, terms=3, most_uses=2)
        subscription = make.subscription(version, discount=code)
        out(title, at=THEN + timedelta(days=14))
        with_print = upgrades.ask_for(subscription, country="DE", request=uuid.uuid4(), at=THEN)
        orders.paid(make.pay(self.ask(with_print)), at=THEN)
        out(title, at=THEN + timedelta(days=15))
        renewal = going_on.ask_for(subscription, at=THEN + timedelta(days=16))
        self.ask(renewal)
        assert list(
            Order.objects.order_by("pk").values_list("kind", "discount", "minor")
        ) == [("new", code.pk, 3000), ("upgrade", code.pk, 900), ("renewal", code.pk, 4800)]  # fmt: skip
        assert not pricing.is_used_up(code)
        make.subscription(version, discount=code)
        assert pricing.is_used_up(code)

    def test_it_is_asked_in_three_queries_however_many_there_are(
        self, version, django_assert_max_num_queries
    ):
        code = self.code(version, most_uses=20)
        make.subscription(version, discount=code)
        for _each in range(5):
            self.place(version, code)
        with django_assert_max_num_queries(3):
            assert not pricing.is_used_up(code)
