"""A subscriber's own podcast, and what it names, for whoever knows the secret in the address.

The secret says who asks. The gate is asked anew with every request, for that reader.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from hashlib import sha256 as digest
from typing import Any
from urllib.parse import urljoin

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from masthead.circulation import editions, entitlements, private_feeds, viewers
from masthead.circulation.models import PrivateFeed
from masthead.editorial.models import Article, Issue
from masthead.newsstand import byte_ranges, podcast_forms, podcasts, turnstile
from masthead.newsstand.chrome import front_page_of, site_url_of
from masthead.newsstand.views import narrations
from masthead.newsstand.views.podcasts import MEDIA_TYPE, MOST
from masthead.press.speech import issue as speech_issue
from masthead.production import audio
from masthead.production.models import Edition, Narration

View = Callable[..., HttpResponseBase]


def by_token(view: View) -> View:
    """Call a view with the feed that a token in the address is of, and let nobody keep the answer.

    One that was revoked is gone (410), which tells programs to stop asking. Whatever else opens
    nothing is not found; why is nobody's business.
    """

    @wraps(view)
    @require_safe
    def answer(request: HttpRequest, token: str, **asked: Any) -> HttpResponseBase:
        feed = private_feeds.of_token(token, private_feeds.Kind.LISTENING)
        try:
            if feed is None:
                raise Http404
            if private_feeds.is_good(feed):
                response = view(request, token=token, feed=feed, **asked)
            else:
                response = _plain(410, _("This was revoked. Make a new one in your account."))
        except Http404:
            response = _plain(404, _("There is nothing at this address"))
        response.headers["Cache-Control"] = "private, no-cache"
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        response.headers["Referrer-Policy"] = "no-referrer"
        # Players in browsers ask from pages of their own. The address is all the proof there is,
        # and whoever has it needs no browser to ask.
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    return answer


@by_token
def podcast(request: HttpRequest, token: str, feed: PrivateFeed) -> HttpResponseBase:
    """Return all that a subscriber may hear of the magazine at this address."""
    front = front_page_of(request)
    if front is None:
        raise Http404
    if refusal := turnstile.turned_away(request, "podcast", most=MOST):
        return refusal
    now = timezone.now()
    private_feeds.see(feed, at=now)
    site = site_url_of(request, front)

    def address(work: Article | Issue, sha256: str, ending: str) -> str:
        names = {"mp3": "listen", "vtt": "listen-captions"}
        if isinstance(work, Issue):
            names = {"mp3": "listen-issue", "json": "listen-issue-chapters"}
        name = f"newsstand:{names[ending]}"
        return urljoin(site, reverse(name, args=[token, work.key, sha256]))

    viewer = viewers.viewer_by_token(feed.reader, now)
    url = urljoin(site, reverse("newsstand:own-podcast", args=[token]))
    found = podcasts.private_podcast(front, viewer, feed.reader, url=url, address=address, at=now)
    response = HttpResponse(podcast_forms.rss(found), content_type=MEDIA_TYPE)
    # No date goes along: what somebody may have changes without anything being written.
    response["ETag"] = etag = f'"{digest(response.content).hexdigest()[:32]}"'
    return get_conditional_response(request, etag, None, response) or response


@by_token
def sound(
    request: HttpRequest, token: str, feed: PrivateFeed, article: uuid.UUID, sha256: str
) -> HttpResponseBase:
    """Return an article's recording, or the part of it that a player asks for."""
    return narrations.sent(request, _for_listener(feed, article, sha256))


@by_token
def captions(
    request: HttpRequest, token: str, feed: PrivateFeed, article: uuid.UUID, sha256: str
) -> HttpResponseBase:
    """Return what is said in it, and when (WebVTT)."""
    return narrations.captions_of(_for_listener(feed, article, sha256))


@by_token
def issue_sound(
    request: HttpRequest, token: str, feed: PrivateFeed, issue: uuid.UUID, sha256: str
) -> HttpResponseBase:
    """Return a whole issue as one recording, or the part of it that a player asks for."""
    edition = _issue_for_listener(feed, issue, sha256)
    try:
        file = edition.file.open("rb")
    except OSError as lost:
        raise Http404 from lost
    etag = f'"{edition.sha256}"'
    return byte_ranges.send(request, file, size=edition.size, media_type="audio/mpeg", etag=etag)


@by_token
def issue_chapters(
    request: HttpRequest, token: str, feed: PrivateFeed, issue: uuid.UUID, sha256: str
) -> HttpResponseBase:
    """Return which article begins when in it (JSON Chapters)."""
    chapters = podcasts.chapters_of(_issue_for_listener(feed, issue, sha256))
    return HttpResponse(speech_issue.as_json(chapters), "application/json+chapters")


def _issue_for_listener(feed: PrivateFeed, key: uuid.UUID, sha256: str) -> Edition:
    """Return an issue's recording, if the feed's reader may have all of the issue."""
    issue = get_object_or_404(Issue.objects.on_sale().public(), key=key)
    now = timezone.now()
    private_feeds.see(feed, at=now)
    viewer = viewers.viewer_by_token(feed.reader, now)
    made = Edition.objects.filter(issue=issue, form=Edition.Form.AUDIO).sound()
    newest, edition = made.first(), made.filter(sha256=sha256).first()
    if newest is None or edition is None:
        raise Http404
    if edition != newest and newest.finished_at and newest.finished_at < now - audio.KEPT:
        raise Http404
    edition.issue = issue
    if not editions.may_have(viewer, feed.reader, edition, now):
        raise Http404
    return edition


def _for_listener(feed: PrivateFeed, key: uuid.UUID, sha256: str) -> Narration:
    """Return the recording at an address, if the feed's reader may have all that is said in it."""
    article = get_object_or_404(Article.objects.public(), key=key, read_aloud=True)
    now = timezone.now()
    private_feeds.see(feed, at=now)
    viewer = viewers.viewer_by_token(feed.reader, now)
    decision = entitlements.may_read(viewer, viewers.work_of(article), now)
    narration = audio.at_address(article, sha256) if decision.parts == "full" else None
    if narration is None:
        raise Http404
    return narration


def _plain(status: int, words: str) -> HttpResponse:
    return HttpResponse(f"{words}\n", status=status, content_type="text/plain; charset=utf-8")
