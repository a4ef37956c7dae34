"""What stands around every page: nameplate, sections, the ways on."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin

from django.http import HttpRequest
from django.urls import reverse
from wagtail.models import Page, Site

from masthead.circulation.models import Offer
from masthead.editorial.models import (
    ArticleIndex,
    ContributorIndex,
    FrontPage,
    Issue,
    IssueIndex,
    Section,
    Title,
    TopicIndex,
)
from masthead.manuscript import languages
from masthead.newsstand import metadata, share_cards
from masthead.newsstand.pages import Chrome, Link, Metadata, ShareImage
from masthead.production import changes, overhearing

_GROUNDS = "_masthead_grounds"

SHELVES = {
    IssueIndex: "issues_url",
    ArticleIndex: "articles_url",
    ContributorIndex: "contributors_url",
    TopicIndex: "topics_url",
}


@dataclass(frozen=True, slots=True)
class Grounds:
    """A site's front page, and what stands around all pages below it; tags are what that is made of."""

    site: Site
    front: FrontPage
    chrome: Chrome
    tags: frozenset[str]

    @property
    def root_url(self) -> str:
        """The site's address, without a slash at its end."""
        return str(self.site.root_url)

    @property
    def title(self) -> Title:
        """Whose pages they are."""
        return self.front.publication

    def own_front(self) -> FrontPage:
        """Return the front page, for one page to read on from: what that finds, no other has read."""
        overhearing.hear([changes.tag(self.front), changes.tag(self.title)])
        front = copy(self.front)
        front.publication = copy(self.title)
        return front


def stand_on(request: HttpRequest, grounds: Grounds) -> None:
    """Have a request of our own answered by what is known already of its magazine."""
    vars(request)[_GROUNDS] = grounds
    vars(request)["_wagtail_site"] = copy(grounds.site)


def _grounds_of(request: HttpRequest) -> Grounds | None:
    found: Grounds | None = vars(request).get(_GROUNDS)
    return found


def chrome_for(
    request: HttpRequest,
    *,
    page: Page | None = None,
    address: str = "",
    description: str = "",
    preview: bool = False,
) -> Chrome:
    """Return the chrome of a page of the title that answers at the request's address.

    Args:
        request: what was asked for.
        page: the Wagtail page, whose full address becomes the canonical one.
        address: the canonical path where there is no Wagtail page.
        description: one sentence for search engines; the page has one of its own otherwise.
        preview: whether an editor is looking at something that is not out.
    """
    front = front_page_of(request, page)
    if front is None:
        return Chrome(publication="Masthead")
    chrome = chrome_of(front, request)
    canonical = (page.get_full_url(request) or "") if page and page.path else ""
    return replace(
        chrome,
        path=request.path,
        canonical_url=canonical or (urljoin(chrome.site_url, address) if address else ""),
        description=description or _description(front, page),
        preview=preview,
    )


def chrome_of(front: FrontPage, request: HttpRequest) -> Chrome:
    """Return what stands around every page below a front page, and is the same for each of them."""
    grounds = _grounds_of(request)
    if grounds is not None and grounds.front.pk == front.pk:
        overhearing.hear(grounds.tags)
        return grounds.chrome
    shelves: dict[str, Any] = {}
    sections = []
    for child in Page.objects.child_of(front).live().specific(defer=True).order_by("path"):
        if isinstance(child, Section):
            sections.append(Link(child.title, child.get_url(request) or ""))
        elif name := SHELVES.get(type(child)):
            shelves[name] = child.get_url(request) or ""
    if Offer.objects.on_sale().filter(title=front.publication_id).exists():
        shelves |= {
            "offers_url": reverse("newsstand:offers"),
            "promises_url": reverse("newsstand:promises"),
            "withdrawal_url": reverse("newsstand:withdrawal"),
        }
    newest = Issue.objects.descendant_of(front).on_sale().first()
    title = front.publication
    site_url = site_url_of(request, front)
    chrome = Chrome(
        publication=title.name,
        publisher=title.publisher,
        issn=title.issn,
        tagline=title.tagline,
        language=title.language,
        direction=languages.direction(title.language),
        home_url=front.get_url(request) or "/",
        sections=tuple(sections),
        issue=Link(newest.title, newest.get_url(request) or "") if newest else None,
        issue_date=newest.cover_date if newest else None,
        search_url=reverse("newsstand:search"),
        corrections_url=reverse("newsstand:corrections"),
        accessibility_url=reverse("newsstand:accessibility"),
        account_url=reverse("account_home"),
        site_url=site_url,
        has_podcast=title.podcast != Title.Podcast.NONE,
        **shelves,
    )
    return replace(
        chrome,
        metadata=Metadata(image=_own_card(title, site_url), feeds=metadata.feeds_of(chrome)),
    )


def _own_card(title: Title, site_url: str) -> ShareImage:
    card = share_cards.of_title(title)
    url = metadata.share_card_url(site_url, title.key, card.digest)
    return ShareImage(url, share_cards.WIDTH, share_cards.HEIGHT, title.name)


def site_url_of(request: HttpRequest, front: FrontPage) -> str:
    """Return the full address of a title's front page."""
    return front.get_full_url(request) or request.build_absolute_uri("/")


def _description(front: FrontPage, page: Page | None) -> str:
    """Return what an editor wrote for search engines, else what the page is."""
    title = front.publication
    if page is None or page.pk == front.pk:
        return front.search_description or title.tagline or title.name
    return described_as(page, title)


def described_as(page: Page, title: Title | None) -> str:
    """Return what an editor wrote of a page for search engines, else its name and the magazine's."""
    return page.search_description or (f"{page.title} – {title.name}" if title else page.title)


def front_page_of(request: HttpRequest, page: Page | None = None) -> FrontPage | None:
    """Return the front page above `page`, else the one that answers at the request's address.

    Asked once for each request and page.
    """
    path = page.path if page is not None else ""
    known: dict[str, FrontPage | None] = vars(request).setdefault("_masthead_fronts", {})
    if path not in known:
        known[path] = _front_page_of(request, page)
    return known[path]


def _front_page_of(request: HttpRequest, page: Page | None) -> FrontPage | None:
    grounds = _grounds_of(request)
    if grounds is not None and (
        not page or not page.path or page.path.startswith(grounds.front.path)
    ):
        return grounds.own_front()
    fronts = FrontPage.objects.select_related("publication")
    if page is not None and page.path:
        return fronts.ancestor_of(page, inclusive=True).first()
    site = Site.find_for_request(request)
    return fronts.filter(pk=site.root_page_id).first() if site else None
