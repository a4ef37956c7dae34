"""Notices on the door: for crawlers, for finders of weaknesses, for readers who meet a barrier."""

from __future__ import annotations

from datetime import date
from urllib.parse import urljoin

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from masthead.newsstand.chrome import chrome_for, front_page_of, site_url_of
from masthead.newsstand.metadata import head, here
from masthead.newsstand.pages import AccessibilityPage

PLAIN = "text/plain; charset=utf-8"

CLOSED_TO_CRAWLERS = (
    "/office/", "/account/", "/documents/", "/editions/", "/listen/", "/recordings/", "/proofs/",
    "/advertisements/",
)  # fmt: skip
"""The desk with its previews, the readers’ own pages, files that ask the gate, guests’ proofs, what counts."""


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Return what crawlers may fetch (RFC 9309)."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED_TO_CRAWLERS)]
    lines += ["", f"Sitemap: {_full(request, reverse('newsstand:sitemaps'))}"]
    return HttpResponse("\n".join(lines) + "\n", content_type=PLAIN)


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Return whom to tell of a weakness (RFC 9116), while somebody stands by that."""
    contact = settings.INSTALLATION.contact
    if not contact.security or not contact.security_until:
        raise Http404
    if date.fromisoformat(contact.security_until) < timezone.now().date():
        raise Http404
    lines = [
        f"Contact: {contact.security}",
        f"Expires: {contact.security_until}T23:59:59Z",
        f"Preferred-Languages: {settings.INSTALLATION.magazine.language}",
        f"Canonical: {_full(request, reverse('newsstand:security'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type=PLAIN)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Return what readers can expect of these pages, and whom to write to."""
    url = settings.INSTALLATION.accessibility_contact
    heading = _("Accessibility")
    page = AccessibilityPage(
        chrome=chrome_for(
            request,
            address=reverse("newsstand:accessibility"),
            description=_("What you can expect of these pages, and whom to write to."),
        ),
        contact=url.removeprefix("mailto:").removeprefix("https://"),
        contact_url=url,
    )
    page = head(page, title=heading, trail=[here(page.chrome, heading)])
    return render(request, "newsstand/accessibility.html", {"page": page})


def _full(request: HttpRequest, path: str) -> str:
    front = front_page_of(request)
    site = site_url_of(request, front) if front else request.build_absolute_uri("/")
    return urljoin(site, path)
