"""What an edition is made of: an issue's articles, pictures and own words, as they stand now."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, time
from functools import cache
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from masthead.editorial import press_documents
from masthead.editorial.models import Article, ContentsEntry, Issue, Picture, Title
from masthead.manuscript import languages, nodes
from masthead.manuscript.gate import Decision
from masthead.manuscript.press_document import PressDocument
from masthead.press import dates, lines
from masthead.press.paper import (
    choices,
    content,
    engine,
    pictures,
)
from masthead.press.paper.choices import Choice
from masthead.press.paper.specification import Specification
from masthead.press.phrases import Phrases
from masthead.production import corrections
from masthead.production.models import Insertion, Layout

Tell = Callable[[str], object]
"""Is told what is being done now, in a few words for whoever waits."""


ENGINES = ("typst", "pillow", "pikepdf")
"""The packages whose next version may give other bytes."""


class CannotPress(Exception):
    """Something is missing or forbidden: sentences fit to show to editors, a line each."""


@dataclass(frozen=True)
class House:
    """What pressing asks the departments above for."""

    decide: Callable[[Article], Decision]
    """What of an article may be pressed; `circulation` knows."""
    phrases_in: Callable[[str], Phrases]
    """The few words that an edition says itself, in a language."""
    tokens: Mapping[str, Any]
    """The look, as a theme's `tokens.json` has it."""
    faces: Path | None = None
    """The folder with its faces, beside those that the press has."""

    @property
    def trim(self) -> tuple[float, float]:
        """Return width and height in millimetres of a page that the look was made for."""
        width, height = self.tokens["grid"]["paper"]["trim"]
        return width, height


@dataclass(frozen=True)
class Copy:
    """An issue as the templates read it, and the pictures that it shows."""

    values: content.Values
    shown: list[Picture]
    cover: Picture | None
    moment: datetime
    """What is written into files: midnight of the cover date, so that no day changes them."""
    insertions: list[Insertion]
    """What others supply for its pages, which only the printer gets."""
    faces: Path | None = None
    """See `House`."""

    def made_from(self, specification: Specification | None = None) -> dict[str, Any]:
        """Return what tells two editions apart: plain values, equal when the files would be.

        Keys: ``articles`` (for each: key, headline and a digest of all that it sets, in order),
        ``issue``, ``look``, ``printer`` and ``supplied`` (digests) and ``engine`` (versions).
        """
        values = dict(self.values)
        articles, tokens = values.pop("articles"), values.pop("tokens")
        return {
            "articles": [[one["id"], one["headline"], digest(one)] for one in articles],
            "issue": digest([values, [picture.sha256 for picture in self.shown]]),
            "look": digest([tokens, _templates(), *([faces_in(self.faces)] if self.faces else [])]),
            "printer": digest(_plain(specification)) if specification else "",
            "supplied": digest(self._supplied()) if specification else "",
            "engine": [f"{name} {importlib.metadata.version(name)}" for name in ENGINES],
        }

    def _supplied(self) -> list[Any]:
        return [[asdict(one.planned), one.artwork.sha256] for one in self.insertions]

    def fetch(self, folder: str) -> dict[int, Path]:
        """Return a copy in `folder` of each insertion's file, by the insertion's number."""
        files = {}
        for one in self.insertions:
            files[one.pk] = Path(folder, f"supplied-{one.pk}.pdf")
            try:
                with one.artwork.file.open("rb") as file:
                    files[one.pk].write_bytes(file.read())
            except (OSError, ValueError) as error:
                raise CannotPress(
                    _("There is no file of the artwork “%(name)s” yet. Upload it, or take it out.")
                    % {"name": one.artwork.name}
                ) from error
        return files

    def convert(
        self, how: Callable[[Picture, IO[bytes], Path], Path], folder: str, tell: Tell | None = None
    ) -> dict[str, Path]:
        """Return the file of each picture, made by `how` in `folder`, by its key."""
        made = {}
        for number, picture in enumerate(self.shown, 1):
            if tell is not None:
                step = {"number": number, "all": len(self.shown)}
                tell(_("Picture %(number)d of %(all)d") % step)
            try:
                with picture.file.storage.open(picture.file.name) as file:
                    made[picture.picture_key] = how(picture, file, Path(folder, picture.sha256))
            except (OSError, pictures.Unreadable) as error:
                raise CannotPress(
                    _("The picture “%(title)s” cannot be read (%(why)s). Upload it again.")
                    % {"title": picture.title, "why": error}
                ) from error
        return made


