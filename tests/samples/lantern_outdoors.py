"""Leads out of doors: a field in the rain and a quay."""

from __future__ import annotations

import math

import numpy as np

from tests.samples.engraving import (
    LAMP,
    PAPER,
    Field,
    Plate,
    box,
    bump,
    ellipse,
    level,
    noise,
    receding,
    slanting,
    smooth,
)
from tests.samples.lantern_tables import SCALE, TALL, WIDE
from tests.samples.lantern_things import around, coffee_cup, coffee_pot, turned
from tests.samples.lettering import letter


def rain_gauge() -> Plate:
    """Finance: rain on a ploughed field, caught in a glass that is marked in per cent."""
    plate, rough, clod = Plate(WIDE, TALL, SCALE), noise(271), noise(272)
    horizon = 470
    _rain_sky(plate, horizon, rough)
    field = box(-20, horizon, WIDE + 20, TALL + 20)
    plate.flat(field, PAPER)
    vx = 700.0
    plate.engrave(
        lambda x, y: (x - vx) / (y - horizon + 44) * 4 + 0.1 * clod(x / 60, y / 36),
        lambda x, y: (
            (
                0.5
                + 0.2 * rough(x / 170, y / 60)
                + 0.34 * clod(x / 40, y / 18) * np.clip((y - horizon) / 120, 0, 1)
            )
            * np.clip((y - horizon) / 30, 0, 1)
        ),
        field,
    )
    plate.rule([(-20, horizon), (WIDE + 20, horizon)], 5)
    _farm(plate, horizon)
    gauge(plate.at(1090, 950, 1.0))
    return plate


def _rain_sky(plate: Plate, horizon: float, rough) -> None:  # type: ignore[no-untyped-def]
    """A cloud of bowed lines, and rain that falls aslant and breaks."""
    drops = noise(275)

    def cloud(x: Field, y: Field) -> Field:
        lobes = np.full_like(x, -1)
        for cx, cy, r in CLOUD:
            lobes = np.maximum(lobes, 1 - np.hypot(x - cx, (y - cy) * 1.25) / r)
        return lobes

    plate.engrave(
        slanting(20, 104),
        lambda x, y: np.where(
            cloud(x, y) > 0, 0, np.where(drops(x / 16 + y / 64, y / 150) > -0.05, 0.3, 0)
        ),
        box(0, 0, WIDE, horizon),
    )
    plate.engrave(
        lambda x, y: cloud(x, y) * 14,
        lambda x, y: np.where(
            cloud(x, y) > 0, 0.34 + 0.62 * np.clip((y - 40) / 260, 0, 1) - 0.3 * cloud(x, y), 0
        ),
        box(0, 0, WIDE, horizon),
    )
    plate.engrave(
        lambda x, y: np.clip(cloud(x, y), -0.02, 0.02) / 0.02 * 0.5,
        lambda x, y: np.where(np.abs(cloud(x, y)) < 0.016, 1.0, 0.0),
        box(0, 0, WIDE, horizon),
    )


CLOUD = ((130, 90, 210), (360, 30, 250), (600, 120, 230), (830, 40, 280), (1130, 70, 250), (1400, 20, 290), (1560, 140, 190))  # fmt: skip


def _farm(plate: Plate, horizon: float) -> None:
    """A farm on the skyline, small."""
    for x, wide, tall in ((250, 120, 54), (390, 70, 40)):
        house = [
            (x, horizon),
            (x, horizon - tall),
            (x + wide / 2, horizon - tall - 40),
            (x + wide, horizon - tall),
            (x + wide, horizon),
        ]
        plate.outline(house, 14, PAPER)
        plate.cut(house, slanting(6, 90), lambda px, py: 0.6 + 0 * px, 5)
        plate.flat(
            [
                (x - 10, horizon - tall + 6),
                (x + wide / 2, horizon - tall - 46),
                (x + wide + 10, horizon - tall + 6),
                (x + wide / 2, horizon - tall - 26),
            ]
        )
    plate.flat(box(296, horizon - 30, 316, horizon))
    for k, x in enumerate((180, 160, 196)):
        tree = ellipse(x, horizon - 46 - 8 * k, 16, 40)
        plate.outline(tree, 8, PAPER)
        plate.flat(tree)


