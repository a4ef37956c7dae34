"""Leads that are rooms: a corridor, a hall before the concert, the shelves of a library."""

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
    rings,
    slanting,
    smooth,
)
from tests.samples.lantern_lost_things import SHELF
from tests.samples.lantern_people import person
from tests.samples.lantern_tables import SCALE, TALL, WIDE
from tests.samples.lantern_things import around, stand, tag, umbrella


def corridor() -> Plate:
    """Politics: a corridor of shut doors; the one that is ajar lights the wrong room."""
    plate = Plate(WIDE, TALL, SCALE)
    vx, vy = 620.0, 470.0

    def depth(x: Field, y: Field) -> Field:
        """1 at the edge of the plate, 0 at the far end of the corridor."""
        return np.maximum(np.abs(x - vx) / 980, np.abs(y - vy) / 560)

    # Ceiling, floor and walls: their lines all run to one point.
    for shape, count, dark in (
        ([(-360, -90), (1600, -90), (vx, vy)], 26, 0.5),
        ([(-360, 1030), (1600, 1030), (vx, vy)], 34, 0.18),
    ):
        plate.engrave(
            lambda x, y, n=count: (x - vx) / (np.abs(y - vy) + 1) * n * 0.48,
            lambda x, y, d=dark: d + 0.34 * (1 - depth(x, y)) + 0 * x,
            shape,
        )
    for side in (-1, 1):
        wall = [(vx + side * 980, vy - 560), (vx + side * 980, vy + 560), (vx, vy)]
        plate.flat(wall, PAPER)
        plate.engrave(
            lambda x, y: (y - vy) / (np.abs(x - vx) + 1) * 38,
            lambda x, y, s=side: 0.56 + 0.14 * s + 0.22 * (1 - depth(x, y)),
            wall,
        )
    for sx in (-1, 1):
        for dy in (-560, 560):
            plate.rule([(vx, vy), (vx + sx * 980, vy + dy)], 5)
        plate.rule([(vx, vy + 60), (vx + sx * 980, vy + 330)], 3.4)
        plate.rule([(vx, vy + 52), (vx + sx * 980, vy + 300)], 3.4)
    # Lamps that are out hang along the ceiling.
    for t in (0.62, 0.36, 0.23):
        x, y = vx, vy - 560 * t
        plate.rule([(x, y), (x, y + 90 * t)], 5 * t + 1)
        globe = ellipse(x, y + 130 * t, 56 * t, 44 * t)
        plate.cut(globe, level(7 * t + 2.4), lambda px, py: 0.6 + 0 * px, 4 * t + 1)
    for side, t0, t1 in (
        (-1, 0.5, 0.68),
        (-1, 0.27, 0.35),
        (1, 0.25, 0.31),
        (-1, 0.17, 0.21),
        (1, 0.17, 0.2),
    ):
        _door(plate, vx, vy, side, t0, t1)
    _far_end(plate, vx, vy)
    _lit_door(plate, vx, vy)
    return plate


def _on_wall(vx: float, vy: float, side: int, t: float, high: float) -> tuple[float, float]:
    """A point of a side wall: how near, and how high between floor (0) and ceiling (1)."""
    return vx + side * 980 * t, vy + (560 - 1120 * high) * t


def _door(plate: Plate, vx: float, vy: float, side: int, t0: float, t1: float) -> None:
    corners = [(t0, 0), (t0, 0.66), (t1, 0.66), (t1, 0)]
    frame = [_on_wall(vx, vy, side, t, h * 1.05) for t, h in corners]
    leaf = [_on_wall(vx, vy, side, t0 + (t1 - t0) * (0.1 + 0.8 * (t == t1)), h) for t, h in corners]
    plate.flat(frame, PAPER)
    plate.outline(frame, 3 + 5 * t0)
    plate.flat(leaf)
    for h0, h1 in ((0.06, 0.26), (0.31, 0.6)):
        a, b = t0 + (t1 - t0) * 0.24, t0 + (t1 - t0) * 0.76
        panel = [_on_wall(vx, vy, side, t, h) for t, h in ((a, h0), (a, h1), (b, h1), (b, h0))]
        plate.outline(panel, 2.2 * t0 + 1.4, PAPER)
    x, y = _on_wall(vx, vy, side, t0 + (t1 - t0) * 0.82, 0.31)
    plate.disc(x, y, 13 * t0 + 1, PAPER)


