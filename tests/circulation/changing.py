"""Acts of a play: print is added in the middle of a term."""

from __future__ import annotations

import uuid
from datetime import datetime
from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from masthead.circulation import orders, upgrades
from masthead.circulation.models import Order, Term
from tests.circulation.acts import RATES, Acts, Awaited, number, parts_of


class Changing(Acts):
    """Going over into another term."""

    @precondition(lambda self: any(map(self.world.may_add_print, self.world.subscriptions)))
    @rule(
        which=number,
        country=st.sampled_from(["DE", "US"]),
        agrees=st.booleans(),
        now=st.sampled_from([True, True, True, False]),
    )
    def add_print(self, which: int, country: str, agrees: bool, now: bool) -> None:
        """The old rest and the charge are together what the new term is worth (21)."""
        able = [
            n for n, one in enumerate(self.world.subscriptions) if self.world.may_add_print(one)
        ]
        subscription, account = self.one(able[which % len(able)])
        term, extra = account.terms[-1], account.next_terms.extra
        assert extra is not None
        last = Term.objects.filter(subscription=subscription).latest("sequence")
        request = uuid.uuid4()
        self.tick()
        if Order.objects.filter(renews=last, cancelled_at=None).exists():
            # A renewal of it stands, or a payment for print is on its way.
            try:
                upgrades.ask_for(subscription, country=country, request=request, at=self.now)
            except upgrades.CannotUpgrade:
                return
            raise AssertionError("Asked for twice.")
        charge = self.world.charge_for_print(term, extra)
        order = upgrades.ask_for(subscription, country=country, request=request, at=self.now)
        again = upgrades.ask_for(subscription, country=country, request=request, at=self.now)
        assert (again, order.minor) == (order, charge)
        parts = parts_of(order.parts, country)
        if parts:
            tax = round(Fraction(extra * RATES["print"], 10_000 + RATES["print"]))
            assert parts["print"].tax == (tax * charge // extra if country == "DE" else 0)

        def effect(at: datetime) -> None:
            self.world.add_print(term, parts, at, agreed=agrees or not charge)

        if not charge:
            effect(self.now)
            return
        attempt = orders.ask_for(
            order, provider="test", request=uuid.uuid4(), at=self.now,
            agreed_to="It renews." if agrees else "", language="en",
        )  # fmt: skip
        self.waiting.append(Awaited(attempt, effect))
        if now:
            self.take_in(-1, 2)
