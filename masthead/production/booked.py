"""What advertisers have booked on the pages of an issue, and the pages on which it stands.

A booking becomes artwork of production's, and that an insertion like any other: what is sold for
a page stands there, or the issue is not pressed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from masthead.advertising import bookings, placements
from masthead.advertising.models import Booking, Creative
from masthead.editorial.models import Issue
from masthead.people.models import User
from masthead.production import artworks, flat_plans, pressings
from masthead.production.models import Artwork, Insertion


class CannotPlace(Exception):
    """A booking cannot be let in like this; says why, fit to show to staff."""


@dataclass(frozen=True, slots=True)
class Booked:
    """A booking of an issue: whether its artwork is there, and where it stands."""

    booking: Booking
    has_file: bool
    insertion: Insertion | None
    waits: bool = False
    """Whether an approved PDF is there that the artwork does not have yet."""

    @property
    def trouble(self) -> str:
        """What is still to be done, fit to show to staff; nothing if all is well."""
        told = {"booking": self.booking}
        if self.booking.stopped_at:
            return _("“%(booking)s” was stopped, and still stands. Take it out.") % told
        if self.insertion is None:
            return _("“%(booking)s” has no page yet.") % told
        if self.waits:
            return _("“%(booking)s” has a newer PDF. Take it in.") % told
        if not self.has_file:
            return _("“%(booking)s” has a page and no PDF yet.") % told
        return ""

    @property
    def asks_for_page(self) -> bool:
        """Whether somebody has to say on which page it is to stand."""
        place = self.booking.place
        return place is not None and place.where == "page" and place.page is None


def of(issue: Issue) -> list[Booked]:
    """Return the bookings of an issue, those among them that were stopped and still stand."""
    placed = {
        one.artwork.booking_id: one
        for one in Insertion.objects.filter(issue=issue)
        .exclude(artwork__booking=None)
        .select_related("artwork__booking__advertiser")
    }
    booked = bookings.of_issue(issue)
    known = {one.pk for one in booked}
    left = [
        one.artwork.booking
        for pk, one in placed.items()
        if pk not in known and one.artwork.booking is not None
    ]
    taken_in = {one.booking_id: one for one in Artwork.objects.filter(booking__in=booked)}
    newest = _newest_pdfs(booked)
    found = []
    for booking in [*booked, *left]:
        insertion = placed.get(booking.pk)
        artwork = insertion.artwork if insertion else taken_in.get(booking.pk)
        has_file = bool(artwork and artwork.file)
        pdf = newest.get(booking.pk)
        waits = bool(insertion and pdf and (artwork is None or artwork.taken_from != _named(pdf)))
        found.append(Booked(booking, has_file, insertion, waits))
    return found


def troubles(issue: Issue) -> list[str]:
    """Return what is still to be done before an issue is pressed, a sentence for each booking."""
    return [one.trouble for one in of(issue) if one.trouble]


@transaction.atomic
def let_in(booking: Booking, *, page: int | None = None, at: datetime, by: User) -> Insertion:
    """Put a booking on a page of its issue, or on another one; its PDF comes along if it is there.

    Where its placement is one page, it stands there, locked; what was sold for a page of the
    office's choice is locked by hand.

    Raises:
        CannotPlace: see the class; nothing was changed.
    """
    place = booking.place
    if booking.issue is None or place is None or place.medium != "print" or booking.stopped_at:
        raise CannotPlace(_("Only what is booked in print, and not stopped, has a page."))
    artwork = _taken_in(booking, at)
    insertion = Insertion.objects.filter(issue=booking.issue, artwork=artwork).first()
    insertion = insertion or Insertion(issue=booking.issue, artwork=artwork)
    insertion.where = Insertion.Where(place.where)
    insertion.page = place.page or page if place.where == "page" else None
    try:
        flat_plans.insert(insertion, by=by)
    except ValidationError as refusal:
        raise CannotPlace(" ".join(refusal.messages)) from refusal
    except flat_plans.Cannot as refusal:
        raise CannotPlace(str(refusal)) from refusal
    if place.alone:
        flat_plans.lock(insertion, locked=True, by=by)
    return insertion


@transaction.atomic
def take_in(booking: Booking, *, at: datetime) -> Artwork:
    """Give the artwork of a booking the newest PDF that an editor has approved.

    Raises:
        CannotPlace: it cannot be printed as it is.
    """
    return _taken_in(booking, at)


def advertisers(plan: flat_plans.Plan) -> list[tuple[str, list[int]]]:
    """Return who advertises in an issue and on which pages of its plan, by name; covers count."""
    pages: dict[str, list[int]] = {}
    for sheet in plan.sheets:
        for one in [*([sheet.insertion] if sheet.insertion else []), *sheet.parts]:
            if one.artwork.booking is not None:
                name = one.artwork.booking.advertiser.name
                pages.setdefault(name, []).append(sheet.number)
    return sorted(pages.items())


def _taken_in(booking: Booking, at: datetime) -> Artwork:
    place = placements.named(booking.placement)
    assert place is not None
    size = Artwork.Size(place.size)
    artwork = Artwork.objects.filter(booking=booking).first() or Artwork(booking=booking)
    artwork.title, artwork.name, artwork.size = booking.title, str(booking)[:120], size
    pdf = _newest_pdfs([booking]).get(booking.pk)
    if pdf is not None and artwork.taken_from != _named(pdf):
        asked = artworks.asked_of(booking.title, size, pressings.furnished(at))
        try:
            with pdf.artwork.open("rb") as file:
                artworks.note(artwork, artworks.look_at(file, asked, size))
                artwork.file.save(f"booking-{booking.pk}.pdf", File(file), save=False)
                artwork.taken_from = _named(pdf)
        except artworks.Unfit as refusal:
            told = {"booking": booking, "why": " ".join(refusal.args)}
            raise CannotPlace(
                _("The PDF of “%(booking)s” cannot be printed: %(why)s") % told
            ) from refusal
        except OSError as lost:
            raise CannotPlace(
                _("The PDF of “%(booking)s” was lost from the server. Upload it again.")
                % {"booking": booking}
            ) from lost
    artwork.save()
    return artwork


def _newest_pdfs(booked: Sequence[Booking]) -> dict[int, Creative]:
    """Return the creative with the newest approved PDF of each booking; one query."""
    found = Creative.objects.approved().filter(booking__in=booked).exclude(artwork="")
    return {one.booking_id: one for one in found.order_by("approved_at", "pk")}


def _named(pdf: Creative) -> str:
    """Return what tells an approved PDF from one that was approved before."""
    assert pdf.approved_at is not None
    return f"{pdf.key} {pdf.approved_at.isoformat()}"
