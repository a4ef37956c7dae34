"""Front matter: the YAML above a Markdown manuscript, and what articles make of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, cast

import yaml

from masthead.manuscript.nodes import (
    ACCESS_KINDS,
    EDITIONS,
    Access,
    Attribution,
    Byline,
    Dateline,
    Edition,
    Figure,
    FrontMatter,
    FrontVariant,
    Manuscript,
    Source,
)

ARTICLE_KEYS = frozenset(
    [
        "kind",
        "key",
        "title",
        "kicker",
        "standfirst",
        "language",
        "authors",
        "section",
        "topics",
        "dateline",
        "date",
        "updated",
        "lead_figure",
        "variants",
        "access",
        "lead_words",
        "sources",
    ]
)
"""What a manuscript itself holds; other keys concern the magazine around it."""

_SPLIT = re.compile(r"\A---[ \t]*\n(.*?)(?:^|\n)---[ \t]*(?:\n|\Z)", re.DOTALL)
_WHOLE = re.compile(r"[0-9]{1,9}")
_SHORT_HOUR = re.compile(r"(?<=[ T])(\d):")


class CannotRead(ValueError):
    """The text is no manuscript. Fit to show to whoever wrote it."""


def split(text: str) -> tuple[dict[str, Any], str]:
    """Return the front matter and the text below it; no front matter is an empty one.

    Raises:
        CannotRead: the front matter is no YAML, no mapping, or a trick.
    """
    match = _SPLIT.match(text)
    if match is None:
        if text.startswith("---\n"):
            raise CannotRead("The front matter has no end: close it with a line of three dashes.")
        return {}, text
    try:
        # A few aliases of aliases become gigabytes when walked; nobody needs them here.
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(match[1])):
            raise CannotRead("The front matter uses YAML aliases (*name); write the value out.")
        loaded = yaml.safe_load(match[1])
    except yaml.YAMLError as error:
        raise CannotRead(f"The front matter is not valid YAML: {_told(error)}") from error
    except (ValueError, TypeError, RecursionError) as error:
        raise CannotRead(f"The front matter cannot be read: {error}") from error
    if loaded is not None and not isinstance(loaded, dict):
        raise CannotRead("The front matter must be lines of “key: value”.")
    return {str(key): value for key, value in (loaded or {}).items()}, text[match.end() :]


def _told(error: yaml.YAMLError) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f"{error.problem} (line {error.problem_mark.line + 2})."
    return str(error).splitlines()[0]


def write(front: Mapping[str, Any]) -> str:
    """Return front matter as text, with its dashes."""
    dumped = yaml.safe_dump(dict(front), allow_unicode=True, sort_keys=False, width=10_000)
    return f"---\n{dumped}---\n"


# --- Single values ------------------------------------------------------------


def text_of(value: Any) -> str:
    """Return a YAML scalar as the text its author meant.

    Raises:
        CannotRead: it is a list or a mapping.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        raise CannotRead(f"Expected words, found {value!r}.")
    return str(value)


def list_of(value: Any) -> list[Any]:
    """Return a list as it is, nothing as an empty one, anything else as a list of one."""
    if value is None or value == "":
        return []
    return value if isinstance(value, list) else [value]


def count_of(text: str) -> int | None:
    """Return a whole number of things; nothing for no text.

    Raises:
        CannotRead: it is no number.
    """
    if not text:
        return None
    # Neither ² nor ten thousand nines are a number to `int`.
    if not _WHOLE.fullmatch(text):
        raise CannotRead(f"“{text}” is no whole number; write digits, such as 12.")
    return int(text)


def day_of(value: Any) -> date | None:
    """Return a day.

    Raises:
        CannotRead: it is none.
    """
    moment = moment_of(value)
    return moment.date() if moment else None


def moment_of(value: Any) -> datetime | None:
    """Return a moment, without a zone unless the value names one; a day is its first moment.

    Raises:
        CannotRead: it is none.
    """
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - the reader adds one.
    try:
        return datetime.fromisoformat(_SHORT_HOUR.sub(r"0\1:", str(value).strip()))
    except ValueError as error:
        raise CannotRead(
            f"“{value}” is no date; write it as 2027-03-01 or 2027-03-01 09:00."
        ) from error


def editions_of(value: Any) -> tuple[Edition, ...]:
    """Return the names of editions, from a list or from words parted by commas.

    Raises:
        CannotRead: there is no such edition.
    """
    names = value.split(",") if isinstance(value, str) else list_of(value)
    editions = tuple(str(name).strip() for name in names if str(name).strip())
    for name in editions:
        if name not in EDITIONS:
            raise CannotRead(f"There is no edition “{name}”; there are {', '.join(EDITIONS)}.")
    return cast(tuple[Edition, ...], editions)


