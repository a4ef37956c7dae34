"""What readers do about their post: pause it, have it come again, say that a copy did not come."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from masthead.circulation import claims, pauses
from masthead.circulation.models import Claim, Hold, ServiceRecord, Subscription
from masthead.day_input import DayInput
from masthead.newsstand.account_pages import Part, Row
from masthead.newsstand.pages import Link
from masthead.newsstand.views.account.pages import button, form_of, show

PAGE = require_http_methods(["GET", "HEAD", "POST"])
CLAIMABLE = 6
"""How many of the newest printed copies are shown; older ones cannot be claimed."""


class PauseForm(forms.Form):
    """From when to when."""

    starts_on = forms.DateField(label=gettext_lazy("From"), widget=DayInput())
    ends_on = forms.DateField(
        label=gettext_lazy("Until"),
        required=False,
        widget=DayInput(),
        help_text=gettext_lazy("The last day. Left empty, until you resume it."),
    )


@login_required
@PAGE
def pause(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Ask for the days of a pause, and pause."""
    found = _mine(request, key)
    today = found.title.day(timezone.now())
    form = PauseForm(request.POST or None, initial={"starts_on": today})
    if form.is_valid():
        try:
            pauses.hold(found, **form.cleaned_data, at=timezone.now())
        except pauses.CannotPause as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("It is paused. %(what)s") % {"what": _nothing_lost(found)})
            return redirect("account_subscription", key=key)
    text = [
        _("Issues that come out during a pause are not served, and not counted. Reading goes on.")
    ]
    if _is_time(found):
        text = [
            _("During a pause nothing is served, and reading rests. The end moves by its days.")
        ]
    if waiting := pauses.on_their_way(found):
        numbers = ", ".join(issue.number for issue in waiting)
        text.append(
            _("No. %(numbers)s is addressed to you already and still comes.") % {"numbers": numbers}
        )
    ask = form_of(form, _("Pause"))
    back = Link(_("Leave it as it is"), reverse("account_subscription", args=[key]))
    part = Part(text=tuple(text), forms=(ask,), links=(back,))
    return show(request, _("Pause"), part, status=422 if form.errors else 200)


@login_required
@require_POST
def resume(request: HttpRequest, key: uuid.UUID, hold: uuid.UUID) -> HttpResponse:
    """End a pause."""
    found = _mine(request, key)
    if pauses.lift(get_object_or_404(Hold, key=hold, subscription=found), at=timezone.now()):
        messages.success(request, _("It goes on with the next issue."))
    return redirect("account_subscription", key=key)


@login_required
@PAGE
def claim(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Show the newest printed copies, and make good for one that did not come or came damaged."""
    found = _mine(request, key)
    printed = found.service_records.filter(is_printed=True).exclude(kind="replacement")
    newest = list(printed.select_related("issue").order_by("-served_at", "-pk")[:CLAIMABLE])
    if request.method == "POST":
        _claim(request, newest)
        return redirect("account_subscription", key=key)
    rows = tuple(_copy(record) for record in newest)
    text = () if rows else (_("No printed copy was sent to you yet."),)
    back = Link(_("Back"), reverse("account_subscription", args=[key]))
    return show(request, _("A copy did not come"), Part(text=text, rows=rows, links=(back,)))


def _claim(request: HttpRequest, newest: list[ServiceRecord]) -> None:
    chosen = next((one for one in newest if str(one.pk) == request.POST.get("copy")), None)
    kind = request.POST.get("kind", "")
    try:
        asked = uuid.UUID(request.POST.get("request", ""))
    except ValueError:
        return
    if chosen is None or kind not in Claim.Kind.values:
        return
    try:
        made = claims.claim(chosen, Claim.Kind(kind), request=asked, at=timezone.now())
    except claims.CannotClaim as refusal:
        messages.warning(request, str(refusal))
        return
    if made.replacement_id:
        messages.success(request, _("We are sorry. Another copy is on its way to you."))
    else:
        messages.success(request, _("We are sorry. None is left, so you get one issue more."))


def _copy(record: ServiceRecord) -> Row:
    def act(kind: Claim.Kind, label: str) -> Any:
        hidden = {"copy": str(record.pk), "kind": str(kind), "request": str(uuid.uuid4())}
        return button(label, hidden=hidden, name=f"{kind}-{record.pk}", is_quiet=True)

    return Row(
        heading=record.issue.title,
        lines=(date_format(timezone.localtime(record.served_at)),),
        forms=(
            act(Claim.Kind.MISSING, _("It did not come")),
            act(Claim.Kind.DAMAGED, _("It came damaged")),
        ),
    )


def rows_of(found: Subscription) -> tuple[Row, ...]:
    """Return what a subscription's own page says of its post, with the ways to these pages."""
    if found.ended_at:
        return ()
    rows = []
    for hold in found.holds.filter(lifted_at=None, first_sequence=None):
        ends = date_format(hold.ends_on) if hold.ends_on else _("you resume it")
        days = _("From %(start)s until %(end)s") % {
            "start": date_format(hold.starts_on),
            "end": ends,
        }
        act = button(
            _("Resume"),
            action=reverse("account_resume", args=[found.key, hold.key]),
            name=f"resume-{hold.pk}",
            is_quiet=True,
        )
        rows.append(Row(heading=_("Pause"), lines=(days,), forms=(act,)))
    if not rows:
        link = Link(_("Pause"), reverse("account_pause", args=[found.key]))
        words = _nothing_lost(found)
        rows.append(Row(heading=_("Away for a while?"), lines=(words,), links=(link,)))
    if found.service_records.filter(is_printed=True).exists():
        link = Link(_("A copy did not come"), reverse("account_claim", args=[found.key]))
        words = _("We send another one, or add an issue.")
        rows.append(Row(heading=_("A copy did not come"), lines=(words,), links=(link,)))
    return tuple(rows)


def _is_time(found: Subscription) -> bool:
    return found.terms.exclude(ends_at=None).exists()


def _nothing_lost(found: Subscription) -> str:
    if _is_time(found):
        return _("No day is lost: the end moves by those of the pause.")
    return _("No issue is lost: they come afterwards.")


def _mine(request: HttpRequest, key: uuid.UUID) -> Subscription:
    user: Any = request.user
    # Post is the reader's, whoever pays for it.
    return get_object_or_404(Subscription.objects.select_related("title"), key=key, reader=user)
