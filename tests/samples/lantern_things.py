"""Things The Lantern draws: each stands on (0, 0) and is put in place with `Plate.at`."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from tests.samples.engraving import (
    INK,
    LAMP,
    PAPER,
    Colour,
    Field,
    Lines,
    Plate,
    Points,
    Tone,
    box,
    ellipse,
    level,
    noise,
    rings,
    slanting,
    smooth,
)

Profile = Sequence[tuple[float, float]]
"""Heights and half widths of a thing turned on a lathe, from the top down."""


def rounded(half: float, cx: float = 0, dark: float = 0.0) -> Tone:
    """The tone of an upright cylinder, lit from the left, with a gleam along its right edge."""

    def tone(x: Field, y: Field) -> Field:
        return around((x - cx) / half) + dark

    return tone


def around(u: Field) -> Field:
    """The tone across something round, from -1 at its left edge to 1 at its right."""
    return (
        0.1
        + 0.8 * np.clip((u + 0.3) / 1.2, 0, 1) ** 1.15
        + 0.45 * np.clip((-u - 0.72) / 0.28, 0, 1)
        - 0.35 * np.exp(-(((u - 0.93) / 0.1) ** 2))
    )


def turned(
    plate: Plate, profile: Profile, gap: float = 7, bow: float = 0.2, dark: float = 0.0,
    edge: float = 5, foot: bool = True, ground: Colour = PAPER,
) -> Points:  # fmt: skip
    """Draw a thing turned on a lathe about x = 0, seen a little from above."""
    ys, halves = (np.array(side, float) for side in zip(*profile, strict=True))
    shape = turned_outline(profile, bow if foot else 0)

    def half(y: Field) -> Field:
        return np.maximum(np.interp(y, ys, halves), 1)

    def lines(x: Field, y: Field) -> Field:
        u = np.clip(x / half(y), -1, 1)
        return (y - bow * half(y) * np.sqrt(1 - u * u)) / gap

    plate.cut(shape, lines, lambda x, y: around(np.clip(x / half(y), -1, 1)) + dark, edge, ground)
    return shape


def turned_outline(profile: Profile, bow: float) -> Points:
    """The outline of a turned thing."""
    right = [(half, y) for y, half in profile]
    bottom, wide = profile[-1]
    foot = ellipse(0, bottom, wide, wide * bow, 0, 180, 40)
    return [*right, *foot, *((-x, y) for x, y in reversed(right))]


def profiled(points: Profile, n: int = 10) -> Profile:
    """A profile drawn smoothly through a few measures."""
    return [(y, max(half, 0.5)) for y, half in smooth(points, False, n)]


def stroke(plate: Plate, points: Points, width: float, rim: float = 4, fill: Colour = INK) -> None:
    """A rod or a wire: an even line with a clean edge of paper about it."""
    plate.rule(points, width + 2 * rim, PAPER if fill == INK else INK)
    plate.rule(points, width, fill)


# --- Lamps and vessels ----------------------------------------------------------


def storm_lantern(plate: Plate, lit: Colour = LAMP, edge: Colour = INK) -> None:
    """A lantern to carry, 620 high: the lamp the magazine is named for."""
    wire = smooth([(-96, -380), (-150, -470), (-90, -640), (0, -690), (90, -640), (150, -470), (96, -380)], False)  # fmt: skip
    plate.rule(wire, 15, PAPER if edge == INK else INK)
    plate.rule(wire, 8, edge)
    for side in (-1, 1):
        tube = smooth([(side * 118, -66), (side * 146, -130), (side * 142, -330), (side * 84, -436)], False)  # fmt: skip
        plate.rule(tube, 25)
        plate.rule(tube, 12, PAPER)
    turned(plate, [(-74, 92), (-58, 128), (-14, 138), (0, 132)], 7, 0.16)
    turned(plate, [(-116, 70), (-74, 84)], 7, 0.16)
    glass = profiled([(-404, 58), (-380, 70), (-290, 108), (-200, 106), (-128, 70), (-112, 66)])
    shape = turned_outline(glass, 0.16)
    plate.flat(shape, lit)
    flame = smooth([(0, -300), (20, -250), (34, -200), (22, -150), (0, -136), (-22, -150), (-34, -200), (-14, -250)])  # fmt: skip
    plate.flat(flame, PAPER)
    plate.engrave(
        level(9, lambda x, y: -18 * (1 - np.clip((x / 100) ** 2, 0, 1))),
        lambda x, y: 0.5 * np.clip(np.abs(x) / 104 - 0.55, 0, 1) * (1 + (x > 0)),
        shape,
    )
    plate.outline(shape, 6)
    for y in (-330, -190):
        plate.rule(ellipse(0, y - 4, 104, 22, 4, 176, 40), 6)
    turned(plate, profiled([(-520, 26), (-500, 58), (-470, 66), (-452, 50), (-420, 54), (-398, 88)]), 7, 0.16)  # fmt: skip


def coffee_pot(plate: Plate) -> None:
    """A pot for Arabic coffee, 640 high: a beak to the left, a handle to the right."""
    handle = smooth([(96, -420), (176, -446), (246, -400), (252, -310), (226, -220), (160, -168)], False)  # fmt: skip
    plate.rule(handle, 46)
    plate.rule(handle, 34, PAPER)
    plate.engrave(slanting(7, 20), lambda x, y: 0.2 + 0.006 * (x - 130), _thick(handle, 34))
    beak = smooth([(-60, -330), (-110, -352), (-150, -396), (-196, -470), (-262, -522), (-296, -528),
                   (-262, -486), (-226, -420), (-196, -340), (-150, -274), (-84, -236)])  # fmt: skip
    plate.cut(
        beak,
        lambda x, y: (np.hypot(x + 20, y + 600)) / 7,
        lambda x, y: 0.08 + 0.0075 * (y + 0.75 * x + 560),
        5,
    )
    body = profiled(
        [(-436, 118), (-420, 112), (-372, 88), (-320, 80), (-276, 96), (-210, 146), (-130, 176),
         (-60, 164), (-16, 122), (0, 126)]
    )  # fmt: skip
    turned(plate, body, 7.5, 0.2)
    lid = profiled([(-640, 3), (-616, 9), (-600, 4), (-580, 13), (-566, 7), (-548, 22), (-520, 66), (-476, 102), (-446, 122), (-432, 124)])  # fmt: skip
    turned(plate, lid, 7, 0.14)
    for y, half in ((-300, 90), (-284, 98), (-88, 172), (-72, 168)):
        plate.rule(ellipse(0, y, half, half * 0.2, 4, 176, 50), 5)
    # A belt of lozenges about the belly.
    for k in range(-4, 5):
        a = k * 0.33
        x, y = 172 * math.sin(a), -150 + 34 * math.cos(a)
        w = 22 * math.cos(a)
        plate.flat([(x - w, y), (x, y - 24), (x + w, y), (x, y + 24)], PAPER)
        plate.flat([(x - w * 0.7, y), (x, y - 17), (x + w * 0.7, y), (x, y + 17)])


def coffee_cup(plate: Plate) -> None:
    """A small cup without a handle, 110 high."""
    turned(plate, profiled([(-104, 74), (-70, 68), (-30, 50), (-8, 32), (0, 34)]), 6.5, 0.2)
    top = ellipse(0, -104, 74, 17)
    plate.flat(top, PAPER)
    plate.flat(ellipse(0, -102, 62, 12))
    plate.outline(top, 4.5)


def _thick(points: Points, width: float) -> Points:
    out, back = [], []
    for k, (x, y) in enumerate(points):
        (x0, y0), (x1, y1) = points[max(k - 1, 0)], points[min(k + 1, len(points) - 1)]
        d = math.hypot(x1 - x0, y1 - y0) or 1
        nx, ny = -(y1 - y0) / d * width / 2, (x1 - x0) / d * width / 2
        out.append((x + nx, y + ny))
        back.append((x - nx, y - ny))
    return out + back[::-1]


def bell(plate: Plate, muffled: bool = True) -> None:
    """A church bell, 560 high, its mouth at the foot; bound in cloth if it is muffled."""
    for dx in (-52, 0, 52):
        loop = ellipse(dx, -508, 30, 46)
        plate.rule(loop, 20)
        plate.rule(loop, 7, PAPER)
    profile = profiled([(-490, 40), (-478, 96), (-440, 138), (-380, 156), (-270, 176), (-170, 206),
                        (-90, 250), (-34, 292), (0, 300)])  # fmt: skip
    turned(plate, profile, 8, 0.16)
    for y, half in ((-392, 155), (-376, 158), (-100, 246), (-82, 256)):
        plate.rule(ellipse(0, y, half, half * 0.16, 3, 177, 60), 5)
    plate.flat(ellipse(0, 0, 300, 46), PAPER)
    plate.flat(ellipse(0, 3, 278, 36))
    plate.outline(ellipse(0, 0, 300, 46), 5)
    if muffled:
        _cloth(plate)


def _cloth(plate: Plate) -> None:
    """A bedsheet about the bell's waist, knotted in front, its ends hanging."""
    fold = noise(61)
    sheet = smooth([(-216, -300), (-120, -282), (0, -270), (120, -280), (214, -298), (252, -210),
                    (280, -90), (160, -58), (0, -44), (-160, -56), (-282, -92), (-250, -210)])  # fmt: skip
    plate.cut(
        sheet,
        lambda x, y: (x + 0.35 * x * (y + 180) / 200 + 26 * fold(x / 120, y / 60)) / 12,
        lambda x, y: 0.28 + 0.34 * fold(x / 50, y / 160) + 0.0011 * x,
        6,
    )
    for rope in ([(-226, -252), (-110, -226), (10, -216), (120, -224), (232, -250)],
                 [(-270, -140), (-130, -108), (0, -98), (140, -106), (272, -138)]):  # fmt: skip
        line = smooth(rope, False)
        plate.rule(line, 27)
        plate.rule(line, 17, PAPER)
        for k in range(1, len(line) - 1, 2):
            x, y = line[k]
            plate.rule([(x - 7, y + 8), (x + 7, y - 8)], 4)
    for end in ([(6, -214), (-44, -150), (-64, -40), (-46, 60)], [(10, -214), (52, -150), (58, -60), (84, 30)]):  # fmt: skip
        line = smooth(end, False)
        plate.rule(line, 24)
        plate.rule(line, 15, PAPER)
        for x, y in line[2:-1:2]:
            plate.rule([(x - 8, y - 5), (x + 8, y + 5)], 4)
    plate.disc(8, -214, 32)
    plate.disc(8, -214, 25, PAPER)
    plate.engrave(rings(0, -222, 8), lambda x, y: 0.45 + 0 * x, ellipse(8, -214, 24, 24))


