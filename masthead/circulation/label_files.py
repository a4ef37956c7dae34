"""Runs of labels as files for a mail house: CSV, the same bytes each time.

file_of(run)         the file
is_as_frozen(run)    whether it is still the one whose sum stands on the run
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator

from masthead.circulation import serving
from masthead.circulation.models import Label, LabelRun, SingleCopy, Subscription

LINES = 8
"""Lines of an address in the file; what is more stands in the last."""

COLUMNS = (
    "serial", "subscription", "copies", "edition", "issue", "kind", "name", "organisation",
    *(f"line_{number}" for number in range(1, LINES + 1)),
    "city", "region", "postcode", "country", "key_line",
)  # fmt: skip

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins so for a formula and runs it."""


def file_of(run: LabelRun) -> bytes:
    """Return the file of a run: CSV as RFC 4180 has it, in UTF-8, safe to open in a spreadsheet.

    It is the same each time, until somebody in it is erased.
    """
    return written(run, run.labels.order_by("position").iterator(serving.BATCH))


def is_as_frozen(run: LabelRun) -> bool:
    """Say whether the file is still the one that was frozen: nobody in it has been erased."""
    return hashlib.sha256(file_of(run)).hexdigest() == run.sha256


def written(run: LabelRun, labels: Iterable[Label]) -> bytes:
    """Return labels of a run as its file has them."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    number = run.issue.number
    for label in labels:
        writer.writerow([_cell(value) for value in _row(label, number)])
    return text.getvalue().encode()


def _row(label: Label, number: str) -> Iterator[str]:
    lines = list(label.lines)
    if len(lines) > LINES:
        lines[LINES - 1 :] = [", ".join(lines[LINES - 1 :])]
    sale = Subscription(pk=label.subscription_id) if label.subscription_id else None
    number_of = (sale or SingleCopy(pk=label.single_id)).number
    yield from (label.serial, number_of, str(label.copies), "print", number)
    yield from (label.kind, label.name, label.organisation)
    yield from lines + [""] * (LINES - len(lines))
    yield from (label.city, label.region, label.postcode, label.country, label.key_line)


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text