def gauge(plate: Plate) -> None:
    """A rain gauge on its post, 760 high: a funnel over a glass, the water in it yellow."""
    post = box(-44, -210, 44, 70)
    plate.outline(post, 20, PAPER)
    plate.cut(post, slanting(7, 88), lambda x, y: around(x / 46) + 0.2, 6)
    tuft = noise(279)
    for k in range(26):
        x = -150 + 12 * k
        plate.rule(
            [(x, 78), (x + 16 * float(tuft(k, 3)), 78 - 34 - 26 * float(tuft(k * 1.7, 8)))],
            9,
            PAPER,
        )
        plate.rule(
            [(x, 78), (x + 16 * float(tuft(k, 3)), 78 - 34 - 26 * float(tuft(k * 1.7, 8)))], 5
        )
    outline = [(112, -640), (112, -150), *ellipse(0, -150, 112, 24, 0, 180, 40), (-112, -640)]
    plate.outline(outline, 26, PAPER)
    plate.flat(outline, PAPER)
    level_at = -400
    water = [(112, level_at), (112, -156), *ellipse(0, -156, 112, 24, 0, 180, 40), (-112, level_at)]
    plate.flat(water, LAMP)
    plate.engrave(
        level(8, lambda x, y: -22 * np.sqrt(np.clip(1 - (x / 113) ** 2, 0, 1))),
        lambda x, y: np.clip(around(x / 112) - 0.16, 0, 1),
        water,
    )
    plate.flat(ellipse(0, level_at, 112, 24), PAPER)
    plate.flat(ellipse(0, level_at, 112, 24), LAMP)
    plate.rule(ellipse(0, level_at, 112, 24), 5)
    plate.engrave(
        slanting(7, 90),
        lambda x, y: 0.7 * np.clip((x - 50) / 60, 0, 1) * (y < level_at - 10),
        outline,
    )
    for k in range(10):
        y = -196 - 46 * k
        plate.rule([(-104, y), (-62 if k % 2 else -38, y)], 5)
    for k in range(0, 10, 2):
        y = -196 - 46 * k
        letter(plate, f"{9 - k}", -26, y + 14, 44, weight=700)
        letter(plate, "%", 2, y + 14, 30, weight=600)
    plate.outline(outline, 7)
    turned(plate, [(-690, 150), (-640, 132)], 6, 0.16)
    funnel = [(-190, -764), (190, -764), (150, -690), (-150, -690)]
    plate.outline(funnel, 16, PAPER)
    turned(plate, [(-764, 190), (-700, 158), (-690, 150)], 6, 0.16)
    plate.flat(ellipse(0, -764, 190, 34), PAPER)
    plate.flat(ellipse(0, -760, 172, 25))
    plate.rule(ellipse(0, -764, 190, 34), 6)
    for y in (-560, -250):
        band = [
            *ellipse(0, y, 120, 26, 0, 180, 40),
            *reversed(ellipse(0, y - 22, 120, 26, 0, 180, 40)),
        ]
        plate.flat(band)


