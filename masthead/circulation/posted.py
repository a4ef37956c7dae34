"""What went to a person by post, for export and erasure."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from masthead.circulation import label_runs
from masthead.circulation.models import Claim, Hold, Label
from masthead.people import personal_data
from masthead.people.models import User
from masthead.people.personal_data import Rows


def register() -> None:
    """Enter all of it."""
    personal_data.register("labels", gather=_labels, erase=_blank_labels)
    personal_data.register("pauses", gather=_pauses, erase=_keep)
    personal_data.register("claims", gather=_claims, erase=_keep)


def _labels(user: User) -> Rows:
    return [
        {
            "serial": label.serial,
            "for": label.sale.number,
            "issue": label.issue.title,
            "address": label.lines,
            "frozen_at": label.run.frozen_at,
            "dispatched_at": label.run.dispatched_at,
        }
        for label in _theirs(user)
        .select_related("run", "issue", "subscription", "single")
        .order_by("pk")
    ]


def _blank_labels(user: User, at: datetime) -> None:
    """Keep that a copy went to a country; of a run not dispatched yet once that is done."""
    label_runs.blank(_theirs(user).exclude(run__dispatched_at=None), at)


def _theirs(user: User) -> QuerySet[Label]:
    return Label.objects.filter(Q(subscription__reader=user) | Q(single__reader=user))


def _pauses(user: User) -> Rows:
    return [
        {
            "subscription": hold.subscription.number,
            "from": hold.starts_on,
            "until": hold.ends_on,
            "asked_at": hold.asked_at,
            "ended_at": hold.lifted_at,
        }
        for hold in Hold.objects.filter(subscription__reader=user).select_related("subscription")
    ]


def _claims(user: User) -> Rows:
    return [
        {
            "subscription": claim.record.subscription.number,
            "issue": claim.record.issue.title,
            "what": claim.kind,
            "sent_again": claim.replacement_id is not None,
            "at": claim.at,
        }
        for claim in Claim.objects.filter(record__subscription__reader=user)
        .select_related("record__subscription", "record__issue")
        .order_by("at")
    ]


def _keep(user: User, at: datetime) -> None:
    """Keep what names nobody: copies are counted by it."""
