"""Pressing articles: each part in every variant that its readers may need, from its forme.

What may be shown is decided from rows, which are fetched for many articles at once; what is shown
comes from formes. What is the same for all pages of a run is found out once: chrome, offers,
advertisements. What differs between readers, and which rule of the gate leads to which of it, is
declared in `VARIANTS`.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Any, Generic, TypeVar
from urllib.parse import urljoin, urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from wagtail.models import Site

from masthead.advertising.choosing import Candidate
from masthead.advertising.placements import Placement
from masthead.circulation import entitlements, gifts, viewers
from masthead.circulation.entitlements import ANONYMOUS, EVERY_CLASS, Viewer, Work
from masthead.edge.locks import Key
from masthead.edge.records import CLOSED, QUIET, Record
from masthead.edge.store import Pressed, PressedPage
from masthead.editorial.models import Article, FrontPage, Title
from masthead.newsstand import advertisements, composing, formes, offering, own_requests
from masthead.newsstand.alike import Alike
from masthead.newsstand.article_pages import page_of
from masthead.newsstand.chrome import Grounds, chrome_of
from masthead.newsstand.formes import Forme
from masthead.newsstand.offer_cards import OfferCard
from masthead.newsstand.views.faces import said_for_whom
from masthead.production import overhearing
from masthead.production.formes import Kept
from masthead.production.press_runs import Address

T = TypeVar("T")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Variant:
    """What readers get whom one of these rules opens a page; drawn for a reader by the first."""

    name: str
    rules: tuple[str, ...]


VARIANTS = (
    # They may give an article away.
    Variant("whole", tuple(sorted(gifts.OF_SUBSCRIBERS))),
    # They may not, and nothing is said of how it opened.
    Variant("visitor", ("institution", "meter", "signed-up", "single-copy")),
    # They are told that somebody gave it to them.
    Variant("guest", ("gift",)),
)
"""The whole of a closed page, by the rules that lead to it; other rules are the house's."""

LEAD, OPEN = "lead", "open"

KEPT_HEADERS = frozenset(
    {
        "content-type", "cache-control", "content-security-policy", "content-language",
        "cross-origin-opener-policy", "cross-origin-resource-policy", "link", "permissions-policy",
        "referrer-policy", "strict-transport-security", "x-content-type-options",
        "x-frame-options", "x-robots-tag",
    }
)  # fmt: skip
"""Headers of an answer that are the page's; all others are of one answer to one reader."""

PRESSES = "192.0.2.2"
"""Where a press says that it comes from (RFC 5737: nobody's address)."""

_LATER_PART = re.compile("(/.+/)([0-9]+)/")

ADVERTISED = b'class="advertisement"'
"""What every page with an advertisement has in it, and no other."""


class NotForAll(Exception):
    """A page holds what is meant for one reader, and must not be kept."""


