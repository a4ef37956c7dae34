"""Two advertisements that The Lantern carries: a roaster and a mender of umbrellas."""

from __future__ import annotations

import numpy as np

from tests.samples.engraving import INK, LAMP, PAPER, Plate, box, bump, ellipse, noise, receding
from tests.samples.lantern_things import coffee_cup, coffee_pot, umbrella
from tests.samples.lettering import letter

WIDE, TALL, SHORT = 1440, 720, 480
SCALE = 1.0


def roaster() -> Plate:
    """A pot and two cups on a counter, the lamp behind them; the name stands to the right."""
    plate, rough = Plate(WIDE, TALL, SCALE), noise(611)
    plate.engrave(
        lambda x, y: np.hypot(x - 430, y - 330) / 9,
        lambda x, y: 0.42 - 0.5 * bump(x, y, 430, 330, 420, 360) + 0.1 * rough(x / 200, y / 60),
        box(0, 0, 860, 590),
    )
    plate.disc(430, 330, 236, PAPER)
    plate.disc(430, 330, 224, LAMP)
    plate.rule(ellipse(430, 330, 224, 224), 5)
    counter = box(-20, 590, 860, TALL + 20)
    plate.flat(counter, PAPER)
    grain = receding(560, 780, 9, 22, 4)
    plate.engrave(grain, lambda x, y: 0.5 + 0.3 * rough(x / 120, y / 14), counter)
    plate.rule([(0, 590), (860, 590)], 6)
    coffee_pot(plate.at(440, 640, 0.86))
    coffee_cup(plate.at(170, 668, 0.9))
    coffee_cup(plate.at(700, 672, 0.9))
    plate.rule([(860, 0), (860, TALL)], 6)
    letter(plate, "Averell Roast", 920, 250, 76, face="text", weight=900)
    letter(plate, "Beans from the quay,", 922, 350, 58, weight=500)
    letter(plate, "roasted before it is light.", 922, 416, 58, weight=500)
    plate.flat(box(922, 470, 1040, 494), LAMP)
    letter(plate, "14 Rope Walk, Port Averell", 922, 600, 46, weight=600)
    plate.rule(box(3, 3, WIDE - 3, TALL - 3), 6)
    return plate


def mender() -> Plate:
    """An umbrella with one new panel, and the rain that it keeps off."""
    plate, rough = Plate(WIDE, SHORT, SCALE), noise(612)
    plate.engrave(
        lambda x, y: (x * 0.94 - y * 0.34) / 11,
        lambda x, y: 0.34 + 0.3 * rough(x / 26, y / 120) - 0.9 * bump(x, y, 330, 330, 330, 250),
        box(0, 0, 660, SHORT),
    )
    umbrella(plate.at(330, 470, 0.66), lit=2)
    plate.flat(box(660, 0, WIDE, SHORT), INK)
    letter(plate, "Brack & Daughter", 720, 190, 80, face="text", weight=900, colour=PAPER)
    letter(plate, "mend umbrellas.", 720, 270, 80, face="text", weight=900, colour=LAMP)
    letter(plate, "One panel, one rib, or all of it.", 722, 388, 54, weight=500, colour=PAPER)
    return plate
