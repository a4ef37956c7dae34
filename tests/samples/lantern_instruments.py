"""Leads that count: an abacus whose beads are clerks, and two meters on one board."""

from __future__ import annotations

import math

import numpy as np

from tests.samples.engraving import (
    LAMP,
    PAPER,
    Plate,
    Points,
    box,
    bump,
    ellipse,
    level,
    noise,
    slanting,
    smooth,
)
from tests.samples.lantern_tables import SCALE, TALL, WIDE
from tests.samples.lantern_things import (
    around,
    clock,
)
from tests.samples.lettering import letter


def abacus() -> Plate:
    """Politics: an abacus, on one wire of which the beads are the clerks."""
    plate, rough = Plate(WIDE, TALL, SCALE), noise(211)
    plate.engrave(
        level(8.6, lambda x, y: 6 * rough(x / 240, y / 120)),
        lambda x, y: 0.84 - 0.5 * bump(x, y, 1010, 560, 420, 300) + 0.06 * rough(x / 200, y / 90),
    )
    left, right, top, foot = 120, 1480, 60, 940
    wires = [176, 322, 560, 806]
    for y in wires:
        plate.rule([(left, y), (right, y)], 20, PAPER)
        plate.rule([(left, y), (right, y)], 10)
    rows = {0: "11110000111111", 1: "11000001111111", 3: "11111000011111"}
    for row, places in rows.items():
        for k, there in enumerate(places):
            if there == "1":
                bead(plate.at(204 + 92 * k, wires[row]), 64)
    for k, x in enumerate((234, 402, 570, 738, 1010, 1198, 1366)):
        clerk(plate.at(x, wires[2] + 8, 1.5), k, LAMP if k == 4 else PAPER)
    for x0, y0, x1, y1 in ((left - 44, top, left + 10, foot), (right - 10, top, right + 44, foot)):
        post = box(x0, y0, x1, y1)
        plate.cut(post, slanting(6.4, 90), lambda x, y, x0=x0: around((x - x0 - 27) / 27) + 0.15, 6)
    for y0 in (top - 22, foot - 26):
        bar = box(left - 76, y0, right + 76, y0 + 52)
        plate.cut(
            bar,
            level(6.4, lambda x, y: 4 * rough(x / 190, y / 14)),
            lambda x, y, y0=y0: 0.2 + 0.012 * (y - y0) + 0.3 * rough(x / 240, y / 9),
            6,
        )
    return plate


def bead(plate: Plate, r: float) -> None:
    """A bead on a level wire, seen from the side."""
    shape = [(x * 0.82, y) for x, y in ellipse(0, 0, r, r)]
    plate.cut(
        shape,
        lambda x, y: (x + 0.3 * np.sign(x) * 0 + 0.16 * x * np.abs(y) / r) / 6.4,
        lambda x, y: 0.5 + 0.55 * y / r + 0.35 * x / r - 0.9 * np.exp(-(((x + 14) / 13) ** 2) - ((y + 22) / 13) ** 2),
        5,
    )  # fmt: skip


def clerk(plate: Plate, k: int, ground: tuple[int, int, int]) -> None:
    """A clerk as a bead: head and shoulders, hung on the wire through the heart."""
    coat = smooth(
        [(-52, 74), (-50, 6), (-34, -20), (-14, -28), (14, -28), (34, -20), (50, 6), (52, 74)]
    )
    plate.outline(coat, 12, PAPER)
    tone = 0.3 if ground == LAMP else 0.8
    plate.cut(coat, slanting(7, 62 if k % 2 else 118), lambda x, y: tone + 0 * x, 5, ground)
    plate.flat([(-13, -28), (13, -28), (0, 22)], PAPER)
    plate.flat([(-4, -24), (4, -24), (7, 16), (0, 26), (-7, 16)])
    head = ellipse(0, -58, 27, 33)
    plate.flat(ellipse(0, -58, 31, 37), PAPER)
    plate.flat(head, ground)
    plate.engrave(slanting(6, 70), lambda x, y: 0.3 + 0.02 * x, head)
    plate.outline(head, 5)
    plate.disc(-9, -58, 8, PAPER)
    plate.disc(11, -58, 8, PAPER)
    plate.rule(ellipse(-10, -58, 9, 9), 3.4)
    plate.rule(ellipse(11, -58, 9, 9), 3.4)
    bowler = [*ellipse(0, -78, 27, 32, 180, 360), (44, -74), (44, -66), (-44, -66), (-44, -74)]
    cap = [*ellipse(0, -70, 30, 26, 180, 360, 40), (0, -66)]
    tall = [(-30, -74), (-26, -124), (26, -124), (30, -74), (46, -74), (46, -66), (-46, -66), (-46, -74)]  # fmt: skip
    hat = (bowler, cap, tall)[k % 3]
    if hat is cap:
        plate.disc(0, -100, 14, PAPER)
    plate.outline(hat, 7, PAPER)
    plate.flat(hat)
    if hat is cap:
        plate.disc(0, -100, 10)
    plate.disc(-56, 8, 7)
    plate.disc(56, 8, 7)


