"""The front for RSGI servers, which is granian's own interface."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from masthead.edge.front import Answer, Asked

Fallback = Callable[[Any, Any], Awaitable[None]]


class Application:
    """Answers with pressed pages, and hands the rest to `house`."""

    def __init__(self, house: Fallback, look_up: Callable[[Asked], Answer | None]) -> None:
        """Take what answers everything else, and what looks pages up."""
        self._house, self._look_up = house, look_up

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Answer one request."""
        given = scope.headers.get
        answer = self._look_up(
            Asked(
                method=scope.method,
                host=(scope.authority or given("host") or "").lower(),
                path=scope.path,
                query=scope.query_string,
                cookie=given("cookie"),
                accept_encoding=given("accept-encoding"),
                if_none_match=given("if-none-match"),
                range=given("range"),
                if_range=given("if-range"),
                address=scope.client.rpartition(":")[0].strip("[]"),
            )
        )
        if answer is None:
            await self._house(scope, protocol)
        elif answer.body:
            protocol.response_bytes(answer.status, answer.headers, answer.body)
        else:
            protocol.response_empty(answer.status, answer.headers)
