"""Leads out of doors: a field in the rain, a street, a quay, a queue, a hill full of songs."""

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
    bump,
    ellipse,
    level,
    noise,
    receding,
    rings,
    slanting,
    smooth,
)
from tests.samples.lantern_people import HATS, lantern_bearer, person
from tests.samples.lantern_tables import SCALE, TALL, WIDE
from tests.samples.lantern_things import around, bell, coffee_cup, coffee_pot, profiled, turned
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


def quiet_street() -> Plate:
    """Finance: over a sleeping street hangs a bell, bound in a sheet."""
    plate, rough = Plate(WIDE, TALL, SCALE), noise(281)
    bx, by = 800, 330
    plate.engrave(
        rings(bx, by - 30, 11),
        lambda x, y: (
            0.82
            - 0.3 * np.exp(-(((np.hypot(x - bx, y - by + 30) - 250) / 240) ** 2))
            + 0.1 * rough(x / 160, y / 160)
        ),
    )
    plate.rule([(bx, -20), (bx, 40)], 22, PAPER)
    plate.rule([(bx, -20), (bx, 40)], 12)
    bell(plate.at(bx, by + 148, 0.92))
    rng = np.random.default_rng(283)
    x, k = -60.0, 0
    while x < WIDE:
        wide = float(rng.integers(150, 216))
        middle = abs(x + wide / 2 - bx) / 800
        _house(plate, x, wide, 690 - 250 * middle**1.4 - float(rng.integers(0, 50)), k, 880)
        x += wide
        k += 1
    street = box(-20, 880, WIDE + 20, TALL + 20)
    plate.cut(
        street,
        receding(860, TALL, 7, 18, 286),
        lambda x, y: 0.6 + 0.5 * rough(x / 44, y / 9) - 0.6 * bump(x, y, 1268, 930, 200, 60),
        5,
    )
    glow = ellipse(1268, 946, 190, 34)
    plate.flat(glow, LAMP)
    plate.engrave(
        receding(860, TALL, 7, 18, 286), lambda x, y: 0.22 + 0.3 * rough(x / 44, y / 9), glow
    )
    _street_lamp(plate, 1268, 946)
    _cat(plate.at(620, 950))
    return plate


def _house(plate: Plate, x: float, wide: float, top: float, k: int, foot: float) -> None:
    """A gabled house with its shutters to."""
    a, b, m = x, x + wide, x + wide / 2
    if k % 3 == 0:
        roof = [(a, top), (m, top - wide * 0.62), (b, top)]
    elif k % 3 == 1:
        s = wide / 8
        roof = [(a, top), (a + s, top), (a + s, top - 40), (a + 2 * s, top - 40), (a + 2 * s, top - 80), (a + 3 * s, top - 80),
                (a + 3 * s, top - 116), (b - 3 * s, top - 116), (b - 3 * s, top - 80), (b - 2 * s, top - 80),
                (b - 2 * s, top - 40), (b - s, top - 40), (b - s, top), (b, top)]  # fmt: skip
    else:
        roof = smooth([(a, top), (a + wide * 0.2, top - 30), (a + wide * 0.3, top - 96), (m, top - 130), (b - wide * 0.3, top - 96),
                       (b - wide * 0.2, top - 30), (b, top)], False)  # fmt: skip
    front = [*roof, (b, foot), (a, foot)]
    plate.outline(front, 9, PAPER)
    dark = (0.42, 0.66, 0.54, 0.76)[k % 4]
    lines = level(9) if k % 2 else slanting(9, 90)
    plate.cut(
        front, lines, lambda px, py: dark - 0.16 * np.clip((py - 700) / 180, 0, 1) + 0 * px, 5
    )
    for y in range(int(top) + 40, int(foot) - 170, 116):
        for t in (0.29, 0.71):
            _shutters(plate, a + wide * t, y)
    door = [
        (m - 30, foot),
        (m - 30, foot - 92),
        *ellipse(m, foot - 92, 30, 26, 180, 360, 16),
        (m + 30, foot),
    ]
    plate.outline(door, 10, PAPER)
    plate.flat(door)
    plate.disc(m + 18, foot - 48, 5, PAPER)


