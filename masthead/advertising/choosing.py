"""Which advertisement stands in a placement of a page: worked out, never remembered.

The same page in the same minute has the same one for everybody, so that nothing need be known
of who looks, and a page that is made ahead holds as good a choice as one that is made when it is
asked for (docs/decisions/0030).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from masthead.advertising.models import Booking, Count, Creative
from masthead.advertising.placements import Placement
from masthead.editorial.models import Title

HUNDRED = 100
MINUTE = 60


@dataclass(frozen=True, slots=True)
class Candidate:
    """A booking that runs: on how many of a hundred pages, and with which creatives."""

    booking: int
    share: int
    creatives: tuple[Any, ...]


def choose(candidates: Sequence[Candidate], *, seed: str, page: str, minute: int) -> Any:
    """Return one of the creatives for a page in a minute, or None: the place stays empty.

    Each booking gets its share of all pages and minutes, and its creatives get equal parts of
    that. What is not booked is nobody's.

    Args:
        candidates: in any order; their shares come to a hundred at most.
        seed: what tells placements and titles apart, so that they do not keep step.
        page: the key of the page.
        minute: whole minutes since 1970.
    """
    drawn = _drawn(f"{seed}|{page}|{minute}", HUNDRED)
    for candidate in sorted(candidates, key=lambda one: one.booking):
        if drawn < candidate.share:
            several = len(candidate.creatives)
            if not several:
                return None
            number = _drawn(f"{seed}|{page}|{minute}|{candidate.booking}", several)
            return candidate.creatives[number]
        drawn -= candidate.share
    return None


def _drawn(text: str, below: int) -> int:
    """Return a number below a limit that looks like chance and is not."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) % below


def chosen_for(title: Title, placement: Placement, page: str, at: datetime) -> Creative | None:
    """Return what stands in a placement of a page at a moment; one query, see `candidates()`."""
    return chosen_among(candidates(title, placement, at), title, placement, page, at)


def chosen_among(
    found: Sequence[Candidate], title: Title, placement: Placement, page: str, at: datetime
) -> Creative | None:
    """Return which of these stands in a placement of a page at a moment.

    Args:
        found: what may be shown there.
        title: whose page.
        placement: which place on it.
        page: the key of the page.
        at: the moment in which the page is made.
    """
    seed, minute = f"{title.key}|{placement.name}", int(at.timestamp() // MINUTE)
    chosen: Creative | None = choose(found, seed=seed, page=page, minute=minute)
    return chosen


def turn_on(title: Title, day: date) -> bool:
    """Say whether other bookings run on a title's pages from a day on: one begins, or one is over."""
    booked = Booking.objects.filter(title=title, issue=None, stopped_at=None)
    return booked.filter(Q(starts_on=day) | Q(ends_on=day - timedelta(days=1))).exists()


def candidates(title: Title, placement: Placement, at: datetime) -> list[Candidate]:
    """Return the bookings of a placement that may be shown at a moment; one query.

    What has reached its cap, waits for approval, or has a picture whose licence does not reach so
    far, is not shown.
    """
    day = title.day(at)
    shown = (
        Count.objects.filter(creative__booking=OuterRef("booking"))
        .order_by()
        .values("creative__booking")
        .annotate(sum=Sum("impressions"))
        .values("sum")
    )
    found = (
        Creative.objects.running(title, placement.name, day)
        .annotate(shown=Coalesce(Subquery(shown), 0))
        .filter(Q(booking__cap=None) | Q(shown__lt=F("booking__cap")))
        .select_related("booking__advertiser", "picture")
        .order_by("booking_id", "pk")
    )
    by_booking: dict[int, list[Creative]] = {}
    for creative in found:
        if creative.picture is None or not creative.picture.refusal("web", day):
            by_booking.setdefault(creative.booking_id, []).append(creative)
    return [
        Candidate(booking, creatives[0].booking.share or 0, tuple(creatives))
        for booking, creatives in by_booking.items()
    ]
