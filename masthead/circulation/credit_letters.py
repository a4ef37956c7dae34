"""What payers are told of an order on credit: how it is paid, that it is still to be, that it rests.

Each letter is on record once the mail server took it, and is sent once.
"""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from masthead.circulation import credit_orders, letters, orders, pricing
from masthead.circulation.models import CreditOrder, Notice, Order
from masthead.payments import attempts, ways
from masthead.payments.models import Attempt, Invoice
from masthead.payments.provider import NotReady, PayLike, Urls

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class HowToPay:
    """Where an invoice is paid, and what is written on a transfer, if it can be paid by one."""

    address: str
    steps: tuple[tuple[str, str], ...] = ()


def how_to_pay(order: Order, *, at: datetime) -> HowToPay:
    """Return how an order on credit is paid; its transfer always finds it, however late.

    Not to be called inside a transaction.
    """
    path = reverse("newsstand:pay_order", args=[order.key])
    address = f"{settings.INSTALLATION.magazine.address}{path}"
    attempt = _by_hand(order, at)
    if attempt is None:
        return HowToPay(address)
    try:
        provider = ways.named(attempt.provider)
        came = attempts.send(attempt, provider, at=at, urls=Urls(address, address))
    except NotReady as lacking:
        logger.warning("An invoice goes without its reference: %s", lacking)
        return HowToPay(address)
    return HowToPay(address, came.steps if isinstance(came, PayLike) else ())


def way_by_hand() -> str:
    """Return the way by hand that an invoice names first, such as a transfer; empty without one."""
    found = (one.name for one in ways.for_readers() if "by-hand" in one.abilities)
    return next(found, "")


def remind(credit: CreditOrder, effort: int, *, is_last: bool, at: datetime) -> bool:
    """Ask for the money of an invoice once more; say whether the letter went now."""
    context = {"is_first": effort == 1, "is_last": is_last}
    return _send(credit, "credit-reminder", f"credit:{credit.order.key}:{effort}", context, at)


def tell_suspended(credit: CreditOrder, *, at: datetime) -> bool:
    """Tell that nothing more comes before the money; say whether the letter went now."""
    assert credit.suspended_at is not None
    ends_at = credit.suspended_at + timedelta(days=credit.days)
    context = {"ends_on": credit.order.version.offer.title.day(ends_at)}
    return _send(credit, "credit-suspended", f"credit-suspended:{credit.order.key}", context, at)


def thank(credit: CreditOrder, *, at: datetime) -> bool:
    """Tell that the money is here; say whether the letter went now."""
    return _send(credit, "credit-paid", f"credit-paid:{credit.order.key}", {}, at)


def _send(
    credit: CreditOrder, name: str, occasion: str, more: dict[str, Any], at: datetime
) -> bool:
    if Notice.objects.filter(occasion=occasion).exists():
        return False
    order = credit.order
    term, subscription = order.term, order.term.subscription
    language = language_of(order)
    context = {
        "title": subscription.title.name,
        "number": subscription.number,
        "offer": order.version.deal.name,
        "price": order.money.in_words_of(language),
        "until": credit_orders.due_on(order, credit.opened_at, credit.days),
        **more,
    }
    is_paid = credit.billing == CreditOrder.Billing.PAID
    if not is_paid:
        how = how_to_pay(order, at=at)
        context |= {"pay": how.address, "steps": how.steps}
    notice = letters.notify(
        Notice.Kind.RECEIPT if is_paid else Notice.Kind.OWED,
        subscription,
        term,
        context,
        occasion=occasion,
        at=at,
        name=name,
        language=language,
        papers=() if is_paid else Invoice.objects.filter(occasion=f"term:{term.key}"),
    )
    return notice is not None


def language_of(order: Order) -> str:
    """Return the language that an order was placed in: its invoice is written in it."""
    there = Invoice.objects.filter(occasion=f"term:{order.term.key}").first()
    return str(there.document["language"]) if there else order.version.offer.title.language


def _by_hand(order: Order, at: datetime) -> Attempt | None:
    """Return the charge that waits for a transfer; where none does, a new one is written down."""
    hands = [way.name for way in ways.by_hand()]
    ours = Q(reference=order.reference, provider__in=hands)
    tries = Attempt.objects.filter(ours).order_by("-pk")
    if waiting := tries.filter(state__in=Attempt.OPEN).first():
        return waiting
    named = order.provider if order.provider in hands else way_by_hand()
    if not named:
        return None
    try:
        return orders.ask_for(
            order,
            provider=named,
            request=uuid.uuid5(order.key, f"credit-{tries.count()}"),
            at=at,
            language=language_of(order),
        )
    except pricing.CannotOrder:
        # A card is being charged for it right now.
        return None
