"""Private feeds: a secret in an address, or as a password, in place of signing in.

Podcast programs and reading apps show it. It says who asks and opens nothing by itself.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from masthead.circulation.models import PrivateFeed
from masthead.people.models import User

Kind = PrivateFeed.Kind
BYTES = 24
"""192 bits: nobody guesses one."""
KEPT = timedelta(days=30)
"""How long one that was revoked is told so, before it is as unknown as any other."""
BETWEEN_USES = timedelta(hours=1)
"""Programs ask all day; that one is used is written down no more often."""


@transaction.atomic
def make(reader: User, kind: str, *, at: datetime) -> tuple[PrivateFeed, str]:
    """Make a private feed for a reader; the one they had of this kind opens nothing any more.

    Returns:
        The record and its token, which is known now and never again.
    """
    # Whoever asks twice at once would else have two, or an error.
    User.objects.select_for_update().get(pk=reader.pk)
    revoke(reader, kind, at=at)
    token = secrets.token_urlsafe(BYTES)
    feed = PrivateFeed.objects.create(
        reader=reader, kind=kind, token_sha256=_digest(token), made_at=at
    )
    return feed, token


def revoke(reader: User, kind: str, *, at: datetime) -> bool:
    """Let a reader's feed of a kind open nothing from now on; say whether there was one."""
    standing = PrivateFeed.objects.filter(reader=reader, kind=kind, revoked_at=None)
    return bool(standing.update(revoked_at=at))


def standing(reader: User, kind: str) -> PrivateFeed | None:
    """Return a reader's feed of a kind that is not revoked."""
    return PrivateFeed.objects.filter(reader=reader, kind=kind, revoked_at=None).first()


def of_token(token: str, kind: str) -> PrivateFeed | None:
    """Return the feed of a kind that this token is of, revoked ones too; None for all others."""
    found = PrivateFeed.objects.filter(token_sha256=_digest(token), kind=kind)
    return found.select_related("reader").first()


def is_good(feed: PrivateFeed) -> bool:
    """Say whether it still speaks for its reader."""
    return feed.revoked_at is None and feed.reader.is_active


def see(feed: PrivateFeed, *, at: datetime) -> None:
    """Write down that a feed was used."""
    PrivateFeed.objects.filter(
        Q(last_used_at=None) | Q(last_used_at__lt=at - BETWEEN_USES), pk=feed.pk
    ).update(last_used_at=at)


def forget_revoked(*, at: datetime) -> int:
    """Delete those that were revoked long ago; return how many."""
    return PrivateFeed.objects.filter(revoked_at__lt=at - KEPT).delete()[0]


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
