"""Orders: somebody asks for an offer, is told what it costs, pays, and has a term."""

from __future__ import annotations

import logging
import re
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from masthead.circulation import (
    credit_orders,
    deals,
    presents,
    pricing,
    serving,
    signals,
    terms,
)
from masthead.circulation.models import (
    CreditOrder,
    DiscountCode,
    OfferVersion,
    Order,
    Present,
    Subscription,
    Term,
)
from masthead.circulation.presents import Wish
from masthead.payments import attempts, ways
from masthead.payments.models import Attempt
from masthead.people.models import User

Billing = CreditOrder.Billing

logger = logging.getLogger(__name__)

SOURCE_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


def place(
    version: OfferVersion,
    payer: User,
    *,
    currency: str,
    country: str,
    provider: str,
    request: UUID,
    at: datetime,
    region: str = "",
    with_print: bool = False,
    reader: User | None = None,
    discount: DiscountCode | None = None,
    source_key: str = "",
    agreed_to: str = "",
    language: str = "en",
    is_free: bool = False,
    gift: Wish | None = None,
    on_credit: bool = False,
) -> tuple[Order, Attempt | None]:
    """Write an order down, and that its price is to come in; nobody is charged yet.

    Args:
        version: of the offer, as it was shown.
        payer: who pays.
        currency: in which.
        country: two letters; decides about taxes and the print edition.
        provider: that takes the money, by its name in the settings; empty where the payer says
            later, see `ask_for()`.
        request: the one-time key of the form: a second time returns what the first one wrote.
        at: the moment, timezone-aware.
        region: of the country, where taxes ask for it.
        with_print: whether the print edition is taken.
        reader: who reads, if somebody else than the payer.
        discount: see `pricing.code_for()`.
        source_key: where it was sold.
        agreed_to: the words about renewal that were agreed to; empty where it does not renew.
        language: the payer's.
        is_free: whether it is complimentary.
        gift: what the donor of a gift subscription writes: it does not renew, and begins once
            its recipient has taken it.
        on_credit: whether it begins at once and is paid later, see `credit_orders`; then
            `provider` is a way that goes by hand, or empty.

    Returns:
        The order and the charge to send; no charge where it costs nothing, which is open already,
        and where nobody has said how it is paid.

    Raises:
        CannotOrder: see `pricing`; or whoever orders has no credit.
    """
    if there := _placed(request):
        return there
    try:
        return _place(
            version,
            payer,
            currency=currency,
            country=country,
            provider=provider,
            request=request,
            at=at,
            region=region,
            with_print=with_print,
            reader=reader,
            discount=discount,
            source_key=source_key,
            agreed_to=agreed_to,
            language=language,
            is_free=is_free,
            gift=gift,
            on_credit=on_credit,
        )
    except IntegrityError:
        # Somebody clicked twice, and the other click was written first.
        if there := _placed(request):
            return there
        raise


def _placed(request: UUID) -> tuple[Order, Attempt | None] | None:
    there = Order.objects.filter(request=request).first()
    if there is None:
        return None
    return there, Attempt.objects.filter(reference=there.reference).first()


