"""Many rows, a few at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)

AT_A_TIME = 200
"""Rows in memory at once."""


def in_turn(found: QuerySet[Row]) -> Iterator[Row]:
    """Go through what is found now, in its order, while it may be written to; what has gone is left out.

    `iterator()` is for whoever only reads: it leaves its question open, and SQLite lets nobody write who
    is still reading what was there before somebody else wrote.
    """
    keys = list(found.values_list("pk", flat=True))
    for start in range(0, len(keys), AT_A_TIME):
        yield from found.filter(pk__in=keys[start : start + AT_A_TIME])
