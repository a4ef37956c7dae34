"""By hand: a member of staff says that money came or went where no provider can."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from masthead.payments import attempts, references, ways
from masthead.payments.models import Attempt
from masthead.payments.provider import Kind, Observed


class NotByHand(Exception):
    """A provider says by itself whether that was paid, or it is settled. Fit to show to staff."""


def to_be_sent() -> list[Attempt]:
    """Return the refunds that wait for a member of staff to send them, the oldest first."""
    named = [way.name for way in ways.by_hand()]
    waiting = Attempt.objects.to_be_sent_by_hand(named)
    return list(waiting.select_related("payer", "charge").prefetch_related("charge__bank_lines"))


@transaction.atomic
def moved(attempt: Attempt, *, at: datetime) -> Attempt:
    """Write down that the money of a charge came, or that of a refund went.

    Raises:
        NotByHand: see the class.
    """
    attempt = Attempt.objects.select_for_update().get(pk=attempt.pk)
    if "by-hand" not in ways.named(attempt.provider).abilities:
        raise NotByHand(_("Its provider says by itself whether that was paid."))
    if attempt.state in (Attempt.State.SUCCEEDED, Attempt.State.DROPPED):
        raise NotByHand(_("That is settled already."))
    ref = attempt.provider_ref or references.of(attempt.key)
    kind: Kind = "charge" if attempt.kind == Attempt.Kind.CHARGE else "refund"
    seen = Observed(ref, kind, "succeeded", attempt.money, attempt.key)
    return attempts.settle(attempt, seen, at=at, by_way_of="staff")
