"""Leads that stand on a table: a tin, an abacus, a map with a lamp, two meters."""

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
    slanting,
    smooth,
)
from tests.samples.lantern_coast import lighthouse
from tests.samples.lantern_things import (
    around,
    biscuit,
    clock,
    profiled,
    storm_lantern,
    stroke,
    turned,
    turned_outline,
)
from tests.samples.lettering import letter

WIDE, TALL, SCALE = 1600, 1000, 1.25  # 2,000 by 1,250 pixels.


def room(plate: Plate, table: float, seed: int, shadow: tuple[float, float, float]) -> None:
    """A dark wall and a table of boards, with a shadow lying on it at x, y and so wide."""
    rough, grain, (x0, y0, reach) = noise(seed), noise(seed + 1), shadow
    wall = box(0, 0, WIDE, table)
    plate.engrave(
        slanting(8.6, 90),
        lambda x, y: 0.7 + 0.16 * np.abs(x - x0) / 800 + 0.12 * rough(x / 300, y / 200),
        wall,
    )
    boards = box(-20, table, WIDE + 20, TALL + 20)
    plate.cut(
        boards,
        receding(table - 15, TALL, 6, 21, seed),
        lambda x, y: (
            0.36 + 0.4 * grain(x / 260, y / 9) + 0.9 * bump(x, y, x0, y0, reach, 34)
        ),
        5,
    )  # fmt: skip


def biscuit_tin() -> Plate:
    """Environment: light comes out of a biscuit tin, and in the light annex G."""
    plate = Plate(WIDE, TALL, SCALE)
    room(plate, 700, 201, (800, 900, 560))
    _lid(plate.at(1230, 700, 1, -14))
    tin_of_light(plate.at(730, 880), top=-890)
    for x, y, k in ((300, 940, 1), (1130, 948, 2), (1330, 900, 3)):
        biscuit(plate.at(x, y, 0.86), k)
    biscuit(plate.at(1150, 912, 0.86, -6), 4)
    return plate


def tin_of_light(tin: Plate, top: float) -> None:
    """The tin with its papers, and the light that rises from it as far as `top`."""
    half, tall, squash = 300, 330, 0.2
    spread = half + 0.385 * (-324 - top)
    plate_light = [(-half, -324), (half, -324), (spread, top), (-spread, top)]
    tin.flat(plate_light, LAMP)
    for side in (-1, 1):
        tin.rule([(side * half, -324), (side * spread, top)], 4)
    tin.flat(ellipse(0, -tall, half, half * squash))
    _sheet(tin.at(-120, -420, 1, -9), -1)
    _sheet(tin.at(96, -440, 1, 7), 1)
    _annex(tin.at(-4, -470, 1, -2))
    wall = [*ellipse(0, -tall, half, half * squash, 180, 0, 60), (half, 0)]
    wall = [*wall, *ellipse(0, 0, half, half * squash, 0, 180, 60)]
    _printed_wall(tin, wall, half, tall, squash)


def _printed_wall(tin: Plate, wall: Points, half: float, tall: float, squash: float) -> None:
    """The front of the tin: a lighthouse over the sea, as printed on tins."""

    def drop(x: Field) -> Field:
        return half * squash * np.sqrt(np.clip(1 - (x / half) ** 2, 0, 1))

    def tone(x: Field, y: Field) -> Field:
        z = y - drop(x)
        shade = around(x / half)
        band = np.where((z > -tall + 58) & (z < -62), 0.26 * shade + 0.08, shade + 0.12)
        sea = np.where((z > -148) & (z < -62), 0.62 + 0.4 * chop(x / 34, z / 7) + 0.1 * shade, band)
        return sea

    chop = noise(77)
    tin.cut(wall, lambda x, y: (y - drop(x) + 2.4 * chop(x / 40, y / 20)) / 7.4, tone, 6)
    for z, wide in ((-tall + 26, 5), (-tall + 52, 9), (-58, 9), (-30, 5)):
        line = [(x, z + float(drop(np.float32(x)))) for x in np.linspace(-half + 1, half - 1, 90)]
        tin.rule(line, wide)
    beam = [(62, -232), (-262, -262 + 12), (-276, -168)]
    tin.flat(beam, LAMP)
    tin.rule([beam[1], beam[0], beam[2]], 3)
    lighthouse(tin, 70, -58, 160)
    for x, y in ((-150, -96), (-96, -80), (196, -100)):
        sail = [(x, y), (x - 22, y), (x, y - 46)]
        tin.flat(sail, PAPER)
        tin.outline(sail, 3)
        tin.flat([(x - 30, y + 3), (x + 22, y + 3), (x + 12, y + 14), (x - 22, y + 14)])


