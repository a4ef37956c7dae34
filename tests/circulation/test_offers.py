"""An offer is a list of promises: published once it can be kept, and kept as it was sold."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest

from masthead.circulation import endings, offers, pricing, serving, standing
from masthead.circulation.deals import Deal, Promised
from masthead.circulation.models import DiscountCode, Inspection, Offer, ServiceRecord
from masthead.circulation.promises import kept, kinds
from masthead.editorial import issues
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
