"""Advertisements: the picture that is seen and the link that is followed, both counted in sums.

Neither answer looks at a cookie, an address or a session, and neither sets one
(docs/decisions/0030).
"""

from __future__ import annotations

import hashlib
import uuid
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.http import parse_etags, quote_etag
from django.views.decorators.http import require_safe

from masthead.advertising import counting
from masthead.advertising.models import Creative
from masthead.editorial import pictures
from masthead.newsstand.advertisements import MARK


@require_safe
def follow(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Lead to where a creative's link goes: as it is kept, whatever the request says."""
    creative = _approved(key)
    # Deny on doubt: what was kept is looked at again before anybody is sent there.
    if creative is None or urlsplit(creative.link).scheme not in ("https", "http"):
        raise Http404
    _count(request, creative, "clicks")
    response = HttpResponse(status=303)
    response["Location"] = creative.link
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    # Nobody is told which article somebody was reading.
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
def picture(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Return a creative's picture, or the mark of one without; a browser asks anew each time.

    Asking is what is counted; the picture itself travels once.
    """
    creative = _approved(key)
    if creative is None:
        raise Http404
    content, media_type = _picture_of(creative)
    etag = quote_etag(hashlib.sha256(content).hexdigest()[:32])
    _count(request, creative, "impressions")
    response: HttpResponse
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(content, content_type=media_type)
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    return response


def _approved(key: uuid.UUID) -> Creative | None:
    found = Creative.objects.approved().filter(key=key, booking__issue=None)
    return found.select_related("booking__title", "picture").first()


def _picture_of(creative: Creative) -> tuple[bytes, str]:
    place = creative.booking.place
    if creative.picture is None or place is None:
        return MARK, "image/svg+xml"
    rendition = pictures.rendition(creative.picture, place.picture_spec)
    if rendition is None:
        raise Http404
    try:
        with rendition.file.open("rb") as file:
            return file.read(), "image/webp"
    except OSError as lost:
        raise Http404 from lost


def _count(request: HttpRequest, creative: Creative, event: counting.Event) -> None:
    # A HEAD fetches nothing that anybody could have seen.
    if request.method == "GET" and counting.is_somebody(request.headers):
        counting.count(creative, event, creative.booking.title.day(timezone.now()))
