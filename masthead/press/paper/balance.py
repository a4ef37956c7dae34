"""Columns of equal height on the last page of an article.

The engine fills one column after another, and leaves the last page of an article lopsided. We
have it keep room free at the foot of that page, as much as there is to spare, and look whether
everything still stands on it; where it does not, there was less to spare.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from masthead.press.paper import type_area
from masthead.press.paper.insertions import Pages

MOST_PASSES = 6
LEAST_LINES = 4
"""A column of fewer is not worth the room: a tail so short is the editor's to mend."""


@dataclass
class Attempt:
    """How many lines the last page of one article is shortened by, in this pass."""

    lines: int
    step: int = 1

    def less(self) -> None:
        """Shorten by less in the next pass."""
        self.lines = max(0, self.lines - self.step)
        self.step *= 2


def first_attempts(values: Mapping[str, Any], pages: Pages) -> dict[str, Attempt]:
    """Return how many lines there are to spare on the last page of each article, by its key.

    It may be too many, as where a picture takes part of a column that is still empty.

    Args:
        values: what was set.
        pages: what came of it without any attempt.
    """
    line = values["tokens"]["baseline"]["paper"]
    articles = {one["id"]: one for one in [*values["before"], *values["articles"]]}
    crowded = {place.page for place in pages.places}
    found = {}
    for end in pages.ends:
        article, area = articles[end.article], type_area.of(values, end.page)
        columns = article["layout"]["columns"]
        column = area.column_at(end.x, columns)
        empty = column if article["direction"] == "rtl" else columns - 1 - column
        lines = int((empty * area.height + area.bottom - end.y) / columns / line)
        least = area.height / line - LEAST_LINES
        if 0 < lines <= least and end.page not in crowded:
            found[end.article] = Attempt(lines)
    return found


def refused(before: Pages, pages: Pages, attempts: Mapping[str, Attempt]) -> list[str]:
    """Return the articles that have attempts to take back.

    They no longer end where they did, or a picture of theirs became smaller to fit.

    Args:
        before: what came of no attempt.
        pages: what came of these.
        attempts: by the article's key.
    """
    stood, now = _standing(before), _standing(pages)
    return [key for key, one in attempts.items() if one.lines and stood[key] != now[key]]


def _standing(pages: Pages) -> dict[str, tuple[int, int, list[float]]]:
    """Return how many pages on an article ends and the next thing begins, and its pictures' heights."""
    begins = sorted({*pages.articles.values(), pages.count + 1})
    found = {}
    for end in pages.ends:
        first = pages.articles[end.article]
        following = next(page for page in begins if page > end.page)
        heights = sorted(high for page, high in pages.pictures if first <= page < following)
        found[end.article] = (end.page - first, following - first, heights)
    return found
