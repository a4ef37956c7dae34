"""Asking the magazine itself for a page, in this process, through all that a reader's request passes."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit
from wsgiref.util import setup_testing_defaults

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpRequest, HttpResponseBase

from masthead.editorial import pictures

View = Callable[[HttpRequest], HttpResponseBase]

_ANSWERED_BY = "_masthead_answered_by"
_IS_OURS = "_masthead_is_ours"


def request_to(
    site: str, path: str, *, address: str, query: str = "", cookie: str = ""
) -> WSGIRequest:
    """Return a GET as a browser would send it.

    Args:
        site: scheme and host of the magazine, such as ``https://lantern.example``.
        path: at it, quoted or not.
        address: where the request says that it comes from, to us and to our proxies.
        query: without the question mark.
        cookie: the header, if it brings any.
    """
    parts = urlsplit(site)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
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
    request = WSGIRequest(environ)
    vars(request)[_IS_OURS] = True
    return request


def is_ours(request: HttpRequest) -> bool:
    """Say whether a request is the magazine's own, and came over no wire."""
    return _IS_OURS in vars(request)


def spare_readers(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Have no reader's request make sizes of pictures; the press and an editor's preview may.

    A middleware.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        # Wagtail's mark of an editor's preview, which comes from within a request to the office.
        is_preview = getattr(request, "is_dummy", False)
        with pictures.making(allowed=is_ours(request) or is_preview):
            return get_response(request)

    return answer


def answer_to(request: WSGIRequest, *, by: View | None = None) -> HttpResponseBase:
    """Return what the house answers.

    Not called as a server would: that would close the connection to the database at the end.

    Args:
        request: what is asked for.
        by: the view that answers, where it is known; else the address is looked up.
    """
    if by is not None:
        vars(request)[_ANSWERED_BY] = by
    return _handler().get_response(request)


class _Handler(WSGIHandler):
    def _get_response(self, request: HttpRequest) -> HttpResponseBase:
        by: View | None = vars(request).get(_ANSWERED_BY)
        return by(request) if by is not None else super()._get_response(request)  # type: ignore[misc]


@lru_cache(maxsize=1)
def _handler() -> WSGIHandler:
    """Return all the middleware, put together once."""
    return _Handler()
