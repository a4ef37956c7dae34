"""Catalogues for reading apps, and how those sign in."""

from __future__ import annotations

from urllib.parse import urljoin

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from masthead.editorial.models import FrontPage
from masthead.newsstand import catalogue_forms, catalogues, conditional, media_types, turnstile
from masthead.newsstand.catalogue_forms import Addresses
from masthead.newsstand.chrome import front_page_of, site_url_of

START = {"2.0": "newsstand:catalogue", "1.2": "newsstand:old-catalogue"}


@require_safe
def start(request: HttpRequest, form: str) -> HttpResponse:
    """Return the way to each year."""
    return _catalogue(request, form, None)


@require_safe
def year(request: HttpRequest, form: str, year: int) -> HttpResponse:
    """Return the issues of a year, each with its editions."""
    return _catalogue(request, form, year)


@require_safe
def authentication(request: HttpRequest) -> HttpResponse:
    """Return how reading apps sign in."""
    front = _front(request)
    response = HttpResponse(document(request, front), media_types.AUTHENTICATION)
    patch_cache_control(response, public=True, no_cache=True)
    return response


def document(request: HttpRequest, front: FrontPage) -> bytes:
    """Return how reading apps sign in, in the reader's language."""
    site = site_url_of(request, front)
    words = {
        "description": _("Make a password for reading apps in your account; any name will do."),
        "login": _("Name (any)"),
        "password": _("Password for reading apps"),
    }
    return catalogue_forms.authentication(
        front.publication.name,
        _addresses(request, front, "2.0"),
        account_url=urljoin(site, reverse("account_feeds")),
        words=words,
    )


def _catalogue(request: HttpRequest, form: str, year: int | None) -> HttpResponse:
    front = _front(request)
    if refusal := turnstile.turned_away(request, "catalogue"):
        return refusal
    now = timezone.now()
    at = _addresses(request, front, form, year)
    catalogue = catalogues.catalogue_of(front, url=at.itself, year=year)
    if catalogue is None:
        raise Http404
    if form == "2.0":
        write = catalogue_forms.publications if year else catalogue_forms.navigation
        media_type = media_types.OPDS_2
    else:
        write = catalogue_forms.old_publications if year else catalogue_forms.old_navigation
        media_type = media_types.ACQUISITION if year else media_types.NAVIGATION
        media_type += ";charset=utf-8"
    response = conditional.answer(
        request,
        write(catalogue, at),
        media_type,
        title=front.publication,
        changed_at=catalogue.updated_at,
        at=now,
    )
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _front(request: HttpRequest) -> FrontPage:
    front = front_page_of(request)
    if front is None:
        raise Http404
    return front


def _addresses(
    request: HttpRequest, front: FrontPage, form: str, year: int | None = None
) -> Addresses:
    site = site_url_of(request, front)
    begin = urljoin(site, reverse(START[form]))
    return Addresses(
        itself=f"{begin}{year}/" if year is not None else begin,
        start=begin,
        authentication=urljoin(site, reverse("newsstand:catalogue-authentication")),
    )
