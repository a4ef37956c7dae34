"""Press runs: whatever changed is pressed anew, and all of it appears in one moment.

Departments above register a `Builder` for their kinds of pages; here is only when they are
asked, and what happens to what they make.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from time import monotonic
from typing import Protocol

from django.db import transaction
from django.utils import timezone
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from masthead.edge.packing import AT_LEISURE
from masthead.edge.store import Changed, PressedPage
from masthead.production import changes, formes, page_store, progress
from masthead.production.models import Change
from masthead.production.progress import Progress

logger = logging.getLogger(__name__)

PRESS_QUEUE = "press"
"""The queue of press runs, which has a lane of its own: nothing that takes long delays a page."""

AT_ONCE = 500
"""Changes taken in one run; what is left has the next."""

HELD_BACK = 500
"""So many pages are asked for at the house from the moment of a change until they are pressed. Where
more have changed at once, such as all of them, the house could not: their old edition stays, but for
what may have closed (`hold_back()`)."""

IN_ONE_EDITION = 50
"""Pages of one edition where all are pressed: in memory at once are these, in all their variants."""

IDLE = 0.7
"""The load of a machine that has little to do."""

AT_A_TIME = 20.0
"""Seconds of packing at leisure, each minute."""

Address = tuple[str, str]
"""Host and path."""


class Builder(Protocol):
    """Makes pages of some kinds."""

    def state(self) -> str:
        """Return a name for what all pages are made with: version, theme, templates."""
        ...

    def addresses(self) -> Iterator[Address]:
        """Yield every address that it makes pages for, those that are read most first."""
        ...

    def appearing(self, tags: set[str]) -> Iterable[Address]:
        """Return addresses that may answer anew because of changes."""
        ...

    def press(
        self, addresses: Sequence[Address], *, version: int, at: datetime
    ) -> Iterable[tuple[Address, PressedPage | None]]:
        """Yield addresses with their pages, or None: nothing is to be kept for it.

        Every address that was asked for is among them, and others may be that belong to them. A
        page that cannot be made must not keep the others from readers.
        """
        ...


_builders: list[Builder] = []


def register(builder: Builder) -> None:
    """Have a department's pages pressed."""
    _builders.append(builder)


def ask(tags: Iterable[str]) -> None:
    """Have pressed anew what was made from these, once the present transaction is committed.

    To be called in the transaction of the change itself: the outbox's rows are written there.
    """
    rows = [Change(tag=tag) for tag in dict.fromkeys(tags)]
    if not rows:
        return
    asked = _present()
    asked.rows.extend(row.pk for row in Change.objects.bulk_create(rows))
    # Robust: if the store cannot be written, what else waits for this commit is done all the same.
    transaction.on_commit(asked.committed, robust=True)


class _Asked:
    """What a transaction asks for: the first of its hooks that is run does the work of all.

    Each time that something is asked has a hook, as those of a savepoint that is rolled back go.
    """

    def __init__(self) -> None:
        self.rows: list[int] = []

    def committed(self) -> None:
        if self.rows:
            first, last = min(self.rows), max(self.rows)
            self.rows.clear()
            _committed(first, last)


def _present() -> _Asked:
    """Return what the present transaction has asked for: its hooks know, and go where it is rolled back."""
    hooks = (hook for _savepoints, hook, _robust in transaction.get_connection().run_on_commit)
    owners = (getattr(hook, "__self__", None) for hook in hooks)
    return next((one for one in owners if isinstance(one, _Asked)), _Asked())


def hold_back(tags: Iterable[str]) -> None:
    """Have nobody read what was made from these, however much, once the transaction is committed.

    For what may have closed: it is asked for at the house until it is pressed, also where that is
    more than the house can answer at once. While the house is away nobody gets more than the lead.
    """
    closed = set(tags)
    transaction.on_commit(lambda: _hold_back(closed), robust=True)


def _hold_back(tags: set[str]) -> None:
    store = page_store.here()
    if touched := store.tagged(tags):
        store.hold_back(touched, closed=True)


