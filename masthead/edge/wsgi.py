"""The front for WSGI servers, around another application that answers everything else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from masthead.edge.front import Answer, Asked

LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def around(house: Application, look_up: Callable[[Asked], Answer | None]) -> Application:
    """Return an application that answers with pressed pages, and asks `house` for the rest."""

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        answer = look_up(_asked(environ))
        if answer is None:
            return house(environ, start_response)
        start_response(LINES[answer.status], answer.headers)
        return [answer.body] if answer.body else []

    return application


def _asked(environ: dict[str, Any]) -> Asked:
    given = environ.get
    path = environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8", "surrogateescape")
    return Asked(
        method=environ["REQUEST_METHOD"],
        host=given("HTTP_HOST", "").lower(),
        path=path,
        query=given("QUERY_STRING", ""),
        cookie=given("HTTP_COOKIE"),
        accept_encoding=given("HTTP_ACCEPT_ENCODING"),
        if_none_match=given("HTTP_IF_NONE_MATCH"),
        range=given("HTTP_RANGE"),
        if_range=given("HTTP_IF_RANGE"),
        address=given("REMOTE_ADDR", ""),
    )
