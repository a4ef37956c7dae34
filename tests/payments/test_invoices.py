"""Invoices: numbered without a gap, one for each occasion, as they were on their day for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from masthead.money import Money
from masthead.payments import invoices, ways
from masthead.payments.append_only import NeverRewritten
from masthead.payments.invoices import Line
from masthead.payments.models import Invoice
from masthead.people.models import Address
from tests.factories import circulation as make

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LINES = (Line("digital", 4206, 294, 700, "MwSt"), Line("audio", 1261, 239, 1900, "MwSt"))

pytestmark = pytest.mark.django_db


def bill(occasion: str, *, at: datetime = NOON, **fields) -> Invoice:
    asked = {
        "payer": fields.pop("payer", None) or make.reader(first_name="Ada", last_name="Byron"),
        "about": "The Gazette: A year", "lines": LINES, "currency": "EUR", "country": "DE",
        "language": "en", "provider": "card",
    }  # fmt: skip
    return invoices.issue(occasion, at=at, **(asked | fields))


def printed() -> list[str]:
    return [one.printed_number for one in Invoice.objects.order_by("pk")]


def test_numbers_follow_one_another_within_a_year():
    first = bill("term:1")
    bill("term:2")
    invoices.credit(first, "refund:1", lines=LINES[:1], at=NOON)
    bill("term:3", at=NOON + timedelta(days=60))
    assert printed() == ["2026-000001", "2026-000002", "2026-000003", "2027-000001"]


def test_an_occasion_has_one_invoice_and_a_refund_one_credit_note():
    first = bill("term:1")
    assert bill("term:1") == first
    note = invoices.credit(first, "refund:1", lines=LINES, at=NOON)
    assert invoices.credit(first, "refund:1", lines=LINES, at=NOON) == note
    assert printed() == ["2026-000001", "2026-000002"]


@transaction.atomic
def bill_and_fall_over() -> None:
    bill("term:2")
    raise RuntimeError


def test_what_comes_to_nothing_leaves_no_gap():
    bill("term:1")
    with pytest.raises(RuntimeError):
        bill_and_fall_over()
    bill("term:3")
    assert printed() == ["2026-000001", "2026-000002"]


def test_it_says_who_sold_what_to_whom_and_with_which_taxes():
    document = invoices.document_of(bill("term:1"))
    assert (document.number, document.day.isoformat()) == ("2026-000001", "2026-11-24")
    assert document.buyer == invoices.Party("Ada Byron", ("Germany",))
    assert [line.text for line in document.lines] == ["Digital edition", "Audio"]
    assert document.gross == Money(6000, "EUR")
    assert document.net == Money(5467, "EUR")
    assert document.taxes() == [
        ("MwSt", 700, Money(4206, "EUR"), Money(294, "EUR")),
        ("MwSt", 1900, Money(1261, "EUR"), Money(239, "EUR")),
    ]


def test_a_credit_note_names_the_invoice_that_it_corrects():
    first = bill("term:1")
    note = invoices.credit(first, "refund:1", lines=LINES[:1], at=NOON + timedelta(days=3))
    document = invoices.document_of(note)
    assert (document.corrects, document.corrects_day) == ("2026-000001", first.issued_on)
    assert note.money == Money(4500, "EUR")
    assert note.corrects == first


def test_what_was_printed_stays_when_people_move():
    payer = make.reader(first_name="Ada", last_name="Byron")
    address = Address.objects.create(
        user=payer, name="Ada Byron", street="12 St James’s Square", city="London",
        postcode="SW1Y 4JH", country="GB", is_for_post=True, written_at=NOON,
    )  # fmt: skip
    invoice = bill("term:1", payer=payer)
    before = invoices.document_of(invoice).buyer
    assert before.lines[0] == "12 St James’s Square"
    address.delete()
    assert invoices.document_of(Invoice.objects.get()).buyer == before


def test_money_that_does_not_move_has_numbers_of_its_own(monkeypatch):
    bill("term:1")
    monkeypatch.setattr(ways, "moves_money", lambda name: name != "demo")
    pretended = bill("term:2", provider="demo")
    assert pretended.printed_number == "TEST-2026-000001"
    note = invoices.credit(pretended, "refund:2", lines=LINES, at=NOON)
    assert note.printed_number == "TEST-2026-000002"
    bill("term:3")
    assert printed()[-1] == "2026-000002"


def test_nobody_changes_an_invoice():
    invoice = bill("term:1")
    with pytest.raises(NeverRewritten):
        invoice.save()
    for statement in ("UPDATE payments_invoice SET minor = 1", "DELETE FROM payments_invoice"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
