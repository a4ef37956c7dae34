"""The page store: every pressed page of the house, in one file that nobody has to wait for.

LMDB: one process writes, readers never block it nor each other, and what was committed is
there for all of them at once. An *edition* is everything that changes together, and is one
transaction: front page, section, article and feeds switch in the same moment, and a press
that is killed leaves the last good edition.

    pages    host and path -> record (see `records.py`)
    bodies   digest and coding -> whether it is gated (one byte), and the bytes
    holds    digest -> how many variants of pages are those bytes
    tags     tag and page -> nothing
    notes    what the front must know besides pages: the edition's number, ended sessions

The file has to be on a disk of this machine.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import lmdb

from masthead.edge.packing import AT_ONCE, packed
from masthead.edge.records import Headers, Record, Variant, read

LARGEST = 64 * 1024**3
"""Bytes of address space; the file on disk grows only as it is filled."""

LONGEST_KEY = 500
"""Bytes, of LMDB's 511. A page with a longer address is not kept; the house makes it each time."""

GONE = 410
"""The status of what was taken down: its address is remembered, so that no old press brings it back."""

_EDITION, _RUN = b"edition", b"run"
_SESSION = b"session\0"
_ORDERS = b"orders"


@dataclass(frozen=True, slots=True)
class Orders:
    """What the front must know besides pages.

    ``leads_only``: closed pages show their lead to everybody, whatever they hold. ``networks``:
    readers from these may read by where they come from, so the house is asked about them.
    """

    leads_only: bool = False
    networks: tuple[str, ...] = ()

    def written(self) -> bytes:
        """Return them as bytes."""
        return json.dumps([self.leads_only, self.networks]).encode()


def read_orders(written: bytes) -> Orders:
    """Return the orders that were written; none were ever given where there is nothing."""
    if not written:
        return Orders()
    leads_only, networks = json.loads(written)
    return Orders(bool(leads_only), tuple(networks))


