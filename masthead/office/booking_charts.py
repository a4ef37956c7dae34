"""Charts of bookings, drawn as SVG; what they show stands in a table beside each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from masthead.advertising.models import Count

WEEK = timedelta(days=7)
HIGH = 100
BAR, GAP = 6, 2


@dataclass(frozen=True, slots=True)
class Week:
    """How much of a placement is taken in a week: on its fullest day, and on its emptiest."""

    begins_on: date
    most: int
    least: int


@dataclass(frozen=True, slots=True)
class Day:
    """What was counted of a booking on a day, of all its creatives together."""

    on: date
    impressions: int
    clicks: int


def weeks(taken: Mapping[date, int]) -> list[Week]:
    """Return the weeks of a stretch of days that begins with one."""
    days = list(taken)
    found = []
    for start in range(0, len(days), 7):
        shares = [taken[day] for day in days[start : start + 7]]
        found.append(Week(days[start], max(shares), min(shares)))
    return found


def shares(taken: Mapping[date, int]) -> SafeString:
    """Return bars of how many of a hundred pages are taken, one a day; weeks stand apart."""
    bars, at = [], 0
    for number, (day, share) in enumerate(taken.items()):
        at += GAP if number and number % 7 == 0 else 0
        bars.append(
            (at, HIGH - share, share, f"{date_format(day, 'SHORT_DATE_FORMAT')}: {share} %")
        )
        at += BAR
    rects = format_html_join(
        "",
        '<rect class="chart-taken" x="{}" y="{}" width="5" height="{}"><title>{}</title></rect>',
        bars,
    )
    ground = format_html('<rect class="chart-ground" width="{}" height="{}"/>', at, HIGH)
    return _chart(at, ground + rects)


def days(rows: Sequence[Count]) -> list[Day]:
    """Return the sums of each day on which anything was counted, oldest first."""
    sums: dict[date, list[int]] = {}
    for row in rows:
        both = sums.setdefault(row.day, [0, 0])
        both[0] += row.impressions
        both[1] += row.clicks
    return [Day(day, *both) for day, both in sorted(sums.items())]


def impressions(counted: Sequence[Day]) -> SafeString:
    """Return bars of impressions, one a day, the days without any among them."""
    if not counted:
        return SafeString("")
    by_day = {one.on: one for one in counted}
    first, last = counted[0].on, counted[-1].on
    most = max(one.impressions for one in counted) or 1
    bars = []
    for number in range((last - first).days + 1):
        one = by_day.get(first + timedelta(days=number))
        if one is None:
            continue
        high = round(HIGH * one.impressions / most, 1)
        told = f"{date_format(one.on, 'SHORT_DATE_FORMAT')}: {one.impressions}, {one.clicks}"
        bars.append((number * BAR, HIGH - high, high, told))
    rects = format_html_join(
        "",
        '<rect class="chart-taken" x="{}" y="{}" width="5" height="{}"><title>{}</title></rect>',
        bars,
    )
    wide = max(30, (last - first).days + 1) * BAR
    ground = format_html('<rect class="chart-ground" width="{}" height="{}"/>', wide, HIGH)
    return _chart(wide, ground + rects)


def _chart(wide: int, inside: SafeString) -> SafeString:
    # The table beside it says the same; read aloud, bars would only say it worse.
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true">{}</svg>',
        wide,
        HIGH,
        inside,
    )
