"""Issues: from their own files or from the articles that name them; contents; going on sale."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from masthead.editorial import issues, manuscripts
from masthead.editorial.models import Article, ContentsEntry, Issue
from masthead.editorial.models.issue import CoverLine
from masthead.exchange.importers import answers, around
from masthead.exchange.importers.desk import Desk, changed_by_staff, title_of
from masthead.exchange.importers.sheets import Sheet, identity, says, slug_of
from masthead.manuscript import markdown_front as front_matter
from masthead.manuscript.markdown import CannotRead
from masthead.press.paper.content import COLUMNS

LAYOUT = ("opener", "columns", "department_page")
"""How an article is laid out in its issue."""

_WORD_FOR_NUMBER = re.compile(r"^(issue|number|no\.?|nr\.?)[\s_-]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an article stands in its issue."""

    article: Article
    department: str = ""
    page: int | None = None
    layout: dict[str, Any] = field(default_factory=dict)
    """What the files say of `LAYOUT`; what they do not say stays as it is."""


def write_all(desk: Desk) -> list[Sheet]:
    """Make every issue with its contents, or bring it up to date; articles must be there.

    Returns:
        A sheet for each issue that is there now; one without a file has one made for it.
    """
    named = _only_named(desk)
    sheets = [*desk.of_kind("issue"), *named]
    places = _places(desk, sheets)
    for sheet in sheets:
        with desk.carefully(sheet.path):
            known = sheet in named and desk.find("issue", sheet.name) is not None
            values = {} if known else _values(desk, sheet)
            _write(desk, sheet, values, places[sheet.path])
    return [sheet for sheet in sheets if sheet.path in desk.pages]


def put_on_sale(desk: Desk, sheet: Sheet) -> None:
    """Put the issue on sale where its day has come, or let it wait for the day.

    An issue that only its articles name is on sale since the first of them came out. One that
    its file calls planned stays so; one that the office has opened meanwhile stays open.
    """
    issue = Issue.objects.get(pk=desk.pages[sheet.path].pk)
    if issue.state == Issue.State.ON_SALE or sheet.says("planned"):
        return
    at = desk.moment(sheet.front.get("on_sale"))
    if issue.state == Issue.State.PLANNED:
        issue = issues.move(issue, to=Issue.State.OPEN, at=desk.now)
    if at is None:
        return
    try:
        if at <= desk.now:
            issues.put_on_sale(issue, at=at)
        elif issue.state == Issue.State.OPEN and _is_complete(issue):
            # Nothing is missing, so it may go on sale by itself when its day comes.
            issues.move(issue, to=Issue.State.CLOSED, at=desk.now)
    except issues.CannotMove as refusal:
        desk.report.add(sheet.path, f"The issue did not go on sale. {refusal}")


def _is_complete(issue: Issue) -> bool:
    return all(map(issues.approved, Article.objects.filter(placement__issue=issue)))


# --- Issues that have no file -------------------------------------------------


def _only_named(desk: Desk) -> list[Sheet]:
    """Return a sheet for each issue that articles name and no file describes."""
    named: dict[str, list[Sheet]] = {}
    for sheet in desk.of_kind("article"):
        name = _issue_of(sheet)
        if name and sheet.path in desk.pages and not _described(desk, name):
            named.setdefault(name, []).append(sheet)
    return [_made_up(desk, name, named[name]) for name in sorted(named, key=_counting)]


def _issue_of(sheet: Sheet) -> str:
    return front_matter.text_of(sheet.front.get("issue")).strip()


def _described(desk: Desk, name: str) -> Sheet | None:
    for sheet in desk.of_kind("issue"):
        if name.casefold() in (sheet.name.casefold(), sheet.slug):
            return sheet
    return None


def _made_up(desk: Desk, name: str, sheets: list[Sheet]) -> Sheet:
    days = sorted(
        moment
        for sheet in sheets
        if not sheet.front.get("draft") and (moment := desk.moment(sheet.front.get("date")))
    )
    slug = slug_of(name.replace("_", "-")) or "issue"
    front = {
        "title": title_of(name),
        "slug": slug,
        "cover_date": desk.title.day(days[0] if days else desk.now),
    }
    if days and days[0] <= desk.now:
        front["on_sale"] = days[0]
    return Sheet(
        path=f"{name} (named by {sheets[0].path})",
        name=name,
        folder=sheets[0].folder,
        kind="issue",
        front=front,
        body="",
        key=identity(desk.title.key, "issue", slug),
    )