def _shutters(plate: Plate, x: float, y: float) -> None:
    for side in (-1, 1):
        leaf = box(min(x, x + side * 27), y, max(x, x + side * 27), y + 78)
        plate.cut(leaf, level(6), lambda px, py: 0.5 + 0 * px, 4)
    plate.rule([(x - 34, y + 84), (x + 34, y + 84)], 8)
    plate.disc(x, y + 40, 5)


def _street_lamp(plate: Plate, x: float, foot: float) -> None:
    for colour, grow in ((PAPER, 9), (INK, 0)):
        plate.rule([(x, foot), (x, foot - 330)], 15 + grow, colour)
        plate.flat(
            [
                (x - 34 - grow, foot + grow / 2),
                (x - 14 - grow, foot - 60),
                (x + 14 + grow, foot - 60),
                (x + 34 + grow, foot + grow / 2),
            ],
            colour,
        )
        plate.rule(
            [(x - 46 - grow / 2, foot - 306), (x + 46 + grow / 2, foot - 306)], 9 + grow, colour
        )
    glass = [(x - 32, foot - 334), (x + 32, foot - 334), (x + 48, foot - 424), (x - 48, foot - 424)]
    plate.outline(glass, 18, PAPER)
    plate.flat(glass, LAMP)
    plate.outline(glass, 7)
    plate.rule([(x, foot - 334), (x, foot - 424)], 4)
    cap = [(x - 60, foot - 424), (x + 60, foot - 424), (x + 16, foot - 468), (x - 16, foot - 468)]
    plate.outline(cap, 8, PAPER)
    plate.flat(cap)
    plate.disc(x, foot - 474, 10)


def _cat(plate: Plate) -> None:
    """A cat that walks without a sound, 96 high."""
    body = smooth([(-92, -58), (-84, -74), (-72, -70), (-60, -72), (-50, -62), (-30, -60), (40, -62), (66, -56), (84, -60),
                   (104, -92), (108, -128), (120, -132), (120, -92), (96, -44), (76, -34), (78, 0), (66, 0), (60, -28),
                   (52, -28), (44, 0), (32, 0), (38, -30), (-20, -30), (-26, 0), (-38, 0), (-36, -30), (-48, -30),
                   (-60, 0), (-72, 0), (-62, -38), (-84, -42)])  # fmt: skip
    plate.outline(body, 14, PAPER)
    plate.flat(body)
    for x in (-84, -62):
        plate.flat([(x - 8, -68), (x - 1, -94), (x + 9, -68)])
    plate.disc(-82, -58, 3.6, LAMP)


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
    _dhow(plate.at(190, 612, 0.86))
    _dhow(plate.at(1460, 588, 0.5, flip=True))
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


def _dhow(plate: Plate) -> None:
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


def queue() -> Plate:
    """Politics: a queue winds over an empty square to the one window that is open."""
    plate, rough = Plate(WIDE, TALL, SCALE), noise(301)
    horizon = 330
    plate.engrave(
        level(8.8, lambda x, y: 6 * rough(x / 260, y / 80)),
        lambda x, y: 0.88 - 0.3 * y / horizon + 0.12 * rough(x / 300, y / 60),
        box(0, 0, WIDE, horizon),
    )
    ground = box(-20, horizon, WIDE + 20, TALL + 20)
    plate.flat(ground, PAPER)
    plate.engrave(
        receding(horizon - 10, TALL, 7, 26, 303),
        lambda x, y: 0.16 + 0.24 * rough(x / 160, y / 26) + 0.1 * (x > 1200),
        ground,
    )
    plate.rule([(-20, horizon), (WIDE + 20, horizon)], 5)
    _office(plate)
    # From far to near, so that those in front stand in front.
    line = smooth([(690, 384), (560, 404), (300, 436), (180, 474), (330, 518), (700, 540), (1130, 570),
                   (1340, 626), (1180, 700), (760, 738), (330, 790), (210, 880), (420, 966), (800, 1010), (1180, 1046)], False, 30)  # fmt: skip
    rng = np.random.default_rng(305)
    walked, last, people = 0.0, line[0], []
    for point in line[1:]:
        near = (point[1] - horizon) / (TALL - horizon)
        walked += math.hypot(point[0] - last[0], (point[1] - last[1]) * 1.6)
        if walked > 20 + 84 * near:
            people.append((point, near, point[0] > last[0]))
            walked = 0
        last = point
    for k, ((x, y), near, rightward) in enumerate(sorted(people, key=lambda one: one[0][1])):
        size = 0.42 + 2.5 * near
        plate.flat(
            [
                (x - 8 * size, y - 1.6 * size),
                (x + 8 * size, y - 1.6 * size),
                (x + 62 * size, y + 9 * size),
                (x + 46 * size, y + 12 * size),
            ]
        )
        hat = (*HATS, "kerchief")[int(rng.integers(0, 7))]
        person(
            plate.at(x, y, size, flip=not rightward), hat, skirt=bool(rng.integers(0, 5) < 2) or hat == "kerchief",
            bag=bool(rng.integers(0, 4) == 0), tone=(1.0, 0.78, 0.5, 1.0)[k % 4], degrees=(70, 110, 90)[k % 3],
        )  # fmt: skip
    return plate


