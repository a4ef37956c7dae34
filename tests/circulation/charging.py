"""Acts of a play: prices change, payers are told and agree, and who is due is charged."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from masthead.circulation import price_changes, renewals
from masthead.circulation.deals import Price
from masthead.circulation.models import (
    Notice,
    OfferVersion,
    Order,
    PriceConsent,
    Subscription,
    Term,
)
from tests.circulation import reference
from tests.circulation.acts import number
from tests.circulation.selling import Selling


class Charging(Selling):
    """Nobody is charged who did not agree, was not told in time, or has stopped (7).

    And nobody another price that they were not told 7 to 30 days before.
    """

    def __init__(self) -> None:
        super().__init__()
        self.prices: dict[int, list[tuple[int, int, date]]] = defaultdict(list)
        """By offer: number, price and first day of each version that renewals go over to."""

    @precondition(lambda self: self.subscriptions)
    @rule(
        which=number,
        price=st.sampled_from([1, 999, 5999, 7200]),
        days=st.sampled_from([0, 0, 3, 10, 40]),
    )
    def change_the_price(self, which: int, price: int, days: int) -> None:
        subscription, _account = self.one(which)
        last = Term.objects.filter(subscription=subscription).latest("sequence").version
        newest = OfferVersion.objects.filter(offer=last.offer).latest("number")
        old = newest.deal.prices[0]
        spec = replace(newest.deal, prices=(Price("EUR", price, print_extra=old.print_extra),))
        self.tick()
        made = OfferVersion.objects.create(
            offer=last.offer, number=newest.number + 1, spec=spec.to_json(), published_at=self.now
        )
        from_on = self.world.day(self.now) + timedelta(days=days)
        if newest.deal.renews:
            price_changes.decide(made, from_on=from_on, at=self.now)
            self.prices[last.offer_id].append((made.number, price, from_on))

    @rule()
    def payers_are_reminded(self) -> None:
        """Whoever is due soon is told; what letters do beside that is told elsewhere."""
        for one in renewals.due(self.stage.title, at=self.tick()):
            if one.quote and not one.notice:
                Notice.objects.get_or_create(
                    occasion=one.occasion,
                    defaults={
                        "subscription": one.subscription, "term": one.last, "sent_at": self.now,
                        "kind": "price" if one.before else "renewal", "words": "…",
                    },
                )  # fmt: skip

    @rule()
    def payers_agree(self) -> None:
        """Whoever would be charged another sum than they agreed to says yes."""
        for one in renewals.due(self.stage.title, at=self.tick()):
            if one.quote and not one.agreed_to:
                words = price_changes.words_for(
                    one.last, one.version, with_print=one.last.with_print
                )
                price_changes.agree(one.subscription, one.version, one.money, words, at=self.now)

    @precondition(lambda self: self.subscriptions)
    @rule(which=number)
    def charge_who_is_due(self, which: int) -> None:
        """Nor anybody for whom a gift waits: it begins first."""
        subscription, account = self.one(which)
        try:
            order, attempt = renewals.renew(subscription, at=self.tick())
        except renewals.CannotRenew:
            return
        row = Subscription.objects.get(pk=subscription.pk)
        assert (row.stopped_at, row.ended_at) == (None, None)
        assert not self.world.is_waited_for(account)
        self.they_were_told(order, account)
        self.renewal_awaits(order, attempt, account)
        if attempt is not None:
            self.pay(-1, 1)

    def they_were_told(self, order: Order, account: reference.Subscription) -> None:
        """Told that sum, in time; and they agreed to it."""
        assert order.renews
        was = order.renews.version
        today = self.world.day(self.now)
        later = [
            one
            for one in self.prices[was.offer_id]
            if one[0] > was.number and one[2] <= today
        ]  # fmt: skip
        old = account.next_terms
        told = Notice.objects.filter(
            term=order.renews,
            occasion__contains=f":EUR{order.minor}",
            sent_at__lte=self.now - timedelta(days=7),
        )
        if later:
            account.next_terms = replace(old, base=max(later)[1])
        if account.next_terms.base == old.base:
            assert told.filter(kind="renewal").exists()
        else:
            month = self.now - timedelta(days=30)
            assert told.filter(kind="price", sent_at__gte=month).exists()
        if order.agreed_to != "It renews.":
            agreed = PriceConsent.objects.filter(subscription=order.subscription)
            assert agreed.filter(words=order.agreed_to, minor__gte=order.minor).exists()
        elif not was.deal.price_may_change:
            agreed_to = Order.objects.filter(subscription=order.subscription).order_by("pk")
            first = agreed_to.filter(agreed_to="It renews.", with_print=order.with_print).first()
            price = first.version.deal.prices[0]
            extra = price.print_extra if order.with_print else 0
            assert order.minor <= price.minor + (extra or 0)
