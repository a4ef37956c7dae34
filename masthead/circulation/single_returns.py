"""Money back for single copies: by who bought one, while it is in the house; by staff at any time.

    take_back(copy, …)   the reader changes their mind before a printed copy has a label
    give_back(copy, …)   staff give its whole price back, for a reason
    forget(copy, …)      its reader is gone: nothing is sent, nothing goes back

The law knows no right to withdraw from a single copy of a periodical (EU Directive 2011/83,
art. 16(j)); this is said before it is paid.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from masthead.circulation import giving_back, invoicing, signals, stock
from masthead.circulation.models import SingleCopy
from masthead.circulation.single_copies import account
from masthead.money import Money
from masthead.payments import attempts, four_eyes, journal
from masthead.payments.journal import Line
from masthead.payments.models import Attempt, Dispute
from masthead.people.models import User


class CannotReturn(Exception):
    """It is read or on its way, or its money went back already. Fit to show to whoever asks."""


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
) -> SingleCopy:
    """Promise the whole price of a copy back, delivered or not; who had it to read has it no more.

    One without a label goes back into the store.

    Args:
        copy: read afresh.
        reason: why, for the daybook; names nobody.
        request: the one-time key of the form; a second time it changes nothing.
        at: the moment, timezone-aware.
        by: who of the staff.

    Raises:
        CannotReturn: it was not paid or went back already, it is one's own, its payer's bank has
            asked the money back, or it is more than one person may give back.
    """
    copy = SingleCopy.objects.select_for_update().get(pk=copy.pk)
    if _was_asked(copy, request):
        return copy
    if copy.paid_at is None or copy.returned_at or copy.given_up_at:
        raise CannotReturn(_("Nothing of it is left to give back."))
    if by.pk == copy.reader_id:
        raise CannotReturn(_("You bought it yourself. Have somebody else decide."))
    if not reason.strip():
        raise CannotReturn(_("Write down why."))
    if four_eyes.needs_second(copy.money, already=_lately(copy, at)):
        raise CannotReturn(
            _("That is more than one person may give back; of single copies nobody can ask for it.")
        )
    taken = Dispute.objects.exclude(state=Dispute.State.WON)
    if taken.filter(charge__reference=copy.reference).exists():
        raise CannotReturn(
            _("The payer’s bank has asked this money back already; it would be paid twice.")
        )
    log(copy, "masthead.single_copy.give_back", user=by, data={"why": reason.strip()[:200]})
    return _return(copy, request, at, by)


@transaction.atomic
def forget(copy: SingleCopy, *, at: datetime) -> None:
    """Send nothing to a reader who is gone; what was paid for it is kept, on an account of its own."""
    copy = SingleCopy.objects.select_for_update().get(pk=copy.pk)
    if copy.earned_at or copy.returned_at or copy.given_up_at:
        return
    if copy.paid_at is not None and hasattr(copy, "label"):
        # It is on its way; the run says who it was for until it is dispatched.
        return
    copy.given_up_at = at
    copy.save(update_fields=["given_up_at"])
    if copy.is_printed:
        stock.put_back(copy.issue)
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


def _lately(copy: SingleCopy, at: datetime) -> int:
    """Return what staff gave a reader back for single copies lately: it counts as one sum."""
    given = SingleCopy.objects.filter(
        reader=copy.reader_id, currency=copy.currency, returned_by__isnull=False
    )
    lately = given.filter(returned_at__gt=at - giving_back.LATELY)
    return int(lately.aggregate(sum=Sum("minor"))["sum"] or 0)


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
    invoicing.for_returned(copy, at=at)
    if copy.is_printed and not hasattr(copy, "label"):
        stock.put_back(copy.issue)
    transaction.on_commit(lambda: signals.to_be_confirmed.send(SingleCopy))
    return copy
