"""Giving passes out, believing them, and ending them before their time.

How a pass is made stands in `edge.passes`; here is where the secrets come from, and the
list of sessions whose passes are over.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.utils.crypto import salted_hmac

from masthead.circulation.entitlements import Viewer
from masthead.circulation.models import EndedSession
from masthead.edge.passes import LIFETIME, Keyring, Pass
from masthead.production import page_store

SALT = "masthead.circulation.pass"


def give(viewer: Viewer, session_key: str, *, at: datetime) -> str:
    """Return a pass with a viewer's keys, as text for a cookie.

    Args:
        viewer: with the keys in hand.
        session_key: Django's; empty for a browser without a session.
        at: the moment from which it is good for a quarter of an hour.
    """
    expires = int(at.timestamp()) + LIFETIME
    return keyring().sign(Pass(viewer.keys, expires, session_name(session_key)))


def cookie_of(viewer: Viewer, *, at: datetime) -> str:
    """Return what a browser without a session sends along to which a pass was given."""
    return f"{settings.PASS_COOKIE}={give(viewer, '', at=at)}"


def believe(text: str, *, at: datetime) -> Pass | None:
    """Return the pass if it is genuine, in time, and its session has not ended."""
    found = keyring().read(text) if text else None
    if found is None or found.is_over(at.timestamp()):
        return None
    if found.session and EndedSession.objects.filter(session=found.session).exists():
        return None
    return found


def end(session_key: str, *, at: datetime) -> None:
    """Let passes of a session open nothing any more, wherever they are shown."""
    if session_key:
        forget_at = at + timedelta(seconds=LIFETIME)
        EndedSession.objects.update_or_create(
            session=session_name(session_key), defaults={"forget_at": forget_at}
        )
        page_store.here().end_session(session_name(session_key), int(forget_at.timestamp()))


def forget_ended(*, at: datetime) -> int:
    """Delete what no pass can be about any more; return how many rows there were."""
    page_store.here().forget_sessions(at.timestamp())
    return EndedSession.objects.filter(forget_at__lte=at).delete()[0]


def session_name(session_key: str) -> str:
    """Return what a session is called in passes; it does not give the session away."""
    if not session_key:
        return ""
    return salted_hmac(f"{SALT}.session", session_key, algorithm="sha256").hexdigest()[:32]


def keyring() -> Keyring:
    """Return the secrets of passes, made of the installation's own."""
    return _keyring((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=4)
def _keyring(secrets: tuple[str, ...]) -> Keyring:
    return Keyring(
        [salted_hmac(SALT, "", secret=one, algorithm="sha256").digest() for one in secrets]
    )


def is_due(text: str, session_key: str, *, at: datetime) -> bool:
    """Say whether a browser with that session, which shows this, should get a new pass."""
    found = believe(text, at=at)
    return (
        found is None or found.is_due(at.timestamp()) or found.session != session_name(session_key)
    )
