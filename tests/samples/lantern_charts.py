"""Charts of No. 18, whose marks stand exactly where their numbers say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from tests.samples.engraving import (
    LAMP,
    PAPER,
    Plate,
    box,
    ellipse,
    slanting,
)
from tests.samples.lettering import letter, width_of

YEARS = (2021, 2022, 2023, 2024, 2025)
RAIN = (312, 268, 190, 341, 224)
"""Millimetres from April to September."""
RATES = (4.1, 5.0, 7.2, 3.6, 6.1)
"""Per cent a year for a seed loan."""

HOURS = (
    22.0,
    22.5,
    23.0,
    23.5,
    24.0,
    24.5,
    25.0,
    25.5,
    26.0,
    26 + 1 / 6,
    26.5,
    27.0,
    27.5,
    28.0,
    28.5,
    29.0,
    29.5,
    30.0,
)
"""When the meters were read, in hours after noon of midnight's eve: 26 is two in the morning."""
OLD_METER = (
    0.0,
    0.3,
    0.5,
    0.8,
    0.9,
    1.0,
    1.1,
    1.2,
    1.3,
    1.3,
    1.4,
    1.5,
    1.6,
    1.7,
    1.8,
    2.0,
    2.3,
    2.7,
)
NEW_METER = (
    0.0,
    0.3,
    0.5,
    0.8,
    0.9,
    1.0,
    1.1,
    1.2,
    1.3,
    2.3,
    2.4,
    2.5,
    3.2,
    3.3,
    3.9,
    4.1,
    4.8,
    5.2,
)
"""Kilowatt-hours since ten in the evening; they part at ten past two."""


@dataclass(frozen=True)
class Scale:
    """Where a number stands between two places on the plate."""

    start: float
    end: float
    low: float
    high: float

    def __call__(self, number: float) -> float:
        """The place of a number."""
        return self.start + (self.end - self.start) * (number - self.low) / (self.high - self.low)


RAIN_SCALE = Scale(840, 200, 0, 400)
RATE_SCALE = Scale(840, 200, 0, 8)
YEAR_SCALE = Scale(300, 1300, 2021, 2025)
HOUR_SCALE = Scale(150, 1300, 22, 30)
READING_SCALE = Scale(830, 190, 0, 6)


def rain_and_rates() -> Plate:
    """Columns of rain, hatched like rain; over them the rate of a seed loan, in yellow lamps."""
    plate = Plate(1600, 1000)
    _title(plate, "Rain, April to September, in mm", 150)
    letter(plate, "Rate of a seed loan, in per cent", 1450, 112, 46, weight=700, stand="end")
    x = 1450 - width_of("Rate of a seed loan, in per cent", 46, weight=700) - 40
    plate.disc(x, 97, 17, LAMP)
    plate.rule(ellipse(x, 97, 17, 17), 4)
    for mark in range(0, 401, 100):
        y = RAIN_SCALE(mark)
        plate.rule([(150, y), (1450, y)], 2 if mark else 6)
        letter(plate, str(mark), 132, y + 14, 42, stand="end")
        letter(plate, str(mark // 50), 1468, y + 14, 42)
    for year, rain in zip(YEARS, RAIN, strict=True):
        x = YEAR_SCALE(year)
        column = box(x - 72, RAIN_SCALE(rain), x + 72, RAIN_SCALE(0))
        plate.outline(column, 14, PAPER)
        plate.cut(column, slanting(11, 72), lambda px, py, x=x: 0.42 + 0.0022 * (px - x), 5)
        letter(plate, str(year), x, 900, 52, weight=700, stand="middle")
        letter(
            plate,
            str(rain),
            x,
            RAIN_SCALE(0) - 22,
            52,
            weight=700,
            stand="middle",
            halo=PAPER,
            around=0.16,
        )
    places = [(YEAR_SCALE(year), RATE_SCALE(rate)) for year, rate in zip(YEARS, RATES, strict=True)]
    plate.rule(places, 20, PAPER)
    for one, other in pairwise(places):
        plate.rule([one, other], 18, PAPER)
        plate.rule([one, other], 9)
    for (x, y), rate in zip(places, RATES, strict=True):
        plate.disc(x, y, 31, PAPER)
        plate.disc(x, y, 25, LAMP)
        plate.rule(ellipse(x, y, 25, 25), 5)
        letter(
            plate, f"{rate:.1f}", x, y - 44, 60, weight=800, stand="middle", halo=PAPER, around=0.16
        )
    return plate


def readings() -> Plate:
    """Two step lines over one night: they run together until ten past two."""
    plate = Plate(1600, 1000)
    _title(plate, "Kilowatt-hours since 22:00", 150)
    for mark in range(7):
        y = READING_SCALE(mark)
        plate.rule([(150, y), (1300, y)], 2 if mark else 6)
        letter(plate, str(mark), 132, y + 14, 42, stand="end")
    for hour in range(22, 31):
        x = HOUR_SCALE(hour)
        plate.rule([(x, 830), (x, 848)], 4)
        if hour % 2 == 0:
            letter(plate, f"{hour % 24:02}:00", x, 900, 44, stand="middle")
    old, new = _steps(HOURS, OLD_METER), _steps(HOURS, NEW_METER)
    between = [*new, *reversed(old)]
    plate.flat(between, LAMP)
    plate.engrave(slanting(11, 135), lambda x, y: 0.16 + 0 * x, between)
    parting = HOUR_SCALE(26 + 1 / 6)
    plate.rule([(parting, 214), (parting, 830)], 3)
    for k in range(30):
        y = 214 + 20.6 * k
        plate.rule([(parting, y + 11), (parting, y + 20)], 5, PAPER)
    for line in (old, new):
        for one, other in pairwise(line):
            _edge(plate, one, other, 9)
    letter(plate, "02:10", parting, 196, 60, weight=800, stand="middle", halo=PAPER, around=0.2)
    letter(plate, "New meter", 1322, new[-1][1] + 4, 52, weight=700)
    letter(plate, f"{NEW_METER[-1]:.1f}", 1322, new[-1][1] + 56, 52)
    letter(plate, "Old meter", 1322, old[-1][1] + 4, 52, weight=700)
    letter(plate, f"{OLD_METER[-1]:.1f}", 1322, old[-1][1] + 56, 52)
    return plate


def _title(plate: Plate, words: str, x: float) -> None:
    plate.rule([(x, 40), (1450, 40)], 8)
    letter(plate, words, x, 112, 46, weight=700)


def _steps(hours: Sequence[float], numbers: Sequence[float]) -> list[tuple[float, float]]:
    """The corners of a step line: a number holds until the next is read."""
    out = [(HOUR_SCALE(hours[0]), READING_SCALE(numbers[0]))]
    for hour, before, number in zip(hours[1:], numbers, numbers[1:], strict=False):
        out += [
            (HOUR_SCALE(hour), READING_SCALE(before)),
            (HOUR_SCALE(hour), READING_SCALE(number)),
        ]
    return out


def _edge(plate: Plate, one: tuple[float, float], other: tuple[float, float], width: float) -> None:
    """A level or upright stroke with square ends."""
    (x0, y0), (x1, y1) = sorted((one, other))
    top, foot = min(y0, y1), max(y0, y1)
    half = width / 2
    plate.flat(box(x0 - half, top - half, x1 + half, foot + half))
