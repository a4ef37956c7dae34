"""The pages around articles: sections, contributors, topics, dossiers.

Those that only a byline or a list names are made as well, from the name alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from masthead.editorial.models import (
    DossierEntry,
    Section,
    Topic,
)
from masthead.editorial.models.contributor import ContributorLink
from masthead.editorial.models.page import MagazinePage
from masthead.exchange.importers import answers
from masthead.exchange.importers.desk import (
    MODELS,
    Desk,
    changed_by_staff,
    rows_of,
    title_of,
)
from masthead.exchange.importers.pictures import CannotTake
from masthead.exchange.importers.sheets import Sheet, identity, slug_of
from masthead.manuscript import addresses, walk
from masthead.manuscript import markdown_front as front_matter
from masthead.manuscript.markdown import CannotRead

Rows = Mapping[str, list[Any]]


# --- From files ---------------------------------------------------------------


def sections(desk: Desk) -> list[Sheet]:
    """Return the sheets of sections by their `order`, then those without one."""
    found = desk.of_kind("section")
    places = {sheet.path: _place(desk, sheet) for sheet in found}
    return sorted(found, key=lambda sheet: places[sheet.path])


def _place(desk: Desk, sheet: Sheet) -> float:
    """Return the `order` of a sheet; one that cannot be read is reported, and comes last."""
    try:
        place = front_matter.count_of(front_matter.text_of(sheet.front.get("order")))
    except CannotRead as mistake:
        desk.report.add(sheet.path, f"order: {mistake}")
        place = None
    return math.inf if place is None else place


def write_section(desk: Desk, sheet: Sheet) -> None:
    """Make the section of a sheet, or bring it up to date."""
    values = {
        "title": name_of(sheet, "title"),
        "introduction": shortened(desk, sheet, _text(desk, sheet), Section, "introduction"),
    }
    desk.keep(sheet, settle(desk, sheet, values))


def write_contributor(desk: Desk, sheet: Sheet) -> None:
    """Make the contributor of a sheet, or bring them up to date."""
    front = sheet.front
    links = front.get("links") or {}
    if not isinstance(links, dict):
        raise CannotRead("links must be lines of “label: address”.")
    rows: list[ContributorLink] = []
    for label, address in links.items():
        if addresses.is_public(str(address)):
            rows.append(ContributorLink(label=str(label), url=str(address), sort_order=len(rows)))
        else:
            desk.report.add(sheet.path, f"links: “{str(address)[:80]}” is no address of the web.")
    values = {
        "title": name_of(sheet, "name"),
        "role": front_matter.text_of(front.get("role")),
        "sort_name": front_matter.text_of(front.get("sort_name")),
        "biography": _text(desk, sheet),
        "portrait": picture_of(desk, sheet, "picture"),
    }
    if not values["sort_name"]:
        del values["sort_name"]
    desk.keep(sheet, settle(desk, sheet, values, {"links": rows}))


def write_topic(desk: Desk, sheet: Sheet) -> None:
    """Make the topic of a sheet, or bring it up to date."""
    kind = front_matter.text_of(sheet.front.get("type")) or Topic.Kind.THEME
    if kind not in Topic.Kind.values:
        raise CannotRead(f"There is no type “{kind}”; there are {', '.join(Topic.Kind.values)}.")
    values = {
        "title": name_of(sheet, "name"),
        "kind": kind,
        "reference": front_matter.text_of(sheet.front.get("reference")),
        "summary": _text(desk, sheet),
    }
    desk.keep(sheet, settle(desk, sheet, values))


def write_dossier(desk: Desk, sheet: Sheet) -> None:
    """Make the dossier of a sheet, or bring it up to date. Articles must be there already."""
    said = (front_matter.text_of(sheet.front.get("standfirst")), _text(desk, sheet))
    values = {
        "title": name_of(sheet, "title"),
        "standfirst": "\n\n".join(words for words in said if words),
        "picture": picture_of(desk, sheet, "picture"),
    }
    entries: list[DossierEntry] = []
    for given in front_matter.list_of(sheet.front.get("entries")):
        if not isinstance(given, dict) or not (day := front_matter.day_of(given.get("date"))):
            raise CannotRead("Each of the entries must have a date, a text and maybe an article.")
        article = desk.find("article", given.get("article"))
        if given.get("article") and article is None:
            desk.report.add(sheet.path, f"entries: there is no article “{given['article']}”.")
        entries.append(
            DossierEntry(
                happened_on=day,
                text=shortened(
                    desk, sheet, front_matter.text_of(given.get("text")), DossierEntry, "text"
                ),
                article_id=article.pk if article else None,
                sort_order=len(entries),
            )
        )
    desk.keep(sheet, settle(desk, sheet, values, {"entries": entries}))


# --- From a name alone --------------------------------------------------------


def named(desk: Desk, kind: str, name: str) -> Any:
    """Return the section, contributor or topic called `name`, made now if there is none.

    Args:
        desk: the import.
        kind: of these three.
        name: as a byline or a list has it; a topic's or section's may be a file's name.
    """
    there = desk.find(kind, name)
    if there is not None:
        return there
    model = MODELS[kind]
    page = model(title=(name if kind == "contributor" else title_of(name)).strip())
    wanted = slug_of(name.replace("_", "-")) or kind
    if kind != "section":
        page.key = identity(desk.title.key, kind, wanted)
    shelf = desk.shelf(kind)
    page.slug = desk.free_slug(page, wanted, shelf)
    _add(page, shelf)
    desk.remember(kind, name, page)
    return page


# --- Writing only what differs ------------------------------------------------


def settle(
    desk: Desk,
    sheet: Sheet,
    values: Mapping[str, Any],
    rows: Rows | None = None,
    *,
    live: bool = True,
    born_with: Mapping[str, Any] | None = None,
) -> Any:
    """Return the page of a sheet with these values, written only if something differs.

    Args:
        desk: the import.
        sheet: what the page is made of.
        values: fields and what shall stand in them.
        rows: the same for child rows, by the name of their relation.
        live: whether a new page is out at once; one that is out already stays so.
        born_with: fields that only a new page gets.
    """
    rows = rows or {}
    model, shelf = MODELS[sheet.kind], desk.shelf(sheet.kind)
    own_key = sheet.kind != "section"
    row = model.objects.filter(key=sheet.key).first() if own_key else None
    if row is not None and not row.is_child_of(shelf):
        raise CannotRead(f"Its key belongs to “{row.title}”, which is another title’s.")
    row = row or model.objects.child_of(shelf).filter(slug=sheet.slug).first()
    if row is None:
        page = model(live=live, **values, **(born_with or {}))
        if own_key:
            page.key = sheet.key
        page.slug = desk.free_slug(page, sheet.slug or sheet.kind, shelf)
        for name, children in rows.items():
            setattr(page, name, children)
        _add(page, shelf)
        return page
    page = row.get_latest_revision_as_object() if row.latest_revision_id else row
    changed = {name for name, value in values.items() if getattr(page, name) != value}
    parent = sheet.kind
    for name, children in rows.items():
        if rows_of(getattr(page, name).all(), parent) != rows_of(children, parent):
            changed.add(name)
    if not changed:
        return row
    if changed_by_staff(row):
        desk.report.add(
            sheet.path,
            f"“{row.title}” was changed in the office and was left as it is there. "
            f"It differs in: {', '.join(sorted(changed))}.",
        )
        return row
    for name in changed:
        setattr(page, name, values[name] if name in values else rows[name])
    page.full_clean()
    if row.live:
        page.save_revision(clean=False).publish()
    else:
        page.save()
        page.save_revision(clean=False)
    row.refresh_from_db()
    return row


def _add(page: MagazinePage, shelf: Any) -> None:
    shelf.add_child(instance=page)
    revision = page.save_revision()
    if page.live:
        # Says to all who listen that there is a page, with pictures to be made.
        revision.publish()
        page.refresh_from_db()


# --- What stands in a sheet ---------------------------------------------------


def name_of(sheet: Sheet, key: str) -> str:
    """Return what a sheet is called.

    Raises:
        CannotRead: it has no name.
    """
    name = front_matter.text_of(sheet.front.get(key)).strip()
    if not name:
        raise CannotRead(f"The front matter has no {key}.")
    return name


def _text(desk: Desk, sheet: Sheet) -> str:
    """Return the text below the front matter, as plain paragraphs."""
    return walk.plain_text(answers.text(desk, sheet)).strip()


def shortened(desk: Desk, sheet: Sheet, words: str, model: Any, field: str) -> str:
    """Return words that fit into a field; what had to be cut is reported."""
    most = model._meta.get_field(field).max_length
    if len(words) <= most:
        return words
    desk.report.add(
        sheet.path, f"The {field} has {len(words)} characters; the first {most} were kept."
    )
    return f"{words[: most - 1].rstrip()}…"


def picture_of(desk: Desk, sheet: Sheet, key: str) -> Any:
    """Return the picture that a key of a sheet names, or None with a line in the report."""
    reference = front_matter.text_of(sheet.front.get(key))
    if not reference:
        return None
    try:
        return desk.library.picture_row(sheet, reference)
    except CannotTake as reason:
        desk.report.add(sheet.path, str(reason))
        return None
