"""Articles read aloud, for those who may read the whole of them."""

from __future__ import annotations

import math
import uuid
from typing import Any

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseBase,
    HttpResponseForbidden,
    JsonResponse,
)
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from masthead.circulation import entitlements, places, viewers
from masthead.editorial.models import Article
from masthead.newsstand import byte_ranges
from masthead.press.html_pieces import name_for
from masthead.press.speech import script
from masthead.production import audio
from masthead.production.models import Narration


@require_safe
def sound(request: HttpRequest, article: uuid.UUID, sha256: str) -> HttpResponseBase:
    """Return an article's recording, or the part of it that a player asks for."""
    narration, is_public = _for_reader(request, article, sha256)
    return _kept_by(sent(request, narration), everybody=is_public)


@require_safe
def captions(request: HttpRequest, article: uuid.UUID, sha256: str) -> HttpResponseBase:
    """Return what is said and when (WebVTT): a cue for each sentence, under the sentence's id."""
    narration, is_public = _for_reader(request, article, sha256)
    return _kept_by(captions_of(narration), everybody=is_public)


@require_safe
def times(request: HttpRequest, article: uuid.UUID, sha256: str) -> HttpResponseBase:
    """Return when each sentence is heard, and where it stands: in which element, from where to where."""
    narration, is_public = _for_reader(request, article, sha256)
    told = [{"element": _element(one["block"]), **one} for one in narration.times]
    return _kept_by(JsonResponse(told, safe=False), everybody=is_public)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def place(request: HttpRequest, article: uuid.UUID) -> HttpResponse:
    """Return where a reader who is signed in has stopped listening; keep it, if it is posted.

    Pages are kept by caches: they say nothing of their reader and hold no token against forgery; a
    browser itself says that it is a page of ours that asks.
    """
    user: Any = request.user
    if not user.is_authenticated or request.headers.get("Sec-Fetch-Site") != "same-origin":
        return HttpResponseForbidden()
    if request.method != "POST":
        return JsonResponse({"at": round(places.of(user, article), 1)})
    try:
        seconds, of = (float(request.POST[name]) for name in ("at", "of"))
    except (KeyError, ValueError):
        return HttpResponseBadRequest()
    if not (math.isfinite(seconds) and math.isfinite(of)):
        return HttpResponseBadRequest()
    heard = get_object_or_404(Article, key=article, live=True, read_aloud=True)
    places.keep(user, heard, seconds, of, at=timezone.now())
    return HttpResponse(status=204)


def sent(request: HttpRequest, narration: Narration) -> HttpResponseBase:
    """Return the sound of a recording, or the part of it that was asked for.

    Raises:
        Http404: its file is lost.
    """
    try:
        file = narration.file.open("rb")
    except OSError as lost:
        raise Http404 from lost
    etag = f'"{narration.sha256}"'
    return byte_ranges.send(request, file, size=narration.size, media_type="audio/mpeg", etag=etag)


def captions_of(narration: Narration) -> HttpResponse:
    """Return what is said in a recording, and when."""
    return HttpResponse(narration.captions, "text/vtt; charset=utf-8")


def _for_reader(request: HttpRequest, key: uuid.UUID, sha256: str) -> tuple[Narration, bool]:
    """Return the recording at an address, and whether anybody may have all that is said in it.

    Raises:
        Http404: there is none, or it is not theirs; which of both is nobody's business.
    """
    article = get_object_or_404(Article.objects.public(), key=key, read_aloud=True)
    now = timezone.now()
    work = viewers.work_of(article)
    is_public = entitlements.may_read(entitlements.ANONYMOUS, work, now).parts == "full"
    decision = viewers.decide_on_media(request, article, now)
    narration = audio.at_address(article, sha256) if decision.parts == "full" else None
    if narration is None:
        raise Http404
    return narration, is_public


def _element(block: str) -> str:
    """Return the id of the element on the article's page that has the words of a block."""
    return block if block in (script.HEADLINE, script.STANDFIRST) else f"b-{name_for(block)}"


def _kept_by(response: HttpResponseBase, *, everybody: bool) -> HttpResponseBase:
    if everybody:
        # Podcast programs that run in a browser ask from pages of their own; no cookie comes along.
        response["Access-Control-Allow-Origin"] = "*"
    patch_cache_control(response, private=True, no_cache=True)
    return response
