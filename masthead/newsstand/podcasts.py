"""What a podcast holds, before it is written: each article that is heard is an episode.

The gate decides on each article, for an anonymous reader or for the subscriber whose feed it is.
An episode is a whole article or none: its audio and its captions are its words.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from typing import Any
from urllib.parse import urljoin

import av
from django.core.cache import caches
from django.db.models import Exists, Max, OuterRef
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.models import ModelLogEntry, PageLogEntry

from masthead.circulation import editions, entitlements, viewers
from masthead.circulation.entitlements import Viewer
from masthead.editorial.models import Article, FrontPage, Issue, Section, Title
from masthead.newsstand import share_cards
from masthead.newsstand.cards import link_to
from masthead.newsstand.feeds import LONG_AGO
from masthead.newsstand.pages import Link
from masthead.people.models import User
from masthead.press.speech import issue as speech_issue
from masthead.press.speech.issue import Chapter
from masthead.production import audio, for_readers
from masthead.production.models import Edition, Narration

EPISODES = 100
CONSIDERED = 1000
"""How many of the newest articles that are heard are looked at, to find as many for this listener."""
PODCASTS = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
"""The namespace that Podcasting 2.0 makes the ids of shows in."""

ARTICLES_OF: dict[type[Any], Callable[[Any], Any]] = {
    FrontPage: lambda page: Article.objects.descendant_of(page).published(),
    Section: lambda page: Article.objects.filter(section=page).published(),
    Issue: lambda page: (
        Article.objects.filter(placement__issue=page)
        .live()
        .order_by("placement__sort_order", "placement__pk")
    ),
}
"""The pages that have podcasts, and which articles are heard there, in which order."""

AddressOf = Callable[[Article | Issue, str, str], str]
"""Returns the full address of a recording of an article or an issue, by its SHA-256 and an ending."""
ISSUES = 4
"""How many of the newest issues are told of as one recording each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """One article as it is heard, or a whole issue in one recording.

    Addresses are full ones; ``narrator`` is empty for a computer, and where several read.

    ``number`` is its place in its issue, 0 where it is told among those of others. ``captions_url``
    and ``chapters_url`` are empty where there are none.
    """

    key: str
    url: str
    title: str
    language: str
    summary: str
    authors: tuple[Link, ...]
    narrator: str
    published_at: datetime
    audio_url: str
    size: int
    seconds: float
    captions_url: str
    chapters_url: str = ""
    number: int = 0
    is_issue: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Podcast:
    """A show. ``guid`` is empty for one that is a subscriber's own."""

    title: str
    description: str
    publication: str
    publisher: str
    language: str
    home_url: str
    feed_url: str
    picture_url: str
    category: str
    contact: str
    guid: str
    is_serial: bool
    is_private: bool
    updated_at: datetime
    episodes: tuple[Episode, ...]


def public_podcast(page: Any, front: FrontPage, *, url: str, at: datetime) -> Podcast:
    """Return what anybody may hear of a page.

    Args:
        page: of a kind that is in `ARTICLES_OF`.
        front: the front page above it, or itself; its title has a podcast.
        url: the full address of the feed.
        at: the moment of asking.
    """
    title = front.publication
    by_people = title.podcast != Title.Podcast.ALL
    heard = _heard(page, entitlements.ANONYMOUS, at, by_people=by_people)

    def address(work: Article | Issue, sha256: str, ending: str) -> str:
        name = "newsstand:narration" if ending == "mp3" else "newsstand:narration-captions"
        return urljoin(url, reverse(name, args=[work.key, sha256]))

    own = page.pk != front.pk
    return _podcast(
        page,
        title,
        heard,
        address,
        url=url,
        name=f"{title.name}: {page.title}" if own else title.name,
        at=at,
        guid=str(_guid(page, front, url)),
    )


def private_podcast(
    front: FrontPage, viewer: Viewer, reader: User, *, url: str, address: AddressOf, at: datetime
) -> Podcast:
    """Return all that one subscriber may hear of a title: articles, and issues in one recording.

    Args:
        front: the title's front page.
        viewer: the subscriber, with the keys in hand.
        reader: the same, whose issues stay theirs; see `circulation.editions`.
        url: the full address of the feed, which is a secret.
        address: where its recordings are.
        at: the moment of asking.
    """
    title = front.publication
    with translation.override(title.language):
        name = _("%(name)s, for you") % {"name": title.name}
    heard = _heard(front, viewer, at)
    podcast = _podcast(front, title, heard, address, url=url, name=name, at=at)
    whole = _whole_issues(front, viewer, reader, address, url, at)
    episodes = sorted((*whole, *podcast.episodes), key=lambda one: one.published_at, reverse=True)
    moments = (one.published_at for one in whole)
    return replace(
        podcast, episodes=tuple(episodes), updated_at=max((podcast.updated_at, *moments))
    )


