"""Asking the magazine itself for a page, in this process, through all that a reader's request passes."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit
from wsgiref.util import setup_testing_defaults

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpResponseBase


def request_to(
    site: str, path: str, *, address: str, query: str = "", cookie: str = ""
) -> WSGIRequest:
    """Return a GET as a browser would send it.

    Args:
        site: scheme and host of the magazine, such as ``https://lantern.example``.
        path: at it.
        address: where the request says that it comes from, to us and to our proxies.
        query: without the question mark.
        cookie: the header, if it brings any.
    """
    parts = urlsplit(site)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": parts.hostname or "localhost",
        "HTTP_HOST": parts.netloc,
        "SERVER_PORT": str(parts.port or (443 if parts.scheme == "https" else 80)),
        "wsgi.url_scheme": parts.scheme,
        "REMOTE_ADDR": address,
        "HTTP_X_FORWARDED_FOR": address,
        "HTTP_X_FORWARDED_PROTO": parts.scheme,
    }
    if cookie:
        environ["HTTP_COOKIE"] = cookie
    setup_testing_defaults(environ)
    return WSGIRequest(environ)


def answer_to(request: WSGIRequest) -> HttpResponseBase:
    """Return what the house answers.

    Not called as a server would: that would close the connection to the database at the end.
    """
    return _handler().get_response(request)


@lru_cache(maxsize=1)
def _handler() -> WSGIHandler:
    """Return all the middleware, put together once."""
    return WSGIHandler()