def attribution_of(take: Callable[[str], Any]) -> Attribution:
    """Return the attribution whose fields `take` gives by name.

    Raises:
        CannotRead: the date is none.
    """
    names = ("speaker", "role", "outlet", "medium", "url")
    return Attribution(
        said_on=day_of(take("date")), **{name: text_of(take(name)) for name in names}
    )


def access_of(value: Any) -> Access:
    """Return who the article is for; nothing said means subscribers.

    Raises:
        CannotRead: it is none of the four.
    """
    access = text_of(value) or "subscribers"
    if access not in ACCESS_KINDS:
        raise CannotRead(f"“{access}” is no kind of access; there are {', '.join(ACCESS_KINDS)}.")
    return access


# --- Articles -----------------------------------------------------------------


def read_article(
    front: Mapping[str, Any], figure: Callable[[Any], Figure | None]
) -> tuple[FrontMatter, tuple[Source, ...]]:
    """Return the front matter and sources of an article.

    Args:
        front: the keys of the reference page; others are not looked at.
        figure: makes a figure of the value of ``lead_figure``.

    Raises:
        CannotRead: there is no title, or a value is not what its key needs.
    """
    headline = text_of(front.get("title"))
    if not headline.strip():
        raise CannotRead("The front matter has no title.")
    dateline = front.get("dateline")
    if not isinstance(dateline, dict):
        dateline = {"place": dateline}
    matter = FrontMatter(
        headline=headline,
        kicker=text_of(front.get("kicker")),
        standfirst=text_of(front.get("standfirst")),
        language=text_of(front.get("language")) or "en",
        bylines=tuple(_byline(author) for author in list_of(front.get("authors"))),
        section=text_of(front.get("section")),
        topics=tuple(text_of(topic) for topic in list_of(front.get("topics"))),
        dateline=Dateline(text_of(dateline.get("place")), day_of(dateline.get("date"))),
        published_at=moment_of(front.get("date")),
        updated_at=moment_of(front.get("updated")),
        lead_figure=figure(front.get("lead_figure")),
        variants=tuple(_variant(one, figure) for one in list_of(front.get("variants"))),
    )
    return matter, tuple(_source(source) for source in list_of(front.get("sources")))


def write_article(
    manuscript: Manuscript, figure: Callable[[Figure], dict[str, Any]]
) -> dict[str, Any]:
    """Return the front matter that `read_article` reads, empty values left out."""
    front = manuscript.front
    written: dict[str, Any] = {
        "key": manuscript.key,
        "title": front.headline,
        "kicker": front.kicker,
        "standfirst": front.standfirst,
        "language": front.language,
        "authors": [
            _full(name=one.name, contributor=one.contributor, role=one.role)
            for one in front.bylines
        ],
        "section": front.section,
        "topics": list(front.topics),
        "dateline": _full(place=front.dateline.place, date=_iso(front.dateline.written_on)),
        "date": _iso(front.published_at),
        "updated": _iso(front.updated_at),
        "lead_figure": figure(front.lead_figure) if front.lead_figure else None,
        "variants": [
            {
                "editions": list(variant.editions),
                **{
                    name: value
                    for name in ("kicker", "headline", "standfirst")
                    if (value := getattr(variant, name)) is not None
                },
                **({"lead_figure": figure(variant.lead_figure)} if variant.lead_figure else {}),
            }
            for variant in front.variants
        ],
        "access": manuscript.access,
        "lead_words": manuscript.lead_words,
        "sources": [
            _full(
                id=one.id,
                title=one.title,
                author=one.author,
                outlet=one.outlet,
                date=_iso(one.published_on),
                url=one.url,
                note=one.note,
            )
            for one in manuscript.sources
        ],
    }
    return {name: value for name, value in written.items() if value not in ("", None, [], {})}


def _full(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in ("", None)}


def _iso(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _mapping(value: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise CannotRead(f"Each of the {what} must be “key: value” pairs, not {value!r}.")
    return value


def _byline(author: Any) -> Byline:
    if not isinstance(author, dict):
        return Byline(text_of(author))
    return Byline(
        text_of(author.get("name")), text_of(author.get("contributor")), text_of(author.get("role"))
    )


def _variant(value: Any, figure: Callable[[Any], Figure | None]) -> FrontVariant:
    given = _mapping(value, "variants")
    words: dict[str, str | None] = {
        name: text_of(given[name]) if name in given else None
        for name in ("kicker", "headline", "standfirst")
    }
    return FrontVariant(
        editions_of(given.get("editions")), **words, lead_figure=figure(given.get("lead_figure"))
    )


def _source(value: Any) -> Source:
    given = _mapping(value, "sources")
    fields: Sequence[str] = ("id", "title", "author", "outlet", "url", "note")
    return Source(
        published_on=day_of(given.get("date")),
        **{name: text_of(given.get(name)) for name in fields},
    )
