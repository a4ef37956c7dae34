"""The brake of renewals: pulled by staff when something is wrong; nobody is charged until it is let go."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from wagtail.log_actions import log

from masthead.circulation.models import RenewalBrake
from masthead.editorial.models import Title
from masthead.people.models import User


@transaction.atomic
def pull(title: Title, *, why: str, at: datetime, by: User | None = None) -> RenewalBrake:
    """Have nobody of a title charged for a renewal until `release()`."""
    brake, made = RenewalBrake.objects.get_or_create(
        title=title,
        released_at=None,
        defaults={"reason": why[:200], "pulled_at": at, "pulled_by": by},
    )
    if made:
        log(title, "masthead.renewals.brake", user=by, data={"why": why})
    return brake


@transaction.atomic
def release(title: Title, *, at: datetime, by: User | None = None) -> bool:
    """Let renewals of a title go on; say whether they had been stopped."""
    pulled = RenewalBrake.objects.filter(title=title, released_at=None)
    if not pulled.update(released_at=at):
        return False
    log(title, "masthead.renewals.release", user=by, data={"at": at.isoformat()})
    return True


def reason(title: Title) -> str:
    """Return why renewals of a title are stopped; empty where they are not."""
    pulled = RenewalBrake.objects.filter(title=title, released_at=None).first()
    return (pulled.reason or "-") if pulled else ""
