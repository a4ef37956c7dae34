"""The front on the wire: HTTP/1.1 by llhttp, answered from the page store, the rest relayed.

Our own protocol and no server's, because what is between a socket and `Front.look_up()` is
most of what a page costs (docs/decisions/0041). It reads the head of a request; a page that is
in the store is written at once, everything else goes to the house, streamed in both
directions (`relay.py`). Whatever speaks TLS or HTTP/2 stands in front.
"""

from __future__ import annotations

import asyncio
import logging
import time
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import unquote

import httptools

from masthead.edge.front import Answer, Asked
from masthead.edge.relay import House, Relay, status_line

logger = logging.getLogger(__name__)

LONGEST_HEAD = 64 * 1024
"""Bytes of a request's head, with everything in it."""

HEAD_SECONDS = 20
"""How long a browser may take to send a head; who sends slower only holds a place."""

IDLE_SECONDS = 75

BODILESS = (b"GET", b"HEAD")


class LookUp(Protocol):
    """`Front.look_up()` at the present edition and moment."""

    def __call__(self, asked: Asked, *, alone: bool = False) -> Answer | None:
        """Return the answer, or None where the house has to be asked."""


class Connection(asyncio.Protocol):
    """One browser's connection: one request after the other."""

    __slots__ = (
        "_buffer", "_given", "_head_size", "_heads", "_house", "_is_ahead", "_is_over", "_look_up",
        "_names", "_open_now", "_parser", "_peer", "_relay", "_since", "_transport", "_url",
    )  # fmt: skip

    def __init__(self, look_up: LookUp, house: House, heads: Heads, open_now: set[Any]) -> None:
        """Take what looks pages up, what answers everything else, and who is being served."""
        self._look_up, self._house = look_up, house
        self._heads, self._open_now = heads, open_now
        self._relay: Relay | None = None
        self._buffer = bytearray()
        self._is_over = self._is_ahead = False
        self._begin()

    def connection_made(self, transport: Any) -> None:
        """Begin to listen."""
        self._transport = transport
        peer = transport.get_extra_info("peername")
        self._peer = peer[0] if isinstance(peer, tuple) else ""
        self._parser = httptools.HttpRequestParser(self)
        self._since = time.monotonic()
        self._open_now.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        """Give up what was under way."""
        self._open_now.discard(self)
        self._is_over = True
        if self._relay is not None:
            self._relay.abandon()
            self._relay = None

    def data_received(self, data: bytes) -> None:
        """Read on; while the house answers, what comes next waits."""
        if self._relay is not None and self._relay.has_whole_request:
            self._buffer += data
            if len(self._buffer) > LONGEST_HEAD:
                self._transport.pause_reading()
            return
        self._head_size += len(data)
        try:
            self._read(data)
        except httptools.HttpParserError:
            self._refuse(HTTPStatus.BAD_REQUEST)
        if self._head_size > LONGEST_HEAD and self._relay is None and not self._is_over:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def eof_received(self) -> bool:
        """Close when a browser has nothing more to say, once it has its answer."""
        return self._relay is not None

    def pause_writing(self) -> None:
        """Have the house wait while the browser takes its time."""
        if self._relay is not None:
            self._relay.pause()

    def resume_writing(self) -> None:
        """Let the house go on."""
        if self._relay is not None:
            self._relay.resume()

    def is_idle(self, now: float) -> bool:
        """Say whether nothing has come for too long."""
        if self._relay is not None:
            return False
        return now - self._since > (HEAD_SECONDS if self._head_size else IDLE_SECONDS)

    def is_busy(self) -> bool:
        """Say whether somebody is waiting for an answer here."""
        return self._relay is not None

    def close(self) -> None:
        """Hang up."""
        self._is_over = True
        self._transport.close()

    # What the parser calls.

    def on_message_begin(self) -> None:
        """See a request that was sent ahead, while the house answers the one before.

        It is left unread, and the connection closed after the answer: browsers send none, and
        whoever does sends it again (RFC 9112, section 9.3.2).
        """
        if self._relay is not None:
            self._is_ahead = True

    def on_url(self, url: bytes) -> None:
        """Take the address."""
        if not self._is_ahead:
            self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; of two cookies one is made, of two hosts none."""
        if self._is_ahead:
            return
        name = name.lower()
        self._names.append((name, value))
        before = self._given.get(name)
        if before is None:
            self._given[name] = value
        elif name == b"cookie":
            self._given[name] = before + b"; " + value
        elif name == b"host":
            self._given[b"host"] = b"\0"
        else:
            self._given[name] = before + b", " + value

    def on_headers_complete(self) -> None:
        """Let the house begin to answer what has a body: it comes along as it is read."""
        given = self._given
        if self._is_ahead or self._parser.should_upgrade():
            return
        if b"content-length" in given or b"transfer-encoding" in given:
            self._ask_house()

    def on_body(self, body: bytes) -> None:
        """Pass on what is sent to the house."""
        if self._relay is not None and not self._is_ahead:
            self._relay.send(body)

    def on_message_complete(self) -> None:
        """Answer."""
        if self._is_ahead or self._is_over or self._parser.should_upgrade():
            return
        if self._relay is not None:
            self._relay.end()
            return
        asked = self._asked()
        if asked is None:
            self._refuse(HTTPStatus.BAD_REQUEST)
            return
        answer = self._look_up(asked)
        if answer is None:
            self._ask_house()
            relay = self._relay
            if relay is not None:
                relay.end()
            return
        self._write(answer)

    def _read(self, data: bytes) -> None:
        rest: bytes | memoryview = data
        while rest:
            try:
                self._parser.feed_data(rest)
            except httptools.HttpParserUpgrade as offer:
                rest = memoryview(rest)[offer.args[0] :]
                if not self._declines():
                    return
            else:
                return

    def _declines(self) -> bool:
        """Read a head anew as if it offered no other protocol; say whether to read on.

        The parser takes what follows for that protocol's. Who sent it takes it for this one's, as
        long as we agree to nothing (RFC 9110, section 7.8), and so a body has to be read as one.
        """
        if self._is_ahead or self._is_over:
            return False
        method, url, names = self._parser.get_method(), self._url, self._names
        if method == b"CONNECT":
            self._refuse(HTTPStatus.BAD_REQUEST)
            return False
        head = [b"%b %b HTTP/%b\r\n" % (method, url, self._parser.get_http_version().encode())]
        head += [b"%b: %b\r\n" % one for one in names if one[0] != b"upgrade"]
        self._begin()
        self._parser = httptools.HttpRequestParser(self)
        self._parser.feed_data(b"".join([*head, b"\r\n"]))
        return True

    def _begin(self) -> None:
        self._url = b""
        self._given: dict[bytes, bytes] = {}
        self._names: list[tuple[bytes, bytes]] = []
        self._head_size = 0

    def _has_two_hosts(self) -> bool:
        return self._given.get(b"host") == b"\0"

    def _asked(self) -> Asked | None:
        given = self._given.get
        if self._has_two_hosts():
            return None
        host = given(b"host", b"")
        path, _mark, query = self._url.decode("latin-1").partition("?")
        if "%" in path:
            path = unquote(path, errors="surrogateescape")
        cookie, accepted = given(b"cookie"), given(b"accept-encoding")
        known, part = given(b"if-none-match"), given(b"range")
        same = given(b"if-range") if part else None
        return Asked(
            self._parser.get_method().decode("latin-1"),
            host.decode("latin-1").lower(),
            path,
            query,
            cookie.decode("latin-1") if cookie else None,
            accepted.decode("latin-1") if accepted else None,
            known.decode("latin-1") if known else None,
            part.decode("latin-1") if part else None,
            self._house.address(self._peer, given(b"x-forwarded-for", b"")),
            same.decode("latin-1") if same else None,
        )

    def _write(self, answer: Answer) -> None:
        keep = self._parser.should_keep_alive()
        head = self._heads.of(answer, keep)
        if answer.body:
            self._transport.writelines((head, answer.body))
        else:
            self._transport.write(head)
        self._next(keep)

    def _next(self, keep: bool) -> None:
        if not keep or self._is_over:
            self.close()
            return
        self._begin()
        self._since = time.monotonic()

    def _ask_house(self) -> None:
        if self._has_two_hosts():
            self._refuse(HTTPStatus.BAD_REQUEST)
            return
        if self._given.get(b"expect", b"").lower() == b"100-continue":
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self._relay = Relay(
            self._house,
            self._transport,
            method=self._parser.get_method(),
            url=self._url,
            headers=self._names,
            peer=self._peer,
            keep_alive=self._parser.should_keep_alive(),
            version=self._parser.get_http_version(),
            then=self._answered,
            instead=self._house_is_away,
        )

    def _answered(self, keep: bool) -> None:
        """Go on with what the browser sent in the meantime."""
        self._relay = None
        self._next(keep and not self._is_ahead)
        if self._is_over:
            return
        # The relay may have had the browser wait while its house was being reached.
        self._transport.resume_reading()
        if self._buffer:
            data = bytes(self._buffer)
            self._buffer.clear()
            self.data_received(data)

    def _house_is_away(self) -> None:
        """Answer as for a stranger, where there is a page; else say that it will be back."""
        self._relay = None
        asked = self._asked()
        answer = self._look_up(asked, alone=True) if asked is not None else None
        if answer is not None:
            self._write(answer)
            return
        self._refuse(HTTPStatus.SERVICE_UNAVAILABLE)

    def _refuse(self, status: HTTPStatus) -> None:
        if self._is_over:
            return
        words = f"{status.value} {status.phrase}\n".encode()
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            words = AWAY
        self._transport.write(
            status_line(status.value)
            + b"content-type: text/html; charset=utf-8\r\ncache-control: no-store\r\n"
            + b"retry-after: 10\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(words)
            + words
        )
        self.close()


AWAY = (
    b"<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport "
    b'content="width=device-width"><title>Back in a moment</title>'
    b"<h1>Back in a moment</h1><p>This part of the magazine is being started again. "
    b"Articles can be read meanwhile. Please try again in a few seconds.</p></html>\n"
)
"""What is said when the house cannot be reached; nobody is there who could translate it."""


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
