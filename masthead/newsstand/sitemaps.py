"""What search engines are told of: every page that anybody can see, and when it changed.

An article's sitemap is decided by its primary key, so that it stays in one for ever and
only the sitemaps of articles that changed have to be fetched again.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urljoin

from django.db.models import ExpressionWrapper, F, IntegerField, Max, Q
from django.urls import reverse
from django.utils.xmlutils import SimplerXMLGenerator

from masthead.editorial.models import (
    Article,
    ArticleIndex,
    Contributor,
    ContributorIndex,
    Correction,
    Dossier,
    FrontPage,
    Issue,
    IssueIndex,
    Section,
    Topic,
    TopicIndex,
)
from masthead.newsstand import xml_text

PER_SITEMAP = 5000
NEWS_FOR = timedelta(days=2)
NEWS_AT_MOST = 1000
"""Both are the rules of the protocol for news."""

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


@dataclass(frozen=True, slots=True)
class Place:
    """A full address, and when what stands there last changed."""

    url: str
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewsPlace:
    """A new article."""

    url: str
    headline: str
    published_at: datetime


def parts(front: FrontPage, site: str) -> list[Place]:
    """Return every sitemap of a title that has something in it."""
    found = [Place(_address(site, f"articles-{number}"), at) for number, at in _shelves(front)]
    for name, places in KINDS.items():
        if there := places(front, site):
            found.append(Place(_address(site, name), newest(there)))
    return [*found, Place(_address(site, "news"))]


def articles(front: FrontPage, site: str, number: int) -> list[Place]:
    """Return the articles of one sitemap, counted from 1; empty if there is none."""
    first = (number - 1) * PER_SITEMAP + 1
    rows = (
        _of(front, Article)
        .filter(pk__gte=first, pk__lt=first + PER_SITEMAP)
        .annotate(corrected_at=Max("corrections__made_at"))
        .order_by("pk")
        .values_list("url_path", "last_published_at", "published_at", "revised_at", "corrected_at")
    )
    # Thousands at a time, each time one of them changes: as plain values, and not as pages.
    above = len(front.url_path)
    return [
        Place(site + quote(url_path[above:]), max(filter(None, moments), default=None))
        for url_path, *moments in rows
    ]


def names_of_all(front: FrontPage) -> list[str]:
    """Return the names of the sitemaps that there may be, without that of news: one query."""
    last = _of(front, Article).aggregate(last=Max("pk"))["last"] or 0
    return [*(f"articles-{number}" for number in range(1, shelf_of(last) + 1)), *KINDS]


def shelf_of(article: int) -> int:
    """Return the number of the sitemap that an article stands in, by its primary key."""
    return (article - 1) // PER_SITEMAP + 1


def news(front: FrontPage, site: str, *, at: datetime) -> list[NewsPlace]:
    """Return the articles of the last two days that are in the publication's language.

    The protocol has one language for a publication; an article in another one would be
    announced as what it is not, and has its place among all articles.
    """
    language = primary(front.publication.language)
    rows = (
        _of(front, Article)
        .filter(published_at__gt=at - NEWS_FOR, published_at__lte=at)
        .filter(Q(language__iexact=language) | Q(language__istartswith=f"{language}-"))
        .only("url_path", "path", "depth", "title", "published_at")
        .order_by("-published_at", "-pk")[:NEWS_AT_MOST]
    )
    return [NewsPlace(_url(row, site), row.title, row.published_at) for row in rows]


def primary(language: str) -> str:
    """Return the language alone of a BCP 47 tag."""
    return language.split("-")[0].lower()


def issues(front: FrontPage, site: str) -> list[Place]:
    """Return the issues on sale."""
    rows = _of(front, Issue).on_sale()
    return [_place(row, site, row.last_published_at, row.on_sale_at) for row in rows]


def names(front: FrontPage, site: str) -> list[Place]:
    """Return contributors, topics and dossiers; each changes when an article joins it."""
    people = _of(front, Contributor).annotate(joined_at=_newest("bylines__article"))
    # Asked one after the other: together they would be counted as often as one another.
    topics = _of(front, Topic).annotate(joined_at=_newest("article_links__article"))
    named = _of(front, Topic).annotate(named_at=_newest("mentions__article"))
    named_at = dict(named.values_list("pk", "named_at"))
    return [
        *(_place(row, site, row.last_published_at, row.joined_at) for row in people),
        *(
            _place(row, site, row.last_published_at, row.joined_at, named_at.get(row.pk))
            for row in topics
        ),
        *(_place(row, site, row.last_published_at) for row in _of(front, Dossier)),
    ]


def sections(front: FrontPage, site: str) -> list[Place]:
    """Return the front page, the sections, the shelves, and what belongs to no shelf."""
    newest_article = _of(front, Article).aggregate(at=Max("published_at"))["at"]
    newest_issue = _of(front, Issue).on_sale().aggregate(at=Max("on_sale_at"))["at"]
    corrections = Correction.objects.public().filter(article__path__startswith=front.path)
    changed = {ArticleIndex: newest_article, IssueIndex: newest_issue}
    places = [_place(front, site, front.last_published_at, newest_article, newest_issue)]
    places += [
        _place(row, site, row.last_published_at, row.joined_at)
        for row in _of(front, Section).annotate(joined_at=_newest("articles"))
    ]
    places += [
        _place(row, site, row.last_published_at, changed.get(kind))
        for kind in (IssueIndex, ArticleIndex, ContributorIndex, TopicIndex)
        for row in _of(front, kind)
    ]
    return [
        *places,
        Place(
            urljoin(site, reverse("newsstand:corrections")),
            corrections.aggregate(at=Max("made_at"))["at"],
        ),
        Place(urljoin(site, reverse("newsstand:accessibility"))),
    ]


KINDS: dict[str, Callable[[FrontPage, str], list[Place]]] = {
    "issues": issues,
    "names": names,
    "sections": sections,
}
"""The sitemaps beside those of articles, by the name in their address."""


def newest(places: Iterable[Place]) -> datetime | None:
    """Return the last change among places."""
    return max((place.changed_at for place in places if place.changed_at), default=None)


# --- As XML -------------------------------------------------------------------


def write_index(places: Iterable[Place]) -> bytes:
    """Return a sitemap index."""
    return _written("sitemapindex", "sitemap", places)


def write(places: Iterable[Place]) -> bytes:
    """Return a sitemap."""
    return _written("urlset", "url", places)


def write_news(places: Iterable[NewsPlace], name: str, language: str) -> bytes:
    """Return a news sitemap of the publication called `name`."""
    data, xml = _begun("urlset", {"xmlns": SITEMAP, "xmlns:news": NEWS})
    for place in places:
        xml.startElement("url", {})
        xml.addQuickElement("loc", place.url)
        xml.startElement("news:news", {})
        xml.startElement("news:publication", {})
        xml.addQuickElement("news:name", xml_text.fit(name))
        xml.addQuickElement("news:language", primary(language))
        xml.endElement("news:publication")
        xml.addQuickElement("news:publication_date", place.published_at.isoformat())
        xml.addQuickElement("news:title", xml_text.fit(place.headline))
        xml.endElement("news:news")
        xml.endElement("url")
    xml.endElement("urlset")
    return data.getvalue()


def _written(whole: str, one: str, places: Iterable[Place]) -> bytes:
    data, xml = _begun(whole, {"xmlns": SITEMAP})
    for place in places:
        xml.startElement(one, {})
        xml.addQuickElement("loc", place.url)
        if place.changed_at:
            xml.addQuickElement("lastmod", place.changed_at.isoformat())
        xml.endElement(one)
    xml.endElement(whole)
    return data.getvalue()


def _begun(whole: str, attributes: dict[str, str]) -> tuple[io.BytesIO, Any]:
    data = io.BytesIO()
    xml: Any = SimplerXMLGenerator(data, "utf-8")
    xml.startDocument()
    xml.startElement(whole, attributes)
    return data, xml


# --- Rows ---------------------------------------------------------------------


def _shelves(front: FrontPage) -> list[tuple[int, datetime | None]]:
    """Return the numbers of the sitemaps of articles, each with its last change: one query."""
    shelf = ExpressionWrapper((F("pk") - 1) / PER_SITEMAP + 1, output_field=IntegerField())
    moments = ("last_published_at", "published_at", "revised_at", "corrections__made_at")
    rows = (
        _of(front, Article)
        .annotate(shelf=shelf)
        .values("shelf")
        .annotate(**{f"newest_{moment}": Max(moment) for moment in moments})
        .order_by("shelf")
    )
    return [(row.pop("shelf"), max(filter(None, row.values()), default=None)) for row in list(rows)]


def _of(front: FrontPage, kind: Any) -> Any:
    return kind.objects.descendant_of(front, inclusive=True).live().public()


def _newest(relation: str) -> Max:
    return Max(f"{relation}__published_at", filter=Q(**{f"{relation}__live": True}))


def _place(page: Any, site: str, *moments: datetime | None) -> Place:
    return Place(_url(page, site), max(filter(None, moments), default=None))


def _url(page: Any, site: str) -> str:
    return urljoin(site, page.url or "/")


def _address(site: str, name: str) -> str:
    return urljoin(site, reverse("newsstand:sitemap", args=[name]))
