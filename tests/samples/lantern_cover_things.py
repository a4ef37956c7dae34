"""Pictures of covers with one thing on them.

A picture stands between y = 330 and about y = 1,290; what lies below may be covered.
"""

from __future__ import annotations

import math

import numpy as np

from tests.samples import lantern_lost_things as lost
from tests.samples import lantern_things as things
from tests.samples.engraving import (
    LAMP,
    PAPER,
    Colour,
    Field,
    Plate,
    box,
    ellipse,
    level,
    noise,
    receding,
    rings,
    slanting,
    smooth,
)
from tests.samples.lantern_coast import lighthouse
from tests.samples.lantern_cover_grounds import TOP, H, W, fade, on, rays, ripples, sky, table
from tests.samples.lantern_instruments import bead, clerk
from tests.samples.lantern_leads import bread, stack
from tests.samples.lantern_people import lantern_bearer, person
from tests.samples.lantern_tables import tin_of_light


def lantern(plate: Plate, ground: Colour) -> None:
    """The lamp itself."""
    rays(plate, ground, 600, 880, 96, 250)
    plate.disc(600, 880, 330, PAPER)
    plate.rule(ellipse(600, 880, 330, 330), 6)
    things.storm_lantern(plate.at(600, 1160, 1.16))


def coffee(plate: Plate, ground: Colour) -> None:
    """A coffee pot before the sun."""
    ripples(plate, ground, 500, 760, 390, 0.5)
    plate.disc(500, 760, 360, LAMP)
    plate.rule(ellipse(500, 760, 360, 360), 6)
    table(plate, 1060, 33, 640, 420)
    things.coffee_pot(plate.at(660, 1200, 1.27))
    things.coffee_cup(plate.at(250, 1196, 1.25))


def bell_at_night(plate: Plate, ground: Colour) -> None:
    """The bell in its sheet, filling the sky."""
    ripples(plate, ground, 600, 860, 330, 0.55)
    plate.rule([(600, TOP - 20), (600, 460)], 26, PAPER)
    plate.rule([(600, TOP - 20), (600, 460)], 14)
    things.bell(plate.at(600, 1150, 1.3))
    plate.disc(600, 1196, 60, PAPER)
    plate.disc(600, 1196, 52, LAMP)
    plate.rule(ellipse(600, 1196, 52, 52), 6)


def coins(plate: Plate, ground: Colour) -> None:
    """A town of coins under a coin for a moon."""
    sky(plate, ground, 1180, 0.5, (800, 560, 150))
    plate.disc(800, 560, 150, LAMP)
    plate.rule(ellipse(800, 560, 150, 150), 6)
    plate.rule(ellipse(800, 560, 130, 130), 3)
    lighthouse(plate, 800, 650, 150)
    floor = box(-20, 1170, W + 20, H + 20)
    rough = noise(81)
    plate.cut(
        floor, receding(1150, H, 7, 20, 82), lambda x, y: 0.66 + 0.4 * rough(x / 130, y / 8), 5
    )
    rng = np.random.default_rng(83)
    for x, count, r in ((90, 14, 84), (300, 22, 88), (520, 9, 84), (1110, 17, 86), (920, 7, 84)):
        stack(plate, rng, x, 1196, r, 30, count, 0.72)
    for x, count, r in (
        (190, 6, 106),
        (420, 10, 108),
        (650, 5, 106),
        (860, 3, 104),
        (1040, 8, 108),
    ):
        stack(plate, rng, x, 1290, r, 38, count, 0.4)


