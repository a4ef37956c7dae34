"""Everything held about a person: each department says what it holds and how to erase it.

A department enters its part in `ready()`:

    personal_data.register("subscriptions", gather=terms.held_about, erase=terms.forget)
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from wagtail.models import ModelLogEntry

from masthead.people.models import User

Rows = Sequence[Mapping[str, Any]]
Gather = Callable[[User], Rows]
Erase = Callable[[User, datetime], None]

# A spreadsheet takes a cell that begins so for a formula and runs it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Holding:
    """What one department holds about people."""

    name: str
    gather: Gather
    erase: Erase


class AlreadyRegistered(Exception):
    """Two departments want to hold something under the same name."""


_holdings: dict[str, Holding] = {}


def register(name: str, *, gather: Gather, erase: Erase) -> None:
    """Add what a department holds about a person to export and erasure.

    Args:
        name: of the file in the export; lower case with hyphens.
        gather: returns the rows held about a person, as plain values.
        erase: removes what is personal in them. Runs inside the transaction of the whole
            erasure, and may run again for a person who is erased already.

    Raises:
        AlreadyRegistered: another holding has that name.
    """
    holding = Holding(name, gather, erase)
    if _holdings.setdefault(name, holding) != holding:
        raise AlreadyRegistered(f"Something is held under the name “{name}” already.")


def holdings() -> tuple[Holding, ...]:
    """Return what is held, the upper departments before those they lean on."""
    return tuple(_holdings.values())


def unname(rows: Iterable[Any]) -> None:
    """Have the office's log call `rows` by their keys: it keeps what was done, and no name.

    For `erase`, of whatever is logged under the name or address of whom it is for.
    """
    for row in rows:
        ModelLogEntry.objects.for_instance(row).update(label=str(row.key))


def gathered(user: User) -> dict[str, list[dict[str, Any]]]:
    """Return everything held about `user`, by the name of the holding."""
    return {
        holding.name: [{key: _plain(value) for key, value in row.items()} for row in rows]
        for holding in holdings()
        for rows in (holding.gather(user),)
    }


def pack(user: User, *, at: datetime) -> bytes:
    """Return everything held about `user` as a ZIP file: one JSON, and a CSV for each holding.

    Args:
        user: the person.
        at: the moment of asking, written into the files.
    """
    held = gathered(user)
    whole = {"person": str(user.key), "exported_at": at.isoformat(), "held": held}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, "everything.json", json.dumps(whole, ensure_ascii=False, indent=2), at)
        for name, rows in held.items():
            if rows:
                _put(archive, f"{name}.csv", _csv(rows), at)
    return packed.getvalue()


def _put(archive: zipfile.ZipFile, name: str, text: str, at: datetime) -> None:
    entry = zipfile.ZipInfo(name, at.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    archive.writestr(entry, text)


def _csv(rows: list[dict[str, Any]]) -> str:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    text = io.StringIO()
    # The mark lets spreadsheets see that the file is UTF-8.
    text.write("\ufeff")
    writer = csv.DictWriter(text, columns, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({key: _cell(value) for key, value in row.items()} for row in rows)
    return text.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = str(value) if not isinstance(value, list | dict) else json.dumps(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return value
