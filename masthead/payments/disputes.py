"""Disputes: what a payer's bank holds back leaves the books, and comes back if we are right."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from masthead.payments import journal, signals
from masthead.payments.models import Attempt, Difference, Dispute
from masthead.payments.provider import Observed
from masthead.people.models import User

ENDS = {"failed": Dispute.State.WON, "succeeded": Dispute.State.LOST}


@transaction.atomic
def note(charge: Attempt, seen: Observed, *, at: datetime) -> Dispute:
    """Bring a dispute and the books to what was observed of it; again changes nothing.

    Args:
        charge: what is disputed; read afresh and locked.
        seen: of kind `dispute`.
        at: the moment of looking.
    """
    charge = Attempt.objects.select_for_update().get(pk=charge.pk)
    dispute, is_new = Dispute.objects.get_or_create(
        provider=charge.provider,
        provider_ref=seen.ref,
        defaults={
            "charge": charge,
            "minor": seen.money.minor,
            "currency": seen.money.currency,
            "opened_at": seen.at or at,
        },
    )
    if dispute.state != Dispute.State.OPEN:
        return dispute
    end = ENDS.get(seen.status)
    dispute.reason = seen.detail[:100]
    if seen.money.minor and end != Dispute.State.WON:
        # A question may have become a dispute, which holds more back.
        dispute.minor = seen.money.minor
        _book(dispute, f"dispute:{seen.ref}", at)
    elif end == Dispute.State.WON and journal.is_booked(f"dispute:{seen.ref}"):
        _book(dispute, f"dispute-won:{seen.ref}", at, back=True)
    if end:
        dispute.state, dispute.ended_at = end, at
    dispute.save()
    if is_new:
        Difference.note(
            Difference.Kind.DISPUTED, charge.provider, seen.ref, f"{charge.reference}: {seen.detail}",
            at=at,
        )  # fmt: skip
        transaction.on_commit(lambda: signals.charge_disputed.send(Dispute, dispute=dispute))
    if end:
        transaction.on_commit(lambda: signals.dispute_ended.send(Dispute, dispute=dispute))
    return dispute


def open_of(payer: User) -> bool:
    """Say whether a payer has a dispute open: then nothing more is charged."""
    return Dispute.objects.filter(charge__payer=payer, state=Dispute.State.OPEN).exists()


def _book(dispute: Dispute, key: str, at: datetime, *, back: bool = False) -> None:
    money, there = dispute.money, journal.provider_account(dispute.provider)
    lines = [journal.debit(journal.CHARGEBACKS, money), journal.credit(there, money)]
    if back:
        lines = [journal.debit(there, money), journal.credit(journal.CHARGEBACKS, money)]
    journal.post(key, lines, kind=key.partition(":")[0], at=at, memo=dispute.charge.reference)