def _committed(first: int, last: int) -> None:
    """Have nobody read what has just changed, and have it pressed."""
    try:
        store = page_store.here()
        # What was rolled back left no row, and what is pressed already has none any more.
        rows = Change.objects.filter(pk__range=(first, last))
        tags = set(rows.values_list("tag", flat=True))
        touched = store.tagged(tags)
        if len(touched) > HELD_BACK:
            shown = (store.tagged([tag]) for tag in tags)
            touched = {page for few in shown if len(few) <= HELD_BACK for page in few}
        if touched:
            store.hold_back(touched)
    finally:
        _begin()


def _begin() -> None:
    # A run that has not begun will find these changes as well.
    waiting = DBTaskResult.objects.filter(
        task_path=press_changes.module_path, status=TaskResultStatus.READY
    )
    if not waiting.exists():
        press_changes.enqueue()


@task(queue_name=PRESS_QUEUE)
def press_changes() -> int:
    """Press what has changed; return how many pages there were."""
    return press(at=timezone.now())


@task(queue_name=PRESS_QUEUE)
def press_what_is_stale() -> int:
    """Press what has gone stale; return how many pages that were.

    And have changes pressed that nobody was told of: who made them was killed as they were committed.
    """
    if Change.objects.exists():
        _begin()
    return press_stale(at=timezone.now())


@task(queue_name=PRESS_QUEUE)
def press_everything() -> int:
    """Press every page of the house anew; return how many."""
    return press_all(at=timezone.now())


@task(queue_name=PRESS_QUEUE)
def pack_harder() -> int:
    """Pack pages harder if the machine has nothing else to do; return how many."""
    return pack_at_leisure() if os.getloadavg()[0] < IDLE else 0


def press(*, at: datetime) -> int:
    """Press whatever has changed, as one edition; return how many pages that were.

    The version of a page is the run's, which begins before anything is read: of two presses the
    one that began later saw what the other saw, and wins. Changes go only once their pages are
    out, so a press that is killed in between does it again. Of several lanes one presses changes at
    a time, as another would make the same pages from the same rows.
    """
    with page_store.here().taking_turns():
        return _press_changes(at=at)


def _press_changes(*, at: datetime, but: Collection[int] = ()) -> int:
    """Press what has changed, as one edition, but for these changes."""
    version = page_store.here().begin_run()
    changed = _changed_since_now()
    rows = list(Change.objects.exclude(pk__in=but).order_by("pk")[:AT_ONCE])
    if not rows:
        return 0
    tags = {row.tag for row in rows}
    formes.lay_aside(changes.spelt_out(tags))
    if changes.EVERYTHING in tags:
        count = press_all(at=at, but=[*but, *(row.pk for row in rows)])
    else:
        count = _press_touched(
            tags, version=version, at=at, changed=changed, but=[*but, *(row.pk for row in rows)]
        )
    Change.objects.filter(pk__in=[row.pk for row in rows]).delete()
    if Change.objects.exclude(pk__in=but).exists():
        _begin()
    return count


def _press_touched(
    tags: set[str], *, version: int, at: datetime, changed: Changed, but: Collection[int]
) -> int:
    """Press what was made from these: what is about them as one edition, and the many after it."""
    around = {one for one in tags if one.partition(":")[0] in changes.AROUND}
    first = _touched(tags - around)
    touched = [*first, *sorted(set(_touched(around)) - set(first))]
    count = len(_edition(touched[:HELD_BACK], version=version, at=at, changed=changed))
    for batch in _batches(touched[HELD_BACK:]):
        count += len(_edition(batch, version=version, at=at, changed=changed))
        if Change.objects.exclude(pk__in=but).exists():
            count += _press_changes(at=at, but=but)
    return count


def look_at_the_type() -> bool:
    """Have everything pressed anew if it was pressed with anything else than now; say whether.

    Another version of Masthead, another theme: until a page is pressed again, its old form stays.
    """
    if page_store.here().type() == _state():
        return False
    ask([changes.EVERYTHING])
    return True


def _state() -> str:
    return "\n".join(builder.state() for builder in _builders)


