"""The post of one subscription, at the desk: staff write where it goes, and pause it, for who asks them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from django_countries import countries
from wagtail.log_actions import log

from masthead.circulation import pauses
from masthead.circulation.models import Hold, Subscription
from masthead.day_input import DayInput
from masthead.office import permissions
from masthead.office.order_forms import address_field
from masthead.office.pages import allow, show
from masthead.people import addresses
from masthead.people.models import Address


class CountryForm(forms.Form):
    """In which country; it decides what an address consists of."""

    country = forms.ChoiceField(
        label=gettext_lazy("Country"), choices=lambda: [("", _("Choose a country")), *countries]
    )


class PauseForm(forms.Form):
    """From which day to which nothing is sent."""

    starts_on = forms.DateField(label=gettext_lazy("From"), widget=DayInput())
    ends_on = forms.DateField(
        label=gettext_lazy("Until"),
        required=False,
        widget=DayInput(),
        help_text=gettext_lazy("The last day. Left empty, until somebody ends it."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def subscribers_post(request: HttpRequest, pk: int) -> HttpResponse:
    """Show where post goes and its pauses; on POST, write another address or pause it."""
    staff = allow(request, permissions.SEND_POST)
    found = _found(pk)
    present = Address.objects.filter(user=found.reader, is_for_post=True).standing().first()
    country = request.GET.get("country", "") or (present.country.code if present else "")
    act = request.POST.get("act", "")
    address = _address_form(country, present, request.POST if act == "address" else None)
    pause = PauseForm(
        request.POST if act == "pause" else None,
        initial={"starts_on": found.title.day(timezone.now())},
    )
    if act == "address" and address is not None and address.is_valid():
        if _write(found, country, address, present, staff):
            messages.success(request, _("Post goes there, from the next run of labels on."))
            return redirect("office:subscribers_post", pk)
    elif act == "pause" and pause.is_valid():
        try:
            pauses.hold(found, **pause.cleaned_data, at=timezone.now(), by=staff)
        except pauses.CannotPause as refusal:
            pause.add_error(None, str(refusal))
        else:
            messages.success(request, _("It is paused. What does not come is not counted."))
            return redirect("office:subscribers_post", pk)
    context = {
        "subscription": found,
        "label": addresses.label(present) if present else (),
        "returned": getattr(present, "undelivered", None),
        "country": CountryForm({"country": country} if country else None),
        "address": address,
        "pause": pause,
        "pauses": found.holds.filter(lifted_at=None, first_sequence=None).order_by("starts_on"),
        "waiting": pauses.on_their_way(found),
    }
    page = show(
        request,
        "office/subscribers_post.html",
        context,
        title=_("Post"),
        icon="mail",
        above=[
            (_("Subscriptions"), reverse("office:subscriptions")),
            (found.number, reverse("office:subscription", args=[pk])),
        ],
    )
    page.status_code = 422 if act else 200
    return page


@require_POST
def resume(request: HttpRequest, pk: int, key: Any) -> HttpResponse:
    """End a pause."""
    staff = allow(request, permissions.SEND_POST)
    hold = get_object_or_404(Hold, key=key, subscription=pk)
    if pauses.lift(hold, at=timezone.now(), by=staff):
        messages.success(request, _("It goes on with the next issue."))
    return redirect("office:subscribers_post", pk)


def _found(pk: int) -> Subscription:
    return get_object_or_404(Subscription.objects.select_related("title", "reader"), pk=pk)


def _address_form(country: str, present: Address | None, posted: Any) -> forms.Form | None:
    """Return the form for an address of a country; None where there is no such country."""
    try:
        lines = addresses.lines_of(country) if country else ()
    except addresses.BadAddress:
        return None
    if not lines:
        return None
    # Who moves to another country takes along their name, and nothing else.
    stays = present and present.country.code == country
    names = [line.name for line in lines if stays or line.name in ("name", "organisation")]
    form = forms.Form(posted, initial={name: getattr(present, name, "") for name in names})
    for line in lines:
        form.fields[line.name] = address_field(line)
    return form


def _write(
    found: Subscription, country: str, form: forms.Form, present: Address | None, staff: Any
) -> bool:
    """Write an address down in place of the present one; False where its post would not take it."""
    try:
        addresses.write(
            found.reader, country, form.cleaned_data, at=timezone.now(), replacing=present
        )
    except addresses.BadAddress as bad:
        for name, fault in bad.faults.items():
            form.add_error(name if name in form.fields else None, fault)
        return False
    log(found, "masthead.subscription.address", user=staff)
    return True
