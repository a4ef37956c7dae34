"""What every answer tells browsers not to do, in words that they understand.

Each kind of answer has a content security policy of its own: readers' pages, the office,
and files. A view that needs more says so itself, with the decorators of django-csp. Pages
that editors preview are drawn under the address that readers will find them at, and so
have the readers' policy even within the office.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest, HttpResponseBase

from masthead.newsstand import theme

Policy = Mapping[str, Any]

READERS: Policy = {
    "default-src": NONE,
    # No script stands in a page itself. JSON-LD does, but is data to browsers.
    "script-src": SELF,
    # `Headers` adds the hash of the style sheet that stands in every page. It is a hash, not a
    # number drawn for each answer, since a page that is stored must still fit its policy.
    "style-src": (SELF,),
    # Attributes only: where a picture's focus lies, how it is cropped, how long a bar is, which
    # ground a cover has. Their values differ from page to page, so no hash can name them; they
    # cannot choose other elements, run anything or, with the other lines here, fetch from
    # elsewhere.
    "style-src-attr": UNSAFE_INLINE,
    "img-src": SELF,
    "media-src": SELF,
    "font-src": SELF,
    "connect-src": SELF,
    "manifest-src": SELF,
    "object-src": NONE,
    "base-uri": NONE,
    "form-action": SELF,
    # The office shows previews in a frame.
    "frame-ancestors": SELF,
}
"""What readers' pages may do."""

OFFICE: Policy = {
    "default-src": NONE,
    # Wagtail starts its widgets from scripts in the page, and its bundles hold code that makes
    # functions of words; nobody has shown yet that none of that is ever called.
    "script-src": (SELF, UNSAFE_INLINE, UNSAFE_EVAL),
    "style-src": (SELF, UNSAFE_INLINE),
    # Pictures that were just chosen are shown before they are sent.
    "img-src": (SELF, "data:", "blob:"),
    "media-src": SELF,
    "font-src": SELF,
    "connect-src": SELF,
    "frame-src": SELF,  # Previews.
    "manifest-src": SELF,
    "object-src": NONE,
    "base-uri": NONE,
    "form-action": SELF,
    "frame-ancestors": SELF,
}
"""What the office may do."""

FILES: Policy = {
    "default-src": NONE,
    # What a browser puts around a lone picture or recording that somebody opens.
    "img-src": SELF,
    "media-src": SELF,
    "style-src": (UNSAFE_INLINE,),
    "base-uri": NONE,
    "form-action": NONE,
    "frame-ancestors": NONE,
    # Whatever is in it stands alone: without scripts, and without the magazine's cookies.
    "sandbox": "",
}
"""What a file may do that somebody opens by itself: nothing."""

PLACES: tuple[tuple[str, Policy], ...] = (
    ("/office/", OFFICE),
    ("/media/", FILES),
    ("/static/", FILES),
    ("/share/", FILES),
    ("/advertisements/", FILES),
    ("/recordings/", FILES),
    ("/audio/", FILES),
    ("/listen/", FILES),
    ("/documents/", FILES),
)
"""Which addresses have a policy of their own; the first that fits counts, all else is readers'."""

EMBEDDED_ELSEWHERE = ("/media/", "/share/", "/recordings/", "/audio/", "/static/")
"""What feeds name, which others show on pages of theirs. No cookie comes along there."""

SECRETS = ("/proofs/", "/listen/")
"""Where the next part of an address is a secret, which nobody is told that one came from."""

PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)
"""What no page of ours asks of a device."""


STYLE_IS_LINKED = "/proofs/"
"""Where pages have a style sheet of their own, outside of them, and not the theme's."""


class Headers(CSPMiddleware):
    """Gives every answer its content security policy and what goes with it.

    Stands first, so that answers of other middleware and of errors have them as well.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Return the answer with its headers; what a view has set itself stays."""
        response = super().process_response(request, response)
        shared = request.path_info.startswith(EMBEDDED_ELSEWHERE)
        if request.path_info.startswith(SECRETS):
            # Also of what is not found there: a page that says so has links to follow.
            response.headers["Referrer-Policy"] = "no-referrer"
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        # A proxy that keeps what says nothing of itself would go on telling that an article
        # is not there, or give one reader what was written for another.
        response.headers.setdefault("Cache-Control", "private, no-cache")
        response.headers.setdefault(
            "Cross-Origin-Resource-Policy", "cross-origin" if shared else "same-origin"
        )
        return response

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """Return the policy of the place that was asked for, as the view may have changed it."""
        parts = super().get_policy_parts(request, response, report_only)
        if report_only or parts.config is not None:
            return parts
        refused = response.status_code >= HTTPStatus.BAD_REQUEST
        return replace(parts, config=dict(policy_of(request.path_info, refused=refused)))


def policy_of(path: str, *, refused: bool = False) -> Policy:
    """Return the policy of what is served at a path; that a file is refused is told on a page."""
    policy = next((one for place, one in PLACES if path.startswith(place)), READERS)
    if refused and policy is FILES:
        policy = READERS
    links_its_style = path.startswith(STYLE_IS_LINKED) and not refused
    if UNSAFE_INLINE in policy["style-src"] or links_its_style:
        return policy
    return {**policy, "style-src": (*policy["style-src"], _hash(theme.stylesheet()))}


@lru_cache(maxsize=2)
def _hash(text: str) -> str:
    """Return what a policy calls an element of exactly this text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
