"""Refunds that were promised and refused: what staff do about each, once.

send_again(refund, …)         the provider is asked anew
sent_by_hand(refund, way, …)  it went by transfer or cheque in place of it
given_by_bank(refund, …)      the payer's bank has given it back in a dispute that is lost

Each puts `payments.refusals` beside the promise, and closes what staff were told of it.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _

from masthead.circulation import giving_back, refundable
from masthead.payments import by_hand, refusals, settling
from masthead.payments.models import Attempt, Difference, Dispute
from masthead.payments.refusals import CannotTryAgain
from masthead.people.models import User

REFUSALS = (CannotTryAgain, by_hand.NotByHand)
"""Whatever may be said instead of doing it, fit to show to staff."""


def promised() -> QuerySet[Attempt]:
    """Return the refunds that somebody was promised; what failed of one is kept beside it."""
    by_term_or_copy = Q(promised_as__isnull=False) | Q(single_copy__isnull=False)
    return Attempt.objects.filter(by_term_or_copy, kind=Attempt.Kind.REFUND)


def send_again(refund: Attempt, *, at: datetime, by: User) -> Attempt:
    """Ask the provider for it anew, unless staff gave the same sum there meanwhile: then it went.

    Not to be called inside a transaction.

    Raises:
        CannotTryAgain: see the class.
    """
    with transaction.atomic():
        told, found = _told(refund), _given_there(refund)
        refund = refusals.went_as(refund, found) if found else refusals.try_again(refund, at=at)
        _settle(told, _("Sent again"), at, by)
    if not found:
        giving_back.send_one(refund, at=at)
        refund.refresh_from_db()
    return refund


@transaction.atomic
def sent_by_hand(refund: Attempt, way: str, *, at: datetime, by: User) -> Attempt:
    """Write down that staff sent it by a way to pay that no provider does.

    Raises:
        CannotTryAgain: see the class; also where the same sum was given at the provider.
        NotByHand: its provider says by itself what was paid.
    """
    told = _told(refund)
    if _given_there(refund):
        raise CannotTryAgain(
            _("That sum was given back at the payment service already. Choose “Send it again”: it is not sent twice, and the two are put together.")
        )  # fmt: skip
    refund = refusals.try_again(refund, at=at, way=way)
    refund = settling.moved(refund, _("In place of a refund that was refused"), at=at, by=by)
    _settle(told, _("Sent by hand"), at, by)
    return refund


@transaction.atomic
def given_by_bank(refund: Attempt, *, at: datetime, by: User) -> Attempt:
    """Settle it with what the payer's bank took of the payment; nothing is sent.

    Raises:
        CannotTryAgain: no dispute about so much was lost, or it was seen to.
    """
    # Held, so that two refunds of one payment are not both said to be what the bank took.
    Attempt.objects.select_for_update().get(refunds=refund)
    told = _told(refund)
    dispute = lost_about(refund)
    if dispute is None or not refusals.settle_with(dispute, refund, at=at):
        raise CannotTryAgain(_("The payer’s bank has not taken so much back, or it was seen to."))
    _settle(told, _("The payer’s bank gave it back"), at, by)
    refund.refresh_from_db()
    return refund


def lost_about(refund: Attempt) -> Dispute | None:
    """Return a dispute by which the payer's bank has taken so much of the payment, and more was not said."""
    lost = Dispute.objects.filter(charge=refund.charge_id, state=Dispute.State.LOST)
    settled = Attempt.objects.filter(charge=refund.charge_id, problem=refusals.BROUGHT_BACK)
    said = settled.aggregate(sum=Sum("minor"))["sum"] or 0
    return lost.filter(minor__gte=refund.minor + said).first()


def _given_there(refund: Attempt) -> Attempt | None:
    payment = Attempt.objects.filter(refunds=refund)
    there = refundable.begun_there(payment).filter(single_copy=None, minor=refund.minor)
    return there.first()


def _told(refund: Attempt) -> list[int]:
    return list(refusals.differences_of(refund).values_list("pk", flat=True))


def _settle(told: list[int], note: str, at: datetime, by: User) -> None:
    for difference in Difference.objects.open().filter(pk__in=told):
        settling.settle(difference, note, at=at, by=by)
