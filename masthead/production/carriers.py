"""Carriers: one on each machine that serves, bringing the depot's news into the page store there.

A look begins with the moment, by this machine's clock, up to which nothing will be missing, and
with a line in the depot that says who is here; then it takes everything of later editions than
the last, in one moment. The order is what a take-down leans on: whoever takes something down
after it finds the machine in the list, and waits for it (`Depot.wait_for()`).

Words come from the object storage, which may be slow or away. A carrier goes on looking meanwhile: of
pages that have changed nothing is given out until their words are here, and the house is asked.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence, Set
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

from django.db import DatabaseError, close_old_connections, connection, transaction
from django.db.models.functions import Now

from masthead.edge.carried import CarriedStore, Delivery
from masthead.edge.orders import read_orders
from masthead.edge.records import read
from masthead.production import changes, depot, press_runs
from masthead.production.models import Depot, DepotPage, DepotSession, Node

logger = logging.getLogger(__name__)

LISTENING_SECONDS = 1.0
"""How long a carrier listens before it goes to look by itself."""

FORGETTING_SECONDS = 3600.0
"""How often a carrier has its store forget the sessions whose passes are all over."""

ARMFUL = 200
"""Bodies that are laid in at once."""


class Carrier:
    """Fills one store from the depot."""

    def __init__(
        self, store: CarriedStore, *, name: str, clock: Callable[[], float] = time.time
    ) -> None:
        """Take the store to fill, what this machine is called, and what tells the time."""
        self.store, self.name, self.clock = store, name, clock
        self._forgot_at = -FORGETTING_SECONDS
        self._hand = ThreadPoolExecutor(1)
        self._fetching: tuple[list[str], Future[None]] | None = None

    def work(self, stop: threading.Event) -> None:
        """Bring what is new as soon as it is there, until told to stop."""
        thrown = self.store.throw_out()
        if thrown:
            logger.info("%d bodies lay here that no page has.", thrown)
        is_cut_off = False
        while not stop.is_set():
            close_old_connections()
            try:
                self.round()
                is_cut_off = False
                listen()
            except DatabaseError:
                if not is_cut_off:
                    logger.exception("The depot cannot be reached; readers keep what is here.")
                is_cut_off = True
                self.store.cut_off()
                connection.close()
                stop.wait(LISTENING_SECONDS)
            except Exception:  # An object storage that is away for a minute, a full disk.
                logger.exception("The carrier stumbled; it goes again.")
                stop.wait(LISTENING_SECONDS)

    def round(self) -> int:
        """Bring everything that is new; return the edition that is here afterwards.

        Raises:
            NotABody: words are not there any more; another round will ask for others.
            DiskFull: there is no room; the last edition stays.
        """
        edition = self.store.received()[1]
        while not self._is_all_here(delivery := self._look(edition)):
            self._put_off(delivery)
            edition = delivery.edition
        self.store.receive(delivery)
        if delivery.edition != edition:
            Node.objects.filter(name=self.name).update(edition=delivery.edition)
        if delivery.at - self._forgot_at >= FORGETTING_SECONDS:
            # The depot forgets them, too, and tells nobody.
            self.store.forget_sessions(delivery.at)
            self._forgot_at = delivery.at
        return delivery.edition

    def leave(self) -> None:
        """Tell the depot that nobody needs to wait for this machine, whose front stops first."""
        self.store.let_go()
        Node.objects.filter(name=self.name).delete()

    def _look(self, edition: int) -> Delivery:
        """Say that this machine is here, up to an edition, and return what is new."""
        at = self.clock()
        here, received, mark = self.store.received()
        Node.objects.update_or_create(
            name=self.name, defaults={"edition": edition, "seen_at": Now()}
        )
        delivery = _news(here, received, mark, at)
        if delivery.is_whole:
            logger.info("Fetching all %d pages of the depot.", len(delivery.records))
        return delivery

    def _is_all_here(self, delivery: Delivery) -> bool:
        """Say whether all bodies are here, having fetched for as long as nobody minds.

        For a whole depot that is as long as it takes: before it is here this machine is not ready.
        """
        try:
            while lacking := self._lacking(delivery):
                is_done = self._fetch(lacking, None if delivery.is_whole else LISTENING_SECONDS)
                if not is_done:
                    return False
        except Exception:
            if not delivery.is_whole:
                self._put_off(delivery)
            raise
        return True

    def _put_off(self, delivery: Delivery) -> None:
        self.store.put_off(delivery, self._lacking(delivery))
        # Nothing is given out any more that was taken down: nobody needs to wait for the words.
        Node.objects.filter(name=self.name).update(edition=delivery.edition)

    def _lacking(self, delivery: Delivery) -> set[str]:
        variants = (variant for one in delivery.records for variant in one.variants.values())
        return self.store.lacks({one.digest for one in variants})

    def _fetch(self, lacking: Set[str], seconds: float | None) -> bool:
        """Have bodies laid in, or go on with those that are under way; say if that is done by then."""
        if self._fetching is None:
            wanted = sorted(lacking)
            self._fetching = wanted, self._hand.submit(self._lay_in, wanted)
        wanted, laying_in = self._fetching
        if not wait([laying_in], seconds).done:
            return False
        self._fetching = None
        try:
            laying_in.result()
        except depot.NotThere as lost:
            if depot.forget_lost(lost.digest, wanted):
                logger.warning("Words are missing in the object storage; all is pressed anew.")
                press_runs.ask([changes.EVERYTHING])
            raise
        return True

    def _lay_in(self, wanted: Sequence[str]) -> None:
        for start in range(0, len(wanted), ARMFUL):
            self.store.lay_in(depot.fetch(wanted[start : start + ARMFUL]))


def _news(here: str, edition: int, mark: str, at: float) -> Delivery:
    """Return what a store lacks that has an edition of a depot.

    All, if that was another depot, or another edition of that number: the database may have been
    restored, and what was pressed or taken down after the backup is unknown to it.
    """
    with transaction.atomic():
        _see_one_moment()
        row = Depot.objects.filter(pk=1).first() or Depot(pk=1)
        marks = dict(row.marks)
        is_whole = row.name != here or row.edition < edition or marks.get(edition, "") != mark
        since = -1 if is_whole else edition
        pages = DepotPage.objects.filter(edition__gt=since).order_by("edition")
        sessions = DepotSession.objects.filter(edition__gt=since)
        return Delivery(
            depot=row.name,
            edition=row.edition,
            mark=marks.get(row.edition, ""),
            at=at,
            records=[read(one.encode()) for one in pages.values_list("record", flat=True)],
            sessions=dict(sessions.values_list("session", "forget_at")),
            orders=read_orders(row.orders.encode()),
            is_whole=is_whole,
        )


def _see_one_moment() -> None:
    """Have what is read in this transaction be of one moment, also on PostgreSQL."""
    if connection.vendor == "postgresql" and len(connection.savepoint_ids) == 0:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")


def listen(seconds: float = LISTENING_SECONDS) -> None:
    """Return as soon as the depot has something new, or after a while.

    A pool of connections between us and PostgreSQL may hear nothing; then it is the while.
    """
    if connection.vendor != "postgresql":
        time.sleep(seconds)
        return
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {depot.CHANNEL}")
    own: Any = connection.connection
    for _one in own.notifies(timeout=seconds, stop_after=1):
        return