def two_meters() -> Plate:
    """Technology: two meters on one board, and a clock at ten past two."""
    plate, rough = Plate(WIDE, TALL, SCALE), noise(231)
    plate.engrave(
        slanting(8.6, 90),
        lambda x, y: 0.86 - 0.3 * bump(x, y, 800, 300, 520, 420) + 0.1 * rough(x / 200, y / 200),
    )
    board = box(180, 130, 1420, 900)
    plate.flat([(x + 22, y + 22) for x, y in board])
    plate.cut(
        board,
        level(8, lambda x, y: 12 * rough(x / 420, y / 60)),
        lambda x, y: 0.2 + 0.3 * rough(x / 500, y / 16),
        7,
    )
    for y in (386, 640):
        plate.rule([(180, y), (1420, y)], 4)
    for x, y in ((220, 168), (1380, 168), (220, 862), (1380, 862)):
        plate.disc(x, y, 15)
        plate.rule([(x - 9, y - 6), (x + 9, y + 6)], 4, PAPER)
    # One house: both are fed by the cable that comes in between them.
    for path in ([(774, 1030), (774, 934), (470, 934), (470, 816)], [(826, 1030), (826, 934), (1130, 934), (1130, 816)]):  # fmt: skip
        _cable(plate, path)
    _meter(plate.at(470, 520), (0.41, 0.28, 0.63, 0.12, 0.86), PAPER)
    _meter(plate.at(1130, 520), (0.41, 0.31, 0.05, 0.52, 0.21), LAMP)
    clock(plate.at(800, 372, 0.94), 2 + 10 / 60)
    return plate


def _cable(plate: Plate, path: Points) -> None:
    rounded = []
    for k, (x, y) in enumerate(path):
        if 0 < k < len(path) - 1:
            (x0, y0), (x1, y1) = path[k - 1], path[k + 1]
            for t in range(7):
                a = t / 6
                bx = (
                    (1 - a) ** 2 * (x + (x0 > x) * 40 - (x0 < x) * 40)
                    + 2 * a * (1 - a) * x
                    + a * a * (x + (x1 > x) * 40 - (x1 < x) * 40)
                )
                by = (
                    (1 - a) ** 2 * (y + (y0 > y) * 40 - (y0 < y) * 40)
                    + 2 * a * (1 - a) * y
                    + a * a * (y + (y1 > y) * 40 - (y1 < y) * 40)
                )
                rounded.append((bx, by))
        else:
            rounded.append((x, y))
    plate.rule(rounded, 44)
    plate.rule(rounded, 32, PAPER)
    plate.rule(rounded, 18)
    plate.rule([(x - 4, y - 4) for x, y in rounded], 3, PAPER)


def _meter(plate: Plate, hands: tuple[float, ...], face: tuple[int, int, int]) -> None:
    """A meter under its glass: five dials, and the disc that turns below them."""
    foot = box(-150, 190, 150, 296)
    plate.cut(foot, slanting(7, 90), lambda x, y: around(x / 150) + 0.15, 6)
    for x in (-120, 120):
        plate.disc(x, 270, 12)
    flange = ellipse(0, 0, 268, 268)
    plate.flat(ellipse(12, 14, 272, 272))
    plate.cut(
        flange,
        lambda x, y: np.hypot(x, y) / 7,
        lambda x, y: 0.5 + 0.4 * np.sin(np.arctan2(y, x) * 2 + 0.9),
        6,
    )
    glass = ellipse(0, 0, 228, 228)
    plate.flat(glass, face)
    plate.outline(glass, 7)
    for k, hand in enumerate(hands):
        x = (-150, -78, 0, 78, 150)[k]
        y = (-66, -112, -128, -112, -66)[k]
        plate.disc(x, y, 39)
        plate.disc(x, y, 34, PAPER)
        for n in range(10):
            a = math.tau * n / 10
            plate.rule([(x + 25 * math.sin(a), y - 25 * math.cos(a)), (x + 32 * math.sin(a), y - 32 * math.cos(a))], 3)  # fmt: skip
        a = math.tau * hand * (1 if k % 2 == 0 else -1)
        plate.flat([(x + 24 * math.sin(a), y - 24 * math.cos(a)), (x + 6 * math.cos(a), y + 6 * math.sin(a)),
                    (x - 12 * math.sin(a), y + 12 * math.cos(a)), (x - 6 * math.cos(a), y - 6 * math.sin(a))])  # fmt: skip
    letter(plate, "kilowatt-hours", 0, -8, 40, weight=600, stand="middle")
    slot = box(-176, 28, 176, 108)
    plate.flat(slot)
    wheel = ellipse(0, 66, 164, 26)
    plate.flat(ellipse(0, 76, 164, 26), PAPER)
    plate.outline(ellipse(0, 76, 164, 26), 4)
    plate.flat(wheel, PAPER)
    plate.engrave(
        lambda x, y: np.arctan2((y - 66) * 6, x) * 16, lambda x, y: 0.3 + 0.002 * x, wheel
    )
    plate.outline(wheel, 4)
    plate.flat(box(-14, 84, 20, 102))
    for k in range(5):
        plate.rule([(-70 + 12 * (k % 2), 138 + 16 * k), (70 - 18 * (k % 3), 138 + 16 * k)], 5)
    # The glass shines on one side and darkens on the other.
    plate.engrave(
        slanting(10, 45),
        lambda x, y: 0.75 * np.clip((np.hypot(x + 60, y + 50) - 236) / 70, 0, 1),
        glass,
    )
