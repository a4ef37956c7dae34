"""Money back for single copies: by who bought one, while it is in the house; by staff at any time.

    take_back(copy, …)   the reader changes their mind before a printed copy has a label
    give_back(copy, …)   staff give its whole price back, for a reason, or ask for it above the limit
    approve(waits, …)    somebody else agrees: now it goes
    charge_back(copy, …) the payer's bank has taken the money back: it is closed
    forget(copy, …)      its reader is gone: nothing is sent, nothing goes back

The law knows no right to withdraw from a single copy of a periodical (EU Directive 2011/83,
art. 16(j)); this is said before it is paid.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from masthead.circulation import giving_back, invoicing, refundable, signals, stock
from masthead.circulation.models import SingleCopy
from masthead.circulation.single_books import account
from masthead.money import Money
from masthead.payments import attempts, four_eyes, journal
from masthead.payments.four_eyes import CannotDecide
from masthead.payments.journal import Line
from masthead.payments.models import Attempt, Dispute, RefundDecision, RefundRequest
from masthead.people.models import User


class CannotReturn(Exception):
    """It is read or on its way, or its money went back already. Fit to show to whoever asks."""


REFUSALS = (CannotReturn, CannotDecide)
"""Whatever may be said instead of doing it, fit to show to staff."""

RETURN = "return"
"""How a request for a refund calls what is done about a single copy: its whole price goes back."""


def can_take_back(copy: SingleCopy) -> bool:
    """Say whether its reader can have its money back now: printed, paid for, without a label.

    Of a list, fetch the labels along.
    """
    return (
        copy.is_printed
        and copy.paid_at is not None
        and not (copy.earned_at or copy.returned_at or copy.given_up_at)
        and not hasattr(copy, "label")
    )


@transaction.atomic
def take_back(copy: SingleCopy, *, request: UUID, at: datetime) -> SingleCopy:
    """Promise a reader the price of a printed copy back that has no label yet.

    Args:
        copy: read afresh.
        request: the one-time key of the form; a second time it changes nothing.
        at: the moment, timezone-aware.

    Raises:
        CannotReturn: see the class.
    """
    copy = SingleCopy.objects.select_for_update().get(pk=copy.pk)
    if _was_asked(copy, request):
        return copy
    if not can_take_back(copy):
        raise CannotReturn(_("It is on its way already, so it cannot be taken back here."))
    return _return(copy, request, at, None)


@transaction.atomic
def give_back(
    copy: SingleCopy, *, reason: str, request: UUID, at: datetime, by: User
) -> RefundRequest | None:
    """Promise the whole price of a copy back, delivered or not; who had it to read has it no more.

    One without a label goes back into the store. Above the owner's limit nothing goes yet: what
    is returned then waits for a second person.

    Args:
        copy: read afresh.
        reason: why, for the daybook; names nobody.
        request: the one-time key of the form; a second time it changes nothing.
        at: the moment, timezone-aware.
        by: who of the staff.

    Raises:
        CannotReturn: it was not paid or went back already, it is one's own, another refund of it
            waits, or its payer's bank has asked the money back.
    """
    copy = SingleCopy.objects.select_for_update().get(pk=copy.pk)
    if there := RefundRequest.objects.filter(request=request).first():
        return there
    if _was_asked(copy, request):
        return None
    if by.pk == copy.reader_id:
        raise CannotReturn(_("You bought it yourself. Have somebody else decide."))
    if not reason.strip():
        raise CannotReturn(_("Write down why."))
    if RefundRequest.objects.waiting().filter(about=copy.reference).exists():
        raise CannotReturn(_("A refund of it waits for a second person. Have that decided first."))
    _see(copy)
    if four_eyes.needs_second(copy.money, already=_lately(copy, at)):
        waits = four_eyes.ask(
            copy.reference, RETURN, copy.money, reason=reason.strip()[:200], request=request, at=at, by=by
        )  # fmt: skip
        _log(copy, "ask", by, reason)
        return waits
    _log(copy, "give_back", by, reason)
    _return(copy, request, at, by)
    return None


@transaction.atomic
def approve(waiting: RefundRequest, *, at: datetime, by: User) -> SingleCopy:
    """Agree to a refund that somebody else asked for, and promise the price back.

    Raises:
        CannotDecide: it was decided, or `by` asked for it.
        CannotReturn: it can no longer be given back, or it is one's own.
    """
    copy = SingleCopy.objects.select_for_update().get(key=_key(waiting))
    four_eyes.decide(waiting, approved=True, at=at, by=by)
    if by.pk == copy.reader_id:
        raise CannotReturn(_("You bought it yourself. Have somebody else decide."))
    _see(copy)
    _log(copy, "agree", by, waiting.reason)
    return _return(copy, waiting.request, at, by)


@transaction.atomic
def decline(waiting: RefundRequest, *, reason: str, at: datetime, by: User) -> RefundDecision:
    """Have a refund not made, for a reason; who asked may take it back like this.

    Raises:
        CannotDecide: it was decided, or there is no reason.
    """
    decision = four_eyes.decide(waiting, approved=False, at=at, by=by, reason=reason)
    _log(SingleCopy.objects.get(key=_key(waiting)), "decline", by, reason)
    return decision


def is_about(waiting: RefundRequest) -> bool:
    """Say whether a request is for a single copy, and to be decided here."""
    return waiting.about.startswith("single:")


def of_requests(waiting: Iterable[RefundRequest]) -> dict[int, SingleCopy]:
    """Return the single copy that each request is about, by the request's row; one query."""
    keys = {one.pk: _key(one) for one in waiting if is_about(one)}
    found = SingleCopy.objects.filter(key__in=set(keys.values()))
    by_key = {str(one.key): one for one in found.select_related("issue__publication", "reader")}
    return {pk: by_key[key] for pk, key in keys.items() if key in by_key}


