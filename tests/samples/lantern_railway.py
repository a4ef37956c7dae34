"""The railway at Ansk: the dry port, its yard, its trains and the map of its line."""

from __future__ import annotations

import math

import numpy as np

from tests.samples.engraving import (
    LAMP,
    PAPER,
    Field,
    Noise,
    Plate,
    box,
    ellipse,
    level,
    noise,
    slanting,
    smooth,
)
from tests.samples.lantern_coast import LEAD_SCALE
from tests.samples.lantern_figures import frame


def dry_port() -> Plate:
    """Foreign affairs: a harbour crane among dunes; two gauges of rail that do not meet."""
    w, h, ground = 1500, 1000, 560
    plate, rough, grain = Plate(w, h, LEAD_SCALE), noise(71), noise(72)
    sx, sy = 420, 470
    plate.engrave(
        level(8.4, lambda x, y: 5 * rough(x / 300, y / 80)),
        lambda x, y: 0.6 - 0.56 * np.clip(y / ground, 0, 1) ** 0.8 + 0.14 * rough(x / 280, y / 46),
        box(0, 0, w, ground),
    )
    plate.disc(sx, sy, 92, LAMP)
    plate.rule(ellipse(sx, sy, 92, 92), 4)
    _dunes(plate, w, h, ground, rough, grain)
    _crane(plate, 1010, 640)
    _rails(plate)
    return plate


def _dunes(plate: Plate, w: int, h: int, ground: int, rough: Noise, grain: Noise) -> None:
    for k, base in enumerate((ground - 40, ground + 30, ground + 130)):
        crest = [
            (
                x,
                base
                - 44 * float(rough(x / (230 + 60 * k) + 3 * k, 5 + k))
                - 12 * math.sin(x / 140 + k),
            )
            for x in range(-10, w + 12, 6)
        ]
        dune = [*crest, (w + 10, h + 10), (-10, h + 10)]
        plate.flat(dune, PAPER)

        def lines(x: Field, y: Field, k: int = k) -> Field:
            return (
                y + 40 * rough(x / (230 + 60 * k) + 3 * k, 5 + k) + 9 * grain(x / 70, y / 34)
            ) / (6.4 + 2.2 * k)

        def tone(x: Field, y: Field, k: int = k) -> Field:
            return (
                0.36
                + 0.55 * rough(x / (150 + 60 * k) + 8 * k, y / 70)
                + 0.2 * grain(x / 24, y / 24)
            )

        plate.engrave(lines, tone, dune)
        plate.rule(crest, 3.2)


def _crane(plate: Plate, x: float, foot: float) -> None:
    """A ship-to-shore crane with nothing to reach for but sand."""
    top, deck = foot - 430, foot - 300
    legs = [(x - 120, foot, x - 96, deck), (x + 130, foot, x + 106, deck),
            (x - 50, foot - 22, x - 40, deck), (x + 196, foot - 22, x + 176, deck)]  # fmt: skip
    for x0, y0, x1, y1 in legs:
        plate.rule([(x0, y0), (x1, y1)], 15)
    for y in (foot - 120, foot - 214):
        plate.rule([(x - 112, y), (x + 122, y)], 8)
    plate.rule([(x - 114, foot - 12), (x + 106, foot - 212)], 6)
    plate.rule([(x + 124, foot - 12), (x - 104, foot - 212)], 6)
    plate.flat([(x - 150, deck), (x - 150, deck - 26), (x + 260, deck - 26), (x + 260, deck)])
    # The boom reaches out to the left; its stays run from the mast head.
    boom = [(x - 560, deck - 44), (x + 260, deck - 30), (x + 260, deck - 12), (x - 560, deck - 30)]
    plate.flat(boom)
    plate.rule([(x - 90, deck), (x - 20, top)], 12)
    plate.rule([(x + 96, deck), (x - 20, top)], 12)
    for end in (-540, -330, 240):
        plate.rule([(x - 20, top), (x + end, deck - 34)], 3.6)
    plate.flat(box(x + 150, deck - 84, x + 246, deck - 26))
    plate.flat(box(x + 166, deck - 70, x + 190, deck - 48), LAMP)
    # A single container on four ropes.
    for end in (-452, -404):
        plate.rule([(x + end, deck - 34), (x + end + (-16 if end < -430 else 16), deck + 96)], 3)
    crate = box(x - 520, deck + 96, x - 336, deck + 172)
    plate.flat(crate, PAPER)
    plate.engrave(slanting(9, 90), lambda px, py: 0.5 + 0.3 * (px - x + 430) / 90, crate)
    plate.rule([*crate, crate[0]], 5)


