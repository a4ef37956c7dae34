"""The one place that anybody may fetch from: pictures in the sizes that readers get."""

from __future__ import annotations

import re

from django.conf import settings
from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe
from django.views.static import serve

A_MONTH = 30 * 24 * 60 * 60

_RENDITION = re.compile(r"pictures/[0-9a-f]{2}/[0-9a-f]{64}/\w+\.(avif|gif|jpg|png|webp)")


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Return a rendition; whatever else lies in the folder has no address."""
    if not _RENDITION.fullmatch(path):
        raise Http404
    if settings.INSTALLATION.storage.bucket:
        response = _from_objects(path)
    else:
        response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    # A rendition's name changes with its content, so browsers may keep it for long.
    patch_cache_control(response, public=True, max_age=A_MONTH)
    return response


def _from_objects(path: str) -> HttpResponseBase:
    try:
        return FileResponse(storages["public"].open(path))
    except FileNotFoundError as missing:
        raise Http404 from missing