def _far_end(plate: Plate, vx: float, vy: float) -> None:
    wall = box(vx - 980 * 0.14, vy - 560 * 0.14, vx + 980 * 0.14, vy + 560 * 0.14)
    plate.cut(wall, slanting(6, 90), lambda x, y: 0.72 + 0 * x, 5)
    window = box(vx - 38, vy - 48, vx + 38, vy + 22)
    plate.flat(window, PAPER)
    plate.outline(window, 6)
    plate.rule([(vx, vy - 48), (vx, vy + 22)], 4)
    plate.rule([(vx - 38, vy - 13), (vx + 38, vy - 13)], 4)


def _lit_door(plate: Plate, vx: float, vy: float) -> None:
    """The door ajar on the right: its light falls over the carpet onto those who listen."""
    near, far = 0.72, 0.5
    foot_far, foot_near = _on_wall(vx, vy, 1, far, 0), _on_wall(vx, vy, 1, near, 0)
    head_far, head_near = _on_wall(vx, vy, 1, far, 0.68), _on_wall(vx, vy, 1, near, 0.68)
    frame = [_on_wall(vx, vy, 1, t, h) for t, h in ((far - 0.02, 0), (far - 0.02, 0.72), (near + 0.03, 0.72), (near + 0.03, 0))]  # fmt: skip
    plate.flat(frame, PAPER)
    plate.outline(frame, 7)
    light = [foot_far, foot_near, (560, 1020), (-60, 1020), (-60, 940)]
    plate.flat(light, LAMP)
    plate.engrave(
        lambda x, y: (x - vx) / (np.abs(y - vy) + 1) * 20,
        lambda x, y: 0.14 + 0.0002 * (1300 - x) + 0.05 * rough_floor(x / 90, y / 30),
        light,
    )
    plate.outline(light, 4)
    plate.flat([foot_far, head_far, head_near, foot_near], LAMP)
    # The leaf stands out into the corridor from its far post.
    leaf = [
        head_far,
        foot_far,
        (foot_far[0] - 128, foot_far[1] + 74),
        (head_far[0] - 128, head_far[1] - 34),
    ]
    plate.cut(leaf, slanting(7, 90), lambda x, y: 0.84 + 0 * x, 6)
    plate.disc(foot_far[0] - 106, 566, 10, PAPER)
    # The meeting is in the other room; the government is on the threshold.
    person(plate.at(1212, 830, 4.3), "bare", halo=None)
    plate.rule([head_near, foot_near], 9)
    person(plate.at(330, 700, 2.9, flip=True), "tall", tone=0.8)
    person(plate.at(560, 812, 4.0, flip=True), "bowler", bag=True)
    person(plate.at(716, 860, 4.4), "bun", skirt=True, tone=0.62, degrees=110)


rough_floor = noise(243)


def empty_podium() -> Plate:
    """Culture: a lamp on the conductor's place, and nobody in it."""
    plate, rough, grain = Plate(WIDE, TALL, SCALE), noise(251), noise(252)
    floor = 520
    plate.engrave(
        slanting(8.6, 90),
        lambda x, y: 0.9 - 0.2 * bump(x, y, 800, 420, 520, 300) + 0.08 * rough(x / 200, y / 200),
        box(0, 0, WIDE, floor),
    )
    boards = box(-20, floor, WIDE + 20, TALL + 20)
    plate.cut(
        boards,
        receding(floor - 20, TALL, 6, 20, 253),
        lambda x, y: 0.86 - 0.5 * bump(x, y, 800, 860, 620, 260) + 0.3 * grain(x / 260, y / 9),
        0.1,
    )
    for cy, rx, ry, k, n in (
        (640, 690, 250, 0.5, 15),
        (700, 560, 230, 0.64, 11),
        (780, 440, 220, 0.82, 8),
    ):
        for j in range(n):
            a = math.pi * (1.02 + 0.96 * j / (n - 1))
            x, y = 800 + rx * math.cos(a), cy + ry * math.sin(a)
            _seat(plate.at(x, y + 8, k))
            stand(plate.at(x + 30 * (800 - x) / 800, y + 44, k * 0.78))
    cone = [(742, -20), (858, -20), (1160, 850), (440, 850)]
    pool = ellipse(800, 850, 360, 96)
    light = [(742, -20), (858, -20), (1160, 850), *ellipse(800, 850, 360, 96, 0, 180, 60)]
    plate.flat(light, LAMP)
    plate.engrave(
        receding(floor - 20, TALL, 6, 20, 253),
        lambda x, y: 0.1 + 0.3 * grain(x / 260, y / 9),
        [*ellipse(800, 850, 360, 96, 0, 180, 60), *ellipse(800, 850, 360, 96, 180, 360, 60)],
    )
    for k in (0, 3):
        x0, y0 = cone[0 if k == 0 else 1]
        x1, y1 = cone[3 if k == 0 else 2]
        plate.rule([(x0, y0), (x1, y1)], 4)
    plate.rule(pool[:61], 4)
    _podium(plate.at(800, 880))
    return plate


