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
from masthead.newsstand.account_pages import Part, Row
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
    labels = (_("Make an address"), _("Make a new address"), _("Revoke the address"))
    return _part(request, heading, about, Kind.LISTENING, *labels)


def _reading(request: HttpRequest, token: str) -> Part:
    heading = _("Reading apps")
    catalogue = _full(request, "newsstand:catalogue")
    if token:
        older = _full(request, "newsstand:old-catalogue")
        return Part(
            heading=heading,
            text=(
                _("This is the password for your reading app; any name will do."),
                _("We cannot show it again. Whoever has it reads what you may read: keep it."),
            ),
            codes=(token,),
            rows=(
                Row(heading=_("Catalogue (OPDS) to add to your app"), lines=(catalogue,)),
                Row(heading=_("The same for older apps"), lines=(older,)),
            ),
            links=(Link(_("I have kept it"), reverse("account_feeds")),),
        )
    about = _("The issues that you may read, to be kept in an app: from the catalogue at %(url)s.")
    labels = (_("Make a password"), _("Make a new password"), _("Revoke the password"))
    return _part(request, heading, about % {"url": catalogue}, Kind.READING, *labels)


def _part(
    request: HttpRequest, heading: str, about: str, kind: str, make: str, again: str, end: str
) -> Part:
    user: Any = request.user
    feed = private_feeds.standing(user, kind)
    hidden = {"kind": kind}
    if feed is None:
        return Part(heading=heading, text=(about,), forms=(button(make, name=kind, hidden=hidden),))
    anew = _("Lost it? Make a new one: the one you have will open nothing any more.")
    gone = reverse("account_revoke_feed")
    return Part(
        heading=heading,
        text=(about, *_history(feed), anew),
        forms=(
            button(again, name=f"{kind}-again", hidden=hidden, is_quiet=True),
            button(end, name=f"{kind}-end", action=gone, hidden=hidden, is_quiet=True),
        ),
    )


def _history(feed: PrivateFeed) -> tuple[str, str]:
    made = _("Made on %(day)s.") % {"day": date_format(timezone.localtime(feed.made_at))}
    if feed.last_used_at is None:
        return made, _("No program has used it yet.")
    moment = date_format(timezone.localtime(feed.last_used_at), "DATETIME_FORMAT")
    return made, _("Last used: %(moment)s") % {"moment": moment}


def _kind(request: HttpRequest) -> str:
    kind = request.POST.get("kind", "")
    if kind not in Kind.values:
        raise Http404
    return kind


def _full(request: HttpRequest, name: str, *args: Any) -> str:
    front = front_page_of(request)
    site = site_url_of(request, front) if front else request.build_absolute_uri("/")
    return urljoin(site, reverse(name, args=args))
