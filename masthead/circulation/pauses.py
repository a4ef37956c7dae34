"""Pauses: no issue is served during one, none is lost, and reading on the web goes on.

Of a subscription that runs for a time, reading rests, too, and its end moves by the days of the pause.

A pause begins with the next issue whose labels are not frozen; see `Hold` and `label_runs`.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from masthead.circulation.models import Hold, Label, Subscription
from masthead.editorial.models import Issue
from masthead.people.models import User


class CannotPause(Exception):
    """It is over, paused already, or the day is gone. Fit to show to readers."""


@transaction.atomic
def hold(
    subscription: Subscription,
    *,
    starts_on: date,
    ends_on: date | None = None,
    at: datetime,
    by: User | None = None,
) -> Hold:
    """Pause a subscription between two days, or until it is resumed; asking twice is one pause.

    Args:
        subscription: read afresh.
        starts_on: the first day, where the title is published.
        ends_on: the last one.
        at: the moment, timezone-aware.
        by: the member of staff who did it, if one did.

    Raises:
        CannotPause: see the class.
    """
    subscription = _running(subscription)
    if there := _open(subscription).filter(starts_on=starts_on, ends_on=ends_on).first():
        return there
    if starts_on < subscription.title.day(at):
        raise CannotPause(_("A pause begins today or later."))
    if ends_on is not None and ends_on < starts_on:
        raise CannotPause(_("The last day of a pause comes after its first."))
    among = _open(subscription).filter(Q(ends_on=None) | Q(ends_on__gte=starts_on))
    if ends_on is not None:
        among = among.filter(starts_on__lte=ends_on)
    if other := among.first():
        day = date_format(other.starts_on)
        raise CannotPause(_("There is a pause from %(day)s. End that one first.") % {"day": day})
    made = Hold.objects.create(
        subscription=subscription, starts_on=starts_on, ends_on=ends_on, asked_at=at
    )
    until = ends_on.isoformat() if ends_on else None
    _log(made, "hold", by, {"from": starts_on.isoformat(), "until": until})
    return made


@transaction.atomic
def hold_issue(
    subscription: Subscription,
    first: Issue,
    *,
    last: Issue | None = None,
    at: datetime,
    by: User | None = None,
) -> Hold:
    """Leave out an issue, or those from one to another, on whatever days they come out.

    Raises:
        CannotPause: see the class; also where a copy of the first is on its way.
    """
    subscription = _running(subscription)
    if subscription.terms.exclude(ends_at=None).exists():
        # Its end moves by days, and an issue has none.
        raise CannotPause(_("This subscription runs for a time: pause it by days."))
    through = (last or first).sequence
    asked = {"first_sequence": first.sequence, "last_sequence": through}
    if there := Hold.objects.filter(subscription=subscription, lifted_at=None, **asked).first():
        return there
    of_title = {issue.publication_id for issue in (first, last or first)}
    if of_title != {subscription.title_id} or through < first.sequence:
        raise CannotPause(_("Choose issues of this magazine, the first one first."))
    if first.state == Issue.State.ON_SALE or first in on_their_way(subscription):
        raise CannotPause(_("“%(issue)s” is on its way already.") % {"issue": first.title})
    made = Hold.objects.create(
        subscription=subscription, starts_on=subscription.title.day(at), asked_at=at, **asked
    )
    _log(made, "hold", by, asked)
    return made


@transaction.atomic
def lift(pause: Hold, *, at: datetime, by: User | None = None) -> bool:
    """End a pause: from the next issue on copies are served. Say whether there was one to end."""
    if not Hold.objects.filter(pk=pause.pk, lifted_at=None).update(lifted_at=at):
        return False
    pause.lifted_at = at
    _log(pause, "resume", by, {"at": at.isoformat()})
    return True


def on_their_way(subscription: Subscription) -> list[Issue]:
    """Return the issues not on sale yet that are addressed to a subscription: no pause stops them."""
    labels = Label.objects.filter(subscription=subscription, record=None)
    waiting = labels.exclude(issue__state=Issue.State.ON_SALE).select_related("issue")
    return [label.issue for label in waiting.order_by("issue__sequence")]


def _running(subscription: Subscription) -> Subscription:
    subscription = Subscription.objects.select_for_update().get(pk=subscription.pk)
    if subscription.ended_at:
        raise CannotPause(_("This subscription is over."))
    return subscription


def _open(subscription: Subscription) -> models.QuerySet[Hold]:
    return Hold.objects.filter(subscription=subscription, lifted_at=None, first_sequence=None)


def _log(pause: Hold, act: str, by: User | None, data: dict[str, Any]) -> None:
    log(pause.subscription, f"masthead.subscription.{act}", user=by, data=data)