def _number(name: str) -> str:
    """Return what is printed as an issue's number, such as 13 for “issue_13”."""
    return _WORD_FOR_NUMBER.sub("", name).strip()[:20] or name[:20]


def _counting(name: str) -> tuple[list[int], str]:
    """Return what sorts issue 9 before issue 10."""
    return [int(digits[:9]) for digits in re.findall(r"\d+", name)], name


# --- Contents -----------------------------------------------------------------


def _places(desk: Desk, sheets: list[Sheet]) -> dict[str, list[Place]]:
    """Return who stands in which issue, by its sheet's path: its own list, then who names it."""
    places: dict[str, list[Place]] = {sheet.path: [] for sheet in sheets}
    placed: dict[int, str] = {}
    by_page = {desk.pages[s.path].pk: s for s in desk.of_kind("article") if s.path in desk.pages}
    for sheet in sheets:
        for given in front_matter.list_of(sheet.front.get("contents")):
            entry = given if isinstance(given, dict) else {"article": given}
            article = desk.find("article", entry.get("article"))
            if article is None:
                desk.report.add(
                    sheet.path, f"contents: there is no article “{entry.get('article')}”."
                )
            elif article.pk in placed:
                desk.report.add(sheet.path, f"contents: “{article.title}” has its place already.")
            else:
                placed[article.pk] = sheet.path
                named_by = by_page.get(article.pk)
                places[sheet.path].append(_place(desk, article, named_by, entry))
    names = {
        name: sheet for sheet in reversed(sheets) for name in (sheet.slug, sheet.name.casefold())
    }
    for article_sheet in sorted(by_page.values(), key=lambda one: _order(desk, one)):
        article = desk.pages[article_sheet.path]
        name = _issue_of(article_sheet)
        issue = names.get(name.casefold())
        if issue is None:
            continue
        if article.pk not in placed:
            places[issue.path].append(_place(desk, article, article_sheet, {}))
        elif placed[article.pk] != issue.path:
            desk.report.add(
                article_sheet.path, f"issue: {placed[article.pk]} lists the article; that stands."
            )
    return places


def _place(desk: Desk, article: Any, sheet: Sheet | None, entry: dict[str, Any]) -> Place:
    said = {**({} if sheet is None else sheet.front), **entry}
    department = front_matter.text_of(said.get("department"))
    page = _whole(desk, sheet, "page", said.get("page"))
    return Place(article, department, page, _layout(desk, sheet, said))


def _layout(desk: Desk, sheet: Sheet | None, said: dict[str, Any]) -> dict[str, Any]:
    layout: dict[str, Any] = {}
    if opener := front_matter.text_of(said.get("opener")):
        if opener in ContentsEntry.Opener.values:
            layout["opener"] = opener
        elif sheet:
            known = ", ".join(ContentsEntry.Opener.values)
            desk.report.add(sheet.path, f"opener: there is no “{opener}”. Choose from {known}.")
    columns = _whole(desk, sheet, "columns", said.get("columns"))
    if columns in COLUMNS:
        layout["columns"] = columns
    elif columns is not None and sheet:
        desk.report.add(sheet.path, f"columns: an article has 2 or 3, not {columns}.")
    if "department_page" in said:
        layout["department_page"] = says(said, "department_page")
    return layout


def _order(desk: Desk, sheet: Sheet) -> tuple[float, float, str, str]:
    """Return what sorts articles in an issue: their order, their page, their date, their file."""
    order, page = (_whole(desk, sheet, key, sheet.front.get(key)) for key in ("order", "page"))
    last = float("inf")
    return (
        last if order is None else order,
        last if page is None else page,
        front_matter.text_of(sheet.front.get("date")),
        sheet.path,
    )


def _whole(desk: Desk, sheet: Sheet | None, key: str, value: Any) -> int | None:
    try:
        return front_matter.count_of(front_matter.text_of(value))
    except CannotRead as refusal:
        if sheet:
            desk.report.add(sheet.path, f"{key}: {refusal}")
        return None


# --- One issue ----------------------------------------------------------------


