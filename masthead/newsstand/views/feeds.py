"""Feeds at their addresses."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any

from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from masthead.editorial.models import FrontPage
from masthead.newsstand import conditional, feed_forms, metadata, own_requests, turnstile
from masthead.newsstand.chrome import front_page_of, site_url_of
from masthead.newsstand.feeds import ARTICLES_OF, feed_of, state_of

KEPT_FOR = 10 * 60
"""Seconds; for what no log tells, such as sizes of pictures that the worker has made since."""


@require_safe
def feed(request: HttpRequest, path: str, form: str) -> HttpResponse:
    """Return the feed of the page at `path`, the front page's where that is empty."""
    front = front_page_of(request)
    if front is None:
        raise Http404
    steps = [step for step in path.split("/") if step]
    page = front.route(request, steps).page.specific if steps else front
    if type(page) not in ARTICLES_OF or page.get_view_restrictions().exists():
        raise Http404
    now = timezone.now()
    site = site_url_of(request, front)
    url = f"{site}{path}feeds/{form}"
    if own_requests.is_ours(request):
        # The press keeps it itself, and is to hear what it is made from.
        content, changed_at = _written(page, front, form, url, now)
    else:
        # Most who ask have it already, and writing it takes longer than to know that. What is kept
        # is what anybody may have; it is of use only as long as its state is the present one.
        name = f"feed:{sha256(url.encode()).hexdigest()}:{state_of(page, front, at=now)}"
        kept = caches["feeds"].get(name)
        if kept is None:
            if refusal := turnstile.turned_away(request, "feed"):
                return refusal
            kept = _written(page, front, form, url, now)
            caches["feeds"].set(name, kept, KEPT_FOR)
        content, changed_at = kept
    _name, media_type = metadata.FORMS[form]
    media_type = f"{media_type}; charset=utf-8"
    return conditional.answer(
        request, content, media_type, title=front.publication, changed_at=changed_at, at=now
    )


def _written(
    page: Any, front: FrontPage, form: str, url: str, at: datetime
) -> tuple[bytes, datetime]:
    """Return a feed in one of its forms, and the last moment that it tells of."""
    found = feed_of(page, front, url=url, at=at)
    return feed_forms.FORMS[form](found), found.updated_at
