"""The flat-plan: an issue's pages as they will stand, before and after they are set.

What was set last tells how long an article is and what its pages look like; of what was never
set it is guessed. The plan itself is the order of the contents, the insertions and a budget.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from masthead.editorial import contents, issues
from masthead.editorial.models import Article, ContentsEntry, Issue
from masthead.people.models import User
from masthead.press.paper import copyfit, insertions
from masthead.production import gathering, pressings
from masthead.production.models import Edition, FlatPlan, Insertion, printer_of

LETTERS_TO_A_PAGE = 4500
"""Of an article that was never set: with its headline and a picture or two."""


class Cannot(Exception):
    """The plan cannot be changed like this; says why, fit to show to an editor."""


class Status(StrEnum):
    """How far along what stands on a page is."""

    READY = "ready"
    WAITING = "waiting"
    """For an editor: written, not approved."""
    MISSING = "missing"
    """Nothing is there yet."""


@dataclass
class Sheet:
    """One page of the plan."""

    number: int
    kind: str
    """``cover``, ``contents``, ``note``, ``article``, ``supplied``, ``blank`` or ``back``."""
    name: str = ""
    status: Status = Status.READY
    places: list[ContentsEntry] = field(default_factory=list)
    """The articles that begin on it, or before it on a page of picture: they may be moved."""
    insertion: Insertion | None = None
    parts: list[Insertion] = field(default_factory=list)
    """Advertisements that take a part of it."""
    picture: tuple[int, int] | None = None
    """The edition, and its page, that shows what this page looks like."""


@dataclass(frozen=True)
class Plan:
    """An issue's pages in their order, and how many there may be."""

    sheets: list[Sheet]
    budget: int | None
    spare: list[Insertion]
    """House advertisements that wait for a page."""
    trouble: str = ""
    """Why the plan cannot be kept, if it cannot: fit to show to an editor."""

    @property
    def over(self) -> int:
        """Return how many pages there are above the budget."""
        return max(0, len(self.sheets) - self.budget) if self.budget else 0

    @property
    def spreads(self) -> list[list[Sheet]]:
        """Return the pages as they lie side by side, the cover alone."""
        first, *rest = self.sheets
        return [[first], *(rest[at : at + 2] for at in range(0, len(rest), 2))]


def of(issue: Issue) -> Plan:
    """Return an issue's pages as they stand now."""
    places = list(issue.contents.order_by("sort_order", "pk").select_related("article__section"))
    placed = list(
        Insertion.objects.filter(issue=issue)
        .select_related("artwork__booking__advertiser", "article")
        .order_by("pk")
    )
    budget = FlatPlan.objects.filter(issue=issue).values_list("budget", flat=True).first()
    last = pressings.newest(issue, Edition.Form.PRINT) or pressings.newest(
        issue, Edition.Form.SCREEN
    )
    lengths = _Lengths(places, last, note=bool(issue.editors_note))
    printer = printer_of(issue.publication)
    asked: dict[str, Any] = {"multiple": printer.multiple, "cover_apart": printer.cover_apart}
    planned = [one.planned for one in placed]
    trouble = ""
    try:
        plan = insertions.next_plan(
            lengths.values, insertions.first_plan(planned), lengths.pages(placed), planned, **asked
        )
    except insertions.CannotPlace as refusal:
        trouble = str(refusal)
        kept = [one for one in planned if one.where != insertions.Where.PAGE]
        plan = insertions.next_plan(
            lengths.values, insertions.first_plan(kept), lengths.pages(placed), kept, **asked
        )
    sheets = _sheets(lengths, plan, places, placed, last)
    stands = {sheet.insertion for sheet in sheets}
    spare = [one for one in placed if one.where == Insertion.Where.SPARE and one not in stands]
    return Plan(sheets, budget, spare, trouble)


