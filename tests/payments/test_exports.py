"""The books to the outside: another program that adds them up again comes to the same."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from datetime import UTC, date, datetime, timedelta

import pytest

from masthead.money import Money
from masthead.payments import exports, journal
from masthead.payments.journal import credit, debit

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db
needs_hledger = pytest.mark.skipif(not shutil.which("hledger"), reason="hledger is not installed")


def book(key: str, minor: int, *, currency: str = "EUR", days: int = 0, memo: str = "") -> None:
    money = Money(minor, currency)
    journal.post(
        key,
        [debit("assets:provider:card", money), credit(journal.RECEIVED, money)],
        kind="charge",
        at=NOON + timedelta(days=days),
        memo=memo,
    )


def added_up_by_hledger(text: str) -> dict[tuple[str, str], int]:
    done = subprocess.run(
        ["hledger", "-f", "-", "balance", "--flat", "--no-total", "--output-format=csv"],
        input=text, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    found = {}
    for account, amounts in list(csv.reader(io.StringIO(done.stdout)))[1:]:
        for amount in amounts.split(", "):
            number, currency = amount.split(" ")
            found[account, currency] = int(number.replace(".", ""))
    return found


@needs_hledger
def test_hledger_comes_to_the_same_balances():
    book("charge:1", 6000)
    book("charge:2", 1999, currency="USD", days=1)
    book("charge:3", 900, currency="JPY", days=2)
    journal.post(
        "term:1",
        [
            debit(journal.RECEIVED, Money(6000, "EUR")),
            credit("liabilities:deferred:digital", Money(5607, "EUR")),
            credit("liabilities:tax:DE:MwSt (7 %)", Money(393, "EUR")),
        ],
        kind="sold",
        at=NOON,
    )
    assert added_up_by_hledger("".join(exports.hledger())) == journal.balances()


@needs_hledger
def test_what_people_wrote_does_not_upset_another_program():
    book(
        "charge:(1) ; x", 1, memo="a ; comment\n    assets:mine  1000000.00 EUR\n2026-01-01 stolen"
    )
    text = "".join(exports.hledger())
    assert added_up_by_hledger(text) == journal.balances()
    assert text.count("\n2026") == 0


def test_days_are_those_in_the_books():
    for number in range(3):
        book(f"charge:{number}", 100, days=number)
    text = "".join(exports.hledger(date(2026, 11, 25), date(2026, 11, 25)))
    assert text == (
        "2026-11-25 * (charge:1) charge\n"
        "    assets:provider:card  1.00 EUR\n"
        "    liabilities:received  -1.00 EUR\n\n"
    )


def test_a_spreadsheet_gets_a_posting_a_line_and_runs_nothing():
    book("charge:1", 6000, memo='=cmd|"/c calc"!A1')
    lines = list(csv.reader(io.StringIO("".join(exports.rows()))))
    assert tuple(lines[0]) == exports.COLUMNS
    assert [line[4:] for line in lines[1:]] == [
        ['\'=cmd|"/c calc"!A1', "assets:provider:card", "60.00", "", "EUR"],
        ['\'=cmd|"/c calc"!A1', "liabilities:received", "", "60.00", "EUR"],
    ]
    assert not any(cell.startswith(("=", "+", "-", "@")) for line in lines for cell in line)
