"""The worker: takes tasks from the queue and sees that none is lost.

Tasks are put in the queue through Django's own interface (`some_task.enqueue(...)`) and
stand in the tables of django-tasks-db. What is added here: a lease, so that work whose
worker was killed goes to another; and retrying, ever more patiently, up to a limit.
"""

from __future__ import annotations

import logging
import random
import threading
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeAlias

from django.core.exceptions import ObjectDoesNotExist
from django.db import close_old_connections, connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django_tasks.base import TaskContext, TaskResultStatus
from django_tasks.signals import task_finished, task_started
from django_tasks.utils import normalize_json
from django_tasks_db.models import DBTaskResult, get_date_max

from masthead.production.models import Lease

logger = logging.getLogger(__name__)

# A writer waits up to 20 seconds for SQLite, so a lease must outlast a few such waits.
LEASE = timedelta(seconds=60)
RENEWAL = LEASE / 4
ATTEMPTS = 5
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=1)
IDLE_SECONDS = 1.0

CLOCK_QUEUE = "clock"
"""The queue of short, punctual work; a long task in another queue never delays it."""

CANARY_QUEUE = "canary"
"""The queue of looks from outside. They wait for others' answers, so nothing waits for them; and they
wait for nothing that takes long, since a leak may be shut by what they see."""

BACKUPS_QUEUE = "backups"
"""The queue of the nightly backup, which is made on a machine that keeps any."""

QueuedTask: TypeAlias = "DBTaskResult[..., Any]"


class LostWork(Exception):
    """A task's workers vanished in the middle of it, every time, and it was given up."""


def pause_before(attempt: int, *, jitter: float) -> timedelta:
    """Return how long to wait before a task is tried again.

    Args:
        attempt: how often it has been tried; at least 1.
        jitter: from 0 to 1, spreads tasks that failed together.
    """
    pause = min(FIRST_PAUSE * float(2 ** (attempt - 1)), LONGEST_PAUSE)
    return pause / 2 + pause / 2 * jitter


