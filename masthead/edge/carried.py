"""A page store that is filled from elsewhere: pages are pressed on one machine and served on many.

Whoever carries asks what is here, lays the bodies in that are missing, and then has all that is new
taken in, in one moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

import lmdb

from masthead.edge.bodies import Packed
from masthead.edge.orders import Orders
from masthead.edge.records import Record, read
from masthead.edge.store import Store
from masthead.edge.view import DEPOT, EDITION, HEARD, MARK, ORDERS, SESSION, body_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What is new for a store whose pages are pressed elsewhere, of one edition or of several.

    ``depot`` is where it comes from, and ``mark`` what tells its edition from another of the same
    number; ``records`` have their variants, whose bodies have been laid in. ``is_whole`` says that
    there is nothing besides these. ``at`` is the moment, by this machine's clock, up to which nothing
    is missing.
    """

    depot: str
    edition: int
    at: float
    records: Sequence[Record] = ()
    sessions: Mapping[str, int]
    orders: Orders
    is_whole: bool = False
    mark: str = ""


class CarriedStore(Store):
    """The store of a machine that presses nothing itself."""

    def received(self) -> tuple[str, int, str]:
        """Return from which depot the pages here are, the last edition that was received, and its mark."""
        with self._env.begin() as transaction:
            depot, mark = (
                bytes(transaction.get(name, b"", db=self._notes)).decode() for name in (DEPOT, MARK)
            )
            return depot, int(transaction.get(EDITION, b"0", db=self._notes)), mark

    def lacks(self, digests: Iterable[str]) -> set[str]:
        """Return which of these bodies are not here."""
        with self._env.begin() as transaction:
            return {
                digest
                for digest in digests
                if transaction.get(body_key(digest, ""), db=self._bodies) is None
            }

    def lay_in(self, bodies: Iterable[Packed]) -> None:
        """Put bodies in ahead of the records that name them."""
        with self._writing() as transaction:
            for made in bodies:
                self._lay(transaction, made)

    def receive(self, delivery: Delivery) -> None:
        """Take in what is new, in one moment.

        The order is the depot's: whatever it says last of a page holds.

        Raises:
            DiskFull: there is no room; nothing has changed.
        """
        with self._writing() as transaction:
            if delivery.is_whole:
                self._clear(transaction)
            # What moves from one page to another is held all the while, so that its bytes stay.
            named = [one for record in delivery.records for one in record.variants.values()]
            self._hold(transaction, named)
            for record in delivery.records:
                self._replace(transaction, record)
            self._let_go(transaction, named)
            for session, forget_at in delivery.sessions.items():
                transaction.put(SESSION + session.encode(), str(forget_at).encode(), db=self._notes)
            for name, note in (
                (ORDERS, delivery.orders.written()),
                (DEPOT, delivery.depot.encode()),
                (EDITION, str(delivery.edition).encode()),
                (MARK, delivery.mark.encode()),
                (HEARD, repr(delivery.at).encode()),
            ):
                transaction.put(name, note, db=self._notes)

    def put_off(self, delivery: Delivery, lacking: Set[str]) -> None:
        """Take in what is new, but of pages whose bodies are lacking only that they have changed.

        The house is asked for these until they are received. The edition stays the last, so that who
        is killed meanwhile begins with it again.
        """
        depot, edition, mark = self.received()
        known = []
        with self.view() as view:
            for record in delivery.records:
                named = {variant.digest for variant in record.variants.values()}
                if named.isdisjoint(lacking):
                    known.append(record)
                elif (there := view.page(record.host, record.path)) is not None:
                    known.append(read(there).held(record.version, closed=True))
        self.receive(replace(delivery, depot=depot, edition=edition, mark=mark, records=known))

    def cut_off(self) -> None:
        """Note that the depot cannot be reached: the house knows no more than the store."""
        with self._env.begin(write=True) as transaction:
            heard = bytes(transaction.get(HEARD, b"0", db=self._notes)).strip(b"!")
            transaction.put(HEARD, heard + b"!", db=self._notes)

    def let_go(self) -> None:
        """Note that nobody brings anything here any more: the house is asked from now on."""
        with self._env.begin(write=True) as transaction:
            transaction.delete(HEARD, db=self._notes)

    def throw_out(self) -> int:
        """Delete bodies that were laid in and never named; return how many."""
        thrown = 0
        with self._env.begin(write=True) as transaction, transaction.cursor(self._bodies) as cursor:
            there = cursor.first()
            while there:
                digest = bytes(cursor.key()).partition(b".")[0]
                if transaction.get(digest, db=self._holds) is None:
                    there = cursor.delete()
                    thrown += 1
                else:
                    there = cursor.next()
        return thrown

    def _clear(self, transaction: lmdb.Transaction) -> None:
        """Take every page and every ended session out, but leave the bodies that were laid in."""
        self._take_out(transaction)
        with transaction.cursor(self._notes) as cursor:
            there = cursor.set_range(SESSION)
            while there and bytes(cursor.key()).startswith(SESSION):
                there = cursor.delete()
