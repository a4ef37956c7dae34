"""Pressing readers' pages: each address in every variant that its readers may need.

A page is asked for as a browser would ask, in this process, once for each kind of reader; so what
is pressed is what the house would have answered. What differs between readers, and which rule of
the gate leads to which of it, is declared in `VARIANTS`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from http import HTTPStatus
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.db.models import Min
from django.http import HttpResponse
from django.urls import reverse
from wagtail.models import Page, Site

from masthead.circulation import entitlements, gifts, viewers
from masthead.circulation.entitlements import ANONYMOUS, EVERY_CLASS, Viewer
from masthead.edge.locks import Key, Lock
from masthead.edge.records import CLOSED, QUIET, Record
from masthead.edge.store import Pressed, PressedPage
from masthead.editorial import press_documents, titles
from masthead.editorial.models import Article, FrontPage, Picture, Title
from masthead.newsstand import metadata, own_requests, theme
from masthead.newsstand.feeds import ARTICLES_OF
from masthead.production import press_runs
from masthead.production.press_runs import Address


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

FIXED = (
    "newsstand:corrections",
    "newsstand:accessibility",
    "newsstand:promises",
    "newsstand:robots",
)

PRESSES = "192.0.2.2"
"""Where a press says that it comes from (RFC 5737: nobody's address)."""


class NotForAll(Exception):
    """A page holds what is meant for one reader, and must not be kept."""


class Pages:
    """Makes what the newsstand shows to everybody who comes."""

    def state(self) -> str:
        """Return a name for version, theme and style sheet."""
        styles = hashlib.sha256(theme.stylesheet().encode()).hexdigest()[:16]
        return f"masthead {version('masthead')}, {theme.current().folder.name} {styles}"

    def addresses(self) -> Iterator[Address]:
        """Yield front pages, then the newest articles, then all else."""
        for site in Site.objects.select_related("root_page"):
            host = _host(site)
            root = site.root_page.specific
            if not isinstance(root, FrontPage) or not root.live:
                continue
            yield host, urlsplit(root.url or "/").path
            pages = Page.objects.descendant_of(root).live().public()
            articles = Article.objects.descendant_of(root).live().public()
            for article in articles.order_by("-published_at", "-pk").iterator(500):
                yield from ((host, path) for path in _parts(article))
            others = pages.exclude(pk__in=articles.values("pk"))
            for page in others.specific().iterator(200):
                yield host, _path(page)
                yield from ((host, path) for path in _feeds(page))
            yield from ((host, path) for path in _feeds(root))
            yield from ((host, reverse(name)) for name in FIXED)

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
            host, path = _host(site), _path(page)
            paths = _parts(page) if isinstance(page, Article) else [path]
            yield from ((host, one) for one in paths)
            if f"list:{page.pk}" in tags:
                yield from ((host, feed) for feed in _feeds(page))
        if "corrections" in tags:
            yield from ((_host(site), reverse(FIXED[0])) for site in Site.objects.all())

    def press(self, address: Address, *, version: int, at: datetime) -> PressedPage | None:
        """Return the page at an address in all its variants; None if there is none for all."""
        with press_runs.listening() as heard:
            page = _later_part(address)
            if page is not None:
                # Strangers have no later parts of what is closed: there is nothing to be drawn.
                made = _article(address, page, None, at)
            else:
                answer, page = _drawn(address, ANONYMOUS)
                if answer.status_code != HTTPStatus.OK:
                    return None
                if isinstance(page, Article):
                    made = _article(address, page, answer, at)
                else:
                    made = _other(address, page, answer)
            if not made.variants:
                return None
        tags = _tags(address, page, heard)
        stale = [*made.stale, *_licences(heard, made.title, at)]
        return PressedPage(
            Record(
                host=address[0],
                path=address[1],
                version=version,
                lock=made.lock,
                title=str(made.title.key) if made.title else "",
                rules=made.rules,
                stale_at=min(stale, default=None),
                tags=tags,
            ),
            made.variants,
        )


@dataclass(slots=True)
class _Made:
    variants: dict[str, Pressed]
    rules: dict[str, str]
    lock: Lock | None = None
    title: Title | None = None
    stale: tuple[int, ...] = ()


def _article(address: Address, page: Article, lead: HttpResponse | None, at: datetime) -> _Made:
    """Return an article's variants: what strangers get, and the whole by each way it opens."""
    title = titles.titles_of([page]).get(page.pk)
    work = viewers.work_of(page, title)
    lock = entitlements.lock_of(work, at)
    made = _Made({}, {}, lock, title, tuple(filter(None, [lock.not_after])))
    decision = entitlements.may_read(ANONYMOUS, work, at)
    if decision.parts == "full":
        if lead is None:
            lead, _page = _drawn(address, ANONYMOUS)
        if lead.status_code != HTTPStatus.OK:
            return made
        made.variants[OPEN], made.rules["open"] = _kept(lead), OPEN
        _add_quiet(made, OPEN, address, (), is_gated=False)
        return made
    if lead is not None and decision.rule != "countable":
        # A stranger of whom it may be counted is the house's.
        made.variants[LEAD], made.rules[CLOSED] = _kept(lead), LEAD
        _add_quiet(made, LEAD, address, (), is_gated=False)
    for variant in VARIANTS:
        key = Key(variant.rules[0], work.title, EVERY_CLASS, article=work.key)
        answer, _page = _drawn(address, Viewer(keys=(key,)))
        if answer.status_code != HTTPStatus.OK:
            continue
        made.variants[variant.name] = _kept(answer, is_gated=True)
        made.rules |= dict.fromkeys(variant.rules, variant.name)
        _add_quiet(made, variant.name, address, (key,), is_gated=True)
    return made


def _later_part(address: Address) -> Article | None:
    """Return the article whose second or later part answers at an address, if one may."""
    host, path = address
    found = re.fullmatch("(/.+/)[0-9]+/", path)
    page = _page_at(host, found[1]) if found else None
    article = page.specific if page is not None else None
    return article if isinstance(article, Article) and article.live else None


def _other(address: Address, page: Any, answer: HttpResponse) -> _Made:
    front = FrontPage.objects.ancestor_of(page, inclusive=True).first() if page else None
    made = _Made({OPEN: _kept(answer)}, {"open": OPEN}, title=front.publication if front else None)
    _add_quiet(made, OPEN, address, (), is_gated=False)
    return made


def _add_quiet(
    made: _Made, name: str, address: Address, keys: tuple[Key, ...], *, is_gated: bool
) -> None:
    """Add a variant without advertisements, the same bytes where there are none anyway."""
    if made.title is None:
        return
    variant = made.variants[name]
    if b'class="advertisement"' in variant.body:
        quiet = Key("quiet", str(made.title.key), frozenset(), without_ads=True)
        answer, _page = _drawn(address, Viewer(keys=(*keys, quiet)))
        variant = _kept(answer, is_gated=is_gated)
        if b'class="advertisement"' in variant.body:
            raise NotForAll(f"{address[1]} has advertisements for who was promised none.")
    elif made.lock is None or made.lock.access == "open":
        return  # Everybody gets the same.
    made.variants[f"{name}{QUIET}"] = variant


def _drawn(address: Address, viewer: Viewer) -> tuple[HttpResponse, Any]:
    """Return the answer that a reader with these keys gets, and the page that it is of."""
    host, path = address
    site = _site(host)
    root = site.root_url if site else f"http://{host}"
    request = own_requests.request_to(root, path, address=PRESSES)
    viewers.see_as(request, viewer)
    response: Any = own_requests.answer_to(request)
    return response, getattr(response, "drawn_page", None)


def _kept(answer: HttpResponse, *, is_gated: bool = False) -> Pressed:
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


def _tags(address: Address, page: Any, heard: set[str]) -> frozenset[str]:
    tags = {one for one in heard if one.partition(":")[0] not in UNHEARD}
    if page is not None:
        tags |= {f"own:{page.pk}", f"list:{page.pk}"}
        if isinstance(page, Article):
            tags.discard(f"list:{page.pk}")
        front = FrontPage.objects.ancestor_of(page, inclusive=True).first()
        if front is not None:
            tags.add(f"chrome:{front.pk}")
    if address[1] == reverse(FIXED[0]):
        tags.add("corrections")
    if "/feeds/" in address[1]:
        above = address[1].partition("feeds/")[0]
        listed = _page_at(address[0], above)
        if listed is not None:
            tags.add(f"list:{listed.pk}")
    return frozenset(tags)


UNHEARD = frozenset(
    {"wagtailcore.site", "wagtailcore.locale", "contenttypes.contenttype", "editorial.rendition"}
)
"""Rows that are read for every page, and change for none."""


def _licences(heard: set[str], title: Title | None, at: datetime) -> Iterator[int]:
    """Yield when the right to show one of these pictures ends, in Unix seconds."""
    pictures = [int(one.partition(":")[2]) for one in heard if one.startswith("editorial.picture:")]
    if not pictures or title is None:
        return
    today = title.day(at)
    shown = Picture.objects.filter(pk__in=pictures)
    last = shown.filter(usable_until__gte=today).aggregate(day=Min("usable_until"))["day"]
    first = shown.filter(usable_from__gt=today).aggregate(day=Min("usable_from"))["day"]
    for day in filter(None, [last and last + timedelta(days=1), first]):
        yield int(datetime.combine(day, time.min, ZoneInfo(title.time_zone)).timestamp())


def _host(site: Site) -> str:
    return urlsplit(site.root_url).netloc.lower()


def _site(host: str) -> Site | None:
    return next((site for site in Site.objects.all() if _host(site) == host), None)


def _path(page: Page) -> str:
    return urlsplit(page.url or "/").path


def _page_at(host: str, path: str) -> Page | None:
    site = _site(host)
    if site is None:
        return None
    return Page.objects.filter(url_path=f"{site.root_page.url_path.rstrip('/')}{path}").first()


def _feeds(page: Page) -> Iterator[str]:
    if type(page) in ARTICLES_OF:
        yield from (f"{_path(page)}feeds/{form}" for form in metadata.FORMS)


def _parts(article: Article) -> Iterator[str]:
    """Yield the path of each part of an article."""
    path = _path(article)
    yield path
    count = press_documents.resolve(article, "web").parts_count
    yield from (f"{path}{number}/" for number in range(2, count + 1))


def register() -> None:
    """Have production press the newsstand's pages."""
    press_runs.register(Pages())
