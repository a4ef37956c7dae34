"""Whoever asks the front for much and reads little takes nothing from others."""

from __future__ import annotations

import socket
import time
from contextlib import suppress

import pytest

from masthead.edge import wire
from masthead.edge.front import Answer
from masthead.edge.heads import Heads
from masthead.edge.records import Record
from masthead.edge.relay import House
from masthead.edge.store import Pressed, PressedPage, Store
from tests.edge import houses
from tests.edge.houses import HOST, LEAD
from tests.edge.test_relay import house, most_memory

LONG = 60_000
MANY = 6_000


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wire")
    houses.fill(folder / "pages")
    store = Store(folder / "pages", writable=True)
    store.publish(
        PressedPage(
            Record(host=HOST, path=f"/{n}/", version=1, title="t", rules={"open": "whole"}),
            {"whole": Pressed(words(n), houses.HEADERS)},
        )
        for n in range(10)
    )
    store.close()
    with (
        house(folder / "house"),
        houses.served("wire", folder / "pages", str(folder / "house/house.sock")) as port,
    ):
        yield port


def words(number: int) -> bytes:
    return f"{number:05}".encode() * (LONG // 5)


def ask(path: str, end: str = "\r\n") -> bytes:
    return f"GET {path} HTTP/1.1{end}Host: {HOST}{end}{end}".encode()


def bodies(connection: socket.socket, count: int, pause: float = 0.0) -> list[bytes]:
    """Read so many answers, resting after each."""
    read = connection.makefile("rb")
    found = []
    for _each in range(count):
        size = 0
        while line := read.readline().strip():
            name, _colon, value = line.partition(b": ")
            size = int(value) if name.lower() == b"content-length" else size
        found.append(read.read(size))
        time.sleep(pause)
    return found


@pytest.mark.parametrize("end", ["\r\n", "\n"], ids=["as it should be", "sloppy"])
@pytest.mark.parametrize("at_once", [MANY, 80], ids=["all", "some"])
def test_who_asks_for_very_many_pages_and_reads_none_has_a_few_of_them_kept(
    port, end, at_once
) -> None:
    houses.get(port, "/1/")
    before = most_memory(port)
    greedy = []
    for _each in range(4):
        connection = socket.create_connection(("127.0.0.1", port), 10)
        greedy.append(connection)
        connection.settimeout(1)
        with suppress(TimeoutError, ConnectionError):
            for _burst in range(MANY // at_once):
                connection.sendall(ask("/1/", end) * at_once)
                time.sleep(0.0005)
    time.sleep(0.3)
    assert houses.get(port, "/closed/").body == LEAD.encode()
    assert most_memory(port) - before < 4 * 4_000
    for connection in greedy:
        connection.close()


def test_who_asks_ahead_and_reads_slowly_gets_all_of_it_in_order(port) -> None:
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        asked = [n % 10 for n in range(300)]
        connection.sendall(b"".join(ask(f"/{n}/") for n in asked))
        connection.shutdown(socket.SHUT_WR)
        time.sleep(0.3)
        assert bodies(connection, len(asked), 0.001) == [words(n) for n in asked]


def test_what_is_asked_while_a_long_answer_is_being_read_comes_after_it(port) -> None:
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(ask("/long/?200"))
        time.sleep(0.3)
        connection.sendall(b"".join(ask(f"/{n}/") for n in range(10)))
        time.sleep(0.3)
        heard = b""
        while heard.count(b"HTTP/1.1 200 OK") < 11 or not heard.endswith(words(9)):
            heard += connection.recv(65536)
        long, _end, pages = heard.partition(b"0\r\n\r\nHTTP/1.1 200 OK")
        assert len(long) > 200 * 65536
        places = [pages.index(words(n)) for n in range(10)]
        assert places == sorted(places)


class Transport:
    """A browser's end that takes nothing by itself."""

    def __init__(self) -> None:
        self.left, self.is_closed, self.is_gone = 0, False, False

    def get_extra_info(self, _name: str) -> tuple[str, int]:
        return "127.0.0.1", 1

    def write(self, data: bytes) -> None:
        self.left += len(data)

    def writelines(self, several: tuple[bytes, ...]) -> None:
        self.left += sum(map(len, several))

    def get_write_buffer_size(self) -> int:
        return self.left

    def close(self) -> None:
        self.is_closed = True

    def abort(self) -> None:
        self.is_gone = True


def test_who_takes_nothing_of_what_was_sent_is_hung_up_on_after_a_while() -> None:
    answer = Answer(200, [("content-length", "1000")], b"x" * 1000)
    transport = Transport()
    connection = wire.Connection(lambda *_, **__: answer, House("/nowhere"), Heads(), set())
    connection.connection_made(transport)
    connection.data_received(ask("/1/").replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    assert transport.is_closed
    began = time.monotonic()
    for later in range(5, 700, 5):
        # It takes a little now and then, and so is waited for.
        if later % 60 == 0:
            transport.left -= 1
        connection.tidy(began + later)
        assert not transport.is_gone
    connection.tidy(began + 660 + wire.IDLE_SECONDS + 1)
    assert transport.is_gone
