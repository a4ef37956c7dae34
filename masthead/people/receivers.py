"""What people hears from Django and from allauth; each line calls a verb."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from masthead.people import mail_addresses, second_factor, sessions


def signed_out(request: HttpRequest | None, user: Any, **kwargs: Any) -> None:
    """Take note that somebody signed out; Django forgets the session right afterwards."""
    key = request.session.session_key if request is not None else None
    if user is not None and key:
        sessions.end(user, key)


def mail_confirmed(email_address: Any, **kwargs: Any) -> None:
    """Take note that the code sent to somebody's new address came back."""
    mail_addresses.proved(email_address.user, at=timezone.now())


def factor_added(request: HttpRequest, user: Any, authenticator: Any, **kwargs: Any) -> None:
    """Take a person's very first factor as proved."""
    second_factor.enrolled(request, user, authenticator)


def password_changed(request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """Sign somebody out everywhere else: the old password may have been known to another."""
    sessions.end_all(user, but=request.session.session_key)
