"""Renewals in the office: who would be charged and how much, the brake, and doing it now."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from masthead.circulation import brakes
from masthead.circulation import renewals as renewing
from masthead.circulation.models import RenewalBrake
from masthead.editorial.models import Title
from masthead.office import permissions, tasks
from masthead.office.pages import allow, show
from masthead.office.views.boards import board


class BrakeForm(forms.Form):
    """Why renewals stop."""

    why = forms.CharField(label=gettext_lazy("Why"), max_length=200)


class ChargeForm(forms.Form):
    """How many are charged at most."""

    most = forms.IntegerField(
        label=gettext_lazy("Charges at most"), min_value=1, max_value=renewing.MOST
    )


@require_http_methods(["GET", "POST"])
def renewals(request: HttpRequest) -> HttpResponse:
    """Show whether a title renews and, on asking, who is due; on POST, stop, go on, or charge."""
    staff = allow(request, permissions.RENEW)
    title, now = board.title_of(request), timezone.now()
    brake = BrakeForm(request.POST if "stop" in request.POST else None)
    charge = ChargeForm(
        request.POST if "charge" in request.POST else None, initial={"most": renewing.MOST}
    )
    done = ""
    if "stop" in request.POST and brake.is_valid():
        brakes.pull(title, why=brake.cleaned_data["why"], at=now, by=staff)
        done = _("Nobody is charged until renewals go on.")
    elif "go-on" in request.POST:
        brakes.release(title, at=now, by=staff)
        done = _("Renewals go on.")
    elif "charge" in request.POST and charge.is_valid():
        if why := brakes.reason(title):
            messages.error(request, _("Renewals are stopped: %(why)s") % {"why": why})
            return redirect(f"{request.path}?title={title.pk}")
        tasks.renew_now.enqueue(title.pk, charge.cleaned_data["most"])
        done = _("The worker does it now; this page shows what is left.")
    if done:
        messages.success(request, done)
        return redirect(f"{request.path}?title={title.pk}")
    pulled = RenewalBrake.objects.filter(title=title).select_related("pulled_by")
    context = {
        "title": title,
        "titles": Title.objects.order_by("pk"),
        "brake": brake,
        "charge": charge,
        "why": brakes.reason(title),
        "pulled": pulled[:10],
    }
    if "plan" in request.GET or charge.errors:
        plan = renewing.plan(title, at=now)
        context |= {"plan": plan, "reasons": plan.reasons.most_common()}
    return show(request, "office/renewals.html", context, title=_("Renewals"), icon="history")
