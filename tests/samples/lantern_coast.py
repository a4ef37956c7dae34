"""The coast of The Lantern: the cover, the barrage, and the lighthouse that stands in both."""

from __future__ import annotations

import math

import numpy as np

from tests.samples.engraving import (
    INK,
    LAMP,
    PAPER,
    Field,
    Noise,
    Plate,
    box,
    ellipse,
    level,
    noise,
    receding,
    slanting,
)

LEAD_SCALE = 1.2  # 1500 by 1000 units make 1800 by 1200 pixels.


def lighthouse(plate: Plate, x: float, base: float, h: float) -> tuple[float, float]:
    """Draw a tower with its lamp lit; return where the light is."""
    foot, neck, top = h * 0.11, h * 0.07, base - h
    tower = [(x - foot, base), (x - neck, top), (x + neck, top), (x + foot, base)]
    plate.flat(tower, PAPER)

    def tone(px: Field, py: Field) -> Field:
        half = neck + (foot - neck) * (py - top) / h
        side = (px - x) / half
        banded = ((py - top) / h * 5).astype(int) % 2
        return np.where(banded, 0.75 + 0.5 * side, 0.1 + 0.7 * side)

    plate.engrave(level(h * 0.017), tone, tower)
    gallery, room = h * 0.025, h * 0.12
    plate.flat(box(x - neck * 1.7, top - gallery, x + neck * 1.7, top), INK)
    plate.flat(box(x - neck * 0.85, top - room, x + neck * 0.85, top - gallery), LAMP)
    for dx in (-0.85, -0.28, 0.28, 0.85):
        bar = x + neck * dx
        plate.flat(box(bar - h * 0.006, top - room, bar + h * 0.006, top - gallery), INK)
    plate.flat(
        [(x - neck * 1.2, top - room), (x, top - room - h * 0.1), (x + neck * 1.2, top - room)]
    )
    plate.flat(box(x - h * 0.006, top - room - h * 0.16, x + h * 0.006, top - room))
    return x, top - room * 0.6


def cover_tide(plate: Plate) -> None:
    """For a cover: the moon lifts the sea out of its bed; one lamp stays lit."""
    w, h = 1200, 1600
    cx, cy, r, sea = 650, 770, 376, 1130

    def swell(x: Field, y: Field | float) -> Field:
        return -105 * np.exp(-(((x - cx) / 330) ** 2))

    # The lines of the sky part round the moon like water round a pier.
    def sky(x: Field, y: Field) -> Field:
        d = np.hypot(x - cx, y - cy) + 1
        return (y - (y - cy) / d * 46 * np.exp(-(((d - r) / 240) ** 2))) / 11

    def dusk(x: Field, y: Field) -> Field:
        away = np.clip((np.hypot(x - cx, y - cy) - r - 16) / 520, 0, 1)
        return (0.06 + 0.5 * away**1.1) * np.clip((y - 330) / 260, 0, 1)

    plate.engrave(sky, dusk, box(0, 300, w, sea + 30))
    moon(plate, cx, cy, r)
    shore = [(x, sea + float(swell(np.float32(x), 0))) for x in range(-10, w + 11, 6)]
    water = [*shore, (w + 10, h), (-10, h)]
    plate.flat(water, PAPER)
    waves = receding(sea - 110, h, 5, 25, 5)
    chop = noise(8)

    def lifted(x: Field, y: Field) -> Field:
        return waves(x, y - swell(x, y) * (1 - np.clip((y - sea) / (h - sea), 0, 1) ** 0.7))

    def sea_tone(x: Field, y: Field) -> Field:
        path = np.exp(-(((x - cx) / (90 + np.abs(y - sea) * 0.42)) ** 2))
        return 0.82 - 0.66 * path + 0.4 * chop(x / 70, y / 13)

    plate.engrave(lifted, sea_tone, water)
    plate.rule(shore, 5)
    rock(plate, 30, 390, sea + 130, 150, 8)
    lighthouse(plate, 190, sea + 14, 300)