# --- The tin and what is in it ---------------------------------------------------


def drum(plate: Plate, half: float, tall: float, squash: float, gap: float, dark: float) -> None:
    """The outside of a round box: its wall, without top or bottom."""
    turned(plate, [(-tall, half), (0, half)], gap, squash, dark, 6)


def biscuit(plate: Plate, seed: int = 1) -> None:
    """A round biscuit lying flat, 240 wide, with a pinked edge and eight holes."""
    crumb = noise(seed)
    n = 30
    edge = []
    for k in range(n * 6):
        a = math.tau * k / (n * 6)
        r = 120 * (1 + 0.035 * math.cos(n * a))
        edge.append((r * math.cos(a), -18 + 0.42 * r * math.sin(a)))
    plate.flat([(x, y + 20) for x, y in edge])
    plate.cut(
        edge,
        level(6, lambda x, y: 3 * crumb(x / 20, y / 12)),
        lambda x, y: 0.22 + 0.0016 * x + 0.4 * crumb(x / 22, y / 14),
        5,
    )
    for k in range(8):
        a = math.tau * (k + 0.3) / 8
        plate.flat(ellipse(62 * math.cos(a), -18 + 27 * math.sin(a), 9, 5))
    plate.flat(ellipse(0, -18, 9, 5))


