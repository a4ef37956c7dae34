"""Pages and parts of pages that others supply, among those that the typesetter sets.

Advertisements and designed features come as finished PDFs. The typesetter leaves room for them
on the pages on which they are planned, and `pdfx` puts them there, as drawings. What is planned
is kept to or refused: a page that somebody has paid for is never moved by a long article.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from masthead.press.paper import copyfit
from masthead.press.paper.specification import POINTS_PER_MILLIMETRE

INSIDE_FRONT = 2
COVER_PAGES = 4
QUARTER_COLUMNS = 2
"""A quarter of a page is as wide as one of so many columns."""
BLANK = ""


class Size(StrEnum):
    """How much of a page is taken."""

    FULL = "full"
    HALF = "half"
    QUARTER = "quarter"


class Where(StrEnum):
    """Which page is meant."""

    PAGE = "page"
    COVER = "cover"
    INSIDE_BACK = "inside_back"
    BACK = "back"
    ARTICLE = "article"
    """The pages of an article, instead of what its manuscript would give."""
    SPARE = "spare"
    """A page that the printer's multiple leaves over."""


@dataclass(frozen=True)
class Insertion:
    """Something supplied, and where it is to stand."""

    key: str
    name: str
    """What it is called where somebody is told of it."""
    where: Where
    size: Size = Size.FULL
    pages: int = 1
    page: int = 0
    """Counted from the cover as 1; for ``Where.PAGE``."""
    article: str = ""
    """Its key; for ``Where.ARTICLE``."""

    @property
    def leaves(self) -> list[str]:
        """Return a name for each of its pages."""
        return [f"{self.key}/{number}" for number in range(1, self.pages + 1)]


@dataclass(frozen=True)
class Place:
    """Where the typesetter has left room; in points from the top and left of the trimmed page."""

    leaf: str
    """Empty: the page stays blank."""
    page: int
    x: float = 0
    y: float = 0
    width: float = 0
    height: float = 0

    @property
    def whole(self) -> bool:
        """Say whether it is a whole page, with its bleed."""
        return not self.width


@dataclass(frozen=True)
class Start:
    """Where a block of an article begins; its number 0 is the article's own head."""

    article: str
    number: int
    page: int


@dataclass(frozen=True)
class End:
    """Where the words of an article end; in points from the top and left of the trimmed page."""

    article: str
    """Its key; of briefs that share their pages, that of the first."""
    page: int
    x: float
    y: float


@dataclass(frozen=True)
class Pages:
    """What one pass of the typesetter came to."""

    count: int
    articles: Mapping[str, int]
    """The page on which each article's words begin, by its key, in their order."""
    starts: Sequence[Start]
    places: Sequence[Place]
    ends: Sequence[End] = ()
    pictures: Sequence[tuple[int, float]] = ()
    """The page and the height of each picture with a caption, in points."""


class CannotPlace(Exception):
    """Something cannot stand where it is planned: sentences fit to show to editors."""


@dataclass
class Plan:
    """Where the typesetter leaves room. Of what has several pages each is named by itself."""

    before: dict[str, list[str]] = field(default_factory=dict)
    """What stands before an article's first page, by the article's key, or ``contents``."""
    behind: dict[str, list[list[str]]] = field(default_factory=dict)
    """What stands behind each of our pages that come before an article's first page of words."""
    within: list[dict[str, Any]] = field(default_factory=list)
    """What an article's text runs around: ``id``, ``page``, ``size``, ``article``, ``block``."""
    end: list[str] = field(default_factory=list)
    """What stands after the last article; an empty name is a blank page."""
    cover: str = ""
    back: str = ""
    supplied: dict[str, list[str]] = field(default_factory=dict)
    """What stands for an article, by the article's key."""

    def values(self) -> dict[str, Any]:
        """Return what the templates read, under ``plan``."""
        return asdict(self)


