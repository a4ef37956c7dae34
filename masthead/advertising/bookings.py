"""Booking, changing and stopping; what is free; what waits for copy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from masthead.advertising import placements
from masthead.advertising.models import Booking, Creative
from masthead.advertising.placements import Placement
from masthead.editorial.models import Issue, Title
from masthead.money import is_known
from masthead.people.models import User

WHOLE = 100
DAY = timedelta(days=1)


class CannotBook(Exception):
    """What is asked for cannot be had; ``complaints`` say why, fit to show to staff."""

    def __init__(self, complaints: list[str]) -> None:
        """Say what is wrong, a sentence each."""
        super().__init__(" ".join(complaints))
        self.complaints = complaints


@transaction.atomic
def book(booking: Booking, *, by: User | None = None) -> Booking:
    """Write a booking down, a new one or one that was changed; return it.

    Nothing is shown for it before a creative of it is approved.

    Raises:
        CannotBook: see the class; nothing was changed.
    """
    # Two that share what is left of a placement wait for one another here; SQLite has but one
    # writer anyway.
    Title.objects.select_for_update().get(pk=booking.title_id)
    if wrong := complaints(booking):
        raise CannotBook(wrong)
    act = "change" if booking.pk else "book"
    booking.save()
    log(booking, f"masthead.booking.{act}", user=by, data=_told(booking))
    return booking


@transaction.atomic
def stop(booking: Booking, *, at: datetime, by: User | None = None) -> None:
    """Show nothing more of a booking, from now on; what was counted stays."""
    now = Booking.objects.select_for_update().get(pk=booking.pk)
    if now.stopped_at is None:
        now.stopped_at = booking.stopped_at = at
        now.save(update_fields=["stopped_at"])  # Saved: the press hears of it.
        log(booking, "masthead.booking.stop", user=by)


def complaints(booking: Booking) -> list[str]:
    """Return what keeps a booking from being made as it is, a sentence each."""
    place = booking.place
    if place is None:
        return [_("Choose where it is to stand.")]
    found = _in_print(booking, place) if place.medium == "print" else _on_pages(booking, place)
    if not is_known(booking.currency):
        found.append(
            _("“%(currency)s” is no currency: write three capitals, such as EUR.")
            % {"currency": booking.currency}
        )
    if booking.stopped_at:
        found.append(_("It was stopped, and stays so. Make another booking."))
    return found


def _on_pages(booking: Booking, place: Placement) -> list[str]:
    if booking.issue_id is not None:
        return [_("“%(placement)s” is on readers’ pages: leave the issue out.") % _name(place)]
    if booking.starts_on is None or booking.ends_on is None:
        return [_("Say on which day it begins, and which is its last.")]
    found = []
    if booking.ends_on < booking.starts_on:
        found.append(_("Its last day comes before its first."))
    if booking.share is None or not 1 <= booking.share <= WHOLE:
        found.append(_("Its share is a number from 1 to 100."))
    if booking.copy_deadline_on and booking.copy_deadline_on > booking.starts_on:
        found.append(_("The copy deadline is after its first day: nothing would be there yet."))
    if found:
        return found
    taken = taken_on_days(_rivals(booking), booking.starts_on, booking.ends_on)
    full = [day for day, share in taken.items() if share + (booking.share or 0) > WHOLE]
    if full:
        free = WHOLE - max(taken[day] for day in full)
        told = {"day": date_format(full[0]), "free": max(0, free), **_name(place)}
        found.append(
            _(
                "“%(placement)s” is booked already: from %(day)s on, no more than %(free)s of a "
                "hundred pages are free on some day. Book a smaller share, or other days."
            )
            % told
        )
    return found


def _in_print(booking: Booking, place: Placement) -> list[str]:
    issue = booking.issue
    if issue is None:
        return [_("Say in which issue it stands.")]
    found = []
    if issue.publication_id != booking.title_id:
        found.append(_("This issue is one of another magazine."))
    if booking.starts_on or booking.ends_on or booking.share or booking.cap:
        found.append(_("In print there are no days, shares and caps: leave them empty."))
    if booking.rate_per == Booking.Per.THOUSAND:
        found.append(_("In print nobody counts impressions: the rate is for all of it."))
    if booking.pk is None and issue.state == Issue.State.ON_SALE:
        found.append(_("This issue is on sale already: nothing can be let in any more."))
    if place.alone and _rivals(booking).filter(issue=issue).exists():
        found.append(
            _("“%(placement)s” of this issue is booked already; there is only one.") % _name(place)
        )
    return found


def _rivals(booking: Booking) -> QuerySet[Booking]:
    """Return the others in the same placement that are not stopped."""
    return Booking.objects.filter(
        title=booking.title_id, placement=booking.placement, stopped_at=None
    ).exclude(pk=booking.pk)


def _name(place: Placement) -> dict[str, str]:
    return {"placement": str(place.label)}


def _told(booking: Booking) -> dict[str, object]:
    """Return what the daybook keeps of a booking: enough to see what was agreed when."""
    return {
        "placement": booking.placement,
        "from": booking.starts_on.isoformat() if booking.starts_on else None,
        "until": booking.ends_on.isoformat() if booking.ends_on else None,
        "issue": booking.issue_id,
        "share": booking.share,
        "cap": booking.cap,
        "rate": [booking.rate_minor, booking.currency, booking.rate_per],
    }


# --- What is free -----------------------------------------------------------


def taken_on_days(bookings: Iterable[Booking], first: date, last: date) -> dict[date, int]:
    """Return how many of a hundred pages are taken on each day, both ends included."""
    days = {first + DAY * number: 0 for number in range((last - first).days + 1)}
    for booking in bookings:
        if booking.starts_on is None or booking.ends_on is None:
            continue
        day = max(first, booking.starts_on)
        while day <= min(last, booking.ends_on):
            days[day] += booking.share or 0
            day += DAY
    return days


def availability(title: Title, first: date, last: date) -> Mapping[str, Mapping[date, int]]:
    """Return the same for each placement on readers' pages, by its name; one query."""
    found: dict[str, list[Booking]] = {one.name: [] for one in placements.of_medium("web")}
    booked = Booking.objects.filter(
        title=title, stopped_at=None, starts_on__lte=last, ends_on__gte=first
    )
    for booking in booked:
        found.setdefault(booking.placement, []).append(booking)
    return {name: taken_on_days(bookings, first, last) for name, bookings in found.items()}


