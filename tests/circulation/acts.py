"""What acts of a play are made of: its stage, what was played so far, and clicks.

The acts themselves are in `selling`, `giving`, `leaving` and `plays`, which is where they come
together.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from masthead.circulation import endings, orders, refunding
from masthead.circulation.models import Order, Refund, Subscription, Term
from masthead.circulation.presents import CannotChange, CannotRedeem
from masthead.circulation.upgrades import CannotUpgrade
from masthead.editorial.models import Issue
from masthead.payments.models import Attempt, Method, TaxRate
from masthead.people.models import User
from tests.circulation import reference
from tests.circulation.reference_values import Part
from tests.factories import circulation as make
from tests.factories import editorial

STARTS = (
    datetime(2026, 5, 4, 9, 0, tzinfo=UTC),
    # The night before the clocks go forward, and the day before a leap day.
    datetime(2026, 3, 28, 22, 30, tzinfo=UTC),
    datetime(2028, 2, 28, 15, 30, tzinfo=UTC),
)
ZONES = ("UTC", "Asia/Tokyo", "America/Los_Angeles")
RATES = {"digital": 700, "audio": 1900, "print": 500}
MOST_SUBSCRIPTIONS = 3
STEPS = 20

number = st.integers(0, 99)
times = st.sampled_from([1, 1, 1, 2, 3])


class Stage:
    """What every play begins with: a title, issues that nobody has seen, readers."""

    def __init__(self, issues: int) -> None:
        self.title = editorial.magazine()
        self.issues: list[Issue] = [editorial.issue(self.title) for _ in range(issues)]
        # One for each order: most are never paid.
        self.readers: list[User] = [make.reader() for _ in range(STEPS)]
        for reader in self.readers:
            Method.objects.create(
                payer=reader, provider="test", provider_ref=f"card-{reader.pk}", added_at=STARTS[1]
            )
        for kind, rate in RATES.items():
            TaxRate.objects.create(
                country="DE", kind=kind, basis_points=rate, name="MwSt", from_on=date(2020, 1, 1)
            )


@dataclass
class Awaited:
    """Money on its way: its charge, what comes of it, and whether somebody new subscribes by it."""

    attempt: Attempt
    effect: Callable[[datetime], None]
    is_new: bool = False


class Acts(RuleBasedStateMachine):
    """A play before its first act; everything is forgotten after its last."""

    stage: Stage
    world: reference.World

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.subscriptions: list[Subscription] = []
        self.ordered = 0
        self.waiting: list[Awaited] = []
        self.paid: list[Attempt] = []
        self.sent_back: list[Attempt] = []
        self.cash = 0
        self.out = 0
        self.requests: list[tuple[Any, list[Refund]]] = []

    def tick(self) -> datetime:
        self.now: datetime = self.now + timedelta(seconds=1)
        return self.now

    def one(self, which: int) -> tuple[Subscription, reference.Subscription]:
        at = which % len(self.subscriptions)
        return self.subscriptions[at], self.world.subscriptions[at]

    def somebody_new(self) -> tuple[int, User]:
        """Return who orders next: somebody else each time."""
        who = self.ordered % STEPS
        self.ordered += 1
        return who, self.stage.readers[who]

    def take_in(self, which: int, deliveries: int) -> None:
        """Money comes in, and we hear of it once or more often."""
        awaited = self.waiting.pop(which if which < 0 else which % len(self.waiting))
        at = self.tick()
        for _ in range(deliveries):
            orders.paid(make.pay(awaited.attempt, at=at), at=at)
        self.paid.append(awaited.attempt)
        self.cash += awaited.attempt.minor
        self.world.take_in(awaited.attempt.minor)
        awaited.effect(at)

    def subscribed(self, order: Order) -> None:
        """Write down that an order has opened a subscription."""
        self.subscriptions.append(Term.objects.get(order=order).subscription)

    def click(self, act: Any, clicks: int, expected: list[int] | None) -> None:
        request = uuid.uuid4()
        if expected is None:
            assert not succeeds(lambda: act(request))
            return
        refunds = act(request)
        assert [one.minor for one in refunds] == expected
        for _ in range(clicks - 1):
            assert act(request) == refunds
        self.requests.append((lambda: act(request), refunds))
        # Another form may be open in another tab: with another key there is nothing to have.
        assert not succeeds(lambda: act(uuid.uuid4()))


def parts_of(parts: Any, country: str) -> dict[str, Part]:
    """Return what an order is for, its taxes added up anew: to the nearest cent, as exact sums."""
    found = {}
    for part in parts:
        rate = RATES[part["component"]] if country == "DE" else 0
        exact = Fraction(part["minor"] * rate, 10_000 + rate)
        # What print costs for a part of a term has a part of its tax, rounded once more.
        slack = Fraction(1, 2) if part["component"] != "print" else Fraction(3, 2)
        assert abs(part["tax"] - exact) <= slack
        owed_at = "liabilities:tax:DE:mwst" if part["tax"] else ""
        found[part["component"]] = Part(part["minor"] - part["tax"], part["tax"], owed_at)
    return found


def succeeds(act: Any) -> bool:
    """Say whether an act is done; what readers are told of one that is not is no failure."""
    try:
        act()
    except (
        endings.CannotStop,
        endings.CannotCancel,
        refunding.CannotGiveBack,
        CannotChange,
        CannotRedeem,
        CannotUpgrade,
    ):
        return False
    return True
