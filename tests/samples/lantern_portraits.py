"""The Lantern's contributors: profiles cut from black paper before a disc of colour."""

from __future__ import annotations

import math

import numpy as np

from tests.samples.engraving import (
    INK,
    LAMP,
    PAPER,
    Colour,
    Plate,
    Points,
    ellipse,
    noise,
    rings,
    slanting,
    smooth,
)

NIGHT_BLUE, BRICK, VERDIGRIS = (35, 64, 107), (163, 55, 31), (15, 90, 88)


def portrait(head: Points, seed: int, disc: Colour = LAMP, ground: Colour = PAPER) -> Plate:
    """A head in profile, facing left, cut from black paper before a disc of colour."""
    plate, rough = Plate(800, 800, ground=ground), noise(seed)
    plate.engrave(
        rings(400, 390, 9),
        lambda x, y: np.where(
            np.hypot(x - 400, y - 390) > 330, 0.44 + 0.14 * rough(x / 120, y / 120), 0
        ),
        colour=INK if ground == PAPER else PAPER,
    )
    plate.disc(400, 390, 322, disc)
    plate.flat(smooth(head))
    return plate


def coat(plate: Plate, outline: Points, degrees: float, colour: Colour = PAPER) -> None:
    """Hatch a coat, so that it parts from the head."""
    shape = smooth(outline)
    plate.flat(shape)
    plate.engrave(slanting(10, degrees), lambda x, y: 0.3 + 0.0004 * (800 - y), shape, colour)


SHOULDERS = [
    (90, 830),
    (128, 742),
    (230, 690),
    (330, 664),
    (452, 650),
    (560, 690),
    (664, 752),
    (706, 830),
]


def orla_venn() -> Plate:
    """Short bob, straight nose, high collar."""
    plate = portrait(
        [(330, 700), (336, 628), (318, 606), (268, 606), (246, 588), (250, 562), (238, 548), (244, 532),
         (228, 516), (238, 494), (206, 472), (210, 458), (240, 414), (244, 372), (236, 330), (256, 262),
         (318, 196), (420, 172), (520, 204), (578, 290), (586, 400), (590, 510), (572, 560), (520, 576),
         (486, 566), (478, 620), (500, 700)], 3)  # fmt: skip
    coat(plate, SHOULDERS, 62)
    collar = smooth([(316, 650), (400, 672), (502, 640), (512, 700), (410, 738), (312, 712)])
    plate.flat(collar, LAMP)
    plate.rule([*collar, collar[0]], 6)
    fringe = [(254, 352), (300, 330), (360, 332), (420, 352), (452, 420), (462, 520)]
    plate.rule(smooth(fringe, False), 6, LAMP)
    return plate


def hanne_brode() -> Plate:
    """Hair pinned up, round spectacles, strong chin."""
    plate = portrait(
        [(326, 706), (330, 632), (300, 618), (258, 616), (232, 596), (232, 570), (246, 556), (232, 544),
         (240, 526), (226, 512), (238, 490), (196, 478), (194, 462), (232, 410), (240, 366), (240, 318),
         (280, 254), (350, 212), (428, 206), (430, 150), (490, 118), (556, 138), (574, 200), (548, 248),
         (578, 320), (574, 420), (530, 500), (486, 560), (482, 640), (506, 706)], 5, PAPER, NIGHT_BLUE)  # fmt: skip
    coat(plate, SHOULDERS, 118)
    glass = ellipse(262, 420, 40, 40)
    plate.flat(glass, LAMP)
    plate.rule([*glass, glass[0]], 7)
    plate.rule([(302, 414), (440, 396)], 7, PAPER)
    plate.rule(smooth([(280, 300), (380, 262), (470, 262), (540, 286)], False), 4, PAPER)
    plate.rule(smooth([(270, 330), (390, 296), (480, 300), (556, 336)], False), 4, PAPER)
    return plate


