"""Recordings that stand in articles, for those who may read the part they stand in."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from masthead.circulation import viewers
from masthead.editorial import press_documents
from masthead.editorial.models import Article, Attachment
from masthead.manuscript import nodes, walk
from masthead.newsstand import byte_ranges


@require_safe
def recording(request: HttpRequest, article: uuid.UUID, sha256: str) -> HttpResponseBase:
    """Return a recording, if the article plays it to this reader."""
    page = get_object_or_404(Article.objects.public(), key=article)
    now = timezone.now()
    decision = viewers.decide_on_media(request, page, now)
    if decision.parts == "none":
        raise Http404
    document = press_documents.resolve(page, "web", at=now)
    bodies = document.whole.open(decision) if decision.parts == "full" else (document.lead,)
    playing = {
        block.audio
        for body in bodies
        for block in walk.blocks(body.blocks)
        if isinstance(block, nodes.Audio)
    }
    if f"audio:{sha256}" not in playing:
        raise Http404
    attachment = Attachment.objects.filter(sha256=sha256).first()
    try:
        file = attachment.file.open("rb") if attachment else None
    except OSError as lost:
        raise Http404 from lost
    if attachment is None or file is None:
        raise Http404
    response = byte_ranges.send(
        request,
        file,
        size=attachment.file.size,
        media_type=attachment.media_type,
        etag=f'"{sha256}"',
    )
    response["Cache-Control"] = "private, no-cache"
    return response
