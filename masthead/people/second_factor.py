"""The second proof: who has one, and who has given it in this session.

A first proof is a mailed code or a password. The second is an authenticator app or a
passkey; recovery codes stand in for either. A passkey that was used to sign in counts as
both, since it asks for a finger, a face or a PIN.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from wagtail.log_actions import log

from masthead.people import sessions
from masthead.people.models import User

PROOF_HOLDS = timedelta(hours=18)
"""How long staff need not prove themselves again: a long day's work, not the next day."""

FRESH = timedelta(minutes=5)
"""How long after a proof the second factor itself may be changed."""

_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
METHOD = "mfa"  # What allauth calls the second proof in its records of a session.


def is_enrolled(user: Any) -> bool:
    """Say whether `user` has an authenticator app or a passkey."""
    return Authenticator.objects.filter(user_id=user.pk, type__in=_FACTORS).exists()


def is_proved(request: HttpRequest, *, within: timedelta = PROOF_HOLDS) -> bool:
    """Say whether whoever sent `request` gave the second proof in this session."""
    return _has_record(request, within, METHOD)


def suffices(request: HttpRequest) -> bool:
    """Say whether `request` may use rights of staff: proved twice, or the owner asks for one."""
    return not settings.OFFICE_SECOND_FACTOR or is_proved(request)


def may_change(request: HttpRequest) -> bool:
    """Say whether this session has just proved enough to change how it is proved.

    Who has a second factor must have given it; for others any proof will do.
    """
    methods = (METHOD,) if is_enrolled(request.user) else (METHOD, "code", "password")
    return _has_record(request, FRESH, *methods)


def enrolled(request: HttpRequest, user: User, factor: Authenticator) -> None:
    """Take a person's very first factor as proved by being set up.

    Setting up an app needs a code from it, and a passkey a signature by it. A further one
    proves nothing: it may be set up by somebody who cannot give the first.
    """
    others = Authenticator.objects.filter(user=user, type__in=_FACTORS).exclude(pk=factor.pk)
    if factor.type in _FACTORS and not others.exists():
        record_authentication(request, user, METHOD, enrolled=True)


@transaction.atomic
def reset(user: User, *, by: User | None) -> int:
    """Take every second factor from `user` and sign them out everywhere.

    Args:
        user: who lost it.
        by: who does it; nobody when it is done on the machine itself.

    Returns:
        How many factors there were.
    """
    factors = Authenticator.objects.filter(user=user)
    count = factors.filter(type__in=_FACTORS).count()
    factors.delete()
    sessions.end_all(user)
    log(instance=user, action="masthead.second_factor.reset", user=by, data={"factors": count})
    return count


def _has_record(request: HttpRequest, within: timedelta, *methods: str) -> bool:
    user: Any = request.user
    if not user.is_authenticated:
        return False
    since = time.time() - within.total_seconds()
    return any(
        record.get("method") in methods and record.get("at", 0) >= since
        for record in get_authentication_records(request, user)
    )