class ArticlePress:
    """The articles of one press run."""

    def __init__(self, *, version: int, at: datetime) -> None:
        """Begin; pages have that version, and are as they look at that moment.

        ``ready`` are the formes that were made or found, by the primary keys of their articles.
        """
        self.version, self.at = version, at
        self.ready: dict[int, Kept] = {}
        self._grounds: dict[str, Grounds | None] = {}
        self._offers: dict[int, _Found[tuple[OfferCard, ...]]] = {}
        self._candidates: dict[tuple[int, str], _Found[list[Candidate]]] = {}

    def press(self, addresses: Iterable[Address]) -> Iterator[tuple[Address, PressedPage | None]]:
        """Yield each address of an article with its page, or None: nothing is to be kept for it.

        Other addresses are left out; whatever part is asked for, all of them are pressed. Of
        articles whose formes are kept, many take as many queries as a few.
        """
        asked = self._asked(addresses)
        articles = [article for article, _addresses in asked]
        works = viewers.works_of(articles)
        self.ready |= composing.ready(
            (article.pk for article in articles), at=self.at, version=self.version
        )
        for (article, known), work in zip(asked, works, strict=True):
            pages = dict.fromkeys(known)
            try:
                if forme := self.ready.get(article.pk):
                    pages |= self._pages(known[0], article, forme, work)
            except Exception:
                # One page that cannot be drawn must not keep the others from readers; the house
                # answers for it, and says what is wrong.
                logger.exception("%s%s cannot be pressed.", *known[0])
            yield from pages.items()

    def grounds(self, host: str) -> Grounds | None:
        """Return what answers at a host; None where no magazine does."""
        if host not in self._grounds:
            self._grounds[host] = _grounds(host)
        return self._grounds[host]

    def offers(self, title: Title) -> _Found[tuple[OfferCard, ...]]:
        """Return what is sold below the leads of a title."""
        if title.pk not in self._offers:
            with overhearing.listening() as heard:
                cards = offering.cards(title, self.at)
            self._offers[title.pk] = _Found(cards, frozenset(composing.worth_hearing(heard)))
        return self._offers[title.pk]

    def candidates(self, title: Title, placement: Placement) -> _Found[list[Candidate]]:
        """Return which advertisements may stand on its pages."""
        known = title.pk, placement.name
        if known not in self._candidates:
            with overhearing.listening() as heard:
                found = advertisements.running(title, placement, self.at)
            self._candidates[known] = _Found(
                found,
                frozenset(composing.worth_hearing(heard)),
                tuple(composing.turns(heard, title, self.at)),
            )
        return self._candidates[known]

    def _asked(self, addresses: Iterable[Address]) -> list[tuple[Article, list[Address]]]:
        """Return the articles that these are addresses of, with their own and what was asked for."""
        wanted: dict[str, list[Address]] = {}
        for host, path in addresses:
            if (grounds := self.grounds(host)) is None:
                continue
            later = _LATER_PART.fullmatch(path)
            for first in filter(None, [path, later and later[1]]):
                known = wanted.setdefault(grounds.front.url_path.rstrip("/") + first, [])
                known.append((host, first))
                known.append((host, path))
        found = (
            Article.objects.filter(url_path__in=wanted)
            .live()
            .public()
            .defer("body", "lead_figure", "search_description")
            .select_related("section", "placement__issue")
        )
        return [(article, wanted[article.url_path]) for article in found]

    def _pages(
        self, first: Address, article: Article, kept: Kept, work: Work
    ) -> dict[Address, PressedPage]:
        """Return every part of an article: what strangers get, and the whole by each way it opens."""
        host, path = first
        grounds = self.grounds(host)
        if grounds is None:
            return {}
        forme = formes.read(kept.data)
        tags = kept.tags | grounds.tags | {f"own:{article.pk}"}
        lock = entitlements.lock_of(work, self.at)
        pages = {}
        for part in range(1, forme.parts_count + 1):
            own = path if part == 1 else f"{path}{part}/"
            drawing = _Drawing(self, grounds, own, forme, work, part)
            drawing.add_all()
            stale = [lock.not_after, *map(_seconds, [kept.stale_at, *drawing.stale])]
            record = Record(
                host=host,
                path=own,
                version=self.version,
                lock=lock,
                title=str(grounds.title.key),
                rules=drawing.rules,
                stale_at=min(filter(None, stale), default=None),
                tags=tags | drawing.tags,
            )
            if drawing.variants:
                pages[host, own] = PressedPage(record, drawing.variants)
        return pages


@dataclass(frozen=True, slots=True)
class _Found(Generic[T]):
    """What was found out once for many pages, from what, and when it turns."""

    value: T
    tags: frozenset[str]
    turns: tuple[datetime, ...] = ()


