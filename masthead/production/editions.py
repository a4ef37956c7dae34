"""Pressing an issue: its articles, its pictures and its cover become one file.

So far two editions: screen, an accessible PDF of the whole issue; print, the same pages in the
inks and sizes of a printer.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from masthead.editorial import press_documents
from masthead.editorial.models import Article, Issue, Picture
from masthead.manuscript.gate import Decision
from masthead.press import dates
from masthead.press.paper import completeness, content, engine, pdfx, pictures, preflight
from masthead.press.paper.specification import Specification
from masthead.press.phrases import Phrases


class CannotPress(Exception):
    """Something is missing or forbidden: sentences fit to show to editors, a line each."""


@dataclass(frozen=True)
class House:
    """What pressing asks the other departments for."""

    decide: Callable[[Article], Decision]
    """What of an article may be pressed; `circulation` knows."""
    phrases_in: Callable[[str], Phrases]
    """The few words that an edition says itself, in a language."""
    tokens: Mapping[str, Any]
    """The look, as a theme's `tokens.json` has it."""


def press_screen(issue: Issue, out: Path, house: House, *, at: datetime) -> None:
    """Write the accessible PDF of an issue, as its contents stand now.

    The same issue gives the same bytes, whenever it is pressed.

    Args:
        issue: in any state; what stands in its contents is what is pressed.
        out: the file to write. Nothing changes there unless the whole edition is sound.
        house: what the other departments say.
        at: the moment whose day decides on the licences of pictures, timezone-aware.

    Raises:
        CannotPress: see the class.
    """
    copy = _gather(issue, house, at)
    page = tuple(copy.values["trim"])
    with tempfile.TemporaryDirectory(prefix="masthead-press-") as folder:
        made = Path(folder, "made.pdf")
        _set(
            {**copy.values, "inks": False, "bleed": 0},
            copy.convert(partial(pictures.for_screen, page_mm=page), folder),
            made,
            at=issue_moment(issue),
        )
        engine.put(made, out)


def press_print(
    issue: Issue, out: Path, house: House, specification: Specification, *, at: datetime
) -> list[str]:
    """Write the PDF of an issue that goes to a printer; return what somebody should know of it.

    The same issue gives the same bytes, whenever it is pressed.

    Args:
        issue: in any state; what stands in its contents is what is pressed.
        out: the file to write. Nothing changes there unless the printer can take all of it.
        house: what the other departments say.
        specification: what the printer asks for.
        at: the moment whose day decides on the licences of pictures, timezone-aware.

    Raises:
        CannotPress: see the class.
    """
    copy = _gather(issue, house, at)
    values = {**copy.values, "trim": list(specification.trim), "bleed": specification.bleed}
    moment = issue_moment(issue)
    with tempfile.TemporaryDirectory(prefix="masthead-press-") as folder:
        made, finished = Path(folder, "made.pdf"), Path(folder, "finished.pdf")
        how = partial(pictures.for_print, specification=specification)
        files = copy.convert(how, folder)
        _set({**values, "inks": True}, files, made, at=moment, accessible=False)
        blank = pdfx.finish(made, finished, specification, at=moment)
        report = preflight.look_at(finished, specification)
        if report.faults:
            raise CannotPress("\n".join(report.faults))
        engine.put(finished, out)
    return [*_told_of(blank, specification), *report.warnings]


def issue_moment(issue: Issue) -> datetime:
    """Return the moment that is written into an issue's files: midnight of its cover date."""
    zone = ZoneInfo(issue.publication.time_zone)
    return datetime.combine(issue.cover_date, time.min, zone)


def _told_of(blank: int, specification: Specification) -> list[str]:
    if not blank:
        return []
    return [
        f"{blank} blank pages stand before the back cover, since the printer needs a multiple of "
        f"{specification.multiple}."
    ]


# --- What is pressed --------------------------------------------------------


@dataclass(frozen=True)
class _Copy:
    """An issue as the templates read it, and the pictures that it shows."""

    values: content.Values
    shown: list[Picture]
    cover: Picture | None

    def convert(self, how: Callable[..., Path], folder: str) -> dict[str, Path]:
        """Return the file of each picture, made by `how` in `folder`, by its key."""
        made = {}
        for picture in self.shown:
            beside = Path(folder, picture.sha256)
            try:
                with picture.file.storage.open(picture.file.name) as file:
                    made[picture.picture_key] = how(
                        file, beside=beside, fills=picture == self.cover
                    )
            except (OSError, pictures.Unreadable) as error:
                raise CannotPress(
                    f"The picture “{picture.title}” cannot be read ({error}). Upload it again."
                ) from error
        return made


def _gather(issue: Issue, house: House, at: datetime) -> _Copy:
    articles = _articles(issue)
    resolved = press_documents.resolve_all(articles, "paper", at=at)
    if refused := [
        f"{article.title}: {reason}"
        for article, one in zip(articles, resolved, strict=True)
        for reason in one.refused
    ]:
        raise CannotPress("\n".join(refused))
    documents = [one.document for one in resolved]
    pages = [
        content.of_article(
            document, house.decide(article), house.phrases_in(document.front.language)
        )
        for article, document in zip(articles, documents, strict=True)
    ]
    if missing := [
        f"“{page['headline']}”, block {block}: there is no file of its picture. Upload it again."
        for page in pages
        for block in page["missing"]
    ]:
        raise CannotPress("\n".join(missing))
    keys = {key for document in documents for key in document.pictures}
    hashes = [key.partition(":")[2] for key in keys]
    shown = list(Picture.objects.filter(sha256__in=hashes).order_by("sha256"))
    if issue.cover is not None and issue.cover not in shown:
        shown.append(issue.cover)
    phrases = house.phrases_in(issue.publication.language)
    return _Copy(_issue_values(issue, pages, house.tokens, phrases), shown, issue.cover)


def _articles(issue: Issue) -> list[Article]:
    order = list(issue.contents.order_by("sort_order", "pk").values_list("article_id", flat=True))
    found = Article.objects.with_copy().in_bulk(order)
    if not order:
        raise CannotPress(
            f"{issue.title} has no articles yet. Put some into its contents in the office."
        )
    return [found[pk] for pk in order]


def _issue_values(
    issue: Issue, articles: list[content.Values], tokens: Mapping[str, Any], phrases: Phrases
) -> content.Values:
    title = issue.publication
    language = title.language
    day = issue.cover_date_text or dates.day_in(language, issue.cover_date)
    return {
        "title": content.clean(issue.title),
        "publication": content.clean(title.name),
        "language": language,
        "number-and-date": content.clean(f"{issue.title} · {day}"),
        "date": {
            "year": issue.cover_date.year,
            "month": issue.cover_date.month,
            "day": issue.cover_date.day,
        },
        "trim": tokens["grid"]["paper"]["trim"],
        "tokens": dict(tokens),
        "words": {"contents": phrases.contents},
        "cover": _cover(issue),
        "articles": articles,
    }


def _cover(issue: Issue) -> dict[str, str] | None:
    if issue.cover is None:
        return None
    described = issue.cover.description or issue.title
    return {"picture": issue.cover.picture_key, "alternative": content.clean(described)}


def _set(
    values: content.Values,
    files: Mapping[str, Path],
    made: Path,
    *,
    at: datetime,
    accessible: bool = True,
) -> None:
    """Set the pages, and see that nothing was lost on the way."""
    try:
        engine.typeset(values, files, made, at=at, accessible=accessible)
    except engine.CannotTypeset as error:
        raise CannotPress(str(error)) from error
    if lost := completeness.lost(values, made):
        raise CannotPress("\n".join(lost))
