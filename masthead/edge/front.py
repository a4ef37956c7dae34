"""The front: which bytes a reader gets at an address, or that the house has to be asked.

`Front.look_up()` is all of it: from plain values to an answer, without Django and without a
database. Servers call it through `wsgi.py` or `rsgi.py`. It opens nothing by itself: a page
says which rule of the gate leads to which of its variants, and a pass says which keys its
bearer has. Whatever is in doubt is asked for at the house, and what is asked for nowhere is
never the whole of a closed page.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from http import HTTPStatus
from typing import TypeVar

from masthead.edge import asking, locks
from masthead.edge.locks import Lock
from masthead.edge.passes import Keyring, Pass, gifts_of
from masthead.edge.records import CLOSED, QUIET, NotARecord, Record, Variant, read
from masthead.edge.store import Orders, View, read_orders

READY = "/-/ready"
"""Where a balancer asks whether to send readers to this machine; no page can have this address."""

NOISE = frozenset(
    {"utm_*", "fbclid", "gclid", "dclid", "msclkid", "mc_cid", "mc_eid", "pk_*", "mtm_*"}
)
"""Parameters that others append to links for their own counting; they change nothing in a page."""

REMEMBERED = 20_000
"""How many records, and how many of anything else, a process remembers as they were read."""

WAYS_TO_ASK = 20
"""How many ways to ask for a page it remembers: browsers know a few codings."""

LONG_COOKIES = 2000
"""Characters of cookies above which a pass is remembered by itself, and not with what came along."""

K = TypeVar("K")
T = TypeVar("T")


@dataclass(slots=True)
class Answer:
    """What is sent: status, headers and bytes."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes = b""


@dataclass(slots=True)
class Asked:
    """A request, as far as pages depend on it. ``address`` is where it comes from, if known."""

    method: str
    host: str
    path: str
    query: str = ""
    cookie: str | None = None
    accept_encoding: str | None = None
    if_none_match: str | None = None
    range: str | None = None
    address: str = ""
    if_range: str | None = None


