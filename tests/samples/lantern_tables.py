"""Leads that stand on a table: a tin, and a map with a lamp."""

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
    storm_lantern,
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
