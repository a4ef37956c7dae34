"""How much work a stranger may have the house do in a minute.

Only what takes long is counted, and only when it is really done: pressing a feed whose
articles have changed, listing thousands of articles for a sitemap, drawing a share card. Who
asks for what is there already is never turned away, nor is the press.
"""

from __future__ import annotations

import ipaddress
import time

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from masthead.circulation import viewers
from masthead.newsstand import own_requests

SECONDS = 60
MOST = 60
"""Pieces of one kind of work in that time. The largest magazines have as many feeds; programs
that gather feeds come back for the rest when they are told how long to wait."""


def turned_away(request: HttpRequest, work: str, *, most: int | None = None) -> HttpResponse | None:
    """Return the answer to whoever has had too much of this work done; None for all others.

    Args:
        request: by whose address it is counted; an IPv6 network counts as one.
        work: what is to be done, in a word.
        most: how often in that time, where it is not the usual number.
    """
    if own_requests.is_ours(request):
        return None
    minute, gone = divmod(int(time.time()), SECONDS)
    # By its number: caches that several processes share forget, when they count on, when to forget.
    key = f"turnstile:{work}:{_network(request)}:{minute}"
    if cache.add(key, 1, SECONDS):
        return None
    try:
        done = cache.incr(key)
    except ValueError:  # The minute has just ended.
        return None
    if done <= (most or MOST):
        return None
    # Programs ask for these addresses; they read the number and when to come again.
    return HttpResponse(
        "429 Too Many Requests\n",
        status=429,
        headers={"Retry-After": str(SECONDS - gone)},
        content_type="text/plain",
    )


def _network(request: HttpRequest) -> str:
    """Return the address that a request came from, as far as it can be believed."""
    address = viewers.address_of(request)
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address or "somebody")