def room(size: Size, trim: tuple[float, float], tokens: Mapping[str, Any]) -> tuple[float, float]:
    """Return width and height in millimetres of what a size has room for.

    Args:
        size: how much of a page; a full page is its trim, and has bleed beside.
        trim: width and height of the page in millimetres.
        tokens: the look.
    """
    if size == Size.FULL:
        return trim
    grid, line = tokens["grid"]["paper"], tokens["baseline"]["paper"] / POINTS_PER_MILLIMETRE
    wide = trim[0] - grid["inside"] - grid["outside"]
    high = (trim[1] - grid["head"] - grid["foot"] - line) / 2
    return (wide if size == Size.HALF else (wide - grid["gutter"]) / 2), high


def first_plan(insertions: Sequence[Insertion]) -> Plan:
    """Return the plan of a first pass, which finds out how long the articles are."""
    plan = Plan()
    for one in insertions:
        if one.where == Where.ARTICLE:
            plan.supplied[one.article] = one.leaves
        elif one.where == Where.COVER:
            plan.cover = one.leaves[0]
        elif one.where == Where.BACK:
            plan.back = one.leaves[0]
    return plan


def next_plan(
    values: Mapping[str, Any],
    plan: Plan,
    pages: Pages,
    insertions: Sequence[Insertion],
    multiple: int,
    *,
    cover_apart: bool = False,
) -> Plan:
    """Return where everything supplied ought to stand, in pages of the printer's multiple.

    A plan that gives itself again is kept to. It takes a pass or two more than one, since half
    a page that is taken makes an article longer.

    Args:
        values: what was set.
        plan: after which plan.
        pages: what came of it.
        insertions: everything planned.
        multiple: pages come in multiples of this many.
        cover_apart: the cover has its own paper and does not count. Nothing of ours stands inside
            it: those two pages are supplied, or blank.

    Raises:
        CannotPlace: two things want a page, or there is no such page.
    """
    found = first_plan(insertions)
    fixed = _fixed(one for one in insertions if one.where == Where.PAGE and one.size == Size.FULL)
    parts = sorted(
        (one for one in insertions if one.where == Where.PAGE and one.size != Size.FULL),
        key=lambda one: one.page,
    )
    if cover_apart:
        fixed.setdefault(INSIDE_FRONT, BLANK)
    page = INSIDE_FRONT
    for run in _runs(values, plan, pages):
        while page in fixed:
            found.before.setdefault(run.key, []).append(fixed.pop(page))
            page += 1
        words = 0
        for _page in range(run.ahead):
            page += 1
            behind: list[str] = []
            while page in fixed:
                behind.append(fixed.pop(page))
                page += 1
            found.behind.setdefault(run.key, []).append(behind)
        while words < run.pages:
            if page in fixed:
                anchor = run.anchor(words, page)
                found.within.append({"id": fixed.pop(page), "page": page, "size": "full", **anchor})
            else:
                for part in [one for one in parts if one.page == page]:
                    if part.size == Size.QUARTER and run.columns != QUARTER_COLUMNS:
                        raise CannotPlace(
                            f"“{part.name}” is as wide as one of two columns, and page {page} has "
                            f"{run.columns}. Move it to another page, or lay the article out in two."
                        )
                    anchor = run.anchor(words, page)
                    told = {"id": part.leaves[0], "page": page, "size": str(part.size)}
                    found.within.append({**told, **anchor})
                    parts.remove(part)
                words += 1
            page += 1
    while page in fixed:
        found.end.append(fixed.pop(page))
        page += 1
    inside_back = [
        leaf for one in insertions if one.where == Where.INSIDE_BACK for leaf in one.leaves
    ]
    if cover_apart and not inside_back:
        inside_back = [BLANK]
    counted = page + len(inside_back) - (COVER_PAGES if cover_apart else 0)
    spare = -counted % multiple
    fillers = [leaf for one in insertions if one.where == Where.SPARE for leaf in one.leaves]
    filled = fillers[:spare]
    found.end += [*filled, *[BLANK] * (spare - len(filled)), *inside_back]
    if left := [*fixed, *(part.page for part in parts)]:
        last = page + spare + len(inside_back)
        raise CannotPlace(
            f"Something is planned for page {min(left)}, which is not among those with articles; "
            f"the issue has {last} pages. Move it to another page."
        )
    return found


