"""Podcasts at their addresses: of pages, for everybody; and of subscribers, by a secret."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from masthead.editorial.models import FrontPage, Issue, Title
from masthead.newsstand import conditional, podcast_forms, podcasts, turnstile
from masthead.newsstand.chrome import front_page_of, site_url_of

MEDIA_TYPE = "application/rss+xml; charset=utf-8"
KEPT_FOR = 60
"""Seconds; the state that it is kept under is of one minute, too."""
MOST = 600
"""Podcasts that one network is told of in a minute. Some programs ask for all their listeners from
one machine, so that is many."""


@require_safe
def public_podcast(request: HttpRequest, path: str) -> HttpResponse:
    """Return the podcast of the page at `path`, the front page's where that is empty."""
    front = front_page_of(request)
    if front is None or front.publication.podcast == Title.Podcast.NONE:
        raise Http404
    page = _page(request, front, path)
    now = timezone.now()
    url = f"{site_url_of(request, front)}{path}feeds/podcast.xml"
    # Programs ask all day, and mostly have it already; see `views.feeds`.
    name = f"podcast:{sha256(url.encode()).hexdigest()}:{podcasts.state_of(front, at=now)}"
    kept = caches["feeds"].get(name)
    if kept is None:
        if refusal := turnstile.turned_away(request, "podcast", most=MOST):
            return refusal
        podcast = podcasts.public_podcast(page, front, url=url, at=now)
        kept = podcast_forms.rss(podcast), podcast.updated_at
        caches["feeds"].set(name, kept, KEPT_FOR)
    content, changed_at = kept
    response = conditional.answer(
        request, content, MEDIA_TYPE, title=front.publication, changed_at=changed_at, at=now
    )
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _page(request: HttpRequest, front: FrontPage, path: str) -> Any:
    steps = [step for step in path.split("/") if step]
    page = front.route(request, steps).page.specific if steps else front
    if type(page) not in podcasts.ARTICLES_OF or page.get_view_restrictions().exists():
        raise Http404
    if isinstance(page, Issue) and page.state != Issue.State.ON_SALE:
        raise Http404
    return page