def moon(plate: Plate, cx: float, cy: float, r: float) -> None:
    """A globe cut with lines that bow over it; craters bend the tone, not the line."""
    rng, rough = np.random.default_rng(17), noise(17)
    pits = [
        (b * math.cos(a), b * math.sin(a), size * part)
        for a, b, size, part in zip(
            rng.uniform(0, math.tau, 46),
            np.sqrt(rng.random(46)) * 0.94,
            rng.uniform(0.02, 0.13, 46),
            rng.uniform(0.5, 1, 46),
            strict=True,
        )
    ] + [(-0.18, 0.3, 0.19), (0.34, -0.22, 0.15), (-0.46, -0.3, 0.11)]
    lean, globe = -0.42, ellipse(cx, cy, r, r, n=360)

    def lines(x: Field, y: Field) -> Field:
        u, v = (x - cx) / r, (y - cy) / r
        along = u * math.cos(lean) + v * math.sin(lean)
        across = v * math.cos(lean) - u * math.sin(lean)
        a = across
        for _ in range(10):
            flat = np.clip(1 - a * a, 0, 1)
            a = across - 0.22 * np.sqrt(np.clip(flat - along * along, 0, 1)) * flat
        return a * r / 8.2

    def tone(x: Field, y: Field) -> Field:
        u, v = (x - cx) / r, (y - cy) / r
        z = np.sqrt(np.clip(1 - u * u - v * v, 0, 1))
        lit = -0.55 * u - 0.5 * v + 0.67 * z
        lit += 0.16 * rough(u * 2.2 + 7, v * 2.2 + 3) + 0.05 * rough(u * 9, v * 9)
        for px, py, size in pits:
            du, dv = (u - px) / size, (v - py) / size
            d = np.hypot(du, dv) + 1e-3
            side = (-0.55 * du - 0.5 * dv) / d
            lit += np.where(d < 1, -0.34 * side * d, 1.2 * side * np.clip(1.25 - d, 0, 0.25))
        return np.clip(0.93 - lit * 1.02, 0, 1) ** 1.15

    plate.flat(globe, PAPER)
    plate.engrave(lines, tone, globe)
    plate.rule(globe, 3)


def rock(plate: Plate, x0: float, x1: float, base: float, height: float, seed: int) -> None:
    """A rock standing out of the sea, cut with leaning lines."""
    rough = noise(seed)
    ridge = []
    for i in range(61):
        t = i / 60
        crest = 0.72 + 0.42 * float(rough(t * 5, 2)) + 0.16 * float(rough(t * 19, 5))
        ridge.append((x0 + (x1 - x0) * t, base - height * math.sin(math.pi * t) ** 0.6 * crest))
    outline = [*ridge, (x1, base), (x0, base)]
    plate.flat(outline, PAPER)
    plate.engrave(
        slanting(7, 72),
        lambda x, y: 0.62 + 0.75 * rough(x / 26, y / 15) + 0.3 * (y - base + height) / height,
        outline,
    )
    plate.rule(ridge, 2.6)