def coffee_on_the_quay() -> Plate:
    """Foreign affairs: a coffee pot on a quay, the sun going down into the harbour behind it."""
    plate, rough, chop = Plate(WIDE, TALL, SCALE), noise(291), noise(292)
    sea, quay, sx = 560, 790, 470
    plate.engrave(
        lambda x, y: (
            (
                y
                - 26
                * np.exp(-(((x - sx) / 300) ** 2))
                * np.sign(y - 420)
                * np.exp(-np.abs(y - 420) / 260)
            )
            / 9
        ),
        lambda x, y: 0.5 - 0.5 * np.clip(y / sea, 0, 1) + 0.2 * rough(x / 300, y / 50),
        box(0, 0, WIDE, sea),
    )
    plate.disc(sx, 470, 218, PAPER)
    plate.disc(sx, 470, 206, LAMP)
    plate.rule(ellipse(sx, 470, 206, 206), 5)
    water = box(-20, sea, WIDE + 20, quay)
    waves = receding(sea - 16, quay + 60, 7, 20, 6)
    plate.flat(water, PAPER)
    plate.engrave(
        waves,
        lambda x, y: 1.3 * np.exp(-(((x - sx) / (150 + (y - sea) * 0.3)) ** 2)) - 0.2,
        water,
        LAMP,
    )
    plate.engrave(
        lambda x, y: waves(x, y) + 0.5,
        lambda x, y: (
            0.74
            + 0.4 * chop(x / 60, y / 11)
            - 0.6 * np.exp(-(((x - sx) / (150 + (y - sea) * 0.3)) ** 2))
        ),
        water,
    )
    plate.rule([(-20, sea), (WIDE + 20, sea)], 4)
    dhow(plate.at(190, 612, 0.86))
    dhow(plate.at(1460, 588, 0.5, flip=True))
    stones = box(-20, quay, WIDE + 20, TALL + 20)
    plate.cut(
        stones,
        level(9, lambda x, y: 4 * rough(x / 60, y / 20)),
        lambda x, y: (
            0.14
            + 0.34 * rough(x / 90, y / 30)
            + 0.9 * bump(x, y, 1090, 930, 330, 30)
            + 0.8 * bump(x, y, 700, 950, 120, 18)
        ),
        8,
    )
    for y, shift in ((840, 0), (900, 110), (970, 40)):
        plate.rule([(-20, y), (WIDE + 20, y)], 5)
        for k in range(9):
            x = -60 + shift + 230 * k
            plate.rule([(x, y), (x - 12, y + 64)], 4)
    _steam(plate)
    coffee_pot(plate.at(1050, 922, 1.18))
    coffee_cup(plate.at(690, 952, 1.05))
    coffee_cup(plate.at(520, 930, 1.0))
    return plate


def _steam(plate: Plate) -> None:
    for k, (x, y, reach) in enumerate(((690, 830, 270), (520, 812, 210))):
        line = [(x + 26 * math.sin(t / 7 + k), y - reach * t / 40) for t in range(41)]
        swell = [9 * math.sin(math.pi * t / 40) + 0.5 for t in range(41)]
        left = [(px - s, py) for (px, py), s in zip(line, swell, strict=True)]
        right = [(px + s, py) for (px, py), s in zip(line, swell, strict=True)]
        shape = [*left, *reversed(right)]
        plate.outline(shape, 7)
        plate.flat(shape, PAPER)


def dhow(plate: Plate) -> None:
    """A small ship with a slanting sail."""
    hull = smooth(
        [
            (-150, -40),
            (-110, -18),
            (110, -22),
            (176, -66),
            (150, 0),
            (100, 22),
            (-100, 22),
            (-136, 0),
        ]
    )
    plate.outline(hull, 10, PAPER)
    plate.flat(hull)
    plate.rule([(10, -20), (24, -230)], 14, PAPER)
    plate.rule([(10, -20), (24, -230)], 9)
    sail = smooth(
        [
            (-140, -70),
            (-60, -170),
            (60, -290),
            (150, -380),
            (110, -230),
            (96, -120),
            (112, -50),
            (0, -44),
        ]
    )
    plate.outline(sail, 8, PAPER)
    plate.cut(sail, slanting(9, -58), lambda x, y: 0.1 + 0.0028 * (x + 80), 5)
    plate.rule([(-156, -56), (164, -398)], 10)