def _office(plate: Plate) -> None:
    """The office: many windows, all shut but one."""
    wall = box(620, 110, 1190, 372)
    plate.outline(wall, 14, PAPER)
    plate.cut(wall, level(8), lambda x, y: 0.34 + 0.0005 * (x - 620), 6)
    roof = [(596, 112), (1214, 112), (905, 26)]
    plate.outline(roof, 14, PAPER)
    plate.cut(roof, level(8), lambda x, y: 0.7 + 0 * x, 6)
    for k in range(6):
        x = 664 + 88 * k
        pane = box(x, 150, x + 46, 214)
        plate.cut(pane, level(6), lambda px, py: 0.7 + 0 * px, 5)
    hatch = box(668, 258, 764, 336)
    light = [(668, 338), (764, 338), (700, 420), (520, 420)]
    plate.flat(light, LAMP)
    plate.rule([(668, 338), (520, 420)], 3)
    plate.rule([(764, 338), (700, 420)], 3)
    plate.outline(hatch, 18, PAPER)
    plate.flat(hatch, LAMP)
    plate.outline(hatch, 8)
    person(plate.at(716, 372, 1.0), "bare", halo=None)
    plate.flat(box(656, 332, 776, 350))
    for k in range(3):
        x = 828 + 118 * k
        shut = box(x, 258, x + 76, 340)
        plate.cut(shut, level(6), lambda px, py: 0.62 + 0 * px, 5)
        plate.rule([(x - 8, 344), (x + 84, 344)], 8)


def song_vault() -> Plate:
    """Technology: a gramophone record half sunk in snow for a hill, and a door in its label."""
    plate = Plate(WIDE, TALL, SCALE)
    record_hill(plate, WIDE, TALL, 800, 770, 560)
    lantern_bearer(plate.at(1060, 932, 1.7))
    return plate