class _Drawing:
    """The variants of one page, as far as they are drawn."""

    def __init__(
        self, press: ArticlePress, grounds: Grounds, path: str, forme: Forme, work: Work, part: int
    ) -> None:
        """Begin with none."""
        self.variants: dict[str, Pressed] = {}
        self.rules: dict[str, str] = {}
        self.tags: frozenset[str] = frozenset()
        self.stale: tuple[datetime, ...] = ()
        self._alike = Alike()
        self._press, self._grounds, self._path = press, grounds, path
        self._forme, self._work, self._part = forme, work, part
        self._chrome = replace(
            grounds.chrome,
            path=path,
            canonical_url=urljoin(grounds.root_url, forme.url),
            description=forme.description,
        )

    def add_all(self) -> None:
        """Draw what readers of this part may need."""
        decision = entitlements.may_read(ANONYMOUS, self._work, self._press.at)
        if decision.parts == "full":
            self._add(OPEN, "open")
            return
        if self._part == 1 and decision.rule != "countable":
            # A stranger of whom it may be counted is the house's; later parts are no stranger's.
            self._add(LEAD, CLOSED)
        for variant in VARIANTS:
            work = self._work
            key = Key(variant.rules[0], work.title, EVERY_CLASS, article=work.key)
            self._add(variant.name, *variant.rules, key=key)

    def _add(self, name: str, *rules: str, key: Key | None = None) -> None:
        """Draw a variant for these rules, as a reader with that key gets it.

        It is drawn without advertisements as well, for who was promised none; where there is none
        on it anyway, those are the same bytes.
        """
        keys = (key,) if key else ()
        variant = self._drawn(Viewer(keys=keys), is_gated=key is not None)
        if variant is None:
            return
        self.variants[name] = variant
        self.rules |= dict.fromkeys(rules, name)
        if ADVERTISED in variant.body:
            quiet = Viewer(keys=(*keys, without_advertisements(self._grounds.title)))
            variant = self._drawn(quiet, is_gated=variant.is_gated)
            if variant is None or ADVERTISED in variant.body:
                raise NotForAll(f"{self._path} has advertisements for who was promised none.")
        elif name == OPEN:
            return  # Everybody gets the same.
        self.variants[f"{name}{QUIET}"] = variant

    def _drawn(self, viewer: Viewer, *, is_gated: bool) -> Pressed | None:
        request = own_requests.request_to(self._grounds.root_url, self._path, address=PRESSES)
        viewers.see_as(request, viewer)
        self._alike.share(request, is_gated=is_gated)
        answer: Any = own_requests.answer_to(request, by=self._answer)
        return kept(answer, is_gated=is_gated) if answer.status_code == HTTPStatus.OK else None

    def _answer(self, request: HttpRequest) -> HttpResponse:
        """Answer as the article's own view does, of what is known already."""
        press, title = self._press, self._grounds.title
        decision = viewers.decide(request, self._work, press.at)
        offers: tuple[OfferCard, ...] = ()
        if decision.parts != "full":
            found = press.offers(title)
            offers, self.tags = found.value, self.tags | found.tags
        values = page_of(
            self._forme,
            decision,
            chrome=self._chrome,
            work=self._work,
            at=press.at,
            part=self._part,
            offers=offers,
        )
        values = advertisements.let_in(values, Article, request, title, self._candidates)
        response = render(request, "newsstand/article.html", {"page": values})
        return said_for_whom(response, request)

    def _candidates(self, title: Title, placement: Placement, _at: datetime) -> list[Candidate]:
        found = self._press.candidates(title, placement)
        self.tags |= found.tags
        self.stale = found.turns
        return found.value


def without_advertisements(title: Title) -> Key:
    """Return the key of who was promised no advertisements on a title's pages, and nothing else."""
    return Key("quiet", str(title.key), frozenset(), without_ads=True)


def kept(answer: HttpResponse, *, is_gated: bool = False) -> Pressed:
    """Return an answer as it is kept: its bytes, and the headers that are the page's.

    Raises:
        NotForAll: it holds a form that only one reader can send.
    """
    if b"csrfmiddlewaretoken" in answer.content:
        raise NotForAll("A page with a form of one reader's cannot be kept.")
    headers = tuple(
        (name.lower(), value) for name, value in answer.items() if name.lower() in KEPT_HEADERS
    )
    return Pressed(answer.content, headers, is_gated)


def host_of(site: Site) -> str:
    """Return the host that a site answers at, with its port where that is not the usual one."""
    return urlsplit(site.root_url).netloc.lower()


def _grounds(host: str) -> Grounds | None:
    site = next((one for one in Site.objects.all() if host_of(one) == host), None)
    if site is None:
        return None
    request = own_requests.request_to(site.root_url, "/", address=PRESSES)
    with overhearing.listening() as heard:
        front = FrontPage.objects.select_related("publication").filter(pk=site.root_page_id).first()
        if front is None:
            return None
        chrome = chrome_of(front, request)
    tags = frozenset(composing.worth_hearing(heard)) | {f"chrome:{front.pk}"}
    return Grounds(site, front, chrome, tags)


def _seconds(moment: datetime | None) -> int | None:
    return int(moment.timestamp()) if moment else None
