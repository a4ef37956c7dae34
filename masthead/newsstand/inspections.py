"""Looking at pages as strangers get them, to see that promises about articles are kept.

Pages are fetched through the whole of the site, in this process: what a proxy or a browser would
get. Circulation writes down what was seen; see `circulation.promises`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone
from django.utils.translation import gettext as _

from masthead.advertising import choosing
from masthead.circulation import entitlements, passes, viewers
from masthead.circulation.entitlements import Work
from masthead.circulation.promises import articles as promises
from masthead.circulation.promises.kinds import Look
from masthead.editorial.models import Article, FrontPage, Section, Title
from masthead.newsstand import advertisements, composing, own_requests

NEWEST = 12
"""How many of the newest articles are looked at each night, and as many of the older ones in turn."""

SOURCES = re.compile(
    r'<(?:script|img|iframe|link|source|audio|video|embed)\b[^>]*?\b(?:src|href)="([^"]+)"'
)


LOOKS = "192.0.2.1"
"""Where a look says that it comes from (RFC 5737: nobody's address)."""

SLOTS = re.compile(r'class="advertisement"|/advertisements/|newsstand/advertisement')
"""What of an advertisement is in a page that has one."""


def register() -> None:
    """Enter the looks that are taken at pages."""
    promises.look_at_pages_with("subscriber-articles", look_at_closed)
    promises.look_at_pages_with("ad-free", look_for_advertisements)


def look_at_closed(title: Title, at: datetime) -> Look:
    """Look whether strangers get none of what is for subscribers, and subscribers all of it."""
    looked, failures = 0, []
    subscriber = entitlements.subscriber_of(str(title.key), at)
    for article in _in_turn(title, at):
        work = viewers.work_of(article, title)
        if entitlements.lock_of(work, at).access != "subscribers":
            continue
        looked += 1
        whole = entitlements.may_read(subscriber, work, at)
        lead = entitlements.may_read(entitlements.ANONYMOUS, work, at)
        if whole.parts != "full":
            failures.append(f"“{article.title}” does not open for subscribers.")
            continue
        closed = closed_words(article, work, at)
        status, page = fetched(title, article.url or "")
        if status != 200:
            failures.append(f"“{article.title}” answers {status}.")
        elif lead.parts == "full" or (closed and closed in words_of(page)):
            failures.append(f"“{article.title}” gives strangers more than its lead.")
    words = _("%(count)d articles were opened, as a stranger and as a subscriber.")
    return Look(looked, words % {"count": looked}, failures)


def look_for_advertisements(title: Title, at: datetime) -> Look:
    """Look whether who was promised no advertisements gets none, and pages ask no other house.

    What strangers see of what is booked shows that an advertisement would have been found.
    """
    looked = seen = due = 0
    failures = []
    cookie = _pass_without_advertisements(title)
    own = urlsplit(address_of(title)).hostname
    for page, name in _pages_with_places(title, at):
        url = page.url or ""
        booked = _is_booked(title, page, url)
        _status, open_to_all = fetched(title, url)
        status, spared = fetched(title, url, cookie)
        looked += 1
        due += booked and _is_booked(title, page, url)
        seen += bool(SLOTS.search(open_to_all))
        if status != HTTPStatus.OK:
            failures.append(f"{name} answers {status}.")
        elif SLOTS.search(spared):
            failures.append(f"{name} has an advertisement for readers who were promised none.")
        sources = SOURCES.findall(open_to_all) + SOURCES.findall(spared)
        if others := {urlsplit(source).hostname for source in sources} - {None, own}:
            failures.append(f"{name} asks {', '.join(sorted(map(str, others)))}.")
    if due and not seen:
        failures.append(
            "Advertisements are booked, and strangers saw none: the look shows nothing."
        )
    words = _(
        "%(count)d pages were opened: strangers got advertisements on %(seen)d, readers who were promised none on none."
    )
    return Look(looked, words % {"count": looked, "seen": seen}, failures)


def _pages_with_places(title: Title, at: datetime) -> Iterator[tuple[Any, str]]:
    """Yield the pages that are looked at, and what to call each to staff."""
    front = FrontPage.objects.filter(publication=title).live().first()
    if front is None:
        return
    yield front, "The front page"
    for section in Section.objects.child_of(front).live().order_by("path"):
        yield section, f"“{section.title}”"
    for article in _in_turn(title, at):
        yield article, f"“{article.title}”"


def _is_booked(title: Title, page: Any, url: str) -> bool:
    """Say whether something is to be seen on a page just now."""
    placement = advertisements.STAND_ON[type(page)]
    path = urlsplit(url).path
    return choosing.chosen_for(title, placement, path, timezone.now()) is not None


def _pass_without_advertisements(title: Title) -> str:
    """Return a cookie as a subscriber's browser has it whose offer promises no advertisements."""
    now = timezone.now()
    subscriber = entitlements.subscriber_of(str(title.key), now, without_ads=True)
    return passes.cookie_of(subscriber, at=now)


def fetched(title: Title, url: str, cookie: str = "") -> tuple[int, str]:
    """Return the status and the text of a page, as a stranger gets it, or who has that cookie."""
    parts = urlsplit(url)
    request = own_requests.request_to(
        address_of(title), parts.path, address=LOOKS, query=parts.query, cookie=cookie
    )
    response = own_requests.answer_to(request)
    return response.status_code, getattr(response, "content", b"").decode("utf-8", "replace")


def newest_of(title: Title) -> Iterator[Article]:
    """Yield the newest articles of a magazine, as many as are looked at each night."""
    yield from _of(title)[:NEWEST]


def _in_turn(title: Title, at: datetime) -> Iterator[Article]:
    pages = _of(title)
    yield from pages[:NEWEST]
    count = pages.count()
    if count > NEWEST:
        # Another stretch of the archive each night.
        nights = at.date().toordinal() * NEWEST % (count - NEWEST)
        yield from pages[NEWEST + nights : NEWEST + nights + NEWEST]


def _of(title: Title) -> Any:
    front = FrontPage.objects.filter(publication=title).first()
    found = Article.objects.descendant_of(front) if front else Article.objects.none()
    articles = found.live().public().select_related("section", "placement__issue")
    return articles.order_by("-published_at", "-pk")


def closed_words(article: Article, work: Work, at: datetime, *, given: Sequence[str] = ()) -> str:
    """Return plain words that stand behind the gate and nowhere before it; nothing where none do.

    They are the last that can be had: where an article ends as others do, what comes before that.

    Args:
        article: whose words.
        work: the same, as the gate knows it.
        at: the moment.
        given: what strangers have besides its lead and its standfirst, as plain words.
    """
    forme = composing.forme_of(article, at=at)
    if forme.lead_is_whole:
        return ""
    lead, standfirst = words_of(forme.lead.html), words_of(article.standfirst)
    return _last_of(whole_words(article, work, at).split(), (lead, standfirst, *given))


def whole_words(article: Article, work: Work, at: datetime) -> str:
    """Return all words of an article, for our own eyes."""
    ours = entitlements.may_read(entitlements.Viewer(reads_everything=True), work, at)
    parts = composing.forme_of(article, at=at).whole.open(ours).parts
    return words_of("".join(part.html for part in parts))


def _last_of(words: Sequence[str], given: Sequence[str]) -> str:
    for start in range(len(words) - 12, 0, -6):
        stretch = " ".join(words[start : start + 8])
        if not any(stretch in one for one in given):
            return stretch
    return ""


def words_of(text: str) -> str:
    """Return the words of a page or feed, as plain text with single spaces."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", text)).split())


def address_of(title: Title) -> str:
    """Return the public address of a magazine's front page."""
    front = FrontPage.objects.filter(publication=title).first()
    return (front.full_url if front else "") or "http://localhost"
