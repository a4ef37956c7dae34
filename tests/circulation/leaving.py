"""Acts of a play: ways out, and money that goes back."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from masthead.circulation import endings, refunding
from masthead.circulation.models import Refund, Term
from masthead.money import Money
from masthead.payments.models import Attempt
from tests.circulation.acts import Acts, number, succeeds, times
from tests.factories import circulation as make


class Leaving(Acts):
    """Stopping, cancelling, the guarantee, withdrawal, goodwill."""

    @precondition(lambda self: self.subscriptions)
    @rule(
        how=st.sampled_from(["stop", "cancel", "money back", "withdraw"]),
        which=number,
        clicks=times,
        when=st.sampled_from(["now", "just in time", "just too late"]),
    )
    def end(self, how: str, which: int, clicks: int, when: str) -> None:
        if how == "stop":
            self.stop(which)
        elif how == "cancel":
            self.cancel(which, clicks)
        elif how == "withdraw":
            self.withdraw(which, clicks, when)
        else:
            self.ask_for_the_money_back(which, clicks, when)

    def stop(self, which: int) -> None:
        subscription, account = self.one(which)
        expected = not (account.stopped or account.ended)
        assert succeeds(lambda: endings.stop(subscription, at=self.tick())) is expected
        account.stopped = account.stopped or expected

    def cancel(self, which: int, clicks: int) -> None:
        """It pays back exactly what was not served (14)."""
        subscription, account = self.one(which)
        self.tick()

        def act(request: uuid.UUID) -> list[Refund]:
            return endings.cancel(subscription, request=request, at=self.now)

        expected = None if account.ended else self.world.cancel(account, self.now)
        self.click(act, clicks, expected)

    def ask_for_the_money_back(self, which: int, clicks: int, when: str) -> None:
        """It pays everything, once, up to the last moment on earth and not after it (13)."""
        subscription, account = self.one(which)
        ends = [self.world.guaranteed_until(account, term) for term in account.terms]
        self.wait_for([end for end in ends if end and end.year < 9999], when)
        expected = self.world.give_money_back(account, self.now)

        def act(request: uuid.UUID) -> list[Refund]:
            return endings.give_money_back(subscription, request=request, at=self.now)

        self.click(act, clicks, expected)

    def withdraw(self, which: int, clicks: int, when: str) -> None:
        subscription, account = self.one(which)
        self.wait_for([self.world.withdrawable_until(account)], when)
        expected = self.world.withdraw(account, self.now)

        def act(request: uuid.UUID) -> list[Refund]:
            return endings.withdraw(subscription, request=request, at=self.now)

        self.click(act, clicks, expected)

    def wait_for(self, ends: list[datetime], when: str) -> None:
        self.tick()
        coming = [end for end in ends if end > self.now]
        if coming and when != "now":
            self.now = max(coming) - timedelta(seconds=when == "just in time")

    @precondition(lambda self: self.subscriptions)
    @rule(
        which=number,
        which_term=number,
        share=st.one_of(st.integers(1, 120), st.just(100)),
        clicks=times,
    )
    def give_goodwill(self, which: int, which_term: int, share: int, clicks: int) -> None:
        """A part comes back and the copies stay owed; never more than was paid (5)."""
        subscription, account = self.one(which)
        self.tick()
        at = which_term % len(account.terms)
        term = Term.objects.get(subscription=subscription, sequence=at + 1)
        left = sum(net + tax for net, tax in account.terms[at].refundable().values())
        money, request = Money(max(1, left * share // 100), "EUR"), uuid.uuid4()

        def act() -> Refund:
            return refunding.give_goodwill(term, money, request=request, at=self.now, by=None)

        if account.ended or money.minor > left:
            assert not succeeds(act)
            return
        refund = act()
        for _ in range(clicks - 1):
            assert act() == refund
        split: dict[str, tuple[int, int]] = {}
        # Of a term with what went over from another, each payment gives its own back.
        for row in Refund.objects.filter(request=request):
            given = {one["component"]: (one["minor"] - one["tax"], one["tax"]) for one in row.parts}
            assert sum(net + tax for net, tax in given.values()) == row.minor
            split |= given
        assert sum(net + tax for net, tax in split.values()) == money.minor
        self.world.give_goodwill(account.terms[at], split)
        self.requests.append((act, refund))

    @rule(which=number, deliveries=times)
    def send_money_back(self, which: int, deliveries: int) -> None:
        due = list(Attempt.objects.filter(kind="refund").order_by("pk"))
        if not due:
            return
        attempt = due[which % len(due)]
        for _ in range(deliveries):
            make.pay(attempt, at=self.tick())
        if attempt not in self.sent_back:
            self.sent_back.append(attempt)
            self.out += attempt.minor
            self.world.send_back(attempt.minor)
