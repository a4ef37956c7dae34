"""A folder of Markdown files becoming sections, contributors, issues and articles.

What stands in such a folder is told in `docs/reference/manuscript-markdown.md`. The same
folder brought in again changes nothing; a file that was changed changes its article alone.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.db import transaction

from masthead.editorial.models import Article, FrontPage, Title
from masthead.exchange.directives import Directives
from masthead.exchange.importers import around, articles, folder, issues, sheets
from masthead.exchange.importers.desk import Desk
from masthead.exchange.importers.pictures import Library
from masthead.exchange.importers.report import Report

Progress = Callable[[str, int, int], None]
"""Called with what is being read, how many files are done, and how many there are."""


class NotFounded(Exception):
    """The title has no front page to put anything below. Fit to show to whoever imports."""


def run(
    directory: Path,
    *,
    title: Title,
    now: datetime,
    dry_run: bool = False,
    media: Path | None = None,
    directives: Directives | None = None,
    progress: Progress = lambda _path, _done, _total: None,
) -> Report:
    """Bring a folder into a title, and say what could not be carried.

    Each file comes in whole or not at all; one that is broken does not stop the others.

    Args:
        directory: the folder.
        title: the magazine that takes it in.
        now: the moment that parts what is out from what is scheduled, timezone-aware.
        dry_run: report what would happen, and change nothing.
        media: where pictures are looked for that are named without a path, or by an address.
        directives: what turns another house's own marks into ours.
        progress: hears of every article.

    Raises:
        NotFounded: see the class.
        OSError: the folder is not there, or the disk is full.
    """
    front_page = FrontPage.objects.filter(publication=title).order_by("path").first()
    if front_page is None:
        raise NotFounded(f"“{title}” has no front page.")
    report = Report()
    directory, media = directory.resolve(strict=True), media.resolve(strict=True) if media else None
    library = Library(directory, media, report)
    desk = Desk(
        title=title,
        front_page=front_page,
        now=now,
        library=library,
        report=report,
        sheets=sheets.read(
            folder.texts(directory, report), house=title.key, directives=directives, report=report
        ),
    )
    if not dry_run:
        _bring_in(desk, progress)
        return report
    try:
        with transaction.atomic():
            _bring_in(desk, progress)
            transaction.set_rollback(True)
    finally:
        library.take_back()
    return report


def _bring_in(desk: Desk, progress: Progress) -> None:
    for waiting, write in (
        (around.sections(desk), around.write_section),
        (desk.of_kind("contributor"), around.write_contributor),
        (desk.of_kind("topic"), around.write_topic),
    ):
        for sheet in waiting:
            with desk.carefully(sheet.path):
                write(desk, sheet)
    early = _write_articles(desk, progress)
    on_sale = issues.write_all(desk)
    for sheet in desk.of_kind("dossier"):
        with desk.carefully(sheet.path):
            around.write_dossier(desk, sheet)
    desk.all_here = True
    for sheet in early:
        with desk.carefully(sheet.path):
            articles.write(desk, sheet)
    here = [sheet for sheet in desk.of_kind("article") if sheet.path in desk.pages]
    for sheet in here:
        with desk.carefully(sheet.path):
            articles.bring_out(desk, sheet)
            articles.write_corrections(desk, sheet)
    for sheet in on_sale:
        with desk.carefully(sheet.path):
            issues.put_on_sale(desk, sheet)
    _count(desk, issues_here=len(on_sale))


def _write_articles(desk: Desk, progress: Progress) -> list[sheets.Sheet]:
    """Write every article as a draft; return those that link to what came after them."""
    early = []
    waiting = desk.of_kind("article")
    for done, sheet in enumerate(waiting):
        progress(sheet.path, done, len(waiting))
        with desk.carefully(sheet.path):
            if articles.write(desk, sheet):
                early.append(sheet)
    progress("", len(waiting), len(waiting))
    return early


def _count(desk: Desk, issues_here: int) -> None:
    keys = [sheet.key for sheet in desk.of_kind("article") if sheet.path in desk.pages]
    for start in range(0, len(keys), 500):
        for article in Article.objects.filter(key__in=keys[start : start + 500]):
            state = articles.state_of(article)
            setattr(desk.report, state, getattr(desk.report, state) + 1)
    written = [desk.pages[s.path].pk for s in desk.of_kind("contributor") if s.path in desk.pages]
    desk.report.contributors = len({*written, *desk.contributors})
    desk.report.issues = issues_here
    desk.report.pictures = len(desk.library.used)
