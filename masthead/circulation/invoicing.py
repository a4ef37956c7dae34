"""What terms, single copies and refunds are on paper: invoices and credit notes.

Both are written in the transaction of what they are for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from masthead.circulation import deals
from masthead.circulation.deals import Part
from masthead.circulation.models import AgencyInvoice, AgencyOrder, Refund, SingleCopy, Term
from masthead.money import Money
from masthead.payments import invoices
from masthead.payments.models import Attempt, Invoice


def for_term(term: Term, *, at: datetime, due_on: date | None = None) -> Invoice | None:
    """Write the invoice of a term that was paid; what costs nothing has none.

    It is of what was paid for it: what went over from another term has an invoice already. With
    `due_on` it is still to be paid.
    """
    order = term.order
    if not order.minor:
        return None
    return invoices.issue(
        _occasion(term),
        payer=order.payer,
        about=f"{order.version.offer.title.name}: {term.deal.name}",
        lines=_lines(deals.parts_from_json(order.parts)),
        currency=term.currency,
        country=order.country,
        language=_language(order.reference),
        provider=order.provider,
        at=at,
        due_on=due_on,
    )


def for_agency(
    batch: AgencyInvoice, among: Iterable[AgencyOrder], *, at: datetime
) -> Invoice | None:
    """Write the one invoice for several orders of an agency: by its own numbers, naming no reader."""
    ordered, agency = list(among), batch.agency
    if not batch.minor:
        return None
    first = ordered[0].order
    language = first.version.offer.title.language
    with override(language):
        gross = Money(sum(one.gross_minor for one in ordered), batch.currency)
        about = _("%(count)d subscriptions. List price %(gross)s, commission %(commission)s.") % {
            "count": len(ordered),
            "gross": gross.in_words_of(language),
            "commission": (gross - batch.money).in_words_of(language),
        }
    lines = [
        replace(line, text=f"{one.number}: {one.order.version.deal.name}")
        for one in ordered
        for line in _lines(deals.parts_from_json(one.order.parts))
    ]
    return invoices.issue(
        batch.reference,
        payer=agency.account,
        about=about,
        lines=lines,
        currency=batch.currency,
        country=str(agency.country),
        language=language,
        provider=first.provider,
        at=at,
        due_on=batch.due_on,
        to=invoices.Party(
            agency.name,
            (*agency.address.splitlines(), str(agency.country.name)),
            tax_id=agency.vat_number,
        ),
    )


def for_unpaid(term: Term, parts: Iterable[Part], *, occasion: str, at: datetime) -> Invoice | None:
    """Write the credit note about an invoice that was not paid; none where nothing is credited."""
    lines = _lines(parts)
    if not lines:
        return None
    invoice = Invoice.objects.filter(occasion=_occasion(term)).first()
    if invoice is None:
        return None
    return invoices.credit(invoice, occasion, lines=lines, at=at, is_paid=False)


def for_refund(refund: Refund, *, at: datetime) -> Invoice | None:
    """Write the credit note of money promised back; nothing is credited where that is nought."""
    if not refund.minor:
        return None
    invoice = Invoice.objects.filter(occasion=_occasion(refund.term)).first()
    if invoice is None:
        return None
    parts = deals.parts_from_json(refund.parts)
    return invoices.credit(invoice, f"refund:{refund.key}", lines=_lines(parts), at=at)


def for_single(copy: SingleCopy, *, at: datetime) -> Invoice:
    """Write the invoice of a single copy that was paid."""
    return invoices.issue(
        copy.reference,
        payer=copy.reader,
        about=f"{copy.issue.publication.name}: {copy.issue.title}",
        lines=_lines(copy.components),
        currency=copy.currency,
        country=copy.country,
        language=_language(copy.reference),
        provider=copy.provider,
        at=at,
    )


def for_returned(copy: SingleCopy, *, occasion: str, at: datetime, is_paid: bool = True) -> Invoice:
    """Write the credit note of a single copy that is theirs no more; `is_paid`: money goes back."""
    invoice = Invoice.objects.get(occasion=copy.reference)
    lines = _lines(copy.components)
    return invoices.credit(invoice, occasion, lines=lines, at=at, is_paid=is_paid)


def _occasion(term: Term) -> str:
    by_agency: AgencyOrder | None = getattr(term.order, "for_agency", None)
    if by_agency and by_agency.invoice:
        return by_agency.invoice.reference
    return f"term:{term.key}"


def _lines(parts: Iterable[Part]) -> list[invoices.Line]:
    return [
        invoices.Line(part.component, part.net, part.tax, part.rate, part.rate_name)
        for part in parts
        if part.minor
    ]


def _language(reference: str) -> str:
    asked = Attempt.objects.filter(kind=Attempt.Kind.CHARGE, reference=reference).first()
    return asked.language if asked else settings.INSTALLATION.magazine.language
