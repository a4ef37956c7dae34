"""Opening terms: an order is paid, and so many copies are owed."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from django.db import transaction

from masthead.circulation import deals, invoicing, standing, times
from masthead.circulation.deals import Part
from masthead.circulation.models import (
    Deduction,
    Order,
    Present,
    ServiceRecord,
    Subscription,
    Term,
)
from masthead.circulation.standing import Account, Balance
from masthead.editorial.models import Title
from masthead.money import Money
from masthead.payments import journal
from masthead.payments.journal import Line


class NotPaid(Exception):
    """The money for this order is not in the books."""


class TooLate(Exception):
    """What the order renews has ended or was renewed by another, or who it is for was erased.

    Its money is to go back.
    """


@transaction.atomic
def open_paid(order: Order, *, charge: str, at: datetime, first: int | None = None) -> Term:
    """Open the term that an order is for, now that its money is in the books.

    Opening it again changes nothing. Copies of grace that were served before are taken off it,
    and earned. A renewal is served after the last term, so renewing early loses nothing.

    Args:
        order: read afresh.
        charge: the key of the entry that the money came in by; empty for what costs nothing.
        at: the moment, timezone-aware.
        first: the issue that it begins with, where that is not as its offer says.

    Raises:
        NotPaid: see the class.
        TooLate: see the class.
    """
    order = Order.objects.select_for_update().get(pk=order.pk)
    if there := Term.objects.filter(order=order).first():
        return there
    if order.minor and not (charge and journal.is_booked(charge)):
        raise NotPaid(f"{order.reference} has not been paid.")
    subscription = still_running(order) or _subscribe(order, at)
    if order.kind == Order.Kind.UPGRADE:
        return _go_over(order, subscription, at)
    _go_on(subscription, order)
    term = _term(order, subscription, at, first)
    if order.minor:
        book_sale(term, memo=str(term), at=at)
        invoicing.for_term(term, at=at)
    recoup(subscription, term, at=at)
    return term


@transaction.atomic
def open_on_credit(order: Order, *, at: datetime) -> Term:
    """Open the term of an order whose money is still to come; its invoice is the caller's to write.

    Args:
        order: on credit, read afresh.
        at: the moment, timezone-aware.

    Raises:
        TooLate: what it renews has ended, or was renewed by another.
    """
    subscription = still_running(order) or _subscribe(order, at)
    term = _term(order, subscription, at, None)
    book_sale(term, memo=str(term), at=at, owed=True)
    return term


def _go_over(order: Order, subscription: Subscription, at: datetime) -> Term:
    """Open the term that takes over what is left of another, and what was paid to change it."""
    account = standing.of_one(subscription)
    balance = account.balances[-1]
    # What is deferred stays where it is: the same components are owed in another term.
    moved, old = unearned(balance), balance.term
    parts = (*moved, *deals.parts_from_json(order.parts))
    Deduction.objects.create(
        subscription=subscription,
        term=old,
        kind=Deduction.Kind.MOVED,
        copies=balance.left,
        minor=sum(part.minor for part in moved),
        currency=old.currency,
        occasion=f"moved:{old.key}",
        at=at,
    )
    term = Term.objects.create(
        subscription=subscription,
        sequence=old.sequence + 1,
        order=order,
        version=order.version,
        renews=old,
        copies=balance.left,
        minor=sum(part.minor for part in parts),
        currency=old.currency,
        parts=deals.parts_to_json(parts),
        with_print=order.with_print,
        first_sequence=max(old.first_sequence, account.last_read + 1),
        opened_at=at,
    )
    if order.minor:
        book_sale(term, memo=str(term), at=at)
        invoicing.for_term(term, at=at)
    if not order.agreed_to and subscription.stopped_at is None:
        # They did not agree to the new price, so nothing more is charged.
        subscription.stopped_at = at
        subscription.save(update_fields=["stopped_at"])
    return term


def still_running(order: Order) -> Subscription | None:
    """Return the subscription that an order renews or changes, its row held; None of a first one.

    Raises:
        TooLate: it has ended, its term was renewed already, or nothing is left to be changed.
    """
    if order.subscription_id is None:
        return None
    subscription = Subscription.objects.select_for_update().get(pk=order.subscription_id)
    if subscription.ended_at:
        raise TooLate(f"{subscription} had ended before {order.reference} was paid.")
    if order.renews_id and Term.objects.filter(renews=order.renews_id).exists():
        raise TooLate(f"{order.reference} renews a term that was renewed already.")
    if order.kind == Order.Kind.UPGRADE:
        last = standing.of_one(subscription).balances[-1]
        if last.term.pk != order.renews_id or not last.left:
            raise TooLate(f"Nothing is left of what {order.reference} changes.")
    return subscription


def book_sale(term: Term, *, memo: str, at: datetime, owed: bool = False) -> None:
    """Write in the books that money received is owed in copies now; once, however often.

    With `owed` it was not received: whoever ordered owes it.
    """
    account = journal.RECEIVABLE if owed else journal.RECEIVED
    money = journal.debit(account, term.order.money)
    journal.post(f"term:{term.key}", [money, *sold_lines(term)], kind="sold", at=at, memo=memo)


def sold_lines(term: Term) -> list[Line]:
    """Return what a sale adds to what is owed: copies by component, and taxes."""
    lines = []
    for part in deals.parts_from_json(term.order.parts):
        lines.append(
            journal.credit(journal.deferred(part.component), Money(part.net, term.currency))
        )
        if part.tax:
            lines.append(journal.credit(part.tax_account, Money(part.tax, term.currency)))
    return lines


def recoup(subscription: Subscription, term: Term, *, at: datetime) -> int:
    """Take copies that were served in grace off a new term, and return how many."""
    owed = standing.of_one(subscription).grace_owed
    copies = min(owed, term.copies)
    if copies <= 0:
        return 0
    Deduction.objects.create(
        subscription=subscription,
        term=term,
        kind=Deduction.Kind.RECOUPED,
        copies=copies,
        currency=term.currency,
        minor=sum(part.gross(copies, term.copies) for part in term.components),
        occasion=f"recouped:{term.key}",
        at=at,
    )
    lines = []
    for part in term.components:
        money = Money(part.earned(copies, term.copies), term.currency)
        lines += journal.earned(part.component, money)
    if any(line.money for line in lines):
        journal.post(f"recouped:{term.key}", lines, kind="served", at=at, memo=str(term))
    return copies


def unearned(balance: Balance) -> tuple[Part, ...]:
    """Return what of a term has not been earned, by component, with the tax it contains."""
    if balance.is_over:
        return ()
    of, used = balance.of, balance.used
    left = []
    for part in balance.term.components:
        net = part.net - part.earned(used, of)
        tax = part.tax - part.tax_on(used, of)
        if net or tax:
            left.append(
                Part(part.component, net + tax, tax, part.tax_account, part.rate, part.rate_name)
            )
    return tuple(left)


def first_sequence(title: Title, starts: str, at: datetime) -> int:
    """Return the sequence of the issue that a new subscription begins with.

    That on sale, or the one after it. Without any issue on sale yet it is the first to come.
    """
    newest = standing.newest_sequence(title.pk)
    return newest if starts == "current" and newest else newest + 1


def _subscribe(order: Order, at: datetime) -> Subscription:
    subscription = Subscription.objects.create(
        title=order.version.offer.title,
        reader=order.reader or order.payer,
        payer=order.payer,
        opened_at=at,
        stopped_at=None if order.agreed_to else at,
    )
    order.subscription = subscription
    order.save(update_fields=["subscription"])
    return subscription


def _go_on(subscription: Subscription, order: Order) -> None:
    """Let a subscription renew again whose payer has agreed to it since they stopped it."""
    stopped = subscription.stopped_at
    agreed = order.kind == Order.Kind.RENEWAL and order.agreed_to
    if agreed and stopped and stopped < order.ordered_at:
        subscription.stopped_at = None
        subscription.save(update_fields=["stopped_at"])
    elif order.kind == Order.Kind.RENEWAL and not order.agreed_to and stopped is None:
        # They paid another price, and did not agree that it goes on at that.
        subscription.stopped_at = order.ordered_at
        subscription.save(update_fields=["stopped_at"])


def _first_sequence(account: Account, starts: str, at: datetime) -> int:
    title = account.subscription.title
    if not account.balances or account.state(at, standing.newest_sequence(title.pk)) == "expired":
        # Issues that came out while nobody paid are not served after the fact.
        first = first_sequence(title, starts, at)
        return first + _has(account.subscription, first)
    return max(account.balances[-1].term.first_sequence, account.last_read + 1)


def _has(subscription: Subscription, sequence: int) -> bool:
    """Say whether the reader has had that issue by another subscription of theirs."""
    return (
        ServiceRecord.objects.filter(
            subscription__reader=subscription.reader_id,
            issue__publication=subscription.title_id,
            issue__sequence=sequence,
        )
        .exclude(subscription=subscription)
        .exists()
    )


def _term(order: Order, subscription: Subscription, at: datetime, issue: int | None) -> Term:
    deal, last = order.version.deal, subscription.terms.order_by("sequence").last()
    title, account = subscription.title, standing.of_one(subscription)
    begins = ends = None
    if deal.basis == "period":
        begins, first = _begins(account, at)
        ends = standing.midnight(title, _last_day(account, first, deal.months))
    # What was booked for a gift when it was paid is known by the key of its term.
    gift = Present.objects.filter(order=order).first()
    return Term.objects.create(
        key=gift.key if gift else uuid.uuid4(),
        subscription=subscription,
        sequence=last.sequence + 1 if last else 1,
        order=order,
        version=order.version,
        renews=order.renews,
        copies=deal.copies,
        starts_at=begins,
        ends_at=ends,
        minor=order.minor,
        currency=order.currency,
        parts=order.parts,
        with_print=order.with_print,
        first_sequence=issue or _first_sequence(account, deal.starts, at),
        opened_at=at,
    )


def _begins(account: Account, at: datetime) -> tuple[datetime, date]:
    """Return when a time begins, and on which day: after the one before it, also in its grace."""
    last = account.balances[-1] if account.balances else None
    if last and last.has_no_end:
        # It begins once a pause is over, whenever that is: its days are counted as if tomorrow.
        tomorrow = account.subscription.title.day(at) + times.DAY
        return standing.midnight(account.subscription.title, tomorrow), tomorrow
    if last and last.time and last.ends and (at < last.ends or account.in_days_of_grace(at)):
        return last.ends, last.time.end(account.resting)
    return at, account.subscription.title.day(at)


def _last_day(account: Account, first: date, months: int) -> date:
    """Return the day so many months on: the same day of the month as the first term began with.

    So who began on the 31st goes on until the 31st again, though a shorter month lay between.
    """
    end, total = times.months_after(first, months), 0
    for balance in reversed(account.balances):
        if balance.time is None:
            break
        total += balance.term.deal.months
        if times.months_after(balance.time.first, total) == first:
            end = times.months_after(balance.time.first, total + months)
    return end