# --- What is wanting --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Lack:
    """A booking whose copy deadline has passed, and what it still wants; fit to show to staff."""

    booking: Booking
    words: str


def lacking_copy(title: Title, day: date) -> list[Lack]:
    """Return the bookings that are over their copy deadline and have nothing to show."""
    live = (
        Booking.objects.filter(title=title, stopped_at=None, copy_deadline_on__lt=day)
        .filter(Q(ends_on__gte=day) | Q(issue__isnull=False) & ~Q(issue__state="on_sale"))
        .annotate(
            has_copy=Exists(Creative.objects.filter(booking=OuterRef("pk"), withdrawn_at=None)),
            has_approved=Exists(Creative.objects.approved().filter(booking=OuterRef("pk"))),
        )
        .filter(has_approved=False)
        .select_related("advertiser", "issue")
        .order_by("copy_deadline_on", "pk")
    )
    return [
        Lack(
            booking,
            _("Waits for an editor’s approval.")
            if booking.has_copy
            else _("Nothing has come in. Ask for it."),
        )
        for booking in live
    ]


def of_issue(issue: Issue) -> Sequence[Booking]:
    """Return what is booked on the pages of an issue and not stopped, with its advertisers."""
    found = Booking.objects.filter(issue=issue, stopped_at=None)
    return list(found.select_related("advertiser", "issue").order_by("placement", "pk"))