def keyhole(plate: Plate, ground: Colour) -> None:
    """Somebody with a lamp, seen through a keyhole."""
    brushed = noise(91)
    plate.engrave(
        level(11, lambda x, y: 3 * brushed(x / 90, y / 30)),
        lambda x, y: (0.3 + 0.3 * brushed(x / 420, y / 10) + 0.2 * (x - 600) / 600) * fade(y, 200),
        colour=on(ground),
    )
    for k in (1.16, 1.0):
        hole = [
            *ellipse(600, 700, 250 * k, 250 * k, 128, 412, 120),
            (600 + 270 * k, 1290),
            (600 - 270 * k, 1290),
        ]
        if k > 1:
            plate.cut(
                hole,
                rings(600, 800, 9),
                lambda x, y: 0.5 + 0.42 * np.sin(np.arctan2(y - 800, x - 600) * 2 + 0.7),
                7,
            )
    plate.flat(hole)
    plate.outline(hole, 8, PAPER)
    floor = [(330, 1290), (870, 1290), (790, 1110), (410, 1110)]
    plate.engrave(
        rings(540, 860, 11),
        lambda x, y: 0.6 * np.exp(-np.hypot(x - 540, y - 860) / 190),
        hole,
        LAMP,
    )
    plate.flat(floor, LAMP)
    plate.engrave(level(12), lambda x, y: 0.3 + 0 * x, floor)
    lantern_bearer(plate.at(660, 1240, 5.2))


def birdcage(plate: Plate, ground: Colour) -> None:
    """An empty cage, and what was in it."""
    ripples(plate, ground, 640, 900, 330, 0.46)
    table(plate, 1170, 103, 560, 420)
    lost.birdcage(plate.at(560, 1270, 1.6))
    for x, y, k in ((930, 560, 1.5), (1060, 450, 0.9), (820, 440, 0.7)):
        _bird(plate.at(x, y, k))
    feather = smooth([(760, 1262), (830, 1228), (910, 1236), (850, 1262)])
    plate.cut(feather, slanting(9, 40), lambda x, y: 0.3 + 0 * x, 5)
    things.storm_lantern(plate.at(980, 1270, 0.5))


def _bird(plate: Plate) -> None:
    """A bird flying off, a hundred wide or so."""
    wing = smooth(
        [
            (-90, -60),
            (-30, -44),
            (0, -6),
            (34, -60),
            (110, -84),
            (60, -26),
            (36, 14),
            (70, 20),
            (30, 34),
            (-16, 26),
            (-52, 34),
            (-34, 8),
            (-50, -24),
        ]
    )
    plate.outline(wing, 12, PAPER)
    plate.flat(wing)


def fiddle(plate: Plate, ground: Colour) -> None:
    """A fiddle, a bow and a lamp that is its sun."""
    rays(plate, ground, 600, 800, 110, 330)
    plate.disc(600, 800, 330, LAMP)
    plate.rule(ellipse(600, 800, 330, 330), 6)
    lost.violin(plate.at(540, 1270, 1.9, 12))


def tin(plate: Plate, ground: Colour) -> None:
    """Light comes out of a biscuit tin."""
    sky(plate, ground, 1130, 0.5)
    table(plate, 1120, 203, 600, 480)
    tin_of_light(plate.at(600, 1278, 1.1), top=-1000)
    for x, y, k in ((150, 1210, 1), (1066, 1226, 2)):
        things.biscuit(plate.at(x, y, 0.9), k)


def clock_at_night(plate: Plate, ground: Colour) -> None:
    """An alarm clock the size of a house, at ten past two."""
    ripples(plate, ground, 600, 830, 420, 0.6)
    part = plate.at(600, 1270, 3.1)
    for x in (-70, 70):
        part.rule([(x, -50), (x * 1.3, 0)], 26, PAPER)
        part.rule([(x, -50), (x * 1.3, 0)], 18)
    for x in (-84, 84):
        cap = ellipse(x, -252, 44, 32)
        part.outline(cap, 8, PAPER)
        part.cut(cap, rings(x - 14, -262, 5), lambda px, py: 0.6 + 0 * px, 4)
    part.rule([(0, -240), (0, -276)], 10)
    things.clock(part.at(0, -12), 2 + 10 / 60, LAMP)


