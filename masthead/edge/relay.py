"""Relaying to the house: what the front cannot answer is streamed to Django and back.

A page is written once it is whole: if the house dies over it, its reader gets the page for that
and not half of this one; what is sent to it is whole, too, if it is small (`sending.py`). Nothing
bigger is kept, in neither direction, so that a recording of 200 MB takes no more memory than a
page. Heads are written anew and not copied, so that both ends read the same message; what belongs
to one connection (RFC 9110, section 7.6.1) stays on it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from http import HTTPStatus
from typing import Any

import httptools

from masthead.edge import asking
from masthead.edge.heads import status_line
from masthead.edge.sending import Flow

logger = logging.getLogger(__name__)

OF_ONE_CONNECTION = frozenset(
    {
        b"connection", b"keep-alive", b"proxy-connection", b"te", b"trailer",
        b"transfer-encoding", b"upgrade", b"expect",
    }
)  # fmt: skip

CLIENT = b"masthead-client"
"""The header in which the front tells the house who is there; nobody else can set it."""

FORWARDED = b"x-forwarded-for"

OF_THE_REQUEST = frozenset({b"content-length", b"host"})
"""Headers that are never of one connection, whatever a request says of them."""

LAST_CHUNK = b"0\r\n\r\n"

PAGE_BYTES = 256 * 1024
"""Up to this size, an answer waits until it is whole; a bigger one is streamed."""

MOST_IDLE = 32
SILENCE_SECONDS = 300
"""How long the house may say nothing, once it has all that was sent, before it is given up."""


class House:
    """Where Django listens, and the connections to it that wait to be used again."""

    def __init__(self, path: str, *, proxies: int = 0) -> None:
        """Take the path of its socket, and how many proxies of ours stand before the front."""
        self.path, self.proxies = path, proxies
        self._idle: deque[_Line] = deque()

    async def line(self) -> _Line:
        """Return a connection: one that waits, else a new one.

        Raises:
            OSError: nobody listens.
        """
        while self._idle:
            line = self._idle.pop()
            if not line.is_closed:
                return line
        loop = asyncio.get_running_loop()
        _transport, made = await loop.create_unix_connection(lambda: _Line(self), self.path)
        return made

    def take_back(self, line: _Line) -> None:
        """Keep a connection for the next request."""
        if line.is_closed or len(self._idle) >= MOST_IDLE:
            line.close()
        else:
            self._idle.append(line)

    def address(self, peer: str, forwarded: bytes) -> str:
        """Return where a request comes from, as far as it can be believed."""
        return asking.client(peer, forwarded.decode("latin-1"), self.proxies)


class _Line(asyncio.Protocol):
    """One connection to the house; it carries one request at a time."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.relay: Relay | None = None
        self.is_closed = False

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def connection_lost(self, error: Exception | None) -> None:
        self.is_closed = True
        if self.relay is not None:
            self.relay.line_lost()

    def data_received(self, data: bytes) -> None:
        if self.relay is None:
            self.close()  # It says something that nobody has asked.
        else:
            self.relay.hear(data)

    def pause_writing(self) -> None:
        if self.relay is not None:
            self.relay.hold()

    def resume_writing(self) -> None:
        if self.relay is not None and not self.relay.has_whole_request:
            self.relay.let_go()

    def close(self) -> None:
        self.is_closed = True
        self.transport.close()


