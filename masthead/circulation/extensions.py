"""Copies added for nothing, by staff or for a claim: they are served after those that are paid.

Nobody owes money for them, and the books do not hear of them.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from masthead.circulation.models import Extension, Subscription
from masthead.people.models import User

MOST_COPIES = 100


class CannotExtend(Exception):
    """It is over, or there is no reason or number. Fit to show to staff."""


@transaction.atomic
def extend(
    subscription: Subscription,
    copies: int,
    *,
    reason: str,
    request: UUID,
    at: datetime,
    by: User | None,
) -> Extension:
    """Add copies to a subscription.

    Args:
        subscription: read afresh.
        copies: how many.
        reason: for the office and for auditors; names nobody.
        request: the one-time key of the form: a double click adds them once.
        at: the moment, timezone-aware.
        by: who did it; None where a reader's claim did.

    Raises:
        CannotExtend: see the class.
    """
    subscription = Subscription.objects.select_for_update().get(pk=subscription.pk)
    if there := Extension.objects.filter(key=request).first():
        return there
    if subscription.ended_at:
        raise CannotExtend(_("This subscription is over; begin a new one."))
    if not reason.strip():
        raise CannotExtend(_("Write down why."))
    if not 1 <= copies <= MOST_COPIES:
        raise CannotExtend(_("Add between 1 and %(most)s copies.") % {"most": MOST_COPIES})
    made = Extension.objects.create(
        key=request, subscription=subscription, copies=copies, reason=reason.strip(), at=at, by=by
    )
    data = {"copies": copies, "reason": made.reason}
    log(subscription, "masthead.subscription.extend", user=by, data=data)
    return made
