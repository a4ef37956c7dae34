"""Guests of an issue's proofs: inviting them, revoking their links, forgetting who they were."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from masthead.office.views.editions import issue_for, staff
from masthead.production import guests as inviting
from masthead.production.models import Guest

SHOWN = 100


class GuestForm(forms.Form):
    """Whom to invite, and for how long."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    mail = forms.EmailField(
        label=gettext_lazy("Mail address"),
        required=False,
        help_text=gettext_lazy("For your own list. Nothing is sent: you pass the link on."),
    )
    days = forms.IntegerField(
        label=gettext_lazy("Good for how many days"),
        min_value=1,
        max_value=inviting.MOST_DAYS,
        initial=inviting.DAYS,
    )


@require_http_methods(["GET", "POST"])
def guests(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an issue's guests; on POST, invite one, revoke a link, or forget whose it was."""
    issue = issue_for(request, pk)
    now = timezone.now()
    link = ""
    form = GuestForm(request.POST if "days" in request.POST else None)
    if request.method == "POST":
        for field, done in (
            ("revoke", _("The link opens nothing any more.")),
            ("forget", _("Nobody knows any more whose link that was.")),
        ):
            if field in request.POST:
                found = _guest(pk, request.POST[field])
                if field == "revoke":
                    inviting.revoke(found, by=staff(request), at=now)
                else:
                    inviting.forget(found, at=now)
                messages.success(request, done)
                return redirect("office:guests", pk)
        if form.is_valid():
            _invited, token = inviting.invite(
                issue,
                form.cleaned_data["name"],
                mail=form.cleaned_data["mail"],
                days=form.cleaned_data["days"],
                by=staff(request),
                at=now,
            )
            # Shown with this answer and never again, so there is no redirection.
            link = request.build_absolute_uri(reverse("newsstand:proofs", args=[token]))
            form = GuestForm()
    there = Guest.objects.filter(issue=issue).select_related("invited_by")[:SHOWN]
    good = set(Guest.objects.good(now).filter(issue=issue).values_list("pk", flat=True))
    answer = render(
        request,
        "office/guests.html",
        {"issue": issue, "guests": there, "good": good, "form": form, "link": link},
    )
    add_never_cache_headers(answer)
    return answer


def _guest(issue: int, pk: str) -> Guest:
    return get_object_or_404(
        Guest.objects.select_related("issue"), issue=issue, pk=pk if pk.isdecimal() else 0
    )