@transaction.atomic
def _place(
    version: OfferVersion,
    payer: User,
    *,
    currency: str,
    country: str,
    provider: str,
    request: UUID,
    at: datetime,
    region: str,
    with_print: bool,
    reader: User | None,
    discount: DiscountCode | None,
    source_key: str,
    agreed_to: str,
    language: str,
    is_free: bool,
    gift: Wish | None,
    on_credit: bool,
) -> tuple[Order, Attempt | None]:
    if discount:
        discount = pricing.take_use(discount)
    asked = pricing.price(
        version,
        currency,
        country=country,
        region=region,
        at=at,
        with_print=with_print,
        discount=discount,
        is_free=is_free,
    )
    deal = version.deal
    is_gift = gift or (reader and reader != payer)
    kind = Order.Kind.GIFT if is_gift else Order.Kind.NEW
    order = Order.objects.create(
        kind=Order.Kind.COMPLIMENTARY if is_free else kind,
        version=version,
        payer=payer,
        # Who reads a gift is known once it is taken.
        reader=None if gift else reader or payer,
        minor=asked.money.minor,
        currency=currency,
        parts=deals.parts_to_json(asked.parts),
        with_print=with_print or deal.print_is_included,
        country=country,
        discount=discount,
        source_key=source_key if SOURCE_KEY.fullmatch(source_key) else "",
        provider=provider,
        agreed_to=agreed_to if deal.renews and not is_free and not gift else "",
        request=request,
        ordered_at=at,
    )
    if gift:
        presents.write(order, gift, language=language)
    if not order.minor:
        settle(order, charge="", at=at)
        return order, None
    if on_credit:
        _begin_on_credit(order, at)
    return order, _charge(order, at=at, language=language) if provider else None


def _begin_on_credit(order: Order, at: datetime) -> None:
    if order.kind != Order.Kind.NEW:
        raise pricing.CannotOrder(_("A gift is paid first."))
    try:
        credit_orders.begin(order, at=at)
    except credit_orders.NoCredit as refusal:
        raise pricing.CannotOrder(str(refusal)) from None


@transaction.atomic
def ask_for(
    order: Order, *, provider: str, request: UUID, at: datetime, agreed_to: str = "", language: str
) -> Attempt:
    """Write down that an order that waits for its money is paid like this; nobody is called yet.

    Args:
        order: taken by staff, or a renewal that could not be charged; read afresh and locked.
        provider: that takes the money, by its name in the settings.
        request: the one-time key of the form: a second time returns what the first one wrote.
        at: the moment, timezone-aware.
        agreed_to: the words about renewal that were agreed to now, if any.
        language: the payer's.

    Raises:
        CannotOrder: it is paid, was given up, or a payment of it is on its way; what it renews or
            changes is over; or its discount is used up, and all that was tried before has failed.
    """
    if there := Attempt.objects.filter(request=request).first():
        return there
    if order.subscription_id:
        # Held before the order, as whoever renews or ends it does.
        Subscription.objects.select_for_update().get(pk=order.subscription_id)
    order = Order.objects.select_for_update().get(pk=order.pk)
    if order.cancelled_at:
        raise pricing.CannotOrder(_("This order was given up. Please order anew."))
    charges = Attempt.objects.filter(reference=order.reference)
    credit = credit_orders.of(order)
    if credit and credit.billing in (Billing.CREDITED, Billing.WRITTEN_OFF):
        raise pricing.CannotOrder(
            _("This order is over, and nothing is to be paid. Please order anew.")
        )
    if is_open(order) or charges.filter(state=Attempt.State.SUCCEEDED).exists():
        raise pricing.CannotOrder(_("This order is paid."))
    if credit:
        # The invoice says how to pay by hand; they may pay in another way all the same.
        hands = [way.name for way in ways.by_hand()]
        for waiting in charges.filter(state__in=Attempt.OPEN, provider__in=hands):
            attempts.expire(waiting, at=at)
    if charges.filter(state__in=Attempt.OPEN).exists():
        raise pricing.CannotOrder(
            _("A payment of this order is on its way. Please wait until it is known.")
        )
    if credit is None:
        _see_what_it_opens(order, tried=charges.exists())
    order.provider = provider
    if order.version.deal.renews and order.kind != Order.Kind.GIFT:
        order.agreed_to = order.agreed_to or agreed_to
    order.save(update_fields=["provider", "agreed_to"])
    return _charge(order, at=at, language=language, request=request)


def _see_what_it_opens(order: Order, *, tried: bool) -> None:
    """Refuse money for what could not be opened any more, or not at that price."""
    if tried and order.discount and order.kind not in pricing.LATER_ORDERS:
        # While their payments failed, somebody else may have had the last use.
        pricing.take_use(order.discount)
    try:
        terms.still_running(order)
    except terms.TooLate:
        raise pricing.CannotOrder(
            _(
                "Nothing is to be paid: what this order renews or changes is over, or was renewed already. Look at your subscriptions, or order anew."
            )
        ) from None


