"""A lead, and a hill for a cover: a record half sunk in snow, with a door in its label."""

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
    ellipse,
    level,
    noise,
    rings,
)
from tests.samples.lantern_people import lantern_bearer
from tests.samples.lantern_tables import SCALE, TALL, WIDE


def song_vault() -> Plate:
    """Technology: a gramophone record half sunk in snow for a hill, and a door in its label."""
    plate = Plate(WIDE, TALL, SCALE)
    record_hill(plate, WIDE, TALL, 800, 770, 560)
    lantern_bearer(plate.at(1060, 932, 1.7))
    return plate


def record_hill(
    plate: Plate, wide: float, tall: float, cx: float, snow: float, r: float,
    ground: tuple[int, int, int] = PAPER,
) -> None:  # fmt: skip
    """The hill itself, for a plate of any size; night above it and snow before it."""
    rough, drift = noise(311), noise(312)
    if ground == PAPER:
        plate.engrave(
            level(8.8, lambda x, y: 5 * rough(x / 260, y / 80)),
            lambda x, y: 0.86 - 0.34 * np.clip(y / snow, 0, 1) + 0.1 * rough(x / 300, y / 60),
            box(-20, 0, wide + 20, snow + 60),
        )
    rng = np.random.default_rng(315)
    for _ in range(46):
        x, y, size = rng.uniform(0, wide), rng.uniform(20, snow - 140), rng.uniform(3, 7)
        if math.hypot(x - cx, y - snow) > r + 40:
            plate.disc(x, y, size + 4, INK if ground == PAPER else ground)
            plate.flat([(x - size, y), (x, y - size), (x + size, y), (x, y + size)], PAPER)
    hill = [*ellipse(cx, snow, r, r, 180, 360, 240), (cx + r, snow + 60), (cx - r, snow + 60)]
    plate.outline(hill, 18, PAPER)
    plate.flat(hill)

    def grooves(x: Field, y: Field) -> Field:
        a = np.arctan2(snow - y, x - cx)
        shine = np.exp(-(((a - 2.05) / 0.2) ** 2)) + 0.7 * np.exp(-(((a - 0.95) / 0.13) ** 2))
        d = np.hypot(x - cx, y - snow)
        silent = sum(np.exp(-(((d - r * k) / 5) ** 2)) for k in (0.53, 0.71, 0.86))
        return np.clip(0.2 + 0.62 * shine - silent, 0, 0.8) * (d > r * 0.345) * (d < r * 0.985)

    plate.engrave(rings(cx, snow, 9.2), grooves, hill, PAPER)
    label = [
        *ellipse(cx, snow, r * 0.33, r * 0.33, 180, 360, 120),
        (cx + r * 0.33, snow + 50),
        (cx - r * 0.33, snow + 50),
    ]
    plate.flat(label, LAMP)
    plate.outline(label, 6)
    plate.rule(ellipse(cx, snow, r * 0.29, r * 0.29, 180, 360), 3)
    k = r / 560
    door = [
        (cx - 50 * k, snow + 40),
        (cx - 50 * k, snow - 84 * k),
        *ellipse(cx, snow - 84 * k, 50 * k, 46 * k, 180, 360, 30),
        (cx + 50 * k, snow + 40),
    ]
    plate.flat(door)
    plate.outline([(x + (x - cx) * 0.14, y - 8 * k) for x, y in door], 5)
    for j in range(1, 4):
        plate.rule(
            [(cx - 44 * k, snow - 90 * k + 34 * k * j), (cx + 44 * k, snow - 90 * k + 34 * k * j)],
            2.4,
            LAMP,
        )
    # A note for a keyhole.
    plate.disc(cx - 8 * k, snow - 44 * k, 9 * k, LAMP)
    plate.rule([(cx - 1.5 * k, snow - 46 * k), (cx - 1.5 * k, snow - 86 * k)], 4 * k, LAMP)
    plate.flat(
        [
            (cx - 2 * k, snow - 88 * k),
            (cx + 20 * k, snow - 72 * k),
            (cx + 18 * k, snow - 62 * k),
            (cx - 2 * k, snow - 74 * k),
        ],
        LAMP,
    )
    _snow(plate, wide, tall, cx, snow, drift, k)


def _snow(plate: Plate, wide: float, tall: float, cx: float, snow: float, drift, k: float) -> None:  # type: ignore[no-untyped-def]
    crest: Points = []
    for x in range(-30, int(wide) + 36, 6):
        dip = 46 * k * math.exp(-(((x - cx) / (90 * k)) ** 4))
        crest.append(
            (
                x,
                snow
                + 4
                - 46 * k
                + dip
                + 20 * float(drift(x / 210, 2))
                - 40 * k * math.exp(-(((x - cx - 470 * k) / 200) ** 2))
                - 30 * k * math.exp(-(((x - cx + 520 * k) / 240) ** 2)),
            )
        )
    field = [*crest, (wide + 30, tall + 20), (-30, tall + 20)]
    plate.flat(field, PAPER)
    plate.engrave(
        lambda x, y: (y + 60 * drift(x / 300, y / 160) + 12 * drift(x / 90, y / 60)) / 15,
        lambda x, y: (
            0.06
            + 0.34 * drift(x / 240 + 3, y / 90)
            + 0.22 * np.clip((np.abs(x - cx) - 200) / 800, 0, 1)
        ),
        field,
    )
    plate.rule(crest, 5)
    path = [
        (cx - 46 * k, snow + 4),
        (cx + 46 * k, snow + 4),
        (cx + 210 * k, tall + 10),
        (cx - 60 * k, tall + 10),
    ]
    plate.flat(path, LAMP)
    plate.rule([path[1], path[2]], 3)
    plate.rule([path[0], path[3]], 3)
