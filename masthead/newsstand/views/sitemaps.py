"""Sitemaps at their addresses."""

from __future__ import annotations

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from masthead.editorial.models import FrontPage
from masthead.newsstand import conditional, sitemaps, turnstile
from masthead.newsstand.chrome import front_page_of, site_url_of
from masthead.newsstand.feeds import LONG_AGO

XML = "application/xml; charset=utf-8"


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Return the list of all sitemaps."""
    front, site = _house(request)
    places = sitemaps.parts(front, site)
    return conditional.answer(
        request,
        sitemaps.write_index(places),
        XML,
        title=front.publication,
        changed_at=sitemaps.newest(places) or LONG_AGO,
        at=timezone.now(),
    )


@require_safe
def sitemap(request: HttpRequest, name: str) -> HttpResponse:
    """Return one sitemap."""
    front, site = _house(request)
    if refusal := turnstile.turned_away(request, "sitemap"):
        return refusal
    now = timezone.now()
    if name == "news":
        new = sitemaps.news(front, site, at=now)
        title = front.publication
        content = sitemaps.write_news(new, title.name, title.language)
        # An article leaves this sitemap when it is two days old, without anybody's doing.
        return conditional.answer(request, content, XML, title=title, changed_at=now, at=now)
    if number := re.fullmatch("articles-([1-9][0-9]{0,8})", name):
        places = sitemaps.articles(front, site, int(number[1]))
    elif name in sitemaps.KINDS:
        places = sitemaps.KINDS[name](front, site)
    else:
        places = []
    if not places:
        raise Http404
    changed_at = sitemaps.newest(places) or LONG_AGO
    return conditional.answer(
        request,
        sitemaps.write(places),
        XML,
        title=front.publication,
        changed_at=changed_at,
        at=now,
    )


def _house(request: HttpRequest) -> tuple[FrontPage, str]:
    front = front_page_of(request)
    if front is None:
        raise Http404
    return front, site_url_of(request, front)
