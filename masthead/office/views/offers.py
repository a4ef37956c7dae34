"""Offers in the office: write them, see them as readers will, put them on sale, take them off."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from masthead.circulation import offers as verbs
from masthead.circulation.models import Offer
from masthead.circulation.promises import kept
from masthead.editorial.models import Title
from masthead.office.offer_forms import OfferForms


@require_http_methods(["GET"])
def offers(request: HttpRequest) -> HttpResponse:
    """List every offer: its newest version, how often it was sold, whether it is on sale."""
    _allow(request)
    found = Offer.objects.select_related("title").prefetch_related("versions")
    rows = [
        {"offer": offer, "version": max((one.number for one in offer.versions.all()), default=0)}
        for offer in found
    ]
    return render(request, "office/offers.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
def offer(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Write an offer, and publish or withdraw it."""
    _allow(request)
    written = get_object_or_404(Offer, pk=pk) if pk else Offer(title=Title.objects.first())
    forms = OfferForms(written, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if "withdraw" in request.POST and written.pk:
            verbs.withdraw(written, by=_staff(request))
            messages.success(request, _("It is no longer on sale. Who has it keeps it."))
            return redirect("office:offer", written.pk)
        if forms.are_valid():
            kept_offer = forms.keep()
            if "publish" in request.POST:
                _publish(request, kept_offer)
            else:
                messages.success(
                    request, _("The offer is written down. Readers see what is published.")
                )
            return redirect("office:offer", kept_offer.pk)
        messages.error(request, _("It could not be written down: look for what is marked below."))
    return render(request, "office/offer.html", _context(written, forms))


def _publish(request: HttpRequest, offer: Offer) -> None:
    try:
        version = verbs.publish(offer, at=timezone.now(), by=_staff(request))
    except verbs.CannotPublish as refusal:
        for complaint in refusal.complaints:
            messages.error(request, complaint)
    else:
        told = _("It is on sale as version %(number)d. Terms sold before keep theirs.")
        messages.success(request, told % {"number": version.number})


def _context(offer: Offer, forms: OfferForms) -> dict[str, Any]:
    now = timezone.now()
    context: dict[str, Any] = {"offer": offer, "forms": forms}
    if offer.pk:
        deal = verbs.written(offer)
        context["complaints"] = verbs.complaints(deal, offer.title)
        if not context["complaints"]:
            context["lines"] = kept.lines(deal, offer.title, now)
        version = offer.versions.order_by("number").last()
        context["version"] = version
        context["differs"] = version is not None and version.deal != deal
    return context


def _allow(request: HttpRequest) -> None:
    if not request.user.has_perm("circulation.change_offer"):
        raise PermissionDenied


def _staff(request: HttpRequest) -> Any:
    return request.user
