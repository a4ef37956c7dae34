"""People seen from some way off: a hundred units high, standing on (0, 0), facing left."""

from __future__ import annotations

from tests.samples.engraving import (
    INK,
    LAMP,
    PAPER,
    Colour,
    Plate,
    Points,
    ellipse,
    slanting,
    smooth,
)

HATS = ("bowler", "bare", "beret", "tall", "bun", "cap")


def person(
    plate: Plate, hat: str = "bowler", *, skirt: bool = False, bag: bool = False,
    coat: Colour = PAPER, halo: Colour | None = PAPER, tone: float = 1.0, step: float = 0.0,
    degrees: float = 70,
) -> None:  # fmt: skip
    """Somebody standing in a coat of some tone, or walking if there is a `step`."""
    legs = _legs(skirt, step)
    head = smooth([(0, -100), (-4.5, -98.5), (-6, -94.5), (-8, -91.5), (-6.2, -90.3), (-5.8, -87.6), (-3, -86),
                   (-1.5, -83.5), (3.4, -83.5), (5.4, -89), (6, -95), (3.6, -99)])  # fmt: skip
    body = _body(skirt)
    shapes = [*legs, body, head, *_hat(hat)]
    if bag:
        shapes.append([(-21, -36), (-5, -37), (-4, -22), (-20, -20.5)])
    if halo is not None:
        for shape in shapes:
            plate.outline(shape, 3, halo)
    for shape in shapes:
        plate.flat(shape)
    if tone < 1:
        plate.cut(body, slanting(2.6, degrees), lambda x, y: tone + 0.012 * x, 1.5, coat)
    sleeve = smooth([(5, -78), (7, -66), (5, -52), (0, -43)], False)
    plate.rule(sleeve, 1.3, PAPER if tone == 1 else INK)
    if bag:
        plate.rule(smooth([(-16, -36), (-13, -42), (-9, -37)], False), 1.6)


def _body(skirt: bool) -> Points:
    if skirt:
        return smooth([(-3, -84.5), (-9, -80), (-11, -70), (-8.5, -60), (-10, -48), (-14, -26), (-16, -14),
                       (0, -11.5), (16, -14), (12, -34), (8.5, -56), (11, -68), (9.5, -80), (3.5, -84.5)])  # fmt: skip
    return smooth([(-3, -84.5), (-10.5, -80), (-12.5, -70), (-12, -56), (-11, -46), (-12.5, -34), (-13, -26),
                   (0, -24.5), (13, -26), (12, -40), (12.5, -54), (13.5, -68), (11, -80), (3.5, -84.5)])  # fmt: skip


def _legs(skirt: bool, step: float) -> list[Points]:
    top = -14 if skirt else -28
    out = []
    for hip, x in ((-4.4, -4.4 - step), (4.6, 4.6 + step)):
        out.append([(hip - 3.6, top), (hip + 3.6, top), (x + 2.8, -2.6), (x + 2.8, 0), (x - 6.4, 0), (x - 6.4, -1.6), (x - 2.4, -3.4)])  # fmt: skip
    return out


def _hat(hat: str) -> list[Points]:
    brim = [(10, -95.4), (10, -93.6), (-11, -93.6), (-11, -95.4)]
    if hat == "bowler":
        return [[*ellipse(-0.5, -95, 7, 7.6, 180, 360, 20), *brim]]
    if hat == "tall":
        return [[(-7, -95.4), (-6.4, -109), (5.8, -109), (6.4, -95.4), *brim]]
    if hat == "beret":
        return [smooth([(-10, -96), (-5, -101), (2, -103), (9, -100), (8.4, -95.4), (0, -95.4)]), ellipse(1, -103, 1.4, 1.4)]  # fmt: skip
    if hat == "bun":
        return [smooth([(-6, -95), (-4, -100), (2, -101.6), (7, -98), (7.4, -90), (3.6, -88.6), (1, -95)]), ellipse(7.4, -98, 3.8, 3.8)]  # fmt: skip
    if hat == "cap":
        return [smooth([(-12, -94), (-8, -96), (-4, -101), (3, -101.6), (7.4, -97), (6.6, -93.6), (-3, -95)])]  # fmt: skip
    if hat == "kerchief":
        return [smooth([(-5, -97), (-1, -101.6), (5, -100), (8, -92), (6.6, -84), (9, -79), (2, -82), (0.6, -94)])]  # fmt: skip
    return []


def lantern_bearer(plate: Plate, lit: Colour = LAMP) -> None:
    """Somebody walking with a lamp held out in front."""
    person(plate, "kerchief", skirt=True, step=3)
    arm = smooth([(-4, -74), (-13, -64), (-24, -62)], False)
    plate.rule(arm, 8, PAPER)
    plate.rule(arm, 5)
    plate.rule([(-24, -62), (-24, -54)], 1.6)
    plate.disc(-24, -46, 11, PAPER)
    plate.disc(-24, -46, 8.4, lit)
    plate.rule(ellipse(-24, -46, 8.4, 8.4), 2)
