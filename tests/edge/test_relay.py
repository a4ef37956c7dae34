"""What the front cannot answer goes to the house and back: whole, streamed, and to nobody else."""

import hashlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.edge import houses
from tests.edge.houses import HOST, LEAD, TERM, cookie

HOUSE = """
import hashlib, json, time

def application(environ, start_response):
    path, read = environ["PATH_INFO"], environ["wsgi.input"].read
    if path == "/told/":
        told = {k: v for k, v in environ.items() if isinstance(v, str)}
        body = json.dumps(told).encode()
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body))),
                                  ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
        return [body]
    if path == "/digest/":
        digest, size = hashlib.sha256(), 0
        while piece := read(65536):
            digest.update(piece)
            size += len(piece)
        body = f"{size} {digest.hexdigest()}".encode()
        start_response("200 OK", [("Content-Length", str(len(body)))])
        return [body]
    if path == "/long/":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return (b"%04d" % (n % 10000) * 16384 for n in range(int(environ["QUERY_STRING"])))
    if path == "/slow/":
        time.sleep(float(environ["QUERY_STRING"]))
        start_response("200 OK", [("Content-Length", "4")])
        return [b"slow"]
    if path == "/dies/":
        import os
        os.kill(os.getpid(), 9)
    if path in ("/half/", "/half-a-page/"):
        def half():
            yield b"half " * 10000
            import os
            time.sleep(0.2)
            os.kill(os.getpid(), 9)
        size = "1000000" if path == "/half/" else "100000"
        start_response("200 OK", [("Content-Length", size)])
        return half()
    if path == "/nothing/":
        start_response("204 No Content", [])
        return []
    start_response("200 OK", [("Content-Length", "6")])
    return [b"house:"] if environ["REQUEST_METHOD"] == "HEAD" else [b"house\\n"]
"""


@contextmanager
def house(folder: Path):
    """Run a house at a socket, and give its process."""
    folder.mkdir(exist_ok=True)
    (folder / "a_house.py").write_text(HOUSE)
    at = folder / "house.sock"
    at.unlink(missing_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "granian", "--interface", "wsgi", "--uds", str(at), "--log-level",
         "critical", "--blocking-threads", "4", "--respawn-failed-workers", "a_house:application"],
        cwd=folder,
        start_new_session=True,
    )  # fmt: skip
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            with socket.socket(socket.AF_UNIX) as probe:
                probe.connect(str(at))
            break
        except OSError:
            time.sleep(0.05)
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("relay")
    houses.fill(made / "pages")
    return made


@pytest.fixture(scope="module")
def port(folder):
    with (
        house(folder / "house"),
        houses.served("wire", folder / "pages", str(folder / "house" / "house.sock")) as port,
    ):
        yield port


