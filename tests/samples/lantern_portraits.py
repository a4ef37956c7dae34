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


def claire_vasseur() -> Plate:
    """Hair to the shoulders with a parting, an ear-ring, a high jersey in stripes."""
    plate = portrait(
        [(328, 706), (332, 640), (312, 616), (266, 614), (248, 594), (252, 570), (240, 556), (248, 540),
         (234, 524), (242, 504), (208, 486), (212, 470), (244, 420), (250, 376), (244, 330), (270, 256),
         (340, 200), (440, 184), (540, 220), (598, 310), (612, 430), (606, 560), (622, 650), (586, 676),
         (540, 640), (520, 560), (500, 620), (506, 706)], 15, PAPER, BRICK)  # fmt: skip
    coat(plate, SHOULDERS, 0)
    collar = smooth([(318, 628), (400, 648), (500, 622), (516, 704), (410, 738), (308, 708)])
    plate.flat(collar)
    plate.rule([*collar, collar[0]], 8, PAPER)
    for points in (
        [(276, 336), (320, 262), (420, 224), (520, 262), (566, 360), (570, 500), (586, 620)],
        [(300, 352), (346, 290), (420, 262), (490, 300), (528, 390), (534, 520), (556, 620)],
    ):
        plate.rule(smooth(points, False), 4, PAPER)
    plate.disc(428, 528, 22, PAPER)
    plate.disc(428, 528, 17, LAMP)
    plate.rule([(428, 490), (428, 512)], 4, PAPER)
    return plate


def nadir_halabi() -> Plate:
    """A short beard, thick hair brushed back, a scarf against the wind of the quay."""
    plate = portrait(
        [(330, 716), (318, 672), (280, 664), (244, 640), (232, 604), (242, 580), (232, 562), (242, 546),
         (228, 530), (236, 508), (188, 486), (186, 466), (226, 420), (240, 378), (238, 322), (262, 262),
         (330, 214), (420, 196), (520, 214), (580, 276), (596, 370), (570, 470), (530, 540), (508, 620), (508, 716)],
        17, VERDIGRIS)  # fmt: skip
    # The beard is cut with a burin of its own, and the hair runs back in waves.
    beard = smooth([(236, 566), (300, 560), (352, 540), (388, 480), (410, 486), (402, 560), (366, 632), (300, 664), (250, 640), (236, 604)])  # fmt: skip
    plate.engrave(slanting(9, 66), lambda x, y: 0.4 + 0 * x, beard, PAPER)
    plate.rule(smooth([(222, 552), (262, 548), (300, 556)], False), 4, PAPER)
    for k in range(4):
        d = 30 * k
        wave = [(262 + 0.3 * d, 300 + d), (350, 252 + d), (450, 246 + d), (566 - 0.2 * d, 300 + d)]
        plate.rule(smooth(wave, False), 4, PAPER)
    coat(plate, SHOULDERS, 116)
    scarf = smooth(
        [
            (300, 642),
            (400, 676),
            (524, 634),
            (556, 700),
            (520, 752),
            (420, 760),
            (310, 738),
            (280, 690),
        ]
    )
    plate.flat(scarf, PAPER)
    plate.engrave(
        lambda x, y: (y + 0.2 * x + 14 * np.sin(x / 50)) / 15, lambda x, y: 0.42 + 0 * x, scarf
    )
    plate.rule([*scarf, scarf[0]], 6)
    end = smooth([(470, 736), (540, 720), (570, 830), (486, 830)])
    plate.flat(end, LAMP)
    plate.rule([*end, end[0]], 6)
    return plate


def tove_marsh() -> Plate:
    """Cropped hair, an instrument maker's loupe pushed up on the forehead."""
    plate = portrait(
        [(326, 706), (332, 636), (306, 618), (262, 614), (240, 592), (246, 568), (234, 554), (242, 538),
         (226, 522), (238, 500), (204, 480), (206, 464), (240, 416), (246, 372), (250, 312), (300, 236),
         (380, 200), (470, 196), (548, 240), (580, 330), (572, 430), (536, 500), (500, 560), (490, 630),
         (506, 706)], 19, NIGHT_BLUE)  # fmt: skip
    # The cropped side of the head: short strokes.
    side = smooth(
        [(420, 380), (480, 350), (562, 360), (566, 430), (530, 500), (480, 530), (440, 470)]
    )
    plate.engrave(slanting(10, 60), lambda x, y: 0.4 + 0 * x, side, PAPER)
    plate.rule(smooth([(256, 318), (340, 276), (450, 268), (560, 316)], False), 30, PAPER)
    plate.rule(smooth([(256, 318), (340, 276), (450, 268), (560, 316)], False), 20)
    tube = [(258, 226), (310, 330), (258, 352), (196, 262)]
    plate.flat(tube, PAPER)
    plate.engrave(slanting(9, -28), lambda x, y: 0.5 + 0 * x, tube)
    plate.rule([*tube, tube[0], tube[1]], 8)
    lens = ellipse(0, 0, 38, 18)
    turned_lens = [(226 + x * 0.86 + y * 0.5, 243 - x * 0.5 + y * 0.86) for x, y in lens]
    plate.flat(turned_lens, LAMP)
    plate.rule([*turned_lens, turned_lens[0]], 7)
    coat(plate, SHOULDERS, 90)
    for lapel in (
        [(330, 660), (300, 742), (398, 760), (402, 690)],
        [(470, 650), (520, 742), (412, 760), (402, 690)],
    ):
        plate.flat(lapel)
        plate.rule([*lapel, lapel[0]], 6, PAPER)
    return plate