# --- Things that come back ------------------------------------------------------


def umbrella(plate: Plate, lit: int | None = None) -> None:
    """An open umbrella, 620 high, its handle at the foot; one of its six panels may be lit."""
    rod = [(0, -420), (0, -70)]
    hook = [*rod, *ellipse(-48, -62, 48, 52, 0, 180, 24)]
    plate.rule(hook, 24)
    plate.rule(hook, 11, PAPER)
    plate.rule([(0, -660), (0, -560)], 12)
    tips = [-330, -232, -84, 84, 232, 330]
    base = [-352, -318, -300, -300, -318, -352]
    tip_points = list(zip(tips, base, strict=True))
    peak = (0.0, -604.0)
    spines = [
        smooth([peak, (x * 0.55, -604 + (y + 604) * 0.2), (x * 0.9, -604 + (y + 604) * 0.58), (x, y)], False, 14)
        for x, y in tip_points
    ]  # fmt: skip
    under = smooth([(-330, -352), (-200, -392), (0, -404), (200, -392), (330, -352), (232, -300), (0, -290), (-232, -300)])  # fmt: skip
    plate.flat(under)
    for k in range(5):
        left, right = spines[k], spines[k + 1]
        (x0, y0), (x1, y1) = tip_points[k], tip_points[k + 1]
        hem = smooth([(x0, y0), ((x0 + x1) / 2, (y0 + y1) / 2 - 34), (x1, y1)], False, 10)
        panel = [*left, *hem, *reversed(right)]
        middle = (x0 + x1) / 2
        plate.cut(
            panel,
            lambda x, y: np.hypot(x * 0.62, y + 640) / 8,
            lambda x, y, k=k, m=middle: (
                0.12 + 0.17 * k + 0.16 * np.sin((y + 604) / 60) * 0 + 0.0016 * (x - m)
                - (0.3 if k == lit else 0)
            ),
            5,
            LAMP if k == lit else PAPER,
        )  # fmt: skip
    for x, y in tip_points:
        plate.disc(x, y, 9)
    plate.disc(0, -606, 13)


