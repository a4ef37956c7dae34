"""Pressing an issue: its articles, its pictures and its cover become one file.

So far the screen edition: an accessible PDF of the whole issue.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from PIL import Image, ImageOps

from masthead.editorial import press_documents
from masthead.editorial.models import Article, Issue, Picture
from masthead.manuscript.gate import Decision
from masthead.manuscript.press_document import PressDocument
from masthead.press import dates
from masthead.press.paper import completeness, content, engine
from masthead.press.phrases import Phrases

SCREEN_PIXELS_PER_INCH = 150
MILLIMETRES_PER_INCH = 25.4
JPEG_QUALITY = 82


class CannotPress(Exception):
    """Something is missing or forbidden: sentences fit to show to editors, a line each."""


def press_screen(
    issue: Issue,
    out: Path,
    *,
    decide: Callable[[Article], Decision],
    phrases_in: Callable[[str], Phrases],
    tokens: Mapping[str, Any],
    at: datetime,
) -> None:
    """Write the accessible PDF of an issue, as its contents stand now.

    The same issue gives the same bytes, whenever it is pressed.

    Args:
        issue: in any state; what stands in its contents is what is pressed.
        out: the file to write. Nothing changes there unless the whole edition is sound.
        decide: what of an article may be pressed; `circulation` knows.
        phrases_in: the few words the edition says itself, in a language.
        tokens: the look, as a theme's `tokens.json` has it.
        at: the moment whose day decides on the licences of pictures, timezone-aware.

    Raises:
        CannotPress: see the class.
    """
    articles = _articles(issue)
    resolved = press_documents.resolve_all(articles, "paper", at=at)
    refused = [
        f"{article.title}: {reason}"
        for article, one in zip(articles, resolved, strict=True)
        for reason in one.refused
    ]
    if refused:
        raise CannotPress("\n".join(refused))
    documents = [one.document for one in resolved]
    pages = [
        content.of_article(document, decide(article), phrases_in(document.front.language))
        for article, document in zip(articles, documents, strict=True)
    ]
    if missing := [
        f"“{page['headline']}”, block {block}: there is no file of its picture. Upload it again."
        for page in pages
        for block in page["missing"]
    ]:
        raise CannotPress("\n".join(missing))
    values = _issue_values(issue, pages, tokens, phrases_in(issue.publication.language))
    with tempfile.TemporaryDirectory(prefix="masthead-pictures-") as folder:
        pictures = _pictures(issue, documents, Path(folder), values["trim"][0])
        made = Path(folder, "made.pdf")
        try:
            engine.typeset(values, pictures, made, at=issue_moment(issue))
        except engine.CannotTypeset as error:
            raise CannotPress(str(error)) from error
        if lost := completeness.lost(values, made):
            raise CannotPress("\n".join(lost))
        engine.put(made, out)


def issue_moment(issue: Issue) -> datetime:
    """Return the moment that is written into an issue's files: midnight of its cover date."""
    zone = ZoneInfo(issue.publication.time_zone)
    return datetime.combine(issue.cover_date, time.min, zone)


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
        "inks": False,
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


def _pictures(
    issue: Issue, documents: Iterable[PressDocument], folder: Path, page_mm: float
) -> dict[str, Path]:
    keys = {key for document in documents for key in document.pictures}
    hashes = [key.partition(":")[2] for key in keys]
    found: list[Any] = list(Picture.objects.filter(sha256__in=hashes))
    if issue.cover is not None:
        found.append(issue.cover)
    width = round(page_mm / MILLIMETRES_PER_INCH * SCREEN_PIXELS_PER_INCH)
    return {picture.picture_key: _for_screen(picture, folder, width) for picture in found}


def _for_screen(picture: Picture, folder: Path, width: int) -> Path:
    """Write a picture upright, in screen colours and no wider than a page; return its file."""
    try:
        with picture.file.storage.open(picture.file.name) as file, Image.open(file) as opened:
            upright = ImageOps.exif_transpose(opened)
            drawn = opened.format in ("PNG", "GIF")
            shown = upright.convert("RGBA" if drawn else "RGB")
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise CannotPress(
            f"The picture “{picture.title}” cannot be read ({error}). Upload it again."
        ) from error
    if shown.width > width:
        shown = shown.resize((width, round(shown.height * width / shown.width)))
    out = folder / f"{picture.sha256}{'.png' if drawn else '.jpg'}"
    if drawn:
        # Drawings of a few flat inks keep their edges, and weigh a quarter in a palette.
        shown.quantize(256, method=Image.Quantize.FASTOCTREE).save(out, optimize=True)
    else:
        shown.save(out, quality=JPEG_QUALITY)
    return out
