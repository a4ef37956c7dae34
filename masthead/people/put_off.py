"""What somebody had sent when they were asked whether it is they: done after the proof, if that is soon.

allauth keeps it in the session until somebody has proved themselves, however much later, and runs it
for whoever comes back to its page by then. Here it is dropped as soon as they are asked at another
page, or at the same one anew, and after as long as a mailed code is good.
"""

from __future__ import annotations

import time

from allauth.account import app_settings
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from django.http import HttpRequest

SINCE = "masthead_put_off_at"


def begin(request: HttpRequest) -> None:
    """Drop what was put off before; allauth may put off this request next."""
    drop(request)
    request.session[SINCE] = time.time()


def drop(request: HttpRequest) -> None:
    """Let what was put off be done no more."""
    request.session.pop(STATE_SESSION_KEY, None)


def drop_if_old(request: HttpRequest) -> None:
    """Drop it if whoever sent it cannot be taken to still be waiting for it."""
    since = request.session.get(SINCE, 0.0)
    if time.time() - since >= app_settings.LOGIN_BY_CODE_TIMEOUT:
        drop(request)
