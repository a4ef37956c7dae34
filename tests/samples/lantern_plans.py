"""Two plans of an orchestra, seen from above: as it used to sit, and as it sits now."""

from __future__ import annotations

import math

from tests.samples.engraving import (
    LAMP,
    PAPER,
    Plate,
    box,
    ellipse,
    level,
    slanting,
)
from tests.samples.lettering import letter

ARCS = ((230, 8), (340, 12), (450, 16), (560, 19))
DESKS = (("First violins", 180, 222), ("Second violins", 222, 262), ("Violas", 262, 300), ("Cellos", 300, 332), ("Basses", 332, 360))  # fmt: skip


def seating_a() -> Plate:
    """The usual way: four arcs about a podium, all looking at one place."""
    plate = _floor()
    cx, cy = 750, 800
    for reach, seats in ARCS:
        plate.rule(ellipse(cx, cy, reach, reach, 180, 360), 2)
        for k in range(seats):
            angle = 180 + 180 * (k + 0.5) / seats
            _chair(plate, cx, cy, reach, angle, _hatched(angle))
    for words, start, end in DESKS:
        a = math.radians((start + end) / 2)
        x, y = cx + 652 * math.cos(a), cy + 652 * math.sin(a)
        turn = (start + end) / 2 - 270
        letter(plate, words, x, y, 46, weight=650, stand="middle", turn=turn)
    _stage_lamp(plate, cx, cy, 74)
    letter(plate, "Podium", cx, cy + 132, 46, weight=650, stand="middle")
    return plate


def seating_b() -> Plate:
    """The new way: one ring, everybody in sight of everybody, and nobody in the middle."""
    plate = _floor()
    cx, cy = 750, 500
    for reach, seats in ((400, 32), (300, 23)):
        plate.rule(ellipse(cx, cy, reach, reach), 2)
        for k in range(seats):
            angle = 360 * (k + (0.5 if reach == 300 else 0)) / seats
            _chair(plate, cx, cy, reach, angle, 0.2 if k % 2 else 0.75)
    # Who can see whom: from one chair to every tenth other.
    for k in range(32):
        for far in (11, 16):
            a, b = math.tau * k / 32, math.tau * (k + far) / 32
            plate.rule([(cx + 250 * math.cos(a), cy + 250 * math.sin(a)), (cx + 250 * math.cos(b), cy + 250 * math.sin(b))], 1.8)  # fmt: skip
    _stage_lamp(plate, cx, cy, 60)
    for words, x, stand in (("All who breathe", 300, "end"), ("All who bow", 1200, "start")):
        letter(plate, words, x, 516, 46, weight=650, stand=stand)
    return plate


def _hatched(angle: float) -> float:
    """Neighbouring desks differ in tone."""
    for k, (_, start, end) in enumerate(DESKS):
        if start <= angle < end:
            return (0.2, 0.8)[k % 2]
    return 0.2


def _floor() -> Plate:
    plate = Plate(1500, 1000, 0.9)
    edge = box(20, 20, 1480, 980)
    plate.engrave(level(24), lambda x, y: 0.06 + 0 * x, edge)
    plate.outline(edge, 6)
    return plate


def _chair(plate: Plate, cx: float, cy: float, reach: float, angle: float, tone: float) -> None:
    """A chair that looks to the middle, with a stand before it."""
    a = math.radians(angle)
    part = plate.at(cx + reach * math.cos(a), cy + reach * math.sin(a), 1, angle + 90)
    part.disc(0, 4, 33, PAPER)
    seat = [(-22, -12), (22, -12), (20, 22), (-20, 22)]
    part.cut(seat, slanting(7, 45), lambda x, y: tone + 0 * x, 4)
    part.flat(box(-23, -26, 23, -15))
    part.flat(box(-17, 33, 17, 39))


def _stage_lamp(plate: Plate, x: float, y: float, r: float) -> None:
    plate.disc(x, y, r + 10, PAPER)
    plate.disc(x, y, r, LAMP)
    plate.rule(ellipse(x, y, r, r), 6)
    plate.rule(ellipse(x, y, r - 16, r - 16), 3)