def press_all(*, at: datetime, but: Collection[int] = ()) -> int:
    """Press every page anew, those first that are read most; return how many.

    Until a page is pressed its last edition is read. What changes meanwhile comes out in between.

    Args:
        at: the moment as of which pages are made.
        but: the changes that are the reason for it.
    """
    store, state, changed = page_store.here(), _state(), _changed_since_now()
    version = store.begin_run()
    if not store.type():
        # The store was lost, and with it what had changed since: nothing kept can be relied on.
        formes.lay_all_aside()
    about = sum(1 for record in store.records() if record.variants)
    count = 0
    there: set[Address] = set()
    for builder in _builders:
        # All at once: a question that stays open while pages are written would hold on to an old state
        # of the database, on SQLite, and nothing could be written from there (SQLITE_BUSY_SNAPSHOT).
        for batch in _batches(list(builder.addresses())):
            out = _edition(batch, version=version, at=at, changed=changed)
            there |= out
            count += len(out)
            progress.note(Progress(count, about))
            if count >= IN_ONE_EDITION:
                of_all = f" of about {about}" if about >= count else ""
                logger.info("%d pages%s are pressed anew.", count, of_all)
            if Change.objects.exclude(pk__in=but).exists():
                _press_changes(at=at, but=but)
    store.forget(
        [
            (record.host, record.path)
            for record in store.records()
            if record.variants and (record.host, record.path) not in there
        ],
        version=version,
    )
    store.set_in(state)
    progress.finished()
    return count


def _batches(addresses: Iterable[Address]) -> Iterator[list[Address]]:
    every = iter(addresses)
    while batch := list(islice(every, IN_ONE_EDITION)):
        yield batch


def press_stale(*, at: datetime) -> int:
    """Press what has gone stale: a lock has turned, a licence ended; or it is still held back."""
    store, count = page_store.here(), 0
    # Once a minute there is mostly nothing, and then nothing is written, nor waited for.
    if not store.stale(at.timestamp()):
        return 0
    with store.taking_turns():
        for batch in _batches(store.stale(at.timestamp())):
            changed = _changed_since_now()
            count += len(_edition(batch, version=store.begin_run(), at=at, changed=changed))
            if Change.objects.exists():
                _press_changes(at=at)
    return count


def pack_at_leisure(*, seconds: float = AT_A_TIME) -> int:
    """Pack pages harder for some seconds, one after another, and stop for any change.

    A tenth smaller for fifty times the work. The bytes have another name then, and so another ETag.
    """
    store, until, count = page_store.here(), monotonic() + seconds, 0
    for page in store.packed_less():
        if monotonic() > until or Change.objects.exists():
            break
        # Its version is the one it has: what was pressed or held back meanwhile stays.
        store.publish([page], effort=AT_LEISURE)
        count += 1
    return count


def take_down(tags: Iterable[str]) -> None:
    """Take down whatever answers as one of these: no variant of it is left when this returns."""
    store, tags = page_store.here(), set(tags)
    if store.tagged(tags):
        version = store.begin_run()
        store.publish([], gone=[(host, path, version) for host, path in store.tagged(tags)])


def leave_to_house(tags: Iterable[str]) -> None:
    """Have the house alone answer as one of these, which knows who may see it, until it is pressed.

    No machine gives it out by itself when this returns.
    """
    store = page_store.here()
    store.forget(store.tagged(tags), version=store.begin_run(), everywhere=True)


def _touched(tags: set[str]) -> list[Address]:
    found = page_store.here().tagged(tags)
    for builder in _builders:
        found.update(builder.appearing(tags))
    return sorted(found)


def _changed_since_now() -> Changed:
    """Return what will tell the tags of all changes that are committed from now on."""
    known = set(Change.objects.values_list("pk", flat=True))

    def changed() -> set[str]:
        # By which rows were there, and not by the highest number: a lower one may be committed later.
        late = {tag for pk, tag in Change.objects.values_list("pk", "tag") if pk not in known}
        return changes.spelt_out(late)

    return changed


def _edition(
    addresses: Sequence[Address], *, version: int, at: datetime, changed: Changed
) -> set[Address]:
    """Press what is at these addresses, as one edition; return where there is a page now."""
    store, pages = page_store.here(), made(addresses, version=version, at=at)
    if nothing := set(addresses) - set(pages):
        store.forget(nothing, version=version)
    if pages:
        store.publish(pages.values(), changed=changed)
    return set(pages)


def made(addresses: Sequence[Address], *, version: int, at: datetime) -> dict[Address, PressedPage]:
    """Return the pages that are at these addresses, and what belongs to them, as of a moment."""
    return {
        address: page
        for builder in _builders
        for address, page in builder.press(addresses, version=version, at=at)
        if page is not None
    }