def most_memory(port: int) -> int:
    """Return the most kilobytes that the front ever had."""
    status = Path(f"/proc/{houses.LISTENING[port]}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line[:6] == "VmHWM:")


def raw(port: int, sent: bytes, seconds: float = 10) -> bytes:
    """Send bytes as they are, and return all that comes back until the front hangs up."""
    with socket.create_connection(("127.0.0.1", port), seconds) as connection:
        connection.sendall(sent)
        heard = b""
        try:
            while piece := connection.recv(65536):
                heard += piece
        except TimeoutError:
            heard += b" (still open)"
        return heard


def test_the_house_hears_what_was_asked_and_by_whom(port):
    got = houses.get(
        port, "/told/?a=1&a=2", Cookie="x=y", X_Forwarded_For="1.2.3.4", Masthead_Client="9.9.9.9",
        Connection="keep-alive, X-Only-Here", X_Only_Here="secret",
    )  # fmt: skip
    told = json.loads(got.body)
    assert (told["QUERY_STRING"], told["HTTP_COOKIE"], told["HTTP_HOST"]) == (
        "a=1&a=2",
        "x=y",
        HOST,
    )
    assert told["HTTP_MASTHEAD_CLIENT"] == "127.0.0.1"
    assert told["HTTP_X_FORWARDED_FOR"] == "1.2.3.4"
    assert "HTTP_X_ONLY_HERE" not in told
    assert got.headers["set-cookie"] == "a=1, b=2"


@pytest.mark.parametrize("first", ["", "Content-Length: 0\r\n"])
def test_nobody_says_by_other_spellings_where_they_come_from(port, first):
    # The house makes `_` of `-`, and of two of a name it takes one.
    sent = (
        f"GET /told/ HTTP/1.1\r\nHost: {HOST}\r\n{first}Connection: close\r\n"
        "Masthead_Client: 10.1.2.3\r\nmasthead-client: 10.1.2.3\r\n"
        "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 1.2.3.4\r\n"
        "X_Forwarded_For: 10.1.2.3\r\nX_FORWARDED-FOR: 10.1.2.3\r\n\r\n"
    )
    heard = raw(port, sent.encode())
    told = json.loads(heard.partition(b"\r\n\r\n")[2])
    assert told["HTTP_MASTHEAD_CLIENT"] == "127.0.0.1"
    assert told["HTTP_X_FORWARDED_FOR"] == "6.6.6.6, 1.2.3.4"


@pytest.mark.parametrize("named", ["content-length", "Content-Length, host", "transfer-encoding"])
def test_a_body_stays_a_body_whatever_is_said_of_the_connection(port, named):
    hidden = f"GET /told/?hidden HTTP/1.1\r\nHost: {HOST}\r\nMasthead-Client: 10.1.2.3\r\n\r\n"
    sent = (
        f"POST /digest/ HTTP/1.1\r\nHost: {HOST}\r\nConnection: close, {named}\r\n"
        f"Content-Length: {len(hidden)}\r\n\r\n{hidden}"
    )
    ask = f"GET /told/?mine HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n"
    for _each in range(3):
        heard = raw(port, sent.encode())
        assert f"{len(hidden)} ".encode() in heard
        told = json.loads(raw(port, ask.encode()).partition(b"\r\n\r\n")[2])
        assert told["QUERY_STRING"] == "mine"
        assert told["HTTP_MASTHEAD_CLIENT"] == "127.0.0.1"


@pytest.mark.parametrize("size", [0, 10, 3_000_000])
def test_what_is_sent_arrives_whole(port, size):
    import hashlib

    body = os.urandom(size)
    got = houses.get(port, "/digest/", "POST", body)
    assert got.body.decode() == f"{size} {hashlib.sha256(body).hexdigest()}"
    pieces = (body[n : n + 70_000] for n in range(0, size, 70_000))
    got = houses.get(port, "/digest/", "POST", pieces)
    assert got.body.decode() == f"{size} {hashlib.sha256(body).hexdigest()}"


def test_a_large_upload_takes_no_memory(port):
    houses.get(port, "/digest/", "POST", b"x")
    before = most_memory(port)
    piece = b"y" * 1_000_000
    got = houses.get(port, "/digest/", "POST", (piece for _ in range(200)))
    assert got.body.startswith(b"200000000 ")
    assert most_memory(port) - before < 20_000


def test_a_large_answer_takes_no_memory_though_its_reader_is_slow(port):
    houses.get(port, "/long/?1")
    before = most_memory(port)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", "/long/?3000", headers={"Host": HOST})
    answer = connection.getresponse()
    time.sleep(1)
    assert most_memory(port) - before < 20_000
    size = 0
    while piece := answer.read(1_000_000):
        size += len(piece)
    assert size == 3000 * 65536
    connection.close()


def test_one_connection_carries_pages_and_answers_of_the_house_in_turn(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    for _ in range(3):
        for path, body in (("/closed/", LEAD), ("/told-not/", "house\n"), ("/nothing/", "")):
            connection.request("GET", path, headers={"Host": HOST})
            assert connection.getresponse().read().decode() == body
        connection.request("HEAD", "/told-not/", headers={"Host": HOST})
        answer = connection.getresponse()
        assert (answer.getheader("content-length"), answer.read()) == ("6", b"")
    connection.close()


def test_a_connection_goes_on_after_a_form_was_sent(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    for _ in range(5):
        connection.request("POST", "/digest/", b"a=1", headers={"Host": HOST})
        assert connection.getresponse().read().startswith(b"3 ")
        connection.request("GET", "/told-not/", headers={"Host": HOST})
        assert connection.getresponse().read() == b"house\n"
        connection.request(
            "POST", "/digest/", (b"x" * 9 for _n in range(3)), headers={"Host": HOST}
        )
        assert connection.getresponse().read().startswith(b"27 ")
        connection.request("GET", "/closed/", headers={"Host": HOST})
        assert connection.getresponse().read().decode() == LEAD
    connection.close()


def test_pages_are_read_while_the_house_is_slow(port):
    slow = [threading.Thread(target=houses.get, args=(port, "/slow/?1")) for _ in range(16)]
    for one in slow:
        one.start()
    time.sleep(0.2)
    began = time.monotonic()
    assert houses.get(port, "/closed/", Cookie=cookie(TERM)).status == 200
    # Four threads answer sixteen requests of a second: whoever waited for them would wait longer.
    assert time.monotonic() - began < 2
    for one in slow:
        one.join()


def test_requests_sent_ahead_are_answered_in_order_or_not_at_all(port):
    first = f"GET /slow/?0.2 HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()
    second = f"GET /closed/ HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode()
    heard = raw(port, first + second)
    assert heard.count(b"HTTP/1.1 200") == 1
    assert heard.endswith(b"slow")
    both = raw(port, second.replace(b"Connection: close\r\n", b"") + second)
    assert both.count(b"HTTP/1.1 200 OK") == 2


def test_what_could_be_read_in_two_ways_is_refused(port):
    for head in (
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcde",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n bad: folded\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n",
        "nonsense\r\n\r\n",
        "GET http://[::1 HTTP/1.1 x\r\n\r\n",
    ):
        heard = raw(port, head.encode())
        assert heard.startswith(b"HTTP/1.1 400"), (head, heard[:80])
        assert heard.count(b"HTTP/1.1") == 1


H2C = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
WEBSOCKET = (
    "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)


@pytest.mark.parametrize("offer", [H2C, WEBSOCKET], ids=["h2c", "websocket"])
def test_who_offers_another_protocol_is_answered_in_this_one(port, offer):
    offered, last = f"Host: {HOST}\r\n{offer}", f"GET /last/ HTTP/1.1\r\nHost: {HOST}\r\n"
    last += "Connection: close\r\n\r\n"
    asks = f"GET /closed/ HTTP/1.1\r\n{offered}\r\n"
    page = raw(port, f"{asks}{asks}{last}".encode())
    assert page.count(b"HTTP/1.1 200 OK") == page.count(b"HTTP/1.1") == 3
    assert page.count(LEAD.encode()) == 2
    assert page.endswith(b"house\n")
    told = raw(port, f"GET /told/ HTTP/1.1\r\n{offered}\r\n".encode(), seconds=2)
    assert told.startswith(b"HTTP/1.1 200 OK")
    assert told.count(b"HTTP/1.1 ") == 1
    assert b"HTTP_UPGRADE" not in told
    # What is sent ahead of an answer of the house is left unread, as always.
    ahead = raw(port, f"GET /slow/?0.2 HTTP/1.1\r\n{offered}\r\n{last}".encode())
    assert ahead.endswith(b"slow")
    behind = f"GET /slow/?0.2 HTTP/1.1\r\nHost: {HOST}\r\n\r\nGET / HTTP/1.1\r\n{offered}\r\n"
    assert raw(port, behind.encode()).endswith(b"slow")


@pytest.mark.parametrize("pieces", [1, 3, 1000])
@pytest.mark.parametrize(
    ("framed", "body"),
    [
        ("Content-Length: 41", "GET /told/ HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\nabc"),
        ("Transfer-Encoding: chunked", "29\r\nGET /told/ HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\nabc\r\n0\r\n\r\n"),
    ],
    ids=["of a size", "in chunks"],
)  # fmt: skip
def test_what_is_sent_with_an_offer_of_another_protocol_is_a_body_and_no_request(
    port, framed, body, pieces
):
    sent = f"POST /digest/ HTTP/1.1\r\nHost: {HOST}\r\n{H2C}{framed}\r\n\r\n{body}".encode()
    step = max(1, len(sent) // pieces)
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for start in range(0, len(sent), step):
            connection.sendall(sent[start : start + step])
            time.sleep(0.001)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        words = body if framed[0] == "C" else body[4:-7]
        digest = hashlib.sha256(words.encode()).hexdigest()
        assert answer.read().decode() == f"{len(words)} {digest}"
        connection.sendall(f"GET /closed/ HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
        page = http.client.HTTPResponse(connection)
        page.begin()
        assert page.read().decode() == LEAD


def test_an_offer_of_another_protocol_makes_nothing_pass_that_is_refused_without(port):
    for head in (
        f"POST / HTTP/1.1\r\nHost: a\r\n{H2C}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        f"POST / HTTP/1.1\r\nHost: a\r\n{H2C}Transfer-Encoding: xchunked\r\n\r\n",
        f"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n{H2C}\r\n",
        f"CONNECT a:25 HTTP/1.1\r\nHost: {HOST}\r\n\r\nEHLO",
        f"CONNECT a:25 HTTP/1.1\r\nHost: {HOST}\r\n{H2C}Content-Length: 4\r\n\r\nEHLO",
    ):
        heard = raw(port, head.encode())
        assert heard.startswith(b"HTTP/1.1 400"), (head, heard[:80])
        assert heard.count(b"HTTP/1.1") == 1


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_curl_that_would_rather_speak_http_2_gets_pages_and_sends_forms(port):
    def curl(path: str, *more: str) -> bytes:
        asked = ["curl", "-sS", "--http2", "-m", "10", "-H", f"Host: {HOST}", *more]
        return subprocess.check_output([*asked, f"http://127.0.0.1:{port}{path}"])

    assert curl("/closed/") == LEAD.encode()
    assert curl("/told-not/") == b"house\n"
    assert curl("/digest/", "-d", "a=1").startswith(b"3 ")


def test_a_head_without_end_is_refused(port):
    heard = raw(port, b"GET / HTTP/1.1\r\n" + b"x-long: " + b"a" * 100_000)
    assert heard.startswith(b"HTTP/1.1 431")


def test_who_asks_before_sending_is_told_to_go_on(port):
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(
            f"POST /digest/ HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 3\r\n"
            "Expect: 100-continue\r\nConnection: close\r\n\r\n".encode()
        )
        assert connection.recv(100).startswith(b"HTTP/1.1 100")
        connection.sendall(b"abc")
        heard = b""
        while piece := connection.recv(65536):
            heard += piece
        assert b"\r\n\r\n3 ba7816bf" in heard


def test_an_old_browser_gets_an_answer_it_can_read(port):
    heard = raw(port, f"GET /long/?2 HTTP/1.0\r\nHost: {HOST}\r\n\r\n".encode())
    head, _blank, body = heard.partition(b"\r\n\r\n")
    assert b"chunked" not in head.lower()
    assert len(body) == 2 * 65536


def test_half_an_answer_does_not_look_whole(port):
    with suppress(http.client.IncompleteRead, ConnectionError):
        # A house that died before its first half was out has not answered at all.
        assert houses.get(port, "/half/").status == 503


def test_who_asked_for_a_page_that_the_house_died_over_is_told_to_come_again(port):
    answer = houses.get(port, "/half-a-page/")
    assert (answer.status, answer.headers["retry-after"]) == (503, "10")


def test_readers_keep_the_last_edition_while_the_house_is_down(folder):
    where = folder / "another"
    with houses.served("wire", folder / "pages", str(where / "house.sock")) as port:
        assert houses.get(port, "/nowhere/").status == 503
        assert houses.get(port, "/closed/", Cookie="sessionid=a").body.decode() == LEAD
        with house(where) as process:
            assert houses.get(port, "/nowhere/").status == 200
            got = houses.get(port, "/closed/", Cookie="sessionid=a")
            assert got.body == b"house\n"
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            assert houses.get(port, "/closed/", Cookie="sessionid=a").body.decode() == LEAD
        away = houses.get(port, "/nowhere/")
        assert (away.status, away.headers["retry-after"]) == (503, "10")
        with house(where):
            assert houses.get(port, "/nowhere/").status == 200


def test_who_is_being_answered_is_seen_out_before_the_front_goes(folder):
    with house(folder / "third"):
        with houses.served("wire", folder / "pages", str(folder / "third/house.sock")) as port:
            got = []
            slow = threading.Thread(target=lambda: got.append(houses.get(port, "/slow/?1")))
            slow.start()
            time.sleep(0.3)
        slow.join()
    assert got[0].body == b"slow"
