"""Charts: lines and bars as SVG, each with the table that it is drawn from.

Nothing in them is told by colour alone: series differ by hatching and dashes as well, and the whole
chart takes its ink from the page, so that it works in Wagtail's light and dark themes and in print.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO
from typing import Literal

from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from masthead.money import Money, minor_digits

WIDTH, HEIGHT = 720, 280
LEFT, RIGHT, TOP, BOTTOM = 76, 12, 36, 32
MOST_LABELS = 12
STYLES = 4
"""So many series can be told apart; more of them are two charts."""

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins so for a formula and runs it."""


@dataclass(frozen=True, slots=True)
class Series:
    """Figures of one kind, one for each label of the chart; None where there is none."""

    label: str
    values: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn: labels below, series above; with a currency the figures are minor units."""

    name: str
    title: str
    says: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    kind: Literal["lines", "bars"] = "bars"
    currency: str = ""

    def __post_init__(self) -> None:
        """See to it that there is a figure for each label, and a style for each series."""
        if len(self.series) > STYLES or any(
            len(one.values) != len(self.labels) for one in self.series
        ):
            raise ValueError(f"“{self.name}” has too many series, or one of another length.")

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw: no figure other than nought."""
        return not any(value for one in self.series for value in one.values)

    def rows(self) -> list[tuple[str, list[str]]]:
        """Return the table: each label with its figures, as people write them."""
        return [
            (label, [self.written(one.values[number]) for one in self.series])
            for number, label in enumerate(self.labels)
        ]

    def written(self, value: int | None) -> str:
        """Return a figure as people write it."""
        if value is None:
            return ""
        if not self.currency:
            return str(number_format(value, force_grouping=True))
        amount = Money(value, self.currency).amount
        return str(number_format(amount, minor_digits(self.currency), force_grouping=True))

    def csv(self) -> Iterator[str]:
        """Yield the table as CSV, safe to open in a spreadsheet; figures as programs write them."""
        unit = f" ({self.currency})" if self.currency else ""
        yield _line(["", *(f"{one.label}{unit}" for one in self.series)])
        for number, label in enumerate(self.labels):
            yield _line([label, *(self._plain(one.values[number]) for one in self.series)])

    def svg(self) -> SafeString:
        """Return the drawing."""
        low, high, step = _scale(
            [value for one in self.series for value in one.values if value is not None],
            10 ** minor_digits(self.currency) if self.currency else 1,
        )
        inner = [_hatches(self.name), *_legend(self)]
        inner += _axis(self, low, high, step)
        draw = _bars if self.kind == "bars" else _lines
        inner += draw(self, low, high)
        return format_html(
            '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-title {}-desc">'
            '<title id="{}-title">{}</title><desc id="{}-desc">{}</desc>{}</svg>',
            WIDTH, HEIGHT, self.name, self.name, self.name, self.title, self.name, self.says,
            format_html_join("", "{}", ((one,) for one in inner)),
        )  # fmt: skip

    def _plain(self, value: int | None) -> str:
        if value is None:
            return ""
        return str(Money(value, self.currency).amount) if self.currency else str(value)


