"""What a feed holds, before it is written in one form or another.

A feed is fetched without a sign-in, so every text in it is what the gate gives an
anonymous reader: the whole of an open article, the lead of any other.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Any
from urllib.parse import urljoin

from django.db.models import Max, Q
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext as _
from wagtail.models import ModelLogEntry, Page, PageLogEntry

from masthead.circulation import entitlements, viewers
from masthead.editorial.models import Article, Contributor, Correction, FrontPage, Section, Topic
from masthead.manuscript.gate import Decision
from masthead.newsstand import composing
from masthead.newsstand.formes import Forme
from masthead.newsstand.pages import Link
from masthead.press import dates

ENTRIES = 30

ARTICLES_OF: dict[type[Page], Callable[[Any], Any]] = {
    FrontPage: lambda page: Article.objects.descendant_of(page),
    Section: lambda page: Article.objects.filter(section=page),
    Contributor: lambda page: Article.objects.filter(bylines__contributor=page).distinct(),
    Topic: lambda page: Article.objects.filter(
        Q(topic_links__topic=page) | Q(mentions__topic=page)
    ).distinct(),
}
"""The pages that have feeds, and which articles stand in them."""

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

# In the HTML of the press a bare "<" always begins a tag and a quotation mark within a tag
# always ends a value, since it escapes everything else.
_TAG = re.compile(r"<[a-z][^<>]*>")
_ADDRESS = re.compile(r'\b(href|src|cite)="([/#][^"]*)"')
# Made for our own style sheet: a crop would hang out of its frame where there is no frame.
_STYLE = re.compile(r' style="[^"]*"')
_SOURCE_SET = re.compile(r'\bsrcset="([^"]*)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One article. ``html`` is what anybody may read of it; addresses are full ones."""

    key: str
    url: str
    title: str
    language: str
    summary: str
    html: str
    authors: tuple[Link, ...]
    topics: tuple[str, ...]
    published_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed, newest entry first."""

    title: str
    description: str
    publication: str
    language: str
    home_url: str
    feed_url: str
    updated_at: datetime
    entries: tuple[Entry, ...]


def feed_of(page: Any, front: FrontPage, *, url: str, at: datetime) -> Feed:
    """Return the feed of a page.

    Args:
        page: of a kind that is in `ARTICLES_OF`.
        front: the front page above it, or itself.
        url: the full address of the feed.
        at: the moment of asking.
    """
    title = front.publication
    articles = _newest(page)
    decisions = [
        entitlements.may_read(entitlements.ANONYMOUS, work, at)
        for work in viewers.works_of(articles)
    ]
    entries = [
        _entry(article, forme, decision, urljoin(url, "/"), title.name)
        for article, forme, decision in zip(
            articles, composing.formes_of(articles, at=at), decisions, strict=True
        )
    ]
    own = page.pk != front.pk
    return Feed(
        title=f"{title.name}: {page.title}" if own else title.name,
        description=_description(page) or title.tagline or title.name,
        publication=title.name,
        language=title.language,
        home_url=urljoin(url, page.url or "/"),
        feed_url=url,
        updated_at=max(
            (entry.updated_at for entry in entries if entry),
            default=page.first_published_at or LONG_AGO,
        ),
        entries=tuple(entry for entry in entries if entry),
    )


def state_of(page: Any, front: FrontPage, *, at: datetime) -> str:
    """Return a digest of what the feed of a page is made from, which is cheap to ask for.

    It changes with the articles and their order, their locks, their corrections, any
    act at the desk (a picture's rights, a contributor's name), and when
    the magazine's day begins.
    """
    facts = ("pk", "latest_revision_id", "last_published_at", "published_at", "revised_at")
    articles = _newest(page)
    corrections = Correction.objects.filter(article__in=articles)
    made_from = (
        [[getattr(article, fact) for fact in facts] for article in articles],
        [entitlements.lock_of(work, at) for work in viewers.works_of(articles)],
        list(corrections.values_list("pk", "made_at")),
        [
            log.objects.aggregate(newest=Max("pk"))["newest"]
            for log in (PageLogEntry, ModelLogEntry)
        ],
        front.publication.day(at),
    )
    return hashlib.sha256(repr(made_from).encode()).hexdigest()


def _newest(page: Any) -> list[Article]:
    found = ARTICLES_OF[type(page)](page).public().published()
    rows = found.select_related("section", "placement__issue").defer("body", "lead_figure")
    return list(rows[:ENTRIES])


def _description(page: Any) -> str:
    for name in ("introduction", "role", "summary"):
        if text := getattr(page, name, ""):
            return str(text)
    return ""


def _entry(
    article: Article, forme: Forme, decision: Decision, site: str, publication: str
) -> Entry | None:
    if decision.parts == "none":
        return None
    url = urljoin(site, forme.url)
    moment = article.published_at or article.first_published_at or LONG_AGO
    return Entry(
        key=forme.key,
        url=url,
        title=forme.headline,
        language=forme.language,
        summary=forme.standfirst,
        html=_for_elsewhere(_text(forme, decision, publication), url),
        authors=tuple(
            Link(byline.name, urljoin(site, byline.url) if byline.url else "")
            for byline in forme.bylines
        ),
        topics=tuple(topic.name for topic in forme.topics),
        published_at=moment,
        updated_at=forme.modified_at or moment,
    )


def _text(forme: Forme, decision: Decision, publication: str) -> str:
    """Return what this decision gives of an article, its corrections first."""
    pieces: list[str] = [
        format_html(
            "<p><strong>{}</strong> ({}): {}</p>",
            line.kind,
            dates.day_in(forme.language, line.made_at.date()),
            line.text,
        )
        for line in forme.corrections
    ]
    pieces.append(forme.lead_figure)
    if decision.parts == "full":
        pieces += [part.html for part in forme.whole.open(decision).parts]
    else:
        pieces.append(forme.lead.html)
        if not forme.lead_is_whole:
            with translation.override(forme.language):
                invitation = _("Read the rest at %(name)s") % {"name": publication}
            pieces.append(format_html('<p><a href="{}">{}</a></p>', forme.url, invitation))
    words = "\n".join(filter(None, pieces))
    return f'<div lang="{escape(forme.language)}" dir="{forme.direction}">{words}</div>'


def _for_elsewhere(html: str, url: str) -> str:
    """Return HTML of the press whose addresses hold, and that leans on no style sheet."""

    def whole(match: re.Match[str]) -> str:
        return f'{match[1]}="{urljoin(url, match[2])}"'

    def sources(match: re.Match[str]) -> str:
        files = (file.strip().partition(" ") for file in match[1].split(", "))
        return 'srcset="' + ", ".join(f"{urljoin(url, a)} {width}" for a, _s, width in files) + '"'

    def tag(match: re.Match[str]) -> str:
        return _SOURCE_SET.sub(sources, _ADDRESS.sub(whole, _STYLE.sub("", match[0])))

    return _TAG.sub(tag, html)
