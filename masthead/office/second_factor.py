"""At the office's door: staff prove themselves twice, on every path, in every session.

What the address led to decides, not how it was written: every view below `office/` is
closed until the second proof, except what stands in `OPEN`. A new page of Wagtail's or
ours is closed without anybody thinking of it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

from masthead.people import second_factor, staff

PREFIX = "office/"

OPEN = ("wagtailadmin_login", "wagtailadmin_logout")
"""The door itself, and the way out."""


TO_SAVE = timedelta(hours=4)
"""How long after a proof ran out what was begun before can still be saved."""


class AskTwice:
    """Sends staff who have not given the second proof to give it, or to set one up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Stand before what Django does with a request."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Go on; the question is asked once it is known where an address leads."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Return the way to the second proof where it is missing, else nothing."""
        match = request.resolver_match
        if match is None or not match.route.startswith(PREFIX) or match.url_name in OPEN:
            return None
        if not settings.OFFICE_SECOND_FACTOR:
            return None
        user: Any = request.user
        if not user.is_authenticated or not staff.works_here(user):
            return None  # Wagtail sends them away.
        enrolled = second_factor.is_enrolled(user)
        holds = second_factor.PROOF_HOLDS
        if request.method == "POST":
            # Somebody has been writing; a redirect would throw away what they wrote.
            holds += TO_SAVE
        if enrolled and second_factor.is_proved(request, within=holds):
            return None
        if request.headers.get("x-requested-with") == "XMLHttpRequest":
            raise PermissionDenied
        to = _where_to_prove(user) if enrolled else reverse("mfa_index")
        return redirect_to_login(request.get_full_path(), to)


def _where_to_prove(user: Any) -> str:
    from allauth.account.adapter import get_adapter

    url: str = get_adapter().get_reauthentication_methods(user)[0]["url"]
    return url
