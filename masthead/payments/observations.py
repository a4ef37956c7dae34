"""Taking in what a provider says: it is one of our attempts, or something that began elsewhere.

Whatever brings it (an answer, a notice, the sweep, the nightly comparison), it is taken in the
same way, in any order and any number of times.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from masthead.payments import attempts, disputes
from masthead.payments.models import Attempt, Difference, Dispute
from masthead.payments.provider import Observed, Provider


def look(provider: Provider, ref: str, *, at: datetime, by_way_of: str) -> Attempt | Dispute | None:
    """Ask a provider about a reference and take the answer in; raises Unknown."""
    seen = provider.observe(ref)
    return take_in(provider.name, seen, at=at, by_way_of=by_way_of) if seen else None


def take_in(
    provider: str, seen: Observed, *, at: datetime, by_way_of: str
) -> Attempt | Dispute | None:
    """Bring rows and books to what was observed; return the row, None where it is none of ours.

    A charge under a key of ours that is not written down here (a backup was restored) is written
    down, and so is a refund of ours that was begun at the provider. Staff are told of both, and of
    amounts that do not agree; those settle nothing.
    """
    if seen.kind == "dispute":
        charge = _by_ref(provider, seen.charge_ref)
        return disputes.note(charge, seen, at=at) if charge else None
    attempt = _ours(provider, seen) or _begun_there(provider, seen, at)
    if attempt is None:
        return None
    was = attempt.state
    try:
        attempt = attempts.settle(attempt, seen, at=at, by_way_of=by_way_of)
    except attempts.DoesNotAgree as difference:
        attempts.note_difference(attempt, difference, at=at)
    if was == Attempt.State.SUCCEEDED and attempt.state == Attempt.State.FAILED:
        Difference.note(
            Difference.Kind.CAME_BACK, provider, seen.ref, attempt.reference, at=at
        )  # fmt: skip
    return attempt


def _ours(provider: str, seen: Observed) -> Attempt | None:
    if seen.key:
        return Attempt.objects.filter(provider=provider, key=seen.key, kind=seen.kind).first()
    return _by_ref(provider, seen.ref)


def _by_ref(provider: str, ref: str) -> Attempt | None:
    return Attempt.objects.filter(provider=provider, provider_ref=ref).first() if ref else None


@transaction.atomic
def _begun_there(provider: str, seen: Observed, at: datetime) -> Attempt | None:
    """Write down what began elsewhere, once it has moved something."""
    charge = None
    kind = Difference.Kind.NOT_HERE
    if seen.kind == "refund":
        charge = _by_ref(provider, seen.charge_ref)
        kind = Difference.Kind.REFUND_ELSEWHERE
        if charge is None or seen.status == "failed":
            return None
    elif seen.key is None or seen.status != "succeeded":
        return None
    known = {"key": seen.key} if seen.key else {}
    attempt, is_new = Attempt.objects.get_or_create(
        provider=provider,
        provider_ref=seen.ref,
        defaults={
            **known,
            "kind": seen.kind,
            "origin": Attempt.Origin.PROVIDER,
            "state": Attempt.State.SENT,
            "minor": seen.money.minor,
            "currency": seen.money.currency,
            "reference": seen.reference or f"found:{seen.ref}"[:120],
            "charge": charge,
            "payer": charge.payer if charge else None,
            "created_at": at,
            "sent_at": at,
        },
    )
    if is_new:
        Difference.note(kind, provider, seen.ref, f"{seen.money} {attempt.reference}", at=at)
    return attempt