def _scale(values: list[int], unit: int) -> tuple[int, int, int]:
    """Return where the axis begins and ends, and its step: 1, 2 or 5 and noughts of whole units."""
    low, high = min([0, *values]), max([0, *values])
    span = max(high - low, unit)
    step = unit
    while span / step > 5:
        head = str(step // unit)[0]
        step = step * 5 // 2 if head == "2" else step * 2
    return low // step * step, -(-max(high, low + unit) // step) * step, step


def _y(value: int, low: int, high: int) -> str:
    share = Decimal(value - low) / Decimal(high - low)
    return f"{HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM):.1f}"


def _slot(chart: Chart) -> float:
    return (WIDTH - LEFT - RIGHT) / max(1, len(chart.labels))


def _axis(chart: Chart, low: int, high: int, step: int) -> Iterator[SafeString]:
    for value in range(low, high + 1, step):
        y = _y(value, low, high)
        yield format_html(
            '<line class="{}" x1="{}" x2="{}" y1="{}" y2="{}"/>'
            '<text class="chart-figure" x="{}" y="{}" dy="4">{}</text>',
            "chart-base" if value == 0 else "chart-rule",
            LEFT, WIDTH - RIGHT, y, y, LEFT - 8, y, _short(chart, value),
        )  # fmt: skip
    every = -(-len(chart.labels) // MOST_LABELS)
    for number, label in enumerate(chart.labels):
        if number % every == 0:
            x = LEFT + (number + 0.5) * _slot(chart)
            yield format_html(
                '<text class="chart-label" x="{}" y="{}">{}</text>', f"{x:.1f}", HEIGHT - 10, label
            )


def _short(chart: Chart, value: int) -> str:
    if not chart.currency:
        return str(number_format(value, force_grouping=True))
    return str(number_format(Money(value, chart.currency).amount, 0, force_grouping=True))


def _legend(chart: Chart) -> Iterator[SafeString]:
    x = LEFT
    for number, one in enumerate(chart.series, 1):
        label = f"{one.label}, {chart.currency}" if chart.currency else one.label
        mark = format_html(
            '<rect class="chart-bar chart-{}" x="{}" y="8" width="14" height="12" fill="{}"/>',
            number, x, _fill(chart, number),
        )  # fmt: skip
        if chart.kind == "lines":
            mark = format_html(
                '<line class="chart-line chart-{}" x1="{}" x2="{}" y1="14" y2="14"/>', number, x, x + 20
            )  # fmt: skip
        yield format_html('{}<text class="chart-key" x="{}" y="18">{}</text>', mark, x + 26, label)
        x += 46 + 7 * len(label)


def _bars(chart: Chart, low: int, high: int) -> Iterator[SafeString]:
    slot, nought = _slot(chart), float(_y(0, low, high))
    wide = min(40.0, slot * 0.8 / max(1, len(chart.series)))
    for place, one in enumerate(chart.series):
        for number, value in enumerate(one.values):
            if not value:
                continue
            x = LEFT + (number + 0.5) * slot + (place - len(chart.series) / 2) * wide
            y = float(_y(value, low, high))
            yield format_html(
                '<rect class="chart-bar chart-{}" x="{}" y="{}" width="{}" height="{}" fill="{}">'
                "<title>{}</title></rect>",
                place + 1, f"{x:.1f}", f"{min(y, nought):.1f}", f"{wide * 0.9:.1f}",
                f"{abs(nought - y):.1f}", _fill(chart, place + 1),
                f"{chart.labels[number]}, {one.label}: {chart.written(value)}",
            )  # fmt: skip


def _lines(chart: Chart, low: int, high: int) -> Iterator[SafeString]:
    for place, one in enumerate(chart.series, 1):
        points = [
            (LEFT + (number + 0.5) * _slot(chart), _y(value, low, high))
            for number, value in enumerate(one.values)
            if value is not None
        ]
        path = " ".join(f"{x:.1f},{y}" for x, y in points)
        yield format_html('<polyline class="chart-line chart-{}" points="{}"/>', place, path)
        if len(points) == 1:
            x, y = points[0]
            yield format_html('<circle class="chart-dot" cx="{}" cy="{}" r="3"/>', f"{x:.1f}", y)


def _fill(chart: Chart, number: int) -> str:
    """Return the fill of a series: full, hatched, hatched the other way, or none."""
    return ("currentColor", f"url(#{chart.name}-2)", f"url(#{chart.name}-3)", "none")[number - 1]


def _hatches(name: str) -> SafeString:
    return format_html(
        '<defs><pattern id="{}-2" width="5" height="5" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><path class="chart-2" d="M0 0V5" stroke="currentColor" '
        'stroke-width="4"/></pattern><pattern id="{}-3" width="5" height="5" '
        'patternUnits="userSpaceOnUse" patternTransform="rotate(135)"><path class="chart-3" '
        'd="M0 0V5" stroke="currentColor" stroke-width="2"/></pattern></defs>',
        name, name,
    )  # fmt: skip


def _line(cells: list[str]) -> str:
    out = StringIO()
    first = f"'{cells[0]}" if cells[0].startswith(FORMULA) else cells[0]
    csv.writer(out).writerow([first, *cells[1:]])
    return out.getvalue()
