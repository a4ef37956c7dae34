"""A magazine whose readers pay by card at the pretend service, or by transfer."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from masthead.money import Money
from masthead.payments import attempts, ways
from masthead.payments.models import Attempt
from masthead.payments.provider import GoTo
from masthead.testing.payment_providers import NOW, URLS
from tests.factories import circulation as make
from tests.payments import worlds
from tests.payments.worlds import StripeWorld


class Till(StripeWorld):
    """The pretend service, and what a magazine does with it."""

    def begin(self, minor: int = 6000, *, at: datetime = NOW, **fields: Any) -> Attempt:
        """Return a payment that a reader has begun on the page."""
        asked = {"provider": "card", "payer": make.reader(), "keep_method": True} | fields
        attempt = attempts.charge(f"order:{uuid.uuid4()}", Money(minor, "EUR"), at=at, **asked)
        came = attempts.send(attempt, ways.named("card"), at=at, urls=URLS)
        assert isinstance(came, GoTo)
        attempt.refresh_from_db()
        return attempt

    def paid(self, minor: int = 6000, *, at: datetime = NOW) -> Attempt:
        """Return a payment that was made and seen."""
        attempt = self.begin(minor, at=at)
        self.pay(attempt.provider_ref or "")
        attempts.look_at(attempt, ways.named("card"), at=at)
        attempt.refresh_from_db()
        assert attempt.state == Attempt.State.SUCCEEDED
        return attempt

    def renew(self, before: Attempt, minor: int = 500, *, at: datetime = NOW) -> Attempt:
        """Return a charge of the card that a payment left, written down and not sent."""
        return attempts.charge(
            f"order:{uuid.uuid4()}", Money(minor, "EUR"), provider="card", payer=before.payer,
            method=before.method, at=at,
        )  # fmt: skip

    def refund(self, of: Attempt, minor: int, *, at: datetime = NOW) -> Attempt:
        """Return a refund, written down and not sent."""
        return attempts.refund(
            of, Money(minor, "EUR"), reference="refund:1", request=uuid.uuid4(), at=at
        )

    def send(self, attempt: Attempt, *, at: datetime = NOW) -> Attempt:
        """Have it sent, and return it as it stands."""
        attempts.send(attempt, ways.named("card"), at=at)
        attempt.refresh_from_db()
        return attempt


@pytest.fixture
def till(settings) -> Iterator[Till]:
    with worlds.serving.opened() as service:
        service.order("clock", to=int(NOW.timestamp()))
        settings.INSTALLATION = worlds.installed(settings.INSTALLATION, service.address)
        yield Till(service)
