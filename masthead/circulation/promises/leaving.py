"""Promises about leaving: the money back, and cancelling at any time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from statistics import median
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from masthead.circulation import endings
from masthead.circulation.deals import Deal
from masthead.circulation.models import Refund, Subscription
from masthead.circulation.promises.kinds import DAY, Evidence, Look
from masthead.editorial.models import Title
from masthead.payments import refusals
from masthead.payments.models import Dispute

CLOCKS = (
    ("payment", gettext_lazy("the payment")),
    ("first-copy", gettext_lazy("the first issue")),
)
EFFECTS = (
    ("refund-unserved", gettext_lazy("what was not served is paid back")),
    ("stop-renewal", gettext_lazy("what is paid is served, nothing more is charged")),
)


class MoneyBack:
    """The whole price back within so many days, without a question."""

    name = "money-back"
    is_for_payers = True
    label = gettext_lazy("Money back")
    fields: Mapping[str, forms.Field] = {
        "days": forms.IntegerField(label=gettext_lazy("days"), min_value=1, max_value=366),
        "clock": forms.ChoiceField(label=gettext_lazy("counted from"), choices=CLOCKS),
        "renewals": forms.BooleanField(label=gettext_lazy("after renewals, too"), required=False),
    }

    def describe(self, deal: Deal, spec: Mapping[str, Any]) -> str:
        """Return the line of the offer."""
        days = int(spec["days"])
        if spec.get("clock") == "first-copy":
            words = ngettext(
                "Your money back within %(count)d day of the first issue",
                "Your money back within %(count)d days of the first issue",
                days,
            )
        else:
            words = ngettext(
                "Your money back within %(count)d day",
                "Your money back within %(count)d days",
                days,
            )
        return words % {"count": days}

    def complaint(self, deal: Deal, spec: Mapping[str, Any]) -> str:
        """Return why an offer cannot say so."""
        if not isinstance(spec.get("days"), int) or spec["days"] < 1:
            return _("Say for how many days the money is given back.")
        return ""

    def missing(self, title: Title) -> str:
        """Return what is missing here: nothing, any way to pay can pay back."""
        return ""

    def evidence(
        self, subscription: Subscription, spec: Mapping[str, Any], at: datetime
    ) -> list[Evidence]:
        """Return until when it stands, and the money that went back by it."""
        refunds = Refund.objects.filter(
            term__subscription=subscription, kind=Refund.Kind.MONEY_BACK
        )
        if given := [_gone_back(refund, at) for refund in refunds.select_related("attempt")]:
            return given
        ends = max(endings.guaranteed_until(subscription).values(), default=None)
        if ends is None or ends <= at:
            return []
        if ends == endings.NO_END:
            return [Evidence(_("It stands: the first issue is still to come."))]
        day = date_format(ends.astimezone(endings.LAST_ZONE), "DATE_FORMAT")
        return [Evidence(_("It stands until %(day)s.") % {"day": day})]

    def look(self, title: Title, at: datetime) -> Look:
        """Look whether everybody who asked has the money."""
        return _look(title, at, Refund.Kind.MONEY_BACK)


class CancelAnyTime:
    """Out again when one likes; the offer says what happens to the copies still owed."""

    name = "cancel-any-time"
    is_for_payers = True
    label = gettext_lazy("Cancel any time")
    fields: Mapping[str, forms.Field] = {
        "effect": forms.ChoiceField(label=gettext_lazy("then"), choices=EFFECTS)
    }

    def describe(self, deal: Deal, spec: Mapping[str, Any]) -> str:
        """Return the line of the offer."""
        if spec["effect"] == "refund-unserved":
            return _("Cancel any time, and have the rest paid back")
        return _("Cancel any time: nothing more is charged")

    def complaint(self, deal: Deal, spec: Mapping[str, Any]) -> str:
        """Return why an offer cannot say so."""
        if spec.get("effect") not in dict(EFFECTS):
            return _("Say what happens to the copies that are still owed.")
        return ""

    def missing(self, title: Title) -> str:
        """Return what is missing here: nothing."""
        return ""

    def evidence(
        self, subscription: Subscription, spec: Mapping[str, Any], at: datetime
    ) -> list[Evidence]:
        """Return when it was stopped or cancelled, and what went back."""
        found = []
        if subscription.stopped_at:
            found.append(Evidence(_("Nothing more is charged."), subscription.stopped_at))
        refunds = Refund.objects.filter(term__subscription=subscription, kind=Refund.Kind.CANCELLED)
        return found + [_gone_back(refund, at) for refund in refunds.select_related("attempt")]

    def look(self, title: Title, at: datetime) -> Look:
        """Look whether everybody who cancelled has what was not served."""
        return _look(title, at, Refund.Kind.CANCELLED)


def _gone_back(refund: Refund, at: datetime) -> Evidence:
    attempt = refund.attempt
    if attempt is None:
        return Evidence(_("There was nothing to pay back."), refund.asked_at)
    if attempt.state == attempt.State.SUCCEEDED:
        return Evidence(_("%(sum)s went back.") % {"sum": attempt.money}, attempt.settled_at)
    if attempt.state == attempt.State.DROPPED:
        return Evidence(_("The payer’s bank has given it back."), attempt.settled_at)
    if refusals.is_held(attempt):
        words = _("%(sum)s wait until it is decided what the payer’s bank asks back.")
        return Evidence(words % {"sum": attempt.money}, refund.asked_at)
    late = refund.asked_at <= at - DAY
    words = _("%(sum)s are on their way back.") % {"sum": attempt.money}
    return Evidence(words, refund.asked_at, is_broken=late)


def _look(title: Title, at: datetime, kind: Refund.Kind) -> Look:
    refunds = list(
        Refund.objects.filter(term__subscription__title=title, kind=kind).select_related(
            "attempt", "term__subscription"
        )
    )
    seconds = [
        (one.attempt.settled_at - one.asked_at).total_seconds()
        for one in refunds
        if one.attempt and one.attempt.settled_at and one.attempt.state == "succeeded"
    ]
    # What a payer's bank asks back waits until that is decided.
    asked_back = set(Dispute.objects.holding().values_list("charge", flat=True))
    failures = [
        f"{one.term.subscription}: {one.attempt.money} has not gone back."
        for one in refunds
        if one.attempt
        and one.attempt.state not in ("succeeded", "dropped")
        and one.attempt.charge_id not in asked_back
        and one.asked_at <= at - DAY
    ]
    words = _("%(count)d readers asked.") % {"count": len(refunds)}
    if seconds:
        words = _("%(count)d readers asked; half of them had it within %(seconds)d seconds.") % {
            "count": len(refunds),
            "seconds": median(seconds),
        }
    return Look(len(refunds), words, failures)
