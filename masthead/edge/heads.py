"""The heads of answers as bytes."""

from __future__ import annotations

import time
from http import HTTPStatus

from masthead.edge.front import Answer


def status_line(status: int) -> bytes:
    """Return the first line of an answer."""
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    return f"HTTP/1.1 {status} {phrase}\r\n".encode()


class Heads:
    """The heads of answers as bytes, put together once for as long as their headers stay."""

    __slots__ = ("_known", "_now", "_stamp")

    def __init__(self) -> None:
        """Know none."""
        self._known: dict[int, tuple[list[tuple[str, str]], int, bytes]] = {}
        self._stamp, self._now = b"", 0

    def of(self, answer: Answer, keep: bool) -> bytes:
        """Return the head of an answer, as it goes out."""
        headers = answer.headers
        known = self._known.get(id(headers))
        # The list is held here, so that nobody else can have its number.
        if known is None or known[0] is not headers or known[1] != answer.status:
            lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
            head = status_line(answer.status) + lines.encode("latin-1", "replace")
            if len(self._known) > 20_000:
                self._known.clear()
            known = self._known[id(headers)] = headers, answer.status, head
        return known[2] + self._date() + (b"\r\n" if keep else b"connection: close\r\n\r\n")

    def _date(self) -> bytes:
        now = int(time.time())
        if now != self._now:
            stamp = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(now))
            self._now, self._stamp = now, f"date: {stamp}\r\n".encode()
        return self._stamp
