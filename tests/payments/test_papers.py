"""Invoices on paper: everything that the law asks for, in the buyer's language."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pikepdf
import pypdfium2
import pytest

from masthead.payments import invoices, papers, ways
from tests.factories import circulation as make
from tests.payments.test_invoices import LINES, NOON, bill

pytestmark = pytest.mark.django_db


def words(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        text = document[0].get_textpage().get_text_bounded()
    finally:
        document.close()
    return " ".join(text.replace("\u00a0", " ").split())


def test_an_invoice_says_who_what_when_and_how_much():
    said = words(papers.pdf(bill("term:1")))
    for expected in (
        "Invoice 2026-000001", "November 24, 2026", "Ada Byron", "Germany", "The Gazette: A year",
        "Digital edition €42.06 7 % €2.94 €45.00", "MwSt 19 % on €12.61 €2.39", "Total €60.00",
    ):  # fmt: skip
        assert expected in said
    assert "test" not in said


def test_a_credit_note_names_its_invoice():
    note = invoices.credit(bill("term:1"), "refund:1", lines=LINES[:1], at=NOON + timedelta(days=9))
    sheet = papers.sheet(invoices.document_of(note))
    assert ("On invoice", "2026-000001") in sheet.facts
    assert sheet.sums[-1] == ("We give back", "€45.00")
    assert sheet.day == date(2026, 12, 3)


def test_amounts_and_days_are_written_as_the_buyer_writes_them():
    sheet = papers.sheet(invoices.document_of(bill("term:1", language="de")))
    assert sheet.facts[1][1] == "24. November 2026"
    assert sheet.sums[-1][1] == "60,00\u00a0€"


def test_it_is_tagged_and_the_same_each_time():
    invoice = bill("term:1")
    pdf = papers.pdf(invoice)
    assert papers.pdf(invoice) == pdf
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert document.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in document.Root
        assert str(document.Root.Lang) == "en"


def test_a_name_in_letters_that_we_lack_does_not_keep_anybody_from_their_invoice():
    buyer = make.reader(first_name="小明", last_name="王")
    assert "Total €60.00" in words(papers.pdf(bill("term:1", payer=buyer)))


def test_a_test_says_that_it_is_one(monkeypatch):
    monkeypatch.setattr(ways, "moves_money", lambda name: False)
    assert "A test: no money has moved." in words(papers.pdf(bill("term:1")))


def test_markup_in_a_name_is_printed_as_it_is():
    buyer = make.reader(first_name="#panic()", last_name="*Smith* $x$")
    assert "#panic() *Smith* $x$" in words(papers.pdf(bill("term:1", payer=buyer)))


def test_a_number_keeps_its_order_among_words_that_are_read_from_the_right():
    document = pypdfium2.PdfDocument(papers.pdf(bill("term:1", language="ar")))
    page = document[0].get_textpage()
    text = page.get_text_range()
    assert "فاتورة" in text
    found = text.replace("\u2010", "-").replace("\u2011", "-").find("2026-000001")
    assert found >= 0
    lefts = [page.get_charbox(at)[0] for at in (found, found + 10)]
    page.close()
    document.close()
    assert lefts[0] < lefts[1]
