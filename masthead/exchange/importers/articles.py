"""Articles: written as drafts, then brought out when the day they name has come."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from masthead.editorial import issues, manuscripts
from masthead.editorial.conversion import register
from masthead.editorial.conversion.register import key_of
from masthead.editorial.models import Article, Correction
from masthead.exchange.importers import around
from masthead.exchange.importers.answers import Answers
from masthead.exchange.importers.desk import Desk, changed_by_staff, rows_of
from masthead.exchange.importers.sheets import Sheet, identity
from masthead.manuscript import markdown, walk
from masthead.manuscript import markdown_front as front_matter
from masthead.manuscript.markdown import CannotRead
from masthead.manuscript.nodes import LeadMarker, Manuscript

State = Literal["published", "scheduled", "draft"]
ROWS = ("bylines", "notes", "sources", "front_variants", "topic_links")


def write(desk: Desk, sheet: Sheet) -> bool:
    """Write the article of a sheet as a draft, or bring it up to date.

    Returns:
        Whether it has to be written once more, when all that it links to is there.
    """
    _wanted(desk, sheet)  # A date that is none refuses the article, before anything is made.
    article = Article.objects.filter(key=sheet.key).first()
    if article is not None and not article.is_child_of(desk.shelf("article")):
        raise CannotRead(f"Its key belongs to “{article.title}”, which is another title’s.")
    answers = Answers(desk, sheet)
    manuscript = answers.answered(_read(desk, sheet))
    _note_unused_rights(desk, sheet, manuscript)
    if article is None:
        article = _make(desk, sheet, manuscript)
    else:
        _bring_up_to_date(desk, sheet, article, manuscript)
    desk.keep(sheet, article)
    return answers.early


def bring_out(desk: Desk, sheet: Sheet) -> None:
    """Publish, schedule or approve the article as its front matter wants it."""
    article = Article.objects.get(pk=desk.pages[sheet.path].pk)
    wanted = _wanted(desk, sheet)
    if wanted == "draft":
        if article.live:
            desk.report.add(
                sheet.path,
                "It is out, though the file calls it a draft. Unpublish it in the office.",
            )
        return
    if changed_by_staff(article) or issues.approved(article):
        return
    revision = article.latest_revision
    if wanted == "scheduled" and revision.approved_go_live_at == article_moment(desk, sheet):
        return
    revision.publish()


def state_of(article: Article) -> State:
    """Return how far along an article is."""
    if article.live:
        return "published"
    waits = article.scheduled_revision is not None or article.approved_revision_id is not None
    return "scheduled" if waits else "draft"


def write_corrections(desk: Desk, sheet: Sheet) -> None:
    """Put the corrections of a sheet on record."""
    article = desk.pages[sheet.path]
    days: dict[str, int] = {}
    for given in front_matter.list_of(sheet.front.get("corrections")):
        if not isinstance(given, dict):
            raise CannotRead("Each of the corrections must have a text and a date.")
        made_at = desk.moment(given.get("date"))
        text = front_matter.text_of(given.get("text"))
        kind = front_matter.text_of(given.get("kind")) or Correction.Kind.CORRECTION
        if not text or made_at is None or kind not in Correction.Kind.values:
            desk.report.add(
                sheet.path,
                "corrections: each needs a text, a date and one of the kinds "
                f"{', '.join(Correction.Kind.values)}.",
            )
            continue
        # Its day is what a correction is known by: words and order may still change.
        day = made_at.isoformat()
        days[day] = days.get(day, 0) + 1
        values = {
            "kind": kind,
            "text": text,
            "made_at": made_at,
            "editions_affected": list(front_matter.editions_of(given.get("editions"))),
        }
        key = identity(sheet.key, "correction", f"{day}:{days[day]}")
        _record(article, key, values)


# --- Reading ------------------------------------------------------------------


def _read(desk: Desk, sheet: Sheet) -> Manuscript:
    """Return the sheet's manuscript, with the pages that stand around it found or made."""
    front = dict(sheet.front)
    front["key"] = str(sheet.key)
    front["language"] = front.get("language") or desk.title.language
    front["authors"] = [_author(desk, sheet, one) for one in front["authors"]]
    front["topics"] = [
        key_of(around.named(desk, "topic", name))
        for one in front["topics"]
        if (name := front_matter.text_of(one).strip())
    ]
    front["corrections"] = []
    if section := front_matter.text_of(front.get("section")).strip():
        front["section"] = around.named(desk, "section", section).slug
    reading = markdown.read(front, sheet.body)
    for line in reading.lost:
        desk.report.add(sheet.path, line)
    manuscript = reading.manuscript
    if "lead_words" in front and not any(isinstance(b, LeadMarker) for b in manuscript.body):
        return _with_lead_marker(manuscript)
    return manuscript


def _author(desk: Desk, sheet: Sheet, given: Any) -> dict[str, str]:
    said = given if isinstance(given, dict) else {"name": given}
    for name in sorted(said.keys() - {"name", "contributor", "role", "guest"}):
        desk.report.add(sheet.path, f"authors: “{name}” is not understood.")
    name, called, role = (
        front_matter.text_of(said.get(key)).strip() for key in ("name", "contributor", "role")
    )
    contributor = desk.find("contributor", called) if called else None
    if called and contributor is None:
        desk.report.add(sheet.path, f"authors: there is no contributor “{called}”.")
    if not contributor and not name:
        raise CannotRead("Each of the authors needs a name.")
    if contributor is None and said.get("guest") is not True:
        contributor = around.named(desk, "contributor", name)
    if contributor is None:
        return {"name": name, "role": role}
    desk.credit(contributor)
    return {
        "name": name or contributor.title,
        "role": role,
        "contributor": key_of(contributor),
    }


