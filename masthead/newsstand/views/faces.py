"""Drawing the magazine's pages: which face belongs to which kind of page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control, patch_vary_headers

from masthead.circulation import advertisements as promised
from masthead.circulation import gifts, viewers
from masthead.editorial.models import (
    Article,
    ArticleIndex,
    Contributor,
    ContributorIndex,
    Dossier,
    FrontPage,
    Issue,
    IssueIndex,
    Section,
    Topic,
    TopicIndex,
)
from masthead.newsstand import advertisements
from masthead.newsstand.chrome import front_page_of
from masthead.newsstand.views import articles, issues, lists, names

FACES: dict[type, Callable[..., HttpResponse | tuple[str, Any]]] = {
    FrontPage: lists.home,
    Section: lists.section,
    ArticleIndex: lists.all_articles,
    Article: articles.article,
    IssueIndex: issues.newsstand,
    Issue: issues.issue,
    Contributor: names.contributor,
    ContributorIndex: names.contributors,
    Topic: names.topic,
    Dossier: names.dossier,
    TopicIndex: names.topics,
}


def draw(page: Any, request: HttpRequest, *, preview: str = "", **route: Any) -> HttpResponse:
    """Return what a reader, or an editor previewing, sees of `page`.

    A face returns a template's name and the page's values, or a finished response.
    """
    previewing = bool(getattr(request, "is_preview", False))
    face = FACES[type(page)](page, request, preview=preview, previewing=previewing, **route)
    if isinstance(face, HttpResponse):
        response = face
    else:
        template, values = face
        front = front_page_of(request, page)
        if not previewing and front is not None:
            values = advertisements.let_in(values, type(page), request, front.publication)
        response = render(request, f"newsstand/{template}.html", {"page": values})
    # Whoever has pages pressed must know of which row an answer is.
    response.drawn_page = page  # type: ignore[attr-defined]
    return said_for_whom(response, request)


def said_for_whom(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    """Return an answer that says who may keep it, and who else would get another."""
    withheld = promised.were_withheld(request)
    previewing = bool(getattr(request, "is_preview", False))
    if previewing or request.user.is_authenticated or viewers.is_known(request) or withheld:
        patch_cache_control(response, private=True, no_cache=True)
    else:
        patch_cache_control(response, no_cache=True)
    if viewers.has_viewer(request) or withheld:
        # Another reader gets another page at the same address.
        patch_vary_headers(response, ["Cookie"])
    if gifts.PARAMETER in request.GET:
        response["X-Robots-Tag"] = "noindex"
        response["Referrer-Policy"] = "no-referrer"
    elif viewers.is_crawler(request):
        response["X-Robots-Tag"] = "noarchive"
    return response