class DiskFull(OSError):
    """There is no room for another edition; readers keep the last one."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """A variant as it comes from the press: its headers and its words."""

    body: bytes
    headers: Headers
    is_gated: bool = False


@dataclass(frozen=True, slots=True)
class PressedPage:
    """A page to be put into the store: its record, without variants, and these."""

    record: Record
    variants: Mapping[str, Pressed]


class Store:
    """The store at a folder. Open it after a process has forked, never before."""

    def __init__(self, folder: Path, *, writable: bool = False) -> None:
        """Open it, and make it if it is to be written and is not there.

        Raises:
            lmdb.Error: it is not there, or is none.
        """
        if writable:
            folder.mkdir(parents=True, exist_ok=True)
        self._env = lmdb.open(
            str(folder), map_size=LARGEST, max_dbs=8, readonly=not writable, readahead=False,
            max_readers=1024, create=writable,
        )  # fmt: skip
        if writable:
            self._env.reader_check()  # Readers that were killed hold old pages no longer.
        self._pages, self._bodies, self._holds, self._tags, self._notes = (
            self._env.open_db(name, create=writable)
            for name in (b"pages", b"bodies", b"holds", b"tags", b"notes")
        )

    def close(self) -> None:
        """Let go of the file."""
        self._env.close()

    def commits(self) -> int:
        """Return a number that is another one once anything was written."""
        return int(self._env.info()["last_txnid"])

    def view(self) -> View:
        """Return one edition to read from, in a `with`: nothing in it changes until that ends."""
        return View(self._env, self._pages, self._bodies, self._notes)

    def publish(
        self,
        pages: Iterable[PressedPage],
        *,
        gone: Iterable[tuple[str, str, int]] = (),
        effort: int = AT_ONCE,
    ) -> int:
        """Put pages in, and take others down, as one edition; return its number.

        A page of an older version than the one that is there changes nothing. Pages that are
        gone (host, path, version) answer 410, and lose their variants at once.

        Raises:
            DiskFull: there is no room; nothing has changed.
        """
        made = [(page, _packed(page, effort)) for page in pages if _fits(page.record)]
        try:
            with self._env.begin(write=True) as transaction:
                number = int(transaction.get(_EDITION, b"0", db=self._notes)) + 1
                for page, bodies in made:
                    self._put(
                        transaction,
                        replace(page.record, edition=number, effort=effort),
                        page,
                        bodies,
                    )
                for host, path, version in gone:
                    record = Record(
                        host=host, path=path, version=version, edition=number, status=GONE
                    )
                    if _fits(record):
                        self._put(transaction, record, None, {})
                transaction.put(_EDITION, str(number).encode(), db=self._notes)
            return number
        except (lmdb.MapFullError, lmdb.DiskError) as full:
            raise DiskFull("The disk is full: the last edition stays.") from full

    def begin_run(self) -> int:
        """Return the version of pages that are rendered from now on; later runs have higher ones."""
        with self._env.begin(write=True) as transaction:
            number = int(transaction.get(_RUN, b"0", db=self._notes)) + 1
            transaction.put(_RUN, str(number).encode(), db=self._notes)
        return number

    def forget(self, pages: Iterable[tuple[str, str]]) -> None:
        """Take pages out as if they had never been: the house answers for them from now on."""
        with self._env.begin(write=True) as transaction:
            for host, path in pages:
                key = _key(host, path)
                if (old := transaction.get(key, db=self._pages)) is not None:
                    self._drop(transaction, read(old))
                    transaction.delete(key, db=self._pages)

    def hold_back(self, pages: Iterable[tuple[str, str]]) -> None:
        """Have the house asked for pages until they are pressed again, and no older press win.

        They stay for the time that the house is away.
        """
        version = self.begin_run()
        with self._env.begin(write=True) as transaction:
            for host, path in pages:
                key = _key(host, path)
                if (old := transaction.get(key, db=self._pages)) is not None:
                    held = replace(read(old), version=version, stale_at=0)
                    transaction.put(key, held.written(), db=self._pages)

    def tagged(self, tags: Iterable[str]) -> set[tuple[str, str]]:
        """Return host and path of every page that was made from one of these."""
        found = set()
        with self._env.begin() as transaction, transaction.cursor(self._tags) as cursor:
            for tag in tags:
                prefix = tag.encode() + b"\0"
                there = cursor.set_range(prefix)
                while there and (key := cursor.key()).startswith(prefix):
                    host, _zero, path = key[len(prefix) :].decode().partition("\0")
                    found.add((host, path))
                    there = cursor.next()
        return found

    def records(self) -> Iterator[Record]:
        """Go through every page there is, by address."""
        with self._env.begin() as transaction, transaction.cursor(self._pages) as cursor:
            for written in cursor.iternext(keys=False, values=True):
                yield read(written)

    def end_session(self, session: str, forget_at: int) -> None:
        """Let passes of a session open nothing any more, until nobody can hold one."""
        with self._env.begin(write=True) as transaction:
            key = _SESSION + session.encode()
            transaction.put(key, str(forget_at).encode(), db=self._notes)

    def forget_sessions(self, at: float) -> int:
        """Forget sessions whose passes are all over; return how many that were."""
        forgotten = 0
        with self._env.begin(write=True) as transaction, transaction.cursor(self._notes) as cursor:
            there = cursor.set_range(_SESSION)
            while there and cursor.key().startswith(_SESSION):
                if int(cursor.value()) <= at:
                    there = cursor.delete()
                    forgotten += 1
                else:
                    there = cursor.next()
        return forgotten

    def order(self, orders: Orders) -> None:
        """Tell the front something besides pages; it counts for the next request."""
        with self._env.begin(write=True) as transaction:
            transaction.put(_ORDERS, orders.written(), db=self._notes)

    def orders(self) -> Orders:
        """Return what the front was told."""
        with self.view() as view:
            return read_orders(view.orders())

    def size(self) -> dict[str, int]:
        """Return how many pages and bodies there are, and the edition's number."""
        with self._env.begin() as transaction:
            return {
                "pages": transaction.stat(self._pages)["entries"],
                "bodies": transaction.stat(self._bodies)["entries"],
                "edition": int(transaction.get(_EDITION, b"0", db=self._notes)),
            }

    def _put(
        self,
        transaction: lmdb.Transaction,
        record: Record,
        page: PressedPage | None,
        bodies: Mapping[str, _Packed],
    ) -> None:
        key = _key(record.host, record.path)
        old = transaction.get(key, db=self._pages)
        before = read(old) if old is not None else None
        if before is not None and before.version > record.version:
            return
        variants = {}
        for name, pressed in page.variants.items() if page else ():
            made = bodies[name]
            self._hold(transaction, made)
            variants[name] = Variant(made.digest, pressed.headers, made.codings, pressed.is_gated)
        # What is held anew is held before the old is let go, so that the same bytes stay.
        if before is not None:
            self._drop(transaction, before)
        for tag in record.tags:
            transaction.put(tag.encode() + b"\0" + key, b"", db=self._tags)
        transaction.put(key, replace(record, variants=variants).written(), db=self._pages)

    def _hold(self, transaction: lmdb.Transaction, made: _Packed) -> None:
        digest = made.digest.encode()
        count = int(transaction.get(digest, b"0", db=self._holds))
        for coding, body in made.bodies.items():
            transaction.put(_body_key(made.digest, coding), made.mark + body, db=self._bodies)
        transaction.put(digest, str(count + 1).encode(), db=self._holds)

    def _drop(self, transaction: lmdb.Transaction, record: Record) -> None:
        key = _key(record.host, record.path)
        for tag in record.tags:
            transaction.delete(tag.encode() + b"\0" + key, db=self._tags)
        for variant in record.variants.values():
            digest = variant.digest.encode()
            count = int(transaction.get(digest, b"1", db=self._holds)) - 1
            if count > 0:
                transaction.put(digest, str(count).encode(), db=self._holds)
                continue
            transaction.delete(digest, db=self._holds)
            for coding in variant.codings:
                transaction.delete(_body_key(variant.digest, coding), db=self._bodies)