def _rails(plate: Plate) -> None:
    """Two tracks in perspective from either side of the plate; the wide one ends at a buffer."""
    far_y = 706

    def track(near: float, far: float, gauge: float, stop: float) -> None:
        def at(t: float, side: float) -> tuple[float, float]:
            depth = 1 / (1 + 3.4 * t)
            y = far_y + (1010 - far_y) * (depth - 1 / 4.4) / (1 - 1 / 4.4)
            x = far + (near - far) * (depth - 1 / 4.4) / (1 - 1 / 4.4)
            return x + side * gauge * depth, y

        steps = [stop * k / 60 for k in range(61)]
        bed = [at(t, -1.75) for t in steps] + [at(t, 1.75) for t in reversed(steps)]
        plate.flat(bed, PAPER)
        t = 0.0
        while t < stop:
            a, b = at(t, -1.6), at(t, 1.6)
            c, d = (
                at(min(stop, t + 0.022 + 0.02 * t), 1.6),
                at(min(stop, t + 0.022 + 0.02 * t), -1.6),
            )
            plate.flat([a, b, c, d])
            t += 0.05 + 0.045 * t
        for side in (-1, 1):
            rail = [at(t, side - 0.09) for t in steps] + [
                at(t, side + 0.09) for t in reversed(steps)
            ]
            plate.flat(rail, PAPER)
            plate.flat(
                [at(t, side - 0.05) for t in steps] + [at(t, side + 0.05) for t in reversed(steps)]
            )

    track(1130, 800, 92, 1.0)
    track(430, 742, 168, 0.4)
    plate.flat([(438, 716), (720, 716), (720, 742), (438, 742)])
    plate.flat([(438, 742), (462, 742), (462, 812), (438, 812)])
    plate.flat([(696, 742), (720, 742), (720, 812), (696, 812)])
    plate.disc(579, 700, 24, LAMP)
    plate.rule(ellipse(579, 700, 24, 24), 5)


def two_gauges() -> Plate:
    """A wheelset from the front over four rails: it stands on the inner two."""
    w, h = 1200, 900
    plate, rough = Plate(w, h), noise(81)
    plate.engrave(
        slanting(9, 90), lambda x, y: 0.7 + 0.14 * rough(x / 200, y / 200), box(0, 0, w, 640)
    )
    ground = box(0, 640, w, h)
    plate.flat(ground, PAPER)
    plate.engrave(
        level(9, lambda x, y: 7 * rough(x / 60, y / 30)),
        lambda x, y: 0.5 + 0.5 * rough(x / 40, y / 18),
        ground,
    )
    sleeper = box(60, 650, 1140, 726)
    plate.flat(sleeper, PAPER)
    plate.engrave(
        level(8, lambda x, y: 5 * rough(x / 160, y / 20)),
        lambda x, y: 0.5 + 0.4 * rough(x / 200, y / 9),
        sleeper,
    )
    plate.rule([*sleeper, sleeper[0]], 5)
    for x in (170, 330, 870, 1030):
        rail = [(x - 42, 652), (x - 42, 640), (x - 12, 630), (x - 12, 606), (x - 26, 598), (x - 26, 578),
                (x + 26, 578), (x + 26, 598), (x + 12, 606), (x + 12, 630), (x + 42, 640), (x + 42, 652)]  # fmt: skip
        plate.flat(rail, LAMP if x in (170, 1030) else PAPER)
        plate.rule([*rail, rail[0]], 5)
    axle = box(250, 296, 950, 344)
    plate.flat(axle, PAPER)
    plate.engrave(level(7), lambda x, y: 0.1 + 0.9 * np.clip((y - 300) / 44, 0, 1), axle)
    plate.rule([*axle, axle[0]], 5)
    for x, side in ((330, 1), (870, -1)):
        tread = [
            (x - 34 * side, 62),
            (x + 30 * side, 62),
            (x + 30 * side, 578),
            (x - 34 * side, 578),
        ]
        flange = [
            (x + 30 * side, 34),
            (x + 58 * side, 44),
            (x + 58 * side, 596),
            (x + 30 * side, 606),
        ]
        for part, dark in ((tread, 0.0), (flange, 0.3)):
            plate.flat(part, PAPER)
            plate.engrave(
                slanting(7, 0),
                lambda px, py, dark=dark: (
                    dark
                    + 0.25
                    + 0.7 * np.abs(py - 320) / 280 * (py > 320)
                    + 0.14 * np.abs(py - 320) / 280
                ),
                part,
            )
            plate.rule([*part, part[0]], 5)
    return plate


