"""What an advertiser is sent: the figures of a booking as rows for a spreadsheet."""

from __future__ import annotations

import csv
from io import StringIO

from masthead.advertising import counting
from masthead.advertising.models import Booking

COLUMNS = ("day", "placement", "creative", "headline", "impressions", "clicks")

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins so for a formula and runs it."""


def rows(booking: Booking) -> str:
    """Return the figures of a booking as CSV, a row for each creative and day: RFC 4180."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in counting.by_day(booking):
        writer.writerow(
            (
                row.day.isoformat(),
                _cell(row.placement),
                row.creative.key,
                _cell(str(row.creative)),
                row.impressions,
                row.clicks,
            )
        )
    return text.getvalue()


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text
