"""Every night: the provider's list against our attempts, and our attempts against the books.

What was only missed is taken in; what does not agree is told to staff, and stays told until it
agrees or somebody has seen to it.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from masthead.payments import journal, observations, ways
from masthead.payments.models import Attempt, Difference, Dispute, Posting
from masthead.payments.provider import NotReady, Observed, Provider, Unknown

logger = logging.getLogger(__name__)

LOOKED_BACK = timedelta(days=35)
"""Longer than providers keep their notices: a month without a worker is caught up with."""

FRESH = timedelta(hours=1)
"""What happened a moment ago may be on its way."""

AGREES_LATER = (
    Difference.Kind.AMOUNT,
    Difference.Kind.DOUBLE,
    Difference.Kind.NOT_THERE,
    Difference.Kind.ENDED_OTHERWISE,
    Difference.Kind.NOT_BOOKED,
    Difference.Kind.BOOKED_ONLY,
    Difference.Kind.BOOKED_OTHERWISE,
    Difference.Kind.UNKNOWN,
)
"""Kinds that the comparison finds again as long as they are so; the others wait for staff."""


def compare(*, at: datetime, since: datetime | None = None) -> int:
    """Compare everything since a moment, 35 days if left out; return how many differences are open."""
    since = since or at - LOOKED_BACK
    found: set[tuple[str, str, str]] = set()
    compared = []
    for name in ways.names():
        try:
            provider = ways.named(name)
        except NotReady as lacking:
            logger.error("[payments.%s] is not compared: %s", name, lacking)
            continue
        _look_at_disputes(provider, since, at)
        if "lists" in provider.abilities:
            try:
                found |= _with_provider(provider, since, at)
            except Unknown as silence:
                logger.warning("The list of %s did not come: %s", name, silence)
                continue
        compared.append(name)
    found |= _with_books(since, at)
    for kind, name, subject in found:
        logger.error("Payments do not agree: %s, %s, %s", kind, name, subject)
    _settle(found, compared, since, at)
    return Difference.objects.open().count()


def _look_at_disputes(provider: Provider, since: datetime, at: datetime) -> None:
    """Look at the disputes that are open and too old for the list: a bank may take months."""
    waiting = Dispute.objects.filter(
        provider=provider.name, state=Dispute.State.OPEN, opened_at__lt=since
    )
    for dispute in waiting.order_by("opened_at", "pk"):
        try:
            observations.look(provider, dispute.provider_ref, at=at, by_way_of="comparison")
        except Unknown as silence:
            logger.warning("Nobody knows yet how %s stands: %s", dispute.provider_ref, silence)
        except Exception:  # One dispute must not keep the others from being looked at.
            logger.exception("%s could not be looked at.", dispute.provider_ref)


def _with_provider(provider: Provider, since: datetime, at: datetime) -> set[tuple[str, str, str]]:
    """Take in what the provider has, then look which of ours it has otherwise or not at all."""
    listed = list(provider.list_since(since))
    for seen in listed:
        observations.take_in(provider.name, seen, at=at, by_way_of="comparison")
    found = set(_doubles(provider.name, listed, at)) | set(
        _other_amounts(provider.name, listed, at)
    )
    by_ref = {seen.ref: seen for seen in listed}
    settled = Attempt.objects.filter(
        provider=provider.name,
        state=Attempt.State.SUCCEEDED,
        settled_at__gte=since + FRESH,
        settled_at__lte=at - FRESH,
    )
    for attempt in settled:
        ref = attempt.provider_ref or ""
        there = by_ref.get(ref) or provider.observe(ref)
        if there is None:
            found.add(_note(Difference.Kind.NOT_THERE, attempt, ref, at))
        elif there.status == "failed":
            found.add(_note(Difference.Kind.ENDED_OTHERWISE, attempt, ref, at))
    return found


def _other_amounts(
    name: str, listed: list[Observed], at: datetime
) -> Iterable[tuple[str, str, str]]:
    moved = {seen.key: seen for seen in listed if seen.key and seen.status == "succeeded"}
    for attempt in Attempt.objects.filter(provider=name, key__in=moved):
        if moved[attempt.key].money != attempt.money:
            yield _note(Difference.Kind.AMOUNT, attempt, str(moved[attempt.key].money), at)


def _doubles(name: str, listed: list[Observed], at: datetime) -> Iterable[tuple[str, str, str]]:
    by_key = defaultdict(set)
    for seen in listed:
        if seen.key and seen.status == "succeeded":
            by_key[seen.kind, seen.key].add(seen.ref)
    for (_kind, key), refs in by_key.items():
        if len(refs) > 1:
            says = ", ".join(sorted(refs))
            Difference.note(Difference.Kind.DOUBLE, name, str(key), says, at=at)
            yield Difference.Kind.DOUBLE, name, str(key)


def _with_books(since: datetime, at: datetime) -> set[tuple[str, str, str]]:
    """Compare attempts with what the books say of the account of their provider."""
    moved: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
    postings = Posting.objects.filter(entry__kind__in=Attempt.Kind.values, entry__at__gte=since)
    lines = postings.order_by().values_list("entry__key", "account", "currency", "minor")
    for key, account, currency, minor in lines:
        moved[key][account, currency] = minor
    found, paid = set(), set()
    settled = Attempt.objects.filter(state=Attempt.State.SUCCEEDED, settled_at__gte=since)
    for attempt in settled:
        key = f"{attempt.kind}:{attempt.key}"
        paid.add(key)
        if key not in moved:
            if not journal.is_booked(key):
                found.add(_note(Difference.Kind.NOT_BOOKED, attempt, key, at))
            continue
        sign = 1 if attempt.kind == Attempt.Kind.CHARGE else -1
        account = journal.provider_account(attempt.provider)
        total = moved[key].get((account, attempt.currency), 0)
        if total != sign * attempt.minor:
            found.add(_note(Difference.Kind.BOOKED_OTHERWISE, attempt, str(total), at))
    for key in moved.keys() - paid:
        number = key.partition(":")[2]
        if not _was_paid(number):
            Difference.note(Difference.Kind.BOOKED_ONLY, "", number, key, at=at)
            found.add((Difference.Kind.BOOKED_ONLY, "", number))
    return found


def _was_paid(number: str) -> bool:
    if not _is_key(number):
        return False
    attempt = Attempt.objects.filter(key=number).first()
    # A refund that came back has failed, and both are in the books.
    return attempt is not None and (
        attempt.state == Attempt.State.SUCCEEDED or journal.is_booked(f"refund-failed:{number}")
    )


def _note(kind: Difference.Kind, attempt: Attempt, says: str, at: datetime) -> tuple[str, str, str]:
    Difference.note(kind, attempt.provider, str(attempt.key), f"{attempt}: {says}", at=at)
    return kind, attempt.provider, str(attempt.key)


def _settle(
    found: set[tuple[str, str, str]], compared: list[str], since: datetime, at: datetime
) -> None:
    """Close what agrees again; what was found before the span that was compared stays."""
    looked_at = Difference.objects.open().filter(
        kind__in=AGREES_LATER, provider__in=[*compared, ""], found_at__gte=since
    )
    for one in looked_at:
        if (one.kind, one.provider, one.subject) in found:
            continue
        attempt = Attempt.objects.filter(key=one.subject).first() if _is_key(one.subject) else None
        is_open = attempt is not None and not attempt.is_settled
        if not is_open:
            Difference.objects.filter(pk=one.pk).update(settled_at=at)


def _is_key(subject: str) -> bool:
    try:
        UUID(subject)
    except ValueError:
        return False
    return True
