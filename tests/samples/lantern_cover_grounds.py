"""What pictures of covers are drawn on: skies, rays, ripples, a sea and a table.

Each knows the ground of its cover and begins below the flat head.
"""

from __future__ import annotations

import math

import numpy as np

from tests.samples.engraving import (
    INK,
    LAMP,
    PAPER,
    Colour,
    Field,
    Plate,
    box,
    bump,
    level,
    noise,
    receding,
    rings,
)

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
