"""Agencies: they order for others, are sent one invoice for many orders, and pay less a commission.

    take(agency, version, reader, …)   writes an order down; it begins with its invoice
    invoice(agency, at=now, by=staff)  one for all that wait, in each currency
    paid(attempt, at=now)              the transfer came
    ending(agency, at=now)             what comes to its end, for the agency to renew

The agency is our customer: it is invoiced, it sets what its own customers pay, and it answers for the
money. So what it pays is our revenue, and the commission is a lower price (IFRS 15.70). Who they are
is in `agency_register`. See docs/decisions/0038.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.db import transaction
from django.utils.translation import gettext as _

from masthead.circulation import (
    credit_letters,
    credit_orders,
    deals,
    invoicing,
    pricing,
    serving,
    standing,
    terms,
)
from masthead.circulation.models import (
    Agency,
    AgencyInvoice,
    AgencyOrder,
    CreditOrder,
    OfferVersion,
    Order,
    Subscription,
    Term,
)
from masthead.circulation.pricing import CannotOrder
from masthead.circulation.quotes import Quote
from masthead.circulation.standing import Account
from masthead.money import Money
from masthead.payments import attempts
from masthead.payments.models import Attempt
from masthead.people.models import User

Billing = CreditOrder.Billing


@dataclass(frozen=True, slots=True)
class Cost:
    """What an order costs an agency: the list price, and what of it is paid."""

    gross: Quote
    net: Quote

    @property
    def commission(self) -> Money:
        """What the agency keeps."""
        return self.gross.money - self.net.money


def cost(
    agency: Agency,
    version: OfferVersion,
    currency: str,
    *,
    country: str,
    with_print: bool,
    at: datetime,
    is_first: bool = True,
) -> Cost:
    """Return what an order costs an agency, taxes in it; the commission is off the whole price.

    Raises:
        CannotOrder: it is not sold like that, or the agency is closed.
    """
    if agency.closed_at:
        raise CannotOrder(_("This agency is closed. Open it again before you take its orders."))

    def asked(thousandths_off: int) -> Quote:
        return pricing.price(
            version,
            currency,
            country=country,
            at=at,
            with_print=with_print,
            is_first=is_first,
            thousandths_off=thousandths_off,
        )

    return Cost(gross=asked(0), net=asked(agency.commission))


@transaction.atomic
def take(
    agency: Agency,
    version: OfferVersion,
    reader: User,
    *,
    number: str,
    currency: str,
    country: str,
    at: datetime,
    with_print: bool = False,
    renews: Term | None = None,
) -> AgencyOrder:
    """Write an order of an agency down; the same number again is the same order.

    Args:
        agency: that pays.
        version: of the offer.
        reader: who reads; is never told the price.
        number: the agency's own for it.
        currency: that it pays in.
        country: of the reader; decides about taxes and the print edition.
        at: the moment, timezone-aware.
        with_print: whether the print edition is taken.
        renews: the term that it follows, if it is a renewal.

    Raises:
        CannotOrder: it is not sold like that, has no number, or the agency is closed.
    """
    if not number.strip():
        raise CannotOrder(_("Write the agency’s number of the order."))
    if there := AgencyOrder.objects.filter(agency=agency, number=number.strip()).first():
        return there
    costs = cost(
        agency, version, currency, country=country, with_print=with_print, at=at,
        is_first=renews is None,
    )  # fmt: skip
    if not costs.net.money:
        raise CannotOrder(_("Less the commission nothing would be left to pay."))
    deal = version.deal
    order = Order.objects.create(
        kind=Order.Kind.AGENCY,
        version=version,
        payer=agency.account,
        reader=reader,
        subscription=renews.subscription if renews else None,
        renews=renews,
        minor=costs.net.money.minor,
        currency=currency,
        parts=deals.parts_to_json(costs.net.parts),
        with_print=with_print or deal.print_is_included,
        country=country,
        source_key="agency",
        provider=credit_letters.way_by_hand(),
        request=uuid.uuid5(agency.key, number.strip()),
        ordered_at=at,
    )
    return AgencyOrder.objects.create(
        order=order,
        agency=agency,
        number=number.strip(),
        gross_minor=costs.gross.money.minor,
        commission=agency.commission,
    )


def waiting(agency: Agency) -> list[AgencyOrder]:
    """Return the orders that are on no invoice yet."""
    found = AgencyOrder.objects.filter(agency=agency, invoice=None, order__cancelled_at=None)
    return list(found.select_related("order__version", "order__reader"))


@transaction.atomic
def invoice(agency: Agency, *, at: datetime) -> list[AgencyInvoice]:
    """Begin all orders of an agency that wait, with one invoice for those of each currency.

    The agency is written to after the commit, by `agency_letters.send_invoice()`.
    """
    Agency.objects.select_for_update().get(pk=agency.pk)
    made = []
    by_currency = sorted(waiting(agency), key=lambda one: (one.order.currency, one.pk))
    for currency, each in groupby(by_currency, key=lambda one: one.order.currency):
        made.append(_invoice(agency, list(each), currency, at))
    return made


def _invoice(
    agency: Agency, among: list[AgencyOrder], currency: str, at: datetime
) -> AgencyInvoice:
    made = AgencyInvoice.objects.create(
        agency=agency,
        minor=sum(one.order.minor for one in among),
        currency=currency,
        issued_at=at,
        due_on=among[0].order.version.offer.title.day(at) + timedelta(days=agency.payment_days),
    )
    for one in among:
        one.invoice = made
        one.save(update_fields=["invoice"])
        CreditOrder.objects.create(
            order=one.order,
            # An agency owes for many at once; a reader for one.
            payer=None,
            copies=max(1, one.order.version.deal.copies),
            days=agency.payment_days,
            opened_at=at,
        )
        serving.serve_new(_open(one.order, at), at=at)
    invoicing.for_agency(made, among, at=at)
    ask(made, at=at)
    return made


def _open(order: Order, at: datetime) -> Term:
    try:
        return terms.open_on_credit(order, at=at)
    except terms.TooLate:
        # What it renews has ended since: it begins anew.
        order.subscription = order.renews = None
        order.save(update_fields=["subscription", "renews"])
        return terms.open_on_credit(order, at=at)


def owed(of: AgencyInvoice) -> Money:
    """Return what is still to be paid of an invoice: what its orders owe that nobody has ended."""
    still = CreditOrder.objects.owed().filter(order__for_agency__invoice=of)
    return Money(sum(one.order.minor for one in still.select_related("order")), of.currency)


@transaction.atomic
def ask(of: AgencyInvoice, *, at: datetime) -> Attempt | None:
    """Write down the transfer that an invoice waits for; another one if less is owed by now.

    Nothing is written where nothing is owed, or no transfer can be made.
    """
    of = AgencyInvoice.objects.select_for_update().get(pk=of.pk)
    rest, way = owed(of), credit_letters.way_by_hand()
    if not rest or not way:
        return None
    tries = Attempt.objects.filter(reference=of.reference)
    for one in tries.filter(state__in=Attempt.OPEN):
        if one.money == rest:
            return one
        attempts.expire(one, at=at)
    return attempts.charge(
        of.reference,
        rest,
        provider=way,
        payer=of.agency.account,
        at=at,
        request=uuid.uuid5(of.key, f"charge-{tries.count()}"),
        description=of.agency.name,
    )


@transaction.atomic
def paid(attempt: Attempt, *, at: datetime) -> bool:
    """Settle the orders that a transfer of an agency pays for; say whether there were any.

    Doing it again changes nothing. What came for orders that ended in between stays on the account
    of money received, for staff to give back.
    """
    kind, _colon, key = attempt.reference.partition(":")
    if kind != "agency" or attempt.state != Attempt.State.SUCCEEDED:
        return False
    still = CreditOrder.objects.owed().filter(order__for_agency__invoice__key=key)
    left, settled = attempt.minor, False
    for credit in still.select_related("order").order_by("pk"):
        if credit.order.minor > left:
            break
        credit_orders.take_in(credit.order, charge=f"{attempt.kind}:{attempt.key}", at=at)
        left, settled = left - credit.order.minor, True
    return settled


def catch_up(at: datetime) -> int:
    """Settle what transfers paid for that nobody heard of; return how many."""
    settled = Attempt.objects.filter(
        kind=Attempt.Kind.CHARGE, state=Attempt.State.SUCCEEDED, reference__startswith="agency:"
    )
    open_ones = {
        f"agency:{key}"
        for key in CreditOrder.objects.owed()
        .exclude(order__for_agency=None)
        .values_list("order__for_agency__invoice__key", flat=True)
    }
    return sum(paid(one, at=at) for one in settled.filter(reference__in=open_ones))


def ending(agency: Agency, *, at: datetime) -> list[Account]:
    """Return what an agency has that comes to its last copies, and that it has not renewed."""
    mine = Subscription.objects.running().filter(orders__for_agency__agency=agency).distinct()
    renewed = set(
        AgencyOrder.objects.filter(agency=agency, order__cancelled_at=None)
        .exclude(order__renews=None)
        .values_list("order__renews", flat=True)
    )
    return [
        account
        for account in standing.of(mine.select_related("title", "reader").order_by("pk"))
        if account.balances
        and account.balances[-1].term.pk not in renewed
        and _comes_to_its_end(account, at)
    ]


def _comes_to_its_end(account: Account, at: datetime) -> bool:
    last = account.balances[-1]
    lead = last.term.deal.renew_at + 1
    if last.ends:
        return at >= last.ends - timedelta(weeks=lead)
    return account.left <= lead


def renew(agency: Agency, subscription: Subscription, *, at: datetime) -> AgencyOrder:
    """Write the order down by which an agency renews what it has; it begins with its invoice.

    Raises:
        CannotOrder: it is not the agency's, or is renewed already.
    """
    last = subscription.terms.select_related("order__for_agency", "version").latest("sequence")
    before: AgencyOrder | None = getattr(last.order, "for_agency", None)
    if before is None or before.agency_id != agency.pk:
        raise CannotOrder(_("This is no subscription of that agency."))
    if AgencyOrder.objects.filter(order__renews=last, order__cancelled_at=None).exists():
        raise CannotOrder(_("It is renewed already."))
    return take(
        agency,
        last.version,
        subscription.reader,
        number=f"{before.number.partition('/')[0]}/{last.sequence + 1}",
        currency=last.currency,
        country=last.order.country,
        at=at,
        with_print=last.with_print,
        renews=last,
    )
