"""The contract that every payment provider keeps: a class of tests to be inherited from.

    class TestOurs(ProviderContract):
        @pytest.fixture
        def world(self): yield World(...)

A `World` is the provider with whatever stands for the outside: a payer, a bank, a broken line.
What a provider does not say that it can do is not asked of it.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from masthead.money import Money
from masthead.payments.provider import (
    HARD,
    NEEDS_PAYER,
    SOFT,
    Ability,
    GoTo,
    NotSigned,
    Observed,
    PayLike,
    Provider,
    Refused,
    Unknown,
    Urls,
    Wanted,
)

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
URLS = Urls("https://magazine.example/done", "https://magazine.example/given-up")


class World(Protocol):
    """What a test does beside the provider: as the payer, their bank, and the net between."""

    provider: Provider

    def pay(self, ref: str, declined: str = "") -> None:
        """Have the payer pay what was begun, or be declined: `hard`, `soft` or `needs-payer`."""

    def charges_later(self, ref: str, declined: str) -> None:
        """Have the card that was left by a payment behave like that from now on."""

    def lose_the_reply(self) -> None:
        """Have the next call do what it does and get no answer."""

    def refund_elsewhere(self, ref: str, money: Money) -> str:
        """Give money back behind our back; return what the provider calls it."""

    def notices(self, at: datetime) -> list[tuple[dict[str, str], bytes]]:
        """Return everything that the provider would have told us, signed as of a moment."""

    def moved(self) -> int:
        """Return what lies with the provider by its own books, in cents of EUR."""


def wanted(minor: int = 6000, currency: str = "EUR", **fields: object) -> Wanted:
    """Return a charge that is asked for, with a card to be kept."""
    asked = Wanted(
        uuid.uuid4(), "charge", Money(minor, currency), at=NOW, reference="order:1",
        description="The Lantern: A year", email="ada@readers.example", keep_method=True,
    )  # fmt: skip
    return replace(asked, **fields)  # type: ignore[arg-type]


class ProviderContract:
    """Inherit, and provide the fixture `world`."""

    def paid(self, world: World, minor: int = 6000) -> Observed:
        """Return a payment that the payer has made."""
        begun = world.provider.begin(wanted(minor), URLS)
        assert isinstance(begun, GoTo)
        world.pay(begun.ref)
        seen = world.provider.observe(begun.ref)
        assert seen is not None
        return seen

    def can(self, world: World, *needed: Ability) -> bool:
        """Say whether the provider says that it can do all that."""
        return world.provider.abilities.issuperset(needed)

    def test_it_has_the_name_of_its_way_and_one_for_readers(self, world: World) -> None:
        """Books and addresses use the one, pages the other."""
        assert world.provider.name
        assert str(world.provider.label)

    def test_beginning_twice_is_beginning_once(self, world: World) -> None:
        """The key decides, not the call."""
        asked = wanted()
        first, second = (world.provider.begin(asked, URLS) for _time in range(2))
        assert isinstance(first, GoTo | PayLike)
        assert first == second

    def test_different_keys_have_different_references(self, world: World) -> None:
        """Two orders over the same sum are told apart."""
        refs = {world.provider.begin(wanted(), URLS).ref for _time in range(5)}
        assert len(refs) == 5

    def test_what_is_not_there_is_nothing_and_no_error(self, world: World) -> None:
        """A reference may be of another time or account."""
        for ref in ("", "nonsense", "pi_nothing", "cs_nothing", "re_nothing", "dp_nothing"):
            assert world.provider.observe(ref) is None

    def test_a_payment_waits_until_the_payer_has_paid(self, world: World) -> None:
        """Coming back to the magazine is no payment."""
        if not self.can(world, "hosted"):
            return
        asked = wanted()
        begun = world.provider.begin(asked, URLS)
        seen = world.provider.observe(begun.ref)
        assert seen
        assert (seen.status, seen.key, seen.money) == ("waiting", asked.key, asked.money)
        world.pay(begun.ref)
        seen = world.provider.observe(begun.ref)
        assert seen
        assert (seen.status, seen.key, seen.money) == ("succeeded", asked.key, asked.money)
        assert seen.reference == "order:1"
        # Looked at by the name that it has now, it is the same.
        assert world.provider.observe(seen.ref) == seen
        assert world.moved() == 6000

    def test_a_declined_card_on_the_page_is_not_the_end(self, world: World) -> None:
        """The payer takes another one."""
        if not self.can(world, "hosted"):
            return
        begun = world.provider.begin(wanted(), URLS)
        world.pay(begun.ref, declined=SOFT)
        seen = world.provider.observe(begun.ref)
        assert seen
        assert seen.status == "waiting"
        assert all(one.status == "waiting" for one in world.provider.list_since(NOW))
        world.pay(begun.ref)
        seen = world.provider.observe(begun.ref)
        assert seen
        assert seen.status == "succeeded"

    def test_currencies_without_and_with_three_digits_keep_their_amounts(
        self, world: World
    ) -> None:
        """6000 yen are not 60."""
        if not self.can(world, "hosted"):
            return
        for currency in ("JPY", "KWD", "ISK", "USD"):
            begun = world.provider.begin(wanted(6000, currency), URLS)
            world.pay(begun.ref)
            seen = world.provider.observe(begun.ref)
            assert seen
            assert seen.money == Money(6000, currency)

    def test_a_card_is_kept_and_charged_without_the_payer_once(self, world: World) -> None:
        """Asking again with the same key charges nothing more."""
        if not self.can(world, "hosted", "off-session"):
            return
        method = self.paid(world).method
        assert method
        assert method.ref
        assert method.label
        asked = wanted(500, method=method, keep_method=False)
        seen = [world.provider.charge(asked) for _time in range(3)]
        assert {(one.status, one.key, one.ref) for one in seen} == {
            ("succeeded", asked.key, seen[0].ref)
        }
        assert world.moved() == 6500

    def test_declines_say_how_final_they_are(self, world: World) -> None:
        """Dunning goes by it."""
        if not self.can(world, "hosted", "off-session"):
            return
        for way in (HARD, SOFT, NEEDS_PAYER):
            paid = self.paid(world)
            world.charges_later(paid.ref, way)
            assert paid.method
            refusal = _refusal(lambda m=paid.method: world.provider.charge(wanted(method=m)))
            assert refusal.problem == way
            assert refusal.detail

    def test_a_lost_reply_is_unknown_and_asking_again_is_asking_once(self, world: World) -> None:
        """It is never told as a failure, and never charged twice."""
        if not self.can(world, "hosted", "off-session"):
            return
        asked = wanted(500, method=self.paid(world).method)
        world.lose_the_reply()
        _unknown(lambda: world.provider.charge(asked))
        assert world.provider.charge(asked).status == "succeeded"
        assert world.moved() == 6500

    def test_a_key_with_other_words_is_unknown_and_moves_nothing(self, world: World) -> None:
        """Something was asked for under it already: look, do not ask."""
        if not self.can(world, "hosted", "off-session"):
            return
        asked = wanted(500, method=self.paid(world).method)
        world.provider.charge(asked)
        _unknown(lambda: world.provider.charge(replace(asked, money=Money(501, "EUR"))))
        assert world.moved() == 6500

    def test_refunds_go_back_once_and_never_above_what_was_paid(self, world: World) -> None:
        """Two equal parts are two refunds; the same key is one."""
        if not self.can(world, "hosted", "refunds"):
            return
        paid = self.paid(world)
        part = [self.back(paid, 1000), self.back(paid, 1000)]
        seen = [world.provider.refund(one) for one in [*part, *part]]
        assert all(one.status in ("waiting", "succeeded") for one in seen)
        assert {one.key for one in seen} == {one.key for one in part}
        assert all(one.charge_ref == paid.ref for one in seen)
        assert world.moved() == 4000
        _refusal(lambda: world.provider.refund(self.back(paid, 4001)))
        world.lose_the_reply()
        last = self.back(paid, 4000)
        _unknown(lambda: world.provider.refund(last))
        assert world.provider.refund(last).status == "succeeded"
        assert world.moved() == 0

    def test_everything_is_listed_with_its_key_and_what_began_elsewhere_too(
        self, world: World
    ) -> None:
        """The nightly comparison stands on it, over however many pages."""
        if not self.can(world, "hosted", "lists"):
            return
        paid = [self.paid(world, 100 + number) for number in range(3)]
        ours = world.provider.refund(self.back(paid[0], 10))
        other = world.refund_elsewhere(paid[1].ref, Money(20, "EUR"))
        listed = list(world.provider.list_since(NOW - timedelta(days=1)))
        charges = {one.ref: one.key for one in listed if one.kind == "charge"}
        assert charges == {one.ref: one.key for one in paid}
        refunds = {one.ref: (one.key, one.charge_ref) for one in listed if one.kind == "refund"}
        assert refunds == {ours.ref: (ours.key, paid[0].ref), other: (None, paid[1].ref)}
        assert list(world.provider.list_since(datetime(2200, 1, 1, tzinfo=UTC))) == []

    def test_signed_notices_say_where_to_look(self, world: World) -> None:
        """What they point at can be observed."""
        if not self.can(world, "hosted", "notices"):
            return
        paid = self.paid(world)
        hints = [world.provider.hint(*notice, NOW) for notice in world.notices(NOW)]
        refs = {ref for hint in hints if hint for ref in hint.points_at}
        assert paid.ref in refs
        assert len({hint.id for hint in hints if hint}) == len([one for one in hints if one])
        assert any(world.provider.observe(ref) == paid for ref in refs)

    def test_notices_that_are_forged_old_or_early_are_refused(self, world: World) -> None:
        """Whoever knows an id cannot make anything of it."""
        if not self.can(world, "hosted", "notices"):
            return
        self.paid(world)
        headers, body = world.notices(NOW)[-1]
        early, _body = world.notices(NOW + timedelta(minutes=6))[-1]
        assert world.provider.hint({name.upper(): one for name, one in headers.items()}, body, NOW)
        for tried, words, at in (
            ({}, body, NOW),
            (dict.fromkeys(headers, "t=1,v1=00"), body, NOW),
            (headers, body.replace(b"succeeded", b"succeedee") + b" ", NOW),
            (early, body, NOW),
            (headers, body, NOW + timedelta(minutes=6)),
            (headers, body, NOW - timedelta(minutes=6)),
            (headers, b"\xff\xfe", NOW),
        ):
            try:
                world.provider.hint(tried, words, at)
            except NotSigned:
                continue
            raise AssertionError(f"A notice was taken that should not be: {tried} at {at}.")

    def test_forgetting_a_payer_may_be_asked_twice(self, world: World) -> None:
        """Erasure is not stopped by what is gone already."""
        customer = ""
        if self.can(world, "hosted", "off-session"):
            method = self.paid(world).method
            assert method
            customer = method.customer
        for _time in range(2):
            world.provider.forget(customer or "nobody")

    def back(self, paid: Observed, minor: int) -> Wanted:
        """Return a refund that is asked for."""
        return Wanted(
            uuid.uuid4(), "refund", Money(minor, paid.money.currency), at=NOW, charge_ref=paid.ref
        )


def _refusal(act: object) -> Refused:
    try:
        act()  # type: ignore[operator]
    except Refused as refusal:
        return refusal
    raise AssertionError("It was not refused.")


def _unknown(act: object) -> None:
    try:
        act()  # type: ignore[operator]
    except Unknown:
        return
    raise AssertionError("Somebody answered.")
