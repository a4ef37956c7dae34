"""Refunds that were promised and do not go by themselves: refused, or held back for a dispute.

    is_held(refund)              the payer's bank may give it back by itself: nobody sends it yet
    refuse(refund, at=…)         it does not go: staff decide
    settle_with(dispute, refund) the payer's bank has given it back: nothing is sent
    try_again(refund, at=…)      under another key, or by another way to pay; sent by whoever asks
    went_as(refund, found)       staff gave it back at the provider meanwhile

A refund is one row for as long as it is owed, since what promised it names that row. What failed
is kept beside it, under the key that the provider knows. See docs/decisions/0042.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from masthead.payments import journal
from masthead.payments.models import Attempt, Difference, Dispute

State = Attempt.State

BROUGHT_BACK = "charged-back"
"""The problem of a refund that was dropped because the payer's bank has given it back."""

IDENTITY = (
    "key",
    "provider",
    "provider_ref",
    "origin",
    "state",
    "problem",
    "created_at",
    "sent_at",
    "settled_at",
)
"""What is another's with another try; promise, charge and sum stay."""


class CannotTryAgain(Exception):
    """It is on its way, or would be paid twice. Fit to show to staff."""


def is_held(refund: Attempt) -> bool:
    """Say whether a refund waits for a dispute about what it gives back, or for what became of it.

    One that was promised before a dispute was lost never goes by itself any more.
    """
    lost = Q(state=Dispute.State.LOST, minor__gt=0, ended_at__gte=refund.created_at)
    of_it = Dispute.objects.filter(charge=refund.charge_id)
    return (of_it.holding() | of_it.filter(lost)).exists()


def tell(refund: Attempt, *, at: datetime) -> None:
    """Tell staff that a refund was refused."""
    Difference.note(
        Difference.Kind.REFUSED, refund.provider, str(refund.key),
        f"{refund.money} {refund.reference}: {refund.problem}", at=at,
    )  # fmt: skip


@transaction.atomic
def refuse(refund: Attempt, *, at: datetime) -> None:
    """Have a refund that nobody was called for not go; staff are told, and decide."""
    waiting = Attempt.objects.filter(pk=refund.pk, state=State.CREATED, sent_at=None)
    if waiting.update(state=State.FAILED, problem="disputed", settled_at=at):
        refund.refresh_from_db()
        tell(refund, at=at)


@transaction.atomic
def settle_with(dispute: Dispute, refund: Attempt, *, at: datetime) -> bool:
    """Settle a refund that never went with what the payer's bank took; say whether it was to be.

    All that was taken left the books as a loss, so what was promised before is none.
    """
    never_went = Q(state=State.CREATED, sent_at=None) | Q(state=State.FAILED)
    mine = Attempt.objects.filter(never_went, pk=refund.pk)
    if not mine.update(state=State.DROPPED, problem=BROUGHT_BACK, settled_at=at):
        return False
    journal.post(
        f"brought-back:{refund.key}",
        [
            journal.debit(journal.REFUNDS_DUE, refund.money),
            journal.credit(journal.CHARGEBACKS, refund.money),
        ],
        kind="brought-back",
        at=at,
        memo=f"{refund.reference} {dispute.provider_ref}"[:300],
    )
    return True


@transaction.atomic
def try_again(refund: Attempt, *, at: datetime, way: str = "") -> Attempt:
    """Have a refund that was refused be one that nobody was called for yet; send it once committed.

    Args:
        refund: read afresh and locked.
        at: the moment, timezone-aware.
        way: another way to pay that it goes by; that of the payment if left out.

    Raises:
        CannotTryAgain: see the class.
    """
    refund, charge = _locked(refund)
    if charge.disputes.holding().exists():
        raise CannotTryAgain(
            _("The payer’s bank has asked this money back. Wait until that is decided.")
        )
    gone = charge.refunds.exclude(state__in=[State.FAILED, State.DROPPED])
    left = charge.minor - sum(gone.values_list("minor", flat=True))
    if refund.minor > left:
        raise CannotTryAgain(
            _("More of this payment went back meanwhile. Look at the payment service what it was.")
        )
    _become(refund, Attempt(), {
        "key": uuid.uuid4(), "provider": way or charge.provider, "provider_ref": None,
        "origin": Attempt.Origin.OURS, "state": State.CREATED, "problem": "", "created_at": at,
        "sent_at": None, "settled_at": None,
    })  # fmt: skip
    return refund


@transaction.atomic
def went_as(refund: Attempt, found: Attempt) -> Attempt:
    """Have a refund that was refused be the one that staff gave at the provider in its place.

    Raises:
        CannotTryAgain: see the class.
    """
    refund, _charge = _locked(refund)
    found = Attempt.objects.select_for_update().get(pk=found.pk)
    its = {name: getattr(found, name) for name in IDENTITY}
    found.key, found.provider_ref = uuid.uuid4(), None
    found.save(update_fields=["key", "provider_ref"])
    _become(refund, found, its)
    return refund


def differences_of(refund: Attempt) -> Any:
    """Return what staff were told of a refund that was refused or came back."""
    about = [str(refund.key), *filter(None, [refund.provider_ref])]
    kinds = (Difference.Kind.REFUSED, Difference.Kind.CAME_BACK)
    return Difference.objects.open().filter(
        kind__in=kinds, provider=refund.provider, subject__in=about
    )


def _locked(refund: Attempt) -> tuple[Attempt, Attempt]:
    charge = Attempt.objects.select_for_update().get(refunds=refund)
    refund = Attempt.objects.select_for_update().get(pk=refund.pk)
    if refund.kind != Attempt.Kind.REFUND or refund.state != State.FAILED:
        raise CannotTryAgain(_("It is on its way, or was seen to already."))
    return refund, charge


def _become(refund: Attempt, record: Attempt, new: dict[str, Any]) -> None:
    """Give a refund what is of another try, and keep what failed on another row."""
    was = {name: getattr(refund, name) for name in IDENTITY}
    for name, value in new.items():
        setattr(refund, name, value)
    refund.save(update_fields=IDENTITY)
    for name, value in was.items():
        setattr(record, name, value)
    record.kind, record.charge_id, record.payer_id = refund.kind, refund.charge_id, refund.payer_id
    record.minor, record.currency = refund.minor, refund.currency
    record.reference = f"again:{refund.key}"
    record.save()
