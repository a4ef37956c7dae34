"""What is said when a page cannot be given."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.utils.translation import gettext as _

from masthead.newsstand.chrome import chrome_for
from masthead.newsstand.pages import Chrome, ErrorPage
from masthead.production import page_store


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Return the page for an address that leads nowhere; 410 where something was taken down."""
    is_gone = page_store.here().is_gone(request.get_host().lower(), request.path)
    page = ErrorPage(
        chrome=chrome_for(request),
        heading=_("There is nothing at this address"),
        text=_("It was here once, and has been taken down. Start from the front page.")
        if is_gone
        else _("It may have been mistyped, or the page is not out yet. Start from the front page."),
    )
    status = HTTPStatus.GONE if is_gone else HTTPStatus.NOT_FOUND
    return render(request, "newsstand/error.html", {"page": page}, status=status)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Return the page for somebody who may not come in, whoever they are."""
    page = ErrorPage(
        chrome=chrome_for(request),
        heading=_("This door is not yours"),
        text=_("Your account has no access here. Ask whoever runs the magazine if it should."),
    )
    return render(request, "newsstand/error.html", {"page": page}, status=403)


def too_often(request: HttpRequest) -> HttpResponse:
    """Return the page for somebody who knocks too fast."""
    page = ErrorPage(
        chrome=chrome_for(request),
        heading=_("Too often"),
        text=_("That came too often in a short time. Wait a few minutes, then try again."),
    )
    return render(request, "newsstand/error.html", {"page": page}, status=429)


def failed(request: HttpRequest) -> HttpResponse:
    """Return the page for a fault of ours; it asks nothing of the database."""
    page = ErrorPage(
        chrome=Chrome(publication="Masthead"),
        heading=_("Something went wrong on our side"),
        text=_("It has been written down. Please try again in a moment."),
    )
    html = loader.render_to_string("newsstand/error.html", {"page": page})
    return HttpResponse(html, status=500)
