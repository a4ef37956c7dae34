"""Pictures of covers that are places: hills, streets, seas.

A picture stands between y = 330 and about y = 1,290; what lies below may be covered.
"""

from __future__ import annotations

import math

import numpy as np

from tests.samples.engraving import (
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
    slanting,
    smooth,
)
from tests.samples.lantern_coast import cover_tide, lighthouse, moon, rock
from tests.samples.lantern_cover_grounds import H, W, fade, on, rays, sea, sky
from tests.samples.lantern_outdoors import dhow
from tests.samples.lantern_people import HATS, lantern_bearer, person
from tests.samples.lantern_railway import train as train_front
from tests.samples.lantern_town import gabled_house
from tests.samples.lantern_vault import record_hill


def songs(plate: Plate, ground: Colour) -> None:
    """The record for a hill."""
    record_hill(plate, W, H, 600, 1150, 520, ground=ground)
    lantern_bearer(plate.at(880, 1292, 1.5))


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
        gabled_house(plate, x, wide, float(rng.integers(700, 860)), k, 1300)
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
    dhow(plate.at(980, 1180, 0.62))


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
    dhow(plate.at(1040, 694, 0.42))


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
