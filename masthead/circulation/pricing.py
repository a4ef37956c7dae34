"""Pricing: what somebody is told an offer costs them, before they order it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from masthead.circulation import quotes
from masthead.circulation.models import DiscountCode, OfferVersion, Order
from masthead.circulation.quotes import Quote, Rate
from masthead.payments import taxes
from masthead.payments.models import Attempt

LATER_ORDERS = (Order.Kind.RENEWAL, Order.Kind.UPGRADE, Order.Kind.FOLDED)
"""Orders of who has a subscription already: a discount goes on in them, and is not had anew."""

PAID_OR_PAYING = (*Attempt.OPEN, Attempt.State.SUCCEEDED)


class CannotOrder(Exception):
    """The offer is not sold like that. Fit to show to readers."""


class NoSuchCode(CannotOrder):
    """The discount code opens nothing now. Fit to show to readers."""


def price(
    version: OfferVersion,
    currency: str,
    *,
    country: str,
    at: datetime,
    region: str = "",
    with_print: bool = False,
    is_first: bool = True,
    discount: DiscountCode | None = None,
    is_free: bool = False,
    thousandths_off: int = 0,
) -> Quote:
    """Return what a version of an offer costs in a country, with its taxes; nothing if it is free.

    `thousandths_off` is what an agency keeps of the price.

    Raises:
        CannotOrder: see the class.
    """
    deal, day = version.deal, version.offer.title.day(at)
    promised = deal.promised("print-edition")
    wants_print = with_print or deal.print_is_included
    if wants_print and promised and country not in promised.spec.get("countries", [country]):
        raise CannotOrder(_("The print edition is not sent to that country."))
    rates = {
        kind: Rate(rate.basis_points, rate.name, taxes.account_of(rate))
        for kind, rate in taxes.rates_in(country, region, day).items()
    }
    try:
        return quotes.quote(
            deal,
            currency,
            with_print=with_print,
            is_first=is_first,
            thousandths_off=1000
            if is_free
            else discount.thousandths
            if discount
            else thousandths_off,
            rates=rates,
        )
    except quotes.NotSold:
        raise CannotOrder(_("This offer is not sold like that.")) from None


def code_for(version: OfferVersion, typed: str, *, at: datetime) -> DiscountCode:
    """Return the discount that a typed code gives on an offer; capitals do not matter.

    Raises:
        NoSuchCode: there is none, it is of another offer, over, not begun or used up.
    """
    code = DiscountCode.objects.filter(offer=version.offer_id, code__iexact=typed.strip()).first()
    if (
        code is None
        or (code.starts_at and at < code.starts_at)
        or (code.ends_at and at >= code.ends_at)
        or is_used_up(code)
    ):
        raise NoSuchCode(_("This code does not make anything cheaper now. Look at its letters."))
    return code


def take_use(code: DiscountCode) -> DiscountCode:
    """Return a code read afresh, its row held, so that its last use is not had twice.

    Raises:
        NoSuchCode: it is used up.
    """
    code = DiscountCode.objects.select_for_update().get(pk=code.pk)
    if is_used_up(code):
        raise NoSuchCode(_("This code has been used up. Please order anew without it."))
    return code


def is_used_up(code: DiscountCode) -> bool:
    """Say whether as many first orders as may have a code's discount have it.

    Those that were opened have it, gifts as soon as they are paid. So have those that wait for
    their money, unless they were given up or every payment of them failed.
    """
    if code.most_uses is None:
        return False
    first = code.orders.exclude(kind__in=LATER_ORDERS)
    opened = first.filter(Q(subscription__isnull=False) | Q(present__paid_at__isnull=False)).count()
    if opened >= code.most_uses:
        return True
    waiting = first.filter(subscription=None, present__paid_at=None, cancelled_at=None)
    references = [order.reference for order in waiting]
    tries = Attempt.objects.filter(reference__in=references).values_list("reference", "state")
    alive = {reference for reference, state in tries if state in PAID_OR_PAYING}
    failed = {reference for reference, _state in tries} - alive
    return opened + len(references) - len(failed) >= code.most_uses
