"""Refunds of terms: what is promised back, with its credit note, and what the books say of it.

    give(balance, parts, …)        promise parts of what was paid for a term back
    give_rest(balance, …)          what was not served of it, as who cancels gets it
    give_goodwill(term, money, …)  a part of the price; the copies stay owed
    take_over(at=…)                what staff gave back at a provider

Why somebody is given something is decided in `endings` and `giving_back`, and what can be given at
most in `refundable`. The subscription's row is held by whoever calls.
"""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from masthead.circulation import (
    credit_orders,
    deals,
    invoicing,
    refundable,
    standing,
    terms,
    unpaid,
)
from masthead.circulation.deals import Part
from masthead.circulation.models import Deduction, Refund, Subscription, Term
from masthead.circulation.standing import Balance
from masthead.money import Money
from masthead.payments import attempts, journal
from masthead.payments.models import Attempt, Difference
from masthead.people.models import User

logger = logging.getLogger(__name__)


class CannotGiveBack(Exception):
    """There is no such promise, or its days are over. Fit to show to readers."""


def give(
    balance: Balance,
    parts: tuple[Part, ...],
    kind: Refund.Kind,
    request: UUID,
    at: datetime,
    by: User | None,
    lost: frozenset[int] = frozenset(),
) -> Refund:
    """Promise parts of a term back, each to the payment it came from, and take the rest of it off.

    Goodwill leaves the copies owed. Where nothing was paid, its payer is let off instead.

    Args:
        balance: of the term.
        parts: what goes back of it, by component.
        kind: why.
        request: the one-time key of the form.
        at: the moment, timezone-aware.
        by: who did it, if not the payer.
        lost: the rows of terms whose money the payer's bank has taken back. Nothing is promised
            to those payments; what was not served of them is no loss.

    Raises:
        CannotGiveBack: more of a payment was given back already.
    """
    term = balance.term
    if balance.owed_by:
        unpaid.let_off(balance, at=at, by=by)
        # Nothing was paid, so nothing goes back; a refund of nought remembers the form.
        return _promise(term, (), kind, request, at, by)
    for payment in refundable.paid_by(term):
        _take_over(payment, at)
    ends = kind != Refund.Kind.GOODWILL
    left = terms.unearned(balance) if ends else ()
    promised, taken = [], Money(0, term.currency)
    for payment, own in _by_payment(term, parts):
        if payment.pk in lost:
            invoicing.for_unpaid(payment, own, occasion=f"charge-back:{payment.key}", at=at)
            taken, own = taken + deals.total(own, term.currency), ()
        if own or payment == term:
            promised.append(_promise(payment, own, kind, request, at, by))
    refund = promised[0]
    if ends:
        take_off(balance, f"refund:{refund.key}", left, at, by)
    _book(refund, parts, left, taken, at, by)
    return refund


def give_rest(
    balance: Balance,
    request: UUID,
    at: datetime,
    by: User | None,
    lost: frozenset[int] = frozenset(),
) -> Refund:
    """Promise back what was not served of a term; see `give()`."""
    return give(balance, refundable.rest_of(balance), Refund.Kind.CANCELLED, request, at, by, lost)


@transaction.atomic
def give_goodwill(
    term: Term, money: Money, *, request: UUID, at: datetime, by: User | None
) -> Refund:
    """Promise a part of the price back and leave the copies owed.

    Raises:
        CannotGiveBack: it is more than is left of what was paid, or in another currency.
    """
    subscription = Subscription.objects.select_for_update().get(pk=term.subscription_id)
    if there := Refund.objects.filter(request=request, term__subscription=subscription).first():
        return there
    if credit_orders.is_owed(term.order):
        raise CannotGiveBack(_("It was not paid yet, so nothing can be given back."))
    left = refundable.of(term)
    whole = sum(part.minor for part in left)
    if subscription.ended_at or money.currency != term.currency or not 0 < money.minor <= whole:
        raise CannotGiveBack(
            _("Of this term %(left)s can be given back.") % {"left": Money(whole, term.currency)}
        )
    parts = refundable.share_of(left, money.minor)
    balance = next(one for one in standing.of_one(subscription).balances if one.term.pk == term.pk)
    return give(balance, parts, Refund.Kind.GOODWILL, request, at, by)


