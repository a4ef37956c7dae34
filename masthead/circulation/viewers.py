"""From requests and rows to the plain values that the gate decides on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from django.http import HttpRequest

from masthead.circulation import entitlements
from masthead.circulation.entitlements import ANONYMOUS, Viewer, Work
from masthead.editorial.models import Article
from masthead.manuscript.gate import Decision
from masthead.manuscript.nodes import Access


def viewer_of(request: HttpRequest) -> Viewer:
    """Return who is behind a request."""
    user: Any = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not user.is_active:
        return ANONYMOUS
    return Viewer(signed_in=True, reads_everything=user.has_perm(entitlements.READ_EVERYTHING))


def work_of(article: Article) -> Work:
    """Return what the gate needs to know of an article."""
    return Work(str(article.key), cast(Access, article.access), published=article.live)


def decide(request: HttpRequest, article: Article, at: datetime) -> Decision:
    """Return what the reader behind `request` may have of `article`."""
    return entitlements.may_read(viewer_of(request), work_of(article), at)


def decide_preview(request: HttpRequest, article: Article, mode: str, at: datetime) -> Decision:
    """Return what somebody previewing `article` in the office may see of it.

    Wagtail lets only those preview who may edit; this asks again, since a preview shows
    what readers must not have. The mode "lead" shows what an anonymous reader would get.
    """
    if mode == "lead":
        return entitlements.may_read(ANONYMOUS, replace(work_of(article), published=True), at)
    user: Any = getattr(request, "user", None)
    viewer = viewer_of(request)
    if user is not None and user.is_authenticated and article.pk:
        may_edit = article.permissions_for_user(user).can_edit()
        viewer = replace(viewer, reads_everything=viewer.reads_everything or may_edit)
    return entitlements.may_read(viewer, work_of(article), at)