def sand_yard() -> Plate:
    """Containers up to their doors in sand, one of them yellow with evening."""
    w, h = 1200, 900
    plate, rough, grain = Plate(w, h), noise(85), noise(86)
    plate.engrave(
        level(8.6, lambda x, y: 5 * rough(x / 240, y / 80)),
        lambda x, y: 0.62 - 0.5 * y / 640 + 0.1 * rough(x / 200, y / 60),
        box(0, 0, w, 700),
    )
    crates = [
        (90, 430, 420, 0),
        (420, 430, 750, 1),
        (750, 430, 1080, 0),
        (255, 265, 585, 0),
        (585, 265, 915, 0),
        (420, 100, 750, 0),
    ]
    for left, top, right, lit in crates:
        side = box(left, top, right, top + 165)
        plate.flat(side, LAMP if lit else PAPER)
        plate.engrave(
            lambda x, y: x / 15,
            lambda x, y, left=left, lit=lit: (
                0.34 + 0.0006 * (x - 90) + 0.08 * np.sin(x / 2) - 0.12 * lit
            ),
            side,
        )
        plate.rule([*side, side[0]], 6)
        for x in (left + 22, right - 22):
            plate.rule([(x, top + 8), (x, top + 157)], 7)
        plate.rule([(left, top + 10), (right, top + 10)], 7)
    crest = smooth(
        [
            (-20, 560),
            (150, 596),
            (330, 520),
            (500, 566),
            (700, 600),
            (900, 520),
            (1080, 470),
            (1220, 520),
        ],
        False,
        16,
    )
    dune = [*crest, (w + 10, h + 10), (-10, h + 10)]
    plate.flat(dune, PAPER)
    plate.engrave(
        lambda x, y: (y + 46 * np.sin(x / 150 + 0.8) + 10 * grain(x / 70, y / 40)) / 9.4,
        lambda x, y: 0.34 + 0.6 * rough(x / 160, y / 70) + 0.2 * grain(x / 26, y / 26),
        dune,
    )
    plate.rule(crest, 4)
    return plate


def night_train() -> Plate:
    """A train at night, its one lamp coming down the line."""
    w, h = 1200, 900
    plate, rough = Plate(w, h), noise(88)
    x, y = 600, 400
    beam = [(x - 30, y), (x + 30, y), (w + 120, h + 40), (-120, h + 40)]
    plate.engrave(
        level(8.6, lambda px, py: 5 * rough(px / 240, py / 80)),
        lambda px, py: (
            0.88 - 0.55 * np.exp(-np.hypot(px - x, py - y) / 170) + 0.12 * rough(px / 200, py / 50)
        ),
    )
    plate.flat(beam, LAMP)
    train(plate, x)
    return plate