def tag(plate: Plate, colour: Colour = LAMP, words: int = 3) -> None:
    """A luggage label hanging from (0, 0), 210 long."""
    shape = [(0, 40), (46, 78), (46, 236), (-46, 236), (-46, 78)]
    plate.rule([(0, -4), (0, 64)], 5)
    plate.flat(shape, colour)
    plate.outline(shape, 5)
    plate.disc(0, 74, 13, PAPER)
    plate.rule(ellipse(0, 74, 13, 13), 4)
    for k in range(words):
        plate.rule([(-30, 124 + 34 * k), (30 - 14 * (k % 2), 124 + 34 * k)], 5)


def stand(plate: Plate, score: bool = True, colour: Colour = PAPER) -> None:
    """A music stand, 420 high, with a score open on it."""
    for x, y in ((-96, 6), (96, 6), (18, -6)):
        stroke(plate, [(0, -96), (x, y)], 9, 3)
    stroke(plate, [(0, -280), (0, -84)], 10, 3)
    desk = [(-150, -420), (150, -420), (166, -266), (-166, -266)]
    plate.flat(desk)
    plate.outline(desk, 6, PAPER)
    plate.outline(desk, 3)
    if score:
        for side in (-1, 1):
            page = [(side * 3, -408), (side * 128, -416), (side * 140, -282), (side * 3, -274)]
            plate.flat(page, colour)
            for k in range(4):
                y = -394 + 31 * k
                for j in range(3):
                    plate.rule([(side * 14, y + 6 * j), (side * (118 + 2 * k), y - 5 + 6 * j)], 1.6)
                for j in range(4):
                    x = side * (28 + 26 * j)
                    plate.disc(x, y + 3 + 9 * math.sin(j * 2 + k), 4.4)
    plate.flat(box(-170, -268, 170, -254))


def clock(plate: Plate, hours: float, face: Colour = PAPER) -> None:
    """A round clock, 240 across, standing on (0, 0) and showing a time."""
    cy = -120
    plate.disc(0, cy, 122)
    plate.disc(0, cy, 112, PAPER)
    plate.engrave(
        rings(0, cy, 6), lambda x, y: 0.5 + 0.004 * (x + y + 120), ellipse(0, cy, 112, 112)
    )
    plate.disc(0, cy, 94)
    plate.disc(0, cy, 90, face)
    for k in range(12):
        a = math.tau * k / 12
        inner = 64 if k % 3 == 0 else 72
        plate.rule([(inner * math.sin(a), cy - inner * math.cos(a)), (80 * math.sin(a), cy - 80 * math.cos(a))], 7 if k % 3 == 0 else 4)  # fmt: skip
    for turns, reach, width in ((hours / 12, 46, 10), (hours % 1, 70, 6)):
        a = math.tau * turns
        plate.rule([(-12 * math.sin(a), cy + 12 * math.cos(a)), (reach * math.sin(a), cy - reach * math.cos(a))], width)  # fmt: skip
    plate.disc(0, cy, 9)


def still(lines: Lines, tone: float) -> tuple[Lines, Tone]:
    """Lines of one even tone."""
    return lines, lambda x, y: tone + 0 * x
