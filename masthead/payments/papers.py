"""Invoices and credit notes on paper: worded in the buyer's language, set by the press."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal
from django.utils.translation import gettext as _
from django.utils.translation import override

from masthead.money import Money
from masthead.payments import invoices
from masthead.payments.invoices import Document, Kind
from masthead.payments.models import Invoice
from masthead.press.paper import sheets
from masthead.press.paper.sheets import Sheet


def pdf(invoice: Invoice) -> bytes:
    """Return an invoice as a PDF; the same one each time.

    Raises:
        masthead.press.paper.engine.CannotTypeset: the press could not set it.
    """
    with tempfile.TemporaryDirectory(prefix="masthead-invoice-") as folder:
        out = Path(folder, "invoice.pdf")
        # The typesetter stamps files with whole seconds.
        at = invoice.issued_at.replace(microsecond=0)
        sheets.typeset(sheet(invoices.document_of(invoice)), out, at=at)
        return out.read_bytes()


def sheet(document: Document) -> Sheet:
    """Return what stands on it, in the buyer's words."""
    with override(document.language):
        is_credit = document.kind == Kind.CREDIT_NOTE
        kind = _("Credit note") if is_credit else _("Invoice")
        facts = [(_("Number"), document.number), (_("Date"), _day(document.day, document.language))]
        if document.corrects and document.corrects_day:
            facts.append((_("On invoice"), document.corrects))
            facts.append((_("of"), _day(document.corrects_day, document.language)))
        seller = document.seller
        sender = [seller.name, *seller.lines]
        if seller.tax_id:
            sender.append(_("Tax number: %(number)s") % {"number": seller.tax_id})
        if seller.account:
            sender.append(_("Account: %(iban)s") % {"iban": seller.account})
        return Sheet(
            title=f"{kind} {document.number}",
            language=document.language,
            day=document.day,
            sender=tuple(sender),
            addressee=tuple(_addressee(document.buyer)),
            facts=tuple(facts),
            about=document.about,
            columns=(_("What"), _("Without tax"), _("Rate"), _("Tax"), _("Amount")),
            rows=tuple(_row(document, line) for line in document.lines),
            sums=tuple(_sums(document, is_credit=is_credit)),
            notes=tuple(_notes(document, is_credit=is_credit)),
            stamp=_("A test: no money has moved.") if document.is_test else "",
        )


def _addressee(buyer: invoices.Party) -> list[str]:
    found = [buyer.name, *buyer.lines]
    if buyer.tax_id:
        found.append(_("Tax number: %(number)s") % {"number": buyer.tax_id})
    return found


def _row(document: Document, line: invoices.Line) -> tuple[str, ...]:
    return (
        line.text,
        _money(line.net, document),
        _rate(line.rate, document.language) if line.rate else "–",
        _money(line.tax, document) if line.rate else "–",
        _money(line.gross, document),
    )


def _sums(document: Document, *, is_credit: bool) -> list[tuple[str, str]]:
    language = document.language
    found = []
    if taxes := document.taxes():
        found.append((_("Without tax"), document.net.in_words_of(language)))
    for name, rate, net, tax in taxes:
        words = _("%(tax)s %(rate)s on %(net)s") % {
            "tax": name,
            "rate": _rate(rate, language),
            "net": net.in_words_of(language),
        }
        found.append((words, tax.in_words_of(language)))
    label = _("We give back") if is_credit else _("Total")
    found.append((label, document.gross.in_words_of(language)))
    return found


def _notes(document: Document, *, is_credit: bool) -> list[str]:
    if is_credit:
        if not document.is_paid:
            return [_("It was not paid, and need not be paid any more.")]
        return [_("The money goes back the way it came.")]
    if not document.gross:
        return []
    if document.due_on:
        until = _day(document.due_on, document.language)
        return [_("Please pay by %(day)s.") % {"day": until}]
    return [_("Paid with thanks.")]


def _money(minor: int, document: Document) -> str:
    return Money(minor, document.currency).in_words_of(document.language)


def _rate(basis_points: int, language: str) -> str:
    # A space that does not break, and no zeros behind the comma: 7 %, 5,5 %.
    return f"{format_decimal(basis_points / 100, locale=_locale(language))}\u00a0%"


def _day(day: date, language: str) -> str:
    return format_date(day, "long", locale=_locale(language))


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")
