"""Editions of issues, whole files, for those who may read every article in them."""

from __future__ import annotations

import uuid
from base64 import b64decode
from binascii import Error

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from masthead.circulation import editions, private_feeds, viewers
from masthead.circulation.entitlements import Viewer
from masthead.editorial.models import FrontPage, Issue
from masthead.newsstand import byte_ranges, media_types
from masthead.newsstand.views import catalogues
from masthead.people.models import User
from masthead.production import for_readers
from masthead.production.models import Edition


class _NobodySpeaks(Exception):
    """A password was shown that is of no private feed."""


@require_safe
def edition(request: HttpRequest, issue: uuid.UUID, sha256: str, ending: str) -> HttpResponseBase:
    """Return the newest edition of an issue in a form, or the part of it that was asked for.

    The address of one that was pressed before leads there.
    """
    page = get_object_or_404(Issue.objects.on_sale().public(), key=issue)
    found = next(
        (one for one in for_readers.newest([page]).get(page.pk, ()) if _ending(one) == ending), None
    )
    if found is None:
        raise Http404
    try:
        viewer, reader = _who(request)
    except _NobodySpeaks:
        return _discreet(_sign_in(request, page))
    found.issue = page
    if not editions.may_have(viewer, reader, found, timezone.now()):
        return _discreet(_refusal() if reader else _sign_in(request, page))
    if sha256 != found.sha256:
        before = Edition.objects.filter(issue=page, form=found.form, sha256=sha256)
        if not before.exists():
            raise Http404
        return _discreet(redirect("newsstand:edition", issue, found.sha256, ending))
    return _discreet(_sent(request, found))


def _who(request: HttpRequest) -> tuple[Viewer, User | None]:
    """Return who asks: by the password that is shown, else by the browser."""
    scheme, _space, shown = request.headers.get("Authorization", "").partition(" ")
    now = timezone.now()
    if scheme.lower() != "basic":
        user = request.user if request.user.is_authenticated else None
        return viewers.viewer_of(request, now), user
    try:
        _name, _colon, token = b64decode(shown, validate=True).decode().partition(":")
    except (Error, ValueError):
        token = ""
    feed = private_feeds.of_token(token, private_feeds.Kind.READING)
    if feed is None or not private_feeds.is_good(feed):
        raise _NobodySpeaks
    private_feeds.see(feed, at=now)
    return viewers.viewer_by_token(feed.reader, now), feed.reader


def _sent(request: HttpRequest, edition: Edition) -> HttpResponseBase:
    form = for_readers.FORMATS[edition.form]
    try:
        file = edition.file.open("rb")
    except OSError as lost:
        raise Http404 from lost
    response = byte_ranges.send(
        request,
        file,
        size=edition.size,
        media_type=form.media_type,
        etag=quote_etag(edition.sha256),
    )
    name = f"{edition.issue.slug}.{form.ending}"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _sign_in(request: HttpRequest, issue: Issue) -> HttpResponse:
    front = FrontPage.objects.ancestor_of(issue).select_related("publication").get()
    response = HttpResponse(
        catalogues.document(request, front), media_types.AUTHENTICATION, status=401
    )
    response.headers["WWW-Authenticate"] = 'Basic realm="Editions", charset="UTF-8"'
    return response


def _refusal() -> HttpResponse:
    words = _("What you have subscribed to does not hold this issue.")
    return HttpResponse(f"{words}\n", status=403, content_type="text/plain; charset=utf-8")


def _discreet(response: HttpResponseBase) -> HttpResponseBase:
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Vary"] = "Authorization, Cookie"
    return response


def _ending(edition: Edition) -> str:
    return for_readers.FORMATS[edition.form].ending
