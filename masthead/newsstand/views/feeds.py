"""Feeds at their addresses."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from masthead.newsstand import conditional, feed_forms, metadata
from masthead.newsstand.chrome import front_page_of, site_url_of
from masthead.newsstand.feeds import ARTICLES_OF, feed_of


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
    found = feed_of(page, front, url=f"{site}{path}feeds/{form}", at=now)
    _name, media_type = metadata.FORMS[form]
    return conditional.answer(
        request,
        feed_forms.FORMS[form](found),
        f"{media_type}; charset=utf-8",
        changed_at=found.updated_at,
        at=now,
    )
