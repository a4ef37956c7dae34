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
from masthead.edge.heads import Heads, refusal
from masthead.edge.relay import House, Relay
from masthead.edge.sending import HELD_BYTES, Held

logger = logging.getLogger(__name__)

LONGEST_HEAD = 64 * 1024
"""Bytes of a request's head, with everything in it."""

HEAD_SECONDS = 20
"""How long a browser may take to send a head; who sends slower only holds a place."""

IDLE_SECONDS = 75

END_OF_HEAD = b"\r\n\r\n"

SEVERAL = 4096
"""Bytes that came together above which it is looked for where a request ends: only who sends many
ahead sends so much, and to look takes time."""


class LookUp(Protocol):
    """`Front.look_up()` at the present edition and moment."""

    def __call__(self, asked: Asked, *, alone: bool = False) -> Answer | None:
        """Return the answer, or None where the house has to be asked."""


class Connection(asyncio.Protocol):
    """One browser's connection: one request after the other."""

    __slots__ = (
        "_buffer", "_given", "_head_size", "_heads", "_house", "_is_ahead", "_is_full", "_is_over",
        "_look_up", "_names", "_not_taken", "_open_now", "_parser", "_peer", "_relay", "_since",
        "_transport", "_url",
    )  # fmt: skip

    def __init__(self, look_up: LookUp, house: House, heads: Heads, open_now: set[Any]) -> None:
        """Take what looks pages up, what answers everything else, and who is being served."""
        self._look_up, self._house = look_up, house
        self._heads, self._open_now = heads, open_now
        self._relay: Relay | Held | None = None
        self._buffer = bytearray()
        self._is_over = self._is_ahead = self._is_full = False
        self._not_taken = 0
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
        if len(data) > SEVERAL and self._relay is None:
            self._read_in_turn(data)
        else:
            self._read(data)

    def eof_received(self) -> bool:
        """Close when a browser has nothing more to say, once it has its answer."""
        return self._relay is not None

    def pause_writing(self) -> None:
        """Have the house wait while the browser takes its time, or whatever it asks for next."""
        self._is_full = True
        if self._relay is not None:
            self._relay.pause()
        elif not self._is_over:
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        """Let the house go on, or what was sent ahead have its turn."""
        self._is_full = False
        if self._relay is not None:
            self._relay.resume()
        else:
            self._go_on()

    def tidy(self, now: float) -> None:
        """Hang up if nothing has come for too long, or nothing of what was sent has been taken."""
        if self._relay is not None:
            return
        not_taken = self._transport.get_write_buffer_size()
        if not_taken != self._not_taken:
            self._not_taken, self._since = not_taken, now
        elif not_taken:
            if now - self._since > IDLE_SECONDS:
                self._transport.abort()  # To close would be to wait for who takes nothing.
        elif now - self._since > (HEAD_SECONDS if self._head_size else IDLE_SECONDS):
            self.close()

    def is_busy(self) -> bool:
        """Say whether somebody is waiting for an answer here."""
        return self._relay is not None

    def close(self) -> None:
        """Hang up."""
        self._is_over = True
        self._transport.close()

    # What the parser calls.

    def on_message_begin(self) -> None:
        """See a request that was sent ahead: the one before is with the house, or not yet taken.

        It is left unread, and the connection closed after the answer: browsers send none, and
        whoever does sends it again (RFC 9112, section 9.3.2). So nobody who reads nothing has
        more kept here than what makes the browser's end full, and one page.
        """
        if self._relay is not None:
            self._is_ahead = True
        elif self._is_full:
            self._is_ahead = True
            self.close()

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
        """Wait for a small body; let the house begin to answer what has a large one."""
        given = self._given
        if self._is_ahead or self._parser.should_upgrade():
            return
        if b"transfer-encoding" in given:
            self._ask_house()
        elif b"content-length" in given:
            size = int(given[b"content-length"])
            if size > HELD_BYTES:
                self._ask_house()
            else:
                self._hold(size)

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

    def _read_in_turn(self, data: bytes) -> None:
        """Read one request after the other, for as long as the browser takes the answers."""
        start = 0
        while self._relay is None and (end := data.find(END_OF_HEAD, start) + 4) > 3:
            self._read(data[start:end])
            start = end
            if self._is_over:
                return
            if self._is_full:
                self._buffer += data[start:]
                return
        self._read(data[start:])

    def _read(self, data: bytes) -> None:
        self._head_size += len(data)
        rest: bytes | memoryview = data
        try:
            while rest:
                try:
                    self._parser.feed_data(rest)
                except httptools.HttpParserUpgrade as offer:
                    rest = memoryview(rest)[offer.args[0] :]
                    if not self._declines():
                        break
                else:
                    break
        except httptools.HttpParserError:
            self._refuse(HTTPStatus.BAD_REQUEST)
        if self._head_size > LONGEST_HEAD and self._relay is None and not self._is_over:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

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

    def _hold(self, size: int) -> None:
        if self._has_two_hosts():
            self._refuse(HTTPStatus.BAD_REQUEST)
            return
        self._say_go_on()
        self._relay = Held(size, then=self._ask_house_whole, late=self._is_late)

    def _is_late(self) -> None:
        self._relay = None
        self._refuse(HTTPStatus.REQUEST_TIMEOUT)

    def _say_go_on(self) -> None:
        if self._given.get(b"expect", b"").lower() == b"100-continue":
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _ask_house(self) -> None:
        if self._has_two_hosts():
            self._refuse(HTTPStatus.BAD_REQUEST)
            return
        self._say_go_on()
        self._relay = self._set_out(None)

    def _ask_house_whole(self, body: bytes) -> None:
        relay = self._relay = self._set_out(body)
        relay.end()

    def _set_out(self, body: bytes | None) -> Relay:
        return Relay(
            self._house,
            self._transport,
            method=self._parser.get_method(),
            url=self._url,
            headers=self._names,
            peer=self._peer,
            keep_alive=self._parser.should_keep_alive(),
            version=self._parser.get_http_version(),
            body=body,
            then=self._answered,
            instead=self._house_is_away,
        )

    def _answered(self, keep: bool) -> None:
        """Go on with what the browser sent in the meantime."""
        self._relay = None
        self._next(keep and not self._is_ahead)
        self._go_on()

    def _go_on(self) -> None:
        if self._is_over:
            return
        if self._is_full:
            self._transport.pause_reading()
            return
        # The relay may have had the browser wait while its house was being reached.
        self._transport.resume_reading()
        if self._buffer:
            data = bytes(self._buffer)
            self._buffer.clear()
            self._read_in_turn(data)

    def _house_is_away(self) -> None:
        """Answer as for a stranger, where there is a page; else say that it will be back."""
        relay, self._relay = self._relay, None
        asked = self._asked()
        answer = self._look_up(asked, alone=True) if asked is not None else None
        if answer is not None:
            self._write(answer)
            if self._is_ahead or relay is None or not relay.has_whole_request:
                self.close()  # What else comes belongs to nothing any more.
            else:
                self._go_on()
            return
        self._refuse(HTTPStatus.SERVICE_UNAVAILABLE)

    def _refuse(self, status: HTTPStatus) -> None:
        if self._is_over:
            return
        self._transport.write(refusal(status))
        self.close()
