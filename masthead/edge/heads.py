"""The heads of answers as bytes, and answers that only say no."""

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


AWAY = (
    b"<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport "
    b'content="width=device-width"><title>Back in a moment</title>'
    b"<h1>Back in a moment</h1><p>This part of the magazine is being started again. "
    b"Articles can be read meanwhile. Please try again in a few seconds.</p></html>\n"
)
"""What is said when the house cannot be reached; nobody is there who could translate it."""


def refusal(status: HTTPStatus) -> bytes:
    """Return an answer that says no, and that nothing more is heard."""
    words = f"{status.value} {status.phrase}\n".encode()
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        words = AWAY
    return (
        status_line(status.value)
        + b"content-type: text/html; charset=utf-8\r\ncache-control: no-store\r\n"
        + b"retry-after: 10\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(words)
        + words
    )


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
