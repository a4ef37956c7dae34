"""How one recording runs along another: for each piece of the first, where in the second it is heard.

Dynamic time warping (Sakoe and Chiba, 1978). First roughly over the whole, then finely along what was
found, so that an hour needs little more memory than a minute. The second may begin and end with
something that the first has not, such as a few words of welcome.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from masthead.press.speech.features import HOP, Floats, coarser

Places = NDArray[np.int64]

ROUGH = 8
"""Pieces that are taken as one at first: a fifth of a second."""
ASTRAY = 0.15
"""The share of a recording by which another may run ahead or behind."""
ASTRAY_SECONDS = 25.0
"""The least of that: a welcome may go before."""
BESIDE_SECONDS = 1.5
"""How far beside the rough way the fine one is looked for."""
MOST_CELLS = 60_000_000
"""What is looked at roughly, at most: as many bytes. A long recording gets a narrower way."""

SKIPPING = 0.2
"""What a piece costs that is skipped at either end, as a share of what unlike ones cost. Were it nothing,
all of the first would be pressed into the likest moment of the second."""

DIAGONAL, DOWN, RIGHT = 0, 1, 2


@dataclass(frozen=True)
class Way:
    """For each piece of the first recording the pieces of the second that are heard meanwhile."""

    first: Places
    last: Places
    apart: Floats
    """How unlike they are, on average, for each piece of the first."""

    @property
    def cost(self) -> float:
        """Return how unlike both are over all of it."""
        return float(self.apart.mean())


def along(one: Floats, other: Floats) -> Way:
    """Return how one runs along the other."""
    rough_one, rough_other = coarser(one, ROUGH), coarser(other, ROUGH)
    astray = max(ASTRAY_SECONDS / HOP / ROUGH, ASTRAY * max(len(rough_one), len(rough_other)))
    reach = int(max(32, min(astray, MOST_CELLS / (2 * len(rough_one)))))
    middle = (np.arange(len(rough_one)) * len(rough_other) / len(rough_one)).astype(np.int64)
    rough = _way(rough_one, rough_other, *_within(middle - reach, middle + reach, len(rough_other)))
    beside = round(BESIDE_SECONDS / HOP)
    # Each row looks as far as its neighbours have been, so that no row stands alone.
    rows = np.minimum(np.arange(len(one)) // ROUGH, len(rough_one) - 1)
    low = rough.first[np.maximum(rows - 1, 0)] * ROUGH - beside
    high = (rough.last[np.minimum(rows + 1, len(rough_one) - 1)] + 1) * ROUGH + beside
    return _way(one, other, *_within(low, high, len(other)))


def _within(low: Places, high: Places, length: int) -> tuple[Places, Places]:
    """Return where each row begins and ends: never empty, and never going back."""
    low = np.clip(np.maximum.accumulate(low), 0, length - 1)
    high = np.clip(np.maximum.accumulate(high), low + 1, length)
    return low, high


def _way(one: Floats, other: Floats, low: Places, high: Places) -> Way:
    """Return the best way through what lies between `low` and `high` of each row."""
    squares = (other**2).sum(1)
    # Two pieces that have nothing to do with each other are so far apart.
    skipping = SKIPPING * float(np.sqrt(one.var(0).sum() + other.var(0).sum()))
    backs: list[NDArray[np.int8]] = []
    before, begun = np.zeros(0), 0
    for row, (left, right) in enumerate(zip(low, high, strict=True)):
        here = other[left:right]
        unlike = np.sqrt(
            np.maximum(0, (one[row] ** 2).sum() + squares[left:right] - 2 * here @ one[row])
        )
        if row == 0:
            # It may begin later: what the other says before costs little, but it does cost.
            total = unlike + skipping * np.arange(left, right)
            back = np.full(len(unlike), DOWN, np.int8)
        else:
            down = _taken(before, begun, left, right)
            diagonal = _taken(before, begun, left - 1, right - 1)
            best, back = np.minimum(down, diagonal), np.where(diagonal <= down, DIAGONAL, DOWN)
            # To the right: each is the least of its own and of the one before, plus what it costs.
            # Less what all before have cost together, that is a running minimum.
            so_far = np.cumsum(unlike)
            entered = best - np.concatenate([[0.0], so_far[:-1]])
            least = np.minimum.accumulate(entered)
            total = least + so_far
            back = np.where(least < entered, RIGHT, back).astype(np.int8)
        backs.append(back)
        before, begun = total, int(left)
    # And end earlier.
    ends = before + skipping * (len(other) - 1 - np.arange(begun, begun + len(before)))
    rows, places = _walked(backs, low, int(np.argmin(ends)) + begun)
    # Reckoned once more along the way alone: to keep all that was looked at would take much memory.
    unlike = np.sqrt(((one[rows] - other[places]) ** 2).sum(1))
    steps = np.bincount(rows)
    last = np.cumsum(steps) - 1
    return Way(places[last - steps + 1], places[last], np.bincount(rows, unlike) / steps)


def _taken(row: Floats, begun: int, left: int, right: int) -> Floats:
    """Return a stretch of the row before; where it has nothing there is no way."""
    taken = np.full(right - left, np.inf)
    first, last = max(left, begun), min(right, begun + len(row))
    if first < last:
        taken[first - left : last - left] = row[first - begun : last - begun]
    return taken


def _walked(backs: list[NDArray[np.int8]], low: Places, end: int) -> tuple[Places, Places]:
    """Return the rows and places of the way that ends best, from its beginning on."""
    rows, places = [], []
    row, place = len(backs) - 1, end
    while row >= 0:
        rows.append(row)
        places.append(place)
        how = backs[row][place - int(low[row])]
        if how == RIGHT:
            place -= 1
            continue
        row -= 1
        place -= how == DIAGONAL
    return np.array(rows[::-1], np.int64), np.array(places[::-1], np.int64)
