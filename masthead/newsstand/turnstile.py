"""How much work a stranger may have the house do in a minute.

Only what takes long is counted, and only when it is really done: pressing a feed whose
articles have changed, listing thousands of articles for a sitemap, drawing a share card. Who
asks for what is there already is never turned away.
"""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

SECONDS = 60
MOST = 60
"""Pieces of one kind of work in that time. The largest magazines have as many feeds; programs
that gather feeds come back for the rest when they are told how long to wait."""


def turned_away(request: HttpRequest, work: str) -> HttpResponse | None:
    """Return the answer to whoever has had too much of this work done; None for all others.

    Args:
        request: by whose address it is counted; an IPv6 network counts as one.
        work: what is to be done, in a word.
    """
    key = f"turnstile:{work}:{_network(request)}"
    if cache.add(key, 1, SECONDS):
        return None
    try:
        done = cache.incr(key)
    except ValueError:  # The minute has just ended.
        return None
    if done <= MOST:
        return None
    # Programs ask for these addresses; they read the number and when to come again.
    return HttpResponse(
        "429 Too Many Requests\n",
        status=429,
        headers={"Retry-After": str(SECONDS)},
        content_type="text/plain",
    )


def _network(request: HttpRequest) -> str:
    """Return the address that a request came from, as the proxy in front wrote it down."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.INSTALLATION.server.behind_proxy:
        # Whatever stands before the last entry, the sender may have made up.
        address = request.headers.get("X-Forwarded-For", address).rpartition(",")[2].strip()
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "somebody"
    return str(parsed if parsed.version == 4 else ipaddress.ip_network((parsed, 64), strict=False))