class _Sheets:
    """Lays the pages of a plan one after another."""

    def __init__(
        self, plan: insertions.Plan, placed: Sequence[Insertion], last: Edition | None
    ) -> None:
        """Begin with no page."""
        self.plan, self.last = plan, last
        self.inserted = {leaf: one for one in placed for leaf in one.planned.leaves}
        self.full = {one["page"]: one["id"] for one in plan.within if one["size"] == "full"}
        self.parts = [one for one in plan.within if one["size"] != "full"]
        self.sheets: list[Sheet] = []

    def add(self, kind: str, name: str = "", shows: int | None = None, **more: Any) -> Sheet:
        """Lay a page; `shows` is the page of the newest edition that looks like it."""
        number = len(self.sheets) + 1
        picture = None
        if self.last and shows:
            # The file of an issue whose cover is printed apart begins with its third page.
            page = shows - 2 * (self.last.made_from.get("part") == "inner")
            picture = (self.last.pk, page) if 1 <= page <= self.last.pages else None
        parts = [self.inserted[one["id"]] for one in self.parts if one["page"] == number]
        self.sheets.append(Sheet(number, kind, name, picture=picture, parts=parts, **more))
        return self.sheets[-1]

    def supply(self, leaves: Sequence[str], **more: Any) -> None:
        """Lay pages that others supply, or that stay blank."""
        for leaf in leaves:
            one = self.inserted.get(leaf)
            if one is None:
                self.add("blank")
                continue
            status = Status.READY if one.artwork.file else Status.MISSING
            self.add("supplied", one.artwork.name, insertion=one, status=status, **more)
            more = {}

    def words(self, name: str, pages: Sequence[int | None], kind: str, **more: Any) -> None:
        """Lay the pages of an article, with what is let in between."""
        for shows in pages:
            while (leaf := self.full.get(len(self.sheets) + 1)) is not None:
                self.supply([leaf])
            self.add(kind, name, shows, **more)
            more["places"] = []


def _sheets(
    lengths: _Lengths,
    plan: insertions.Plan,
    places: Sequence[ContentsEntry],
    placed: Sequence[Insertion],
    last: Edition | None,
) -> list[Sheet]:
    laid = _Sheets(plan, placed, last)
    first = min((fit["first"] for fit in lengths.fits.values()), default=0)
    if lengths.articles and not lengths.note:
        first -= copyfit.pages_ahead(lengths.articles[0])
    if plan.cover:
        laid.supply([plan.cover])
    else:
        laid.add("cover", _("Cover"), 1)
    laid.supply(plan.before.get("contents", []))
    laid.add("contents", _("Contents"), first - 1 if first > 2 else None)
    if lengths.note:
        note = lengths.own_pages(lengths.note)
        laid.supply(plan.before.get(lengths.note, []))
        laid.words(_("From the editor"), note, "note")
    brief_before = False
    for place, article in zip(places, lengths.articles, strict=True):
        key, name = article["id"], place.article.title
        is_brief = place.opener == "brief" and key not in plan.supplied
        ahead = copyfit.pages_ahead(article, supplied=key in plan.supplied)
        if is_brief and brief_before and not ahead:
            laid.sheets[-1].places.append(place)
            continue
        brief_before = is_brief
        laid.supply(plan.before.get(key, []))
        told = {"places": [place], "status": _status_of(place.article)}
        own = lengths.own_pages(key)
        for number, behind in enumerate(plan.behind.get(key, [])):
            opens = article["layout"]["department_page"] and number == 0
            shows = own[0] - ahead + number if own[0] else None
            if opens:
                laid.add("department", gathering.department_of(place), shows)
            else:
                laid.add("article", name, shows, **told)
                told["places"] = []
            laid.supply(behind)
        if key in plan.supplied:
            laid.supply(plan.supplied[key], places=[place])
            continue
        laid.words(name, own, "article", **told)
    laid.supply(plan.end)
    if plan.back:
        laid.supply([plan.back])
    else:
        printed = last.pages if last and last.form == Edition.Form.PRINT else None
        laid.add("back", _("Back cover"), printed)
    return laid.sheets


def _status_of(article: Article) -> Status:
    if issues.approved(article):
        return Status.READY
    return Status.WAITING if article.body else Status.MISSING


# --- Changing it ------------------------------------------------------------


@transaction.atomic
def move_article(
    issue: Issue, place: ContentsEntry, before: ContentsEntry | None, *, by: User
) -> None:
    """Put an article before another in the contents; None: at the end.

    The newest draft of the issue's page gets the same order, so that saving it changes nothing.

    Raises:
        Cannot: the places are not of this issue.
    """
    Issue.objects.select_for_update().get(pk=issue.pk)
    order = list(issue.contents.order_by("sort_order", "pk"))
    if place not in order or (before is not None and before not in order):
        raise Cannot(_("This article does not stand in the issue any more. Look again."))
    order.remove(place)
    order.insert(order.index(before) if before in order else len(order), place)
    contents.reorder(issue, order, by=by)
    log(issue, "masthead.plan.change", user=by, data={"moved": str(place.article.key)})


