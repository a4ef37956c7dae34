"""Writing, approving and taking out what is shown for a booking."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from masthead.advertising.models import Creative
from masthead.people.models import User


class CannotApprove(Exception):
    """It was taken out, or changed while somebody looked. Fit to show to staff."""


@transaction.atomic
def write(creative: Creative, *, by: User | None = None) -> Creative:
    """Keep a creative as it is written now; it has to be approved, again if it was before.

    Raises:
        ValidationError: it cannot be shown like that.
    """
    creative.full_clean()
    creative.approved_at = creative.approved_by = None
    creative.save()
    log(creative.booking, "masthead.creative.write", user=by, data={"creative": str(creative.key)})
    return creative


def digest(creative: Creative) -> str:
    """Return what tells one wording of a creative from another."""
    told = [
        *(creative.headline, creative.words, creative.alternative, creative.link),
        *(creative.picture_id, creative.artwork.name),
    ]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


@transaction.atomic
def approve(creative: Creative, *, seen: str, at: datetime, by: User) -> None:
    """Let a creative run; approving it twice changes nothing.

    Args:
        creative: which one.
        seen: the digest of what the editor looked at.
        at: the moment of approval.
        by: the editor.

    Raises:
        CannotApprove: see the class.
    """
    now = Creative.objects.select_for_update().get(pk=creative.pk)
    if now.withdrawn_at or digest(now) != seen:
        raise CannotApprove(_("It has been changed or taken out meanwhile. Look at it again."))
    if now.approved_at is None:
        now.approved_at, now.approved_by = at, by
        now.save(update_fields=["approved_at", "approved_by"])  # Saved: the press hears of it.
        told = {"creative": str(now.key)}
        log(creative.booking, "masthead.creative.approve", user=by, data=told)
    creative.refresh_from_db()


@transaction.atomic
def withdraw(creative: Creative, *, at: datetime, by: User | None = None) -> None:
    """Show a creative no more; what was counted of it stays."""
    now = Creative.objects.select_for_update().get(pk=creative.pk)
    if now.withdrawn_at is None:
        now.withdrawn_at = creative.withdrawn_at = at
        now.save(update_fields=["withdrawn_at"])
        told = {"creative": str(creative.key)}
        log(creative.booking, "masthead.creative.withdraw", user=by, data=told)