def ballot(plate: Plate, ground: Colour) -> None:
    """A loaf with a slot, and a ballot going in, under a lamp."""
    rough, crumb = noise(31), noise(32)
    ripples(plate, ground, 600, 820, 330, 0.5)
    table(plate, 1080, 243, 600, 520)
    cone = [(520, 470), (680, 470), (1130, 1110), (70, 1110)]
    plate.flat(cone, PAPER)
    plate.outline(cone, 5)
    plate.rule([(600, TOP - 10), (600, 410)], 8)
    shade = [(560, 400), (640, 400), (740, 484), (460, 484)]
    plate.flat(shade)
    plate.flat(ellipse(600, 484, 140, 20), LAMP)
    plate.rule(ellipse(600, 484, 140, 20), 6)
    bread(plate.at(600 - 750 * 0.98, 1250 - 838 * 0.98, 0.98), rough, crumb)


def counters(plate: Plate, ground: Colour) -> None:
    """An abacus of clerks."""
    ripples(plate, ground, 600, 820, 200, 0.5)
    wires = (490, 760, 1040, 1230)
    for y in wires:
        plate.rule([(70, y), (1130, y)], 22, PAPER)
        plate.rule([(70, y), (1130, y)], 11)
    for k in range(9):
        if k not in (3, 4):
            bead(plate.at(166 + 108 * k, wires[0]), 74)
        if k not in (2, 3, 4, 5):
            bead(plate.at(166 + 108 * k, wires[3] + 4), 74)
    for k, x in enumerate((200, 390, 800, 990)):
        clerk(plate.at(x, wires[1], 1.66), k, LAMP if k == 2 else PAPER)
    for k, x in enumerate((200, 580, 790, 1000)):
        clerk(plate.at(x, wires[2], 1.66), k + 1, PAPER)
    for x in (70, 1130):
        post = box(x - 34, 380, x + 34, 1640)
        plate.outline(post, 14, PAPER)
        plate.cut(post, slanting(8, 90), lambda px, py, x=x: things.around((px - x) / 34) + 0.15, 7)
    bar = box(10, 352, 1190, 412)
    plate.outline(bar, 14, PAPER)
    plate.cut(bar, level(8), lambda px, py: 0.2 + 0.011 * (py - 352), 7)


def rain(plate: Plate, ground: Colour) -> None:
    """An umbrella, and under it the only dry lamp."""
    drops = noise(41)
    plate.engrave(
        slanting(15, 106),
        lambda x, y: np.where(drops(x / 18 + y / 70, y / 170) > -0.1, 0.34, 0) * fade(y, 60),
        colour=on(ground),
    )
    plate.flat([(150, 850), (1050, 850), (1120, 1610), (20, 1610)], ground)
    plate.flat(ellipse(600, 1300, 470, 70), LAMP)
    plate.rule(ellipse(600, 1300, 470, 70), 5)
    things.umbrella(plate.at(600, 1290, 1.42))
    things.storm_lantern(plate.at(330, 1300, 0.56))
    person(plate.at(850, 1300, 3.3), "bowler")


