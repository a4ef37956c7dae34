"""Four lead pictures of The Lantern's No. 17: one idea and one yellow lamp each."""

from __future__ import annotations

import math

import numpy as np

from tests.samples.engraving import (
    LAMP,
    PAPER,
    Field,
    Noise,
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
from tests.samples.lantern_coast import LEAD_SCALE, lighthouse


def loaf() -> Plate:
    """Politics: a loaf under a lamp, with a slot in its crust and a ballot going in."""
    w, h = 1500, 1000
    plate, rough, crumb = Plate(w, h, LEAD_SCALE), noise(31), noise(32)
    table, lamp = 760, (750, 132)
    cone = [(lamp[0] - 60, lamp[1]), (lamp[0] + 60, lamp[1]), (1320, table), (180, table)]

    def wall_tone(x: Field, y: Field) -> Field:
        return 0.62 + 0.22 * np.abs(x - 750) / 750 + 0.12 * rough(x / 300, y / 200)

    plate.engrave(slanting(8.6, 90), wall_tone, box(0, 0, w, table))
    plate.flat(cone, LAMP)
    boards = box(0, table, w, h)
    plate.flat(boards, PAPER)
    plate.engrave(
        receding(table - 15, h, 6, 21, 33),
        lambda x, y: (
            0.42
            + 0.42 * crumb(x / 240, y / 9)
            + 0.75 * bump(x, y, 760, 842, 540, 30)
            - 0.3 * bump(x, y, 750, 930, 520, 90)
        ),
        boards,
    )
    plate.rule([(0, table), (w, table)], 5)
    # The lamp over the counter.
    plate.rule([(lamp[0], 0), (lamp[0], lamp[1] - 70)], 5)
    shade = [(lamp[0] - 34, lamp[1] - 76), (lamp[0] + 34, lamp[1] - 76), (878, 158), (622, 158)]
    plate.flat(shade)
    plate.flat(ellipse(750, 158, 128, 17), PAPER)
    plate.flat(ellipse(750, 158, 128, 17), LAMP)
    plate.rule(ellipse(750, 158, 128, 17), 4)
    plate.disc(750, 166, 24, PAPER)
    plate.rule(ellipse(750, 166, 24, 24), 3)
    bread(plate, rough, crumb)
    return plate


def bread(plate: Plate, rough: Noise, crumb: Noise) -> None:
    cx, foot, rx, ry = 750, 838, 500, 300
    crust = smooth(
        [
            (cx - rx, foot - 96), (cx - rx + 26, foot - 170), (cx - 370, foot - 240),
            (cx - 190, foot - 286), (cx, foot - 300), (cx + 190, foot - 288),
            (cx + 372, foot - 242), (cx + rx - 26, foot - 172), (cx + rx, foot - 98),
            (cx + rx - 30, foot - 24), (cx + 250, foot + 6), (cx - 250, foot + 6),
            (cx - rx + 30, foot - 24),
        ]
    )  # fmt: skip
    plate.flat(crust, PAPER)

    def height(x: Field, y: Field) -> Field:
        u, v = np.abs(x - cx) / (rx + 6), np.abs(y - foot + 100) / (ry - 88)
        return np.clip(1 - u**2.6 - v**2.6, 0, 1) ** 0.42

    def tone(x: Field, y: Field) -> Field:
        u, v = (x - cx) / rx, (y - foot + 100) / (ry - 100)
        lit = 0.5 * height(x, y) - 0.46 * v - 0.12 * u
        return 0.94 - lit * 0.8 + 0.2 * rough(x / 70, y / 50) + 0.3 * crumb(x / 15, y / 15)

    plate.engrave(lambda x, y: (y - 120 * height(x, y)) / 8.4, tone, crust)
    plate.rule([*crust, crust[0]], 5)
    # The baker's cuts: pale where the crust has parted, with a dark lip on one side.
    for k in range(6):
        x = cx - 372 + 138 * k
        drop = 34 * ((k - 2.5) / 2.5) ** 2
        spine = smooth(
            [(x + 64, foot - 262 + drop), (x + 44, foot - 190), (x - 6, foot - 108), (x - 44, foot - 56)],
            False, 14,
        )  # fmt: skip
        plate.flat(leaf([(px + 12, py + 4) for px, py in spine], 46))
        opening = leaf(spine, 46)
        plate.flat(opening, PAPER)
        plate.engrave(slanting(9, -20), lambda x, y: 0.12 + 0.3 * crumb(x / 13, y / 13), opening)
    # The slot, and a ballot halfway in.
    slot = smooth([(566, 578), (750, 560), (934, 576), (936, 592), (750, 586), (564, 594)])
    plate.flat(slot)
    ballot = [(648, 322), (846, 302), (862, 576), (658, 578)]
    plate.flat(ballot, PAPER)
    plate.engrave(slanting(7, 85), lambda x, y: 0.28 * (x - 750) / 100, ballot)
    plate.rule([*ballot, ballot[0]], 4.5)
    for k in range(3):
        y = 372 + 58 * k
        mark = box(686, y, 714, y + 28)
        plate.rule([*mark, mark[0]], 3.4)
        plate.rule([(734, y + 13 - k), (820 - 14 * k, y + 9 - k)], 4)
    plate.rule([(688, 436), (700, 452), (724, 416)], 6.5)


def leaf(spine: Points, width: float) -> Points:
    """The outline of a stroke that is pointed at both ends."""
    edge, back = [], []
    for k, (x, y) in enumerate(spine):
        x0, y0 = spine[max(k - 1, 0)]
        x1, y1 = spine[min(k + 1, len(spine) - 1)]
        length = math.hypot(x1 - x0, y1 - y0) or 1
        half = width / 2 * math.sin(math.pi * k / (len(spine) - 1)) ** 0.8
        nx, ny = -(y1 - y0) / length * half, (x1 - x0) / length * half
        edge.append((x + nx, y + ny))
        back.append((x - nx, y - ny))
    return edge + back[::-1]


def coins() -> Plate:
    """Finance: a town by night built of coins, and one coin over it for a moon."""
    w, h, ground = 1500, 1000, 850
    plate, rough = Plate(w, h, LEAD_SCALE), noise(51)
    mx, my, mr = 1105, 262, 118

    def sky_lines(x: Field, y: Field) -> Field:
        d = np.hypot(x - mx, y - my) + 1
        return (y - (y - my) / d * 30 * np.exp(-(((d - mr) / 120) ** 2))) / 8.6

    def night(x: Field, y: Field) -> Field:
        glow = np.exp(-np.clip(np.hypot(x - mx, y - my) - mr, 0, None) / 150)
        return 0.82 - 0.3 * y / h - 0.62 * glow + 0.16 * rough(x / 260, y / 60)

    plate.engrave(sky_lines, night, box(0, 0, w, ground + 20))
    plate.disc(mx, my, mr + 7, PAPER)
    plate.disc(mx, my, mr, LAMP)
    plate.rule(ellipse(mx, my, mr, mr), 5)
    plate.rule(ellipse(mx, my, mr - 15, mr - 15), 2.5)
    for k in range(72):
        a = math.tau * k / 72
        c, s = math.cos(a), math.sin(a)
        plate.rule([(mx + (mr - 10) * c, my + (mr - 10) * s), (mx + mr * c, my + mr * s)], 2.4)
    lighthouse(plate, mx, my + 66, 118)
    floor = box(0, ground, w, h)
    plate.flat(floor, PAPER)
    plate.engrave(
        receding(ground - 12, h, 6, 18, 52),
        lambda x, y: 0.62 + 0.4 * rough(x / 130, y / 8) - 0.6 * bump(x, y, mx, 940, 190, 160),
        floor,
    )
    rng = np.random.default_rng(5)
    back = [(70, 9, 62), (225, 16, 66), (395, 12, 60), (560, 21, 64), (735, 14, 62), (890, 18, 60),
            (1265, 13, 64), (1430, 19, 66)]  # fmt: skip
    front = [(145, 5, 88), (330, 8, 92), (500, 4, 86), (665, 9, 92), (850, 5, 88), (1050, 3, 90),
             (1215, 6, 88), (1400, 4, 92)]  # fmt: skip
    for x, count, r in back:
        stack(plate, rng, x, ground + 6, r, 26, count, 0.72)
    for x, count, r in front:
        stack(plate, rng, x, ground + 74, r, 34, count, 0.45)
    return plate


def stack(
    plate: Plate, rng: np.random.Generator, x: float, base: float, r: float, thick: float,
    count: int, dark: float,
) -> None:  # fmt: skip
    """A pile of coins, none quite on top of the other."""
    flat = 0.24
    for k in range(count):
        cx, foot = x + rng.uniform(-5, 5), base - k * thick
        head = foot - thick
        rim = [
            *ellipse(cx, foot, r, r * flat, 0, 180, 40),
            *ellipse(cx, head, r, r * flat, 180, 0, 40),
        ]
        plate.flat(rim, PAPER)
        turn = rng.uniform(0, 1)
        plate.engrave(
            lambda px, py, c=cx, t=turn: np.arcsin(np.clip((px - c) / r, -0.995, 0.995)) * 15 + t,
            lambda px, py, c=cx: dark - 0.5 * (px - c) / r + 0.22 * np.abs((px - c) / r) ** 3,
            rim,
        )
        face = ellipse(cx, head, r, r * flat)
        plate.rule(ellipse(cx, foot, r, r * flat, 0, 180), 3)
        plate.flat(face, PAPER)
        plate.rule([*face, face[0]], 2.6)
    plate.engrave(rings(cx, head, 7, flat), lambda px, py: 0.42 - 0.5 * (px - cx) / r, face)
    inner = ellipse(cx, head, r * 0.72, r * 0.72 * flat)
    plate.rule([*inner, inner[0]], 2.2)


def woodblock() -> Plate:
    """Culture: a round of pear wood whose rings are an island's contours; the burin beside it."""
    w, h = 1500, 1000
    plate, rough, fine = Plate(w, h, LEAD_SCALE), noise(12), noise(58)
    cx, cy, radius = 690, 500, 420

    def spread(x: Field, y: Field) -> Field:
        a, b = (x - cx) / radius, (y - cy) / radius
        r = np.hypot(a, b) + 1e-3
        u, v = a / r, b / r
        wobble = (
            0.14 * rough(u * 1.2 + 5 + r, v * 1.2 + 8) + 0.07 * fine(u * 2.6 + 2, v * 2.6 + 9) * r
        )
        # The heart of the tree lies off the middle, as hearts do.
        return np.hypot(a + 0.2 * (1 - r), b - 0.16 * (1 - r)) * (1 + wobble)

    edge: Points = []
    for k in range(361):
        a = math.tau * k / 360
        s = radius * (1 - 0.1 * float(rough(math.cos(a) * 1.2 + 6, math.sin(a) * 1.2 + 8)))
        edge.append((cx + s * math.cos(a), cy + s * math.sin(a)))
    plate.engrave(
        slanting(9, 28),
        lambda x, y: (
            0.16
            + 0.1 * rough(x / 200, y / 200)
            + 0.9
            * np.exp(
                -((np.clip(np.hypot(x - cx - 34, y - cy - 40) - radius + 12, 0, None) / 26) ** 2)
            )
        ),
        box(0, 0, w, h),
    )
    plate.flat(edge, PAPER)

    def wood(x: Field, y: Field) -> Field:
        early = 0.5 + 0.5 * np.sin(spread(x, y) * 21 + 2 * rough(x / 120, y / 120))
        flecks = -6 * np.clip(fine(x / 24, y / 24) - 0.55, 0, 1)
        return 0.26 + 0.5 * early**2 + 0.28 * fine(x / 34, y / 34) + flecks

    plate.engrave(lambda x, y: spread(x, y) * 29, wood, edge)
    # A shake in the wood reads as a river.
    shake = smooth([(cx - 60, cy + 62), (cx + 70, cy + 120), (cx + 120, cy + 220), (cx + 230, cy + 250),
                    (cx + 300, cy + 330), (cx + 276, cy + 340), (cx + 206, cy + 268), (cx + 96, cy + 238),
                    (cx + 52, cy + 136), (cx - 70, cy + 80)])  # fmt: skip
    plate.flat(shake, PAPER)
    plate.rule([*shake, shake[0]], 3)
    plate.rule([*edge, edge[0]], 13)
    bark = [(cx + (x - cx) * 1.045, cy + (y - cy) * 1.045) for x, y in edge]
    plate.rule([*bark, bark[0]], 5)
    plate.disc(cx + 196, cy - 150, 44, LAMP)
    plate.rule(ellipse(cx + 196, cy - 150, 44, 44), 3)
    plate.disc(cx + 196, cy - 150, 8)
    _burin(plate, (cx + 250, cy - 128), (1440, 330))
    return plate


def _burin(plate: Plate, tip: tuple[float, float], heel: tuple[float, float]) -> None:
    """The engraver's tool: a square steel rod in a mushroom of wood."""
    dx, dy = heel[0] - tip[0], heel[1] - tip[1]
    length = math.hypot(dx, dy)
    ux, uy = dx / length, dy / length

    def at(along: float, side: float) -> tuple[float, float]:
        return tip[0] + ux * along - uy * side, tip[1] + uy * along + ux * side

    steel = [at(0, 8), at(26, -10), at(length * 0.62, -13), at(length * 0.62, 13)]
    plate.flat(steel, PAPER)
    plate.flat([at(0, 8), at(length * 0.62, 13), at(length * 0.62, 0), at(20, 2)])
    plate.rule([*steel, steel[0]], 3.5)
    grip = smooth([at(length * 0.58, -16), at(length * 0.66, -26), at(length * 0.8, -30),
                   at(length * 0.9, -58), at(length * 0.98, -66), at(length * 1.03, -30),
                   at(length * 1.03, 30), at(length * 0.97, 60), at(length * 0.88, 46),
                   at(length * 0.8, 30), at(length * 0.66, 26), at(length * 0.58, 16)])  # fmt: skip
    plate.flat(grip, PAPER)
    angle = math.degrees(math.atan2(uy, ux))
    mid = at(length * 0.8, 0)
    plate.engrave(
        slanting(8, angle),
        lambda x, y: 0.5 + 0.011 * ((y - mid[1]) * ux - (x - mid[0]) * uy),
        grip,
    )
    plate.rule([*grip, grip[0]], 5)


def doubt() -> Plate:
    """Technology: an instrument from No to Yes whose needle admits a range, lit yellow."""
    w, h = 1500, 1000
    plate, rough = Plate(w, h, LEAD_SCALE), noise(91)
    cx, cy, r = 750, 800, 610
    plate.engrave(
        level(8.4, lambda x, y: 6 * rough(x / 200, y / 200)),
        lambda x, y: 0.84 + 0.14 * rough(x / 240, y / 120),
        box(0, 0, w, h),
    )
    case = ellipse(cx, cy, r + 92, r + 92, 180, 360, 200)
    body = [*case, (cx + r + 92, 930), (cx - r - 92, 930)]
    plate.flat(body, PAPER)
    plate.engrave(
        rings(cx, cy, 9),
        lambda x, y: (
            0.5
            + 0.42 * np.sin(np.arctan2(cy - y, x - cx) * 3 + 0.6) ** 3
            + 0.2 * np.clip((y - cy) / 120, 0, 1)
        ),
        body,
    )
    plate.rule([*body, body[0]], 9)
    dial = [*ellipse(cx, cy, r, r, 180, 360, 200), (cx + r, cy + 40), (cx - r, cy + 40)]
    plate.flat(dial, PAPER)
    low, high = 258, 312
    wedge = [(cx, cy), *ellipse(cx, cy, r - 128, r - 128, low, high, 60)]
    plate.flat(wedge, LAMP)
    for angle in range(190, 351, 4):
        a = math.radians(angle)
        long = (angle - 190) % 20 == 0
        inner = r - (106 if long else 74)
        plate.rule(
            [(cx + inner * math.cos(a), cy + inner * math.sin(a)),
             (cx + (r - 40) * math.cos(a), cy + (r - 40) * math.sin(a))],
            9 if long else 3.4,
        )  # fmt: skip
    plate.rule(ellipse(cx, cy, r - 40, r - 40, 188, 352), 4)
    # Shade at one side of the glass.
    plate.engrave(
        slanting(9, 45),
        lambda x, y: (
            0.55
            * np.clip((np.hypot(x - cx + 90, y - cy + 40) - r + 110) / 130, 0, 1)
            * np.clip((x - cx) / 300, 0, 1)
        ),
        dial,
    )
    plate.rule([*dial, dial[0]], 7)
    for angle, thick in ((low, 2.5), (267, 3), (276, 4), (294, 4), (303, 3), (high, 2.5)):
        _needle(plate, cx, cy, r - 128, angle, thick)
    _needle(plate, cx, cy, r - 96, 285, 13)
    hub = ellipse(cx, cy, 74, 74)
    plate.flat(hub, PAPER)
    plate.engrave(rings(cx - 20, cy - 24, 7), lambda x, y: 0.35 + 0.007 * (x + y - cx - cy), hub)
    plate.rule([*hub, hub[0]], 7)
    for x in (cx - r - 40, cx + r + 40):
        screw = ellipse(x, 872, 28, 28)
        plate.flat(screw, PAPER)
        plate.rule([*screw, screw[0]], 5)
        plate.rule([(x - 18, 872 - 14), (x + 18, 872 + 14)], 7)
    return plate


def _needle(plate: Plate, cx: float, cy: float, reach: float, angle: float, thick: float) -> None:
    a = math.radians(angle)
    c, s = math.cos(a), math.sin(a)
    root = thick * 0.9
    plate.flat(
        [
            (cx - s * root, cy + c * root),
            (cx + reach * c, cy + reach * s),
            (cx + s * root, cy - c * root),
        ]
    )