class Relay:
    """One request on its way to the house, and its answer on the way back."""

    def __init__(
        self,
        house: House,
        client: Any,
        *,
        method: bytes,
        url: bytes,
        headers: Sequence[tuple[bytes, bytes]],
        peer: str,
        keep_alive: bool,
        version: str,
        body: bytes | None,
        then: Callable[[bool], None],
        instead: Callable[[], None],
    ) -> None:
        """Set out with the head of a request.

        Args:
            house: where to.
            client: the browser's transport.
            method: of the request.
            url: its target, as it was sent.
            headers: its headers, names in small letters.
            peer: where it came from.
            keep_alive: whether the browser's connection stays after the answer.
            version: HTTP's, of the browser.
            body: all of its body, if there is one and it is whole; else it is sent on as it comes.
            then: called once the whole answer is written, with whether the connection stays.
            instead: called if the house could not be reached, before anything was written.
        """
        self.client = client
        self.has_whole_request = False
        self._house, self._method, self._keep = house, method, keep_alive
        self._can_chunk = version == "1.1"
        self._then, self._instead = then, instead
        self._line: _Line | None = None
        self._is_over = self._has_begun = False
        self._waiting = [body] if body else []
        named = {name for name, _value in headers}
        self._chunks = b"transfer-encoding" in named
        flows = body is None and (self._chunks or b"content-length" in named)
        self._flow = Flow(client.abort) if flows else None
        self._parser = httptools.HttpResponseParser(self)
        self._status: list[tuple[bytes, bytes]] = []
        self._answer_chunks = False
        self._page: list[bytes] | None = None
        self._head = _head(method, url, headers, peer, chunked=self._chunks)
        # Only what can be asked twice is: the house may have begun to do what is lost on its way.
        self._may_try_again = method in (b"GET", b"HEAD") and not body
        loop = asyncio.get_running_loop()
        self._silence = loop.call_later(SILENCE_SECONDS, self._give_up)
        self._task = loop.create_task(self._set_out())

    async def _set_out(self) -> None:
        try:
            line = await self._house.line()
        except OSError:
            logger.warning("The house cannot be reached at %s.", self._house.path)
            self._fail()
            return
        if self._is_over:
            self._house.take_back(line)
            return
        self._line, line.relay = line, self
        line.transport.write(self._head + b"".join(self._waiting))
        self._waiting.clear()
        if not self.has_whole_request:
            self.let_go()

    def send(self, body: bytes) -> None:
        """Pass on a piece of the request's body."""
        self._may_try_again = False
        if self._flow is not None:
            self._flow.came(len(body))
        self._renew()
        piece = b"%x\r\n%b\r\n" % (len(body), body) if self._chunks else body
        if self._line is not None:
            self._line.transport.write(piece)
        else:
            self._waiting.append(piece)
            self.hold()

    def hold(self) -> None:
        """Have the browser wait with what it sends."""
        if self._flow is not None:
            self._flow.hold()
        self.client.pause_reading()

    def let_go(self) -> None:
        """Let it send on."""
        if self._flow is not None:
            self._flow.let_go()
        self.client.resume_reading()

    def end(self) -> None:
        """Say that the request is whole."""
        self.has_whole_request = True
        if self._flow is not None:
            self._flow.end()
        if not self._chunks:
            return
        if self._line is not None:
            self._line.transport.write(LAST_CHUNK)
        else:
            self._waiting.append(LAST_CHUNK)

    def hear(self, data: bytes) -> None:
        """Read on in the answer."""
        self._renew()
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            logger.exception("The house said what is no HTTP.")
            self._fail()

    def _renew(self) -> None:
        self._silence.cancel()
        self._silence = asyncio.get_running_loop().call_later(SILENCE_SECONDS, self._give_up)

    def pause(self) -> None:
        """Have the house wait."""
        if self._line is not None:
            self._line.transport.pause_reading()

    def resume(self) -> None:
        """Let it go on."""
        if self._line is not None:
            self._line.transport.resume_reading()

    def abandon(self) -> None:
        """Drop it all: the browser has gone."""
        self._over()
        if self._line is not None:
            self._line.relay = None
            self._line.close()

    def line_lost(self) -> None:
        """See what can be done when the house hangs up in the middle."""
        with suppress(httptools.HttpParserError):
            self._parser.feed_data(b"")
        if self._is_over:
            return
        if not self._has_begun and self._may_try_again:
            # A connection that waited may have been closed at the very moment it was used.
            self._may_try_again, self._line = False, None
            self._task = asyncio.get_running_loop().create_task(self._set_out())
            return
        self._fail()

    # What the parser calls.

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header of the answer."""
        self._status.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """Write the head of the answer; of what only says to go on, nothing."""
        status = self._parser.get_status_code()
        headers, self._status = self._status, []
        if status < HTTPStatus.OK:
            return
        self._has_begun = True
        kept = [(name, value) for name, value in headers if name not in OF_ONE_CONNECTION]
        has_size = any(name == b"content-length" for name, _value in kept)
        has_body = self._method != b"HEAD" and status not in (204, 304)
        if has_body and not has_size:
            self._answer_chunks = self._can_chunk
            if not self._can_chunk:
                self._keep = False
        lines = [status_line(status), *(b"%b: %b\r\n" % one for one in kept)]
        if self._answer_chunks:
            lines.append(b"transfer-encoding: chunked\r\n")
        if not self._keep:
            lines.append(b"connection: close\r\n")
        size = dict(kept).get(b"content-length", b"")
        if size.isdigit() and int(size) <= PAGE_BYTES:
            self._page = []
        self._write(b"".join([*lines, b"\r\n"]))
        if self._method == b"HEAD":
            # The parser waits for a body that does not come.
            self._finish()

    def on_body(self, body: bytes) -> None:
        """Write a piece of the answer."""
        self._write(b"%x\r\n%b\r\n" % (len(body), body) if self._answer_chunks else body)

    def on_message_complete(self) -> None:
        """Finish; unless that was only word to go on."""
        if self._parser.get_status_code() >= HTTPStatus.OK and not self._is_over:
            if self._answer_chunks:
                self._write(LAST_CHUNK)
            self._finish()

    def _write(self, data: bytes) -> None:
        if self._page is None:
            self.client.write(data)
        else:
            self._page.append(data)

    def _finish(self) -> None:
        if self._page:
            self.client.write(b"".join(self._page))
        line, keep = self._line, self._keep
        stays = self._parser.should_keep_alive() and self.has_whole_request
        self._over()
        if line is not None:
            line.relay = None
            if stays and self._method != b"HEAD":
                line.transport.resume_reading()
                self._house.take_back(line)
            else:
                line.close()
        if not self.has_whole_request:
            keep = False  # What is still being sent belongs to nothing any more.
        self._then(keep)

    def _fail(self) -> None:
        if self._is_over:
            return
        line = self._line
        self._over()
        if line is not None:
            line.relay = None
            line.close()
        if self._has_begun and self._page is None:
            self.client.abort()  # Half an answer must not look like a whole one.
        else:
            self._instead()

    def _give_up(self) -> None:
        logger.error("The house said nothing for %d seconds.", SILENCE_SECONDS)
        self._fail()

    def _over(self) -> None:
        self._is_over = True
        self._silence.cancel()
        if self._flow is not None:
            self._flow.end()


def _head(
    method: bytes, url: bytes, headers: Sequence[tuple[bytes, bytes]], peer: str, *, chunked: bool
) -> bytes:
    named = {
        one.strip().lower()
        for name, value in headers
        if name == b"connection"
        for one in value.split(b",")
    }
    # Without its length the house would read a body as the next request.
    left_out = OF_ONE_CONNECTION | (named - OF_THE_REQUEST) | {CLIENT, FORWARDED}
    lines = [b"%b %b HTTP/1.1\r\n" % (method, url)]
    lines += [
        b"%b: %b\r\n" % (name, value)
        for name, value in headers
        # In the house `_` and `-` are one (PEP 3333), so that it could pass for one of ours.
        if name not in left_out and b"_" not in name
    ]
    lines.append(b"%b: %b\r\n" % (CLIENT, peer.encode("latin-1", "replace")))
    # In one line, so that the house reads the same end of it as the front does.
    if forwarded := b", ".join(value for name, value in headers if name == FORWARDED):
        lines.append(b"%b: %b\r\n" % (FORWARDED, forwarded))
    if chunked:
        lines.append(b"transfer-encoding: chunked\r\n")
    return b"".join([*lines, b"\r\n"])