@transaction.atomic
def charge_back(copy: SingleCopy, *, at: datetime) -> bool:
    """Close a copy whose money the payer's bank has taken back; say whether it was theirs.

    It is read no more. A printed one that has no label is anybody's again; what was not delivered
    is no loss, and has a credit note.
    """
    copy = SingleCopy.objects.select_for_update().get(pk=copy.pk)
    if copy.paid_at is None or copy.returned_at or copy.given_up_at:
        return False
    _give_up(copy, at)
    if copy.earned_at:
        return True
    lines = [journal.credit(journal.CHARGEBACKS, copy.money)]
    for part in copy.components:
        net = Money(part.net, copy.currency)
        lines.append(journal.debit(journal.deferred(account(part.component)), net))
        if part.tax:
            lines.append(journal.debit(part.tax_account, Money(part.tax, copy.currency)))
    occasion = f"charge-back:{copy.key}"
    journal.post(occasion, lines, kind="charge-back", at=at, memo=copy.number)
    invoicing.for_returned(copy, occasion=occasion, at=at, is_paid=False)
    return True


@transaction.atomic
def forget(copy: SingleCopy, *, at: datetime) -> None:
    """Send nothing to a reader who is gone; what was paid for it is kept, on an account of its own."""
    copy = SingleCopy.objects.select_for_update().get(pk=copy.pk)
    if copy.earned_at or copy.returned_at or copy.given_up_at:
        return
    if copy.paid_at is not None and hasattr(copy, "label"):
        # It is on its way; the run says who it was for until it is dispatched.
        return
    _give_up(copy, at)
    if copy.paid_at is None:
        return
    lines: list[Line] = []
    for part in copy.components:
        money = Money(part.net, copy.currency)
        lines += [
            journal.debit(journal.deferred(account(part.component)), money),
            journal.credit(journal.given_up(account(part.component)), money),
        ]
    journal.post(f"given-up:{copy.key}", lines, kind="given-up", at=at, memo=copy.number)


def send(copy: SingleCopy, *, at: datetime) -> None:
    """Send promised money on its way; what cannot go now goes with a sweep.

    Not to be called inside a transaction.
    """
    if copy.refund:
        giving_back.send_one(copy.refund, at=at)


def _key(waiting: RefundRequest) -> str:
    return waiting.about.removeprefix("single:")


def _see(copy: SingleCopy) -> None:
    """Refuse what is not there to be given back."""
    if copy.paid_at is None or copy.returned_at or copy.given_up_at:
        raise CannotReturn(_("Nothing of it is left to give back."))
    taken = Dispute.objects.exclude(state=Dispute.State.WON)
    if taken.filter(charge__reference=copy.reference).exists():
        raise CannotReturn(
            _("The payer’s bank has asked this money back already; it would be paid twice.")
        )


def _log(copy: SingleCopy, what: str, by: User, reason: str) -> None:
    said = {"why": reason.strip()[:200], "sum": str(copy.money)}
    log(copy, f"masthead.single_copy.{what}", user=by, data=said)


def _lately(copy: SingleCopy, at: datetime) -> int:
    """Return what staff gave a reader back for single copies lately: it counts as one sum."""
    given = SingleCopy.objects.filter(
        reader=copy.reader_id, currency=copy.currency, returned_by__isnull=False
    )
    lately = given.filter(returned_at__gt=at - giving_back.LATELY)
    return int(lately.aggregate(sum=Sum("minor"))["sum"] or 0)


def _give_up(copy: SingleCopy, at: datetime) -> None:
    copy.given_up_at = at
    copy.save(update_fields=["given_up_at"])
    if copy.is_printed and not copy.earned_at and not hasattr(copy, "label"):
        stock.put_back(copy.issue)


def _was_asked(copy: SingleCopy, request: UUID) -> bool:
    return copy.refund is not None and copy.refund.request == request


def _return(copy: SingleCopy, request: UUID, at: datetime, by: User | None) -> SingleCopy:
    charge = Attempt.objects.filter(
        kind=Attempt.Kind.CHARGE, state=Attempt.State.SUCCEEDED, reference=copy.reference
    ).earliest("settled_at", "pk")
    try:
        copy.refund = attempts.refund(
            charge, copy.money, reference=f"refund:{copy.key}", request=request, at=at
        )
    except attempts.CannotRefund as refusal:
        # Staff may have given all of it back at the provider already.
        went = refundable.begun_there(Attempt.objects.filter(pk=charge.pk))
        copy.refund = went.filter(minor=copy.minor, single_copy=None).first()
        if copy.refund is None:
            raise CannotReturn(str(refusal)) from None
    copy.returned_at, copy.returned_by = at, by
    copy.save(update_fields=["refund", "returned_at", "returned_by"])
    lines = [journal.credit(journal.REFUNDS_DUE, copy.money)]
    of = journal.given_back if copy.earned_at else journal.deferred
    for part in copy.components:
        lines.append(journal.debit(of(account(part.component)), Money(part.net, copy.currency)))
        if part.tax:
            lines.append(journal.debit(part.tax_account, Money(part.tax, copy.currency)))
    journal.post(f"refund-due:{copy.key}", lines, kind="refund-due", at=at, memo=copy.number, by=by)
    invoicing.for_returned(copy, occasion=f"refund:{copy.key}", at=at)
    if copy.is_printed and not hasattr(copy, "label"):
        stock.put_back(copy.issue)
    transaction.on_commit(lambda: signals.to_be_confirmed.send(SingleCopy))
    return copy