@dataclass(slots=True)
class Front:
    """The front of one house.

    ``keyring`` verifies passes; ``pass_cookie`` is what the cookie is called, ``asks`` are the
    cookies that say that the house may know more of a reader than a pass does. Who has a
    ``session_cookie`` may have bought since their pass was made what it does not open.
    ``patience`` is how many seconds a store may lag that a carrier fills; 0 where nobody does,
    and it lags behind nothing.
    """

    keyring: Keyring
    pass_cookie: str
    asks: Sequence[str] = ()
    noise: frozenset[str] = NOISE
    patience: float = 0
    session_cookie: str = ""
    _records: dict[bytes, _Known] = field(default_factory=dict)
    _passes: dict[str, Pass] = field(default_factory=dict)
    _seen: _Seen = field(default_factory=lambda: _Seen(-1, Orders()))

    def look_up(self, asked: Asked, view: View, at: float, *, alone: bool = False) -> Answer | None:
        """Return the answer, or None: the house has to be asked.

        Args:
            asked: the request.
            view: the edition to answer from.
            at: the moment, in Unix seconds.
            alone: whether the house cannot be asked just now. Then a page that would be made
                anew is good a little longer, and of whom only the house knows is a stranger.
        """
        if asked.method not in ("GET", "HEAD"):
            return None
        if asked.query and asking.without_noise(asked.query, self.noise):
            return None
        is_late = self.is_late(view, at)
        if is_late:
            # The house knows what has changed meanwhile, unless it is cut off like the store.
            alone = alone or not view.heard()[1]
            if not alone:
                return None
        seen = self._seen
        if seen.edition != view.edition:
            seen = self._seen = _Seen(view.edition, read_orders(view.orders()))
        known = seen.pages.get((asked.host, asked.path)) or self._find(asked, view, seen)
        if known is None:
            return None
        record = known.record
        if not record.variants:
            return None  # What was taken down, too: the house says so in the magazine's own words.
        if record.stale_at is not None and at >= record.stale_at and not alone:
            return None
        name = self._variant(record, asked, view, seen, at, alone=alone)
        if name is None or (is_late and record.variants[name].is_gated):
            return None  # Whoever may have lost it since would still read the whole of it.
        return known.answer(name, asked, view)

    def is_late(self, view: View, at: float) -> bool:
        """Say whether pages may have changed, or been taken down, of which the store does not know."""
        return self.patience > 0 and at - view.heard()[0] > self.patience

    def readiness(self, view: View, at: float) -> Answer:
        """Return the answer to a balancer that asks whether to send readers here."""
        late = self.is_late(view, at)
        words = f"Late: nothing was heard since {view.heard()[0]:.0f}.\n" if late else "Ready.\n"
        status = HTTPStatus.SERVICE_UNAVAILABLE if late else HTTPStatus.OK
        return plain(status, words)

    def _find(self, asked: Asked, view: View, seen: _Seen) -> _Known | None:
        """Return what there is at an address; of an edition it is looked for once.

        A record is read once for as long as it stays the same, in whichever editions.
        """
        written = view.page(asked.host, asked.path)
        if written is None:
            return None
        key = bytes(written)
        known = self._records.get(key)
        if known is None:
            try:
                known = _Known(read(key))
            except NotARecord:
                return None
            _remember(self._records, key, known)
        _remember(seen.pages, (asked.host, asked.path), known)
        return known

    def _variant(
        self, record: Record, asked: Asked, view: View, seen: _Seen, at: float, *, alone: bool
    ) -> str | None:
        """Return the name of the variant that this reader gets; None where the house has to say."""
        lock = record.lock
        if lock is not None and not lock.holds(at):
            return None
        if not record.is_personal:
            return _there(record, record.rules.get("open"), is_open=True)
        shown = self._pass(asked.cookie, view, seen, at) if asked.cookie else None
        if shown is None and not alone and self._is_known_elsewhere(asked, seen.orders):
            return None
        keys = shown.keys if shown is not None else ()
        rule = "open" if lock is None else locks.opened_by(lock, keys, at)
        if rule == "gift" and lock is not None and view.has_ended(gifts_of(lock.article)):
            return None
        if seen.orders.leads_only and rule != "open":
            rule = None
        elif rule is None and keys and not alone and self._may_have_changed(lock, asked):
            return None
        name = record.rules.get(rule or CLOSED)
        if name and keys and locks.keep_advertisements_away(keys, record.title, at):
            name += QUIET
        return _there(record, name, is_open=rule is not None)

    def _pass(self, cookies: str, view: View, seen: _Seen, at: float) -> Pass | None:
        """Return the pass that a browser shows, if it is genuine, in time and not revoked."""
        shown = self._passes.get(cookies)
        if shown is None:
            text = asking.cookie(cookies, self.pass_cookie)
            if len(cookies) > LONG_COOKIES:
                cookies = f"{self.pass_cookie}={text}"
                shown = self._passes.get(cookies)
            if shown is None:
                shown = self.keyring.read(text) if text else None
                if shown is None:
                    return None
                _remember(self._passes, cookies, shown)
        if shown.is_over(at):
            return None
        if not shown.session:
            return shown
        ended = seen.ended.get(shown.session)
        if ended is None:
            ended = view.has_ended(shown.session)
            _remember(seen.ended, shown.session, ended)
        return None if ended else shown

    def _may_have_changed(self, lock: Lock | None, asked: Asked) -> bool:
        """Say whether what a pass does not open may be counted, or be its reader's since a moment ago."""
        name = self.session_cookie
        is_signed_in = bool(name) and asking.cookie(asked.cookie, name) != ""
        return lock is not None and (lock.access == "metered" or is_signed_in)

    def _is_known_elsewhere(self, asked: Asked, orders: Orders) -> bool:
        """Say whether the house may know more than nothing of a reader without a pass."""
        if asked.cookie and any(asking.cookie(asked.cookie, name) for name in self.asks):
            return True
        return bool(orders.networks) and _is_among(asked.address, orders.networks)


def plain(status: int, words: str) -> Answer:
    """Return an answer to a program."""
    said = [
        ("content-length", str(len(words.encode()))),
        ("content-type", "text/plain; charset=utf-8"),
        ("cache-control", "no-store"),
    ]
    return Answer(status, said, words.encode())


def _there(record: Record, name: str | None, *, is_open: bool) -> str | None:
    """Return the name if there is such a variant and it is not gated before who may not have it."""
    variant = record.variants.get(name or "")
    if variant is None or (variant.is_gated and not is_open):
        return None
    return name