def record_hill(
    plate: Plate, wide: float, tall: float, cx: float, snow: float, r: float,
    ground: tuple[int, int, int] = PAPER,
) -> None:  # fmt: skip
    """The hill itself, for a plate of any size; night above it and snow before it."""
    rough, drift = noise(311), noise(312)
    if ground == PAPER:
        plate.engrave(
            level(8.8, lambda x, y: 5 * rough(x / 260, y / 80)),
            lambda x, y: 0.86 - 0.34 * np.clip(y / snow, 0, 1) + 0.1 * rough(x / 300, y / 60),
            box(-20, 0, wide + 20, snow + 60),
        )
    rng = np.random.default_rng(315)
    for _ in range(46):
        x, y, size = rng.uniform(0, wide), rng.uniform(20, snow - 140), rng.uniform(3, 7)
        if math.hypot(x - cx, y - snow) > r + 40:
            plate.disc(x, y, size + 4, INK if ground == PAPER else ground)
            plate.flat([(x - size, y), (x, y - size), (x + size, y), (x, y + size)], PAPER)
    hill = [*ellipse(cx, snow, r, r, 180, 360, 240), (cx + r, snow + 60), (cx - r, snow + 60)]
    plate.outline(hill, 18, PAPER)
    plate.flat(hill)

    def grooves(x: Field, y: Field) -> Field:
        a = np.arctan2(snow - y, x - cx)
        shine = np.exp(-(((a - 2.05) / 0.2) ** 2)) + 0.7 * np.exp(-(((a - 0.95) / 0.13) ** 2))
        d = np.hypot(x - cx, y - snow)
        silent = sum(np.exp(-(((d - r * k) / 5) ** 2)) for k in (0.53, 0.71, 0.86))
        return np.clip(0.2 + 0.62 * shine - silent, 0, 0.8) * (d > r * 0.345) * (d < r * 0.985)

    plate.engrave(rings(cx, snow, 9.2), grooves, hill, PAPER)
    label = [
        *ellipse(cx, snow, r * 0.33, r * 0.33, 180, 360, 120),
        (cx + r * 0.33, snow + 50),
        (cx - r * 0.33, snow + 50),
    ]
    plate.flat(label, LAMP)
    plate.outline(label, 6)
    plate.rule(ellipse(cx, snow, r * 0.29, r * 0.29, 180, 360), 3)
    k = r / 560
    door = [
        (cx - 50 * k, snow + 40),
        (cx - 50 * k, snow - 84 * k),
        *ellipse(cx, snow - 84 * k, 50 * k, 46 * k, 180, 360, 30),
        (cx + 50 * k, snow + 40),
    ]
    plate.flat(door)
    plate.outline([(x + (x - cx) * 0.14, y - 8 * k) for x, y in door], 5)
    for j in range(1, 4):
        plate.rule(
            [(cx - 44 * k, snow - 90 * k + 34 * k * j), (cx + 44 * k, snow - 90 * k + 34 * k * j)],
            2.4,
            LAMP,
        )
    # A note for a keyhole.
    plate.disc(cx - 8 * k, snow - 44 * k, 9 * k, LAMP)
    plate.rule([(cx - 1.5 * k, snow - 46 * k), (cx - 1.5 * k, snow - 86 * k)], 4 * k, LAMP)
    plate.flat(
        [
            (cx - 2 * k, snow - 88 * k),
            (cx + 20 * k, snow - 72 * k),
            (cx + 18 * k, snow - 62 * k),
            (cx - 2 * k, snow - 74 * k),
        ],
        LAMP,
    )
    _snow(plate, wide, tall, cx, snow, drift, k)


def _snow(plate: Plate, wide: float, tall: float, cx: float, snow: float, drift, k: float) -> None:  # type: ignore[no-untyped-def]
    crest: Points = []
    for x in range(-30, int(wide) + 36, 6):
        dip = 46 * k * math.exp(-(((x - cx) / (90 * k)) ** 4))
        crest.append(
            (
                x,
                snow
                + 4
                - 46 * k
                + dip
                + 20 * float(drift(x / 210, 2))
                - 40 * k * math.exp(-(((x - cx - 470 * k) / 200) ** 2))
                - 30 * k * math.exp(-(((x - cx + 520 * k) / 240) ** 2)),
            )
        )
    field = [*crest, (wide + 30, tall + 20), (-30, tall + 20)]
    plate.flat(field, PAPER)
    plate.engrave(
        lambda x, y: (y + 60 * drift(x / 300, y / 160) + 12 * drift(x / 90, y / 60)) / 15,
        lambda x, y: (
            0.06
            + 0.34 * drift(x / 240 + 3, y / 90)
            + 0.22 * np.clip((np.abs(x - cx) - 200) / 800, 0, 1)
        ),
        field,
    )
    plate.rule(crest, 5)
    path = [
        (cx - 46 * k, snow + 4),
        (cx + 46 * k, snow + 4),
        (cx + 210 * k, tall + 10),
        (cx - 60 * k, tall + 10),
    ]
    plate.flat(path, LAMP)
    plate.rule([path[1], path[2]], 3)
    plate.rule([path[0], path[3]], 3)
