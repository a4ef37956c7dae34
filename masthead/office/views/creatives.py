"""Creatives: written by whoever books, looked at on light and dark ground, approved by an editor."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from masthead.advertising import creatives as verbs
from masthead.advertising import faces
from masthead.advertising.models import Booking, Creative
from masthead.office.booking_forms import CreativeForm
from masthead.office.views.bookings import see, staff
from masthead.production import booked


@require_http_methods(["GET", "POST"])
def creative(request: HttpRequest, booking: int, pk: int | None = None) -> HttpResponse:
    """Show a creative as readers will see it; on POST, keep what was written."""
    see(request)
    of = get_object_or_404(Booking.objects.select_related("advertiser", "title"), pk=booking)
    there = get_object_or_404(_all(), pk=pk, booking=of) if pk else Creative(booking=of)
    may_write = request.user.has_perm("advertising.change_creative") and not there.withdrawn_at
    if request.method == "POST" and not may_write:
        raise PermissionDenied
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = CreativeForm(*sent, instance=there)
    if request.method == "POST":
        if form.is_valid():
            try:
                kept = verbs.write(form.save(commit=False), by=staff(request))
            except ValidationError as refusal:
                form.add_error(None, refusal.messages)
            else:
                messages.success(request, _("It is kept, and waits for an editor’s approval."))
                return redirect("office:creative", of.pk, kept.pk)
        messages.error(request, _("It could not be kept: look for what is marked below."))
        there = _all().get(pk=pk) if pk else there
    context = {
        "booking": of,
        "creative": there,
        "form": form,
        "media": form.media,
        "may_write": may_write,
        "may_approve": request.user.has_perm("advertising.approve_creative"),
        "seen": verbs.digest(there) if there.pk else "",
    }
    return render(request, "office/creative.html", context)


@require_http_methods(["POST"])
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a creative run."""
    if not request.user.has_perm("advertising.approve_creative"):
        raise PermissionDenied
    there = get_object_or_404(_all(), pk=pk)
    try:
        seen = request.POST.get("seen", "")
        verbs.approve(there, seen=seen, at=timezone.now(), by=staff(request))
        messages.success(request, _("It is approved, and shown when its booking runs."))
        if there.booking.is_print and hasattr(there.booking, "page"):
            booked.take_in(there.booking, at=timezone.now())
    except (verbs.CannotApprove, booked.CannotPlace) as refusal:
        messages.error(request, str(refusal))
    return redirect("office:creative", there.booking_id, pk)


@require_http_methods(["POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a creative no more."""
    may = ("advertising.change_creative", "advertising.approve_creative")
    if not any(request.user.has_perm(one) for one in may):
        raise PermissionDenied
    there = get_object_or_404(_all(), pk=pk)
    verbs.withdraw(there, at=timezone.now(), by=staff(request))
    messages.success(request, _("It is taken out. What was counted stays."))
    return redirect("office:booking", there.booking_id)


@require_safe
@xframe_options_sameorigin
def look(request: HttpRequest, pk: int, ground: str) -> HttpResponse:
    """Return a page with nothing on it but a creative, on light or dark ground."""
    see(request)
    there = get_object_or_404(_all().filter(booking__issue=None), pk=pk)
    if ground not in ("light", "dark"):
        raise Http404
    answer = HttpResponse(faces.draw(there, "dark" if ground == "dark" else "light"))
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_safe
def artwork(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Return the PDF of a creative for print."""
    see(request)
    there = get_object_or_404(_all().exclude(artwork=""), pk=pk)
    try:
        file = there.artwork.open("rb")
    except OSError as lost:
        raise Http404 from lost
    answer = FileResponse(file, as_attachment=True, filename=f"booking-{there.booking_id}.pdf")
    answer["Cache-Control"] = "private, no-store"
    return answer


def _all() -> Any:
    return Creative.objects.select_related("booking__advertiser", "booking__title", "picture")
