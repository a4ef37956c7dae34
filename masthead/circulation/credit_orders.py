"""Orders on credit: served at once, invoiced at once, paid later.

    refusal(version, payer, …)     why somebody is not trusted with it; empty where they are
    begin(order, at=now)           opens the term, with its invoice: the money is owed from now on
    take_in(order, charge=…)       the money is here

What is served before the money has a limit (`standing.Balance.waits_for_money`); `credit_chasing`
asks for the money, and `unpaid` writes off what never came. See docs/decisions/0037.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from masthead.circulation import invoicing, serving, signals, standing, terms
from masthead.circulation.models import CreditOrder, OfferVersion, Order, Subscription, Term
from masthead.editorial.models import Issue
from masthead.payments import journal
from masthead.people.models import Address, User

Billing = CreditOrder.Billing


class NoCredit(Exception):
    """The offer, or whoever orders, is to be paid first. Fit to show to readers."""


def refusal(version: OfferVersion, payer: User, *, country: str) -> str:
    """Return why somebody cannot pay an offer later, fit to show; empty where they can.

    Whoever owes for something, or once did not pay, pays first.
    """
    deal = version.deal
    if not deal.pays_later:
        return _("This offer is paid first.")
    home = Address.objects.filter(user=payer, is_for_post=True).first()
    if country not in deal.credit_countries:
        return _("From that country this offer is paid first.")
    if payer.mail_verified_at is None:
        return _("An invoice goes to a mail address that was proved: sign in once with a code.")
    if home is None or str(home.country) not in deal.credit_countries:
        return _("An invoice needs an address: write down where you live first.")
    earlier = set(CreditOrder.objects.filter(payer=payer).values_list("billing", flat=True))
    if Billing.OWED in earlier:
        return _("An invoice of yours is still to be paid. Pay it first, or pay this one at once.")
    if earlier - {Billing.PAID}:
        return _("An earlier invoice was not paid. Please pay this one at once.")
    return ""


@transaction.atomic
def begin(order: Order, *, at: datetime) -> Term:
    """Open the term of an order whose money is still to come, and serve what is owed of it.

    Raises:
        NoCredit: see the class.
    """
    # Held, so that whoever orders twice at once is trusted once.
    payer = User.objects.select_for_update().get(pk=order.payer_id)
    if why := refusal(order.version, payer, country=order.country):
        raise NoCredit(why)
    deal = order.version.deal
    CreditOrder.objects.create(
        order=order,
        payer=payer,
        copies=deal.credit_copies,
        days=deal.credit_days,
        opened_at=at,
    )
    term = terms.open_on_credit(order, at=at)
    invoicing.for_term(term, at=at, due_on=due_on(order, at, deal.credit_days))
    serving.serve_new(term, at=at)
    transaction.on_commit(lambda: signals.to_be_confirmed.send(Term))
    return term


def due_on(order: Order, at: datetime, days: int) -> date:
    """Return the last day to pay what was ordered then."""
    return order.version.offer.title.day(at) + timedelta(days=days)


def of(order: Order) -> CreditOrder | None:
    """Return what an order is owed by or was, if it was on credit; read afresh."""
    return CreditOrder.objects.filter(order=order).first()


def is_owed(order: Order) -> bool:
    """Say whether an order was begun and its money is still to come."""
    return CreditOrder.objects.owed().filter(order=order).exists()


@transaction.atomic
def take_in(order: Order, *, charge: str, at: datetime) -> Term:
    """Write down that the money of an order on credit is here; what was held back is served on.

    Doing it again changes nothing.

    Raises:
        NotPaid: the money is not in the books.
        TooLate: nothing was owed any more; it is to go back.
    """
    term = Term.objects.select_related("subscription").get(order=order)
    subscription = Subscription.objects.select_for_update().get(pk=term.subscription_id)
    credit = CreditOrder.objects.select_for_update().get(order=order)
    if credit.billing == Billing.PAID:
        return term
    if credit.billing != Billing.OWED:
        raise terms.TooLate(f"{order.reference} was given up before it was paid.")
    if not (charge and journal.is_booked(charge)):
        raise terms.NotPaid(f"{order.reference} has not been paid.")
    waited = standing.of_one(subscription).is_suspended(
        standing.newest_sequence(subscription.title_id)
    )
    journal.post(
        f"credit-paid:{term.key}",
        [
            journal.debit(journal.RECEIVED, order.money),
            journal.credit(journal.RECEIVABLE, order.money),
        ],
        kind="paid-later",
        at=at,
        memo=str(term),
    )
    credit.billing, credit.settled_at = Billing.PAID, at
    credit.save(update_fields=["billing", "settled_at"])
    newest = Issue.objects.on_sale().filter(publication=subscription.title_id).first()
    if waited and newest:
        serving.serve_to(newest, [subscription.pk], at=at)
    return term
