"""The sweep: looks at every movement of money of which nobody knows yet how it ends.

With it alone, and no notice ever, everything comes right.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from datetime import datetime, timedelta

from masthead.payments import attempts, methods, notices, observations, ways
from masthead.payments.attempts import FORGOTTEN_AFTER, REPEATABLE_FOR
from masthead.payments.models import Attempt, Difference
from masthead.payments.provider import NotReady, Provider, Unknown

logger = logging.getLogger(__name__)

QUIET = timedelta(minutes=2)
"""Whoever has just written an attempt down is about to send it."""

PAGE_GOOD_FOR = timedelta(hours=25)
"""A page whose address never reached the payer is closed by then, and nobody can pay on it."""

CLOCKS_DIFFER = timedelta(hours=1)


def sweep(*, at: datetime) -> int:
    """Look into notices and at every unsettled attempt; return how many attempts were settled.

    And have providers forget whoever was erased since.
    """
    notices.look_into(at=at)
    methods.forget_the_erased()
    waiting = defaultdict(list)
    for attempt in Attempt.objects.due_for_a_look(at - QUIET).select_related("charge", "method"):
        waiting[attempt.provider].append(attempt)
    for name, found in waiting.items():
        try:
            provider = ways.named(name)
        except NotReady as lacking:
            logger.error("%d payments wait for [payments.%s]: %s", len(found), name, lacking)
            continue
        lost = [attempt for attempt in found if _is_lost(attempt, provider, at)]
        if lost:
            _find(lost, provider, at)
    pks = [attempt.pk for found in waiting.values() for attempt in found]
    return Attempt.objects.filter(pk__in=pks).exclude(state__in=Attempt.OPEN).count()


def _is_lost(attempt: Attempt, provider: Provider, at: datetime) -> bool:
    """Look at one, or ask for it again; say whether it has to be looked for in the list."""
    try:
        return _see_to(attempt, provider, at)
    except Exception:  # One attempt must not keep the others from being looked at.
        logger.exception("%s could not be looked at.", attempt.key)
        return False


def _see_to(attempt: Attempt, provider: Provider, at: datetime) -> bool:
    is_refund = attempt.kind == Attempt.Kind.REFUND
    if attempt.sent_at is None:
        if is_refund:
            # It was promised when it was written down, so it is sent by whoever finds it.
            attempts.send(attempt, provider, at=at)
        elif at - attempt.created_at > FORGOTTEN_AFTER:
            attempts.drop(attempt, at=at)
        return False
    if "by-hand" in provider.abilities:
        if not is_refund and attempt.expires_at and at >= attempt.expires_at:
            attempts.expire(attempt, at=at)
        return False
    if attempt.provider_ref:
        attempts.look_at(attempt, provider, at=at, by_way_of="sweep")
        return False
    if attempt.with_payer:
        return at - attempt.sent_at > PAGE_GOOD_FOR
    attempts.send(attempt, provider, at=at)
    # Some answers come again and again, such as an error that a provider keeps under the key.
    return attempt.state == Attempt.State.UNKNOWN


def _find(lost: list[Attempt], provider: Provider, at: datetime) -> None:
    """Look for attempts in the provider's list by their keys; never ask for them again."""
    since = min(attempt.sent_at or attempt.created_at for attempt in lost) - CLOCKS_DIFFER
    try:
        listed = {seen.key: seen for seen in provider.list_since(since) if seen.key}
    except Unknown as silence:
        logger.warning("The list of %s did not come: %s", provider.name, silence)
        return
    for attempt in lost:
        if seen := listed.get(attempt.key):
            observations.take_in(provider.name, seen, at=at, by_way_of="sweep")
        elif attempt.with_payer:
            attempts.expire(attempt, at=at)
        elif at - (attempt.sent_at or at) > REPEATABLE_FOR:
            # The list may be wrong where a charge would be twice: somebody has to decide.
            Difference.note(
                Difference.Kind.UNKNOWN, provider.name, str(attempt.key), attempt.reference, at=at
            )  # fmt: skip
