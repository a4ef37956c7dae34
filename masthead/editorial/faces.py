"""Where the department that draws pages registers with editorial, which cannot know it.

Pages of Wagtail serve themselves, but what readers see belongs to the newsstand, two
rows up. The newsstand hands its renderer in when it starts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

Face = Callable[..., HttpResponse]


class NoFace(LookupError):
    """Nobody registered how pages are drawn; the newsstand is missing from INSTALLED_APPS."""


_face: Face | None = None
_looks: dict[str, Face] = {}


def register(face: Face) -> None:
    """Let `face(page, request, preview="", **route)` draw every page from now on."""
    global _face
    _face = face


def offer(mode: str, face: Face) -> None:
    """Let `face(page, request)` draw what editors see in a mode of preview that no reader has."""
    _looks[mode] = face


def draw(page: Any, request: HttpRequest, *, preview: str = "", **route: Any) -> HttpResponse:
    """Return what the registered face makes of `page`.

    Raises:
        NoFace: see the class.
    """
    if preview in _looks:
        return _looks[preview](page, request)
    if _face is None:
        raise NoFace("No department draws pages. Add masthead.newsstand to INSTALLED_APPS.")
    return _face(page, request, preview=preview, **route)