class View:
    """One edition, as long as it is being looked at."""

    __slots__ = ("_bodies", "_env", "_get", "_notes", "_pages", "_transaction")

    def __init__(self, env: lmdb.Environment, pages: Any, bodies: Any, notes: Any) -> None:
        """Name what is seen; nothing is until the `with` begins."""
        self._env, self._pages, self._bodies, self._notes = env, pages, bodies, notes

    def __enter__(self) -> View:
        """Take hold of the newest edition."""
        self._transaction = self._env.begin(buffers=True)
        self._get = self._transaction.get
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of it; what was read as memory is good no more."""
        self._transaction.abort()

    def page(self, host: str, path: str) -> memoryview | None:
        """Return the record at an address as it was written, if there is one."""
        key = _key(host, path)
        if len(key) >= LONGEST_KEY:
            return None
        found: memoryview | None = self._get(key, db=self._pages)
        return found

    def pages(self) -> Iterator[memoryview]:
        """Go through every record there is, as it was written, by address."""
        with self._transaction.cursor(self._pages) as cursor:
            yield from cursor.iternext(keys=False, values=True)

    def body(self, digest: str, coding: str) -> tuple[bool, memoryview] | None:
        """Return bytes, and whether they are gated; good only while this edition is held."""
        found = self._get(_body_key(digest, coding), db=self._bodies)
        return None if found is None else (found[0] != 0, found[1:])

    def has_ended(self, session: str) -> bool:
        """Say whether passes of a session are over before their time."""
        return self._get(_SESSION + session.encode(), db=self._notes) is not None

    def ended_sessions(self) -> Iterator[str]:
        """Go through the sessions whose passes are over before their time."""
        with self._transaction.cursor(self._notes) as cursor:
            there = cursor.set_range(_SESSION)
            while there and (key := bytes(cursor.key())).startswith(_SESSION):
                yield key[len(_SESSION) :].decode()
                there = cursor.next()

    def orders(self) -> bytes:
        """Return what the front was told besides pages, as it was written."""
        return bytes(self._get(_ORDERS, db=self._notes) or b"")


@dataclass(frozen=True, slots=True)
class _Packed:
    digest: str
    mark: bytes
    bodies: dict[str, bytes]

    @property
    def codings(self) -> dict[str, int]:
        return {coding: len(body) for coding, body in self.bodies.items()}


def _packed(page: PressedPage, effort: int) -> dict[str, _Packed]:
    """Pack each variant once; variants of the same words share what comes of it."""
    known: dict[tuple[bytes, bool], _Packed] = {}
    made = {}
    for name, pressed in page.variants.items():
        same = (pressed.body, pressed.is_gated)
        if same not in known:
            known[same] = _pack(*same, effort)
        made[name] = known[same]
    return made


def _pack(body: bytes, is_gated: bool, effort: int) -> _Packed:
    mark = b"\1" if is_gated else b"\0"
    digest = hashlib.sha256(mark + bytes([effort]) + body).hexdigest()[:32]
    return _Packed(digest, mark, {"": body, **packed(body, effort)})


def _key(host: str, path: str) -> bytes:
    return f"{host}\0{path}".encode("utf-8", "surrogateescape")


def _body_key(digest: str, coding: str) -> bytes:
    return f"{digest}.{coding}".encode()


def _fits(record: Record) -> bool:
    """Say whether the longest of a record's keys can be kept."""
    longest = max(map(len, record.tags), default=0)
    return len(_key(record.host, record.path)) + longest < LONGEST_KEY
