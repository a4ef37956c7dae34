"""Advertisers, what they book, and what is shown for them."""

from __future__ import annotations

import itertools
from datetime import date, datetime
from typing import Any

from masthead.advertising import bookings
from masthead.advertising.models import Advertiser, Booking, Creative
from masthead.editorial.models import Title
from tests.factories.editorial import THEN

_count = itertools.count(1)
FIRST, LAST = date(2026, 5, 1), date(2026, 5, 31)


def advertiser(name: str = "", **fields: Any) -> Advertiser:
    """Return somebody who advertises."""
    return Advertiser.objects.create(name=name or f"Advertiser {next(_count)}", **fields)


def booking(title: Title, **fields: Any) -> Booking:
    """Return a booking of all of May 2026 below every article, unless told otherwise."""
    asked: dict[str, Any] = {
        "advertiser": fields.pop("advertiser", None) or advertiser(),
        "name": "Spring",
        "placement": "article",
        "starts_on": FIRST,
        "ends_on": LAST,
        "share": 100,
        "rate_minor": 40000,
        "copy_deadline_on": date(2026, 4, 20),
    } | fields
    return bookings.book(Booking(title=title, **asked))


def for_print(title: Title, issue: Any, **fields: Any) -> Booking:
    """Return a booking of a page of an issue; a full one, unless told otherwise."""
    asked = {"placement": "full", "issue": issue, "name": "Spring in print"} | fields
    return booking(title, starts_on=None, ends_on=None, share=None, **asked)


def creative(of: Booking, *, at: datetime | None = THEN, **fields: Any) -> Creative:
    """Return a creative of words, approved `at` a moment; None: waiting for it."""
    number = next(_count)
    asked = {
        "headline": f"Rope that holds {number}",
        "words": "Four strands, laid by hand.",
        "link": f"https://rope{number}.example/",
    } | fields
    return Creative.objects.create(booking=of, approved_at=at, **asked)
