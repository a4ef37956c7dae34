"""Money that goes back, in the office: given by staff, and agreed to by a second person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from masthead.circulation import alarms, endings, giving_back, refused_refunds, single_returns
from masthead.circulation.giving_back import Act
from masthead.circulation.models import Refund, SingleCopy, Subscription
from masthead.money import Money
from masthead.office import permissions
from masthead.office.amounts import OnceForm, SumField
from masthead.office.pages import allow, show
from masthead.payments import four_eyes, ways
from masthead.payments.models import Attempt, RefundRequest

SHOWN = 50


class GiveBackForm(OnceForm):
    """In which way money goes back, and why."""

    act = forms.ChoiceField(
        label=gettext_lazy("What goes back"), choices=Act.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=200,
        help_text=gettext_lazy("For the office and the books. It stays on record: name nobody."),
    )

    def __init__(self, sums: dict[Act, list[Money]], *args: Any, **kwargs: Any) -> None:
        """Show beside each way what it comes to now."""
        super().__init__(*args, **kwargs)
        currency = sums[Act.GOODWILL][0].currency
        self.fields["act"].choices = [  # type: ignore[attr-defined]
            (act, f"{act.label} ({_most(act, sums[act])})") for act in Act
        ]
        self.fields["sum"] = SumField(
            currency=currency,
            label=_("Sum as goodwill, in %(currency)s") % {"currency": currency},
            required=False,
        )
        self.order_fields(["act", "sum", "reason", "request"])

    def clean(self) -> dict[str, Any]:
        """Ask for the sum where one is needed, and for none where it would not count."""
        given = super().clean() or {}
        is_goodwill = given.get("act") == Act.GOODWILL
        if is_goodwill and not given.get("sum") and "sum" not in self.errors:
            self.add_error("sum", _("Say how much goes back."))
        elif given.get("act") and not is_goodwill and given.get("sum"):
            self.add_error(
                "sum", _("That is for goodwill only. Leave it empty, or choose goodwill.")
            )
        return given


class DeclineForm(forms.Form):
    """Why a refund is not made."""

    reason = forms.CharField(label=gettext_lazy("Why not"), max_length=200)


@require_http_methods(["GET", "POST"])
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask how much of a subscription goes back and why; on POST, do it or have it wait."""
    staff = allow(request, permissions.GIVE_BACK)
    found = get_object_or_404(Subscription.objects.select_related("title", "payer"), pk=pk)
    now = timezone.now()
    sums = {act: giving_back.most(found, act, at=now) for act in Act}
    if not sums[Act.GOODWILL]:
        messages.error(request, _("Nothing was paid for it."))
        return redirect("office:subscription", pk)
    form = GiveBackForm(sums, request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            given = giving_back.give(
                found,
                Act(asked["act"]),
                reason=asked["reason"],
                request=asked["request"],
                at=now,
                by=staff,
                money=asked["sum"],
            )
        except giving_back.REFUSALS as refusal:
            form.add_error(None, str(refusal))
        else:
            _tell(request, given)
            return redirect("office:subscription", pk)
    most = four_eyes.limit(sums[Act.GOODWILL][0].currency)
    return show(
        request,
        "office/give_back.html",
        {"subscription": found, "form": form, "limit": most},
        title=_("Give money back"),
        icon="resubmit",
        above=_way_to(found),
    )


@require_POST
def stop_renewal(request: HttpRequest, pk: int) -> HttpResponse:
    """Have nothing more charged; what is paid is served to the end."""
    staff = allow(request, permissions.GIVE_BACK)
    found = get_object_or_404(Subscription, pk=pk)
    try:
        endings.stop(found, at=timezone.now(), by=staff)
    except endings.CannotStop as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(
            request, _("Nothing more will be charged. What is paid is served to the end.")
        )
    return redirect("office:subscription", pk)


@require_safe
def refunds(request: HttpRequest) -> HttpResponse:
    """List refunds that wait for a second person, and what became of those before."""
    allow(request, permissions.GIVE_BACK, permissions.AGREE)
    every = RefundRequest.objects.select_related("asked_by", "decision__by")
    waiting = list(every.waiting())
    decided = list(every.exclude(decision=None).order_by("-decision__at")[:SHOWN])
    rows = _rows([*waiting, *decided])
    return show(
        request,
        "office/refunds.html",
        {
            "waiting": rows[: len(waiting)],
            "decided": rows[len(waiting) :],
            "on_their_way": _on_their_way(timezone.now()),
        },
        title=_("Refunds"),
        icon="resubmit",
    )


@dataclass(frozen=True, slots=True)
class OnItsWay:
    """Money that was promised back and has not gone out, and how long the law leaves for it."""

    number: str
    url: str
    why: str
    promised_at: datetime
    attempt: Attempt
    now: datetime
    ways: Sequence[tuple[str, str]] = ()
    """What staff can do about it, where it was refused."""

    @property
    def due_at(self) -> datetime:
        """When it has to be back."""
        return self.promised_at + alarms.REFUND_DAYS

    @property
    def is_late(self) -> bool:
        """Whether that is over."""
        return self.due_at <= self.now

    @property
    def days_left(self) -> int:
        """Whole days until then."""
        return (self.due_at - self.now).days


def _on_their_way(now: datetime) -> list[OnItsWay]:
    """Return what has not gone out, what has waited longest first; fifty of each kind at most."""
    refunds = (
        Refund.objects.filter(attempt__state__in=[*Attempt.OPEN, Attempt.State.FAILED])
        .select_related("attempt", "term__subscription")
        .order_by("asked_at")[:SHOWN]
    )
    copies = (
        SingleCopy.objects.filter(refund__state__in=[*Attempt.OPEN, Attempt.State.FAILED])
        .select_related("refund", "issue")
        .order_by("returned_at")[:SHOWN]
    )
    found, out = [], _ways_out()
    for one in refunds:
        assert one.attempt is not None
        of = one.term.subscription
        url = reverse("office:subscription", args=[of.pk])
        why = one.get_kind_display()
        found.append(OnItsWay(of.number, url, why, one.asked_at, one.attempt, now, out))
    for copy in copies:
        assert copy.refund is not None
        assert copy.returned_at is not None
        url = reverse("office:single_copies_of", args=[copy.issue_id])
        why = _("Single copy")
        found.append(OnItsWay(copy.number, url, why, copy.returned_at, copy.refund, now, out))
    return sorted(found, key=lambda one: one.promised_at)


BY_HAND = "by-hand:"


def _ways_out() -> list[tuple[str, str]]:
    """Return what staff can do about a refund that was refused."""
    sent = _("It was sent: %(way)s")
    by_hand = [(f"{BY_HAND}{way.name}", sent % {"way": way.label}) for way in ways.by_hand()]
    again, bank = _("Send it again"), _("The payer’s bank gave it back")
    return [("again", again), *by_hand, ("bank", bank)]


@require_POST
def refused(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a refund that was refused again, or write down how it went back otherwise."""
    staff = allow(request, permissions.GIVE_BACK)
    found = get_object_or_404(refused_refunds.promised(), pk=pk)
    how, now = request.POST.get("how", ""), timezone.now()
    try:
        if how == "again":
            found = refused_refunds.send_again(found, at=now, by=staff)
        elif how == "bank":
            found = refused_refunds.given_by_bank(found, at=now, by=staff)
        elif how in dict(_ways_out()):
            way = how.removeprefix(BY_HAND)
            found = refused_refunds.sent_by_hand(found, way, at=now, by=staff)
        else:
            messages.error(request, _("Choose what was done about it."))
            return redirect("office:refunds")
    except refused_refunds.REFUSALS as refusal:
        messages.error(request, str(refusal))
        return redirect("office:refunds")
    if found.state == Attempt.State.FAILED:
        messages.error(request, _("It was refused again. Send it by another way, and write that down here."))  # fmt: skip
    elif found.state == Attempt.State.DROPPED:
        messages.success(request, _("It is settled: nothing is sent."))
    else:
        _tell_of(request, [found.money])
    return redirect("office:refunds")


@require_http_methods(["GET", "POST"])
def refund(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one refund that waits; on POST, agree to it or decline it."""
    staff = allow(request, permissions.GIVE_BACK, permissions.AGREE)
    waiting = get_object_or_404(
        RefundRequest.objects.select_related("asked_by", "decision__by"), pk=pk
    )
    may_agree = staff.has_perm(permissions.AGREE) and waiting.asked_by_id != staff.pk
    may_decline = staff.has_perm(permissions.AGREE) or waiting.asked_by_id == staff.pk
    form = DeclineForm(request.POST if "decline" in request.POST else None)
    if "agree" in request.POST:
        allow(request, permissions.AGREE)
        _agree(request, waiting, staff)
        return redirect("office:refunds")
    if request.method == "POST" and may_decline and form.is_valid():
        is_single = single_returns.is_about(waiting)
        decline = single_returns.decline if is_single else giving_back.decline
        try:
            decline(waiting, reason=form.cleaned_data["reason"], at=timezone.now(), by=staff)
            messages.success(request, _("It is declined. No money goes back."))
        except giving_back.REFUSALS as refusal:
            messages.error(request, str(refusal))
        return redirect("office:refunds")
    return show(
        request,
        "office/refund.html",
        {
            "row": _rows([waiting])[0],
            "form": form,
            "may_agree": may_agree,
            "may_decline": may_decline,
        },
        title=_("Refund of %(sum)s") % {"sum": waiting.money},
        icon="resubmit",
        above=[(_("Refunds"), reverse("office:refunds"))],
    )


def _agree(request: HttpRequest, waiting: RefundRequest, staff: Any) -> None:
    now = timezone.now()
    try:
        if single_returns.is_about(waiting):
            copy = single_returns.approve(waiting, at=now, by=staff)
            single_returns.send(copy, at=now)
            _tell_of(request, [copy.money])
            return
        refunds = giving_back.approve(waiting, at=now, by=staff)
    except (*giving_back.REFUSALS, *single_returns.REFUSALS) as refusal:
        messages.error(request, str(refusal))
        return
    _tell_of(request, giving_back.send(refunds, at=now))


def _tell(request: HttpRequest, given: giving_back.Given) -> None:
    if given.waits:
        tell_that_it_waits(request, given.waits)
    else:
        _tell_of(request, giving_back.send(given.refunds, at=timezone.now()))


def tell_that_it_waits(request: HttpRequest, waits: RefundRequest) -> None:
    """Say that nothing goes back yet, and where somebody else decides."""
    said = _("%(sum)s wait until somebody else agrees. They find it under Refunds.")
    messages.warning(request, said % {"sum": waits.money})


def _tell_of(request: HttpRequest, sums: list[Money]) -> None:
    if sums:
        said = ", ".join(str(money) for money in sums)
        messages.success(request, _("%(sum)s are on their way back.") % {"sum": said})
    else:
        messages.success(request, _("It has ended. There was nothing to pay back."))


def _rows(requests: list[RefundRequest]) -> list[dict[str, Any]]:
    subscriptions = giving_back.of_requests(requests)
    singles = single_returns.of_requests(requests)
    labels = {**dict(Act.choices), single_returns.RETURN: _("The whole price of a single copy")}
    return [
        {
            "request": one,
            "act": labels.get(one.act, one.act),
            "subscription": subscriptions.get(one.pk),
            "single": singles.get(one.pk),
            "decision": getattr(one, "decision", None),
        }
        for one in requests
    ]


def _most(act: Act, sums: list[Money]) -> str:
    said = ", ".join(str(money) for money in sums)
    return _("at most %(sum)s") % {"sum": said} if act == Act.GOODWILL else said


def _way_to(subscription: Subscription) -> list[tuple[str, str]]:
    return [
        (_("Subscriptions"), reverse("office:subscriptions")),
        (subscription.number, reverse("office:subscription", args=[subscription.pk])),
    ]
