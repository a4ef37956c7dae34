"""Who sends slowly holds nothing of the house, and what flows is never cut."""

from __future__ import annotations

import hashlib
import socket
import time
from contextlib import suppress

import pytest

from tests.edge import houses
from tests.edge.houses import HOST, LEAD
from tests.edge.test_relay import house, raw

SIZE = 60_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sending")
    houses.fill(folder / "pages")
    with house(folder / "house"):
        yield folder


def served(folder, patched: str):
    return houses.served("wire", folder / "pages", str(folder / "house/house.sock"), patched)


def head(size: int, more: str = "") -> bytes:
    return (
        f"POST /digest/ HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {size}\r\n"
        f"{more}Connection: close\r\n\r\n"
    ).encode()


def heard(connection: socket.socket) -> bytes:
    said = b""
    with suppress(ConnectionError, TimeoutError):
        while piece := connection.recv(65536):
            said += piece
    return said


def test_an_upload_that_takes_long_arrives_as_long_as_it_flows(folder) -> None:
    piece = b"a" * SIZE
    with (
        served(folder, "relay.SILENCE_SECONDS = 0.3") as port,
        socket.create_connection(("127.0.0.1", port), 10) as connection,
    ):
        connection.sendall(head(6 * SIZE))
        for _each in range(6):
            time.sleep(0.1)
            connection.sendall(piece)
        said = heard(connection)
    assert said.startswith(b"HTTP/1.1 200")
    assert said.endswith(hashlib.sha256(piece * 6).hexdigest().encode())


def test_forms_that_are_sent_byte_by_byte_leave_the_house_to_others(folder) -> None:
    patched = (
        "from masthead.edge import sending; sending.HOLD_SECONDS = 4; sending.LEAST_SECONDS = 0.1"
    )
    with served(folder, patched) as port:
        began = time.monotonic()
        slow = [socket.create_connection(("127.0.0.1", port), 10) for _each in range(12)]
        for connection in slow:
            connection.sendall(head(100_000, "Expect: 100-continue\r\n") + b"a=1")
            assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        for n in range(8):
            for connection in slow:
                connection.sendall(b"x")
            # The house has four threads.
            assert houses.get(port, f"/told-not/?{n}").body == b"house\n"
            time.sleep(0.1)
        assert time.monotonic() - began < 4
        for connection in slow:
            assert heard(connection).startswith(b"HTTP/1.1 408")
            connection.close()
        assert time.monotonic() - began < 7


def test_a_form_that_comes_slowly_and_in_time_is_the_houses(folder) -> None:
    body = b"a=" + b"x" * 70_000
    with (
        served(folder, "") as port,
        socket.create_connection(("127.0.0.1", port), 10) as connection,
    ):
        sent = head(len(body)) + body
        for start in range(0, len(sent), 7_000):
            connection.sendall(sent[start : start + 7_000])
            time.sleep(0.02)
        said = heard(connection)
    assert said.endswith(b"\r\n\r\n70002 " + hashlib.sha256(body).hexdigest().encode())


@pytest.mark.parametrize(
    ("framed", "piece"),
    [
        ("Content-Length: 1000000", b"a" * 1000),
        ("Content-Length: 1000000", b""),
        ("Transfer-Encoding: chunked", b"3e8\r\n" + b"a" * 1000 + b"\r\n"),
    ],
)
def test_a_large_body_that_hardly_flows_is_hung_up_on(folder, framed, piece) -> None:
    patched = "from masthead.edge import sending; sending.LEAST_SECONDS = 0.5"
    with (
        served(folder, patched) as port,
        socket.create_connection(("127.0.0.1", port), 10) as connection,
    ):
        connection.sendall(f"POST /digest/ HTTP/1.1\r\nHost: {HOST}\r\n{framed}\r\n\r\n".encode())
        began = time.monotonic()
        with suppress(ConnectionError):
            while time.monotonic() - began < 5:
                connection.sendall(piece)
                time.sleep(0.1)
                connection.setblocking(False)
                with suppress(BlockingIOError):
                    if connection.recv(1) == b"":
                        break
                connection.setblocking(True)
        assert 0.4 < time.monotonic() - began < 2


@pytest.mark.parametrize("framed", ["Content-Length: 3\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n3\r\n"])  # fmt: skip
def test_what_is_sent_with_it_is_no_second_request_while_the_house_is_away(folder, framed) -> None:
    with (
        houses.served("wire", folder / "pages") as port,
        socket.create_connection(("127.0.0.1", port), 10) as connection,
    ):
        asked = f"GET /closed/ HTTP/1.1\r\nHost: {HOST}\r\nCookie: sessionid=a\r\n{framed}"
        connection.sendall(asked.encode())
        time.sleep(0.2)
        with suppress(ConnectionError):
            connection.sendall(b"abc\r\n0\r\n\r\n" if "chunked" in framed else b"abc")
            time.sleep(0.2)
        connection.settimeout(1)
        said = heard(connection)
    assert said.count(b"HTTP/1.1 ") == 1
    assert said.endswith(LEAD.encode())


def test_what_was_sent_ahead_is_left_unread_while_the_house_is_away(folder) -> None:
    with houses.served("wire", folder / "pages") as port:
        asked = f"GET /closed/ HTTP/1.1\r\nHost: {HOST}\r\nCookie: sessionid=a\r\n\r\n".encode()
        said = raw(port, asked + asked, 3)
    assert said.count(LEAD.encode()) == 1
    assert said.endswith(LEAD.encode())