def _lid(plate: Plate) -> None:
    """The lid, leaning on its rim against the wall."""
    rim = ellipse(26, -214, 208, 262)
    plate.flat(ellipse(52, -196, 208, 262))
    plate.cut(rim, slanting(6, 90), lambda x, y: 0.75 - 0.001 * (y + 200), 5)
    face = ellipse(0, -220, 204, 258)
    plate.cut(
        face,
        lambda x, y: np.hypot(x / 204, (y + 220) / 258) * 33,
        lambda x, y: 0.2 + 0.42 * np.sin(np.arctan2(y + 220, x) * 2 + 1.1) ** 2 + 0.1 * (x > 0),
        6,
    )
    for k in (0.9, 0.82):
        plate.rule(ellipse(0, -220, 204 * k, 258 * k), 4)


def _sheet(plate: Plate, side: int) -> None:
    """A sheet of paper, its foot at about y = 150, with a corner turned."""
    page = [(-120, -110), (84, -120), (122, -84), (120, 240), (-116, 240)]
    plate.cut(page, slanting(8, 80), lambda x, y: 0.2 + 0.0016 * x * side + 0.3 * (y > 120), 5)
    fold = [(84, -120), (122, -84), (86, -80)]
    plate.flat(fold)
    for k in range(6):
        plate.rule([(-90, -60 + 30 * k), (60 + 20 * (k % 2), -62 + 30 * k)], 4)


def _annex(plate: Plate) -> None:
    """The annex: a large letter, and the hours of a tide."""
    page = [(-150, -250), (150, -250), (150, 262), (-150, 262)]
    plate.flat(page, PAPER)
    plate.outline(page, 6)
    letter(plate, "Annex", 0, -196, 44, stand="middle", weight=700)
    letter(plate, "G", 0, -52, 190, face="text", weight=900, stand="middle")
    for k in range(3):
        y = -14 + 50 * k
        wave = [(x, y + 15 * math.sin(x / 26 + 1.3 * k)) for x in range(-120, 121, 4)]
        plate.rule([(-122, y), (122, y)], 2)
        plate.rule(wave, 6)
    for k in range(4):
        for x in (-120, -36, 48):
            plate.rule([(x, 154 + 24 * k), (x + 56 - 9 * ((k + x) % 3), 154 + 24 * k)], 5)


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
                _bead(plate.at(204 + 92 * k, wires[row]), 64)
    for k, x in enumerate((234, 402, 570, 738, 1010, 1198, 1366)):
        _clerk(plate.at(x, wires[2] + 8, 1.5), k, LAMP if k == 4 else PAPER)
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


def _bead(plate: Plate, r: float) -> None:
    """A bead on a level wire, seen from the side."""
    shape = [(x * 0.82, y) for x, y in ellipse(0, 0, r, r)]
    plate.cut(
        shape,
        lambda x, y: (x + 0.3 * np.sign(x) * 0 + 0.16 * x * np.abs(y) / r) / 6.4,
        lambda x, y: 0.5 + 0.55 * y / r + 0.35 * x / r - 0.9 * np.exp(-(((x + 14) / 13) ** 2) - ((y + 22) / 13) ** 2),
        5,
    )  # fmt: skip


def _clerk(plate: Plate, k: int, ground: tuple[int, int, int]) -> None:
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


