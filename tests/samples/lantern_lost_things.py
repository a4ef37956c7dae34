"""What stands on the shelves of the library of returned things: about 460 high, on (0, 0)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tests.samples.engraving import (
    INK,
    PAPER,
    Plate,
    box,
    ellipse,
    level,
    noise,
    slanting,
    smooth,
)
from tests.samples.lantern_things import (
    around,
    bell,
    clock,
    coffee_pot,
    profiled,
    storm_lantern,
    turned,
    umbrella,
)


def violin(plate: Plate) -> None:
    """A violin, upright, with its bow beside it."""
    body = smooth([(0, -262), (46, -256), (70, -222), (62, -186), (44, -158), (50, -128), (84, -96),
                   (92, -52), (66, -12), (0, 0), (-66, -12), (-92, -52), (-84, -96), (-50, -128),
                   (-44, -158), (-62, -186), (-70, -222), (-46, -256)])  # fmt: skip
    plate.outline(body, 16, PAPER)
    plate.cut(body, slanting(6.4, 84), lambda x, y: around(x / 96) * 0.9 + 0.14, 6)
    neck = [(-11, -250), (-8, -420), (8, -420), (11, -250), (13, -150), (-13, -150)]
    plate.outline(neck, 8, PAPER)
    plate.flat(neck)
    scroll = ellipse(0, -436, 17, 20)
    plate.outline(scroll, 8, PAPER)
    plate.flat(scroll)
    plate.disc(0, -436, 6, PAPER)
    for y in (-408, -392):
        plate.rule([(-28, y), (28, y - 6)], 8)
    plate.flat([(-24, -92), (24, -92), (20, -82), (-20, -82)])
    plate.flat([(-9, -66), (9, -66), (15, -14), (-15, -14)])
    for x in (-6, -2, 2, 6):
        plate.rule([(x, -400), (x * 1.6, -40)], 1.5, PAPER)
    for side in (-1, 1):
        hole = smooth(
            [(side * 34, -140), (side * 27, -128), (side * 36, -100), (side * 30, -86)], False
        )
        plate.rule(hole, 6)
    bow = smooth([(150, -6), (158, -200), (138, -430)], False)
    plate.rule(bow, 16, PAPER)
    plate.rule(bow, 9)
    plate.rule([(140, -16), (128, -424)], 9, PAPER)
    plate.rule([(140, -16), (128, -424)], 3)


def boots(plate: Plate) -> None:
    """A pair of boots."""
    for dx, dark in ((64, 0.5), (-64, 0.2)):
        boot = smooth([(dx - 58, -330), (dx + 44, -332), (dx + 46, -200), (dx + 52, -90), (dx + 58, -22),
                       (dx + 50, -16), (dx - 120, -16), (dx - 146, -40), (dx - 120, -82), (dx - 62, -114),
                       (dx - 50, -200)])  # fmt: skip
        plate.outline(boot, 16, PAPER)
        plate.cut(
            boot,
            slanting(7, 14),
            lambda x, y, dx=dx, d=dark: d + 0.4 * around((x - dx + 20) / 110),
            6,
        )
        plate.flat(box(dx - 146, -18, dx - 10, 0))
        plate.flat(box(dx + 6, -18, dx + 60, 0))
        plate.flat(ellipse(dx - 6, -330, 51, 13))
        for k in range(6):
            y = -300 + 34 * k
            plate.rule([(dx - 56, y), (dx - 14, y + 12)], 5, PAPER)
            plate.rule([(dx - 56, y + 14), (dx - 14, y)], 5, PAPER)


def hat(plate: Plate) -> None:
    """A bowler hat on a stand."""
    plate.rule([(0, 0), (0, -160)], 26, PAPER)
    plate.rule([(0, 0), (0, -160)], 14)
    turned(plate, profiled([(-22, 16), (-14, 70), (0, 78)]), 6, 0.14)
    crown = [*ellipse(0, -190, 128, 150, 180, 360, 60)]
    plate.outline([*crown, (0, -170)], 14, PAPER)
    plate.cut(
        crown, lambda x, y: np.hypot(x, (y + 190) * 0.9) / 8, lambda x, y: 0.55 + 0.4 * x / 128, 5
    )
    brim = smooth(
        [
            (-220, -214),
            (-150, -200),
            (0, -186),
            (150, -200),
            (220, -214),
            (196, -172),
            (0, -150),
            (-196, -172),
        ]
    )
    plate.outline(brim, 12, PAPER)
    plate.flat(brim)
    plate.rule(ellipse(0, -226, 128, 26, 4, 176, 40), 26)


def birdcage(plate: Plate) -> None:
    """A birdcage with its door open."""
    plate.rule(ellipse(0, -440, 20, 20), 7)
    dome = [*ellipse(0, -250, 130, 172, 180, 360, 60), (130, -30), (-130, -30)]
    plate.flat(dome, PAPER)
    for k in range(-4, 5):
        x = 32.5 * k
        bend = smooth([(x, -30), (x, -250), (x * 0.72, -360), (x * 0.1, -422)], False)
        plate.rule(bend, 5)
    for y in (-250, -140):
        plate.rule(ellipse(0, y, 130, 20, 0, 180, 40), 5)
    plate.outline(dome, 7)
    turned(plate, [(-36, 138), (0, 146)], 6, 0.12)
    door = [(36, -60), (36, -170), (116, -196), (116, -78)]
    plate.flat(box(-32, -170, 36, -56))
    plate.flat(door, PAPER)
    plate.outline(door, 5)
    for t in (0.33, 0.66):
        plate.rule([(36 + 80 * t, -60 - 18 * t), (36 + 80 * t, -170 - 26 * t)], 4)


def books(plate: Plate) -> None:
    """Books, some standing and some lying."""
    x = -210
    for k, (thick, tall) in enumerate(((54, 330), (42, 290), (66, 350), (36, 310))):
        spine = box(x, -tall, x + thick, 0)
        plate.outline(spine, 12, PAPER)
        plate.cut(
            spine,
            slanting(6.4, 90),
            lambda px, py, x=x, t=thick, k=k: 0.2 * (k % 2) + around((px - x - t / 2) / (t / 2)),
            5,
        )
        for y in (-tall + 34, -tall + 50, -46):
            plate.rule([(x, y), (x + thick, y)], 5)
        x += thick
    leaning = [(22, 0), (66, -10), (-4, -318), (-46, -306)]
    plate.at(24, 0).outline(leaning, 12, PAPER)
    plate.at(24, 0).cut(leaning, slanting(6.4, 77), lambda px, py: 0.44 + 0 * px, 5)
    for left, right, y in ((90, 226, 0), (100, 216, -44), (84, 210, -84)):
        flat = box(left, y - 42, right, y)
        plate.outline(flat, 10, PAPER)
        plate.cut(flat, level(6), lambda px, py, y=y: 0.1 + 0.02 * (py - y + 42), 5)
        plate.rule([(left + 20, y - 42), (left + 20, y)], 6)


def globe(plate: Plate) -> None:
    """A globe on its foot."""
    land = noise(29)
    turned(plate, profiled([(-96, 12), (-60, 16), (-30, 40), (-14, 100), (0, 108)]), 6, 0.14)
    ring = ellipse(0, -262, 178, 178, 50, 250, 60)
    plate.rule(ring, 26, PAPER)
    plate.rule(ring, 16)
    ball = ellipse(0, -262, 152, 152)

    def solid(x, y):  # type: ignore[no-untyped-def]
        u, v = x / 152, (y + 262) / 152
        z = np.sqrt(np.clip(1 - u * u - v * v, 0, 1))
        return land(u * 1.5 + z + 4, v * 1.9 + 2 + 0.4 * z), u

    plate.cut(
        ball,
        lambda x, y: (
            (y + 262 - 40 * np.sqrt(np.clip(1 - (x / 154) ** 2 - ((y + 262) / 154) ** 2, 0, 1))) / 7
        ),
        lambda x, y: (
            np.where(solid(x, y)[0] > 0.08, 0.75, 0.08) + 0.4 * np.clip(solid(x, y)[1] - 0.1, 0, 1)
        ),
        6,
    )


def key(plate: Plate) -> None:
    """A key, hanging from a nail."""
    plate.disc(0, -436, 9)
    for colour, grow in ((PAPER, 14), (INK, 0)):
        plate.rule(ellipse(0, -376, 56, 62), 24 + grow, colour)
        plate.rule([(0, -316), (0, -36)], 24 + grow, colour)
        for y0, y1, reach in ((-110, -84, 78), (-64, -36, 92)):
            plate.flat(box(-10, y0 - grow / 2, reach + grow / 2, y1 + grow / 2), colour)
    plate.rule([(0, -300), (0, -40)], 5, PAPER)
    plate.rule(ellipse(0, -376, 56, 62, 150, 260), 5, PAPER)
    plate.flat(box(-24, -306, 24, -288))


def kettle(plate: Plate) -> None:
    """A kettle with a bail."""
    bail = ellipse(0, -210, 128, 190, 190, 350, 50)
    plate.rule(bail, 30, PAPER)
    plate.rule(bail, 18)
    spout = smooth(
        [
            (-110, -130),
            (-170, -170),
            (-206, -236),
            (-240, -240),
            (-214, -150),
            (-160, -76),
            (-104, -50),
        ]
    )
    plate.outline(spout, 12, PAPER)
    plate.cut(spout, slanting(6.4, 40), lambda x, y: 0.3 + 0.004 * (y + 160), 5)
    turned(
        plate,
        profiled(
            [
                (-240, 14),
                (-226, 24),
                (-214, 60),
                (-196, 112),
                (-140, 152),
                (-70, 160),
                (-16, 138),
                (0, 140),
            ]
        ),
        7,
        0.16,
    )
    plate.rule(ellipse(0, -200, 104, 18, 4, 176, 40), 5)
    turned(plate, profiled([(-276, 8), (-266, 20), (-248, 20), (-240, 12)]), 6, 0.14)


def mitten(plate: Plate) -> None:
    """One mitten on a peg: the other is still out."""
    plate.rule([(-4, -440), (-4, -400)], 7)
    shape = smooth([(-70, -380), (60, -380), (66, -270), (92, -262), (130, -300), (158, -286), (148, -232),
                    (84, -150), (76, -60), (0, -14), (-72, -60), (-86, -180)])  # fmt: skip
    plate.outline(shape, 16, PAPER)
    plate.cut(
        shape,
        lambda x, y: y / 9 + 0.32 * np.abs(np.mod(x / 9, 2) - 1) * 2,
        lambda x, y: 0.34 + 0.3 * around(x / 120),
        6,
    )
    cuff = box(-76, -398, 66, -330)
    plate.cut(cuff, slanting(9, 90), lambda x, y: 0.5 + 0 * x, 6)
    for y in (-232, -200):
        for k in range(-2, 3):
            cx = -4 + 32 * k
            plate.flat([(cx - 13, y), (cx, y - 13), (cx + 13, y), (cx, y + 13)], PAPER)
            plate.flat([(cx - 8, y), (cx, y - 8), (cx + 8, y), (cx, y + 8)])


def _returned_umbrella(plate: Plate) -> None:
    umbrella(plate.at(-14, 0, 0.72))


def _lamp(plate: Plate) -> None:
    storm_lantern(plate.at(0, 0, 0.62))


def _pot(plate: Plate) -> None:
    coffee_pot(plate.at(10, 0, 0.7))


def _clock(plate: Plate) -> None:
    for x in (-70, 70):
        plate.rule([(x, -70), (x * 1.3, 0)], 26, PAPER)
        plate.rule([(x, -70), (x * 1.3, 0)], 16)
    for x in (-84, 84):
        cap = ellipse(x, -342, 52, 40)
        plate.outline(cap, 12, PAPER)
        plate.flat(cap)
    plate.rule([(0, -330), (0, -376)], 12)
    clock(plate.at(0, -16, 1.34), 7 + 52 / 60)


def _bell(plate: Plate) -> None:
    bell(plate.at(0, -26, 0.66), muffled=False)


SHELF: tuple[Callable[[Plate], None], ...] = (
    _returned_umbrella, boots, _clock, birdcage,
    books, violin, _lamp, hat,
    kettle, globe, key, mitten,
)  # fmt: skip
