"""A store with a few pages, readers with passes, and each server that the front runs on."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path

from masthead.edge.front import Front
from masthead.edge.locks import Key, Lock
from masthead.edge.passes import Keyring, Pass
from masthead.edge.records import Record
from masthead.edge.store import Pressed, PressedPage, Store

SECRET = b"a secret of thirty-two bytes, ok"
HOST = "lantern.example"
TITLE = "title-1"
HEADERS = (("content-type", "text/html; charset=utf-8"), ("cache-control", "private, no-cache"))

LEAD, WHOLE, QUIET, OPEN, LISTED, LISTED_QUIET = (
    f"<html><p>{word} " + f"{word} words and more words. " * 60
    for word in ("Lead", "Whole", "Quiet", "Open", "Listed", "Listedquiet")
)
GUEST = WHOLE + "guest"

RULES = {"closed": "lead", "term": "whole", "staff": "whole", "gift": "guest", "open": "whole"}


def article(path: str, access: str, key: str, *, issue: int | None = 3, **more) -> PressedPage:
    """Return a closed page in all its variants."""
    lock = Lock(
        TITLE, access, key, issue, more.pop("not_before", None), more.pop("not_after", None)
    )
    variants = {
        "lead": Pressed(LEAD.encode(), HEADERS),
        "whole": Pressed(WHOLE.encode(), HEADERS, is_gated=True),
        "whole-quiet": Pressed(QUIET.encode(), HEADERS, is_gated=True),
        "guest": Pressed(GUEST.encode(), HEADERS, is_gated=True),
    }
    record = Record(host=HOST, path=path, version=1, lock=lock, title=TITLE, rules=RULES, **more)
    return PressedPage(record, variants)


def pages() -> list[PressedPage]:
    """Return one of each kind of page."""
    of_all = {"open": "whole"}
    return [
        article("/closed/", "subscribers", "a1"),
        article("/metered/", "metered", "a2"),
        article("/stale/", "subscribers", "a3", stale_at=100),
        article("/turns/", "subscribers", "a4", not_after=100),
        article("/geschichte-über/", "subscribers", "a5"),
        PressedPage(
            Record(host=HOST, path="/open/", version=1, title=TITLE, rules=of_all),
            {"whole": Pressed(OPEN.encode(), HEADERS)},
        ),
        PressedPage(
            Record(host=HOST, path="/listed/", version=1, title=TITLE, rules=of_all),
            {
                "whole": Pressed(LISTED.encode(), HEADERS),
                "whole-quiet": Pressed(LISTED_QUIET.encode(), HEADERS),
            },
        ),
    ]


def fill(folder: Path) -> None:
    """Put the pages into a store at a folder."""
    store = Store(folder, writable=True)
    store.publish(pages(), gone=[(HOST, "/gone/", 1)])
    store.end_session("ended", 2**40)
    store.close()


KEYRING = Keyring([SECRET])
ALL = frozenset({"subscribers", "metered", "registered"})
TERM = Key("term", TITLE, ALL)
QUIET_TERM = Key("term", TITLE, ALL, without_ads=True)
GIFT = Key("gift", TITLE, ALL, article="a1")
SIGNED_UP = Key("signed-up", "*", frozenset({"registered"}))
LATER = 2**40


def cookie(*keys: Key, expires: int = LATER, session: str = "") -> str:
    """Return the cookie of a reader with these keys."""
    return f"theme=dark; pass={KEYRING.sign(Pass(keys, expires, session))}"


def front() -> Front:
    """Return the front of this house."""
    return Front(KEYRING, "pass", ("sessionid", "ticket"))


SERVED = """
import sys, time, pathlib
sys.path.insert(0, {here!r})
import houses
from masthead.edge import relay, rsgi, server, wsgi
{patched}
look_up = server.reader(houses.front(), pathlib.Path({folder!r}))

def house(environ, start_response):
    body = ("the house: " + environ["PATH_INFO"]).encode()
    start_response("404 Not Found", [("content-type", "text/plain"), ("content-length", str(len(body)))])
    return [body]

async def house_by_rsgi(scope, protocol):
    protocol.response_str(404, [("content-type", "text/plain")], "the house: " + scope.path)

by_wsgi = wsgi.around(house, look_up)
by_rsgi = rsgi.Application(house_by_rsgi, look_up)

if __name__ == "__main__":
    server.serve(
        houses.front(), pathlib.Path({folder!r}), server.House({socket!r}),
        server.socket_at("127.0.0.1", int(sys.argv[1])),
    )
"""


def free_port() -> int:
    """Return a port that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


LISTENING: dict[int, int] = {}
"""Which process listens at a port."""


@contextmanager
def served(how: str, folder: Path, house_socket: str = "/nowhere", patched: str = ""):
    """Run the front on a server, other times set there if need be, and give its port."""
    work = folder.parent / f"served-{how}"
    work.mkdir(exist_ok=True)
    here = str(Path(__file__).parent)
    (work / "served.py").write_text(
        SERVED.format(here=here, folder=str(folder), socket=house_socket, patched=patched)
    )
    port = free_port()
    granian = [sys.executable, "-m", "granian", "--host", "127.0.0.1", "--port", str(port)]
    command = {
        "wire": [sys.executable, "served.py", str(port)],
        "wsgi": [*granian, "--interface", "wsgi", "--log-level", "warning", "served:by_wsgi"],
        "rsgi": [*granian, "--interface", "rsgi", "--log-level", "warning", "served:by_rsgi"],
    }[how]
    root = str(Path(__file__).parents[2])
    process = subprocess.Popen(
        command, cwd=work, env={**os.environ, "PYTHONPATH": root}, start_new_session=True
    )
    try:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        LISTENING[port] = process.pid
        yield port
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Got:
    """An answer: its status, headers by name in small letters, and body."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers: dict[str, str] = {}
        for name, value in response.getheaders():
            before = self.headers.get(name.lower())
            self.headers[name.lower()] = value if before is None else f"{before}, {value}"
        self.body = response.read()


def get(port: int, path: str, method: str = "GET", body=None, **headers: str) -> Got:
    """Ask a server for something."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        connection.request(method, path, body=body, headers={"Host": HOST, **named})
        with closing(connection.getresponse()) as response:
            return Got(response)
