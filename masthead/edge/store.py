"""The page store: every pressed page of the house, in one file that nobody has to wait for.

LMDB: one process writes, readers never block it nor each other, and what was committed is
there for all of them at once. An *edition* is everything that changes together, and is one
transaction: front page, section, article and feeds switch in the same moment, and a press
that is killed leaves the last good edition.

    pages    host and path -> record (see `records.py`)
    bodies   digest and coding -> whether it is gated (one byte), and the bytes
    holds    digest -> how many variants of pages are those bytes
    tags     tag and page -> nothing
    later    what is to be done with a page: pressed anew from a moment on, or packed harder
    notes    what the front must know besides pages: the edition's number, ended sessions

The file has to be on a disk of this machine. Where several machines serve, each has such a store,
and a carrier brings it what is new (`carried.py`).
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterable, Iterator, Set
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import lmdb

from masthead.edge.bodies import Packed, Pressed, PressedPage, pack_variants, with_variants
from masthead.edge.orders import Change, Orders, read_orders
from masthead.edge.packing import AT_ONCE
from masthead.edge.records import FORM, NotARecord, Record, Variant, read
from masthead.edge.view import (
    DEPOT,
    EDITION,
    LIGHT,
    LOOKED,
    ORDERS,
    RUN,
    SESSION,
    STALE,
    TYPE,
    View,
    address_of,
    after,
    as_it_lies,
    body_key,
    fits,
    keys_of_later,
    page_key,
)

__all__ = ["Orders", "Pressed", "PressedPage", "View", "read_orders"]

LARGEST = 64 * 1024**3
"""Bytes of address space; the file on disk grows only as it is filled."""

GONE = 410
"""The status of what was taken down: its address is remembered, so that no old press brings it back."""

FORGOTTEN = 404
"""The status of where there was nothing to be kept; remembered for the same reason."""

Changed = Callable[[], Set[str]]


class DiskFull(OSError):
    """There is no room for another edition; readers keep the last one."""


class Store:
    """The store at a folder. Open it after a process has forked, never before."""

    def __init__(self, folder: Path, *, writable: bool = False) -> None:
        """Open it, and make it if it is to be written and is not there.

        Raises:
            lmdb.Error: it is not there, or is none.
        """
        if writable:
            folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
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
        if writable:  # Who only reads does nothing later.
            self._later = self._env.open_db(b"later")
            self._look_through()

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
        changed: Changed = frozenset,
    ) -> int:
        """Put pages in, and take others down, as one edition; return its number.

        A page of an older version than the one that is there changes nothing.

        Args:
            pages: with their records and variants.
            gone: pages (host, path, version) that answer 410 and lose their variants at once.
            effort: how hard the pages are packed.
            changed: returns the tags of what has changed since the pages were begun. It is asked
                when nobody else can write any more, and so misses nothing that `hold_back()` has
                not seen either: a page that was made from any of it is asked for at the house.

        Raises:
            DiskFull: there is no room; nothing has changed.
        """
        made = [(page, pack_variants(page, effort)) for page in pages if fits(page.record)]
        with self._writing() as transaction:
            number = int(transaction.get(EDITION, b"0", db=self._notes)) + 1
            late = changed()
            for page, bodies in made:
                record = replace(page.record.held_if(late), edition=number, effort=effort)
                self._put(transaction, with_variants(record, page, bodies), bodies.values())
            for host, path, version in gone:
                record = Record(host=host, path=path, version=version, edition=number, status=GONE)
                if fits(record):
                    self._put(transaction, record)
            transaction.put(EDITION, str(number).encode(), db=self._notes)
        return number

    @contextmanager
    def taking_turns(self) -> Iterator[None]:
        """Wait until nobody else on this machine is within; whoever is killed there is out at once."""
        with (self._folder / "turns.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def begin_run(self) -> int:
        """Return the version of pages that are rendered from now on; later runs have higher ones."""
        with self._env.begin(write=True) as transaction:
            number = int(transaction.get(RUN, b"0", db=self._notes)) + 1
            transaction.put(RUN, str(number).encode(), db=self._notes)
        return number

    def forget(
        self, pages: Iterable[tuple[str, str]], *, version: int, everywhere: bool = False
    ) -> None:
        """Have the house answer from now on where a run of this version found nothing to keep.

        What was taken down stays so, and what a later run has pressed stays. This machine is all
        that there is ``everywhere``.
        """
        with self._env.begin(write=True) as transaction:
            for host, path in pages:
                old = transaction.get(page_key(host, path), db=self._pages)
                if old is None or read(old).status != GONE:
                    record = Record(host=host, path=path, version=version, status=FORGOTTEN)
                    if fits(record):
                        self._put(transaction, record)

    def hold_back(self, pages: Iterable[tuple[str, str]], *, closed: bool = False) -> None:
        """Have the house asked for pages until they are pressed again, and no older press win.

        They stay for the time that the house is away, but of what may have ``closed`` the lead.
        """
        version = self.begin_run()
        with self._env.begin(write=True) as transaction:
            for host, path in pages:
                key = page_key(host, path)
                if (old := transaction.get(key, db=self._pages)) is not None:
                    record = read(old)
                    self._forget_later(transaction, record)
                    held = record.held(version, closed=closed)
                    transaction.put(key, held.written(), db=self._pages)
                    self._note_later(transaction, held)

    def tagged(self, tags: Iterable[str]) -> set[tuple[str, str]]:
        """Return host and path of every page that was made from one of these."""
        found: set[tuple[str, str]] = set()
        with self._env.begin() as transaction, transaction.cursor(self._tags) as cursor:
            for tag in tags:
                found.update(address_of(key) for key in after(tag.encode() + b"\0", cursor))
        return found

    def records(self) -> Iterator[Record]:
        """Go through every page there is, by address."""
        with self._env.begin() as transaction, transaction.cursor(self._pages) as cursor:
            for written in cursor.iternext(keys=False, values=True):
                yield read(written)

    def stale(self, at: float) -> list[tuple[str, str]]:
        """Return the addresses of pages that are stale at a moment, by how long they have been."""
        found = []
        with self._env.begin() as transaction, transaction.cursor(self._later) as cursor:
            for key in after(STALE, cursor):
                if int.from_bytes(key[:8]) > at:
                    break
                found.append(address_of(key[8:]))
        return found

    def packed_less(self) -> Iterator[PressedPage]:
        """Go through the pages that are not packed as hard as can be, as they came from the press."""
        with self._env.begin() as transaction, transaction.cursor(self._later) as cursor:
            for key in after(LIGHT, cursor):
                # What was pressed meanwhile is seen as it is now, and not as it was.
                if (page := self._pressed(*address_of(key))) is not None:
                    yield page

    def _pressed(self, host: str, path: str) -> PressedPage | None:
        """Return a page as it came from the press, unless it is to be pressed anew anyway."""
        with self.view() as view:
            written = view.page(host, path)
            record = read(written) if written is not None else None
            if record is None or not record.variants or record.stale_at == 0:
                return None
            bodies = {name: view.body(one.digest, "") for name, one in record.variants.items()}
            variants = {
                name: Pressed(bytes(found[1]), record.variants[name].headers, found[0])
                for name, found in bodies.items()
                if found is not None
            }
        return PressedPage(record, variants) if len(variants) == len(record.variants) else None

    def end_session(self, session: str, forget_at: int) -> None:
        """Let passes of a session open nothing any more, until nobody can hold one."""
        with self._env.begin(write=True) as transaction:
            key = SESSION + session.encode()
            transaction.put(key, str(forget_at).encode(), db=self._notes)

    def forget_sessions(self, at: float) -> int:
        """Forget sessions whose passes are all over; return how many that were."""
        forgotten = 0
        with self._env.begin(write=True) as transaction, transaction.cursor(self._notes) as cursor:
            there = cursor.set_range(SESSION)
            while there and cursor.key().startswith(SESSION):
                if int(cursor.value()) <= at:
                    there = cursor.delete()
                    forgotten += 1
                else:
                    there = cursor.next()
        return forgotten

    def order(self, change: Change) -> bool:
        """Tell the front something besides pages, for the next request; say if that is new.

        What it was told before is changed, and nobody else can give orders in between.
        """
        with self._env.begin(write=True) as transaction:
            told = read_orders(bytes(transaction.get(ORDERS, b"", db=self._notes)))
            orders = change(told)
            if orders != told:
                transaction.put(ORDERS, orders.written(), db=self._notes)
        return orders != told

    def orders(self) -> Orders:
        """Return what the front was told."""
        with self.view() as view:
            return read_orders(view.orders())

    def holds(self, host: str, path: str) -> bool:
        """Say whether there is a page to be given out here."""
        with self.view() as view:
            found = view.page(host, path)
            return found is not None and bool(read(found).variants)

    def is_gone(self, host: str, path: str) -> bool:
        """Say whether a page was taken down here."""
        with self.view() as view:
            found = view.page(host, path)
            return found is not None and read(found).status == GONE

    def type(self) -> str:
        """Return what all pages were pressed with when all of them last were; empty if never."""
        with self._env.begin() as transaction:
            return bytes(transaction.get(TYPE, b"", db=self._notes)).decode()

    def set_in(self, type_: str) -> None:
        """Remember what all pages are pressed with now."""
        with self._env.begin(write=True) as transaction:
            transaction.put(TYPE, type_.encode(), db=self._notes)

    def size(self) -> dict[str, int]:
        """Return how many pages and bodies there are, and the edition's number."""
        with self._env.begin() as transaction:
            return {
                "pages": transaction.stat(self._pages)["entries"],
                "bodies": transaction.stat(self._bodies)["entries"],
                "edition": int(transaction.get(EDITION, b"0", db=self._notes)),
            }

    @contextmanager
    def _writing(self) -> Iterator[lmdb.Transaction]:
        try:
            with self._env.begin(write=True) as transaction:
                yield transaction
        except (lmdb.MapFullError, lmdb.DiskError) as full:
            raise DiskFull("The disk is full: the last edition stays.") from full

    def _put(
        self, transaction: lmdb.Transaction, record: Record, bodies: Iterable[Packed] = ()
    ) -> None:
        """Put a page in, unless a later run was here before."""
        old = transaction.get(page_key(record.host, record.path), db=self._pages)
        if old is not None and read(old).version > record.version:
            return
        for made in bodies:
            self._lay(transaction, made)
        self._replace(transaction, record)

    def _lay(self, transaction: lmdb.Transaction, made: Packed) -> None:
        """Put the bytes of a body in, unless the same words are here, as another packer left them."""
        if transaction.get(body_key(made.digest, ""), db=self._bodies) is None:
            for coding, body in made.bodies.items():
                transaction.put(body_key(made.digest, coding), made.mark + body, db=self._bodies)

    def _replace(self, transaction: lmdb.Transaction, record: Record) -> None:
        key = page_key(record.host, record.path)
        record = as_it_lies(record, transaction, self._bodies)
        # What is held anew is held before the old is let go, so that the same bytes stay.
        self._hold(transaction, record.variants.values())
        if (old := transaction.get(key, db=self._pages)) is not None:
            self._drop(transaction, read(old))
        for tag in record.tags:
            transaction.put(tag.encode() + b"\0" + key, b"", db=self._tags)
        transaction.put(key, record.written(), db=self._pages)
        self._note_later(transaction, record)

    def _drop(self, transaction: lmdb.Transaction, record: Record) -> None:
        key = page_key(record.host, record.path)
        self._forget_later(transaction, record)
        for tag in record.tags:
            transaction.delete(tag.encode() + b"\0" + key, db=self._tags)
        self._let_go(transaction, record.variants.values())

    def _hold(self, transaction: lmdb.Transaction, variants: Iterable[Variant]) -> None:
        for variant in variants:
            digest = variant.digest.encode()
            count = int(transaction.get(digest, b"0", db=self._holds))
            transaction.put(digest, str(count + 1).encode(), db=self._holds)

    def _let_go(self, transaction: lmdb.Transaction, variants: Iterable[Variant]) -> None:
        for variant in variants:
            digest = variant.digest.encode()
            count = int(transaction.get(digest, b"1", db=self._holds)) - 1
            if count > 0:
                transaction.put(digest, str(count).encode(), db=self._holds)
                continue
            transaction.delete(digest, db=self._holds)
            for coding in variant.codings:
                transaction.delete(body_key(variant.digest, coding), db=self._bodies)

    def _note_later(self, transaction: lmdb.Transaction, record: Record) -> None:
        for key in keys_of_later(record):
            transaction.put(key, b"", db=self._later)

    def _forget_later(self, transaction: lmdb.Transaction, record: Record) -> None:
        for key in keys_of_later(record):
            transaction.delete(key, db=self._later)

    def _look_through(self) -> None:
        """Note what is to be done with the pages of a store that an older version has filled.

        If their records are of another form they are all taken out: whoever presses finds that
        nothing was, and does all of it anew.
        """
        form = str(FORM).encode()
        with self._env.begin() as transaction:
            if transaction.get(LOOKED, db=self._notes) == form:
                return
        with self._env.begin(write=True) as transaction:
            try:
                with transaction.cursor(self._pages) as cursor:
                    for written in cursor.iternext(keys=False, values=True):
                        self._note_later(transaction, read(written))
            except NotARecord:
                self._take_out(transaction)
                transaction.drop(self._bodies, delete=False)
                for note in (TYPE, DEPOT):
                    transaction.delete(note, db=self._notes)
            transaction.put(LOOKED, form, db=self._notes)

    def _take_out(self, transaction: lmdb.Transaction) -> None:
        """Take every page out, but leave the bodies."""
        for one in (self._pages, self._tags, self._holds, self._later):
            transaction.drop(one, delete=False)