def take_over(*, at: datetime) -> int:
    """Promise what staff gave back at a provider of terms that go on; return of how many terms.

    What is on its way there may fail yet, and waits. What ends takes over by itself.
    """
    went = refundable.begun_there(Attempt.objects.filter(kind=Attempt.Kind.CHARGE))
    references = went.filter(state=Attempt.State.SUCCEEDED).values_list(
        "charge__reference", flat=True
    )
    orders = [one.removeprefix("order:") for one in references if one.startswith("order:")]
    taken = 0
    for term in Term.objects.filter(order__key__in=orders).order_by("pk"):
        try:
            with transaction.atomic():
                Subscription.objects.select_for_update().get(pk=term.subscription_id)
                taken += _take_over(term, at)
        except Exception as error:  # One payment must not keep the others from being seen to.
            about = term.order.reference
            logger.exception(
                "What was given back of %s at its provider is not in the books.", about
            )
            Difference.note(
                Difference.Kind.NOT_ENDED, term.order.provider, about, str(error), at=at
            )
    return taken


def take_off(
    balance: Balance, occasion: str, left: tuple[Part, ...], at: datetime, by: User | None
) -> None:
    """Write down that what is left of a term is owed no more."""
    Deduction.objects.create(
        subscription=balance.term.subscription,
        term=balance.term,
        kind=Deduction.Kind.CANCELLED,
        copies=balance.left,
        minor=sum(part.minor for part in left),
        currency=balance.term.currency,
        occasion=occasion,
        at=at,
        by=by,
    )


def _by_payment(term: Term, parts: tuple[Part, ...]) -> list[tuple[Term, tuple[Part, ...]]]:
    """Return which parts each payment that a term consists of brought, its own first."""
    found = []
    for payment in refundable.paid_by(term):
        own = refundable.paid_for(payment, parts)
        parts = tuple(part for part in parts if part not in own)
        # What was paid before has another invoice.
        found.append((payment, own))
    return found


def _take_over(payment: Term, at: datetime) -> bool:
    """Promise what staff gave back of a payment at its provider: it went, so it is goodwill.

    Without that what went would stand in the books as owed to us, and its tax as owed by us.
    Say whether there was anything.
    """
    found = refundable.given_elsewhere(payment)
    for attempt, parts in found:
        money = deals.total(parts, payment.currency)
        refund = Refund.objects.create(
            term=payment,
            kind=Refund.Kind.GOODWILL,
            minor=money.minor,
            currency=payment.currency,
            parts=deals.parts_to_json(parts),
            attempt=attempt,
            request=attempt.key,
            asked_at=attempt.created_at,
        )
        invoicing.for_refund(refund, at=at)
        _book(refund, parts, (), Money(0, payment.currency), at, None)
    return bool(found)


def _book(
    refund: Refund,
    parts: tuple[Part, ...],
    left: tuple[Part, ...],
    taken: Money,
    at: datetime,
    by: User | None,
) -> None:
    """Write parts that are promised back in the books, and what is owed no more of a term."""
    term = refund.term
    lines = [
        journal.credit(journal.REFUNDS_DUE, deals.total(parts, term.currency) - taken),
        journal.credit(journal.CHARGEBACKS, taken),
    ]
    nets = {part.component: part.net for part in left}
    lines += [
        journal.debit(journal.deferred(part.component), Money(part.net, term.currency))
        for part in left
    ]
    for part in parts:
        if part.tax:
            lines.append(journal.debit(part.tax_account, Money(part.tax, term.currency)))
        nets[part.component] = nets.get(part.component, 0) - part.net
    for component, less in nets.items():
        lines.append(journal.credit(journal.given_back(component), Money(less, term.currency)))
    if any(line.money for line in lines):
        journal.post(
            f"refund-due:{refund.key}", lines, kind="refund-due", at=at, memo=str(term), by=by
        )


def _promise(
    term: Term,
    give: tuple[Part, ...],
    kind: Refund.Kind,
    request: UUID,
    at: datetime,
    by: User | None,
) -> Refund:
    """Write down that money is to go back to the payment of a term, with its credit note."""
    money = deals.total(give, term.currency)
    refund = Refund(
        term=term,
        kind=kind,
        minor=money.minor,
        currency=term.currency,
        parts=deals.parts_to_json(give),
        request=request,
        asked_at=at,
        by=by,
    )
    if money:
        refund.attempt = attempts.refund(
            _charge(term, money), money, reference=f"refund:{refund.key}", request=refund.key, at=at
        )
    refund.save()
    invoicing.for_refund(refund, at=at)
    return refund


def _charge(term: Term, money: Money) -> Attempt:
    for charge in refundable.charges(term):
        if attempts.refundable(charge).minor >= money.minor:
            return charge
    raise CannotGiveBack(_("Too much was given back of this payment already."))
