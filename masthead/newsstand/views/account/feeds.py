"""What a reader's programs know them by: a podcast of their own, and a password for reading apps."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from masthead.circulation import private_feeds
from masthead.circulation.models import PrivateFeed
from masthead.newsstand.account_pages import Part
from masthead.newsstand.chrome import front_page_of, site_url_of
from masthead.newsstand.pages import Link
from masthead.newsstand.views.account.pages import button, show

Kind = private_feeds.Kind


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def feeds(request: HttpRequest) -> HttpResponse:
    """Show what there is; on POST, make one of a kind, and show it this one time."""
    user: Any = request.user
    made, token = "", ""
    if request.method == "POST":
        made = _kind(request)
        # Shown with this very answer: kept anywhere else, it would be no secret of the reader's.
        _feed, token = private_feeds.make(user, made, at=timezone.now())
    return show(
        request,
        _("Podcast and apps"),
        _listening(request, token if made == Kind.LISTENING else ""),
        _reading(request, token if made == Kind.READING else ""),
        standfirst=_("Let your own programs have what you may read, without signing in there."),
    )


@login_required
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    """Let what a program was given open nothing any more."""
    user: Any = request.user
    if private_feeds.revoke(user, _kind(request), at=timezone.now()):
        messages.success(request, _("It opens nothing any more, wherever it was written down."))
    return redirect("account_feeds")


def _listening(request: HttpRequest, token: str) -> Part:
    user: Any = request.user
    feed = private_feeds.standing(user, Kind.LISTENING)
    heading = _("Your podcast")
    if token:
        address = _full(request, "newsstand:own-podcast", token)
        return Part(
            heading=heading,
            text=(
                _(
                    "Copy this address and add it to your podcast program, as a show by its address."
                ),
                _("We cannot show it again. Whoever has it hears what you may hear: keep it."),
            ),
            codes=(address,),
            links=(
                Link(_("Open it in a podcast program"), f"podcast:{address.partition(':')[2]}"),
                Link(_("I have kept it"), reverse("account_feeds")),
            ),
        )
    about = _("Every article that you may read, read aloud, in any podcast program.")
    return _part(heading, about, feed, Kind.LISTENING, _("Make an address"))


def _reading(request: HttpRequest, token: str) -> Part:
    user: Any = request.user
    heading = _("Reading apps")
    catalogue = _full(request, "newsstand:catalogue")
    older = _full(request, "newsstand:old-catalogue")
    if token:
        return Part(
            heading=heading,
            text=(
                _("Add one of the two addresses to your reading app, as a catalogue (OPDS)."),
                _(
                    "Older apps need the second one. When it asks, any name will do; the password is the last line."
                ),
                _(
                    "We cannot show the password again. Whoever has it reads what you may read: keep it."
                ),
            ),
            codes=(catalogue, older, token),
            links=(Link(_("I have kept it"), reverse("account_feeds")),),
        )
    about = _("The issues that you may read, to be kept in an app: from the catalogue at %(url)s.")
    feed = private_feeds.standing(user, Kind.READING)
    return _part(heading, about % {"url": catalogue}, feed, Kind.READING, _("Make a password"))


def _part(heading: str, about: str, feed: PrivateFeed | None, kind: str, make: str) -> Part:
    if feed is None:
        return Part(heading=heading, text=(about,), forms=(button(make, hidden={"kind": kind}),))
    anew = _("Lost it? Make a new one: the one you have will open nothing any more.")
    return Part(
        heading=heading,
        text=(about, *_history(feed), anew),
        forms=(
            button(_("Make a new one"), name="anew", hidden={"kind": kind}, is_quiet=True),
            button(
                _("Revoke it"),
                name="revoke",
                action=reverse("account_revoke_feed"),
                hidden={"kind": kind},
                is_quiet=True,
            ),
        ),
    )


def _history(feed: PrivateFeed) -> tuple[str, str]:
    made = _("Made on %(day)s.") % {"day": date_format(timezone.localtime(feed.made_at))}
    if feed.last_used_at is None:
        return made, _("No program has used it yet.")
    moment = date_format(timezone.localtime(feed.last_used_at), "DATETIME_FORMAT")
    return made, _("Last used on %(moment)s.") % {"moment": moment}


def _kind(request: HttpRequest) -> str:
    kind = request.POST.get("kind", "")
    if kind not in Kind.values:
        raise Http404
    return kind


def _full(request: HttpRequest, name: str, *args: Any) -> str:
    front = front_page_of(request)
    site = site_url_of(request, front) if front else request.build_absolute_uri("/")
    return urljoin(site, reverse(name, args=args))
