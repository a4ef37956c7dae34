"""Money that never came: an order is given up, or what was served on credit is ended.

    give_up(order, …)        nothing was served: nobody waits for its money any more
    let_off(balance, …)      its payer left in one of the ways out: they owe nothing
    write_off(balance, …)    they were asked often enough: what was served is bad debt

In the last two the rest of the term is taken back, with a credit note, and the debt leaves the books
once.
"""

from __future__ import annotations

from datetime import datetime

from masthead.circulation import deals, invoicing, terms
from masthead.circulation.deals import Part
from masthead.circulation.models import CreditOrder, Deduction, Order
from masthead.circulation.standing import Balance
from masthead.money import Money
from masthead.payments import attempts, journal, ways
from masthead.payments.models import Attempt
from masthead.people.models import User

Billing = CreditOrder.Billing


def give_up(order: Order, *, at: datetime) -> bool:
    """Wait for the money of an order no longer; say whether nobody is paying it right now.

    What is to be paid by hand expires; of what comes after all see `orders.paid()`.
    """
    is_quiet, hands = True, {way.name for way in ways.by_hand()}
    for attempt in Attempt.objects.filter(reference=order.reference, state__in=Attempt.OPEN):
        if attempt.provider in hands:
            attempts.expire(attempt, at=at)
        elif not attempts.drop(attempt, at=at):
            is_quiet = False
    Order.objects.filter(pk=order.pk, cancelled_at=None).update(cancelled_at=at)
    return is_quiet


def let_off(balance: Balance, *, at: datetime, by: User | None) -> None:
    """Credit the whole invoice of a term that was not paid, whatever was served of it.

    The subscription's row is held by whoever calls.
    """
    _settle(balance, balance.term.components, Billing.CREDITED, at, by)


def write_off(balance: Balance, *, at: datetime, by: User | None) -> None:
    """Credit what was not served of a term that was not paid, and write the rest off as bad debt.

    Its tax stays owed: when it may be had back differs from country to country. The
    subscription's row is held by whoever calls.
    """
    _settle(balance, terms.unearned(balance), Billing.WRITTEN_OFF, at, by)


def _settle(
    balance: Balance,
    credited: tuple[Part, ...],
    billing: CreditOrder.Billing,
    at: datetime,
    by: User | None,
) -> None:
    term, left = balance.term, terms.unearned(balance)
    order, occasion = term.order, f"unpaid:{balance.term.key}"
    lost = order.money - deals.total(credited, term.currency)
    lines = [
        journal.credit(journal.RECEIVABLE, order.money),
        journal.debit(journal.BAD_DEBT, lost),
        *(
            journal.debit(journal.deferred(part.component), Money(part.net, term.currency))
            for part in left
        ),
    ]
    nets = {part.component: part.net for part in left}
    for part in credited:
        if part.tax:
            lines.append(journal.debit(part.tax_account, Money(part.tax, term.currency)))
        served = part.net - nets.get(part.component, 0)
        lines.append(
            journal.debit(journal.given_back(part.component), Money(served, term.currency))
        )
    journal.post(occasion, lines, kind=str(billing), at=at, memo=str(term), by=by)
    Deduction.objects.create(
        subscription=term.subscription,
        term=term,
        kind=Deduction.Kind.CANCELLED,
        copies=balance.left,
        minor=sum(part.minor for part in left),
        currency=term.currency,
        occasion=occasion,
        at=at,
        by=by,
    )
    invoicing.for_unpaid(term, credited, occasion=occasion, at=at)
    CreditOrder.objects.filter(order=order).update(billing=billing, settled_at=at)
    for attempt in Attempt.objects.filter(reference=asked_as(order), state__in=Attempt.OPEN):
        # Nobody waits for that sum any more; should it come after all, staff are told.
        attempts.expire(attempt, at=at)


def asked_as(order: Order) -> str:
    """Return what payments knows the money of an order by: its own reference, or its agency’s."""
    by_agency = getattr(order, "for_agency", None)
    return by_agency.invoice.reference if by_agency and by_agency.invoice else order.reference