def _values(desk: Desk, sheet: Sheet) -> dict[str, Any]:
    front = sheet.front
    on_sale = desk.moment(front.get("on_sale"))
    day = front_matter.day_of(front.get("cover_date"))
    if day is None and on_sale is not None:
        day = desk.title.day(on_sale)
    if day is None:
        raise CannotRead("An issue needs a cover_date, such as 2027-03-01.")
    kind = front_matter.text_of(front.get("issue_kind")) or Issue.Kind.REGULAR
    if kind not in Issue.Kind.values:
        raise CannotRead(f"There is no kind of issue “{kind}”; {', '.join(Issue.Kind.values)}.")
    copies = front_matter.count_of(front_matter.text_of(front.get("counts_as")))
    return {
        "title": front_matter.text_of(front.get("title")) or title_of(sheet.name),
        "number": front_matter.text_of(front.get("number")) or _number(sheet.name),
        "volume": front_matter.text_of(front.get("volume")),
        "kind": kind,
        "counts_as": 1 if copies is None else copies,
        "cover_date": day,
        "cover_date_text": front_matter.text_of(front.get("cover_date_text")),
        "planned_on_sale_at": on_sale,
        "cover": around.picture_of(desk, sheet, "cover"),
        "editors_note": manuscripts.rich_text_of(answers.text(desk, sheet).body),
    }


def _write(desk: Desk, sheet: Sheet, values: dict[str, Any], places: list[Place]) -> None:
    there = desk.find("issue", sheet.name) or Issue.objects.filter(key=sheet.key).first()
    places = [place for place in places if _may_move(desk, sheet, place.article, there)]
    laid_out = {
        entry.article_id: {name: getattr(entry, name) for name in LAYOUT}
        for entry in (ContentsEntry.objects.filter(issue=there) if there else ())
    }
    entries = [
        ContentsEntry(
            article_id=place.article.pk,
            department=place.department,
            page_hint=place.page,
            sort_order=order,
            **{**laid_out.get(place.article.pk, {}), **place.layout},
        )
        for order, place in enumerate(places)
    ]
    entries += _others(desk, there, len(entries))
    rows: dict[str, list[Any]] = {"contents": entries}
    if values:
        rows["cover_lines"] = _cover_lines(desk, sheet)
    page = around.settle(
        desk, sheet, values, rows, live=False, born_with=_sequence(desk, sheet, there)
    )
    desk.keep(sheet, page)


def _may_move(desk: Desk, sheet: Sheet, article: Article, issue: Issue | None) -> bool:
    """Make room for an article that stands in another issue; refuse where staff put it there."""
    entry = ContentsEntry.objects.filter(article=article).select_related("issue").first()
    if entry is None or (issue is not None and entry.issue_id == issue.pk):
        return True
    if changed_by_staff(entry.issue):
        desk.report.add(
            sheet.path,
            f"contents: the office has put “{article.title}” into “{entry.issue.title}”.",
        )
        return False
    entry.delete()
    return True


def _others(desk: Desk, issue: Issue | None, order: int) -> list[ContentsEntry]:
    """Return the places of articles that this folder does not hold; they stay, at the end."""
    if issue is None:
        return []
    ours = [page.pk for page in desk.pages.values()]
    kept = ContentsEntry.objects.filter(issue=issue).exclude(article__in=ours)
    return [
        ContentsEntry(
            article_id=entry.article_id,
            department=entry.department,
            page_hint=entry.page_hint,
            **{name: getattr(entry, name) for name in LAYOUT},
            sort_order=order + number,
        )
        for number, entry in enumerate(kept.order_by("sort_order"))
    ]


def _sequence(desk: Desk, sheet: Sheet, there: Issue | None) -> dict[str, int]:
    """Return the place of a new issue in the count of all, if it asks for one that is free."""
    said = front_matter.text_of(sheet.front.get("sequence"))
    number = front_matter.text_of(sheet.front.get("number")) or _number(sheet.name)
    wanted = front_matter.count_of(said or (number if number.isdecimal() else ""))
    if wanted is None:
        return {}
    taken = Issue.objects.filter(publication=desk.title, sequence=wanted).first()
    if taken is None and there is None:
        return {"sequence": wanted}
    if said and there != taken:
        desk.report.add(
            sheet.path, f"sequence: {said} is not free, or was given already; it stays as it is."
        )
    return {}


def _cover_lines(desk: Desk, sheet: Sheet) -> list[CoverLine]:
    lines: list[CoverLine] = []
    for given in front_matter.list_of(sheet.front.get("cover_lines")):
        line = given if isinstance(given, dict) else {"text": given}
        words = {
            name: around.shortened(
                desk, sheet, front_matter.text_of(line.get(name)), CoverLine, name
            )
            for name in ("text", "explanation")
        }
        lines.append(CoverLine(sort_order=len(lines), **words))
    return lines
