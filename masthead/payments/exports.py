"""The books for other programs: plain text for hledger, and rows for a spreadsheet.

Another program that adds them up again has to come to what `journal.balances()` says.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date
from io import StringIO

from django.db.models import QuerySet

from masthead.money import Money
from masthead.payments.models import Entry

COLUMNS = ("day", "at", "key", "kind", "memo", "account", "debit", "credit", "currency")

# A spreadsheet takes a cell that begins so for a formula and runs it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_SPACES = re.compile(r"[\s;]+")


def hledger(since: date | None = None, through: date | None = None) -> Iterator[str]:
    """Yield the journal as plain-text accounting, an entry at a time.

    Args:
        since: the first day in the books; from their beginning if left out.
        through: the last; to their end if left out.
    """
    for entry in _entries(since, through):
        code = _line(entry.key).replace(")", "").replace("(", "")
        head = f"{entry.booked_on.isoformat()} * ({code}) {_line(entry.memo or entry.kind)}"
        lines = [
            f"    {_line(posting.account)}  {Money(posting.minor, posting.currency)}"
            for posting in entry.postings.all()
        ]
        yield "\n".join([head, *lines, "", ""])


def rows(since: date | None = None, through: date | None = None) -> Iterator[str]:
    """Yield the journal as CSV, a posting a line: RFC 4180, safe to open in a spreadsheet.

    Amounts are above nought, in one of two columns, so that none of them begins with a sign.
    Takes what `hledger()` takes.
    """
    yield _csv(COLUMNS)
    for entry in _entries(since, through):
        for posting in entry.postings.all():
            amount = str(Money(abs(posting.minor), posting.currency).amount)
            yield _csv(
                (
                    entry.booked_on.isoformat(),
                    entry.at.isoformat(),
                    _cell(entry.key),
                    _cell(entry.kind),
                    _cell(entry.memo),
                    _cell(posting.account),
                    amount if posting.minor > 0 else "",
                    amount if posting.minor < 0 else "",
                    posting.currency,
                )
            )


def _entries(since: date | None, through: date | None) -> Iterator[Entry]:
    found: QuerySet[Entry] = Entry.objects.order_by("booked_on", "at", "key")
    if since:
        found = found.filter(booked_on__gte=since)
    if through:
        found = found.filter(booked_on__lte=through)
    return found.prefetch_related("postings").iterator(chunk_size=1000)


def _line(text: str) -> str:
    # Two spaces end the name of an account there, and a semicolon begins a comment.
    return _SPACES.sub(" ", text).strip()


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _csv(cells: tuple[str, ...]) -> str:
    out = StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()
