"""Giving and revoking complimentary reading."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from masthead.circulation.models import Grant
from masthead.editorial.models import Title
from masthead.people.models import User


class CannotGive(Exception):
    """There is no reason, or it would end before it starts. Fit to show to staff."""


class CannotRevoke(Exception):
    """It has been revoked before. Fit to show to staff."""


@transaction.atomic
def give(
    reader: User,
    title: Title,
    *,
    reason: str,
    ends_at: datetime,
    at: datetime,
    by: Any = None,
    starts_at: datetime | None = None,
    issues: tuple[int, int] | None = None,
    without_ads: bool = True,
) -> Grant:
    """Let `reader` read `title` as subscribers do, and write down who allowed it.

    Args:
        reader: who it is for.
        title: what of.
        reason: for the log, and for whoever asks in a year.
        ends_at: the moment from which it opens nothing any more; there must be one.
        at: the moment of giving, timezone-aware.
        by: the member of staff who gives it.
        starts_at: `at` when left out.
        issues: the first and last sequence it is good for; every issue when left out.
        without_ads: whether pages come without advertisements.

    Raises:
        CannotGive: see the class.
    """
    starts_at = starts_at or at
    if not reason.strip():
        raise CannotGive(_("Write down why: somebody will ask."))
    if ends_at <= starts_at or ends_at <= at:
        raise CannotGive(_("It has to end after it starts, and not in the past."))
    if issues and not 0 < issues[0] <= issues[1]:
        raise CannotGive(_("The last issue cannot come before the first."))
    grant = Grant.objects.create(
        title=title,
        reader=reader,
        reason=reason.strip(),
        starts_at=starts_at,
        ends_at=ends_at,
        first_issue=issues[0] if issues else None,
        last_issue=issues[1] if issues else None,
        without_ads=without_ads,
        given_at=at,
        given_by=by,
    )
    log(
        grant,
        "masthead.grant.give",
        user=by,
        data={"reader": str(reader.key), "ends_at": ends_at.isoformat()},
    )
    return grant


@transaction.atomic
def revoke(grant: Grant, *, at: datetime, by: Any = None) -> Grant:
    """Take complimentary reading back, from now on, and write down who did.

    Passes that carry it end within a quarter of an hour.

    Raises:
        CannotRevoke: see the class.
    """
    grant = Grant.objects.select_for_update().get(pk=grant.pk)
    # SQLite has no row locks: the condition in the update is what keeps it to one time.
    if not Grant.objects.filter(pk=grant.pk, revoked_at=None).update(revoked_at=at):
        raise CannotRevoke(_("This grant has been revoked before."))
    grant.revoked_at = at
    log(grant, "masthead.grant.revoke", user=by, data={"reader": str(grant.reader.key)})
    return grant
