"""Adding the print edition in the middle of a term: what is left of it goes over into a new term.

    look_at(subscription, …)   what it would cost now
    ask_for(subscription, …)   the order for it, which `orders.ask_for()` has paid

Nothing is lost and nothing is won: what the old term had not earned, and what is charged now, are
together what the new term is worth (docs/decisions/0033). Print is left out again with the next
term: `leave_print_out()`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from masthead.circulation import deals, orders, pricing, standing, terms
from masthead.circulation.deals import Part
from masthead.circulation.models import Order, Subscription
from masthead.circulation.standing import Balance
from masthead.money import Money
from masthead.payments.models import Attempt
from masthead.people.models import User


class CannotUpgrade(Exception):
    """There is no print edition to add, or nothing to add it to. Fit to show to readers."""


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What adding print costs: ``charge`` now, with ``credit`` for what is left of the old term."""

    balance: Balance
    credit: Money
    charge: Money
    parts: tuple[Part, ...]
    """What the charge is for; nothing where it is nought."""

    @property
    def copies(self) -> int:
        """How many copies it is for."""
        return self.balance.left

    @property
    def worth(self) -> Money:
        """What the new term is worth: the old one's rest and the charge."""
        return self.credit + self.charge


def look_at(subscription: Subscription, *, country: str, at: datetime) -> Upgrade:
    """Return what it costs to have the copies that are left in print as well.

    The price of all copies with print, for those that are left, less what was paid for them.
    It is never below nought.

    Args:
        subscription: read afresh.
        country: where print would go.
        at: the moment, timezone-aware.

    Raises:
        CannotUpgrade: see the class.
    """
    balance = _to_change(subscription)
    term = balance.term
    try:
        whole = pricing.price(
            term.version,
            term.currency,
            country=country,
            at=at,
            with_print=True,
            is_first=term.sequence == 1,
            discount=term.order.discount,
        )
    except pricing.CannotOrder as refusal:
        raise CannotUpgrade(str(refusal)) from None
    # Where print costs nothing on top, a price has no part for it.
    print_part = next((one for one in whole.parts if one.component == "print"), Part("print", 0))
    credit = Money(sum(part.minor for part in terms.unearned(balance)), term.currency)
    wanted = (term.minor + print_part.minor) * balance.left // term.copies
    charge = max(0, wanted - credit.minor)
    parts = (_of(print_part, charge),) if charge else ()
    return Upgrade(balance, credit, Money(charge, term.currency), parts)


@transaction.atomic
def ask_for(subscription: Subscription, *, country: str, request: UUID, at: datetime) -> Order:
    """Write down the order that adds print; one that costs nothing is open already.

    Asking again returns the order that stands, if it costs the same; else that is given up.

    Raises:
        CannotUpgrade: see the class; also while a payment of it is on its way.
    """
    if there := Order.objects.filter(request=request).first():
        return there
    subscription = Subscription.objects.select_for_update().get(pk=subscription.pk)
    found = look_at(subscription, country=country, at=at)
    term = found.balance.term
    waiting = Order.objects.filter(
        renews=term, kind=Order.Kind.UPGRADE, cancelled_at=None, term=None
    )
    for order in waiting:
        same = order.minor == found.charge.minor and order.country == country
        if Attempt.objects.filter(reference=order.reference, state__in=Attempt.OPEN).exists():
            raise CannotUpgrade(
                _("A payment for this is on its way. Please wait until it is known.")
            )
        if same:
            return order
    waiting.update(cancelled_at=at)
    order = Order.objects.create(
        kind=Order.Kind.UPGRADE,
        version=term.version,
        payer=subscription.payer,
        reader=subscription.reader,
        subscription=subscription,
        renews=term,
        minor=found.charge.minor,
        currency=term.currency,
        parts=deals.parts_to_json(found.parts),
        with_print=True,
        country=country,
        discount=term.order.discount,
        source_key=term.order.source_key,
        # What costs nothing now renews as was agreed; else that is asked for on the page to pay.
        provider="" if found.charge else term.order.provider,
        agreed_to="" if found.charge else term.order.agreed_to,
        request=request,
        ordered_at=at,
    )
    if not order.minor:
        orders.begin(order, charge="", at=at)
    return order


@transaction.atomic
def leave_print_out(subscription: Subscription, *, at: datetime, by: User | None = None) -> None:
    """Have the next term without the print edition, at its price; what is paid comes in print."""
    if Subscription.objects.filter(pk=subscription.pk, leaves_print_at=None, ended_at=None).update(
        leaves_print_at=at
    ):
        log(subscription, "masthead.subscription.leave-print", user=by, data={"at": at.isoformat()})


@transaction.atomic
def keep_print(subscription: Subscription, *, by: User | None = None) -> None:
    """Have the next term with the print edition again."""
    if (
        Subscription.objects.filter(pk=subscription.pk)
        .exclude(leaves_print_at=None)
        .update(leaves_print_at=None)
    ):
        log(subscription, "masthead.subscription.keep-print", user=by, data={})


def _to_change(subscription: Subscription) -> Balance:
    account = standing.of_one(subscription)
    balance = account.current()
    if subscription.ended_at or balance is None or not balance.term.minor:
        raise CannotUpgrade(_("There is nothing left that print could be added to."))
    term = balance.term
    if balance.owed_by:
        raise CannotUpgrade(_("Please pay the invoice for what you have first."))
    price = term.deal.price_in(term.currency)
    if term.with_print or price is None or price.print_extra is None:
        raise CannotUpgrade(_("There is no print edition that could be added."))
    if balance is not account.balances[-1]:
        raise CannotUpgrade(
            _("You have paid for the next term already. Please write to us, and we add it to both.")
        )
    if term.refunds.exists():
        raise CannotUpgrade(_("A part of this was paid back. Please write to us, and we add it."))
    renewal = Order.objects.filter(renews=term, cancelled_at=None, kind=Order.Kind.RENEWAL)
    if renewal.exists():
        raise CannotUpgrade(_("It is being renewed. Please come back once that is paid."))
    return balance


def _of(part: Part, minor: int) -> Part:
    """Return a part of another size, with the tax in it."""
    tax = part.tax * minor // part.minor if part.minor else 0
    return Part(part.component, minor, tax, part.tax_account, part.rate, part.rate_name)