def _charge(order: Order, *, at: datetime, language: str, request: UUID | None = None) -> Attempt:
    version = order.version
    return attempts.charge(
        order.reference,
        order.money,
        provider=order.provider,
        payer=order.payer,
        at=at,
        request=request,
        description=f"{version.offer.title.name}: {version.deal.name}"[:200],
        language=language,
        keep_method=bool(order.agreed_to),
    )


@transaction.atomic
def begin(order: Order, *, charge: str, at: datetime) -> Term:
    """Open the term of a paid order, and serve what is owed of it at once.

    Doing it again changes nothing. Raises what `terms.open_paid()` raises.
    """
    if there := Term.objects.filter(order=order).first():
        return there
    term = terms.open_paid(order, charge=charge, at=at)
    serving.serve_new(term, at=at)
    transaction.on_commit(lambda: signals.to_be_confirmed.send(Term))
    return term


def is_open(order: Order) -> bool:
    """Say whether an order is paid: its term was opened, or its gift can be taken.

    What was opened on credit is not, as long as its money is owed.
    """
    if credit_orders.is_owed(order):
        return False
    gifts = Present.objects.filter(order=order).exclude(paid_at=None)
    return gifts.exists() or Term.objects.filter(order=order).exists()


@transaction.atomic
def settle(order: Order, *, charge: str, at: datetime) -> Term | None:
    """Open the term of a paid order; a gift is only ready to be taken, and has none yet.

    Doing it again changes nothing. Raises what `terms.open_paid()` raises, and `TooLate` where who
    ordered it, or was to read it, was erased before their money came.
    """
    # Held, so that nobody is erased in between.
    people = User.objects.select_for_update(no_key=True).filter(
        pk__in=[order.payer_id, order.reader_id]
    )
    if any(person.erased_at for person in people) and not is_open(order):
        raise terms.TooLate(f"Somebody was erased before {order.reference} was paid.")
    if credit_orders.of(order):
        return credit_orders.take_in(order, charge=charge, at=at)
    if not Present.objects.filter(order=order).exists():
        return begin(order, charge=charge, at=at)
    presents.take_in(order, charge=charge, at=at)
    transaction.on_commit(lambda: signals.to_be_confirmed.send(Present))
    return None


def paid(attempt: Attempt, *, at: datetime) -> Term | None:
    """Open what a settled charge was for; None where it was for nothing of ours.

    A second payment for one order, and one for what has ended since, stays on the account of
    money received, for staff to give back.
    """
    kind, _colon, key = attempt.reference.partition(":")
    if kind != "order" or attempt.state != Attempt.State.SUCCEEDED:
        return None
    order = Order.objects.filter(key=key).first()
    if order is None:
        return None
    try:
        return settle(order, charge=f"{attempt.kind}:{attempt.key}", at=at)
    except terms.TooLate as late:
        logger.warning("Money came in and is to go back (%s): %s", attempt.key, late)
        return None


def catch_up(at: datetime) -> int:
    """Open terms whose money is in the books and that nobody has opened; return how many.

    A process that ends between the two leaves such an order behind.
    """
    settled = Attempt.objects.filter(
        kind=Attempt.Kind.CHARGE, state=Attempt.State.SUCCEEDED, reference__startswith="order:"
    )
    on_credit = CreditOrder.objects.owed().values("order")
    opened = set(Term.objects.exclude(order__in=on_credit).values_list("order__key", flat=True))
    gifts = Present.objects.exclude(paid_at=None)
    opened.update(gifts.values_list("order__key", flat=True))
    count = 0
    for attempt in settled:
        if UUID(attempt.reference.partition(":")[2]) not in opened and paid(attempt, at=at):
            count += 1
    return count
