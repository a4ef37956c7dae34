"""Pressing readers' pages: each address in every variant that its readers may need.

Articles are made from their formes (`pressed_articles`). Any other page is asked for as a browser
would ask, in this process; so what is pressed is what the house would have answered.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from http import HTTPStatus
from importlib.metadata import version
from typing import Any
from urllib.parse import unquote, urlsplit

from django.http import HttpResponse
from django.urls import reverse
from wagtail.models import Page, Site

from masthead.circulation import viewers
from masthead.circulation.entitlements import ANONYMOUS, Viewer
from masthead.edge.records import QUIET, Record
from masthead.edge.store import PressedPage
from masthead.editorial.models import Article, FrontPage
from masthead.newsstand import composing, metadata, own_requests, sitemaps, theme
from masthead.newsstand.chrome import Grounds, stand_on
from masthead.newsstand.feeds import ARTICLES_OF
from masthead.newsstand.pressed_articles import (
    ADVERTISED,
    OPEN,
    PRESSES,
    ArticlePress,
    NotForAll,
    host_of,
    kept,
    without_advertisements,
)
from masthead.production import overhearing, press_runs
from masthead.production.press_runs import Address

logger = logging.getLogger(__name__)

FIXED = (
    "newsstand:corrections",
    "newsstand:accessibility",
    "newsstand:promises",
    "newsstand:robots",
    "newsstand:sitemaps",
)


class Pages:
    """Makes what the newsstand shows to everybody who comes."""

    def state(self) -> str:
        """Return a name for version, theme, style sheet, templates and files."""
        styles = hashlib.sha256(theme.stylesheet().encode()).hexdigest()[:16]
        look = f"{theme.current().folder.name} {styles} {theme.drawn_with()}"
        return f"masthead {version('masthead')}, {look}"

    def addresses(self) -> Iterator[Address]:
        """Yield front pages, then the newest articles, then all else."""
        for site in Site.objects.select_related("root_page"):
            host = host_of(site)
            root = site.root_page.specific
            if not isinstance(root, FrontPage) or not root.live:
                continue
            yield host, _path(root)
            pages = Page.objects.descendant_of(root).live().public()
            articles = Article.objects.descendant_of(root).live().public()
            newest = articles.order_by("-published_at", "-pk").values_list("url_path", flat=True)
            for path in newest.iterator(2000):
                yield host, path[len(root.url_path) - 1 :]
            others = pages.exclude(pk__in=articles.values("pk"))
            for page in others.specific().iterator(200):
                yield host, _path(page)
                yield from ((host, path) for path in _feeds(page))
            yield from ((host, path) for path in _feeds(root))
            yield from ((host, reverse(name)) for name in FIXED)
            yield from ((host, _sitemap(name)) for name in sitemaps.names_of_all(root))

    def appearing(self, tags: set[str]) -> Iterable[Address]:
        """Return the addresses of pages that changed themselves, and of lists they stand in."""
        named = {
            int(one.partition(":")[2])
            for one in tags
            if one.partition(":")[0] in ("own", "list") and one.partition(":")[2].isdigit()
        }
        for page in Page.objects.filter(pk__in=named).live().specific():
            if (site := page.get_site()) is None:
                continue
            host, path = host_of(site), _path(page)
            yield host, path
            if f"list:{page.pk}" in tags:
                yield from ((host, feed) for feed in _feeds(page))
        hosts = [host_of(site) for site in Site.objects.all()]
        if "corrections" in tags:
            yield from ((host, reverse(FIXED[0])) for host in hosts)
        # Of what is gone there is no row, but still the sitemap that it stood in.
        shelves = {sitemaps.shelf_of(int(one[4:])) for one in tags if one.startswith("own:")}
        yield from ((host, _sitemap(f"articles-{one}")) for host in hosts for one in shelves)

    def press(
        self, addresses: Sequence[Address], *, version: int, at: datetime
    ) -> Iterator[tuple[Address, PressedPage | None]]:
        """Yield each address with its page in all variants, or None: there is none for all.

        Of an article that is asked for, all parts are pressed.
        """
        articles = ArticlePress(version=version, at=at)
        done = set()
        for address, made in articles.press(addresses):
            done.add(address)
            yield address, made
        for address in addresses:
            if address not in done:
                with composing.at_hand(articles.ready):
                    made = _pressed(address, articles.grounds(address[0]), version, at)
                yield address, made


def _pressed(
    address: Address, grounds: Grounds | None, version: int, at: datetime
) -> PressedPage | None:
    """Return any other page, as the house answers to a stranger."""
    root = grounds.root_url if grounds else f"http://{address[0]}"
    try:
        with overhearing.listening() as heard:
            answer, page = _drawn(root, address[1], ANONYMOUS, grounds)
            # An article that is none for all, such as one with privacy, is the house's.
            if answer.status_code != HTTPStatus.OK or isinstance(page, Article):
                return None
            front = FrontPage.objects.ancestor_of(page, inclusive=True).first() if page else None
            title = front.publication if front else None
            variants = {OPEN: kept(answer)}
            if title is not None and ADVERTISED in answer.content:
                quiet = Viewer(keys=(without_advertisements(title),))
                without = kept(_drawn(root, address[1], quiet, grounds)[0])
                if ADVERTISED in without.body:
                    raise NotForAll(f"{address[1]} has advertisements for who was promised none.")
                variants[f"{OPEN}{QUIET}"] = without
    except Exception:
        logger.exception("%s%s cannot be pressed.", *address)
        return None
    stale = [int(moment.timestamp()) for moment in composing.turns(heard, title, at)]
    record = Record(
        host=address[0],
        path=address[1],
        version=version,
        title=str(title.key) if title else "",
        rules={"open": OPEN},
        stale_at=min(stale, default=None),
        tags=_tags(address[1], page, front, grounds, heard),
    )
    return PressedPage(record, variants)


def _drawn(
    root: str, path: str, viewer: Viewer, grounds: Grounds | None
) -> tuple[HttpResponse, Any]:
    """Return the answer that a reader with these keys gets, and the page that it is of."""
    request = own_requests.request_to(root, path, address=PRESSES)
    if grounds is not None:
        stand_on(request, grounds)
    viewers.see_as(request, viewer)
    response: Any = own_requests.answer_to(request)
    return response, getattr(response, "drawn_page", None)


def _tags(
    path: str, page: Any, front: FrontPage | None, grounds: Grounds | None, heard: set[str]
) -> frozenset[str]:
    tags = composing.worth_hearing(heard)
    if page is not None:
        tags |= {f"own:{page.pk}", f"list:{page.pk}"}
    if front is not None:
        tags.add(f"chrome:{front.pk}")
    if path == reverse(FIXED[0]):
        tags.add("corrections")
    if grounds is not None and _is_list_of_all(path):
        tags.add(f"list:{grounds.front.pk}")
    if grounds is not None and "/feeds/" in path:
        above = grounds.front.url_path.rstrip("/") + path.partition("feeds/")[0]
        listed = Page.objects.filter(url_path=above).values_list("pk", flat=True)
        tags |= {f"list:{pk}" for pk in listed}
    return frozenset(tags)


def _sitemap(name: str) -> str:
    return reverse("newsstand:sitemap", args=[name])


def _is_list_of_all(path: str) -> bool:
    """Say whether something stands there that is made from every page, row by row."""
    return path in (reverse("newsstand:sitemaps"), *map(_sitemap, sitemaps.KINDS))


def _path(page: Page) -> str:
    """Return where a page answers, as the front asks for it: with nothing in it quoted."""
    return unquote(urlsplit(page.url or "/").path)


def _feeds(page: Page) -> Iterator[str]:
    if type(page) in ARTICLES_OF:
        yield from (f"{_path(page)}feeds/{form}" for form in metadata.FORMS)


def register() -> None:
    """Have production press the newsstand's pages."""
    press_runs.register(Pages())
