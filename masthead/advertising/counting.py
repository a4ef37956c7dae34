"""How often advertisements are seen and followed: sums by the day, and nothing of who it was.

What is counted is that a browser fetched the creative's picture or followed its link, both at
addresses of ours. No cookie, no address and no reader is looked at. A program that says what it
is, a browser that only fetches ahead, and a page of another house are not counted
(docs/decisions/0030 has the limits).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.db.models import F, Sum
from django.http import HttpHeaders

from masthead.advertising.models import Booking, Count, Creative

Event = Literal["impressions", "clicks"]

MACHINES = re.compile(
    r"bot|crawl|spider|slurp|archiv|preview|fetch|monitor|headless|lighthouse|scan|scrap|check"
    r"|feed|curl|wget|python|java/|okhttp|go-http|libwww|httpclient|axios|node",
    re.IGNORECASE,
)
"""What programs call themselves that nobody looks through. Those that lie are counted."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Impressions and clicks."""

    impressions: int = 0
    clicks: int = 0

    @property
    def rate(self) -> float:
        """Clicks in a hundred impressions."""
        return 100 * self.clicks / self.impressions if self.impressions else 0.0


def is_somebody(headers: HttpHeaders) -> bool:
    """Say whether a request seems to come from somebody who looks at a page of ours."""
    agent = headers.get("User-Agent", "")
    if not agent or MACHINES.search(agent):
        return False
    ahead = any("prefetch" in headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz"))
    # Old browsers do not say from where they ask.
    return not ahead and headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"


def count(creative: Creative, event: Event, day: date) -> bool:
    """Count an impression or a click; say whether it was counted.

    Only what runs on that day is. One row is updated where it stands, so that two at once both
    count.

    Args:
        creative: fetched with its booking.
        event: which of the two.
        day: the day in the title's zone.
    """
    booking = creative.booking
    runs = (
        creative.is_approved
        and booking.stopped_at is None
        and booking.starts_on is not None
        and booking.ends_on is not None
        and booking.starts_on <= day <= booking.ends_on
    )
    if not runs:
        return False
    row = Count.objects.filter(creative=creative, placement=booking.placement, day=day)
    one_more = {event: F(event) + 1}
    if not row.update(**one_more):
        Count.objects.get_or_create(creative=creative, placement=booking.placement, day=day)
        row.update(**one_more)
    return True


def of(booking: Booking) -> Figures:
    """Return what was counted of a booking in all."""
    return of_all([booking])[booking.pk]


def of_all(bookings: list[Booking]) -> Mapping[int, Figures]:
    """Return the same of several, by their primary keys; one query."""
    sums = (
        Count.objects.filter(creative__booking__in=bookings)
        .order_by()
        .values_list("creative__booking")
        .annotate(Sum("impressions"), Sum("clicks"))
    )
    found = {booking.pk: Figures() for booking in bookings}
    return found | {pk: Figures(impressions, clicks) for pk, impressions, clicks in sums}


def by_day(booking: Booking) -> list[Count]:
    """Return the rows of a booking, oldest first, with their creatives."""
    found = Count.objects.filter(creative__booking=booking)
    return list(found.select_related("creative").order_by("day", "creative_id"))
