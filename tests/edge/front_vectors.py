"""The vectors of the front, read: a store that holds their pages, and what each answer has to be."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import brotli

from masthead.edge.front import Front
from masthead.edge.locks import Lock
from masthead.edge.passes import Keyring
from masthead.edge.records import Record
from masthead.edge.store import Orders, Pressed, PressedPage, Store

FILE = Path(__file__).with_name("front-vectors.json")
VECTORS: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
HOST: str = VECTORS["host"]
HEADERS = tuple((name, value) for name, value in VECTORS["headers"])


def front() -> Front:
    """Return the front that the vectors are of."""
    secrets = [bytes.fromhex(one) for one in VECTORS["secrets"]]
    return Front(Keyring(secrets), VECTORS["pass_cookie"], tuple(VECTORS["asks"]))


def cases(orders: str, *, alone: bool | None = None) -> list[dict[str, Any]]:
    """Return the cases under some orders; with the house there or away, or both."""
    return [
        case
        for case in VECTORS["cases"]
        if case.get("orders", "") == orders and alone in (None, case.get("alone", False))
    ]


def words(page: dict[str, Any], variant: str) -> bytes:
    """Return what a variant says."""
    return str(page.get("words", f"{page['path']} {variant}. " * 60)).encode()


def fill(folder: Path) -> None:
    """Put the pages of the vectors into a store at a folder."""
    store = Store(folder, writable=True)
    store.publish(map(_page, VECTORS["pages"]), gone=[(HOST, path, 1) for path in VECTORS["gone"]])
    for session in VECTORS["ended"]:
        store.end_session(session, 2**40)
    store.close()


def order(folder: Path, named: str) -> None:
    """Tell the store one of the orders of the vectors, or that there are none."""
    store = Store(folder, writable=True)
    given = VECTORS["orders"].get(named, {})
    orders = Orders(given.get("leads_only", False), tuple(given.get("networks", ())))
    store.order(lambda _told: orders)
    store.close()


def headers(case: dict[str, Any], etags: Etags) -> dict[str, str]:
    """Return the headers of a request, with passes and validators in their places."""
    given = {name: etags.fill(value, case) for name, value in case.get("headers", {}).items()}
    cookies = case.get("cookies", "")
    if "pass" in case:
        cookies = f"{VECTORS['pass_cookie']}={VECTORS['passes'][case['pass']]}"
    for name, text in VECTORS["passes"].items():
        cookies = cookies.replace(f"{{{name}}}", text)
    return given | ({"Cookie": cookies} if cookies else {})


class Etags:
    """The validators of the pages in a store."""

    def __init__(self, folder: Path) -> None:
        """Read them."""
        store = Store(folder)
        self._digests = {
            (record.path, name): variant.digest
            for record in store.records()
            for name, variant in record.variants.items()
        }
        store.close()

    def of(self, path: str, variant: str, coding: str) -> str:
        """Return one."""
        return f'"{self._digests[path, variant]}-{coding or "id"}"'

    def fill(self, value: str, case: dict[str, Any]) -> str:
        """Return a header with validators in the places that name them."""
        answer, path = case["answer"], case["path"]
        if "house" in answer:
            return value
        variant, coding = answer["variant"], answer.get("coding", "")
        named = {
            "{etag}": (variant, coding), "{etag in br}": (variant, "br"),
            "{etag of whole}": ("whole", ""), "{etag of lead}": ("lead", ""),
        }  # fmt: skip
        for name, one in named.items():
            if name in value:
                value = value.replace(name, self.of(path, *one))
        return value


def check(
    case: dict[str, Any], etags: Etags, status: int, got: dict[str, str], body: bytes
) -> None:
    """See that an answer is what the vector says; ``got`` are its headers, names in small letters."""
    answer, told = case["answer"], case["name"]
    page = next(one for one in VECTORS["pages"] if one["path"] == _path(case))
    whole, coding = words(page, answer["variant"]), answer.get("coding", "")
    assert status == answer.get("status", 200), told
    assert got.get("content-encoding", "") == ("" if status == 416 else coding), told
    for name, header in (("vary", "vary"), ("cache", "cache-control")):
        if name in answer:
            assert got[header] == answer[name], told
    if status == 416:
        assert not body or b"lead" not in body, told
        return
    assert got["etag"] == etags.of(page["path"], answer["variant"], coding), told
    assert "last-modified" not in got, told
    assert got["link"] == "</style.css>; rel=preload, </a.woff2>; rel=preload", told
    if status == 304 or case.get("method") == "HEAD":
        assert body == b"", told
    elif status == 206:
        start, end = answer["part"]
        assert body == whole[start:end], told
    else:
        assert UNPACK[coding](body) == whole, told


UNPACK: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "br": brotli.decompress,
    "gzip": gzip.decompress,
}


def _path(case: dict[str, Any]) -> str:
    return unquote(case["path"].partition("?")[0])


def _page(one: dict[str, Any]) -> PressedPage:
    lock = Lock(**one["lock"]) if "lock" in one else None
    record = Record(
        host=HOST, path=one["path"], version=1, lock=lock,
        title=VECTORS["title"], rules=one["rules"], stale_at=one.get("stale_at"),
    )  # fmt: skip
    variants = {
        name: Pressed(words(one, name), HEADERS, is_gated=gated)
        for name, gated in one["variants"].items()
    }
    return PressedPage(record, variants)
