"""The smaller pictures of The Lantern's No. 17: a chart, states of a block and both sides of a coin."""

from __future__ import annotations

import math

import numpy as np

from tests.samples.engraving import (
    INK,
    LAMP,
    PAPER,
    Field,
    Plate,
    box,
    bump,
    ellipse,
    level,
    noise,
    slanting,
    smooth,
)
from tests.samples.lantern_coast import lighthouse


def harbour_chart() -> Plate:
    """Port Averell from above: water lines off the coast, the barrage across the mouth."""
    w, h = 1500, 1000
    plate, rough, fine = Plate(w, h, 0.8), noise(21), noise(22)

    def land(x: Field, y: Field) -> Field:
        """How far a place stands above the water: the coast is where it crosses nought."""
        north = (330 - y + 90 * rough(x / 210, 1)) / 200
        south = (y - 760 + 60 * rough(x / 170, 9)) / 200
        west = (330 - x + 110 * rough(3, y / 150)) / 240
        basin = -1.5 * bump(x, y, 560, 545, 330, 170)
        return (
            np.maximum(np.maximum(north, south), west + 0.55) + basin + 0.12 * fine(x / 46, y / 46)
        )

    def water(x: Field, y: Field) -> Field:
        deep = np.clip(-land(x, y), 0, 3)
        return np.where(land(x, y) < 0.03, 0.66 * np.exp(-deep * 1.5) + 0.07, 0)

    plate.engrave(lambda x, y: land(x, y) * 14 - 0.3, water)
    plate.engrave(
        slanting(8, 64),
        lambda x, y: np.where(
            land(x, y) > 0.1,
            0.06 + 0.34 * np.clip(land(x, y) - 0.7, 0, 1) + 0.2 * fine(x / 60, y / 40),
            0,
        ),
    )
    plate.engrave(
        lambda x, y: np.clip(land(x, y), -0.04, 0.04) / 0.04 * 0.5,
        lambda x, y: np.where(np.abs(land(x, y)) < 0.035, 1.0, 0.0) * 0.9,
    )
    wall = [(905, 392), (962, 700)]
    plate.rule(wall, 26, PAPER)
    plate.rule([(899, 393), (956, 701)], 6)
    plate.rule([(911, 391), (968, 699)], 6)
    for k in range(12):
        t = (k + 0.3) / 11.6
        x, y = 905 + 57 * t, 392 + 308 * t
        plate.rule([(x - 9, y + 1.6), (x + 9, y - 1.6)], 7)
    plate.disc(962, 712, 34, LAMP)
    plate.rule(ellipse(962, 712, 34, 34), 4)
    plate.disc(962, 712, 7)
    # The ferry's course, in dots, from the slip to the far shore and out.
    course = smooth(
        [(470, 420), (560, 560), (720, 600), (860, 560), (1010, 545), (1240, 500), (1480, 430)],
        False,
        16,
    )
    for x, y in course[::4]:
        plate.disc(x, y, 12, PAPER)
        plate.disc(x, y, 6)
    compass(plate, 1310, 150)
    frame(plate, w, h)
    return plate


def frame(plate: Plate, w: int, h: int) -> None:
    """A clean margin and the double line of a printed map."""
    for left, top, right, bottom in (
        (0, 0, w, 30),
        (0, h - 30, w, h),
        (0, 0, 30, h),
        (w - 30, 0, w, h),
    ):
        plate.flat(box(left, top, right, bottom), PAPER)
    for inset, width in ((30, 6), (18, 2)):
        edge = box(inset, inset, w - inset, h - inset)
        plate.rule([*edge, edge[0]], width)


def compass(plate: Plate, x: float, y: float) -> None:
    plate.disc(x, y, 112, PAPER)
    plate.rule(ellipse(x, y, 106, 106), 3)
    plate.rule(ellipse(x, y, 98, 98), 1.8)
    for k in range(8):
        a = math.tau * k / 8
        reach = 92 if k % 2 == 0 else 58
        c, s = math.cos(a), math.sin(a)
        for side, colour in ((1, INK), (-1, PAPER)):
            half = [
                (x, y),
                (x + reach * c, y + reach * s),
                (x - side * s * 15 + c * 16, y + side * c * 15 + s * 16),
            ]
            plate.flat(half, colour)
            plate.rule([*half, half[0]], 1.8)


