"""Leads in a town: a street under a bound bell, and a queue to the one window that is open."""

from __future__ import annotations

import math

import numpy as np

from tests.samples.engraving import (
    INK,
    LAMP,
    PAPER,
    Plate,
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
from tests.samples.lantern_people import HATS, person
from tests.samples.lantern_tables import SCALE, TALL, WIDE
from tests.samples.lantern_things import bell


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
        gabled_house(plate, x, wide, 690 - 250 * middle**1.4 - float(rng.integers(0, 50)), k, 880)
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


def gabled_house(plate: Plate, x: float, wide: float, top: float, k: int, foot: float) -> None:
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
