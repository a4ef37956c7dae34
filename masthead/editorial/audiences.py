"""Whom an article is for: what it says itself, else its issue, its section, its title.

Values only; who may read is decided further up, in `circulation.entitlements`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from masthead.editorial.models import Article, Title
from masthead.manuscript.nodes import Access

LAST_WORD: Access = "subscribers"
"""Whom a work is for about which nobody says anything."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a work is for, and from when on that changes.

    Until ``subscribers_until`` it is for subscribers alone, whatever ``access`` says; from
    ``free_from`` on for everybody. ``strangers_counted`` lets a metered work be read, and
    counted, by browsers without an account.
    """

    access: Access
    free_from: datetime | None = None
    subscribers_until: datetime | None = None
    strangers_counted: bool = False


def audience_of(article: Article, title: Title | None) -> Audience:
    """Return whom `article` is for.

    No query for an article fetched with its section and its place in an issue.

    Args:
        article: with its publication moment, or without one while it is a draft.
        title: that it belongs to; None for one that has no place yet.
    """
    says = list(_who_says(article, title))
    return Audience(
        access=cast(Access, next((one.access for one in says if one.access), LAST_WORD)),
        free_from=_moment(article, says, "free_after_days"),
        subscribers_until=_moment(article, says, "subscribers_first_days"),
        strangers_counted=article.strangers_counted,
    )


def _who_says(article: Article, title: Title | None) -> Iterator[Any]:
    for one in (article, article.issue(), article.section, title):
        if one is not None:
            yield one


def _moment(article: Article, says: list[Any], name: str) -> datetime | None:
    """Return publication plus the first number of days that anything says; None for none or 0."""
    days = next((getattr(one, name) for one in says if getattr(one, name) is not None), 0)
    if not days or article.published_at is None:
        return None
    return article.published_at + timedelta(days=days)
