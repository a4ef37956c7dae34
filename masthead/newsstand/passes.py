"""Handing passes and tickets out with the answers, and taking back what is no more good."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from masthead.circulation import passes, tickets, viewers
from masthead.edge.passes import LIFETIME

TICKET_KEPT = 400 * 24 * 60 * 60
"""Seconds. Browsers keep no cookie longer."""

_FORGETS = "_masthead_forgets"


def forget_what_is_kept(request: HttpRequest) -> None:
    """Have the answer to a request tell its browser to forget what our pages keep there."""
    setattr(request, _FORGETS, True)


def hand_out(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Give each reader whom the gate has looked at a pass of the keys that were found.

    A middleware. Answers for which nobody asked who reads stay without cookies, so that
    anybody may keep them.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if getattr(request, _FORGETS, False):
            # Issues kept for a journey, and places in articles, were this reader's.
            response["Clear-Site-Data"] = '"storage"'
            response.delete_cookie(settings.SIGNED_IN_COOKIE, samesite="Lax")
        if ticket := viewers.ticket_to_give(request):
            _set(response, settings.TICKET_COOKIE, tickets.write(ticket), TICKET_KEPT)
        shown = request.COOKIES.get(settings.PASS_COOKIE, "")
        session: Any = getattr(request, "session", None)
        key = (session.session_key if session is not None else "") or ""
        brings_ticket = bool(request.COOKIES.get(settings.TICKET_COOKIE))
        if viewers.has_viewer(request) and viewers.is_shut():
            # What keys open nothing now must not be on a pass that outlasts that.
            return response
        if viewers.is_known(request) or (brings_ticket and viewers.has_viewer(request)):
            # A ticket that opens nothing just now gets a pass that opens nothing: else each page
            # would have to ask about it again.
            now = timezone.now()
            viewer = viewers.viewer_of(request, now)
            held = passes.believe(shown, at=now)
            # Bought, given or taken away since: the front goes by what the pass says.
            is_other = held is not None and set(held.keys) != set(viewer.keys)
            if viewers.ticket_to_give(request) or is_other or passes.is_due(shown, key, at=now):
                _set(response, settings.PASS_COOKIE, passes.give(viewer, key, at=now), LIFETIME)
                _say_whether_signed_in(request, response)
        elif shown and viewers.has_viewer(request):
            # It was asked, and nothing opens any more: signed out, revoked, expired.
            response.delete_cookie(settings.PASS_COOKIE, samesite="Lax")
            _say_whether_signed_in(request, response)
        return response

    return answer


def _say_whether_signed_in(request: HttpRequest, response: HttpResponseBase) -> None:
    """Tell scripts of pages that are the same for all whether there is anything to ask of this reader."""
    user: Any = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        # It outlasts the pass: open pages are read for days without the house being asked.
        age = settings.SESSION_COOKIE_AGE
        _set(response, settings.SIGNED_IN_COOKIE, "1", age, for_scripts=True)
    elif settings.SIGNED_IN_COOKIE in request.COOKIES:
        response.delete_cookie(settings.SIGNED_IN_COOKIE, samesite="Lax")


def _set(
    response: HttpResponseBase, name: str, value: str, max_age: int, *, for_scripts: bool = False
) -> None:
    response.set_cookie(
        name,
        value,
        max_age=max_age,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=not for_scripts,
        samesite="Lax",
    )
