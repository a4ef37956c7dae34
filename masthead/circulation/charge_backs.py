"""Charge-backs: what a payer's bank has taken back for good was opened for nothing, and is closed.

A dispute that is open closes nothing: until it is known who is right, only renewals wait. Once it is
lost, a subscription ends and a single copy is its reader's no more. Nothing is paid back, not even
what was promised meanwhile; the part of the loss that was not served yet is none. See
docs/decisions/0042.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, Sum

from masthead.circulation import endings, refundable, single_returns
from masthead.circulation.models import SingleCopy, Term
from masthead.payments import attempts, refusals
from masthead.payments.models import Attempt, Difference, Dispute

logger = logging.getLogger(__name__)

LOOKED_BACK = timedelta(days=30)
"""For so long a dispute that was lost while nobody listened is caught up with."""


def lost(dispute: Dispute, *, at: datetime) -> bool:
    """Close what a lost dispute's money had opened; say whether there was anything to close.

    A bank that takes only a part of the money closes nothing, nor does one that takes an agency's
    money for many orders, or that of a gift which nobody has taken yet: staff decide. What was
    promised back of it and never went is not sent any more. Again, nothing changes.
    """
    charge = dispute.charge
    if dispute.state != Dispute.State.LOST:
        return False
    takes_all = dispute.minor >= attempts.refundable(charge).minor
    _settle_promises(dispute, at)
    if not takes_all:
        return False
    kind, _colon, key = charge.reference.partition(":")
    if kind == "single":
        copy = SingleCopy.objects.filter(key=key).first()
        return copy is not None and single_returns.charge_back(copy, at=at)
    term = Term.objects.filter(order__key=key).first() if kind == "order" else None
    if term is None:
        return False
    newest = _gone_over_into(term)
    return endings.charge_back(newest.subscription, frozenset([term.pk]), request=charge.key, at=at)


def catch_up(*, at: datetime) -> int:
    """Close what was not closed when a dispute was lost, as after a crash; return how much.

    It goes on past what cannot be closed: staff are told of that.
    """
    late = Dispute.objects.filter(state=Dispute.State.LOST, ended_at__gt=at - LOOKED_BACK)
    closed = 0
    for dispute in late.select_related("charge"):
        try:
            closed += lost(dispute, at=at)
        except Exception as error:  # One dispute must not keep the others from being seen to.
            about = dispute.charge.reference
            logger.exception("What %s had opened could not be closed.", about)
            Difference.note(Difference.Kind.NOT_ENDED, dispute.provider, about, str(error), at=at)
    return closed


@transaction.atomic
def _settle_promises(dispute: Dispute, at: datetime) -> None:
    """Settle what was promised back before with what the bank took, if it took all there was.

    Else it is not sent either: whether it is owed on top of what the bank took, staff decide.
    """
    charge = Attempt.objects.select_for_update().get(pk=dispute.charge_id)
    never_went = Q(state=Attempt.State.CREATED, sent_at=None) | Q(state=Attempt.State.FAILED)
    given_up = Q(state=Attempt.State.DROPPED)
    went = charge.refunds.exclude(never_went | given_up).aggregate(sum=Sum("minor"))["sum"] or 0
    promised = Q(promised_as__isnull=False) | Q(single_copy__isnull=False)
    waiting = charge.refunds.filter(never_went & promised, created_at__lte=dispute.ended_at)
    for refund in waiting.order_by("created_at", "pk"):
        if dispute.minor >= charge.minor - went:
            refusals.settle_with(dispute, refund, at=at)
            refusals.differences_of(refund).update(settled_at=at)
        else:
            refusals.refuse(refund, at=at)


def _gone_over_into(term: Term) -> Term:
    """Return the term that what was paid for another is served in by now."""
    after = Term.objects.filter(order__renews=term, order__kind__in=refundable.MOVED_INTO).first()
    return _gone_over_into(after) if after else term