def ruel_ondry() -> Plate:
    """A flat cap, a moustache, a scarf."""
    plate = portrait(
        [(330, 706), (334, 646), (300, 640), (262, 630), (244, 608), (248, 586), (236, 572), (246, 562),
         (214, 560), (202, 544), (224, 522), (238, 506), (206, 490), (204, 474), (236, 424), (240, 380), (250, 330),
         (330, 250), (470, 240), (560, 300), (582, 400), (562, 500), (520, 570), (506, 640), (520, 706)], 7,
        BRICK)  # fmt: skip
    coat(plate, SHOULDERS, 78)
    cap = smooth([(150, 356), (214, 330), (262, 262), (360, 206), (480, 204), (580, 262), (614, 340),
                  (592, 372), (480, 344), (340, 344), (240, 366), (168, 372)])  # fmt: skip
    plate.flat(cap)
    plate.engrave(slanting(11, 30), lambda x, y: 0.34 - 0.0007 * (x - 300), cap, PAPER)
    scarf = smooth([(300, 654), (400, 690), (526, 650), (546, 704), (470, 752), (476, 830), (392, 830),
                    (384, 752), (292, 712)])  # fmt: skip
    plate.flat(scarf, PAPER)
    plate.engrave(slanting(14, 40), lambda x, y: 0.5 + 0 * x, scarf, INK)
    plate.rule([*scarf, scarf[0]], 6)
    return plate


def sami_kestrel() -> Plate:
    """A full beard, curls, an open collar."""
    rng = np.random.default_rng(9)
    plate = portrait(
        [(330, 716), (310, 690), (262, 676), (226, 640), (216, 596), (230, 566), (222, 548), (232, 532),
         (222, 514), (232, 494), (184, 474), (188, 456), (232, 410), (242, 362), (244, 310), (300, 230),
         (410, 196), (520, 220), (580, 310), (576, 430), (530, 520), (500, 600), (506, 716)], 11)  # fmt: skip
    for k in range(46):
        t = k / 45
        a = math.radians(206 + 190 * t)
        reach = rng.uniform(0.86, 1.06)
        x, y = 424 + 172 * math.cos(a) * reach, 340 + 158 * math.sin(a) * reach
        plate.disc(x, y, rng.uniform(24, 36))
    for k in range(13):
        a = math.radians(214 + 13 * k)
        x, y = 436 + 142 * math.cos(a), 352 + 124 * math.sin(a)
        plate.rule(ellipse(x, y, 20, 20, 30 * k, 30 * k + 230), 4, LAMP)
    coat(plate, SHOULDERS, 104)
    for lapel in (
        [(330, 664), (300, 712), (372, 748), (398, 690)],
        [(462, 652), (520, 690), (452, 748), (400, 690)],
    ):
        plate.flat(lapel, PAPER)
        plate.rule([*lapel, lapel[0]], 6)
    return plate


def edda_vail() -> Plate:
    """Long plait, a pencil behind the ear."""
    plate = portrait(
        [(332, 706), (336, 634), (316, 612), (266, 612), (242, 594), (246, 568), (234, 554), (240, 538),
         (226, 522), (238, 500), (212, 486), (206, 470), (240, 418), (246, 370), (238, 326), (268, 252),
         (340, 200), (440, 188), (530, 224), (584, 310), (592, 420), (560, 500), (500, 560), (484, 620),
         (500, 706)], 13, PAPER, VERDIGRIS)  # fmt: skip
    coat(plate, SHOULDERS, 70)
    for k in range(7):
        t = k / 6
        x, y = 566 - 30 * math.sin(t * 3), 470 + 292 * t
        plate.flat(ellipse(x - 17, y, 34 - 2 * k, 30), PAPER)
        plate.flat(ellipse(x - 17, y, 30 - 2 * k, 26))
        plate.flat(ellipse(x + 17, y + 20, 34 - 2 * k, 30), PAPER)
        plate.flat(ellipse(x + 17, y + 20, 30 - 2 * k, 26))
    # The pencil behind the ear, point forward.
    plate.flat([(352, 440), (392, 416), (398, 446)], PAPER)
    plate.flat([(392, 416), (640, 372), (646, 402), (398, 446)], LAMP)
    plate.rule([(395, 431), (643, 387)], 3)
    plate.flat([(640, 372), (662, 368), (668, 398), (646, 402)])
    plate.rule(smooth([(268, 300), (380, 250), (480, 262), (566, 340)], False), 4, PAPER)
    plate.rule(smooth([(290, 256), (390, 222), (490, 236), (566, 300)], False), 4, PAPER)
    return plate