@transaction.atomic
def insert(insertion: Insertion, *, by: User) -> None:
    """Let artwork into an issue, or move what is in it.

    Raises:
        ValidationError: it cannot stand there.
        Cannot: it is locked where it stands.
    """
    if insertion.pk:
        _see_that_it_is_free(insertion)
    insertion.full_clean()
    insertion.save()
    told = {"where": insertion.where, "page": insertion.page, "artwork": insertion.artwork_id}
    log(insertion.issue, "masthead.plan.change", user=by, data=told)


@transaction.atomic
def lock(insertion: Insertion, *, locked: bool, by: User) -> None:
    """Keep an insertion where it stands, or let it be moved again."""
    insertion.locked = locked
    insertion.save(update_fields=["locked"])
    told = {"artwork": insertion.artwork_id, "locked": locked}
    log(insertion.issue, "masthead.plan.change", user=by, data=told)


@transaction.atomic
def take_out(insertion: Insertion, *, by: User) -> None:
    """Take artwork out of an issue; the artwork itself is kept.

    Raises:
        Cannot: it is locked where it stands.
    """
    _see_that_it_is_free(insertion)
    log(
        insertion.issue,
        "masthead.plan.change",
        user=by,
        data={"artwork": insertion.artwork_id, "taken_out": True},
    )
    insertion.delete()


@transaction.atomic
def set_budget(issue: Issue, pages: int | None, *, by: User) -> None:
    """Say how many pages an issue may have; None: as many as it needs."""
    FlatPlan.objects.update_or_create(issue=issue, defaults={"budget": pages})
    log(issue, "masthead.plan.change", user=by, data={"budget": pages})


def _see_that_it_is_free(insertion: Insertion) -> None:
    if Insertion.objects.select_for_update().get(pk=insertion.pk).locked:
        raise Cannot(
            _("“%(name)s” is locked where it stands. Unlock it first.")
            % {"name": insertion.artwork.name}
        )


# --- How long articles are --------------------------------------------------


class _Lengths:
    """What a pass of the typesetter would come to, as far as is known without one."""

    def __init__(
        self, places: Sequence[ContentsEntry], last: Edition | None, *, note: bool
    ) -> None:
        """Take the lengths from the newest edition; guess the others."""
        self.fits: dict[str, dict[str, Any]] = {}
        if last:
            self.fits = {fit["key"]: fit for fit in last.fits}
        known = {str(place.article.key) for place in places}
        # The editor's note is set before the articles and stands in no contents.
        self.note = next((key for key in self.fits if key not in known), "note") if note else ""
        self.articles: list[dict[str, Any]] = [
            {
                "id": str(place.article.key),
                "layout": {
                    "opener": place.opener,
                    "columns": place.columns,
                    "department_page": place.department_page
                    and bool(gathering.department_of(place)),
                },
                "figure": place.article.lead_figure or None,
            }
            for place in places
        ]
        self.letters = {
            str(place.article.key): len(str(place.article.body.raw_data)) for place in places
        }
        plain = {"opener": "column", "columns": 2, "department_page": False}
        note_value = {"id": self.note, "layout": plain, "figure": None}
        self.values = {"before": [note_value] if self.note else [], "articles": self.articles}

    def own_pages(self, key: str) -> Sequence[int | None]:
        """Return the pages with an article's words as they were set; None for what was not."""
        if fit := self.fits.get(key):
            return list(fit.get("pages") or range(fit["first"], fit["last"] + 1))
        return [None] * max(1, -(-self.letters.get(key, 0) // LETTERS_TO_A_PAGE))

    def pages(self, placed: Sequence[Insertion]) -> insertions.Pages:
        """Return the pages as they would come without what takes a page among them."""
        supplied = {
            str(one.article.key): one.artwork.pages for one in placed if one.article is not None
        }
        page, starts = 3, []
        articles: dict[str, int] = {}
        brief_before = False
        for article in [*self.values["before"], *self.articles]:
            key = article["id"]
            brief = article["layout"]["opener"] == "brief" and key not in supplied
            ahead = copyfit.pages_ahead(article, supplied=key in supplied)
            if brief and brief_before and not ahead:
                articles[key] = page - 1
                continue
            brief_before = brief
            page += ahead
            articles[key] = page
            for at in range(supplied.get(key, len(self.own_pages(key)))):
                starts.append(insertions.Start(key, at, page))
                page += 1
        return insertions.Pages(page, articles, starts, [])
