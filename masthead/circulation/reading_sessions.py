"""On how many devices one reader may be signed in at once."""

from __future__ import annotations

from django.db.models import Max

from masthead.circulation.models import Policy
from masthead.editorial.models import Title
from masthead.people import sessions
from masthead.people.models import User


def most() -> int:
    """Return the number of devices: that of the most generous title of the house."""
    usual: int = Policy._meta.get_field("reading_sessions").default
    written = Policy.objects.aggregate(most=Max("reading_sessions"))["most"] or 0
    without = Title.objects.filter(policy=None).exists()
    return max(written, usual) if without or not written else written


def keep_within(user: User, session_key: str) -> list[str]:
    """End whatever sessions of `user` are too many; return what those devices are called.

    Args:
        user: who has just signed in.
        session_key: of the session that must stay: the newest one.
    """
    others = [one for one in sessions.of(user, here=session_key) if not one.is_here]
    ended = sorted(others, key=lambda one: one.signed_in_at, reverse=True)[most() - 1 :]
    for device in ended:
        sessions.end_device(user, device.pk)
    return [device.name for device in ended]