def train(plate: Plate, x: float) -> None:
    """The train itself, from the front, and the sleepers it comes over."""
    rough = noise(88)
    for k in range(11):
        t = (k / 11) ** 1.9
        yy, half, thick = 560 + 330 * t, 90 + 420 * t, 5 + 24 * t
        plate.flat(
            [
                (x - half, yy),
                (x + half, yy),
                (x + half * 1.04, yy + thick),
                (x - half * 1.04, yy + thick),
            ]
        )
    for side in (-1, 1):
        plate.flat(
            [
                (x + side * 54, 545),
                (x + side * 62, 545),
                (x + side * 366, 900),
                (x + side * 326, 900),
            ],
            PAPER,
        )
        plate.flat(
            [
                (x + side * 56, 545),
                (x + side * 60, 545),
                (x + side * 356, 900),
                (x + side * 336, 900),
            ]
        )
    front = smooth(
        [
            (x - 170, 548),
            (x - 176, 380),
            (x - 150, 236),
            (x - 70, 196),
            (x + 70, 196),
            (x + 150, 236),
            (x + 176, 380),
            (x + 170, 548),
        ],
        True,
        8,
    )
    plate.flat(front)
    for left in (x - 128, x + 18):
        pane = box(left, 262, left + 110, 338)
        plate.flat(pane, PAPER)
        plate.engrave(slanting(7, 45), lambda px, py: 0.5 + 0.3 * rough(px / 40, py / 30), pane)
    plate.disc(x, 424, 64, PAPER)
    plate.disc(x, 424, 56, LAMP)
    plate.rule(ellipse(x, 424, 42, 42), 4)
    for side in (-1, 1):
        plate.disc(x + side * 112, 486, 20, PAPER)
        plate.disc(x + side * 112, 486, 12)


def line_map() -> Plate:
    """The line from the sea to the dry port: two hands of track, and the gap between them."""
    w, h = 1500, 840
    plate, rough, fine = Plate(w, h, 0.8), noise(95), noise(97)

    def high(x: Field, y: Field) -> Field:
        return 0.8 * rough(x / 320, y / 260) + 0.3 * fine(x / 150, y / 130) + (x - 500) / 1500

    plate.engrave(
        lambda x, y: high(x, y) * 13,
        lambda x, y: np.where(x > 205 + 60 * rough(1, y / 130), 0.13 + 0.1 * high(x, y), 0),
    )
    plate.engrave(
        lambda x, y: (x - 60 * rough(1, y / 130)) / 13,
        lambda x, y: np.where(x < 200 + 60 * rough(1, y / 130), 0.62 - (200 - x) / 420, 0),
    )
    wide = smooth([(215, 560), (360, 500), (520, 520), (690, 430), (820, 400)], False, 30)
    narrow = smooth([(880, 392), (1010, 380), (1120, 300), (1260, 280), (1400, 180)], False, 30)
    for line, bed, tie, gap in ((wide, 34, 5, 5), (narrow, 22, 4, 4)):
        plate.rule(line, bed + 18, PAPER)
        for k in range(0, len(line) - 1, gap):
            (x0, y0), (x1, y1) = line[k], line[k + 1]
            d = math.hypot(x1 - x0, y1 - y0) or 1
            nx, ny = -(y1 - y0) / d * bed / 2, (x1 - x0) / d * bed / 2
            plate.rule([(x0 - nx, y0 - ny), (x0 + nx, y0 + ny)], tie)
        plate.rule(line, 6)
    for x, y, r, colour in (
        (215, 560, 26, PAPER),
        (850, 396, 46, LAMP),
        (1400, 180, 26, PAPER),
        (520, 520, 15, PAPER),
        (1120, 300, 15, PAPER),
    ):
        plate.disc(x, y, r, colour)
        plate.rule(ellipse(x, y, r, r), 5)
    plate.disc(850, 396, 8)
    frame(plate, w, h)
    return plate