def lamp_fish(plate: Plate, ground: Colour) -> None:
    """A fish of the deep that carries its own lamp."""
    drift, scale = noise(61), noise(62)
    plate.engrave(
        level(15, lambda x, y: 26 * drift(x / 240, y / 200)),
        lambda x, y: (0.1 + 0.34 * (y - TOP) / 1200 + 0.14 * drift(x / 160, y / 60)) * fade(y)
        - 0.6 * np.exp(-np.hypot(x - 330, y - 560) / 150),
        colour=on(ground),
    )  # fmt: skip
    plate.flat([(330, 560), (40, 1210), (330, 1290), (470, 1120)], LAMP)
    body = smooth([(250, 930), (330, 800), (520, 700), (740, 720), (900, 820), (1010, 900), (1130, 800), (1150, 1090),
                   (1010, 1010), (900, 1090), (720, 1190), (500, 1210), (340, 1150), (262, 1060), (420, 1010)])  # fmt: skip
    plate.outline(body, 18, PAPER)
    plate.cut(
        body,
        lambda x, y: (
            np.hypot(x - 330, (y - 960) * 1.1) / 13
            + 0.5 * np.sin(np.arctan2(y - 960, x - 330) * 22)
        ),
        lambda x, y: 0.3 + 0.0011 * (y - 760) + 0.24 * scale(x / 60, y / 60) + 0.0003 * (x - 300),
        8,
    )
    mouth = smooth([(252, 936), (330, 950), (430, 1008), (340, 1040), (264, 1056), (330, 1006)])
    plate.flat(mouth)
    for k in range(5):
        t = k / 4
        x = 282 + 104 * t
        plate.flat([(x, 946 + 36 * t), (x + 22, 952 + 36 * t), (x + 10, 992 + 18 * t)], PAPER)
        plate.flat([(x, 1052 - 24 * t), (x + 22, 1048 - 24 * t), (x + 12, 1014 - 6 * t)], PAPER)
    plate.disc(440, 850, 50, PAPER)
    plate.disc(440, 850, 42)
    plate.disc(426, 838, 14, PAPER)
    for fin in (
        [(560, 706), (640, 590), (760, 600), (730, 720)],
        [(560, 1010), (700, 960), (730, 1060), (640, 1100)],
    ):
        shape = smooth(fin)
        plate.outline(shape, 12, PAPER)
        plate.cut(shape, slanting(12, 60), lambda x, y: 0.5 + 0 * x, 6)
    rod = smooth([(500, 716), (470, 560), (400, 470), (330, 500)], False)
    plate.rule(rod, 20, PAPER)
    plate.rule(rod, 10)
    plate.disc(330, 560, 66, PAPER)
    plate.disc(330, 560, 54, LAMP)
    plate.rule(ellipse(330, 560, 54, 54), 7)


def balloon(plate: Plate, ground: Colour) -> None:
    """A balloon over hills, its burner lit."""
    rough = noise(71)
    sky(plate, ground, 1200, 0.44, (640, 760, 260))
    for k, base in enumerate((1110, 1180, 1260)):
        crest = [
            (
                x,
                base
                - 60 * float(rough(x / (210 + 50 * k) + 4 * k, 3))
                - 20 * math.sin(x / 130 + k),
            )
            for x in range(-20, W + 26, 6)
        ]
        hill = [*crest, (W + 20, H + 20), (-20, H + 20)]
        plate.flat(hill, PAPER)
        plate.engrave(
            slanting(9, 60 + 16 * k),
            lambda x, y, k=k: 0.62 - 0.14 * k + 0.5 * rough(x / 90 + 5 * k, y / 50),
            hill,
        )
        plate.rule(crest, 5)
    part = plate.at(640, 1120, 1.0)
    envelope = things.profiled(
        [
            (-760, 6),
            (-750, 70),
            (-700, 190),
            (-600, 286),
            (-480, 312),
            (-370, 280),
            (-270, 190),
            (-196, 100),
            (-168, 74),
        ]
    )
    shape = things.turned_outline(envelope, 0.12)
    ys, halves = (np.array(side, float) for side in zip(*envelope, strict=True))
    part.outline(shape, 18, PAPER)
    part.flat(shape, PAPER)

    def gore(x: Field, y: Field) -> Field:
        return np.arcsin(np.clip(x / np.interp(y, ys, halves), -0.999, 0.999))

    part.engrave(
        lambda x, y: gore(x, y) * 26,
        lambda x, y: (
            np.where(np.mod(np.floor((gore(x, y) + 1.5708) / 0.449), 2) > 0, 0.86, 0.14)
            + 0.34 * np.clip(gore(x, y), 0, 2)
        ),
        shape,
    )
    part.outline(shape, 7)
    for x in (-62, -20, 20, 62):
        part.rule([(x, -160), (x * 0.8, -20)], 5)
    part.flat(ellipse(0, -92, 22, 40), LAMP)
    part.rule(ellipse(0, -92, 22, 40), 5)
    basket = [(-60, -24), (60, -24), (48, 62), (-48, 62)]
    part.outline(basket, 14, PAPER)
    part.cut(basket, slanting(10, 45), lambda x, y: 0.55 + 0 * x, 7)
    person(part.at(-16, 26, 0.9), "bare", halo=None)
