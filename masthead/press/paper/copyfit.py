"""How the articles of an issue fill their pages: where each begins and how its last page looks.

An editor needs to know of a tail of three lines on a page of its own, and of half a page that
stays white, before the printer does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from masthead.press.paper import pdfium, type_area

_IMAGE = 3
"""What PDFium calls an object of a page that is a picture (FPDF_PAGEOBJ_IMAGE)."""


NONE: Mapping[int, str] = MappingProxyType({})


@dataclass(frozen=True)
class Fit:
    """One article on its pages, counted from the cover as 1."""

    key: str
    headline: str
    first: int
    last: int
    filled: int
    """How much of the last page's columns is used, in per cent."""
    pages: tuple[int, ...] = ()
    """Those of its pages on which words of its own stand: others may be let in between."""


def of(values: Mapping[str, Any], pdf: Path, taken: Mapping[int, str] = NONE) -> list[Fit]:
    """Return how each article fills its pages, in their order.

    Args:
        values: what was set.
        pdf: what came of it, with the bookmarks that the typesetter makes of headlines.
        taken: what others supply for a page, by the page; empty for a page that stays blank.
    """
    with pdfium.opened(pdf) as document:
        starts = [mark.get_dest().get_index() + 1 for mark in document.get_toc() if mark.level == 0]
        articles = [*values["before"], *values["articles"]]
        end = len(document) - (1 if values["inks"] else 0)
        fits = []
        for number, (article, first) in enumerate(zip(articles, starts, strict=True)):
            following = starts[number + 1] if number + 1 < len(starts) else end + 1
            if first in taken:
                last, filled = _last_of_file(first, taken), 100
            else:
                last = max(first, _before(following, articles[number + 1 : number + 2], taken))
                filled = _filled(document[last - 1], values, article["layout"]["columns"], last)
            own = list(range(first, last + 1))
            if first not in taken:
                own = [page for page in own if page not in taken]
            key, headline = article["id"], article["headline"]
            fits.append(Fit(key, headline, first, last, filled, tuple(own)))
        return fits


def pages_ahead(article: Mapping[str, Any], *, supplied: bool = False) -> int:
    """Return how many pages of ours stand before an article's first page of words.

    One may open its department, and one be all picture, unless others supply the article's pages.
    """
    plate = article["layout"]["opener"] == "plate" and article["figure"] is not None
    return int(article["layout"]["department_page"]) + int(plate and not supplied)


def _last_of_file(first: int, taken: Mapping[int, str]) -> int:
    """Return the last page of those that come from the file from which this one comes."""
    file = taken[first].partition("/")[0]
    return max(page for page, leaf in taken.items() if leaf.partition("/")[0] == file)


def _before(first: int, article: Sequence[Mapping[str, Any]], taken: Mapping[int, str]) -> int:
    """Return the last page of words before the first page of the article that follows, if any."""
    last = _before_taken(first, taken)
    if article:
        for _page in range(pages_ahead(article[0], supplied=first in taken)):
            last = _before_taken(last, taken)
    return last


def _before_taken(first: int, taken: Mapping[int, str]) -> int:
    return next(page for page in range(first - 1, -1, -1) if page not in taken)


def _filled(page: Any, values: Mapping[str, Any], columns: int, number: int) -> int:
    """Return how far down words and pictures go, as a mean of the columns, in per cent."""
    area = type_area.of(values, number)
    edge, _floor, _right, head = page.get_trimbox()
    left, measure = edge + area.left, area.width
    top, bottom = head - area.top, head - area.bottom
    lowest = [top] * columns
    for from_x, from_y, to_x, _to_y in _rectangles(page):
        if from_y < bottom - 1:
            # The folio, and what bleeds off the foot of the page.
            continue
        for column in range(columns):
            start = left + measure * column / columns
            if from_x < start + measure / columns - 1 and to_x > start + 1:
                lowest[column] = min(lowest[column], from_y)
    used: float = sum((top - low) / (top - bottom) for low in lowest)
    return round(100 * used / columns)


def _rectangles(page: Any) -> list[tuple[float, float, float, float]]:
    text = page.get_textpage()
    found = [text.get_rect(number) for number in range(text.count_rects())]
    return [*found, *(one.get_bounds() for one in page.get_objects(filter=[_IMAGE]))]
