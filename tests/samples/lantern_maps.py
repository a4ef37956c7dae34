"""Two maps of No. 18: the coast of eleven leases, and a frontier drawn with a ruler."""

from __future__ import annotations

import math

import numpy as np

from tests.samples.engraving import (
    INK,
    LAMP,
    PAPER,
    Field,
    Plate,
    Points,
    box,
    ellipse,
    level,
    noise,
    slanting,
    smooth,
)
from tests.samples.lantern_figures import compass, frame
from tests.samples.lettering import letter

HARBOURS = ((196, 520), (352, 430), (500, 500), (650, 300), (806, 420), (930, 540),
            (1066, 452), (1150, 560), (1262, 430), (1370, 330), (1470, 420))  # fmt: skip
"""Where the eleven leased harbours lie, from the west; Averell is the fourth."""


def coast_of_leases() -> Plate:
    """The coast of Corrane and its eleven leased harbours, numbered from the west."""
    w, h = 1600, 1000
    plate, rough, fine = Plate(w, h, 1.0), noise(401), noise(402)
    xs, ys = (np.array(side, float) for side in zip(*HARBOURS, strict=True))

    def land(x: Field, y: Field) -> Field:
        """Above nought on land: the coast runs through all the harbours."""
        shore = np.interp(x, [-60, *xs, 1680], [430, *ys, 350]) + 0 * y
        return (shore - y + 44 * rough(x / 74, y / 90) + 20 * fine(x / 30, y / 30)) / 150

    plate.engrave(
        lambda x, y: 8 * np.log1p(np.clip(-land(x, y), 0, 9) * 2.4),
        lambda x, y: np.where(
            land(x, y) < 0.01, np.clip(0.62 * np.exp(land(x, y) * 0.8) + 0.03, 0, 1), 0
        ),
    )
    hills = noise(405)
    plate.engrave(
        lambda x, y: hills(x / 230, y / 190) * 12 + land(x, y) * 3,
        lambda x, y: np.where(land(x, y) > 0.16, 0.12 + 0.34 * hills(x / 230, y / 190), 0),
    )
    plate.engrave(
        slanting(7, 62),
        lambda x, y: np.where((land(x, y) > 0) & (land(x, y) < 0.16), 0.5 - 2.4 * land(x, y), 0),
    )
    plate.engrave(
        lambda x, y: np.clip(land(x, y), -0.03, 0.03) / 0.03 * 0.5,
        lambda x, y: np.where(np.abs(land(x, y)) < 0.024, 1.0, 0.0),
    )
    _sounding_dots(plate, land)
    letter(
        plate, "C O R R A N E", 1080, 190, 96, stand="middle", weight=500, halo=PAPER, around=0.16
    )
    letter(
        plate,
        "The Sound",
        560,
        820,
        84,
        face="text",
        weight=500,
        stand="middle",
        halo=PAPER,
        around=0.14,
    )
    for k, (x, y) in enumerate(HARBOURS):
        _harbour(plate, k + 1, x, y + 6)
    x, y = HARBOURS[3]
    letter(
        plate, "Port Averell", x, y - 66, 58, weight=700, stand="middle", halo=PAPER, around=0.16
    )
    compass(plate, 1400, 690)
    _scale(plate, 1100, 900)
    frame(plate, w, h)
    return plate


def _harbour(plate: Plate, number: int, x: float, y: float) -> None:
    averell = number == 4
    r = 38 if averell else 30
    plate.disc(x, y, r + 7, PAPER)
    plate.disc(x, y, r, LAMP if averell else PAPER)
    plate.rule(ellipse(x, y, r, r), 5)
    size = 50 if averell else 42
    letter(plate, str(number), x, y + size * 0.35, size, weight=750, stand="middle")


def _sounding_dots(plate: Plate, land) -> None:  # type: ignore[no-untyped-def]
    """A dotted line keeps the limit of the leases, out at sea."""
    for x in range(60, 1560, 26):
        y = np.float32(400)
        while float(land(np.float32(x), y)) > -1.25:
            y += 4
        plate.disc(x, float(y), 8, PAPER)
        plate.disc(x, float(y), 4.4)


def _scale(plate: Plate, x: float, y: float) -> None:
    plate.flat(box(x - 24, y - 52, x + 424, y + 30), PAPER)
    for k in range(4):
        step = box(x + 90 * k, y, x + 90 * (k + 1), y + 13)
        plate.flat(step, INK if k % 2 == 0 else PAPER)
        plate.outline(step, 3)
    for k, words in ((0, "0"), (2, "20"), (4, "40 km")):
        letter(plate, words, x + 90 * k, y - 14, 34, stand="middle", weight=600)


LAKE = smooth(
    [
        (720, 400),
        (790, 330),
        (900, 336),
        (960, 400),
        (1010, 470),
        (950, 560),
        (850, 590),
        (760, 560),
        (690, 490),
    ]
)
FRONTIER = ((70.0, 828.0), (1530.0, 150.0))


