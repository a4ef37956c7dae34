"""How evenly a PDF is set: the spaces between words in justified lines, and runs of hyphens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import pypdfium2
from pypdfium2 import raw

LOOSE = 0.5
"""Of an em: a mean space wider than this makes a hole in the column."""


@dataclass(frozen=True)
class Line:
    """A line of body text: where it is, and the mean space between its words, in em."""

    page: int
    left: float
    right: float
    baseline: float
    space: float
    hyphenated: bool


@dataclass(frozen=True)
class Evenness:
    """What the lines of one file come to."""

    lines: int
    mean: float
    loose: float
    """The share of loose lines."""
    longest_run: int
    """Of hyphens, one below the other."""


def of(pdf: Path, size: float, scale: float = 1) -> Evenness:
    """Return how evenly the justified lines of a size, in points, are set.

    `scale` is how many points a unit of the file's writer has, if that is something else.
    """
    full = [line for line in _full(list(_lines(pdf, size, scale))) if line.space]
    run = longest = 0
    for line in full:
        run = run + 1 if line.hyphenated else 0
        longest = max(longest, run)
    spaces = [line.space for line in full]
    loose = sum(space > LOOSE for space in spaces) / len(spaces)
    return Evenness(len(full), fmean(spaces), loose, longest)


def _full(lines: list[Line]) -> list[Line]:
    """Return those that reach the right edge of their column, as all but last lines do."""
    edges = Counter((line.page % 2, round(line.right)) for line in lines)
    wide = Counter(round(line.right - line.left) for line in lines).most_common(1)[0][0]
    return [
        line
        for line in lines
        if edges[line.page % 2, round(line.right)] > 20 and line.right - line.left > 0.8 * wide
    ]


def _lines(pdf: Path, size: float, scale: float) -> Iterator[Line]:
    document = pypdfium2.PdfDocument(str(pdf))
    for number, page in enumerate(document):
        text = page.get_textpage()
        row: list[tuple[str, float, float, float]] = []
        for at in range(text.count_chars()):
            letter = chr(raw.FPDFText_GetUnicode(text.raw, at))
            if abs(raw.FPDFText_GetFontSize(text.raw, at) * scale - size) > 0.05:
                continue
            left, _bottom, right, _top = text.get_charbox(at, loose=True)
            x, y = raw.c_double(), raw.c_double()
            raw.FPDFText_GetCharOrigin(text.raw, at, x, y)
            if row and (abs(row[-1][3] - y.value) > 1 or left < row[-1][1] - 1):
                yield from _line(number, row, size)
                row = []
            row.append((letter, left, right, y.value))
        yield from _line(number, row, size)
    document.close()


def _line(page: int, row: list[tuple[str, float, float, float]], size: float) -> Iterator[Line]:
    words = [one for one in row if not one[0].isspace()]
    if len(words) < 20:
        return
    spaces = []
    previous = None
    for letter, left, right, _y in row:
        if letter.isspace():
            continue
        if previous is not None and left - previous > 0.12 * size:
            spaces.append((left - previous) / size)
        previous = right
    hyphenated = words[-1][0] in "-\u00ad\u2010\x02\ufffe"
    mean = fmean(spaces) if spaces else 0
    yield Line(page, words[0][1], words[-1][2], words[0][3], mean, hyphenated)
