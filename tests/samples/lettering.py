"""Words on a plate, in the two faces of the magazine."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

import masthead
from tests.samples.engraving import INK, Colour, Plate

FONTS = Path(masthead.__file__).parent / "newsstand" / "static" / "newsstand" / "fonts"
FACES = {"text": "piazzolla.woff2", "label": "sofia-sans-extra-condensed.woff2"}
# Letters are cut this much larger and reduced, as polygons are.
LARGER = 4


def letter(
    plate: Plate, words: str, x: float, y: float, size: float, *, face: str = "label",
    weight: int = 600, colour: Colour = INK, stand: str = "start", tracking: float = 0.0, apart: float = 0.0,
    turn: float = 0.0, halo: Colour | None = None, around: float = 0.12,
) -> None:  # fmt: skip
    """Write words with their baseline at `y`, which start, stand in the middle or end at `x`.

    `tracking` between letters and `apart` between words are in parts of the size; a halo clears lines away about the letters.
    """
    cut = _font(face, weight, round(size * plate.scale * LARGER))
    steps = _steps(cut, words, tracking, apart)
    width = steps[-1]
    border = round(cut.size * (around if halo else 0)) + LARGER
    ascent, descent = cut.getmetrics()
    # One canvas for the ink and one for the halo, both centred on the point they turn about.
    pivot = {"start": 0.0, "middle": width / 2, "end": width}[stand]
    reach = max(pivot, width - pivot) + border
    tall = max(ascent, descent) + border
    box = (2 * round(reach), 2 * round(tall))
    px, py = plate._pixel(x, y)
    if halo:
        _stamp(plate, _mask(cut, words, steps, box, pivot, border), px, py, turn, halo)
    _stamp(plate, _mask(cut, words, steps, box, pivot, 0), px, py, turn, colour)


def width_of(
    words: str,
    size: float,
    *,
    face: str = "label",
    weight: int = 600,
    tracking: float = 0.0,
    apart: float = 0.0,
) -> float:
    """How wide the words will be, in the units of their size."""
    cut = _font(face, weight, 400)
    return _steps(cut, words, tracking, apart)[-1] * size / 400


@cache
def _font(face: str, weight: int, pixels: int) -> ImageFont.FreeTypeFont:
    cut = ImageFont.truetype(FONTS / FACES[face], pixels)
    cut.set_variation_by_axes([weight])
    return cut


def _steps(cut: ImageFont.FreeTypeFont, words: str, tracking: float, apart: float) -> list[float]:
    """Where each letter starts, kerned with the one before, and where the last one ends."""
    steps = [0.0]
    for one, other in zip(words, [*words[1:], ""], strict=True):
        advance = cut.getlength(one + other) - (cut.getlength(other) if other else 0)
        room = (tracking if other else 0) + (apart if one == " " else 0)
        steps.append(steps[-1] + advance + room * cut.size)
    return steps


def _mask(
    cut: ImageFont.FreeTypeFont, words: str, steps: list[float], box: tuple[int, int],
    pivot: float, border: int,
) -> Image.Image:  # fmt: skip
    mask = Image.new("L", box)
    draw = ImageDraw.Draw(mask)
    for one, step in zip(words, steps, strict=False):
        draw.text((box[0] / 2 - pivot + step, box[1] / 2), one, 255, cut, "ls", stroke_width=border)
    return mask


def _stamp(
    plate: Plate, mask: Image.Image, px: float, py: float, turn: float, colour: Colour
) -> None:
    if turn:
        mask = mask.rotate(-turn, Image.Resampling.BICUBIC, expand=True)
    left, top = px - mask.width / 2 / LARGER, py - mask.height / 2 / LARGER
    x0, y0 = int(np.floor(left)), int(np.floor(top))
    shift = (round((left - x0) * LARGER), round((top - y0) * LARGER))
    whole = Image.new("L", (_up(mask.width + shift[0]), _up(mask.height + shift[1])))
    whole.paste(mask, shift)
    cover = np.asarray(whole.reduce(LARGER), np.float32) / 255
    tall, wide = plate.pixels.shape[:2]
    rows = slice(max(0, y0), min(tall, y0 + cover.shape[0]))
    columns = slice(max(0, x0), min(wide, x0 + cover.shape[1]))
    if rows.stop <= rows.start or columns.stop <= columns.start:
        return
    part = cover[rows.start - y0 : rows.stop - y0, columns.start - x0 : columns.stop - x0]
    plate._lay((rows, columns), part, colour)


def _up(pixels: int) -> int:
    return -(-pixels // LARGER) * LARGER