def _with_lead_marker(manuscript: Manuscript) -> Manuscript:
    """Return the manuscript with a marker where its own count of words ends the lead."""
    end = len(walk.lead(manuscript).blocks)
    marker = LeadMarker(id=f"lead-{manuscript.key}")
    return replace(manuscript, body=(*manuscript.body[:end], marker, *manuscript.body[end:]))


def _note_unused_rights(desk: Desk, sheet: Sheet, manuscript: Manuscript) -> None:
    shown = walk.keys(manuscript)
    for reference in sheet.front.get("pictures") or {}:
        if desk.library.key_of(sheet, str(reference)) not in shown:
            desk.report.add(sheet.path, f"pictures: the text does not show “{reference}”.")


# --- Writing ------------------------------------------------------------------


def _make(desk: Desk, sheet: Sheet, manuscript: Manuscript) -> Article:
    shelf = desk.shelf("article")
    article = Article(key=sheet.key, live=False)
    _fill(desk, sheet, article, manuscript)
    article.slug = _slug(desk, sheet, article, shelf)
    _check(article)
    shelf.add_child(instance=article)
    article.save_revision()
    return article


def _bring_up_to_date(desk: Desk, sheet: Sheet, article: Article, manuscript: Manuscript) -> None:
    copy = article.get_latest_revision_as_object()
    before = _facts(copy)
    _fill(desk, sheet, copy, manuscript)
    copy.slug = _slug(desk, sheet, copy, desk.shelf("article"))
    after = _facts(copy)
    if before == after:
        return
    if changed_by_staff(article):
        differs = sorted(name for name in after if before[name] != after[name])
        desk.report.add(
            sheet.path,
            f"“{article.title}” was changed in the office and was left as it is there. "
            f"It differs in: {', '.join(differs)}.",
        )
        return
    _check(copy)
    # While nobody but this import has seen the copy, it is mended, not followed by another.
    fresh = article.latest_revision if sheet.path in desk.pages and not article.live else None
    copy.save_revision(overwrite_revision=fresh)
    article.refresh_from_db()


def _fill(desk: Desk, sheet: Sheet, article: Article, manuscript: Manuscript) -> None:
    published_at = article.published_at
    for line in manuscripts.store(article, manuscript):
        desk.report.add(sheet.path, line)
    if manuscript.front.section:
        article.section = desk.find("section", manuscript.front.section)
    article.published_at = article.published_at or published_at
    release = front_matter.text_of(sheet.front.get("release")) or Article.Release.WHEN_READY
    if release not in Article.Release.values:
        raise CannotRead(f"release is one of {', '.join(Article.Release.values)}.")
    article.release = release
    scheduled = _wanted(desk, sheet) == "scheduled" and release == Article.Release.WHEN_READY
    article.go_live_at = article_moment(desk, sheet) if scheduled else None


def _facts(article: Article) -> dict[str, Any]:
    """Return all that an import may write in an article, to compare with another copy."""
    manuscript = manuscripts.to_manuscript(article)
    facts = {
        "headline": article.title,
        "text": manuscript.body,
        # A link that was written before its page was there reads like one that leads to it.
        "links": set(register.for_streams(*_streams(article)).pages),
        "front matter": manuscript.front,
        "access": article.access,
        "address": article.slug,
        "section": article.section_id,
        "release": article.release,
        "date": article.go_live_at,
    }
    return facts | {name: rows_of(_rows(article, name), "article") for name in ROWS}


def _streams(article: Article) -> tuple[Any, Any]:
    return article.body.get_prep_value(), article.lead_figure.get_prep_value()


def _rows(article: Article, name: str) -> list[Any]:
    return list(getattr(article, name).all())


def _check(article: Article) -> None:
    """Refuse what the forms of the office would refuse, in the rows too.

    Raises:
        ValidationError: it is too long, no address, no language.
    """
    for name in ROWS:
        for row in _rows(article, name):
            row.clean_fields(exclude=["article"])
    article.clean_fields(
        exclude=["path", "depth", "content_type", "locale", "section", "draft_title"]
    )


def _slug(desk: Desk, sheet: Sheet, article: Article, shelf: Any) -> str:
    wanted = sheet.slug or "article"
    free = desk.free_slug(article, wanted, shelf)
    if free != wanted:
        desk.report.add(sheet.path, f"The address “{wanted}” is taken; it stands at “{free}”.")
    return free


# --- Coming out ---------------------------------------------------------------


def article_moment(desk: Desk, sheet: Sheet) -> Any:
    """Return the moment at which the article came or comes out, or None."""
    return desk.moment(sheet.front.get("date"))


def _wanted(desk: Desk, sheet: Sheet) -> State:
    if sheet.says("draft"):
        return "draft"
    moment = article_moment(desk, sheet)
    if moment is None:
        with_issue = sheet.front.get("release") == Article.Release.WITH_ISSUE
        return "published" if with_issue else "draft"
    return "published" if moment <= desk.now else "scheduled"


def _record(article: Any, key: Any, values: dict[str, Any]) -> None:
    there = Correction.objects.filter(key=key).first()
    if there is None:
        Correction.objects.create(key=key, article=article, **values)
        return
    changed = [name for name, value in values.items() if getattr(there, name) != value]
    for name in changed:
        setattr(there, name, values[name])
    if changed:
        there.save(update_fields=changed)
