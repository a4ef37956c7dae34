"""A magazine is founded once a process; from then on its rows are poured into databases without one.

Founding takes longer than most tests that begin with it. What is poured is what founding wrote, with
keys and moments of its own; `tests/editorial/test_founding.py` compares the two.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.utils import timezone
from wagtail.models import Site

from masthead.editorial import founding
from masthead.editorial.models import Title

ADDED_TO = frozenset(
    {"production_change", "django_tasks_database_dbtaskresult", "wagtailcore_pagelogentry"}
)
"""Tables to which founding adds, whatever is there; nothing names their rows by number."""

Rows = dict[str, dict[int, tuple[Any, ...]]]
"""Of each table, its rows by their numbers."""

KEY = re.compile(r"[0-9a-f]{12}4[0-9a-f]{19}")
"""What a random UUID looks like, as SQLite has it."""


@dataclass(frozen=True)
class Mould:
    """What founding wrote into a database of which this much was there; values are made anew."""

    there: list[tuple[Any, ...]]
    statements: list[tuple[str, tuple[Any, ...]]]
    tables: list[str]
    keys: frozenset[str]
    began: datetime
    ended: datetime


_moulds: dict[tuple[tuple[str, Any], ...], list[Mould]] = {}
"""By how it was founded; there is one for each state in which databases are by then."""


def found(**fields: Any) -> Title:
    """Return the title that `founding.found` would."""
    # With real transactions, others hear of what is written; and a server counts on for ever.
    if connection.vendor != "sqlite" or not connection.in_atomic_block or Title.objects.exists():
        return founding.found(**fields)
    known = _moulds.setdefault(tuple(sorted(fields.items())), [])
    for mould in known:
        if _there(mould.tables) == mould.there:
            _pour(mould)
            Site.clear_site_root_paths_cache()
            return Title.objects.get(name=fields["name"])
    before, began = rows(), _now()
    title = founding.found(**fields)
    known.append(_mould(before, rows(), began, _now()))
    return title


def rows() -> Rows:
    """Return everything in the database but what is made of other rows of it."""
    found: Rows = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        tables = cursor.fetchall()
        made = [name for name, sql in tables if sql and sql.startswith("CREATE VIRTUAL")]
        for name, _sql in tables:
            # How far SQLite has counted follows from what is inserted.
            if name != "sqlite_sequence" and not any(
                name == one or name.startswith(f"{one}_") for one in made
            ):
                cursor.execute(f'SELECT rowid, * FROM "{name}"')  # noqa: S608
                found[name] = {row[0]: row[1:] for row in cursor.fetchall()}
    return found


def _mould(before: Rows, after: Rows, began: datetime, ended: datetime) -> Mould:
    statements: list[tuple[str, tuple[Any, ...]]] = []
    for table, new in after.items():
        old, columns = before[table], _columns(table)
        statements += [
            (f'DELETE FROM "{table}" WHERE rowid = %s', (number,))  # noqa: S608
            for number in old.keys() - new.keys()
        ]
        for number in sorted(number for number, row in new.items() if old.get(number) != row):
            if number in old:
                changed = ", ".join(f'"{column}" = %s' for column in columns)
                sql = f'UPDATE "{table}" SET {changed} WHERE rowid = %s'  # noqa: S608
                statements.append((sql, (*new[number], number)))
            else:
                # Where others have been, a row gets the number that is next.
                skip = 1 if table in ADDED_TO and isinstance(new[number][0], int) else 0
                named = ", ".join(f'"{column}"' for column in columns[skip:])
                marks = ", ".join(["%s"] * len(columns[skip:]))
                sql = f'INSERT INTO "{table}" ({named}) VALUES ({marks})'  # noqa: S608
                statements.append((sql, new[number][skip:]))
    touched = [table for table in after.keys() - ADDED_TO if before[table] != after[table]]
    there = [(table, len(before[table]), max(before[table], default=None)) for table in touched]
    known = {value for one in before.values() for row in one.values() for value in row}
    keys = {
        value
        for _sql, values in statements
        for value in values
        if isinstance(value, str) and KEY.fullmatch(value) and value not in known
    }
    return Mould(there, statements, touched, frozenset(keys), began, ended)


def _there(tables: Iterable[str]) -> list[tuple[Any, ...]]:
    asked = " UNION ALL ".join(
        f"SELECT '{table}', count(*), max(rowid) FROM \"{table}\""  # noqa: S608
        for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return cursor.fetchall()


def _pour(mould: Mould) -> None:
    fresh, now = {key: uuid.uuid4().hex for key in mould.keys}, _now()

    def value_of(value: Any) -> Any:
        if isinstance(value, datetime):
            return now if mould.began <= value <= mould.ended else value
        return fresh.get(value, value) if isinstance(value, str) else value

    with connection.cursor() as cursor:
        for sql, values in mould.statements:
            cursor.execute(sql, [value_of(one) for one in values])


def _columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f'PRAGMA table_info("{table}")')
        return [row[1] for row in cursor.fetchall()]


def _now() -> datetime:
    return timezone.now().astimezone(UTC).replace(tzinfo=None)
