"""Bookings of advertisements: what is booked and free, and what was counted of each."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from masthead.advertising import bookings as verbs
from masthead.advertising import counting, placements, reports
from masthead.advertising.models import Booking
from masthead.editorial.models import Title
from masthead.office import booking_charts
from masthead.office.booking_forms import BookingForm

PAGE = 50
WEEKS_SHOWN = 10


@require_safe
def bookings(request: HttpRequest) -> HttpResponse:
    """List bookings, the newest first; what is free in the weeks to come; what waits for copy."""
    see(request)
    found = Booking.objects.select_related("advertiser", "title", "issue").order_by("-pk")
    page = Paginator(found, PAGE).get_page(request.GET.get("p"))
    rows = list(page.object_list)
    counted, now = counting.of_all(rows), timezone.now()
    return render(
        request,
        "office/bookings.html",
        {
            "rows": [_row(one, counted[one.pk], now) for one in rows],
            "page": page,
            "titles": [_free(title, now) for title in Title.objects.order_by("pk")],
            "may_book": request.user.has_perm("advertising.change_booking"),
        },
    )


def _row(booking: Booking, figures: counting.Figures, now: Any) -> dict[str, Any]:
    state = booking.state(booking.title.day(now), figures.impressions)
    left = max(0, booking.cap - figures.impressions) if booking.cap is not None else None
    return {"booking": booking, "state": state.label, "figures": figures, "left": left}


def _free(title: Title, now: Any) -> dict[str, Any]:
    """Return what is taken of a title's placements in the weeks to come, and what it waits for."""
    today = title.day(now)
    first = today - timedelta(days=today.weekday())
    taken = verbs.availability(title, first, first + timedelta(weeks=WEEKS_SHOWN, days=-1))
    return {
        "title": title,
        "lacks": verbs.lacking_copy(title, today),
        "weeks": [first + timedelta(weeks=number) for number in range(WEEKS_SHOWN)],
        "placements": [
            {
                "label": one.label,
                "chart": booking_charts.shares(taken[one.name]),
                "weeks": booking_charts.weeks(taken[one.name]),
            }
            for one in placements.of_medium("web")
        ],
    }


@require_http_methods(["GET", "POST"])
def booking(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Show a booking with its creatives and figures; on POST, book it or change it."""
    see(request)
    there = get_object_or_404(_all(), pk=pk) if pk else Booking(title=Title.objects.first())
    if request.method == "POST" and not request.user.has_perm("advertising.change_booking"):
        raise PermissionDenied
    form = BookingForm(request.POST if request.method == "POST" else None, instance=there)
    if request.method == "POST":
        if form.is_valid():
            try:
                booked = verbs.book(form.save(commit=False), by=staff(request))
            except verbs.CannotBook as refusal:
                for complaint in refusal.complaints:
                    form.add_error(None, complaint)
            else:
                messages.success(request, _("It is booked."))
                return redirect("office:booking", booked.pk)
        messages.error(request, _("It could not be booked: look for what is marked below."))
        # What was typed stands in the form; the page around it shows what is booked.
        there = _all().get(pk=pk) if pk else there
    return render(request, "office/booking.html", _context(request, there, form))


def _context(request: HttpRequest, booking: Booking, form: BookingForm) -> dict[str, Any]:
    context: dict[str, Any] = {
        "booking": booking,
        "form": form,
        "may_book": request.user.has_perm("advertising.change_booking"),
        "media": form.media,
    }
    if booking.pk:
        now, rows = timezone.now(), counting.by_day(booking)
        counted = booking_charts.days(rows)
        figures = counting.of(booking)
        context |= _row(booking, figures, now) | {
            "days": counted,
            "chart": booking_charts.impressions(counted),
            "due": booking.due(figures.impressions),
            "creatives": booking.creatives.select_related("picture", "approved_by"),
        }
    return context


@require_http_methods(["POST"])
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Show nothing more of a booking."""
    see(request)
    if not request.user.has_perm("advertising.change_booking"):
        raise PermissionDenied
    there = get_object_or_404(Booking, pk=pk)
    verbs.stop(there, at=timezone.now(), by=staff(request))
    messages.success(request, _("It is stopped. What was counted stays."))
    return redirect("office:booking", pk)


@require_safe
def figures(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the figures of a booking as a file for its advertiser."""
    see(request)
    there = get_object_or_404(_all(), pk=pk)
    answer = HttpResponse(reports.rows(there), content_type="text/csv; charset=utf-8")
    name = slugify(f"{there.advertiser} {there.name}") or "figures"
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def see(request: HttpRequest) -> None:
    """Let in whoever may see what is booked.

    Raises:
        PermissionDenied: for everybody else.
    """
    if not request.user.has_perm("advertising.view_booking"):
        raise PermissionDenied


def staff(request: HttpRequest) -> Any:
    """Return the member of staff who asks."""
    return request.user


def _all() -> Any:
    return Booking.objects.select_related("advertiser", "title", "issue")
