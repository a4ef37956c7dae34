"""Claims: a printed copy did not come, or came damaged. It is sent again, or made up for.

Sent again is a replacement: it uses up no copy and has a label in the next supplemental run. While
none are left in the store, and if the second copy is lost, too, one more issue is added instead.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from masthead.circulation import extensions, stock
from masthead.circulation.models import (
    Claim,
    Extension,
    Label,
    ServiceRecord,
    Subscription,
    Term,
)
from masthead.people.models import User

OPEN_FOR = timedelta(days=90)
"""How long after a copy was handed to the post its reader can claim it."""

POST_TAKES = timedelta(days=7)
"""Until then a copy is not missing but late."""

MOST_A_TERM = 3
"""More than that is for staff to look at."""

Kind = ServiceRecord.Kind


class CannotClaim(Exception):
    """No printed copy was sent, it is too early or too late, or it was made good. For readers."""


@transaction.atomic
def claim(
    record: ServiceRecord,
    kind: Claim.Kind,
    *,
    request: UUID,
    at: datetime,
    by: User | None = None,
) -> Claim:
    """Make good for a printed copy, once or, if that was lost as well, twice.

    Args:
        record: of the copy that was served.
        kind: what became of it.
        request: the one-time key of the form: a double click is one claim.
        at: the moment, timezone-aware.
        by: the member of staff who does it; the days and the number of claims do not bind them.

    Raises:
        CannotClaim: see the class.
    """
    subscription = Subscription.objects.select_for_update().get(pk=record.subscription_id)
    if there := Claim.objects.filter(request=request).first():
        return there
    label = Label.objects.filter(issue=record.issue_id, subscription=subscription, record=None)
    original = label.select_related("run").first()
    if record.kind == Kind.REPLACEMENT or not (record.is_printed or original):
        raise CannotClaim(_("No printed copy of this issue was sent to you."))
    if subscription.ended_at:
        raise CannotClaim(_("This subscription is over."))
    before = list(record.claims.order_by("at", "pk"))
    if len(before) > 1 or (before and before[0].extension_id):
        raise CannotClaim(_("This copy was made good already."))
    sent_at = _sent_at(record, original, before)
    if by is None:
        _check_days(kind, sent_at, at)
        _check_number(subscription, at)
    resend = not before and stock.take(record.issue)
    made = Claim.objects.create(
        record=record,
        kind=kind,
        replacement=_send_again(record, at) if resend else None,
        extension=None if resend else _make_up(record, kind, at, by),
        request=request,
        at=at,
        by=by,
    )
    data = {"issue": record.issue.title, "kind": str(kind), "sent_again": resend}
    log(subscription, "masthead.subscription.claim", user=by, data=data)
    return made


def _sent_at(record: ServiceRecord, original: Label | None, before: list[Claim]) -> datetime:
    """Return when the copy in question was handed to the post, as far as that was written down."""
    label = original
    if before:
        label = Label.objects.filter(record=before[0].replacement).select_related("run").first()
        if label is None or label.run.dispatched_at is None:
            raise CannotClaim(_("Another copy is on its way to you."))
    if label is not None and label.run.dispatched_at is not None:
        return label.run.dispatched_at
    return record.issue.on_sale_at or record.served_at


def _check_days(kind: Claim.Kind, sent_at: datetime, at: datetime) -> None:
    if at >= sent_at + OPEN_FOR:
        raise CannotClaim(
            _("A copy can be claimed for %(days)s days after it was sent.")
            % {"days": OPEN_FOR.days}
        )
    if kind == Claim.Kind.MISSING and at < sent_at + POST_TAKES:
        day = date_format((sent_at + POST_TAKES).date())
        raise CannotClaim(
            _("It may still be in the post. If it has not come by %(day)s, tell us.") % {"day": day}
        )


def _check_number(subscription: Subscription, at: datetime) -> None:
    terms = Term.objects.filter(subscription=subscription, opened_at__lte=at)
    last = terms.order_by("-sequence").first()
    claims = Claim.objects.filter(record__subscription=subscription)
    if last and claims.filter(at__gte=last.opened_at).count() >= MOST_A_TERM:
        raise CannotClaim(
            _("That is more than usual. Please write to us, so that we can look into it.")
        )


def _send_again(record: ServiceRecord, at: datetime) -> ServiceRecord:
    return ServiceRecord.objects.create(
        subscription=record.subscription,
        term=record.term,
        issue=record.issue,
        kind=Kind.REPLACEMENT,
        copies=0,
        is_printed=True,
        served_at=at,
        currency=record.currency,
        source_key=record.source_key,
        is_gift=record.is_gift,
        country=record.country,
        region=record.region,
    )


def _make_up(record: ServiceRecord, kind: Claim.Kind, at: datetime, by: User | None) -> Extension:
    return extensions.extend(
        record.subscription,
        max(1, record.issue.counts_as),
        reason=f"Claim, {kind}: {record.issue.title}",
        request=uuid.uuid4(),
        at=at,
        by=by,
    )