def block_state(state: int) -> Plate:
    """One small island, printed as the block stood: coast, then water, then hills and a mistake."""
    w, h = 1200, 900
    plate, rough, fine = Plate(w, h), noise(41), noise(43)
    cx, cy = 600, 440

    def far(x: Field, y: Field) -> Field:
        """1 on the coast, less inland, more at sea."""
        a, b = (x - cx) / 330, (y - cy) / 250
        r = np.hypot(a, b) + 1e-3
        u, v = a / r, b / r
        return r * (
            1 + 0.5 * rough(u * 1.1 + 4, v * 1.1 + 7) + 0.16 * fine(u * 2.6 + 2, v * 2.6 + 6)
        )

    if state >= 2:
        plate.engrave(
            lambda x, y: 12 * np.log(np.clip(far(x, y), 0.5, 9)) * 2.4,
            lambda x, y: np.where(far(x, y) > 1.02, 0.62 * np.exp(-(far(x, y) - 1) * 2.1), 0),
        )
    if state >= 3:
        plate.engrave(
            lambda x, y: far(x, y) * 17,
            lambda x, y: np.where(
                far(x, y) < 0.9, 0.34 + 0.55 * rough(x / 90, y / 60) + 0.2 * fine(x / 30, y / 30), 0
            ),
        )
    plate.engrave(
        lambda x, y: np.clip(far(x, y) - 1, -0.02, 0.02) / 0.02 * 0.5,
        lambda x, y: np.where(np.abs(far(x, y) - 1) < 0.018, 1.0, 0.0),
    )
    for x, y in ((470, 360), (640, 520), (720, 380)):
        if state < 3:
            plate.rule([(x - 9, y), (x + 9, y)], 2)
            plate.rule([(x, y - 9), (x, y + 9)], 2)
    if state >= 3:
        x, y = 838, 300
        plate.disc(x, y, 40, LAMP)
        plate.rule(ellipse(x, y, 40, 40), 3)
        plate.disc(x, y, 7)
        # The slip of the tool: a line that runs out of the land and across the strait.
        slip = smooth([(560, 470), (690, 560), (830, 640), (1010, 690)], False, 20)
        plate.rule(slip, 11, PAPER)
        plate.rule(slip, 5)
    frame(plate, w, h)
    return plate


def two_faces() -> Plate:
    """A coin from both sides: the lighthouse, and the figure with a wreath of barley."""
    w, h = 1500, 800
    plate, rough = Plate(w, h, 0.8), noise(61)
    plate.engrave(
        slanting(9, 18), lambda x, y: 0.5 + 0.2 * rough(x / 200, y / 160), box(0, 0, w, h)
    )
    for x in (400, 1100):
        shadow = ellipse(x + 16, 424, 316, 316)
        plate.flat(shadow)
        rim = ellipse(x, 400, 316, 316, n=240)
        plate.flat(rim, PAPER)
        plate.rule(rim, 6)
        plate.engrave(
            lambda px, py, x=x: np.arctan2(py - 400, px - x) * 160 / math.tau,
            lambda px, py, x=x: (
                np.where(np.hypot(px - x, py - 400) > 286, 0.5, 0)
                + 0.3 * np.where(np.hypot(px - x, py - 400) > 286, (px - x + py - 400) / 600, 0)
            ),
            rim,
        )
        plate.rule(ellipse(x, 400, 286, 286, n=240), 5)
        plate.engrave(
            level(7),
            lambda px, py, x=x: 0.3 + 0.0011 * (px - x + py - 400) + 0.1 * rough(px / 60, py / 60),
            ellipse(x, 400, 280, 280, n=240),
        )
    x, y = lighthouse(plate, 400, 590, 320)
    for k in range(-2, 3):
        if k:
            far, angle = 150, k * 0.3
            for side in (1, -1):
                plate.flat([(x + side * 34, y + k * 3),
                            (x + side * far, y + math.sin(angle) * 120 - 8),
                            (x + side * far, y + math.sin(angle) * 120 + 8)], LAMP)  # fmt: skip
    for k in range(3):
        wave = [
            (px, 604 + 18 * k + 6 * math.sin(px / 17 + k))
            for px in range(258 + 20 * k, 543 - 20 * k, 4)
        ]
        plate.rule(wave, 5)
    bowl = [
        (1038, 386),
        (1100, 366),
        (1168, 400),
        (1182, 470),
        (1140, 530),
        (1066, 538),
        (1020, 510),
    ]
    for colour, width in ((PAPER, 46), (INK, 30)):
        plate.rule([(1180, 262), (1042, 262)], width, colour)
        plate.rule([(1048, 254), (1038, 396)], width, colour)
        plate.rule(smooth(bowl, False, 14), width, colour)
    for side in (1, -1):
        for k in range(9):
            a = math.radians(100 + 15 * k)
            bx, by = 1100 + side * math.cos(a) * -226, 400 + math.sin(a) * 226
            lean = a + math.pi / 2 - 0.5
            cx, sx = math.cos(lean) * side * -1, math.sin(lean)
            grain = [(bx - cx * 26, by - sx * 26), (bx - sx * 9, by + cx * 9), (bx + cx * 26, by + sx * 26),
                     (bx + sx * 9, by - cx * 9)]  # fmt: skip
            plate.flat(smooth(grain), LAMP if k == 8 else INK)
    return plate
