"""Invoices and credit notes of who paid, to look at and to keep."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from masthead.newsstand.account_pages import Part, Row
from masthead.newsstand.pages import Link
from masthead.newsstand.views.account.pages import show
from masthead.payments import papers
from masthead.payments.models import Invoice
from masthead.press.paper.engine import CannotTypeset


@login_required
@require_safe
def invoices(request: HttpRequest) -> HttpResponse:
    """Show what somebody was invoiced for, and what was credited."""
    user: Any = request.user
    rows = tuple(_row(one) for one in Invoice.objects.filter(payer=user)[:200])
    text = () if rows else (_("There is no invoice yet."),)
    return show(request, _("Invoices"), Part(text=text, rows=rows))


@login_required
@require_safe
def invoice(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Return one of them as a PDF."""
    user: Any = request.user
    found = get_object_or_404(Invoice, key=key, payer=user)
    try:
        file = papers.pdf(found)
    except CannotTypeset:
        text = _("This paper cannot be set just now. Try again in a few minutes, or write to us.")
        return show(request, found.printed_number, Part(text=(text,)), status=503)
    response = HttpResponse(file, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{found.printed_number}.pdf"'
    add_never_cache_headers(response)
    return response


def _row(found: Invoice) -> Row:
    link = Link(_("Open the PDF"), reverse("account_invoice", args=[found.key]))
    return Row(
        heading=f"{found.get_kind_display()} {found.printed_number}",
        lines=(date_format(found.issued_on), found.money.in_words_of(_language(found))),
        links=(link,),
    )


def _language(found: Invoice) -> str:
    return str(found.document.get("language", "en"))
