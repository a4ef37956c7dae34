"""Invoices and credit notes: numbered without a gap, once for each occasion, and never changed.

    invoice = invoices.issue("term:7f…", payer=…, about=…, lines=…, currency="EUR", …)
    invoices.credit(invoice, "refund:9a…", lines=…, at=now)

Call them in the transaction that writes what they are for: the number is taken in it, and is
free again if it comes to nothing. Everything that is printed is kept as it was on that day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_countries import countries

from masthead.money import Money
from masthead.payments import journal, ways
from masthead.payments.models import Invoice, InvoiceSeries, TaxRate
from masthead.people import addresses
from masthead.people.models import Address, User

Kind = Invoice.Kind
TEST = "TEST"
"""Begins the numbers of what was paid with money that does not move."""


@dataclass(frozen=True, slots=True)
class Party:
    """Who sells or buys: a name, the lines of an address, a number known to the tax office."""

    name: str
    lines: tuple[str, ...] = ()
    tax_id: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is sold, in minor units: without tax, and the tax on it."""

    component: str
    net: int
    tax: int = 0
    rate: int = 0
    rate_name: str = ""
    text: str = ""

    @property
    def gross(self) -> int:
        """What is paid for it."""
        return self.net + self.tax


@dataclass(frozen=True, slots=True)
class Document:
    """All that is printed on an invoice or a credit note.

    ``corrects`` is the printed number of the invoice that a credit note is about, with its day.
    With ``is_test`` it says across the page that no money moved. What is not paid yet (``is_paid``)
    says until when it is to be (``due_on``); a credit note about it gives nothing back.
    """

    kind: str
    number: str
    day: date
    language: str
    currency: str
    seller: Party
    buyer: Party
    about: str
    lines: tuple[Line, ...]
    corrects: str = ""
    corrects_day: date | None = None
    is_test: bool = False
    is_paid: bool = True
    due_on: date | None = None

    @property
    def gross(self) -> Money:
        """What is paid, or given back."""
        return Money(sum(line.gross for line in self.lines), self.currency)

    @property
    def net(self) -> Money:
        """That without taxes."""
        return Money(sum(line.net for line in self.lines), self.currency)

    def taxes(self) -> list[tuple[str, int, Money, Money]]:
        """Return each rate: what it is called, how high, on how much and how much it is."""
        sums: dict[tuple[str, int], tuple[int, int]] = {}
        for line in self.lines:
            if line.rate:
                net, tax = sums.get((line.rate_name, line.rate), (0, 0))
                sums[line.rate_name, line.rate] = (net + line.net, tax + line.tax)
        return [
            (name, rate, Money(net, self.currency), Money(tax, self.currency))
            for (name, rate), (net, tax) in sums.items()
        ]

    def to_json(self) -> dict[str, Any]:
        """Return it as it is kept."""
        kept = asdict(self)
        for name in ("day", "corrects_day", "due_on"):
            kept[name] = kept[name].isoformat() if kept[name] else None
        return kept

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Document:
        """Return it from how it is kept."""
        corrects_day, due_on = kept["corrects_day"], kept.get("due_on")
        return cls(
            **{
                **kept,
                "day": date.fromisoformat(kept["day"]),
                "corrects_day": date.fromisoformat(corrects_day) if corrects_day else None,
                "due_on": date.fromisoformat(due_on) if due_on else None,
                "seller": _party(kept["seller"]),
                "buyer": _party(kept["buyer"]),
                "lines": tuple(Line(**line) for line in kept["lines"]),
            }
        )


@transaction.atomic
def issue(
    occasion: str,
    *,
    payer: User,
    about: str,
    lines: Iterable[Line],
    currency: str,
    country: str,
    language: str,
    provider: str,
    at: datetime,
    due_on: date | None = None,
    to: Party | None = None,
) -> Invoice:
    """Write an invoice; for an occasion that has one, return that.

    Args:
        occasion: what it is for, in the words of who asks: `term:<uuid>`.
        payer: who is to have it; named as they are on this day.
        about: what was sold, in `language`.
        lines: by component; their texts are put in here.
        currency: of all of them.
        country: of the buyer, two letters, where no address for post says it.
        language: of the buyer.
        provider: by which it was paid; decides whether it is a test.
        at: the moment, timezone-aware.
        due_on: until when it is to be paid, where it is not paid yet.
        to: who buys, if that is not the payer at their address for post.
    """
    if there := Invoice.objects.filter(occasion=occasion).first():
        return there
    with override(language):
        document = Document(
            kind=Kind.INVOICE.value,
            number="",
            day=journal.day(at),
            language=language,
            currency=currency,
            seller=seller(),
            buyer=to or buyer(payer, country),
            about=about,
            lines=tuple(_said(line) for line in lines),
            is_test=not ways.moves_money(provider),
            is_paid=due_on is None,
            due_on=due_on,
        )
    return _write(document, occasion, payer, None, at)


