"""Who gets pages with advertisements: whoever was not promised pages without.

On doubt there are none. A page on which one might stand asks here, and nobody else decides.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest

from masthead.circulation import passes, viewers
from masthead.edge import locks
from masthead.editorial.models import Title

_WITHHELD = "_masthead_advertisements_withheld"


def are_promised_away(request: HttpRequest, title: Title, at: datetime) -> bool:
    """Say whether who is behind a request is known, without a question, to get none.

    By what the page has found out of its reader, or by the pass that the browser shows: one of
    them is enough.
    """
    found = viewers.has_viewer(request) and locks.keep_advertisements_away(
        viewers.viewer_of(request, at).keys, str(title.key), at.timestamp()
    )
    if not found and not _by_pass(request, title, at):
        return False
    # The page is this reader's alone from here on, even if nothing more is asked of them.
    setattr(request, _WITHHELD, True)
    return True


def _by_pass(request: HttpRequest, title: Title, at: datetime) -> bool:
    text = request.COOKIES.get(settings.PASS_COOKIE, "")
    shown = passes.keyring().read(text) if text else None
    if shown is None or not locks.keep_advertisements_away(
        shown.keys, str(title.key), at.timestamp()
    ):
        return False
    # Only now: whether its session has ended takes a look into the database.
    return passes.believe(text, at=at) is not None


def may_stand(request: HttpRequest, title: Title, at: datetime) -> bool:
    """Say whether an advertisement may stand on a page for who is behind a request.

    To be asked when there is one to be shown, since it may take the facts to know.
    """
    viewers.viewer_of(request, at)
    return not are_promised_away(request, title, at)


def were_withheld(request: HttpRequest) -> bool:
    """Say whether the answer is without advertisements because of who asked."""
    return bool(getattr(request, _WITHHELD, False))
