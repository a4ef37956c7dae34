"""Where a person is signed in, and ending that, one by one or all at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from masthead.people.models import User
from masthead.people.signals import session_ended


@dataclass(frozen=True, slots=True)
class Device:
    """A browser in which somebody is signed in."""

    pk: int
    name: str
    signed_in_at: datetime
    is_here: bool


def of(user: User, *, here: str | None = None) -> list[Device]:
    """Return where `user` is signed in, this browser first, then the newest.

    Args:
        user: whose sessions.
        here: the key of the session in which that is asked.
    """
    rows = UserSession.objects.filter(user=user, session_key__in=_alive(user))
    devices = [
        Device(row.pk, device_name(row.user_agent), row.created_at, row.session_key == here)
        for row in rows
    ]
    return sorted(devices, key=lambda one: (not one.is_here, -one.signed_in_at.timestamp()))


@transaction.atomic
def end(user: User, session_key: str) -> None:
    """End one session: its browser is signed out with its next page."""
    SessionStore().delete(session_key)
    UserSession.objects.filter(user=user, session_key=session_key).delete()
    session_ended.send(sender=User, user=user, session_key=session_key)


def end_device(user: User, pk: int) -> None:
    """End the session of one of a person's own devices; one that is over already is over."""
    row = UserSession.objects.filter(user=user, pk=pk).first()
    if row is not None:
        end(user, row.session_key)


@transaction.atomic
def end_all(user: User, *, but: str | None = None) -> int:
    """End every session of `user` except that with the key `but`; return how many."""
    keys = list(
        UserSession.objects.filter(user=user)
        .exclude(session_key=but or "")
        .values_list("session_key", flat=True)
    )
    for key in keys:
        end(user, key)
    return len(keys)


def _alive(user: User) -> list[str]:
    keys = UserSession.objects.filter(user=user).values("session_key")
    alive = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    return list(alive.values_list("session_key", flat=True))


def forget_ended() -> int:
    """Forget the browsers whose sessions ran out; return how many."""
    alive = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    count, _of_what = UserSession.objects.exclude(session_key__in=alive).delete()
    return count


_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device_name(user_agent: str) -> str:
    """Return what a person would call the browser that sent this `User-Agent`."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or re.split(r"[/ ]", user_agent)[0] or _("A browser")
