"""The corrections page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from masthead.editorial.models import Correction
from masthead.newsstand.cards import link_to, page_of
from masthead.newsstand.chrome import chrome_for, front_page_of
from masthead.newsstand.metadata import head, here
from masthead.newsstand.pages import CorrectionLine, CorrectionsPage


@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """Return every correction of the title that answers here, newest first."""
    records = Correction.objects.public().select_related("article")
    if front := front_page_of(request):
        records = records.filter(article__path__startswith=front.path)
    rows, pager = page_of(records, request)
    page = CorrectionsPage(
        chrome=chrome_for(
            request,
            address=reverse("newsstand:corrections"),
            description=_("What we got wrong, and what is right."),
        ),
        corrections=tuple(
            CorrectionLine(
                record.get_kind_display(), record.text, record.made_at, link_to(record.article)
            )
            for record in rows
        ),
        pager=pager,
    )
    heading = _("Corrections")
    page = head(page, title=heading, trail=[here(page.chrome, heading)], pager=pager)
    return render(request, "newsstand/corrections.html", {"page": page})
