"""The depot: where pressed pages go when several machines serve, and where each fetches them from.

It has the verbs of the page store, and takes its place for whoever presses, takes down or gives
orders (`page_store.here()`). Words lie in the object storage, by their names; what is said of pages
lies in the database, one row an address, with the number of the edition in which it was
said. Numbers are given out under the lock of one row, and so in the order of commits: who has
edition 7 has missed nothing of 6. A carrier on each machine brings what is new into the store there
(`carriers.py`).
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from masthead.edge.bodies import (
    NotABody,
    Packed,
    PressedPage,
    pack_variants,
    read,
    with_variants,
)
from masthead.edge.orders import Change, Orders, read_orders
from masthead.edge.packing import AT_ONCE
from masthead.edge.records import Record
from masthead.edge.records import read as read_record
from masthead.edge.store import FORGOTTEN, GONE, Changed
from masthead.edge.view import fits
from masthead.production import models

CHANNEL = "masthead_depot"
"""What carriers listen to, in PostgreSQL."""

HANDS = 8
"""How many bodies are put into the object storage, or fetched from it, at once."""

MARKED = 200
"""So many editions are known again; whoever has an older one fetches everything."""

KEPT = timedelta(days=2)
"""How long words stay that no page has any more: a carrier may be on its way to them."""

Address = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Depot:
    """The depot of this house.

    ``patience`` is how many seconds a machine may lag: afterwards it answers with nothing
    that may have been taken down, so nobody waits longer for it.
    """

    patience: float

    def publish(
        self,
        pages: Iterable[PressedPage],
        *,
        gone: Iterable[tuple[str, str, int]] = (),
        effort: int = AT_ONCE,
        changed: Changed = frozenset,
    ) -> int:
        """Put pages in, and take others down, as one edition; return its number.

        A page of an older version than the one that is there changes nothing. Once this returns,
        no machine gives out what is gone.
        """
        made = [(page, pack_variants(page, effort)) for page in pages if fits(page.record)]
        bodies = {one.digest: one for _page, packed in made for one in packed.values()}
        _lay_in(bodies)
        down = [
            Record(host=host, path=path, version=version, status=GONE)
            for host, path, version in gone
        ]
        records = [
            replace(with_variants(page.record, page, packed), effort=effort)
            for page, packed in made
        ]
        with _edition() as number:
            late = changed()
            _keep(bodies)
            _write([*(one.held_if(late) for one in records), *filter(fits, down)], number)
        if down:
            self.wait_for(number)
        return number

    @contextmanager
    def taking_turns(self) -> Iterator[None]:
        """Wait until nobody else on any machine is within; whoever is killed there is out at once."""
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [CHANNEL])
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [CHANNEL])

    def begin_run(self) -> int:
        """Return the version of pages that are rendered from now on; later runs have higher ones."""
        with transaction.atomic():
            row = _row()
            row.run += 1
            row.save(update_fields=["run"])
        return int(row.run)

    def forget(self, pages: Iterable[Address], *, version: int, everywhere: bool = False) -> None:
        """Have the house answer from now on where a run of this version found nothing to keep.

        With ``everywhere``, no machine gives out what was there once this returns.
        """
        records = [
            Record(host=host, path=path, version=version, status=FORGOTTEN) for host, path in pages
        ]
        with _edition() as number:
            gone = _rows(records).filter(status=GONE).values_list("address", flat=True)
            kept = set(gone)
            _write([one for one in records if fits(one) and _address(one) not in kept], number)
        if everywhere and records:
            self.wait_for(number)

    def hold_back(self, pages: Iterable[Address], *, closed: bool = False) -> None:
        """Have the house asked for pages until they are pressed again, and no older press win."""
        version = self.begin_run()
        with _edition() as number:
            there = models.DepotPage.objects.filter(address__in=["".join(one) for one in pages])
            _write(
                [
                    read_record(row.record.encode()).held(version, closed=closed)
                    for row in there
                    if row.status not in (GONE, FORGOTTEN)
                ],
                number,
            )

    def tagged(self, tags: Iterable[str]) -> set[Address]:
        """Return host and path of every page that was made from one of these."""
        found = models.DepotPage.objects.filter(tags__has_any_keys=list(tags))
        return {_split(one) for one in found.values_list("address", flat=True)}

    def records(self) -> Iterator[Record]:
        """Go through every page there is."""
        for written in models.DepotPage.objects.values_list("record", flat=True).iterator(500):
            yield read_record(written.encode())

    def stale(self, at: float) -> list[Address]:
        """Return the addresses of pages that are stale at a moment."""
        found = models.DepotPage.objects.filter(stale_at__lte=at)
        return [_split(one) for one in found.values_list("address", flat=True)]

    def holds(self, host: str, path: str) -> bool:
        """Say whether there is a page to be given out here."""
        there = models.DepotPage.objects.filter(address=host + path)
        return there.exclude(status__in=(GONE, FORGOTTEN)).exists()

    def is_gone(self, host: str, path: str) -> bool:
        """Say whether a page was taken down here."""
        return models.DepotPage.objects.filter(address=host + path, status=GONE).exists()

    def packed_less(self) -> Iterator[PressedPage]:
        """Go through no page: what many machines fetch is not given another name for a tenth."""
        return iter(())

    def end_session(self, session: str, forget_at: int) -> None:
        """Let passes of a session open nothing any more, until nobody can hold one."""
        with _edition() as number:
            models.DepotSession.objects.update_or_create(
                session=session, defaults={"forget_at": forget_at, "edition": number}
            )

    def forget_sessions(self, at: float) -> int:
        """Forget sessions whose passes are all over; return how many that were."""
        return int(models.DepotSession.objects.filter(forget_at__lte=at).delete()[0])

    def order(self, change: Change) -> bool:
        """Tell every machine's front something besides pages; say if that is new.

        Once this returns, it counts. Nobody else can give orders in between.
        """
        with transaction.atomic():
            told = read_orders(_row().orders.encode())
            if (orders := change(told)) == told:
                return False
            with _edition() as number:
                models.Depot.objects.update(orders=orders.written().decode())
        self.wait_for(number)
        return True

    def orders(self) -> Orders:
        """Return what the fronts were told."""
        return read_orders(_row_as_it_is().orders.encode())

    def type(self) -> str:
        """Return what all pages were pressed with when all of them last were; empty if never."""
        return str(_row_as_it_is().type)

    def set_in(self, type_: str) -> None:
        """Remember what all pages are pressed with now."""
        with transaction.atomic():
            _row()
            models.Depot.objects.update(type=type_)

    def wait_for(self, edition: int) -> None:
        """Wait until every machine has an edition, or gives out nothing that it may have changed.

        A machine that has not asked for as long as its patience lasts refuses by itself. Whether it has
        is told by the database's clock alone, and no machine's is compared with another's.
        """
        deadline = time.monotonic() + self.patience
        alive = Now() - timedelta(seconds=self.patience)
        late = models.Node.objects.filter(seen_at__gt=alive, edition__lt=edition)
        while late.all().exists() and time.monotonic() < deadline:
            time.sleep(0.02)

    def throw_out(self) -> int:
        """Delete words that no page has had for days; return how many bodies that were."""
        named = {
            variant.digest for record in self.records() for variant in record.variants.values()
        }
        before = timezone.now() - KEPT
        old = models.DepotBody.objects.filter(named_at__lt=before)
        thrown = 0
        for digest in [one for one in old.values_list("digest", flat=True) if one not in named]:
            # Held while the words go, so that who has just found them there puts them in anew.
            with transaction.atomic():
                _row()
                rows, _kinds = old.filter(digest=digest).delete()
                if rows:
                    storages["pages"].delete(_place(digest))
                    thrown += 1
        return thrown


def tidy() -> int:
    """Throw words out that no page has, and forget machines that are gone; return how many words."""
    models.Node.objects.filter(seen_at__lt=Now() - KEPT).delete()
    return Depot(patience=0).throw_out()


class NotThere(NotABody):
    """No words lie in the object storage under this digest."""

    def __init__(self, digest: str) -> None:
        super().__init__(f"{digest} is not in the object storage.")
        self.digest = digest


def forget_lost(missing: str, among: Sequence[str]) -> bool:
    """Believe no longer that words lie in the object storage which are not there; say if any did.

    After an old backup of the database is restored, it knows of some that were thrown out since. Who
    presses them again then puts them in again.

    Args:
        missing: what was found not to be there. Of what is known to be lost, nothing is looked up.
        among: what else is looked up.
    """
    if not models.DepotBody.objects.filter(digest=missing).exists():
        return False
    with ThreadPoolExecutor(HANDS) as hands:
        is_there = list(hands.map(lambda one: storages["pages"].exists(_place(one)), among))
    lost = [one for one, there in zip(among, is_there, strict=True) if not there]
    models.DepotBody.objects.filter(digest__in=[missing, *lost]).delete()
    return True


def fetch(digests: Iterable[str]) -> Iterator[Packed]:
    """Yield bodies from the object storage.

    Raises:
        NotABody: what lies under a name is something else, or is not there any more.
    """
    with ThreadPoolExecutor(HANDS) as hands:
        yield from hands.map(_fetched, digests)


def _fetched(digest: str) -> Packed:
    try:
        with storages["pages"].open(_place(digest)) as file:
            written = file.read()
    except FileNotFoundError as missing:
        raise NotThere(digest) from missing
    return read(digest, written)


def _lay_in(bodies: Mapping[str, Packed]) -> None:
    """Put those bodies into the object storage that are not there."""
    there = set(models.DepotBody.objects.filter(digest__in=bodies).values_list("digest", flat=True))
    _upload([one for digest, one in bodies.items() if digest not in there])
    now = timezone.now()
    models.DepotBody.objects.bulk_create(
        [models.DepotBody(digest=digest, named_at=now) for digest in bodies if digest not in there],
        ignore_conflicts=True,
    )


def _keep(bodies: Mapping[str, Packed]) -> None:
    """Say that bodies are named again; what was thrown out in between is put in anew."""
    now = timezone.now()
    found = models.DepotBody.objects.filter(digest__in=bodies)
    if found.update(named_at=now) < len(bodies):
        there = set(found.values_list("digest", flat=True))
        _upload([one for digest, one in bodies.items() if digest not in there])
        models.DepotBody.objects.bulk_create(
            [models.DepotBody(digest=one, named_at=now) for one in bodies if one not in there]
        )


def _upload(bodies: list[Packed]) -> None:
    def upload(one: Packed) -> None:
        storages["pages"].save(_place(one.digest), ContentFile(one.written()))

    with ThreadPoolExecutor(HANDS) as hands:
        list(hands.map(upload, bodies))


def _place(digest: str) -> str:
    return f"{digest[:2]}/{digest}"


@contextmanager
def _edition() -> Iterator[int]:
    """Give out the next number, and commit what is written under it in one piece."""
    with transaction.atomic():
        row = _row()
        row.edition += 1
        row.marks = [*row.marks, [row.edition, secrets.token_hex(4)]][-MARKED:]
        row.save(update_fields=["edition", "marks"])
        yield int(row.edition)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                # Carriers hear it when, and only if, this is committed.
                cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(row.edition)])


def _row() -> Any:
    """Return the depot's row, held until the present transaction ends."""
    models.Depot.objects.get_or_create(pk=1)
    return models.Depot.objects.select_for_update().get(pk=1)


def _row_as_it_is() -> Any:
    return models.Depot.objects.filter(pk=1).first() or models.Depot(pk=1)


def _write(records: Iterable[Record], edition: int) -> None:
    """Write what is said of pages, but for those of which a later run has said more."""
    by_address = {_address(one): replace(one, edition=edition) for one in records}
    newer = _rows(by_address.values()).values_list("address", "version")
    for address, version in newer:
        if version > by_address[address].version:
            del by_address[address]
    models.DepotPage.objects.bulk_create(
        [
            models.DepotPage(
                address=address,
                version=record.version,
                edition=edition,
                status=record.status,
                record=record.written().decode(),
                tags=dict.fromkeys(record.tags, 1),
                stale_at=record.stale_at,
            )
            for address, record in by_address.items()
        ],
        batch_size=100,
        update_conflicts=True,
        unique_fields=["address"],
        update_fields=["version", "edition", "status", "record", "tags", "stale_at"],
    )


def _rows(records: Iterable[Record]) -> Any:
    return models.DepotPage.objects.filter(address__in=[_address(one) for one in records])


def _address(record: Record) -> str:
    return record.host + record.path


def _split(address: str) -> Address:
    host, slash, path = address.partition("/")
    return host, slash + path