def _seat(plate: Plate) -> None:
    """The back of a chair, seen over the stand."""
    for x in (-52, 52):
        plate.rule([(x, 0), (x, -190)], 16, PAPER)
        plate.rule([(x, 0), (x, -190)], 9)
    back = smooth([(-62, -120), (-62, -196), (0, -214), (62, -196), (62, -120), (0, -112)])
    plate.outline(back, 10, PAPER)
    plate.flat(back)


def _podium(plate: Plate) -> None:
    """Two steps, a rail, a stand with the score shut and the baton on it."""
    for half, top, foot in ((270, -50, 20), (215, -104, -40)):
        lid = [(-half * 0.86, top - 54), (half * 0.86, top - 54), (half, top), (-half, top)]
        front = box(-half, top, half, foot)
        plate.cut(lid, level(7), lambda x, y: 0.12 + 0 * x, 5)
        plate.cut(front, slanting(7, 90), lambda x, y: 0.62 + 0.0006 * x, 6)
    for x in (-176, 176):
        plate.rule([(x, -146), (x, -380)], 15, PAPER)
        plate.rule([(x, -146), (x, -380)], 10)
    plate.rule([(-180, -380), (180, -380)], 15)
    plate.rule([(-180, -320), (180, -320)], 7)
    stand(plate.at(0, -130, 0.98))
    plate.rule([(-104, -400), (126, -430)], 13)
    plate.rule([(-104, -400), (126, -430)], 7, PAPER)
    plate.flat(ellipse(-108, -400, 20, 14))


def shelves() -> Plate:
    """Culture: shelves of things that came back, each with its label; one of them is lit."""
    plate, rough = Plate(WIDE, TALL, SCALE), noise(261)
    plate.engrave(slanting(8, 90), lambda x, y: 0.8 + 0 * x)
    columns, rows = (40, 424, 800, 1176, 1560), (34, 350, 660, 966)
    for j in range(3):
        for k in range(4):
            left, top, right, foot = (
                columns[k] + 12,
                rows[j] + 14,
                columns[k + 1] - 12,
                rows[j + 1] - 12,
            )
            hole = box(left, top, right, foot)
            lit = (j, k) == (1, 2)
            plate.flat(hole, LAMP if lit else PAPER)
            if not lit:
                plate.engrave(
                    slanting(8, 90),
                    lambda x, y, a=left, b=top, c=right: (
                        0.74
                        + 0.2 * np.clip(1 - (x - a) / 70, 0, 1)
                        + 0.2 * np.clip(1 - (y - b) / 60, 0, 1)
                        - 0.22 * np.clip((x - c + 200) / 200, 0, 1)
                    ),
                    hole,
                )
            plate.outline(hole, 6)
            SHELF[j * 4 + k](
                plate.at(
                    (left + right) / 2, foot - 6, 0.62 if j * 4 + k not in (5, 9, 10) else 0.57
                )
            )
    for y in rows:
        board = box(-20, y - 12, WIDE + 20, y + 14)
        plate.cut(
            board,
            level(6, lambda x, y: 4 * rough(x / 200, y / 9)),
            lambda x, y: 0.3 + 0.3 * rough(x / 160, y / 6),
            5,
        )
    for x in columns:
        post = box(x - 13, -20, x + 13, TALL + 20)
        plate.cut(post, slanting(6, 90), lambda px, py, x=x: around((px - x) / 14) + 0.1, 5)
    for j in range(3):
        for k in range(4):
            x, y = columns[k] + 60, rows[j + 1] - 12
            card = [(x, y + 1), (x + 104, y + 1), (x + 104, y + 27), (x, y + 27)]
            plate.flat(card, PAPER)
            plate.outline(card, 4)
            plate.rule([(x + 14, y + 14), (x + 60 + 13 * ((j + k) % 3), y + 14)], 5)
    return plate


def returned_umbrella() -> Plate:
    """A small one: an umbrella that came back, its label still on."""
    plate, rough = Plate(1200, 900), noise(265)
    plate.engrave(
        rings(600, 360, 9.4),
        lambda x, y: 0.4 * np.clip((np.hypot(x - 600, (y - 360) * 1.1) - 330) / 330, 0, 1) + 0.05 * rough(x / 90, y / 90),
    )  # fmt: skip
    plate.flat(ellipse(610, 842, 210, 18))
    umbrella(plate.at(600, 838, 1.17))
    tag(plate.at(545, 480, 1.0, -8))
    return plate
