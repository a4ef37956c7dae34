"""nginx with the exported pages answers as the front does, and asks the house where it does."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from masthead.edge import passes
from masthead.edge.export import Export
from masthead.edge.front import Asked
from masthead.edge.passes import Pass
from masthead.edge.store import Store
from tests.edge import front_vectors, houses, nginxes
from tests.edge.front_vectors import HOST, VECTORS, Etags
from tests.edge.test_front import keys


class Served:
    """A store, its export, nginx that serves it, and a house."""

    def __init__(self, folder: Path, port: int, house: nginxes.House, export: Export) -> None:
        self.folder, self.port, self.house, self.export = folder, port, house, export
        self.pages, self.files = folder / "pages", folder / "export"
        self.etags = Etags(self.pages)

    def publish(self, *, at: float | None = None, is_watched: bool = False) -> None:
        """Have the export say what the store says."""
        store = Store(self.pages)
        self.export.publish(store, time.time() if at is None else at, is_watched=is_watched)
        store.close()

    def get(self, path: str, **more: Any) -> houses.Got:
        return nginxes.get(self.port, path, more.pop("host", HOST), **more)

    def ask(self, case: dict[str, Any]) -> houses.Got:
        more = {name: case[name] for name in ("method", "host", "address") if name in case}
        return self.get(case["path"], headers=front_vectors.headers(case, self.etags), **more)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    nginxes.need()
    folder = tmp_path_factory.mktemp("nginx")
    front_vectors.fill(folder / "pages")
    house = nginxes.House()
    house.open()
    export = Export(folder / "export", front_vectors.front(), house=house.address)
    store = Store(folder / "pages")
    export.publish(store, time.time())
    store.close()
    with nginxes.served(folder / "export", folder / "nginx") as port:
        yield Served(folder, port, house, export)
    house.close()
    export.close()


@pytest.mark.parametrize("orders", ["", *VECTORS["orders"]])
def test_nginx_answers_as_the_vectors_say(served: Served, orders: str) -> None:
    front_vectors.order(served.pages, orders)
    served.publish()
    asked = front_vectors.cases(orders, alone=False)
    assert asked
    for case in asked:
        got = served.ask(case)
        if "house" in case["answer"]:
            assert "x-house" in got.headers, case["name"]
        else:
            assert "x-house" not in got.headers, case["name"]
            front_vectors.check(case, served.etags, got.status, got.headers, got.body)
    front_vectors.order(served.pages, "")
    served.publish()


def test_nginx_answers_while_the_house_is_away(served: Served) -> None:
    served.house.close()
    try:
        for case in front_vectors.cases("", alone=True):
            got = served.ask(case)
            if "house" in case["answer"]:
                assert got.status == 503, case["name"]
                assert (b"Back in a moment" in got.body) == (case.get("method") != "HEAD")
            else:
                front_vectors.check(case, served.etags, got.status, got.headers, got.body)
    finally:
        served.house.open()
    assert "x-house" in served.get("/nowhere/").headers


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(keys, max_size=4),
    st.sampled_from([page["path"] for page in VECTORS["pages"]]),
    st.sampled_from(["", "sessionid=abc; ", "ticket=x; "]),
    st.sampled_from([1000, 2**40]),
    st.sampled_from(["", "br;q=0.3,gzip;q=0.2", "gzip,*;q=0.7", "identity;q=0.5,br;q=0.5"]),
)
def test_nginx_and_the_front_agree_about_any_pass(
    served: Served, given_keys, path, others, expires, accepted
) -> None:
    front = front_vectors.front()
    title = VECTORS["title"]
    held = [
        type(key)(
            key.rule, title if key.title == "title-1" else key.title, key.classes, key.issues,
            key.article, key.until and (1000 if key.until <= 1_000_000 else 2**40), key.without_ads,
        )
        for key in given_keys
    ]  # fmt: skip
    cookie = f"{others}pass={front.keyring.sign(Pass(tuple(held), expires))}"
    store = Store(served.pages)
    with store.view() as view:
        asked = Asked("GET", HOST, path, cookie=cookie, accept_encoding=accepted or None)
        said = front.look_up(asked, view, time.time())
    store.close()
    sent = {"Cookie": cookie} | ({"Accept-Encoding": accepted} if accepted else {})
    got = served.get(quote(path), headers=sent)
    if said is None:
        assert "x-house" in got.headers
        return
    assert (got.status, got.body) == (said.status, said.body)
    names = ("etag", "vary", "cache-control", "content-encoding", "content-length")
    expected = dict(said.headers)
    assert [got.headers.get(name) for name in names] == [expected.get(name) for name in names]


def test_no_address_leads_to_the_files_of_an_export(served: Served) -> None:
    gated = [file for file in (served.files / "bytes" / "gated").rglob("*") if file.is_file()]
    assert gated
    secrets = (served.files / "house.json").read_bytes()
    for file in [*gated, served.files / "house.json", served.files / "told.json"]:
        inside = file.relative_to(served.files).as_posix()
        for path in (
            inside, f"now/{inside}", f"now/../{inside}", f"..%2f{inside}", f"@kept/{inside}",
            inside.removeprefix("bytes/"), str(file).lstrip("/"), f"{inside}?utm_source=a",
        ):  # fmt: skip
            got = served.get(f"/{path}")
            assert got.status in (400, 404)
            assert got.body not in (file.read_bytes(), secrets)
            assert got.status == 400 or b"the house:" in got.body


def test_what_is_sent_passes_to_the_house_whole(served: Served) -> None:
    sent = b"x" * 3_000_000
    got = served.get("/closed/", method="POST", body=sent, headers={"X-Forwarded-For": "10.9.9.9"})
    assert got.body == b"the house: POST /closed/ 3000000"
    assert served.get("/open/", body=sent).body == b"the house: GET /open/ 3000000"
    # Who is there is told last; what stands before was sent by the stranger.
    assert got.headers["x-house"] == "10.9.9.9, 127.0.0.1"


def test_conditions_for_writing_are_the_houses(served: Served) -> None:
    for name in ("If-Match", "If-Unmodified-Since"):
        got = served.get("/open/", headers={name: '"x"'})
        assert b"the house:" in got.body


def test_bytes_that_are_not_as_the_index_says_are_the_houses(served: Served) -> None:
    record = next(one for one in _records(served.pages) if one.path == "/small/")
    digest = record.variants["whole"].digest
    file = served.files / "bytes" / "open" / digest[:2] / digest[2:]
    words = file.read_bytes()
    assert served.get("/small/").body == words
    try:
        file.write_bytes(words[:-1])
        assert b"the house:" in served.get("/small/").body
        file.unlink()
        assert b"the house:" in served.get("/small/").body
    finally:
        file.write_bytes(words)


def test_the_date_of_a_file_is_never_a_validator(served: Served) -> None:
    """Lead and whole are written in the same second: the same date is two pages."""
    for file in (served.files / "bytes").rglob("*"):
        if file.is_file():
            os.utime(file, (1_000_000, 1_000_000))
    for cookie in ({}, {"Cookie": f"pass={VECTORS['passes']['subscriber']}"}):
        given = cookie | {"If-Modified-Since": "Mon, 12 Jan 1970 13:46:40 GMT"}
        got = served.get("/closed/", headers=given)
        assert got.status == 200
        assert "last-modified" not in got.headers


def test_a_new_edition_and_an_ended_session_count_from_the_next_request(served: Served) -> None:
    cookie = {"Cookie": f"pass={VECTORS['passes']['of a session']}"}
    assert b"whole" in served.get("/closed/", headers=cookie).body
    store = Store(served.pages, writable=True)
    store.end_session("00112233445566778899aabbccddeeff", 2**40)
    store.hold_back([(HOST, "/open/")])
    store.close()
    served.publish()
    assert b"whole" not in served.get("/closed/", headers=cookie).body
    assert b"the house:" in served.get("/open/").body
    store = Store(served.pages, writable=True)
    assert store.forget_sessions(2**41) == 3
    store.close()
    served.publish()
    assert b"whole" in served.get("/closed/", headers=cookie).body


def test_a_reader_with_very_many_keys_gets_what_the_house_says(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    longest = "a" * passes.LONGEST
    said = [
        ("Set-Cookie", f"pass={longest}; expires=Thu, 01 Jan 2099 00:00:00 GMT; HttpOnly; Path=/"),
        ("Set-Cookie", f"sessionid={'b' * 32}; HttpOnly; Path=/; SameSite=Lax; Secure"),
        ("Content-Security-Policy", "default-src 'self'; " + "img-src 'self' data: blob:; " * 20),
        ("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"),
        ("Referrer-Policy", "same-origin"),
    ]
    monkeypatch.setattr(nginxes.House, "headers", said)
    cookie = {"Cookie": f"sessionid=abc; pass={longest}"}
    got = served.get("/closed/", headers=cookie)
    assert b"the house:" in got.body
    assert got.headers["set-cookie"].startswith(f"pass={longest};")


def test_an_export_that_nobody_looks_after_is_believed_no_more(served: Served) -> None:
    cookie = {"Cookie": f"pass={VECTORS['passes']['subscriber']}"}
    served.publish(is_watched=True)
    assert b"lead" in served.get("/closed/").body
    served.publish(at=time.time() - 61, is_watched=True)
    assert b"lead" in served.get("/closed/").body
    served.export._told_at = 0.0
    served.publish(at=time.time() - 61, is_watched=True)
    assert b"the house:" in served.get("/closed/").body
    served.house.close()
    try:
        # Whoever may have lost it since would still read the whole of it.
        assert b"lead" in served.get("/closed/").body
        assert served.get("/closed/", headers=cookie).status == 503
        served.publish(is_watched=True)
        assert b"whole" in served.get("/closed/", headers=cookie).body
    finally:
        served.house.open()
    served.publish(is_watched=True)
    assert b"lead" in served.get("/closed/").body


def _records(pages: Path) -> list[Any]:
    store = Store(pages)
    found = list(store.records())
    store.close()
    return found