class _Seen:
    """What was found out in one edition of the store: it holds until there is another."""

    __slots__ = ("edition", "ended", "orders", "pages")

    def __init__(self, edition: int, orders: Orders) -> None:
        self.edition, self.orders = edition, orders
        self.pages: dict[tuple[str, str], _Known] = {}
        self.ended: dict[str, bool] = {}


def _remember(known: dict[K, T], key: K, value: T, most: int = REMEMBERED) -> None:
    """Note something, and forget all else when that is too much."""
    if len(known) >= most:
        known.clear()
    known[key] = value


@dataclass(frozen=True, slots=True)
class _Shape:
    """A variant in one coding: its ETag, and the headers of answers with its bytes and without."""

    coding: str
    etag: str
    headers: list[tuple[str, str]]
    unchanged: list[tuple[str, str]]


class _Known:
    """A record that was read, with the headers of its answers as they were put together."""

    __slots__ = ("_asked", "_shapes", "record")

    def __init__(self, record: Record) -> None:
        self.record = record
        self._shapes: dict[tuple[str, str], _Shape] = {}
        self._asked: dict[tuple[str, str | None], _Shape] = {}

    def answer(self, name: str, asked: Asked, view: View) -> Answer | None:
        """Return a variant as this request asks for it."""
        variant = self.record.variants[name]
        is_whole = True
        if asked.range is not None:
            # A part of what the browser has another version of would fit nowhere (RFC 9110, 13.1.5).
            is_other = asked.if_range is not None and asked.if_range != f'"{variant.digest}-id"'
            is_whole = asked.method != "GET" or is_other
        accepted = asked.accept_encoding if is_whole else None
        shape = self._asked.get((name, accepted)) or self._shape(name, variant, accepted)
        if asked.if_none_match and asking.has_it(asked.if_none_match, shape.etag):
            return Answer(HTTPStatus.NOT_MODIFIED, shape.unchanged)
        if asked.method == "HEAD":
            return Answer(self.record.status, shape.headers)
        found = view.body(variant.digest, shape.coding)
        if found is None or found[0] != variant.is_gated:
            return None  # The bytes themselves say for whom they are; on doubt the house is asked.
        if is_whole:
            return Answer(self.record.status, shape.headers, bytes(found[1]))
        return _part(self.record.status, shape.headers, found[1], asked)

    def _shape(self, name: str, variant: Variant, accepted: str | None) -> _Shape:
        coding = asking.coding(accepted, tuple(variant.codings))
        shape = self._shapes.get((name, coding))
        if shape is None:
            etag = f'"{variant.digest}-{coding or "id"}"'
            headers = _head(self.record, variant, coding, etag)
            shape = self._shapes[name, coding] = _Shape(coding, etag, headers, headers[1:])
        if accepted is None or len(accepted) <= asking.LONG:
            _remember(self._asked, (name, accepted), shape, WAYS_TO_ASK)
        return shape


def _head(record: Record, variant: Variant, coding: str, etag: str) -> list[tuple[str, str]]:
    vary = "Accept-Encoding, Cookie" if record.is_personal else "Accept-Encoding"
    headers = [
        ("content-length", str(variant.codings[coding])),
        *variant.headers,
        ("vary", vary),
        ("etag", etag),
    ]
    return [*headers, ("content-encoding", coding)] if coding else headers


def _part(status: int, headers: list[tuple[str, str]], body: memoryview, asked: Asked) -> Answer:
    size = len(body)
    part = asking.byte_range(asked.range, size)
    if part is None:
        return Answer(status, headers, bytes(body))
    if part is False:
        said = [("content-length", "0"), ("content-range", f"bytes */{size}"), *headers[1:]]
        return Answer(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, said)
    start, end = part
    said = [
        ("content-length", str(end - start)),
        ("content-range", f"bytes {start}-{end - 1}/{size}"),
        *headers[1:],
    ]
    return Answer(HTTPStatus.PARTIAL_CONTENT, said, bytes(body[start:end]))


@lru_cache(maxsize=50_000)
def _is_among(address: str, networks: tuple[str, ...]) -> bool:
    found = asking.address_of(address)
    return found is not None and any(found in ipaddress.ip_network(one) for one in networks)
