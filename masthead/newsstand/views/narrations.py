"""Articles read aloud, for those who may read the whole of them."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from masthead.circulation import viewers
from masthead.editorial.models import Article
from masthead.newsstand import byte_ranges
from masthead.production import audio
from masthead.production.models import Narration


@require_safe
def sound(request: HttpRequest, article: uuid.UUID, sha256: str) -> HttpResponseBase:
    """Return an article's recording, or the part of it that a player asks for."""
    narration = _for_reader(request, article, sha256)
    try:
        file = narration.file.open("rb")
    except OSError as lost:
        raise Http404 from lost
    response = byte_ranges.send(
        request, file, size=narration.size, media_type="audio/mpeg", etag=f'"{sha256}"'
    )
    return _kept_private(response)


@require_safe
def captions(request: HttpRequest, article: uuid.UUID, sha256: str) -> HttpResponseBase:
    """Return what is said and when (WebVTT): a cue for each sentence, under the sentence's id."""
    narration = _for_reader(request, article, sha256)
    return _kept_private(HttpResponse(narration.captions, "text/vtt; charset=utf-8"))


@require_safe
def times(request: HttpRequest, article: uuid.UUID, sha256: str) -> HttpResponseBase:
    """Return where in the article each sentence stands, and when it is heard."""
    narration = _for_reader(request, article, sha256)
    return _kept_private(JsonResponse(narration.times, safe=False))


def _for_reader(request: HttpRequest, key: uuid.UUID, sha256: str) -> Narration:
    """Return the recording at an address, if the reader may have all that is said in it.

    Raises:
        Http404: there is none, or it is not theirs; which of both is nobody's business.
    """
    article = get_object_or_404(Article, key=key, read_aloud=True)
    decision = viewers.decide_on_media(request, article, timezone.now())
    narration = audio.at_address(article, sha256) if decision.parts == "full" else None
    if narration is None:
        raise Http404
    return narration


def _kept_private(response: HttpResponseBase) -> HttpResponseBase:
    response["Cache-Control"] = "private, no-cache"
    return response
