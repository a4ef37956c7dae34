"""The order desk: staff take orders that come by telephone, by post or at a stand.

    order = order_desk.take(version, payer, settled="link", …)      writes it down
    order_desk.tell(order, at=now)                                  mails what is to be paid, and where

What was paid with cash or a cheque begins at once. Everybody else is written to: with a link to a
page where they pay in whichever way they like, or with what to write on a transfer. Nobody at the
desk ever sees the number of a card.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from masthead.circulation import (
    confirmations,
    credit_letters,
    credit_orders,
    endings,
    letters,
    orders,
    unpaid,
)
from masthead.circulation.models import CreditOrder, DiscountCode, OfferVersion, Order, Term
from masthead.circulation.pricing import CannotOrder
from masthead.payments import attempts, by_hand, ways
from masthead.payments.models import Attempt
from masthead.payments.provider import NotReady, PayLike, Urls
from masthead.people.models import User


class Settled(StrEnum):
    """How an order that staff take is paid."""

    LINK = "link"
    """The payer is mailed where to pay, and chooses how."""
    RECEIVED = "received"
    """The money is here: cash, a cheque."""
    AWAITED = "awaited"
    """The payer is mailed what to write on the transfer."""
    CREDIT = "credit"
    """It begins at once, and an invoice is mailed."""
    FREE = "free"
    """It is complimentary."""


def take(
    version: OfferVersion,
    payer: User,
    *,
    settled: Settled,
    way: str = "",
    currency: str,
    country: str,
    request: UUID,
    at: datetime,
    by: User,
    with_print: bool = False,
    discount: DiscountCode | None = None,
    source_key: str = "",
    agreed_to: str = "",
) -> Order:
    """Write an order down that somebody gave to staff; nobody is written to yet.

    Args:
        version: of the offer, as it was read out.
        payer: who orders, reads and pays.
        settled: how it is paid.
        way: to pay, by its name in the settings; only by hand, where it is received or awaited.
        currency: in which.
        country: two letters; decides about taxes and the print edition.
        request: the one-time key of the form: a second time returns what the first one wrote.
        at: the moment, timezone-aware.
        by: who takes it.
        with_print: whether the print edition is taken.
        discount: see `pricing.code_for()`.
        source_key: where it was sold.
        agreed_to: the words about renewal that were read out and agreed to, if they were.

    Raises:
        CannotOrder: it is not sold like that, or the way does not go by hand.
    """
    is_by_hand = settled in (Settled.RECEIVED, Settled.AWAITED)
    if is_by_hand and way not in [one.name for one in ways.by_hand()]:
        raise CannotOrder(_("Choose a way to pay that goes by hand."))
    if not payer.has_mail:
        _on_paper_only(version, settled, with_print=with_print)
    on_credit = settled == Settled.CREDIT
    provider = credit_letters.way_by_hand() if on_credit else way if is_by_hand else ""
    with transaction.atomic():
        known = Order.objects.filter(request=request).exists()
        order, attempt = orders.place(
            version,
            payer,
            currency=currency,
            country=country,
            provider=provider,
            request=request,
            at=at,
            with_print=with_print,
            discount=discount,
            source_key=source_key,
            agreed_to=agreed_to,
            language=version.offer.title.language,
            is_free=settled == Settled.FREE,
            on_credit=on_credit,
        )
        if attempt and settled == Settled.RECEIVED and not attempt.is_settled:
            received(attempt, at=at)
        if not known:
            said = {"order": str(order.key), "settled": str(settled), "sum": str(order.money)}
            log(version.offer.title, "masthead.order.taken", user=by, data=said)
    return order


def _on_paper_only(version: OfferVersion, settled: Settled, *, with_print: bool) -> None:
    """Refuse what somebody without a mail address cannot have, or cannot be told."""
    if not (with_print or version.deal.print_is_included):
        raise CannotOrder(
            _("Without a mail address nobody can sign in: sell them the print edition.")
        )
    if settled == Settled.LINK:
        raise CannotOrder(
            _("Without a mail address there is no page to pay on: choose a way by hand.")
        )


def received(attempt: Attempt, *, at: datetime) -> Term | None:
    """Write down that the money of an order came by hand, and open what it is for.

    Raises:
        NotByHand: see `payments.by_hand`.
    """
    return orders.paid(by_hand.moved(attempt, at=at), at=at)


def tell(order: Order, *, at: datetime) -> bool:
    """Mail somebody what their order costs and how to pay it; say whether the letter went.

    Not to be called inside a transaction. What is paid already is confirmed like every other order
    (`confirmations`), so nothing is mailed here.
    """
    if order.cancelled_at or orders.is_open(order):
        return True
    if credit_orders.is_owed(order):
        # The confirmation of what has begun says how it is paid.
        return confirmations.confirm_term(order.term, at=at) is not None
    title = order.version.offer.title
    context: dict[str, Any] = {
        "title": title.name,
        "offer": order.version.deal.name,
        "price": order.money.in_words_of(title.language),
        "pay": f"{settings.INSTALLATION.magazine.address}{where_to_pay(order)}",
    }
    return tell_how_to_pay(order.reference, order.payer, context, language=title.language, at=at)


def tell_how_to_pay(
    reference: str, payer: User, context: dict[str, Any], *, language: str, at: datetime
) -> bool:
    """Mail a link to pay, or the steps where a way was chosen that has some; say whether it went.

    Args:
        reference: of what is to be paid.
        payer: who is written to.
        context: of the letter; ``pay`` is the full address of the page for paying.
        language: of the letter.
        at: the moment, timezone-aware.
    """
    attempt = Attempt.objects.filter(reference=reference).order_by("pk").last()
    if attempt is None:
        return letters.send("pay-link", payer, context, language=language) is not None
    try:
        came = attempts.send(
            attempt, ways.named(attempt.provider), at=at, urls=Urls(context["pay"], context["pay"])
        )
    except NotReady:
        return False
    if not isinstance(came, PayLike):
        return False
    context = {**context, "steps": came.steps}
    return letters.send("pay-like-this", payer, context, language=language) is not None


def where_to_pay(order: Order) -> str:
    """Return the path of the page where somebody pays their order."""
    return reverse("newsstand:pay_order", args=[order.key])


@transaction.atomic
def give_up(order: Order, *, at: datetime, by: User) -> None:
    """Stop waiting for the money of an order. Should it come after all, it is served.

    Raises:
        CannotOrder: it is paid, or its payer is paying right now.
    """
    order = Order.objects.select_for_update().get(pk=order.pk)
    if orders.is_open(order):
        raise CannotOrder(_("This order is paid."))
    if credit_orders.is_owed(order):
        raise CannotOrder(_("This order has begun. Write it off, or have its payer cancel it."))
    if not unpaid.give_up(order, at=at):
        raise CannotOrder(
            _("A payment of this order is on its way. Please wait until it is known.")
        )
    log(
        order.version.offer.title,
        "masthead.order.given_up",
        user=by,
        data={"order": str(order.key)},
    )


def on_credit() -> list[CreditOrder]:
    """Return what was begun before its money, the oldest first, with ``served`` copies of each."""
    owed = (
        CreditOrder.objects.owed()
        .exclude(payer=None)
        .annotate(served=Coalesce(Sum("order__term__service_records__copies"), 0))
    )
    return list(owed.select_related("payer", "order__version__offer__title", "order__term")[:500])


@transaction.atomic
def write_off(order: Order, *, at: datetime, by: User) -> None:
    """End what was never paid for, now: nobody is to be asked for that money any more.

    Raises:
        CannotOrder: it is paid, or over.
    """
    term = Term.objects.select_related("subscription").filter(order=order).first()
    if term is None or not endings.end_unpaid(term.subscription, at=at, by=by):
        raise CannotOrder(_("Nothing is owed for this order any more."))
    said = {"order": str(order.key), "sum": str(order.money)}
    log(order.version.offer.title, "masthead.order.written_off", user=by, data=said)


def waiting() -> list[Order]:
    """Return the orders that wait for their money, the newest first, two hundred at most."""
    unpaid = Order.objects.filter(cancelled_at=None, term=None, present__paid_at=None)
    found = unpaid.select_related("version__offer__title", "payer")
    # What agencies order is on their own page.
    others = (Order.Kind.RENEWAL, Order.Kind.AGENCY)
    return list(found.exclude(kind__in=others)[:200])
