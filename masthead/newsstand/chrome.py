"""What stands around every page: nameplate, sections, the ways on."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from wagtail.models import Page, Site

from masthead.editorial.models import (
    ArticleIndex,
    ContributorIndex,
    FrontPage,
    Issue,
    IssueIndex,
    Section,
    TopicIndex,
)
from masthead.manuscript import languages
from masthead.newsstand.pages import Chrome, Link

SHELVES = {
    IssueIndex: "issues_url",
    ArticleIndex: "articles_url",
    ContributorIndex: "contributors_url",
    TopicIndex: "topics_url",
}


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
    shelves: dict[str, str] = {}
    sections = []
    for child in Page.objects.child_of(front).live().specific(defer=True).order_by("path"):
        if isinstance(child, Section):
            sections.append(Link(child.title, child.get_url(request) or ""))
        elif name := SHELVES.get(type(child)):
            shelves[name] = child.get_url(request) or ""
    newest = Issue.objects.descendant_of(front).on_sale().first()
    canonical = (page.get_full_url(request) or "") if page and page.path else ""
    return Chrome(
        publication=front.publication.name,
        tagline=front.publication.tagline,
        language=front.publication.language,
        direction=languages.direction(front.publication.language),
        path=request.path,
        home_url=front.get_url(request) or "/",
        sections=tuple(sections),
        issue=Link(newest.title, newest.get_url(request) or "") if newest else None,
        issue_date=newest.cover_date if newest else None,
        corrections_url=reverse("newsstand:corrections"),
        canonical_url=canonical or (request.build_absolute_uri(address) if address else ""),
        description=description or _description(front, page),
        preview=preview,
        **shelves,
    )


def _description(front: FrontPage, page: Page | None) -> str:
    """Return what an editor wrote for search engines, else what the page is."""
    name = front.publication.name
    if page is None or page.pk == front.pk:
        return front.search_description or front.publication.tagline or name
    return page.search_description or f"{page.title} – {name}"


def front_page_of(request: HttpRequest, page: Page | None = None) -> FrontPage | None:
    """Return the front page above `page`, else the one that answers at the request's address."""
    fronts = FrontPage.objects.select_related("publication")
    if page is not None and page.path:
        return fronts.ancestor_of(page, inclusive=True).first()
    site = Site.find_for_request(request)
    return fronts.filter(pk=site.root_page_id).first() if site else None
