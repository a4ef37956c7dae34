"""One host for each page: whoever comes by another name of the house is led home.

A page under two addresses is two pages to search engines, caches and cookies. A host that a site
of its own answers at is home already.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect
from django.http.request import split_domain_port, validate_host
from wagtail.models import Site


def lead_home(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Lead readers from the names under ``also_answers_to`` to the magazine's address.

    A middleware. What is sent by a form stays where it was sent.
    """
    home = settings.INSTALLATION.host_name
    others = settings.INSTALLATION.server.also_answers_to

    def answer(request: HttpRequest) -> HttpResponseBase:
        if others and request.method in ("GET", "HEAD"):
            host = split_domain_port(request.get_host())[0]
            if host != home and validate_host(host, others) and not _has_a_site(host):
                address = settings.INSTALLATION.magazine.address.rstrip("/")
                return HttpResponsePermanentRedirect(f"{address}{request.get_full_path()}")
        return get_response(request)

    return answer


def _has_a_site(host: str) -> bool:
    return bool(Site.objects.filter(hostname__iexact=host).exists())
