"""From rows to the facts that keys are made of: everything known of one reader now."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from masthead.circulation import institutions, meters, readings
from masthead.circulation.entitlements import (
    EVERY_CLASS,
    METERED,
    READ_EVERYTHING,
    Facts,
    Reading,
    Single,
)
from masthead.circulation.models import Gift, Grant, MeteredRead
from masthead.circulation.tickets import NO_TICKET, Ticket
from masthead.edge.asking import Address
from masthead.edge.locks import ANY_TITLE
from masthead.editorial.models import Title
from masthead.people.models import User

LONGEST_MONTH = timedelta(days=33)


def facts_of(
    user: Any, at: datetime, *, address: Address | None = None, ticket: Ticket = NO_TICKET
) -> Facts:
    """Return what is known of a reader; the number of queries does not grow with the facts.

    Args:
        user: who signed in; None or somebody anonymous otherwise.
        at: the moment of asking, timezone-aware.
        address: where the request comes from, as far as it can be believed.
        ticket: what the browser brought along.
    """
    reader = user if isinstance(user, User) and user.is_active else None
    found: list[Reading] = list(institutions.readings_at(address, at))
    singles: list[Single] = [*_gifts(ticket, at)]
    if reader is None:
        singles += _counted_on(ticket, at)
    else:
        found += [
            *readings.of(reader, at),
            *_grants(reader, at),
            *institutions.readings_of(reader, at),
        ]
        singles += _counted_for(reader, at)
    return Facts(
        signed_in=reader is not None,
        reads_everything=reader is not None and reader.has_perm(READ_EVERYTHING),
        readings=tuple(found),
        singles=tuple(singles),
    )


def given_to(reader: User, at: datetime) -> Facts:
    """Return what a reader could read at a moment because it was given or sold to them by name.

    Without what comes with a seat, a network, a gift or a meter; and without what was revoked
    since.
    """
    if not reader.is_active:
        return Facts()
    kept = (*readings.kept_by(reader, at), *_grants(reader, at))
    return Facts(signed_in=True, readings=kept)


def _grants(reader: User, at: datetime) -> Iterator[Reading]:
    for grant in Grant.objects.good(at).filter(reader=reader).select_related("title"):
        issues = None
        if grant.first_issue is not None and grant.last_issue is not None:
            issues = (grant.first_issue, grant.last_issue)
        yield Reading(
            rule="grant",
            title=str(grant.title.key),
            starts_at=grant.starts_at,
            ends_at=grant.ends_at,
            issues=issues,
            without_ads=grant.without_ads,
        )


def _gifts(ticket: Ticket, at: datetime) -> Iterator[Single]:
    if not ticket.gifts:
        return
    keys = [uuid.UUID(hex=gift) for gift in ticket.gifts]
    for gift in Gift.objects.good(at).filter(key__in=keys).select_related("article"):
        # An article's key is the only one in the house; no title need be named beside it.
        yield Single("gift", ANY_TITLE, str(gift.article.key), EVERY_CLASS, gift.expires_at)


def _counted_for(reader: User, at: datetime) -> Iterator[Single]:
    # No zone is a day and a half away: the month that counts began at most 33 days ago.
    recent = MeteredRead.objects.filter(reader=reader, month_on__gt=at.date() - LONGEST_MONTH)
    for read in recent.select_related("title"):
        if read.month_on == meters.month_of(read.title, at):
            ends_at = meters.month_ends_at(read.title, at)
            yield Single("meter", str(read.title.key), str(read.article), METERED, ends_at)


def _counted_on(ticket: Ticket, at: datetime) -> Iterator[Single]:
    if not ticket.counted:
        return
    for title in Title.objects.all():
        month = f"{meters.month_of(title, at):%Y-%m}"
        for article in sorted(ticket.counted_in(str(title.key), month)):
            ends_at = meters.month_ends_at(title, at)
            yield Single("meter", str(title.key), article, METERED, ends_at)
