"""Readers, and what lets them read."""

from __future__ import annotations

import itertools
import uuid
from datetime import datetime, timedelta
from typing import Any

from masthead.circulation import grants, orders
from masthead.circulation.deals import Deal, Price, Promised, Share
from masthead.circulation.models import (
    Grant,
    Institution,
    MailDomain,
    Network,
    Offer,
    OfferVersion,
    Present,
    Subscription,
)
from masthead.circulation.presents import Wish
from masthead.editorial.models import Title
from masthead.money import Money
from masthead.payments import attempts
from masthead.payments.models import Attempt
from masthead.payments.provider import Observed
from masthead.people.models import User
from tests.factories.editorial import THEN

_count = itertools.count(1)


def reader(email: str = "", **fields: Any) -> User:
    """Return somebody new who can sign in and has nothing."""
    return User.objects.create_user(email or f"reader{next(_count)}@readers.example", **fields)


def grant(reader: User, title: Title, *, at: datetime = THEN, **fields: Any) -> Grant:
    """Return a grant of a year, from `at` on."""
    asked = {"reason": "Reviewer", "ends_at": at + timedelta(days=365)} | fields
    return grants.give(reader, title, at=at, **asked)


def institution(
    title: Title, *, networks: tuple[str, ...] = (), domains: tuple[str, ...] = (), **fields: Any
) -> Institution:
    """Return an institution that has been reading since `THEN`."""
    asked = {"name": f"Library {next(_count)}", "starts_at": THEN} | fields
    made = Institution.objects.create(title=title, **asked)
    for addresses in networks:
        Network.objects.create(institution=made, addresses=addresses)
    for domain in domains:
        MailDomain.objects.create(institution=made, domain=domain)
    return made


def deal(**fields: Any) -> Deal:
    """Return 24 copies for 60 euros, with what the demonstration magazine promises."""
    asked: dict[str, Any] = {
        "name": "A year",
        "pitch": "",
        "basis": "copies",
        "copies": 24,
        "months": 0,
        "prices": (Price("EUR", 6000, print_extra=3600),),
        "shares": (Share("digital", 3), Share("audio", 1)),
        "promises": (
            Promised("subscriber-articles", {}),
            Promised("past-issues", {}),
            Promised("ad-free", {}),
            Promised("money-back", {"days": 60, "clock": "payment"}),
            Promised("cancel-any-time", {"effect": "refund-unserved"}),
        ),
    }
    return Deal(**(asked | fields))


def version(title: Title, of: Deal | None = None, *, at: datetime = THEN) -> OfferVersion:
    """Return an offer as it is published and on sale; 24 copies for 60 euros if left out."""
    of = of or deal()
    offer = Offer.objects.create(
        title=title,
        slug=f"offer-{next(_count)}",
        name=of.name,
        copies=of.copies,
        months=of.months,
        basis=of.basis,
        is_on_sale=True,
    )
    return OfferVersion.objects.create(offer=offer, number=1, spec=of.to_json(), published_at=at)


def pay(attempt: Attempt, *, at: datetime = THEN) -> Attempt:
    """Have a charge or refund come through, as its provider would say."""
    ref = attempt.provider_ref or f"ref-{attempt.key}"
    kind = "charge" if attempt.kind == Attempt.Kind.CHARGE else "refund"
    seen = Observed(ref, kind, "succeeded", Money(attempt.minor, attempt.currency), attempt.key)
    return attempts.settle(attempt, seen, at=at, by_way_of="test")


def subscription(
    of: OfferVersion, *, reader: User | None = None, at: datetime = THEN, **fields: Any
) -> Subscription:
    """Return a subscription that was ordered and paid for in euros, in Germany."""
    asked: dict[str, Any] = {"currency": "EUR", "country": "DE", "provider": "test"} | fields
    payer = asked.pop("payer", None) or reader or globals()["reader"]()
    agreed = "Renews until stopped." if of.deal.renews else ""
    order, attempt = orders.place(
        of, payer, reader=reader, request=uuid.uuid4(), at=at, **{"agreed_to": agreed} | asked
    )
    if attempt:
        term = orders.paid(pay(attempt, at=at), at=at)
        assert term is not None
        return term.subscription
    return order.term.subscription


def present(of: OfferVersion, *, to: str = "bea@readers.example", at: datetime = THEN) -> Present:
    """Return a gift that is paid for, and that nobody has taken yet."""
    order, attempt = orders.place(
        of,
        reader(),
        at=at,
        gift=Wish("Bea", "Ada", at.date(), to),
        request=uuid.uuid4(),
        currency="EUR",
        country="DE",
        provider="test",
    )
    assert attempt
    orders.paid(pay(attempt, at=at), at=at)
    return Present.objects.get(order=order)