class Worker:
    """One lane of work: does one task after another from the queues it serves."""

    def __init__(
        self,
        *,
        only: Iterable[str] = (),
        never: Iterable[str] = (),
        clock: Callable[[], datetime] = timezone.now,
    ) -> None:
        """Make a worker with a name of its own.

        Args:
            only: the queues to serve; empty for all.
            never: queues to leave to others.
            clock: tells the time.
        """
        self.name = uuid.uuid4().hex
        self.only, self.never, self.clock = tuple(only), tuple(never), clock
        self._at_hand: set[uuid.UUID] = set()

    def work(
        self,
        stop: threading.Event,
        tick: Callable[[], object] = lambda: None,
        *,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        """Work until `stop` is set, finishing what is begun.

        Args:
            stop: ends the work.
            tick: called between tasks, also when there is nothing to do.
            idle_seconds: how long to wait before looking again when there is nothing.
        """
        renewing = threading.Thread(target=self._keep_leases, args=(stop,), daemon=True)
        renewing.start()
        while not stop.is_set():
            close_old_connections()
            try:
                tick()
                recover_lost_work(at=self.clock())
                found_work = self.work_once()
            except Exception:  # A database that is away for a minute must not end the worker.
                logger.exception("The worker stumbled; it goes on.")
                found_work = False
            if not found_work:
                stop.wait(idle_seconds)
        renewing.join(timeout=1)

    def work_once(self) -> bool:
        """Do the next task that is due; return whether there was one."""
        task = self._claim()
        if task is None:
            return False
        try:
            self._do(task)
        finally:
            # If its outcome could not be written its lease runs out, and somebody does it again.
            self._at_hand.discard(task.pk)
        return True

    def _do(self, task: QueuedTask) -> None:
        backend = None
        try:
            backend = type(task.task.get_backend())
            task_started.send(sender=backend, task_result=task.task_result)
            # Made plain before the transaction: what is no JSON must not break that.
            outcome = normalize_json(_call(task))
            self._settle(task, partial(task.set_successful, outcome))
        except ObjectDoesNotExist as gone:
            # Wagtail's tasks look after one object each; where that was deleted, all is done.
            wagtails_own = task.task_path.startswith("wagtail.")
            settle = (
                partial(task.set_successful, None)
                if wagtails_own
                else partial(self._try_again_or_fail, task, gone)
            )
            self._settle(task, settle)
        except Exception as error:  # noqa: BLE001 -- whatever it was, it is written down
            self._settle(task, partial(self._try_again_or_fail, task, error))
        if backend is not None:
            task_finished.send(sender=backend, task_result=task.task_result)

    def renew_leases(self) -> None:
        """Say that this worker is alive, and at the tasks that it has taken."""
        Lease.objects.filter(worker=self.name, task__in=self._at_hand.copy()).update(
            expires_at=self.clock() + LEASE
        )

    def _claim(self) -> QueuedTask | None:
        due = self._due()
        # Looking first without a transaction keeps an idle worker off SQLite's write lock.
        if not due.exists():
            return None
        with transaction.atomic():
            task = due.select_for_update(skip_locked=True).first()
            if task is None:
                return None
            task.claim(self.name)
            Lease.objects.create(task=task, worker=self.name, expires_at=self.clock() + LEASE)
        self._at_hand.add(task.pk)
        return task

    def _due(self) -> QuerySet[QueuedTask]:
        due = DBTaskResult.objects.filter(status=TaskResultStatus.READY).filter(
            Q(run_after=get_date_max()) | Q(run_after__lte=self.clock())
        )
        if self.only:
            due = due.filter(queue_name__in=self.only)
        return due.exclude(queue_name__in=self.never)

    def _settle(self, task: QueuedTask, write_outcome: Callable[[], None]) -> None:
        """Write a task's outcome, unless the lease was lost and somebody else has the task."""
        # The database may have been away meanwhile, and what led to it may be broken.
        if not connection.in_atomic_block:
            close_old_connections()
        with transaction.atomic():
            held, _rows = Lease.objects.filter(task=task, worker=self.name).delete()
            if held:
                write_outcome()
            else:
                logger.warning("%s took longer than its lease; its result is dropped.", task.id)

    def _try_again_or_fail(self, task: QueuedTask, error: Exception) -> None:
        attempt = len(task.worker_ids)
        task.set_failed(error)
        if attempt >= ATTEMPTS:
            logger.error(
                "%s failed for good after %d attempts.", task.task_path, attempt, exc_info=error
            )
            return
        pause = pause_before(attempt, jitter=random.random())  # noqa: S311 -- no secret
        logger.warning("%s failed (%r); again in %s.", task.task_path, error, pause)
        # The traceback stays, so that a task that waits still shows why.
        _put_back(task, at=self.clock() + pause)

    def _keep_leases(self, stop: threading.Event) -> None:
        while not stop.wait(RENEWAL.total_seconds()):
            try:
                self.renew_leases()
            except Exception:  # The next beat may succeed; the lease outlasts four.
                logger.exception("A heartbeat failed.")
            finally:
                close_old_connections()


def recover_lost_work(*, at: datetime) -> int:
    """Put work back in the queue whose worker is gone; return how many tasks that were.

    A task that took its worker down at every attempt is failed in the end, so that it
    cannot take down workers for ever.
    """
    if not Lease.objects.run_out(at=at).exists():
        return 0
    with transaction.atomic():
        leases = list(
            Lease.objects.run_out(at=at).select_for_update(skip_locked=True).select_related("task")
        )
        for lease in leases:
            task = lease.task
            if len(task.worker_ids) >= ATTEMPTS:
                logger.error("%s lost its worker %d times.", task.task_path, ATTEMPTS)
                task.set_failed(LostWork(f"No worker survived this task in {ATTEMPTS} attempts."))
            else:
                logger.warning("%s lost its worker; somebody else will do it.", task.task_path)
                _put_back(task, at=at)
            lease.delete()
    return len(leases)


def _put_back(task: QueuedTask, *, at: datetime) -> None:
    task.status = TaskResultStatus.READY
    task.run_after = at
    task.finished_at = None
    task.save(update_fields=["status", "run_after", "finished_at"])


def _call(task: QueuedTask) -> Any:
    result = task.task_result
    if task.task.takes_context:
        context = TaskContext(task_result=result)  # type: ignore[arg-type]
        return task.task.call(context, *result.args, **result.kwargs)
    return task.task.call(*result.args, **result.kwargs)
