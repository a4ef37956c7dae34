"""Answers that are asked for again and again, and mostly have not changed."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from wagtail.models import ModelLogEntry, PageLogEntry

from masthead.editorial.models import Title


def answer(
    request: HttpRequest,
    content: bytes,
    media_type: str,
    *,
    title: Title,
    changed_at: datetime,
    at: datetime,
) -> HttpResponse:
    """Return `content`, or 304 to whoever has it already.

    The ETag is made of the content itself. Who sends only a date is told "not modified"
    when nothing has: neither what the content tells of, nor anything at the desk, such as
    taking an article down, which leaves no trace in the content; and at midnight the
    licence of a picture may have ended.

    Args:
        request: a GET or HEAD.
        content: the whole answer.
        media_type: with its charset, where it is text.
        title: whose days count.
        changed_at: the last moment that the content tells of.
        at: the moment of asking.
    """
    moments = [changed_at, title.midnight(at), *_last_acts(at)]
    modified_at = int(max(moment for moment in moments if moment <= at).timestamp())
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    response = HttpResponse(content, content_type=media_type)
    response["ETag"] = etag
    response["Last-Modified"] = datetime.fromtimestamp(modified_at, UTC).strftime(
        "%a, %d %b %Y %H:%M:%S GMT"
    )
    patch_cache_control(response, public=True, no_cache=True)
    return get_conditional_response(request, etag, modified_at, response) or response


def _last_acts(at: datetime) -> list[datetime]:
    """Return when something was last done at the desk, to a page and to anything else."""
    newest = (
        log.objects.filter(timestamp__lte=at)
        .order_by("-timestamp")
        .values_list("timestamp", flat=True)
        .first()
        for log in (PageLogEntry, ModelLogEntry)
    )
    return [moment for moment in newest if moment]