def _podcast(
    page: Any,
    title: Title,
    heard: list[tuple[int, Article, Narration]],
    address: AddressOf,
    *,
    url: str,
    name: str,
    at: datetime,
    guid: str = "",
) -> Podcast:
    is_serial = isinstance(page, Issue)
    with_bylines = Article.objects.filter(pk__in=[article.pk for _n, article, _a in heard])
    by_pk = {article.pk: article for article in with_bylines.with_cards()}
    captioned = _captioned(narration for _n, _a, narration in heard)
    episodes = tuple(
        _episode(
            by_pk[article.pk],
            narration,
            address,
            url,
            number=place if is_serial else 0,
            captioned=narration.pk in captioned,
        )
        for place, article, narration in heard
        if article.pk in by_pk
    )
    moments = [narration.finished_at for _n, _a, narration in heard]
    for article in by_pk.values():
        moments += [article.published_at, article.revised_at]
    work = page if is_serial else title
    card = share_cards.of_issue(page) if is_serial else share_cards.of_title(title)
    picture = reverse("newsstand:square-card", args=[work.key, card.digest])
    return Podcast(
        title=name,
        description=_description(page, title),
        publication=title.name,
        publisher=title.publisher or title.name,
        language=title.language,
        home_url=urljoin(url, page.url or "/"),
        feed_url=url,
        picture_url=urljoin(url, picture),
        category=title.podcast_category,
        contact="" if not guid else title.podcast_contact,
        guid=guid,
        is_serial=is_serial,
        is_private=not guid,
        # One without episodes has nothing to tell of; it is of today.
        updated_at=max(filter(None, moments), default=title.midnight(at)),
        episodes=episodes,
    )


def state_of(front: FrontPage, *, at: datetime) -> str:
    """Return a digest of what public podcasts are made from, which is cheap to ask for.

    It changes with any act at the desk, with every recording that is finished, and once a minute,
    since articles open by the clock.
    """
    title = front.publication
    made_from = (
        [
            log.objects.aggregate(newest=Max("pk"))["newest"]
            for log in (PageLogEntry, ModelLogEntry)
        ],
        Narration.objects.aggregate(newest=Max("finished_at"))["newest"],
        (
            title.key,
            title.podcast,
            title.podcast_category,
            title.podcast_contact,
            title.podcast_guid,
        ),
        int(at.timestamp()) // 60,
    )
    return hashlib.sha256(repr(made_from).encode()).hexdigest()


def _heard(
    page: Any, viewer: Viewer, at: datetime, *, by_people: bool = False
) -> list[tuple[int, Article, Narration]]:
    """Return what a viewer may hear of a page: place, article and recording, in order."""
    ready = Narration.objects.filter(article=OuterRef("pk"), state=Narration.State.READY)
    if by_people:
        # Of the newest recording this says nothing yet, but leaves few to look at.
        ready = ready.exclude(narrator="")
    articles = list(
        ARTICLES_OF[type(page)](page)
        .public()
        .filter(Exists(ready), read_aloud=True)
        .select_related("section", "placement__issue")
        .defer("body", "lead_figure", "search_description")[:CONSIDERED]
    )
    works = viewers.works_of(articles)
    theirs = [
        (place, article)
        for place, (article, work) in enumerate(zip(articles, works, strict=True), 1)
        if entitlements.may_read(viewer, work, at).parts == "full"
    ]
    heard = audio.heard_of(article for _place, article in theirs)
    return [(place, article, heard[article.pk]) for place, article in theirs if article.pk in heard]


def _episode(
    article: Article,
    narration: Narration,
    address: AddressOf,
    url: str,
    *,
    number: int,
    captioned: bool,
) -> Episode:
    return Episode(
        key=str(article.key),
        url=urljoin(url, article.url or "/"),
        title=article.title,
        language=article.language,
        summary=article.standfirst,
        authors=tuple(_authors(article, url)),
        narrator=narration.narrator,
        published_at=article.published_at or article.first_published_at or LONG_AGO,
        audio_url=address(article, narration.sha256, "mp3"),
        size=narration.size,
        seconds=narration.seconds,
        captions_url=address(article, narration.sha256, "vtt") if captioned else "",
        number=number,
    )