def ruler_and_lamp() -> Plate:
    """Foreign affairs: a map by lamplight, and a ruler laid across it."""
    plate, rough, fine = Plate(WIDE, TALL, SCALE), noise(221), noise(222)
    room(plate, 250, 223, (760, 940, 700))
    sheet = [(330, 300), (1330, 300), (1640, 960), (40, 960)]

    def on_map(x: Field, y: Field) -> tuple[Field, Field]:
        """From the table to the sheet lying on it: across and down, both about 0 to 1,000."""
        t = np.clip((y - 300) / 660, 0, 1.2)
        depth = t / (1 + 0.6 * (1 - t))
        u = (x - (330 - 290 * t)) / (1000 + 600 * t) * 1000
        return u, depth * 1000

    def high(x: Field, y: Field) -> Field:
        u, v = on_map(x, y)
        return 0.9 * rough(u / 330 + 3, v / 330) + 0.3 * fine(u / 140, v / 140)

    plate.flat([(x + 14, y + 18) for x, y in sheet])
    plate.flat(sheet, PAPER)
    glow = ellipse(470, 560, 480, 200, n=600)
    plate.flat([(x, y) for x, y in glow if _inside(sheet, x, y)], LAMP)
    plate.engrave(
        lambda x, y: high(x, y) * 9,
        lambda x, y: np.where(high(x, y) > -0.18, 0.24 + 0.3 * high(x, y), 0),
        sheet,
    )
    plate.engrave(
        lambda x, y: on_map(x, y)[1] / 15,
        lambda x, y: np.where(high(x, y) < -0.2, 0.5 + 0.5 * (high(x, y) + 0.2), 0),
        sheet,
    )
    plate.engrave(
        lambda x, y: np.clip(high(x, y) + 0.19, -0.012, 0.012) / 0.012 * 0.5,
        lambda x, y: np.where(np.abs(high(x, y) + 0.19) < 0.011, 1.0, 0.0),
        sheet,
    )
    plate.outline(sheet, 5)
    inner = [(360, 318), (1302, 318), (1584, 934), (96, 934)]
    plate.outline(inner, 3)
    _ruler(plate)
    storm_lantern(plate.at(430, 600, 0.82))
    _spectacles(plate.at(1170, 850))
    return plate


def _inside(shape: Points, x: float, y: float) -> bool:
    (x0, y0), (x1, _), (x2, y2), (x3, _) = shape
    t = (y - y0) / (y2 - y0)
    return 0 <= t <= 1 and x0 + (x3 - x0) * t <= x <= x1 + (x2 - x1) * t


def _ruler(plate: Plate) -> None:
    """The ruler, and the frontier that has been drawn along it so far."""
    a, b, c, d = (560, 838), (1290, 332), (1345, 356), (640, 876)
    plate.rule([(452, 894), (1230, 356)], 22, PAPER)
    plate.rule([(452, 894), (1262, 333)], 11)
    plate.flat([(x + 8, y + 16) for x, y in (a, b, c, d)])
    plate.cut([a, b, c, d], slanting(8, -35), lambda x, y: 0.22 + 0.1 * np.sin(x / 37), 5)
    for k in range(41):
        t = k / 40
        x, y = a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t
        long = 0.55 if k % 5 == 0 else 0.28
        dx, dy = (
            (d[0] - a[0]) * (1 - t) + (c[0] - b[0]) * t,
            (d[1] - a[1]) * (1 - t) + (c[1] - b[1]) * t,
        )
        plate.rule([(x, y), (x + dx * long, y + dy * long)], 5 if k % 5 == 0 else 3)
    # The pencil has got this far, and lies down.
    _pencil(plate, (444, 900), (760, 962))


def _pencil(plate: Plate, tip: tuple[float, float], heel: tuple[float, float]) -> None:
    length = math.hypot(heel[0] - tip[0], heel[1] - tip[1])
    part = plate.at(tip[0], tip[1], 1, math.degrees(math.atan2(heel[1] - tip[1], heel[0] - tip[0])))
    part.flat([(4, 12), (length + 4, 34), (length, 40), (60, 30)])
    part.flat([(0, 0), (56, -17), (56, 17)], PAPER)
    part.outline([(0, 0), (56, -17), (56, 17)], 4)
    part.flat([(0, 0), (20, -6), (20, 6)])
    part.cut(box(56, -17, length, 17), level(8.5), lambda x, y: 0.35 + 0.03 * y, 5)
    part.cut(box(length - 40, -17, length - 14, 17), slanting(7, 90), lambda x, y: 0.5 + 0 * x, 4)
    part.flat([(length - 14, -17), (length + 14, -14), (length + 14, 14), (length - 14, 17)])


def _spectacles(plate: Plate) -> None:
    """Spectacles taken off and laid on the map."""
    for colour, width, dy in ((PAPER, 17, 0), (INK, 9, 0)):
        for x in (-86, 86):
            plate.rule(ellipse(x, dy, 66, 40), width, colour)
        plate.rule(smooth([(-24, -10), (0, -24), (24, -10)], False), width, colour)
        plate.rule(
            smooth([(-150, -10), (-176, -70), (-120, -122), (-40, -118)], False), width, colour
        )
        plate.rule(smooth([(150, -10), (190, -74), (150, -132), (60, -132)], False), width, colour)
    for x in (-86, 86):
        plate.engrave(
            slanting(9, -50),
            lambda px, y, x=x: 0.7 * np.clip((px - x + y) / 70, 0, 1),
            ellipse(x, 0, 60, 35),
        )


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
