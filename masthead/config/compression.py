"""Words travel packed, until pages are pressed and packed once for all."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

_WORDS = ("text/", "application/json", "application/feed+json", "application/ld+json")


class Compression(GZipMiddleware):
    """Pack pages, feeds and other words with gzip for whoever can unpack it.

    Files that are sent as a stream or in ranges go out as they are: their bytes are counted.
    So do pictures and recordings, which are packed already. Django's middleware, which does
    the packing, pads each answer by a random length, so that its size tells nothing of what
    it holds (BREACH).
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> Any:
        """Return the answer, packed if that is of use."""
        kind = response.get("Content-Type", "").partition(";")[0]
        words = kind.startswith(_WORDS) or kind.endswith(("+xml", "/xml"))
        if response.streaming or not words or response.has_header("Content-Range"):
            return response
        return super().process_response(request, response)
