"""Where readers stopped listening."""

from __future__ import annotations

import uuid
from datetime import datetime

from masthead.circulation.models import Place
from masthead.editorial.models import Article
from masthead.people.models import User

HEARD = 0.95
"""The share of an article after which it counts as heard: there is nothing to go on with."""


def keep(reader: User, article: Article, seconds: float, of: float, *, at: datetime) -> None:
    """Keep where a reader is in an article; forget it once they have heard all of it.

    Args:
        reader: an account.
        article: what they hear.
        seconds: how far they are.
        of: how long it takes.
        at: the moment.
    """
    if 0 < seconds < HEARD * of:
        Place.objects.update_or_create(
            reader=reader, article=article, defaults={"seconds": seconds, "kept_at": at}
        )
    else:
        Place.objects.filter(reader=reader, article=article).delete()


def of(reader: User, article: uuid.UUID) -> float:
    """Return how far a reader is in an article, in seconds; 0 where there is nothing to go on with."""
    kept = Place.objects.filter(reader=reader, article__key=article)
    return kept.values_list("seconds", flat=True).first() or 0.0