def _whole_issues(
    front: FrontPage, viewer: Viewer, reader: User, address: AddressOf, url: str, at: datetime
) -> list[Episode]:
    """Return the newest issues as one recording each, of those that this reader may have whole."""
    on_sale = Issue.objects.descendant_of(front).on_sale().public().select_related("publication")
    issues = list(on_sale[:ISSUES])
    found = for_readers.newest(issues)
    episodes = []
    for issue in issues:
        for edition in found.get(issue.pk, ()):
            edition.issue = issue
            if edition.form != Edition.Form.AUDIO:
                continue
            if not editions.may_have(viewer, reader, edition, at):
                continue
            if chapters := chapters_of(edition):
                episodes.append(_whole_issue(issue, edition, chapters[-1].ends, address, url))
    return episodes


def _whole_issue(
    issue: Issue, edition: Edition, seconds: float, address: AddressOf, url: str
) -> Episode:
    language = issue.publication.language
    with translation.override(language):
        name = _("%(issue)s, the whole issue") % {"issue": issue.title}
    return Episode(
        key=str(issue.key),
        url=urljoin(url, issue.url or "/"),
        title=name,
        language=language,
        summary="",
        authors=(),
        narrator="",
        published_at=issue.on_sale_at or LONG_AGO,
        audio_url=address(issue, edition.sha256, "mp3"),
        size=edition.size,
        seconds=seconds,
        captions_url="",
        chapters_url=address(issue, edition.sha256, "json"),
        is_issue=True,
    )


def chapters_of(edition: Edition) -> tuple[Chapter, ...]:
    """Return the chapters of an issue's recording; none where its file is lost or damaged."""
    name = f"chapters:{edition.sha256}"
    kept: tuple[Chapter, ...] | None = caches["feeds"].get(name)
    if kept is None:
        try:
            with edition.file.open("rb") as file:
                kept = tuple(speech_issue.chapters_of(file))
        except (OSError, av.error.FFmpegError):
            kept = ()
        caches["feeds"].set(name, kept)
    return kept


def _captioned(narrations: Iterable[Narration]) -> set[int]:
    """Return the numbers of those whose words it is known of when they are heard: one query."""
    wanted = Narration.objects.filter(pk__in=[one.pk for one in narrations])
    return set(wanted.filter(captions__contains=" --> ").values_list("pk", flat=True))


def _authors(article: Article, url: str) -> Iterator[Link]:
    """Yield who wrote it; who took its photographs is not heard."""
    for byline in article.bylines.all():
        if not byline.role:
            link = link_to(byline.contributor)
            yield Link(byline.printed_name, urljoin(url, link.url) if link else "")


def _description(page: Any, title: Title) -> str:
    own = str(getattr(page, "introduction", "") or "")
    with translation.override(title.language):
        aloud = _("Articles of %(name)s, read aloud.") % {"name": title.name}
    return own or title.tagline or aloud


def notes_of(episode: Episode, publication: str) -> str:
    """Return what a program shows below an episode, as HTML: standfirst, link, and who reads."""
    with translation.override(episode.language):
        by = _("Read by %(name)s.") % {"name": episode.narrator} if episode.narrator else ""
        by = by or _("Read by a computer voice.")
        if episode.is_issue:
            by = _("Its articles one after another, each a chapter.")
        onward = _("The article at %(name)s") % {"name": publication}
        if episode.is_issue:
            onward = _("The issue at %(name)s") % {"name": publication}
    pieces = [
        escape(episode.summary),
        f'<a href="{escape(episode.url)}">{escape(onward)}</a>',
        escape(by),
    ]
    return "".join(f"<p>{piece}</p>" for piece in pieces if piece)


def _guid(page: Any, front: FrontPage, url: str) -> uuid.UUID:
    """Return what a show is known by, for ever; the title's is written down the first time."""
    title = front.publication
    if title.podcast_guid is None:
        first = urljoin(url, f"{front.url or '/'}feeds/podcast.xml")
        made = uuid.uuid5(PODCASTS, first.partition("://")[2].rstrip("/"))
        Title.objects.filter(pk=title.pk, podcast_guid=None).update(podcast_guid=made)
        title.refresh_from_db(fields=["podcast_guid"])
    known: uuid.UUID = title.podcast_guid
    return known if page.pk == front.pk else uuid.uuid5(known, str(page.pk))
