"""What terms, single copies and refunds are on paper: invoices and credit notes.

Both are written in the transaction of what they are for.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings

from masthead.circulation import deals
from masthead.circulation.deals import Part
from masthead.circulation.models import Refund, SingleCopy, Term
from masthead.payments import invoices
from masthead.payments.models import Attempt, Invoice


def for_term(term: Term, *, at: datetime) -> Invoice | None:
    """Write the invoice of a term that was paid; what costs nothing has none.

    It is of what was paid for it: what went over from another term has an invoice already.
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
    )


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


def for_returned(copy: SingleCopy, *, at: datetime) -> Invoice:
    """Write the credit note of a single copy whose money was promised back."""
    invoice = Invoice.objects.get(occasion=copy.reference)
    return invoices.credit(invoice, f"refund:{copy.key}", lines=_lines(copy.components), at=at)


def _occasion(term: Term) -> str:
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
