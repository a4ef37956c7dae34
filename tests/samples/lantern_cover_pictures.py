"""The pictures of twenty-four covers: each knows its ground and leaves head and foot alone.

A picture stands between y = 330 and about y = 1,290; what lies below may be covered.
"""

from __future__ import annotations

import math

import numpy as np

from tests.samples import lantern_lost_things as lost
from tests.samples import lantern_things as things
from tests.samples.engraving import (
    INK,
    LAMP,
    PAPER,
    Colour,
    Field,
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
from tests.samples.lantern_coast import cover_tide, lighthouse, moon, rock
from tests.samples.lantern_leads import _bread, stack
from tests.samples.lantern_outdoors import _dhow, _house, record_hill
from tests.samples.lantern_people import HATS, lantern_bearer, person
from tests.samples.lantern_railway import train as train_front
from tests.samples.lantern_tables import _bead, _clerk, tin_of_light

W, H, TOP = 1200, 1600, 330


def on(ground: Colour) -> Colour:
    """The ink for lines cut straight into the ground."""
    return INK if ground == LAMP else PAPER


def fade(y: Field, over: float = 220) -> Field:
    """Nothing under the flat head, and all of it some way below."""
    return np.clip((y - TOP) / over, 0, 1)


def ripples(
    plate: Plate, ground: Colour, cx: float, cy: float, clear: float, tone: float = 0.42
) -> None:
    """Rings of lines about what matters, denser further off."""
    rough = noise(int(cx + cy))
    plate.engrave(
        rings(cx, cy, 12),
        lambda x, y: (
            tone * np.clip((np.hypot(x - cx, y - cy) - clear) / 480, 0, 1) * fade(y)
            + 0.05 * rough(x / 90, y / 90) * (np.hypot(x - cx, y - cy) > clear)
        ),
        colour=on(ground),
    )  # fmt: skip


def rays(plate: Plate, ground: Colour, cx: float, cy: float, count: int, inner: float) -> None:
    """Rays of a lamp, that swell as they leave it."""
    plate.engrave(
        lambda x, y: np.arctan2(y - cy, x - cx) / math.tau * count,
        lambda x, y: 0.46 * np.clip((np.hypot(x - cx, y - cy) - inner) / 420, 0, 1) * fade(y, 160),
        colour=on(ground),
    )


def sky(
    plate: Plate,
    ground: Colour,
    foot: float,
    dark: float = 0.5,
    light: tuple[float, float, float] | None = None,
) -> None:
    """Level lines that thin towards the horizon and round a light."""
    rough = noise(19)

    def tone(x: Field, y: Field) -> Field:
        out = dark * (1 - 0.7 * (y - TOP) / (foot - TOP)) + 0.14 * rough(x / 260, y / 60)
        if light:
            lx, ly, reach = light
            out = out - 0.7 * np.exp(-np.hypot(x - lx, y - ly) / reach)
        return out * fade(y, 120)

    plate.engrave(
        level(10.5, lambda x, y: 5 * rough(x / 240, y / 90)), tone, box(0, TOP, W, foot), on(ground)
    )


def sea(
    plate: Plate, top: float, seed: int, glow: float | None = None, colour: Colour = INK
) -> None:
    """Water to the foot of the plate; light lies on it below `glow`."""
    water = box(-20, top, W + 20, H + 20)
    chop = noise(seed)
    plate.flat(water, PAPER)
    waves = receding(top - 20, H, 6, 25, seed)

    def tone(x: Field, y: Field) -> Field:
        out = 0.8 + 0.42 * chop(x / 66, y / 12)
        if glow is not None:
            out = out - 0.7 * np.exp(-(((x - glow) / (60 + (y - top) * 0.36)) ** 2))
        return out

    if glow is not None:
        reach = [(glow - 60, top), (glow + 60, top), (glow + 230, H), (glow - 230, H)]
        plate.engrave(
            waves,
            lambda x, y: 1.2 * np.exp(-(((x - glow) / (60 + (y - top) * 0.36)) ** 2)) - 0.2,
            reach,
            LAMP,
        )
    plate.engrave(lambda x, y: waves(x, y) + 0.5, tone, water, colour)
    plate.rule([(-20, top), (W + 20, top)], 5, colour)


def table(plate: Plate, top: float, seed: int, x: float = 600, reach: float = 380) -> None:
    """A table of boards, with the shadow of what stands on it."""
    grain = noise(seed)
    boards = box(-20, top, W + 20, H + 20)
    plate.cut(
        boards,
        receding(top - 15, H, 7, 22, seed),
        lambda px, py: (
            0.36 + 0.42 * grain(px / 240, py / 9) + 0.9 * bump(px, py, x, 1268, reach, 34)
        ),
        6,
    )


# --- One to twelve ----------------------------------------------------------------


def lantern(plate: Plate, ground: Colour) -> None:
    """The lamp itself."""
    rays(plate, ground, 600, 880, 96, 250)
    plate.disc(600, 880, 330, PAPER)
    plate.rule(ellipse(600, 880, 330, 330), 6)
    things.storm_lantern(plate.at(600, 1160, 1.16))


def songs(plate: Plate, ground: Colour) -> None:
    """The record for a hill."""
    record_hill(plate, W, H, 600, 1150, 520, ground=ground)
    lantern_bearer(plate.at(880, 1292, 1.5))


def coffee(plate: Plate, ground: Colour) -> None:
    """A coffee pot before the sun."""
    ripples(plate, ground, 500, 760, 390, 0.5)
    plate.disc(500, 760, 360, LAMP)
    plate.rule(ellipse(500, 760, 360, 360), 6)
    table(plate, 1060, 33, 640, 420)
    things.coffee_pot(plate.at(660, 1200, 1.27))
    things.coffee_cup(plate.at(250, 1196, 1.25))


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


def train(plate: Plate, ground: Colour) -> None:
    """A train, out of the page."""
    rays(plate, ground, 600, 900, 84, 240)
    bed = [(470, 1000), (730, 1000), (1240, 1640), (-40, 1640)]
    plate.flat(bed, PAPER)
    train_front(plate.at(0, 380, 1.0), 600)
    part = plate.at(600, 820, 1.0)
    part.disc(0, -16, 78, PAPER)
    part.disc(0, -16, 66, LAMP)
    part.rule(ellipse(0, -16, 66, 66), 5)


def street(plate: Plate, ground: Colour) -> None:
    """A street by night, and one window."""
    sky(plate, ground, 1160, 0.5, (830, 560, 160))
    moon(plate, 830, 560, 150)
    rng = np.random.default_rng(47)
    x, k = -50.0, 1
    while x < W:
        wide = float(rng.integers(170, 230))
        _house(plate, x, wide, float(rng.integers(700, 860)), k, 1300)
        if k == 3:
            pane = box(x + wide * 0.29 - 30, 1000, x + wide * 0.29 + 30, 1090)
            plate.outline(pane, 16, PAPER)
            plate.flat(pane, LAMP)
            plate.outline(pane, 8)
            plate.rule([(x + wide * 0.29, 1000), (x + wide * 0.29, 1090)], 5)
        x += wide
        k += 1
    cobbles = box(-20, 1300, W + 20, H + 20)
    plate.cut(cobbles, receding(1280, H, 8, 20, 48), lambda px, py: 0.75 + 0 * px, 5)


def bell_at_night(plate: Plate, ground: Colour) -> None:
    """The bell in its sheet, filling the sky."""
    ripples(plate, ground, 600, 860, 330, 0.55)
    plate.rule([(600, TOP - 20), (600, 460)], 26, PAPER)
    plate.rule([(600, TOP - 20), (600, 460)], 14)
    things.bell(plate.at(600, 1150, 1.3))
    plate.disc(600, 1196, 60, PAPER)
    plate.disc(600, 1196, 52, LAMP)
    plate.rule(ellipse(600, 1196, 52, 52), 6)


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


def corridor(plate: Plate, ground: Colour) -> None:
    """A corridor, and the door at its end."""
    vx, vy = 600.0, 860.0
    plate.engrave(
        lambda x, y: np.where(
            np.abs(y - vy) * 0.8 > np.abs(x - vx),
            (x - vx) / (np.abs(y - vy) + 1) * 17,
            (y - vy) / (np.abs(x - vx) + 1) * 22,
        ),
        lambda x, y: 0.5 * fade(y, 40) + 0 * x,
        colour=on(ground),
    )
    for sx in (-1, 1):
        for sy in (-1, 1):
            plate.rule([(vx, vy), (vx + sx * 800, vy + sy * 1000)], 6, on(ground))
        for t0, t1 in ((0.5, 0.68), (0.32, 0.4), (0.235, 0.275)):
            leaf = [
                (vx + sx * 800 * t, vy + 1000 * t * h)
                for t, h in ((t0, 1), (t0, -0.42), (t1, -0.42), (t1, 1))
            ]
            plate.flat(leaf)
            plate.outline(leaf, 4 + 9 * t0, PAPER)
            plate.disc(vx + sx * 800 * (t0 * 0.2 + t1 * 0.8), vy + 300 * t1, 16 * t0 + 3, PAPER)
    plate.flat(box(vx - 150, vy - 187, vx + 150, vy + 187))
    light = [(vx - 90, vy + 187), (vx + 90, vy + 187), (vx + 330, H + 20), (vx - 330, H + 20)]
    plate.flat(light, LAMP)
    plate.outline(light, 6)
    plate.flat(box(vx - 90, vy - 140, vx + 90, vy + 187), LAMP)
    plate.outline(box(vx - 90, vy - 140, vx + 90, vy + 187), 8, PAPER)
    person(plate.at(vx, vy + 200, 2.7), "tall", halo=None)
    plate.flat(
        [(vx - 40, vy + 200), (vx + 40, vy + 200), (vx + 150, vy + 560), (vx - 20, vy + 560)]
    )


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


# --- Thirteen to twenty-four --------------------------------------------------------


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


def keeper(plate: Plate, ground: Colour) -> None:
    """A lighthouse over the whole height, and a small ship."""
    lx, ly = 430.0, 520.0
    sky(plate, ground, 1130, 0.56, (lx, ly, 200))
    for a0, a1 in ((-9, 5), (171, 185)):
        a, b = math.radians(a0), math.radians(a1)
        beam = [
            (lx, ly),
            (lx + 1300 * math.cos(a), ly + 1300 * math.sin(a)),
            (lx + 1300 * math.cos(b), ly + 1300 * math.sin(b)),
        ]
        plate.flat(beam, LAMP)
        for corner in beam[1:]:
            plate.rule([beam[0], corner], 5)
    sea(plate, 1110, 6)
    rock(plate, 120, 760, 1260, 190, 8)
    lighthouse(plate, lx, 1130, 560)
    _dhow(plate.at(980, 1180, 0.62))


def fiddle(plate: Plate, ground: Colour) -> None:
    """A fiddle, a bow and a lamp that is its sun."""
    rays(plate, ground, 600, 800, 110, 330)
    plate.disc(600, 800, 330, LAMP)
    plate.rule(ellipse(600, 800, 330, 330), 6)
    lost.violin(plate.at(540, 1270, 1.9, 12))


def fingerprint(plate: Plate, ground: Colour) -> None:
    """An island whose contours are a thumb's."""
    rough, fine = noise(12), noise(58)
    cx, cy = 600.0, 800.0

    def whorl(x: Field, y: Field) -> Field:
        """1 on the coast, 0 in the heart of the whorl, more at sea."""
        u, v = (x - cx) / 330, (y - cy) / 440
        r = np.hypot(u, v) + 1e-3
        coast = (
            1
            + 0.12 * rough(u / r * 1.1 + 5, v / r * 1.1 + 8)
            + 0.07 * fine(u / r * 3.2 + 2, v / r * 3.2 + 9)
        )
        return r / coast

    def ridges(x: Field, y: Field) -> Field:
        # A loop: the ridges come in from the lower left, turn about the core and go back.
        a, b = x - cx, y - (cy - 60)
        core = np.hypot(
            a, np.minimum(b, 0) * 1.05 + np.maximum(b, 0) * (0.35 + 0.1 * np.tanh(a / 160))
        )
        return (core + 0.16 * a * np.clip(b / 400, 0, 1) + 12 * rough(x / 120, y / 120)) / 17

    plate.engrave(
        lambda x, y: 15 * np.log(np.clip(whorl(x, y), 0.5, 9)) * 2,
        lambda x, y: (
            np.where(whorl(x, y) > 1.03, 0.6 * np.exp(-(whorl(x, y) - 1) * 1.5), 0) * fade(y, 120)
        ),
        colour=on(ground),
    )
    shore: Points = []
    for k in range(361):
        a = math.tau * k / 360
        r = 1 / float(whorl(np.float32(cx + 330 * math.cos(a)), np.float32(cy + 440 * math.sin(a))))
        shore.append((cx + 330 * r * math.cos(a), cy + 440 * r * math.sin(a)))
    plate.outline(shore, 22, PAPER)
    plate.flat(shore, PAPER)
    plate.engrave(
        ridges,
        lambda x, y: (
            0.56 + 0.2 * rough(x / 150, y / 150) - 6 * np.clip(fine(x / 34, y / 34) - 0.52, 0, 1)
        ),
        shore,
    )
    plate.outline(shore, 9)
    lighthouse(plate, 790, 520, 150)
    plate.disc(790, 372, 8, LAMP)


def tide(plate: Plate, ground: Colour) -> None:
    """The moon lifts the sea out of its bed; one lamp stays lit."""
    cover_tide(plate)


def tin(plate: Plate, ground: Colour) -> None:
    """Light comes out of a biscuit tin."""
    sky(plate, ground, 1130, 0.5)
    table(plate, 1120, 203, 600, 480)
    tin_of_light(plate.at(600, 1278, 1.1), top=-1000)
    for x, y, k in ((150, 1210, 1), (1066, 1226, 2)):
        things.biscuit(plate.at(x, y, 0.9), k)


def queue(plate: Plate, ground: Colour) -> None:
    """A queue that winds from the one lit window to the reader."""
    rough = noise(221)
    sky(plate, ground, 640, 0.4)
    wall = box(330, 410, 870, 640)
    plate.cut(wall, level(10), lambda x, y: 0.7 + 0 * x, 7)
    for k in range(5):
        pane = box(366 + 100 * k, 440, 424 + 100 * k, 496)
        plate.cut(pane, level(8), lambda x, y: 0.2 + 0 * x, 5)
    square = box(-20, 640, W + 20, H + 20)
    plate.flat(square, PAPER)
    plate.engrave(
        receding(620, H, 8, 30, 223), lambda x, y: 0.14 + 0.24 * rough(x / 160, y / 26), square
    )
    plate.rule([(-20, 640), (W + 20, 640)], 6)
    light = [(540, 636), (660, 636), (700, 700), (420, 700)]
    plate.flat(light, LAMP)
    hatch = box(540, 530, 660, 636)
    plate.outline(hatch, 18, PAPER)
    plate.flat(hatch, LAMP)
    plate.outline(hatch, 9)
    person(plate.at(600, 668, 1.2), "bare", halo=None)
    plate.flat(box(526, 630, 674, 648))
    line = smooth([(560, 690), (380, 712), (190, 750), (300, 800), (620, 826), (960, 866), (1060, 930), (800, 990), (420, 1040),
                   (140, 1120), (330, 1220), (700, 1270), (1080, 1330), (1230, 1420)], False, 30)  # fmt: skip
    rng = np.random.default_rng(225)
    walked, last, people = 0.0, line[0], []
    for point in line[1:]:
        near = (point[1] - 640) / 700
        walked += math.hypot(point[0] - last[0], (point[1] - last[1]) * 1.4)
        if walked > 26 + 82 * near:
            people.append((point, near, point[0] > last[0]))
            walked = 0
        last = point
    for k, ((x, y), near, rightward) in enumerate(sorted(people, key=lambda one: one[0][1])):
        hat = (*HATS, "kerchief")[int(rng.integers(0, 7))]
        person(
            plate.at(x, y, 0.66 + 2.0 * near, flip=not rightward),
            hat,
            skirt=hat in ("bun", "kerchief"),
            bag=k % 4 == 1,
            tone=(1.0, 0.72, 1.0, 0.5)[k % 4],
        )


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
    _bread(plate.at(600 - 750 * 0.98, 1250 - 838 * 0.98, 0.98), rough, crumb)


def ice(plate: Plate, ground: Colour) -> None:
    """A berg: what is above the line, and what is below."""
    rough = noise(251)
    sky(plate, ground, 700, 0.4)
    line = 700
    tip = [(340, line), (400, 610), (480, 590), (560, 572), (720, 580), (790, 600), (860, line)]
    deep = [
        (300, line),
        (900, line),
        (990, 830),
        (960, 980),
        (860, 1080),
        (800, 1230),
        (640, 1330),
        (520, 1260),
        (420, 1120),
        (270, 1010),
        (230, 840),
    ]
    water = box(-20, line, W + 20, H + 20)
    plate.flat(water)
    plate.engrave(
        level(13, lambda x, y: 16 * rough(x / 200, y / 160)),
        lambda x, y: 0.42 - 0.34 * (y - line) / 800 + 0.16 * rough(x / 120, y / 40),
        water,
        ground,
    )
    plate.outline(deep, 16, PAPER)
    _facets(plate, deep, (600, 900), 0.35)
    plate.outline(tip, 14, PAPER)
    _facets(plate, tip, (610, 660), 0.05)
    plate.rule([(-20, line), (W + 20, line)], 9, PAPER)
    plate.rule([(-20, line + 8), (W + 20, line + 8)], 4)
    for a0, a1 in ((171, 184), (-4, 9)):
        a, b = math.radians(a0), math.radians(a1)
        beam = [
            (640, 424),
            (640 + 900 * math.cos(a), 424 + 900 * math.sin(a)),
            (640 + 900 * math.cos(b), 424 + 900 * math.sin(b)),
        ]
        plate.flat(beam, LAMP)
        for corner in beam[1:]:
            plate.rule([beam[0], corner], 4)
    lighthouse(plate, 640, 590, 150)
    _dhow(plate.at(1040, 694, 0.42))


def _facets(plate: Plate, outline: Points, heart: tuple[float, float], dark: float) -> None:
    """A block of ice: planes about a heart, each with its own hatching."""
    for k, (one, other) in enumerate(zip(outline, [*outline[1:], outline[0]], strict=True)):
        plane = [one, other, heart]
        angle = math.degrees(math.atan2(other[1] - one[1], other[0] - one[0]))
        lit = 0.5 + 0.5 * math.sin(math.radians(angle) + 0.7)
        plate.cut(
            plane,
            slanting(10, angle + 70 * (k % 2)),
            lambda x, y, t=lit: dark + 0.6 * (1 - t) + 0 * x,
            5,
        )


def counters(plate: Plate, ground: Colour) -> None:
    """An abacus of clerks."""
    ripples(plate, ground, 600, 820, 200, 0.5)
    wires = (490, 760, 1040, 1230)
    for y in wires:
        plate.rule([(70, y), (1130, y)], 22, PAPER)
        plate.rule([(70, y), (1130, y)], 11)
    for k in range(9):
        if k not in (3, 4):
            _bead(plate.at(166 + 108 * k, wires[0]), 74)
        if k not in (2, 3, 4, 5):
            _bead(plate.at(166 + 108 * k, wires[3] + 4), 74)
    for k, x in enumerate((200, 390, 800, 990)):
        _clerk(plate.at(x, wires[1], 1.66), k, LAMP if k == 2 else PAPER)
    for k, x in enumerate((200, 580, 790, 1000)):
        _clerk(plate.at(x, wires[2], 1.66), k + 1, PAPER)
    for x in (70, 1130):
        post = box(x - 34, 380, x + 34, 1640)
        plate.outline(post, 14, PAPER)
        plate.cut(post, slanting(8, 90), lambda px, py, x=x: things.around((px - x) / 34) + 0.15, 7)
    bar = box(10, 352, 1190, 412)
    plate.outline(bar, 14, PAPER)
    plate.cut(bar, level(8), lambda px, py: 0.2 + 0.011 * (py - 352), 7)


def homeward(plate: Plate, ground: Colour) -> None:
    """Somebody with a lamp going home through a wood in the snow."""
    drift = noise(271)
    sky(plate, ground, 1000, 0.3, (520, 900, 260))
    rng = np.random.default_rng(273)
    for near in (0.0, 0.5, 1.0):
        base = 960 + 130 * near
        crest = [
            (x, base + 26 * float(drift(x / 240 + 7 * near, 2))) for x in range(-20, W + 26, 6)
        ]
        field = [*crest, (W + 20, H + 20), (-20, H + 20)]
        for x in np.arange(-20, W, 150 - 40 * (1 - near)) + rng.uniform(-40, 40):
            if near < 1 or abs(x - 540) > 330:
                _fir(plate.at(float(x), base + 30, 0.6 + 0.75 * near), near)
        plate.flat(field, PAPER)
        plate.engrave(
            lambda x, y, n=near: (y + 40 * drift(x / 260 + 5 * n, y / 120)) / 16,
            lambda x, y, n=near: (
                0.05 + 0.36 * drift(x / 220 + 3 * n, y / 80) - 0.6 * bump(x, y, 500, 1230, 260, 90)
            ),
            field,
        )
        plate.rule(crest, 5)
    plate.flat(ellipse(500, 1268, 240, 40), LAMP)
    lantern_bearer(plate.at(580, 1270, 3.3))
    for k in range(5):
        plate.flat(ellipse(690 + 84 * k, 1276 + (k % 2) * 16, 17, 6))


def _fir(plate: Plate, near: float) -> None:
    """A fir with snow on it, 420 high."""
    plate.rule([(0, 0), (0, -60)], 24)
    for k in range(4):
        y, half = -50 - 86 * k, 118 - 25 * k
        branch = smooth(
            [
                (0, y - 128),
                (half * 0.4, y - 60),
                (half, y),
                (half * 0.4, y - 10),
                (0, y + 8),
                (-half * 0.4, y - 10),
                (-half, y),
                (-half * 0.4, y - 60),
            ]
        )
        plate.outline(branch, 11, PAPER)
        plate.cut(branch, slanting(9, 74), lambda x, y: 0.62 + 0.004 * x + 0.2 * near, 5)
