"""A title with a subscriber who renews, and a till that answers as it is told."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import Any

from masthead.circulation import orders, serving
from masthead.circulation.models import Subscription
from masthead.editorial import issues
from masthead.editorial.models import Issue, Title
from masthead.payments.models import Method
from masthead.payments.provider import Observed, PayLike, Refused, Unknown, Wanted
from masthead.people.models import User
from tests.factories import circulation as make
from tests.factories import editorial
from tests.factories.editorial import THEN

DAY, FORTNIGHT = timedelta(days=1), timedelta(days=14)
_count = itertools.count(1)


class Till:
    """A provider that answers what is in `answers`, and then always yes."""

    name = "test"

    def __init__(self, *answers: str, by_hand: bool = False) -> None:
        self.abilities = frozenset({"by-hand"} if by_hand else {"off-session"})
        self.answers = list(answers)
        self.asked: list[Wanted] = []

    def named(self, name: str) -> Any:
        assert name == self.name
        return self

    def charge(self, wanted: Wanted) -> Observed:
        self.asked.append(wanted)
        answer = self.answers.pop(0) if self.answers else "yes"
        if answer == "silence":
            raise Unknown
        if answer != "yes":
            raise Refused("Declined", problem=answer)
        return Observed(f"pay-{wanted.key}", "charge", "succeeded", wanted.money, wanted.key)

    def begin(self, wanted: Wanted, urls: Any) -> PayLike:
        self.asked.append(wanted)
        return PayLike(f"RF-{wanted.key}", (("Account", "DE89 3704"), ("Reference", "RF18 5390")))


def title() -> Title:
    return editorial.magazine()


def version(of: Title, **fields: Any) -> Any:
    asked = {"copies": 4, "renew_at": 1, "notice_days": 7, "grace_copies": 2} | fields
    return make.version(of, make.deal(**asked))


def card(payer: User, *, at: datetime = THEN) -> Method:
    return Method.objects.create(
        payer=payer, provider="test", provider_ref=f"card-{next(_count)}", label="Visa •••• 4242",
        added_at=at,
    )  # fmt: skip


def subscriber(of: Any, *, with_card: bool = True, **fields: Any) -> Subscription:
    subscription = make.subscription(of, **fields)
    if with_card:
        card(subscription.payer)
    return subscription


def out(of: Title, count: int) -> list[Issue]:
    """Put issues on sale and serve them, a fortnight apart from where the last one stood."""
    made = []
    for _each in range(count):
        number = Issue.objects.filter(publication=of).count() + 1
        at = THEN + number * FORTNIGHT
        issue = issues.put_on_sale(editorial.issue(of, state="open"), at=at)
        serving.serve(issue, at=at)
        made.append(issue)
    return made


def opened(at: datetime) -> int:
    """Open what was paid, as hearing of it would."""
    return orders.catch_up(at)
