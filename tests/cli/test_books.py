"""The books from the command line: handed out, looked at, closed."""

from __future__ import annotations

import pytest
from django.utils import timezone

from masthead.cli.main import main
from masthead.money import Money
from masthead.payments import journal
from masthead.payments.models import ClosedPeriod
from tests.factories import circulation as make
from tests.factories import editorial

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def subscription(monkeypatch):
    monkeypatch.setattr("masthead.cli.books.start", lambda: None)
    return make.subscription(make.version(editorial.magazine()))


def test_the_journal_is_written_out_within_its_days(capsys):
    assert main(["books", "export", "--from", "2026-05-04", "--to", "2026-05-04"]) == 0
    assert capsys.readouterr().out.count("2026-05-04 * (") == 2
    assert main(["books", "export", "--format", "csv", "--from", "2026-05-05"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_sound_books_are_said_to_agree(capsys):
    assert main(["books", "check"]) == 0
    assert "The books agree" in capsys.readouterr().out


def test_a_fault_in_the_books_ends_with_one(capsys):
    money = Money(1, "EUR")
    lines = [
        journal.debit("assets:provider:test", money),
        journal.credit(journal.deferred("digital"), money),
    ]
    journal.post("x", lines, kind="x", at=timezone.now())
    assert main(["books", "check"]) == 1
    assert "liabilities:deferred:digital is" in capsys.readouterr().out


def test_a_period_is_closed_once_it_is_over(capsys):
    assert main(["books", "close", "--through", "2026-06-30"]) == 0
    assert ClosedPeriod.objects.get().through.isoformat() == "2026-06-30"
    assert main(["books", "close", "--through", "2999-12-31"]) == 2
    assert "once it is over" in capsys.readouterr().err
