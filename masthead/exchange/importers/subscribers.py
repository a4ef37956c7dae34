"""A list of subscribers of another system, with what they are still owed: a table of one row each.

    report = run(path, title=…, now=…, way="bank", dry_run=True)

Columns are those of `COLUMNS`; a list that calls them otherwise is read with a map of names. A row
that cannot be taken over is refused with its reason, and the others come along. The number that
the other system gave a subscription is what it is known by: the same list again changes nothing.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from masthead.circulation import carrying_over
from masthead.circulation.carrying_over import CannotCarryOver
from masthead.circulation.models import Order, Subscription
from masthead.editorial.models import Title
from masthead.exchange.importers.subscriber_rows import COLUMNS, BadRow, Reader
from masthead.people import addresses

BATCH = 200
"""Rows in one transaction."""

Progress = Callable[[int, int], None]


class CannotRead(Exception):
    """The file is no table with a line of names; says why. Fit to show."""


@dataclass(frozen=True, slots=True)
class Row:
    """What became of a line: `new`, `changed`, `same` or `refused`, and why or in what."""

    line: int
    number: str
    outcome: str
    says: str = ""


@dataclass
class Report:
    """What became of each line, and what is owed by it, by currency in whole minor units."""

    rows: list[Row] = field(default_factory=list)
    copies: int = 0
    owed: Counter[str] = field(default_factory=Counter)
    letters: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """How many lines ended how."""
        found = Counter(row.outcome for row in self.rows)
        return {one: found[one] for one in ("new", "changed", "same", "refused")}

    def of(self, outcome: str) -> list[Row]:
        """Return the lines that ended like that."""
        return [row for row in self.rows if row.outcome == outcome]

    def as_json(self) -> dict[str, Any]:
        """Return the report as the values that `masthead import subscribers --json` prints."""
        told = [row for row in self.rows if row.outcome in ("changed", "refused")]
        return {
            **self.counts,
            "copies_owed": self.copies,
            "owed_minor": dict(self.owed),
            "letters": self.letters,
            "rows": [
                {"line": row.line, "number": row.number, "outcome": row.outcome, "says": row.says}
                for row in told
            ],
        }


def run(
    path: Path,
    *,
    title: Title,
    now: datetime,
    way: str,
    names: Mapping[str, str] | None = None,
    defaults: Mapping[str, str] | None = None,
    dry_run: bool = False,
    welcome: bool = False,
    refused: Path | None = None,
    progress: Progress = lambda done, total: None,
) -> Report:
    """Take a list over into a title, and return what became of each line.

    Args:
        path: of a CSV file in UTF-8, with commas or semicolons.
        title: that they read.
        now: the moment, timezone-aware.
        way: the way to pay by which staff send money back.
        names: what the list calls our columns, where it calls them otherwise.
        defaults: what stands in a column where the list has nothing.
        dry_run: whether to write nothing.
        welcome: whether those who are new are written to, once all are here.
        refused: where lines that were refused are written, with their reasons.
        progress: called with how many lines of how many were read.

    Raises:
        CannotRead: see the class.
    """
    header, lines = _read(path)
    unknown = sorted({*(names or {}), *(defaults or {})} - set(COLUMNS))
    if unknown:
        raise CannotRead(
            _("There are no columns called %(names)s. These there are: %(columns)s.")
            % {"names": ", ".join(unknown), "columns": ", ".join(COLUMNS)}
        )
    reader = Reader(title, now, names or {}, defaults or {})
    if missing := reader.missing(header):
        raise CannotRead(
            _("The list has no column for %(names)s; say which it is with --column, or with --default what stands in it.")
            % {"names": ", ".join(missing)}
        )  # fmt: skip
    report = Report()
    turned_away: list[tuple[dict[str, str], Row]] = []
    for batch in _batches(lines):
        with transaction.atomic():
            new: list[Subscription] = []
            for line, given in batch:
                row = _take(reader, line, given, new, way=way, at=now)
                report.rows.append(row)
                if row.outcome == "refused":
                    turned_away.append((given, row))
            carrying_over.open_books(new, at=now)
            for order in Order.objects.filter(subscription__in=new).select_related("term"):
                report.copies += order.term.copies
                report.owed[order.currency] += order.minor
            if dry_run:
                transaction.set_rollback(True)
        progress(len(report.rows), len(lines))
    if refused and turned_away:
        _write_refused(refused, header, turned_away)
    if welcome and not dry_run:
        for number, language in reader.languages.items():
            if found := carrying_over.there(title, number):
                report.letters += carrying_over.welcome(found, language=language, at=now)
    return report


def _take(
    reader: Reader,
    line: int,
    given: dict[str, str],
    new: list[Subscription],
    *,
    way: str,
    at: datetime,
) -> Row:
    number = reader.number_of(given)
    try:
        with transaction.atomic():
            brought = reader.brought(given)
            found = carrying_over.there(reader.title, number) if number in reader.known else None
            if found:
                changed = carrying_over.correct(found, brought, at=at)
                if not changed:
                    return Row(line, number, "same")
                return Row(line, number, "changed", ", ".join(changed))
            new.append(carrying_over.carry_over(reader.title, brought, way=way, at=at))
            reader.languages[number] = brought.language
    except (BadRow, CannotCarryOver) as refusal:
        return Row(line, number, "refused", str(refusal))
    except addresses.BadAddress as bad:
        says = [f"{name}: {fault}" for name, fault in bad.faults.items()]
        return Row(line, number, "refused", "; ".join(says))
    return Row(line, number, "new")


def _read(path: Path) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise CannotRead(_("It is not in UTF-8. Save it as “CSV UTF-8”.")) from None
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [name.strip() for name in rows.fieldnames or []]
        rows.fieldnames = header
        lines = [
            (rows.line_num, {name: value or "" for name, value in row.items() if isinstance(name, str)})
            for row in rows
        ]  # fmt: skip
    except csv.Error as broken:
        said = {"line": rows.line_num, "why": broken}
        raise CannotRead(_("Line %(line)d cannot be read: %(why)s.") % said) from None
    if not lines:
        raise CannotRead(_("There are no lines below the names of its columns."))
    return header, lines


def _batches(lines: list[tuple[int, dict[str, str]]]) -> Iterator[Iterable[tuple[int, Any]]]:
    for start in range(0, len(lines), BATCH):
        yield lines[start : start + BATCH]


def _write_refused(
    path: Path, header: list[str], turned_away: list[tuple[dict[str, str], Row]]
) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*header, "line", "reason"])
        for given, row in turned_away:
            writer.writerow([*(given.get(name, "") for name in header), row.line, row.says])