def gather(
    issue: Issue,
    house: House,
    *,
    at: datetime,
    only: tuple[ContentsEntry, dict[str, Choice]] | None = None,
) -> Copy:
    """Return what an edition of an issue is made of, as its contents stand now.

    Args:
        issue: in any state; what stands in its contents is what is pressed.
        house: what the other departments say.
        at: the moment whose day decides on the licences of pictures, timezone-aware.
        only: one place of it and what is chosen there, to look at, instead of what is kept.

    Raises:
        CannotPress: there are no articles, or a picture is missing or may not be used.
    """
    places = places_of(issue)
    chosen = {
        layout.article_id: choices.read(layout.choices)
        for layout in Layout.objects.filter(issue=issue)
    }
    if only:
        places = [place for place in places if place == only[0]]
        for place in places:
            place.opener, place.columns = only[0].opener, only[0].columns
            chosen = {place.article_id: only[1]}
    articles = [place.article for place in places]
    documents = resolve(articles, at=at)
    pages = [
        content.of_article(
            document,
            house.decide(place.article),
            house.phrases_in(document.front.language),
            content.Layout(
                place.opener,
                min(place.columns, house.tokens["grid"]["paper"]["columns"]),
                department_of(place),
                place.department_page,
                chosen.get(place.article_id, {}),
            ),
        )
        for place, document in zip(places, documents, strict=True)
    ]
    if missing := [
        _("“%(headline)s”, block %(block)s: there is no file of its picture. Upload it again.")
        % {"headline": page["headline"], "block": block}
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
    moment = datetime.combine(issue.cover_date, time.min, ZoneInfo(issue.publication.time_zone))
    return Copy(
        _issue_values(issue, pages, house, phrases),
        shown,
        issue.cover,
        moment,
        list(Insertion.objects.filter(issue=issue).select_related("artwork", "article")),
        house.faces,
    )


# --- What is pressed --------------------------------------------------------


def resolve(
    articles: list[Article], edition: nodes.Edition = "paper", *, at: datetime
) -> list[PressDocument]:
    """Return the press documents of articles for one edition.

    Raises:
        CannotPress: a picture of one may not be used.
    """
    resolved = press_documents.resolve_all(articles, edition, at=at)
    if refused := [
        f"{article.title}: {reason}"
        for article, one in zip(articles, resolved, strict=True)
        for reason in one.refused
    ]:
        raise CannotPress("\n".join(refused))
    return [one.document for one in resolved]


def places_of(issue: Issue) -> list[ContentsEntry]:
    """Return the places of an issue's contents in their order, each with its article.

    Raises:
        CannotPress: there are none.
    """
    places = list(issue.contents.order_by("sort_order", "pk"))
    if not places:
        raise CannotPress(
            _("%(issue)s has no articles yet. Put some into its contents in the office.")
            % {"issue": issue.title}
        )
    found = Article.objects.with_copy().in_bulk([place.article_id for place in places])
    for place in places:
        place.article = found[place.article_id]
    return places


def department_of(place: ContentsEntry) -> str:
    """Return the heading that an article stands under in the contents; empty if none."""
    section = place.article.section
    return lines.clean(place.department or (section.title if section else ""))


def _issue_values(
    issue: Issue, articles: list[content.Values], house: House, phrases: Phrases
) -> content.Values:
    title = issue.publication
    language = title.language
    day = issue.cover_date_text or dates.day_in(language, issue.cover_date)
    return {
        "title": lines.clean(issue.title),
        "publication": lines.clean(title.name),
        "language": language,
        "direction": languages.direction(language),
        "number-and-date": lines.clean(f"{issue.title} · {day}"),
        "date": {
            "year": issue.cover_date.year,
            "month": issue.cover_date.month,
            "day": issue.cover_date.day,
        },
        "trim": list(house.trim),
        "tokens": dict(house.tokens),
        "words": {"contents": phrases.contents, "corrections": phrases.corrections},
        "cover": _cover(issue),
        "colophon": _colophon(title, issue),
        "corrections": _corrections(issue),
        "before": _before(issue, phrases),
        "articles": articles,
    }


def _colophon(title: Title, issue: Issue) -> list[str]:
    issn = f"ISSN {title.issn}" if title.issn else ""
    told = (title.name, issue.title, title.publisher, issn)
    return [lines.clean(fact) for fact in told if fact]


def _before(issue: Issue, phrases: Phrases) -> list[content.Values]:
    """Return what is set before the articles, and stands in no contents: the editor's note."""
    note = press_documents.of_editors_note(issue, phrases.from_the_editor, "paper")
    return [content.of_note(note, phrases)] if note else []


def _corrections(issue: Issue) -> list[dict[str, str]]:
    return [
        {
            "about": lines.clean(f"{one.article.title}, {one.article.placement.issue.title}"),
            "text": lines.clean(one.text),
        }
        for one in corrections.listed_in(issue)
    ]


def _cover(issue: Issue) -> dict[str, str] | None:
    if issue.cover is None:
        return None
    described = issue.cover.description or issue.title
    return {"picture": issue.cover.picture_key, "alternative": lines.clean(described)}


# --- What tells two editions apart ------------------------------------------


def digest(values: Any) -> str:
    """Return a digest of plain values."""
    told = json.dumps(values, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(told.encode("utf-8")).hexdigest()


def _plain(specification: Specification) -> dict[str, Any]:
    told = asdict(specification)
    return {**told, "profile": hashlib.sha256(told["profile"]).hexdigest()}


@cache
def _templates() -> list[str]:
    """Return digests of the templates and our faces."""
    files = sorted(engine.TEMPLATES.glob("*.typ"))
    return [hashlib.sha256(file.read_bytes()).hexdigest() for file in files] + faces_in(
        engine.FONTS
    )


@cache
def faces_in(folder: Path) -> list[str]:
    """Return digests of the faces in a folder, which do not change while we run."""
    files = sorted(folder.glob("*.?tf"))
    return [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]
