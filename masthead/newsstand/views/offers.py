"""The offers page, and the page of promises kept: both made from what is on record."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from masthead.circulation.promises import kept, kinds
from masthead.newsstand import offering
from masthead.newsstand.chrome import chrome_for, front_page_of
from masthead.newsstand.metadata import head, here
from masthead.newsstand.subscribe_pages import KeptPromise, OffersPage, PromisesPage


@require_safe
def offers(request: HttpRequest) -> HttpResponse:
    """Return what can be subscribed to at this address."""
    front = front_page_of(request)
    if front is None:
        raise Http404
    page = OffersPage(
        chrome=chrome_for(
            request,
            address=reverse("newsstand:offers"),
            description=_("Subscribe to %(name)s.") % {"name": front.publication.name},
        ),
        offers=offering.cards(front.publication, timezone.now()),
        promises_url=reverse("newsstand:promises"),
        withdrawal_url=reverse("newsstand:withdrawal"),
    )
    heading = _("Subscribe")
    page = head(page, title=heading, trail=[here(page.chrome, heading)])
    return render(request, "newsstand/offers.html", {"page": page})


@require_safe
def promises(request: HttpRequest) -> HttpResponse:
    """Return how the magazine keeps what its offers promise, as of the last look."""
    front = front_page_of(request)
    if front is None:
        raise Http404
    page = PromisesPage(
        chrome=chrome_for(
            request,
            address=reverse("newsstand:promises"),
            description=_("What we promise to subscribers, and whether we keep it."),
        ),
        promises=tuple(
            KeptPromise(
                label=_label(look.promise),
                words=look.words,
                failures=len(look.failures),
                seen_at=look.at,
            )
            for look in kept.last_inspections(front.publication)
        ),
        offers_url=reverse("newsstand:offers"),
    )
    heading = _("Promises kept")
    page = head(page, title=heading, trail=[here(page.chrome, heading)])
    return render(request, "newsstand/promises.html", {"page": page})


def _label(name: str) -> str:
    try:
        label: Any = kinds.named(name).label
    except kinds.UnknownKind:
        return name
    return str(label)