def barrage() -> Plate:
    """Environment: a tidal barrage by night, the lamp's beam over it and on the water."""
    w, h, sea = 1500, 1000, 640
    plate, rough = Plate(w, h, LEAD_SCALE), noise(4)
    lx, ly = 1085.0, 560 - 250 - 18.0
    beam = [(lx, ly)] + [
        (lx + 1700 * math.cos(a), ly + 1700 * math.sin(a))
        for a in (math.pi * 0.985, math.pi * 1.075)
    ]

    def night(x: Field, y: Field) -> Field:
        dark = 0.74 - 0.42 * np.clip(y / sea, 0, 1) ** 1.6 + 0.3 * rough(x / 330 + 3, y / 62 + 1)
        return np.clip(dark - 0.55 * np.exp(-np.hypot(x - lx, y - ly) / 110), 0.05, 0.92)

    plate.engrave(level(8.4, lambda x, y: -7 * rough(x / 260, y / 90)), night, box(0, 0, w, sea))
    plate.flat(beam, LAMP)
    for corner in beam[1:]:
        plate.rule([beam[0], corner], 3.4)
    hill = [
        (
            x,
            628
            - 66 * (0.5 + 0.5 * float(rough(x / 210, 3)))
            - 20 * float(rough(x / 60, 9))
            - 38 * min(1, max(0, (420 - x) / 420)),
        )
        for x in range(-10, w + 12, 7)
    ]
    land = [*hill, (w + 10, sea + 6), (-10, sea + 6)]
    plate.flat(land, PAPER)
    plate.engrave(slanting(5.6, 62), lambda x, y: 0.72 + 0.5 * rough(x / 44, y / 30), land)
    plate.rule(hill, 2.6)
    water = box(0, sea, w, h)
    plate.flat(water, PAPER)
    glow = [(lx - 55, sea), (lx + 55, sea), (lx + 190, h), (lx - 190, h)]
    waves = receding(sea - 20, h, 5.5, 24, 6)

    def light(x: Field, y: Field) -> Field:
        return np.exp(-(((x - lx) / (40 + (y - sea) * 0.3)) ** 2))

    plate.engrave(waves, lambda x, y: 1.25 * light(x, y) - 0.25, glow, LAMP)
    chop = noise(12)

    def sea_tone(x: Field, y: Field) -> Field:
        path = 0.95 * light(x, y) + 0.25 * np.exp(-(((x - 330) / 190) ** 2))
        return 0.78 - path + 0.45 * chop(x / 60, y / 11)

    plate.engrave(lambda x, y: waves(x, y) + 0.5, sea_tone, water)
    _arches(plate, w, rough)
    lighthouse(plate, lx, 560, 250)
    for x in (420, 441, 520):
        y = 452 + 108 * x / w - 4
        plate.flat([(x - 5, y), (x - 4, y - 20), (x + 4, y - 20), (x + 5, y)])
        plate.disc(x, y - 25, 4.6)
    return plate


def _arches(plate: Plate, w: int, rough: Noise) -> None:
    """The wall in shallow perspective, its arches growing towards the left."""

    def wall(x: float) -> tuple[float, float]:
        return 452 + 108 * x / w, 742 - 80 * x / w

    face = [(-10, wall(-10)[0]), (w + 10, wall(w + 10)[0]), (w + 10, wall(w)[1]), (-10, wall(0)[1])]
    plate.flat(face, PAPER)
    plate.engrave(
        lambda x, y: (y - wall(x)[0]) / (wall(x)[1] - wall(x)[0]) * 34,
        lambda x, y: 0.46 + 0.4 * rough(x / 34, y / 26) + 0.22 * (1 - x / w),
        face,
    )
    x = -60.0
    while x < w:
        wide = 178 - 82 * min(1, max(0, x / w))
        a, b = x + wide * 0.2, x + wide * 0.8
        m, radius = (a + b) / 2, (b - a) / 2
        top, foot = wall(m)
        spring = top + (foot - top) * 0.3 + radius * 0.9
        arc = ellipse(m, spring, radius, radius, 180, 360, 20)
        plate.flat([(a, wall(a)[1] + 2), *arc, (b, wall(b)[1] + 2)])
        for t in range(1, 20):
            c, s = math.cos(t * math.pi / 20), math.sin(t * math.pi / 20)
            far = radius + 13
            plate.rule(
                [(m - radius * c, spring - radius * s), (m - far * c, spring - far * s)], 1.8
            )
        gate = box(a + radius * 0.16, spring + radius * 0.15, b - radius * 0.5, foot - 4)
        plate.engrave(
            level(8),
            lambda px, py, a=a, r=radius: 0.42 * np.clip(1 - (px - a) / (1.7 * r), 0, 1),
            gate,
            PAPER,
        )
        plate.rule([(x, wall(x)[0]), (x, wall(x)[1] + 10)], 5.5)
        x += wide
    for off, thick in ((0, 6), (12, 2.2), (-9, 2)):
        plate.rule([(px, wall(px)[0] + off) for px in (-10, w + 10)], thick)
