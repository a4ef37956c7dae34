"""Acts of a play: somebody orders, pays, is heard of again, renews and is charged."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from masthead.circulation import deals, orders, pricing
from masthead.circulation.deals import Price, Promised, Share
from masthead.circulation.models import OfferVersion, Order, Term
from masthead.payments import attempts
from tests.circulation import reference
from tests.circulation.acts import MOST_SUBSCRIPTIONS, Acts, Awaited, number, parts_of, times
from tests.circulation.reference_values import Part, Terms
from tests.factories import circulation as make

offers = st.fixed_dictionaries(
    {
        "copies": st.sampled_from([1, 2, 2, 3, 5, 12]),
        "months": st.sampled_from([0, 0, 0, 1, 2, 12]),
        "price": st.sampled_from([0, 1, 10, 99, 999, 1000, 2999, 5999, 6000]),
        "weights": st.tuples(st.integers(0, 5), st.integers(1, 5)),
        "extra": st.sampled_from([None, None, 1, 1999, 3600]),
        "takes_print": st.booleans(),
        "price_may_change": st.booleans(),
        "grace": st.integers(0, 3),
        "renews": st.sampled_from([True, True, True, True, False]),
        "starts": st.sampled_from(["next", "current"]),
        "country": st.sampled_from(["DE", "US"]),
        "guarantee": st.sampled_from([60, 14, 0, None]),
        "clock": st.sampled_from(["payment", "first-copy"]),
        "of_renewals": st.booleans(),
        "pays": st.sampled_from([1, 1, 1, 2, 0]),
    }
)


class Selling(Acts):
    """From an order to the next one."""

    @precondition(lambda self: len(self.subscriptions) < MOST_SUBSCRIPTIONS)
    @rule(offer=offers)
    def order(self, offer: dict[str, Any]) -> None:
        self.place(offer)

    def place(self, offer: dict[str, Any]) -> None:
        version, who, payer = self.publish(offer), *self.somebody_new()
        request = uuid.uuid4()
        asked = {"request": request, "agreed_to": "It renews.", **asked_of(offer)}
        placed, attempt = orders.place(version, payer, at=self.now, **asked)
        assert orders.place(version, payer, at=self.now, **asked) == (placed, attempt)
        terms = terms_of(offer, placed.parts)
        assert terms.price == placed.minor

        def effect(at: Any) -> None:
            self.world.open(terms, at, by=who)
            self.subscribed(placed)

        if attempt is None:
            effect(self.now)
            return
        self.waiting.append(Awaited(attempt, effect, is_new=True))
        if offer["pays"]:
            self.pay(-1, offer["pays"])

    def publish(self, offer: dict[str, Any]) -> OfferVersion:
        """Put an offer on sale, and return it."""
        spec = {
            "days": offer["guarantee"],
            "clock": offer["clock"],
            "renewals": offer["of_renewals"],
        }
        price = Price("EUR", offer["price"], print_extra=offer["extra"])
        deal = make.deal(
            basis="period" if offer["months"] else "copies",
            copies=0 if offer["months"] else offer["copies"],
            months=offer["months"],
            prices=(price,),
            shares=tuple(map(Share, ("digital", "audio"), offer["weights"])),
            promises=() if offer["guarantee"] is None else (Promised("money-back", spec),),
            grace_copies=offer["grace"],
            renews=offer["renews"],
            starts=offer["starts"],
            price_may_change=offer["price_may_change"],
        )
        return make.version(self.stage.title, deal, at=self.tick())

    @precondition(lambda self: self.waiting)
    @rule(which=number, deliveries=times)
    def pay(self, which: int, deliveries: int) -> None:
        """Money comes in, and we hear of it once or more often (2, 3, 10)."""
        if len(self.subscriptions) >= MOST_SUBSCRIPTIONS and self.waiting[-1].is_new:
            return
        self.take_in(which, deliveries)

    @precondition(lambda self: self.paid)
    @rule(act=st.sampled_from(["hear", "pay", "form"]), which=number)
    def do_it_again(self, act: str, which: int) -> None:
        if act == "hear":
            self.hear_of_a_payment_again(which)
        elif act == "pay":
            self.pay_a_second_time_for_the_same(which)
        elif self.requests:
            self.send_an_old_form_again(which)

    def hear_of_a_payment_again(self, which: int) -> None:
        attempt = self.paid[which % len(self.paid)]
        orders.paid(make.pay(attempt, at=self.tick()), at=self.now)
        assert orders.catch_up(self.now) == 0

    def pay_a_second_time_for_the_same(self, which: int) -> None:
        """In two tabs, say: the money waits to be given back, and opens nothing."""
        first = self.paid[which % len(self.paid)]
        second = attempts.charge(
            first.reference, first.money, provider="test", payer=None, at=self.tick()
        )
        orders.paid(make.pay(second, at=self.now), at=self.now)
        self.cash += first.minor
        self.world.take_in(first.minor)

    def send_an_old_form_again(self, which: int) -> None:
        """One refund for each form, whenever it is sent (5)."""
        act, refunds = self.requests[which % len(self.requests)]
        self.tick()
        assert act() == refunds

    @precondition(lambda self: self.subscriptions)
    @rule(which=number, now=st.sampled_from([True, True, True, False]))
    def renew(self, which: int, now: bool) -> None:
        """A renewal is asked for as long as it may be; its money may come in late (7, 10)."""
        # Rather one that is read in grace: there is more to go wrong.
        grace = [n for n, one in enumerate(self.world.subscriptions) if one.grace_owed]
        subscription, account = self.one(grace[which % len(grace)] if grace else which)
        last = Term.objects.filter(subscription=subscription).latest("sequence")
        standing_order = Order.objects.filter(renews=last, cancelled_at=None).exists()
        if account.stopped or account.ended or standing_order or not account.next_terms.price:
            return
        of = last.order
        quote = pricing.price(
            last.version, "EUR", country=of.country, at=self.tick(),
            with_print=last.with_print, is_first=False,
        )  # fmt: skip
        order = Order.objects.create(
            kind="renewal", version=last.version, payer=of.payer, reader=of.reader,
            subscription=subscription, renews=last, minor=quote.money.minor, currency="EUR",
            parts=deals.parts_to_json(quote.parts), with_print=last.with_print, country=of.country,
            provider="test", agreed_to="It renews.", request=uuid.uuid4(), ordered_at=self.now,
        )  # fmt: skip
        attempt = attempts.charge(
            order.reference, order.money, provider="test", payer=of.payer, at=self.now
        )
        self.renewal_awaits(order, attempt, account)
        if now:
            self.pay(-1, 1)

    def renewal_awaits(self, order: Order, attempt: Any, account: reference.Subscription) -> None:
        """Have the next term open once its money is here, at the price that it is sold at."""
        last, terms = account.terms[-1], account.next_terms
        with_print = last.terms.on_paper
        assert order.minor == terms.base + (terms.extra or 0) * with_print
        wanted = replace(terms, parts=parts_of(order.parts, order.country), on_paper=with_print)

        def effect(at: Any) -> None:
            self.world.open(wanted, at, renews=last)

        if attempt is None:
            effect(self.now)
        else:
            self.waiting.append(Awaited(attempt, effect))


def asked_of(offer: dict[str, Any]) -> dict[str, Any]:
    """Return what an order of an offer asks for."""
    return {
        "currency": "EUR",
        "country": offer["country"],
        "provider": "test",
        "with_print": has_print(offer),
    }


def has_print(offer: dict[str, Any]) -> bool:
    return offer["extra"] is not None and offer["takes_print"]


def terms_of(offer: dict[str, Any], parts: Any) -> Terms:
    """Return what an offer says to the second opinion."""
    found: dict[str, Part] = parts_of(parts, offer["country"])
    terms = Terms(
        copies=0 if offer["months"] else offer["copies"],
        months=offer["months"],
        parts=found,
        grace=offer["grace"],
        renews=offer["renews"],
        begins_with_current=offer["starts"] == "current",
        guarantee_days=offer["guarantee"],
        guarantee_from_first_copy=offer["clock"] == "first-copy",
        guarantees_renewals=offer["of_renewals"],
        base=offer["price"],
        extra=offer["extra"],
        on_paper=has_print(offer),
    )
    assert terms.price == offer["price"] + (offer["extra"] or 0) * has_print(offer)
    return terms
