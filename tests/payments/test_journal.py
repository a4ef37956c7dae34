"""The books: what is written balances, is written once, and is never changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from masthead.money import Money
from masthead.payments import journal
from masthead.payments.append_only import AppendOnly, NeverRewritten, names_of
from masthead.payments.journal import credit, debit
from masthead.payments.models import ClosedPeriod, Entry, Posting

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
TEN = Money(1000, "EUR")

pytestmark = pytest.mark.django_db


def sale(key: str = "charge:1", money: Money = TEN, *, at: datetime = NOON) -> Entry:
    lines = [debit("assets:bank", money), credit(journal.RECEIVED, money)]
    return journal.post(key, lines, kind="charge", at=at)


def test_what_is_booked_shows_on_both_accounts():
    sale()
    assert journal.balance("assets:bank", "EUR") == TEN
    assert journal.balance("liabilities:received", "EUR") == -TEN
    assert journal.balance("assets", "EUR") == TEN
    assert journal.balances() == {
        ("assets:bank", "EUR"): 1000,
        ("liabilities:received", "EUR"): -1000,
    }


def test_accounts_are_told_apart_by_their_whole_names():
    journal.post(
        "a", [debit("assets:bank", TEN), credit("assets:bankrupt", TEN)], kind="x", at=NOON
    )
    assert journal.balance("assets:bank", "EUR") == TEN


def test_the_same_thing_is_booked_once():
    assert sale() == sale(at=NOON + timedelta(days=1))
    assert Posting.objects.count() == 2


def test_something_else_under_the_same_key_is_an_error():
    sale()
    with pytest.raises(journal.AnotherEntry):
        sale(money=Money(999, "EUR"))


def test_lines_have_to_balance_in_each_currency():
    dollars = Money(1000, "USD")
    with pytest.raises(journal.NotBalanced):
        journal.post(
            "k", [debit("assets:bank", TEN), credit("income:print", dollars)], kind="x", at=NOON
        )
    assert not Entry.objects.exists()
    assert not Posting.objects.exists()


def test_lines_of_one_account_are_one_and_those_of_nought_are_none():
    nought = Money(0, "EUR")
    lines = [debit("assets:bank", TEN), debit("assets:bank", TEN), credit("income:x", nought)]
    entry = journal.post("k", [*lines, credit("income:print", TEN + TEN)], kind="x", at=NOON)
    assert [(one.account, one.minor) for one in entry.postings.order_by("account")] == [
        ("assets:bank", 2000),
        ("income:print", -2000),
    ]


def test_accounts_that_books_do_not_know_are_refused():
    with pytest.raises(ValueError, match="no account"):
        journal.post("k", [debit("cash", TEN), credit("income:print", TEN)], kind="x", at=NOON)


def test_nothing_is_booked_in_a_closed_period():
    journal.close(date(2026, 11, 23), at=NOON)
    entry = sale(at=NOON - timedelta(days=3))
    assert entry.at == NOON - timedelta(days=3)
    assert entry.booked_on == date(2026, 11, 24)


def test_a_day_is_closed_once_it_is_over_and_only_forwards():
    with pytest.raises(journal.CannotClose):
        journal.close(date(2026, 11, 24), at=NOON)
    journal.close(date(2026, 11, 20), at=NOON)
    with pytest.raises(journal.CannotClose):
        journal.close(date(2026, 11, 20), at=NOON)
    assert ClosedPeriod.objects.count() == 1


class TestTheDatabase:
    """It refuses by itself, whoever writes."""

    def run(self, statement: str, *values: object) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)

    def test_it_refuses_to_change_or_remove_what_is_booked(self):
        sale()
        for statement in (
            "UPDATE payments_entry SET memo = 'x'",
            "UPDATE payments_posting SET minor = minor + 1",
            "DELETE FROM payments_posting",
            "DELETE FROM payments_entry",
        ):
            with pytest.raises(DatabaseError, match="never changed"):
                self.run(statement)

    def test_it_refuses_an_entry_that_does_not_balance(self):
        with pytest.raises(DatabaseError, match="nought"):
            self.write_by_hand(NOON.date(), 1, -2)

    def test_it_refuses_an_entry_without_postings(self):
        with pytest.raises(DatabaseError, match="nought"), transaction.atomic():
            Entry(key="k", kind="x", at=NOON, booked_on=NOON.date()).save()

    def test_it_refuses_postings_to_an_entry_that_is_there(self):
        entry = sale()
        with pytest.raises(DatabaseError, match="written already"), transaction.atomic():
            Posting.objects.create(entry=entry, account="assets:bank", minor=1, currency="EUR")

    def test_it_refuses_an_entry_on_a_closed_day(self):
        journal.close(date(2026, 11, 23), at=NOON)
        with pytest.raises(DatabaseError, match="closed"):
            self.write_by_hand(date(2026, 11, 23), 1, -1)

    @transaction.atomic
    def write_by_hand(self, day: date, *amounts: int) -> None:
        entry = Entry(key="k", kind="x", at=NOON, booked_on=day)
        for minor in amounts:
            Posting.objects.create(
                entry_id=entry.pk, account="assets:bank", minor=minor, currency="EUR"
            )
        entry.save()


def test_python_refuses_before_the_database_has_to():
    entry = sale()
    for act in (entry.save, entry.delete, Entry.objects.all().delete):
        with pytest.raises(NeverRewritten):
            act()
    with pytest.raises(NeverRewritten):
        Entry.objects.update(memo="x")


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["assets:bank", "income:print", "liabilities:received"]),
            st.integers(-(10**12), 10**12),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_whatever_is_booked_comes_to_nought(moves):
    before = Entry.objects.count()
    lines = [debit(account, Money(minor, "EUR")) for account, minor in moves]
    rest = credit("expenses:rest", Money(sum(minor for _account, minor in moves), "EUR"))
    try:
        with transaction.atomic():
            journal.post(f"k{before}", [*lines, rest], kind="x", at=NOON)
    except ValueError:
        pass
    assert sum(journal.balances().values()) == 0


def _guards() -> set[str]:
    sql = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {name for (name,) in cursor.fetchall()}


def test_every_table_that_says_it_is_written_once_is_guarded_by_the_database():
    from django.apps import apps

    said = [model._meta.db_table for model in apps.get_models() if issubclass(model, AppendOnly)]
    assert len(said) > 8
    missing = {name for table in said for name in names_of(table)} - _guards()
    assert not missing, f"End the last migration of these tables with Guard(): {missing}"
