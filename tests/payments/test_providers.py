"""Our providers keep the contract, and each what is its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from masthead.money import Money
from masthead.payments.provider import (
    HARD,
    SOFT,
    NotReady,
    NotSigned,
    PayLike,
    Refused,
    Unknown,
    Way,
)
from masthead.payments.providers import _stripe_values as values
from masthead.payments.providers.stripe import Stripe
from masthead.testing.payment_providers import NOW, URLS, ProviderContract, wanted
from tests.payments import worlds
from tests.payments.worlds import ByHandWorld, StripeWorld


class TestStripe(ProviderContract):
    @pytest.fixture
    def world(self) -> Iterator[StripeWorld]:
        with worlds.stripe_world(NOW) as world:
            yield world

    def test_trouble_at_the_service_is_unknown(self, world):
        asked = wanted(500, method=self.paid(world).method)
        for status in (429, 500, 503, 401, 409):
            world.service.order("fault", kind="status", status=status)
            with pytest.raises(Unknown):
                world.provider.charge(asked)
        assert world.moved() == 6000
        assert world.provider.charge(asked).status == "succeeded"

    def test_an_error_that_is_answered_again_stays_unknown_and_is_found_by_looking(self, world):
        asked = wanted(500, method=self.paid(world).method)
        world.service.order("fault", kind="status", status=500, done=True)
        for _time in range(3):
            with pytest.raises(Unknown):
                world.provider.charge(asked)
        assert world.moved() == 6500
        assert asked.key in {one.key for one in world.provider.list_since(NOW)}

    def test_a_service_that_is_away_is_unknown(self):
        provider = Stripe(worlds.card_way("http://127.0.0.1:9"))
        with pytest.raises(Unknown):
            provider.begin(wanted(), URLS)
        with pytest.raises(Unknown):
            provider.observe("pi_1")

    def test_silence_is_unknown_and_the_charge_is_found_later(self, world):
        method = self.paid(world).method
        quick = Stripe(worlds.card_way(world.service.address, timeout=0.3))
        asked = wanted(500, method=method)
        world.service.order("fault", kind="hang", seconds=1)
        with pytest.raises(Unknown):
            quick.charge(asked)
        assert world.provider.charge(asked).status == "succeeded"
        assert world.moved() == 6500

    def test_a_page_that_expired_is_a_payment_that_failed(self, world):
        begun = world.provider.begin(wanted(), URLS)
        world.pay(begun.ref, declined=SOFT)
        world.service.order("clock", to=int((NOW + timedelta(hours=25)).timestamp()))
        assert world.provider.observe(begun.ref).status == "failed"

    def test_what_somebody_else_does_in_the_account_is_not_ours(self, world):
        self.paid(world)
        for thing in world.service.bank.things.values():
            thing.get("metadata", {}).clear()
        for event in world.service.bank.events:
            event["data"]["object"].get("metadata", {}).clear()
        assert list(world.provider.list_since(NOW - timedelta(days=1))) == []
        assert {world.provider.hint(*one, NOW) for one in world.notices(NOW)} == {None}

    def test_a_notice_of_another_mode_is_refused(self, world):
        self.paid(world)
        world.service.bank.events[-1]["livemode"] = True
        with pytest.raises(NotSigned):
            world.provider.hint(*world.notices(NOW)[-1], NOW)

    def test_while_a_secret_is_changed_both_are_right(self, world):
        self.paid(world)
        secrets = {**worlds.SECRETS, "webhook_secret": "whsec_new whsec_pretend"}
        provider = Stripe(replace(world.provider.way, secrets=secrets))
        assert provider.hint(*world.notices(NOW)[-1], NOW)

    def test_a_dispute_holds_the_money_back_and_ends(self, world):
        paid = self.paid(world)
        name = world.service.order("dispute", payment_intent=paid.ref)
        seen = world.provider.observe(name)
        assert (seen.kind, seen.status, seen.money) == ("dispute", "waiting", Money(6000, "EUR"))
        assert seen.charge_ref == paid.ref
        world.service.order("close_dispute", id=name, won=True)
        assert world.provider.observe(name).status == "failed"
        assert name in {one.ref for one in world.provider.list_since(NOW)}

    def test_a_refund_that_came_back_has_failed(self, world):
        refund = world.provider.refund(self.back(self.paid(world), 6000))
        world.service.order("fail_refund", id=refund.ref)
        seen = world.provider.observe(refund.ref)
        assert (seen.status, seen.key) == ("failed", refund.key)

    def test_a_payer_leaves_another_card_without_paying(self, world):
        old = self.paid(world).method
        begun = world.provider.begin_keeping(
            UUID(int=7), "ada@readers.example", old.customer, "de", URLS
        )
        assert world.provider.kept(begun.ref) is None
        assert world.provider.observe(begun.ref) is None
        world.pay(begun.ref)
        new = world.provider.kept(begun.ref)
        assert new.customer == old.customer
        assert new.ref != old.ref
        assert world.provider.charge(wanted(500, method=new)).status == "succeeded"
        assert world.moved() == 6500

    def test_a_forgotten_payer_cannot_be_charged(self, world):
        method = self.paid(world).method
        world.provider.forget(method.customer)
        with pytest.raises(Refused) as refused:
            world.provider.charge(wanted(500, method=method))
        assert refused.value.problem == HARD


class TestTransfer(ProviderContract):
    @pytest.fixture
    def world(self) -> ByHandWorld:
        return ByHandWorld(worlds.transfer())

    def test_it_says_what_to_write_and_until_when(self, world):
        asked = wanted(language="de")
        begun = world.provider.begin(asked, URLS)
        assert isinstance(begun, PayLike)
        said = dict(begun.steps)
        assert said["IBAN"] == "DE89 3704 0044 0532 0130 00"
        assert said["Amount"] == "60,00\xa0€"
        assert said["Reference"].replace(" ", "") == begun.ref
        assert begun.expires_at == NOW + timedelta(days=30)

    def test_banking_apps_read_the_same_from_the_qr_code(self, world):
        begun = world.provider.begin(wanted(), URLS)
        assert begun.qr.split("\n") == [
            "BCD", "002", "1", "SCT", "COBADEFFXXX", "The Lantern Ltd", "DE89370400440532013000",
            "EUR60.00", "", begun.ref,
        ]  # fmt: skip

    def test_other_currencies_have_no_code(self, world):
        assert world.provider.begin(wanted(6000, "CHF"), URLS).qr == ""

    def test_money_goes_back_by_hand(self, world):
        asked = wanted(500, kind="refund", charge_ref="RF")
        assert world.provider.refund(asked).status == "waiting"

    def test_without_an_account_it_is_not_ready(self):
        for option in ("iban", "holder"):
            with pytest.raises(NotReady, match=option):
                worlds.transfer(**{option: ""})


class TestByHand(ProviderContract):
    @pytest.fixture
    def world(self) -> ByHandWorld:
        return ByHandWorld(worlds.by_hand())

    def test_it_says_what_to_do(self, world):
        steps = world.provider.begin(wanted(), URLS).steps
        assert [name for name, _what in steps] == ["How", "Amount", "Reference"]


def live(**changes: object) -> Way:
    way = worlds.card_way(**changes)
    return replace(
        way, secrets={**worlds.SECRETS, "key": "sk_live_secret"}, place="web1:/srv/lantern"
    )


def test_a_copy_of_the_magazine_cannot_charge_with_the_live_key():
    for place in ("", "web1:/srv/copy", "web2:/srv/lantern"):
        with pytest.raises(NotReady, match=r'live_on = "web1:/srv/lantern"'):
            Stripe(live(live_on=place))
    assert Stripe(live(live_on="web1:/srv/lantern")).warnings() == []


def test_a_live_key_is_sent_to_stripe_only():
    with pytest.raises(NotReady, match="base_url"):
        Stripe(live(live_on="web1:/srv/lantern", base_url="http://127.0.0.1:8012"))


def test_a_key_that_is_none_is_told_without_telling_it():
    for key in ("", "pk_test_public", "hunter2"):
        way = replace(worlds.card_way(), secrets={"key": key})
        with pytest.raises(NotReady) as told:
            Stripe(way)
        assert "STRIPE_KEY" in str(told.value)
        assert "hunter2" not in str(told.value)


def test_a_test_key_and_a_missing_secret_are_warned_of():
    [test_key] = Stripe(worlds.card_way()).warnings()
    assert "No money moves" in test_key
    way = replace(worlds.card_way(), secrets={"key": "sk_test_pretend"})
    assert any("STRIPE_WEBHOOK_SECRET" in one for one in Stripe(way).warnings())


def test_no_secret_is_shown_where_a_way_is_printed():
    assert "sk_test_pretend" not in repr(worlds.card_way())


def test_amounts_survive_the_way_to_stripe_and_back():
    expected = {
        "EUR": 1250,
        "JPY": 1250,
        "KWD": 1250,
        "ISK": 125000,
        "UGX": 125000,
        "HUF": 1250,
        "MGA": 1250,
    }
    for currency, sent in expected.items():
        asked = Money(1250, currency)
        assert values.amount(asked) == sent, currency
        assert values.money(sent, currency.lower()) == asked
    with pytest.raises(Unknown):
        values.money(125, "isk")
    # Thousandths of a dinar, where Stripe has hundredths.
    with pytest.raises(Refused):
        values.amount(Money(1250, "LYD"))
    with pytest.raises(Unknown):
        values.money(125, "lyd")


def test_the_page_speaks_the_language_of_the_payer_where_it_can():
    assert [values.locale(one) for one in ("de", "de-AT", "pt-BR", "cy", "zh-Hant")] == [
        "de", "de", "pt-BR", "auto", "zh",
    ]  # fmt: skip
