"""One edition of the page store, held still while it is read; and how the store names things."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import lmdb

from masthead.edge.packing import AT_LEISURE, CODINGS
from masthead.edge.records import Record

LONGEST_KEY = 500
"""Bytes, of LMDB's 511. A page with a longer address is not kept; the house makes it each time."""

EDITION, RUN, TYPE, LOOKED = b"edition", b"run", b"type", b"looked"
ORDERS, SESSION = b"orders", b"session\0"
DEPOT, HEARD, MARK = b"depot", b"heard", b"mark"
"""What notes are called."""

STALE, LIGHT = b"stale\0", b"light\0"
"""What begins the keys of what is to be done later: with a moment in eight bytes and a page, or a page."""


class View:
    """One edition, as long as it is being looked at."""

    __slots__ = (
        "_bodies",
        "_env",
        "_get",
        "_notes",
        "_pages",
        "_transaction",
        "edition",
    )

    edition: int
    """Its number: the same for as long as nothing is written to the store."""

    def __init__(self, env: lmdb.Environment, pages: Any, bodies: Any, notes: Any) -> None:
        """Name what is seen; nothing is until the `with` begins."""
        self._env, self._pages, self._bodies, self._notes = env, pages, bodies, notes

    def __enter__(self) -> View:
        """Take hold of the newest edition."""
        self._transaction = self._env.begin(buffers=True)
        self._get = self._transaction.get
        self.edition = self._transaction.id()
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of it; what was read as memory is good no more."""
        self._transaction.abort()

    def page(self, host: str, path: str) -> memoryview | None:
        """Return the record at an address as it was written, if there is one."""
        key = page_key(host, path)
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
        found = self._get(body_key(digest, coding), db=self._bodies)
        return None if found is None else (found[0] != 0, found[1:])

    def has_ended(self, session: str) -> bool:
        """Say whether passes of a session are over before their time."""
        return self._get(SESSION + session.encode(), db=self._notes) is not None

    def ended(self) -> Iterator[str]:
        """Go through the sessions, and what is named like them, whose passes are over."""
        with self._transaction.cursor(self._notes) as cursor:
            for session in after(SESSION, cursor):
                yield session.decode()

    def orders(self) -> bytes:
        """Return what the front was told besides pages, as it was written."""
        return bytes(self._get(ORDERS, db=self._notes) or b"")

    def heard(self) -> tuple[float, bool]:
        """Return up to when nothing is missing here, and whether the depot can be reached.

        Both are of use only where a carrier fills the store.
        """
        written = bytes(self._get(HEARD, db=self._notes) or b"0")
        return float(written.strip(b"!")), not written.endswith(b"!")


def after(beginning: bytes, cursor: lmdb.Cursor) -> Iterator[bytes]:
    """Yield what follows in the keys that begin so, in their order."""
    there = cursor.set_range(beginning)
    while there and (key := bytes(cursor.key())).startswith(beginning):
        yield key[len(beginning) :]
        there = cursor.next()


def page_key(host: str, path: str) -> bytes:
    return f"{host}\0{path}".encode("utf-8", "surrogateescape")


def body_key(digest: str, coding: str) -> bytes:
    return f"{digest}.{coding}".encode()


def address_of(key: bytes) -> tuple[str, str]:
    """Return the host and the path whose page has a key."""
    host, _zero, path = key.decode("utf-8", "surrogateescape").partition("\0")
    return host, path


def keys_of_later(record: Record) -> Iterator[bytes]:
    """Yield the keys of what is to be done with a page later."""
    page = page_key(record.host, record.path)
    if record.stale_at is not None:
        yield STALE + max(0, record.stale_at).to_bytes(8) + page
    if record.variants and record.effort < AT_LEISURE:
        yield LIGHT + page


def fits(record: Record) -> bool:
    """Say whether the longest of a record's keys can be kept."""
    longest = max([len(STALE) + 8, *map(len, record.tags)])
    return len(page_key(record.host, record.path)) + longest < LONGEST_KEY


def as_it_lies(record: Record, transaction: lmdb.Transaction, bodies: Any) -> Record:
    """Return a record that tells how long its bodies are here.

    Their name is that of the words: another version of a packer may have packed them before.
    """
    return replace(
        record,
        variants={
            name: replace(one, codings=_sizes(one.digest, transaction, bodies) or one.codings)
            for name, one in record.variants.items()
        },
    )


def _sizes(digest: str, transaction: lmdb.Transaction, bodies: Any) -> dict[str, int]:
    found = {coding: transaction.get(body_key(digest, coding), db=bodies) for coding in CODINGS}
    return {coding: len(body) - 1 for coding, body in found.items() if body is not None}