def hask_line() -> Plate:
    """The Hask line: a straight frontier through a village, a lake and a railway."""
    w, h = 1600, 1000
    plate, rough, fine = Plate(w, h, 1.0), noise(411), noise(417)

    def high(x: Field, y: Field) -> Field:
        lake = np.exp(-(((x - 850) / 300) ** 2) - ((y - 460) / 240) ** 2)
        return rough(x / 330, y / 280) + 0.24 * fine(x / 120, y / 120) - 0.7 * lake

    plate.engrave(
        lambda x, y: high(x, y) * 12, lambda x, y: np.clip(0.12 + 0.2 * high(x, y), 0.07, 1)
    )
    river = smooth(
        [(960, 560), (1040, 640), (1020, 740), (1110, 820), (1090, 900), (1150, 1010)], False, 14
    )
    plate.rule(river, 30, PAPER)
    plate.rule(river, 15)
    plate.rule(river, 8, PAPER)
    plate.outline(LAKE, 16, PAPER)
    plate.flat(LAKE, PAPER)
    near = np.array(LAKE)

    def shore(x: Field, y: Field) -> Field:
        d = np.full(x.shape, 1e6, np.float32)
        for px, py in near[::3]:
            d = np.minimum(d, np.hypot(x - px, y - py))
        return d

    plate.engrave(
        lambda x, y: 9 * np.log1p(shore(x, y) / 16),
        lambda x, y: 0.62 * np.exp(-shore(x, y) / 90) + 0.06,
        LAKE,
    )
    plate.outline(LAKE, 6)
    _railway(
        plate,
        smooth(
            [
                (1210, 1010),
                (1270, 860),
                (1200, 700),
                (1240, 540),
                (1180, 400),
                (1250, 240),
                (1220, -10),
            ],
            False,
            34,
        ),
    )
    _village(plate, 366, 690)
    (x0, y0), (x1, y1) = FRONTIER
    plate.rule([(x0 - 80, y0 + 37), (x1 + 80, y1 - 37)], 30, PAPER)
    # A frontier's dash, dot, dash, as exact as the ruler that drew it.
    length = math.hypot(x1 - x0, y1 - y0) + 160
    ux, uy = (x1 - x0) / (length - 160), (y1 - y0) / (length - 160)
    at = 0.0
    while at < length:
        sx, sy = x0 - 80 * ux + ux * at, y0 - 80 * uy + uy * at
        plate.rule([(sx, sy), (sx + ux * 46, sy + uy * 46)], 12)
        plate.disc(sx + ux * 63, sy + uy * 63, 6)
        at += 80
    letter(
        plate, "C O R R A N E", 420, 250, 80, weight=500, stand="middle", halo=PAPER, around=0.16
    )
    letter(
        plate, "V E S S A R Y", 700, 880, 80, weight=500, stand="middle", halo=PAPER, around=0.16
    )
    letter(
        plate,
        "the Hask line",
        1400,
        178,
        44,
        face="text",
        weight=600,
        turn=math.degrees(math.atan2(y1 - y0, x1 - x0)),
        halo=PAPER,
        around=0.14,
        stand="middle",
    )
    frame(plate, w, h)
    return plate


def _railway(plate: Plate, line: Points) -> None:
    plate.rule(line, 34, PAPER)
    for k in range(0, len(line) - 1, 5):
        (x0, y0), (x1, y1) = line[k], line[k + 1]
        d = math.hypot(x1 - x0, y1 - y0) or 1
        nx, ny = -(y1 - y0) / d * 13, (x1 - x0) / d * 13
        plate.rule([(x0 - nx, y0 - ny), (x0 + nx, y0 + ny)], 5)
    plate.rule(line, 6)


def _village(plate: Plate, x: float, y: float) -> None:
    """Houses from above on both sides of a street; the line goes through the inn."""
    plate.disc(x, y, 150, PAPER)
    for a, b in (((-150, 60), (150, -20)), ((-30, -150), (40, 150))):
        plate.rule([(x + a[0], y + a[1]), (x + b[0], y + b[1])], 24, PAPER)
        for d in (-11, 11):
            plate.rule([(x + a[0], y + a[1] + d), (x + b[0], y + b[1] + d)], 3)
    homes = (
        (-110, -26),
        (-72, -46),
        (-104, 92),
        (-52, 84),
        (-4, 90),
        (72, 60),
        (112, 38),
        (60, -70),
        (104, -64),
        (-50, -104),
        (20, -112),
        (64, 110),
        (-96, -76),
        (128, -14),
    )
    for k, (dx, dy) in enumerate(homes):
        a = 0.3 * math.sin(k * 2.3) - 0.2
        part = plate.at(x + dx, y + dy, 1, math.degrees(a))
        part.cut(box(-17, -13, 17, 13), level(5), lambda px, py: np.where(py < 0, 0.25, 0.85), 4)
    part = plate.at(x + 2, y - 14, 1, -24.9)
    part.flat(box(-34, -26, 34, 26), LAMP)
    part.outline(box(-34, -26, 34, 26), 5)