@transaction.atomic
def credit(
    invoice: Invoice,
    occasion: str,
    *,
    lines: Iterable[Line],
    at: datetime,
    is_paid: bool = True,
) -> Invoice:
    """Write a credit note about an invoice; for an occasion that has one, return that.

    Args:
        invoice: that it corrects, wholly or in part.
        occasion: what it is for: `refund:<uuid>`.
        lines: what is taken back, above nought.
        at: the moment, timezone-aware.
        is_paid: whether money goes back; else it is taken off what is owed.
    """
    if there := Invoice.objects.filter(occasion=occasion).first():
        return there
    first = Document.from_json(invoice.document)
    with override(first.language):
        document = Document(
            kind=Kind.CREDIT_NOTE.value,
            number="",
            day=journal.day(at),
            language=first.language,
            currency=first.currency,
            seller=first.seller,
            buyer=first.buyer,
            about=first.about,
            lines=tuple(_said(line) for line in lines),
            corrects=first.number,
            corrects_day=first.day,
            is_test=first.is_test,
            is_paid=is_paid,
        )
    return _write(document, occasion, invoice.payer, invoice, at)


def document_of(invoice: Invoice) -> Document:
    """Return what is printed on an invoice."""
    return Document.from_json(invoice.document)


def seller() -> Party:
    """Return who sells, as the settings have it; the magazine's name where they say nothing."""
    own = settings.INSTALLATION.seller
    return Party(
        own.name or settings.INSTALLATION.magazine.name,
        tuple(own.address),
        own.tax_number,
        own.iban,
    )


def buyer(payer: User, country: str) -> Party:
    """Return who buys: at their address for post, else by their name and country."""
    post = Address.objects.filter(user=payer, is_for_post=True).first()
    if post is not None:
        name, *rest = addresses.label(post)
        return Party(name, tuple(rest))
    return Party(str(payer), (str(countries.name(country)),) if country else ())


def _party(kept: Mapping[str, Any]) -> Party:
    return Party(**{**kept, "lines": tuple(kept["lines"])})


def _said(line: Line) -> Line:
    kinds = dict(TaxRate.Kind.choices)
    text = line.text or str(kinds.get(line.component, line.component))
    return Line(line.component, line.net, line.tax, line.rate, line.rate_name, text)


def _write(
    document: Document, occasion: str, payer: User | None, corrects: Invoice | None, at: datetime
) -> Invoice:
    year = f"{document.day:%Y}"
    series, number = _next_number(f"{TEST}-{year}" if document.is_test else year)
    invoice = Invoice(
        kind=document.kind,
        series=series,
        number=number,
        occasion=occasion,
        corrects=corrects,
        issued_on=document.day,
        issued_at=at,
        payer=payer,
        minor=document.gross.minor,
        currency=document.currency,
    )
    invoice.document = {**document.to_json(), "number": invoice.printed_number}
    invoice.save()
    return invoice


def _next_number(name: str) -> tuple[InvoiceSeries, int]:
    """Return the next number of a series; nobody else gets one until this is committed."""
    InvoiceSeries.objects.get_or_create(name=name)
    series = InvoiceSeries.objects.select_for_update().get(name=name)
    number = series.next_number
    series.next_number = number + 1
    series.save(update_fields=["next_number"])
    return series, number


def complaint_about_seller() -> str:
    """Return what is missing of who sells, fit for the owner; empty where nothing is."""
    own = settings.INSTALLATION.seller
    if own.name and own.address:
        return ""
    return _("Invoices have to say who sells: write name and address under [seller].")
