"""Keeping formes, so that a page need not be made from rows each time.

A forme is good while no change waits that touches what it was made from. A change's row is there
from the commit of the change until its pages are out, and a press run lays aside what its changes
touched before it makes anything: so nobody is ever given an old one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from masthead.production.models import Change, Forme, FormeTag

AT_ONCE = 500
"""Tags in one question to the database, which takes only so many."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A forme as it is kept; ``tags`` are what it was made from.

    ``schema`` and ``made_with`` are of whoever wrote ``data``. From ``stale_at`` on it is to be
    made anew though nothing changes.
    """

    schema: int
    made_with: str
    data: bytes
    tags: frozenset[str] = frozenset()
    stale_at: datetime | None = None


def kept(articles: Iterable[int], *, at: datetime, with_tags: bool = False) -> dict[int, Kept]:
    """Return the formes of articles that still hold, by primary key: one query, or two.

    Args:
        articles: primary keys.
        at: the moment at which they are to hold.
        with_tags: whether their tags are wanted, too, which takes the second query.
    """
    touched = FormeTag.objects.filter(forme=OuterRef("pk"), tag__in=Change.objects.values("tag"))
    found = Forme.objects.filter(
        Q(stale_at=None) | Q(stale_at__gt=at), ~Exists(touched), pk__in=list(articles)
    )
    tags: dict[int, set[str]] = {}
    if with_tags:
        for pk, tag in FormeTag.objects.filter(forme__in=list(articles)).values_list(
            "forme", "tag"
        ):
            tags.setdefault(pk, set()).add(tag)
    return {
        one.pk: Kept(
            one.schema,
            one.made_with,
            bytes(one.data),
            frozenset(tags.get(one.pk, ())),
            one.stale_at,
        )
        for one in found
    }


def keep(formes: Mapping[int, Kept], *, version: int) -> None:
    """Keep the formes of articles, by primary key; a forme of a later press run stays."""
    with transaction.atomic():
        later = set(
            Forme.objects.filter(pk__in=formes, version__gt=version).values_list("pk", flat=True)
        )
        ours = {pk: forme for pk, forme in formes.items() if pk not in later}
        FormeTag.objects.filter(forme__in=ours).delete()
        Forme.objects.bulk_create(
            [
                Forme(
                    article_id=pk,
                    schema=forme.schema,
                    made_with=forme.made_with,
                    version=version,
                    stale_at=forme.stale_at,
                    data=forme.data,
                )
                for pk, forme in ours.items()
            ],
            update_conflicts=True,
            unique_fields=["article"],
            update_fields=["schema", "made_with", "version", "stale_at", "data"],
        )
        FormeTag.objects.bulk_create(
            FormeTag(forme_id=pk, tag=tag) for pk, forme in ours.items() for tag in forme.tags
        )


def lay_aside(tags: Iterable[str]) -> None:
    """Forget the formes that were made from these."""
    wanted = list(tags)
    for first in range(0, len(wanted), AT_ONCE):
        _forget(Forme.objects.filter(tags__tag__in=wanted[first : first + AT_ONCE]))


def lay_all_aside() -> None:
    """Forget every forme."""
    _forget(Forme.objects.all())


def _forget(formes: QuerySet[Forme]) -> None:
    # Django reads the rows that it deletes; what they hold is a magazine's whole archive.
    formes.only("pk").delete()