def misplaced(plan: Plan, insertions: Sequence[Insertion], pages: Pages) -> list[str]:
    """Return what does not stand on the page that it is planned for, a sentence for each."""
    names = {leaf: one.name for one in insertions for leaf in one.leaves}
    found = {place.leaf: place.page for place in pages.places}
    return [
        f"“{names[one['id']]}” cannot stand on page {one['page']} as the text runs now. "
        "Move it to another page."
        for one in plan.within
        if found.get(one["id"]) != one["page"]
    ]


# --- The pages of the pass before -------------------------------------------


@dataclass(frozen=True)
class _Run:
    """Pages that belong together: the contents, an article, or briefs that share theirs."""

    key: str
    pages: int
    """Of words; neither those of ours before them nor what others supply."""
    ahead: int
    """Our pages before those; see `copyfit.pages_ahead`."""
    columns: int
    starts: list[tuple[int, Start]]
    """Where blocks begin, with the number of pages of words before their page."""

    def anchor(self, words: int, page: int) -> dict[str, Any]:
        """Return the block at which a page, or a part of it, is taken after `words` pages.

        The engine makes room on the page where it comes upon it: what stood there goes on behind.
        """
        for at, start in self.starts:
            if at == words:
                return {"article": start.article, "block": start.number}
        raise CannotPlace(
            f"Nothing can stand on page {page}, since no paragraph begins where it would have to "
            "be let in. Move it to another page."
        )


def _runs(values: Mapping[str, Any], plan: Plan, pages: Pages) -> list[_Run]:
    firsts: list[tuple[str, int]] = []
    members: dict[str, set[str]] = {}
    columns = {one["id"]: one["layout"]["columns"] for one in _articles(values)}
    brief_before = False
    for article in _articles(values):
        key = article["id"]
        whole = key in plan.supplied
        brief = article["layout"]["opener"] == "brief" and not whole
        ahead = copyfit.pages_ahead(article, supplied=whole)
        if brief and brief_before and not ahead:
            members[firsts[-1][0]].add(key)
        else:
            firsts.append((key, ahead))
            members[key] = {key}
        brief_before = brief
    taken = [one["page"] for one in plan.within if one["size"] == Size.FULL]
    runs = []
    begins = {key: pages.articles[key] - _ahead(plan, key, ahead) for key, ahead in firsts}
    contents = 2 + len(plan.before.get("contents", []))
    runs.append(_Run("contents", begins[firsts[0][0]] - contents, ahead=0, columns=1, starts=[]))
    ends = [*(begins[key] for key, _ in firsts[1:]), pages.count - len(plan.end)]
    for (key, ahead), end in zip(firsts, ends, strict=True):
        first = pages.articles[key]
        inner = [page for page in taken if first <= page < end]
        starts = [
            (start.page - first - sum(page < start.page for page in inner), start)
            for start in pages.starts
            if start.article in members[key]
        ]
        runs.append(_Run(key, end - first - len(inner), ahead, columns[key], starts))
    return runs


def _articles(values: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [*values["before"], *values["articles"]]


def _ahead(plan: Plan, key: str, ahead: int) -> int:
    """Return how many pages before an article's first page of words are no other article's."""
    return len(plan.before.get(key, [])) + sum(map(len, plan.behind.get(key, []))) + ahead


def _fixed(insertions: Iterable[Insertion]) -> dict[int, str]:
    """Return what is planned for each whole page."""
    fixed: dict[int, str] = {}
    named: dict[int, str] = {}
    for one in insertions:
        for number, leaf in enumerate(one.leaves, one.page):
            if number in fixed:
                raise CannotPlace(
                    f"“{named[number]}” and “{one.name}” are both planned for page {number}. "
                    "Move one of them."
                )
            fixed[number], named[number] = leaf, one.name
    return fixed
