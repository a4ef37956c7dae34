"""Engraving by numbers: the hand in which The Lantern's pictures are drawn.

A `Plate` takes flat inks and engraved lines. A line never fades to grey: it swells and
thins with the tone beneath it, as a burin does, and breaks where the paper should shine.
Lines and tone are functions of the plate's coordinates, so the same numbers give the same
picture at any size.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

INK, LAMP, PAPER = (20, 23, 26), (255, 194, 14), (255, 255, 255)

Field = np.ndarray
Lines = Callable[[Field, Field], Field]
"""Where the lines run: a function that rises by one from each line to the next."""
Tone = Callable[[Field, Field], "Field | float"]
"""How dark it is: 0 leaves the paper alone, 1 closes the lines to solid ink."""
Noise = Callable[["Field | float", "Field | float"], Field]
Colour = tuple[int, int, int]
Points = Sequence[tuple[float, float]]

# Lines thinner than this (in pixels) break off: on paper they would not hold ink.
THINNEST = 0.42
# Polygons are drawn this much larger and reduced, which smooths their edges.
OVERSAMPLING = 4


class Plate:
    """A sheet of `width` by `height` units, drawn at `scale` pixels per unit."""

    def __init__(self, width: int, height: int, scale: float = 1.0, ground: Colour = PAPER):
        """Prepare the plate and cover it with the ground colour."""
        self.width, self.height, self.scale = width, height, scale
        self.inks = [PAPER, INK, ground]
        # Where a unit lands: its origin in pixels, and how far right and down it leads.
        self.origin = (0.0, 0.0)
        self.across, self.down = (scale, 0.0), (0.0, scale)
        shape = (round(height * scale), round(width * scale), 3)
        self.pixels = np.empty(shape, np.float32)
        self.pixels[:] = ground

    def at(
        self, x: float, y: float, size: float = 1.0, turn: float = 0.0, flip: bool = False
    ) -> Plate:
        """The same sheet measured from another point, larger or smaller, turned or mirrored.

        What is drawn on the part lands on the whole, so a thing drawn about (0, 0) can stand
        anywhere.
        """
        c, s = size * math.cos(math.radians(turn)), size * math.sin(math.radians(turn))
        part = copy.copy(self)
        part.origin = self._pixel(x, y)
        (a, b), (d, e) = self.across, self.down
        part.across, part.down = (a * c + d * s, b * c + e * s), (d * c - a * s, e * c - b * s)
        if flip:
            part.across = (-part.across[0], -part.across[1])
        part.scale = self.scale * size
        return part

    def cut(
        self, shape: Points, lines: Lines, tone: Tone, edge: float = 4, ground: Colour = PAPER,
        ink: Colour = INK,
    ) -> None:  # fmt: skip
        """Clear a shape, engrave it and draw its outline."""
        self.flat(shape, ground)
        self.engrave(lines, tone, shape, ink)
        self.outline(shape, edge, ink)

    def outline(self, points: Points, width: float = 4, colour: Colour = INK) -> None:
        """Draw an even line round a polygon."""
        if len(points) > 24:
            self.rule([*points, points[0], points[1]], width, colour)
            return
        # Few points have sharp corners: edge by edge, each reaching half a width further.
        for (x0, y0), (x1, y1) in zip(points, [*points[1:], points[0]], strict=True):
            far = 2 * (math.hypot(x1 - x0, y1 - y0) or 1) / width
            dx, dy = (x1 - x0) / far, (y1 - y0) / far
            self.rule([(x0 - dx, y0 - dy), (x1 + dx, y1 + dy)], width, colour)

    def flat(self, points: Points, colour: Colour = INK) -> None:
        """Fill a polygon with one ink."""
        window, cover = self._cover(points)
        self._lay(window, cover, colour)

    def disc(self, x: float, y: float, radius: float, colour: Colour = INK) -> None:
        """Fill a circle with one ink."""
        self.flat(ellipse(x, y, radius, radius), colour)

    def rule(self, points: Points, width: float, colour: Colour = INK) -> None:
        """Draw an even line through the points."""
        self.flat(ribbon(points, width), colour)

    def engrave(
        self, lines: Lines, tone: Tone, within: Points | None = None, colour: Colour = INK
    ) -> None:
        """Cut lines that swell with the tone, all over or inside a polygon."""
        window, cover = self._cover(within) if within is not None else self._all()
        if cover.shape[0] < 3 or cover.shape[1] < 3:
            return
        rows, columns = window
        y, x = np.mgrid[rows, columns].astype(np.float32)
        x, y = self._units(x + 0.5, y + 0.5)
        phase = lines(x, y)
        slope = np.maximum(np.hypot(*np.gradient(phase)), 1e-4)
        off_line = np.abs(phase - np.round(phase)) / slope
        half = np.clip(tone(x, y), 0, 1) / (2 * slope)
        cut = np.clip(half - off_line + 0.5, 0, 1) * np.clip((2 * half - THINNEST) * 4, 0, 1)
        self._lay(window, cover * cut, colour)

    def save(self, path: Path) -> None:
        """Write a PNG of few colours: the inks and the steps between them."""
        shades = np.clip(self.pixels + 0.5, 0, 255).astype(np.uint32)
        packed = shades[..., 0] << 16 | shades[..., 1] << 8 | shades[..., 2]
        seen, places = np.unique(packed, return_inverse=True)
        palette = _palette(self.inks)
        nearest = _nearest(np.stack([seen >> 16, seen >> 8 & 255, seen & 255], 1), palette)
        image = Image.fromarray(nearest[places.reshape(packed.shape)].astype(np.uint8), "P")
        image.putpalette([channel for colour in palette for channel in colour])
        image.save(path, optimize=True)

    def _cover(self, points: Points) -> tuple[tuple[slice, slice], Field]:
        """Return the window that holds a polygon, and how much of each pixel it covers."""
        tall, wide = self.pixels.shape[:2]
        xs, ys = zip(*(self._pixel(x, y) for x, y in points), strict=True)
        left, right = (max(0, math.floor(min(xs))), min(wide, math.ceil(max(xs)) + 1))
        top, bottom = (max(0, math.floor(min(ys))), min(tall, math.ceil(max(ys)) + 1))
        if right <= left or bottom <= top:
            return (slice(0, 0), slice(0, 0)), np.zeros((0, 0), np.float32)
        size = ((right - left) * OVERSAMPLING, (bottom - top) * OVERSAMPLING)
        mask = Image.new("L", size)
        corners = [
            ((x - left) * OVERSAMPLING, (y - top) * OVERSAMPLING)
            for x, y in zip(xs, ys, strict=True)
        ]
        ImageDraw.Draw(mask).polygon(corners, fill=255)
        cover = np.asarray(mask.reduce(OVERSAMPLING), np.float32) / 255
        return (slice(top, bottom), slice(left, right)), cover

    def _all(self) -> tuple[tuple[slice, slice], Field]:
        tall, wide = self.pixels.shape[:2]
        return (slice(0, tall), slice(0, wide)), np.ones((tall, wide), np.float32)

    def _pixel(self, x: float, y: float) -> tuple[float, float]:
        (a, b), (c, d) = self.across, self.down
        return self.origin[0] + a * x + c * y, self.origin[1] + b * x + d * y

    def _units(self, x: Field, y: Field) -> tuple[Field, Field]:
        (a, b), (c, d) = self.across, self.down
        x, y, area = x - self.origin[0], y - self.origin[1], a * d - b * c
        return (d * x - c * y) / area, (a * y - b * x) / area

    def _lay(self, window: tuple[slice, slice], cover: Field, colour: Colour) -> None:
        if colour not in self.inks:
            self.inks.append(colour)
        part = self.pixels[window]
        part += cover[..., None] * (np.array(colour, np.float32) - part)


def _palette(inks: Sequence[Colour], steps: int = 4) -> list[Colour]:
    """All the inks and even steps between each two."""
    inks = list(dict.fromkeys(inks))
    colours = list(inks)
    for i, one in enumerate(inks):
        for other in inks[i + 1 :]:
            for k in range(1, steps):
                t = k / steps
                colours.append(
                    tuple(round(a + (b - a) * t) for a, b in zip(one, other, strict=True))
                )
    # A palette of more than sixteen takes a byte a pixel, which packs smaller than half a byte.
    return colours + [INK] * (17 - len(colours))


def _nearest(shades: Field, palette: list[Colour]) -> Field:
    """Which colour of the palette each shade becomes; a wrong hue counts thrice a wrong light."""

    def seen(colours: Field) -> Field:
        light = colours @ np.array([0.3, 0.59, 0.11])
        return np.column_stack([light, 3 * (colours - light[:, None])])

    ours, theirs = seen(np.asarray(palette, float)), seen(shades.astype(float))
    distances = ((theirs[:, None] - ours[None]) ** 2).sum(2)
    return distances.argmin(1)


# --- Fields -------------------------------------------------------------------


def noise(seed: int) -> Noise:
    """Smooth noise in two dimensions, about -1 to 1; the same seed, the same noise."""
    table = np.random.default_rng(seed).uniform(-1, 1, (64, 64)).astype(np.float32)

    def layer(x: Field, y: Field) -> Field:
        x, y = np.broadcast_arrays(np.asarray(x, np.float32), np.asarray(y, np.float32))
        i, j = np.floor(x).astype(int), np.floor(y).astype(int)
        u, v = x - i, y - j
        u, v = u * u * (3 - 2 * u), v * v * (3 - 2 * v)
        i, j, right, below = i % 64, j % 64, (i + 1) % 64, (j + 1) % 64
        above_mean = table[j, i] + (table[j, right] - table[j, i]) * u
        below_mean = table[below, i] + (table[below, right] - table[below, i]) * u
        return above_mean * (1 - v) + below_mean * v

    return lambda x, y: layer(x, y) * 0.65 + layer(x * 2.1 + 9, y * 2.1 + 4) * 0.35


def level(gap: float, bend: Lines | None = None) -> Lines:
    """Level lines, `gap` units apart, bent up or down by `bend`."""
    if bend is None:
        return lambda _, y: y / gap
    return lambda x, y: (y + bend(x, y)) / gap


def slanting(gap: float, degrees: float) -> Lines:
    """Straight lines at an angle; 0 is level, 90 upright."""
    a = math.radians(degrees)
    return lambda x, y: (y * math.cos(a) - x * math.sin(a)) / gap


def rings(cx: float, cy: float, gap: float, squash: float = 1.0) -> Lines:
    """Circles about a point; `squash` flattens them as in perspective."""
    return lambda x, y: np.hypot(x - cx, (y - cy) / squash) / gap


def receding(top: float, bottom: float, first: float, last: float, seed: int) -> Lines:
    """Waves: lines that draw apart towards the viewer, unsettled by a chop."""
    chop, growth = noise(seed), (last - first) / first

    def lines(x: Field, y: Field) -> Field:
        t = np.clip((y - top) / (bottom - top), 0, 1.2)
        k = (bottom - top) / (last - first) * np.log1p(growth * t)
        return k + 0.62 * chop(x / (40 + 130 * t), k * 0.71)

    return lines


def bump(x: Field, y: Field, cx: float, cy: float, rx: float, ry: float) -> Field:
    """A soft hill of height one."""
    return np.exp(-(((x - cx) / rx) ** 2) - ((y - cy) / ry) ** 2)


# --- Shapes -------------------------------------------------------------------


def ellipse(
    cx: float, cy: float, rx: float, ry: float, start: float = 0, end: float = 360, n: int = 120
) -> list[tuple[float, float]]:
    """Points on an ellipse, clockwise from the right, between two angles in degrees."""
    angles = [math.radians(start + (end - start) * k / n) for k in range(n + 1)]
    return [(cx + rx * math.cos(a), cy + ry * math.sin(a)) for a in angles]


def smooth(points: Points, closed: bool = True, n: int = 10) -> list[tuple[float, float]]:
    """A curve through all the points (Catmull and Rom)."""
    count = len(points)
    out = []
    for k in range(count if closed else count - 1):
        if closed:
            p0, p1, p2, p3 = (points[(k + d) % count] for d in (-1, 0, 1, 2))
        else:
            p0, p1, p2, p3 = (points[min(max(k + d, 0), count - 1)] for d in (-1, 0, 1, 2))
        for s in range(n):
            t = s / n
            out.append(
                tuple(
                    0.5
                    * (
                        2 * b
                        + (c - a) * t
                        + (2 * a - 5 * b + 4 * c - d) * t * t
                        + (3 * b - a - 3 * c + d) * t**3
                    )
                    for a, b, c, d in zip(p0, p1, p2, p3, strict=True)
                )
            )
    if not closed:
        out.append(tuple(points[-1]))
    return out


def ribbon(points: Points, width: float) -> list[tuple[float, float]]:
    """The outline of a line of even width."""
    edge, back = [], []
    for k, (x, y) in enumerate(points):
        x0, y0 = points[max(k - 1, 0)]
        x1, y1 = points[min(k + 1, len(points) - 1)]
        length = math.hypot(x1 - x0, y1 - y0) or 1
        nx, ny = -(y1 - y0) / length * width / 2, (x1 - x0) / length * width / 2
        edge.append((x + nx, y + ny))
        back.append((x - nx, y - ny))
    return edge + back[::-1]


def box(left: float, top: float, right: float, bottom: float) -> list[tuple[float, float]]:
    """The corners of an upright rectangle."""
    return [(left, top), (right, top), (right, bottom), (left, bottom)]
