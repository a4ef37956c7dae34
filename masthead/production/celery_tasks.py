"""Celery behind the tasks' interface, where `[redis] url` names who carries its messages.

What is to be done stands in the same tables as without it, under the same leases: a message only
says that there is something. So nothing is lost that Redis forgets, and while it is away, work goes on
as workers look by themselves, every few seconds.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from functools import lru_cache, partial
from typing import Any

from celery import Celery
from django.conf import settings
from django.db import close_old_connections, transaction
from django.utils import timezone
from django_tasks_db import DatabaseBackend
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

LOOKING_SECONDS = 5.0
"""How long a worker leans on messages before it looks by itself."""

SOMETHING = "masthead.something"
"""What the one message is called."""


class CeleryBackend(DatabaseBackend):
    """The queue in the database, with a message for each task once it is committed."""

    def enqueue(self, task: Any, args: Any, kwargs: Any) -> Any:
        """Put a task in the queue, and wake somebody."""
        result: Any = super().enqueue(task, args, kwargs)
        # What is for later is found when its time has come.
        if task.run_after is None or task.run_after <= timezone.now():
            transaction.on_commit(partial(wake, task.queue_name))
        return result


_away_until: dict[str, float] = {}
"""Until when a Redis that could not be reached is not asked, by its address and a clock of this process."""


def wake(queue: str, *, at: float | None = None) -> None:
    """Tell those who serve a queue that there is something.

    While Redis is away it is tried once in as long as workers lean on messages, and nobody waits for it.
    """
    from masthead.production.lanes import lane_of

    at = time.monotonic() if at is None else at
    redis = settings.INSTALLATION.redis.url
    if at < _away_until.get(redis, at):
        return
    try:
        app().send_task(SOMETHING, queue=lane_of(queue), retry=False)
    except OperationalError as error:
        _away_until[redis] = at + LOOKING_SECONDS
        logger.warning("Redis cannot be reached; workers look by themselves: %s", error)


@lru_cache(maxsize=1)
def app() -> Celery:
    """Return Celery, told where its messages go."""
    made = Celery("masthead", broker=settings.INSTALLATION.redis.url, set_as_current=False)
    made.conf.update(
        accept_content=["json"],
        task_ignore_result=True,
        task_serializer="json",
        worker_hijack_root_logger=False,
        worker_prefetch_multiplier=1,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={
            "global_keyprefix": "masthead:",
            # Who sends connects once; Celery's workers go on trying all the same.
            "max_retries": 0,
            "socket_connect_timeout": 1,
            "socket_timeout": 5,
        },
    )
    return made


def work(lane: str, stop: threading.Event) -> None:
    """Serve a lane until the process is told to stop: by messages, and by looking."""
    from masthead.production.lanes import LANES

    served = LANES[lane]
    worker = served.worker()
    looking = threading.Thread(
        target=partial(worker.work, stop, served.tick, idle_seconds=LOOKING_SECONDS), daemon=True
    )
    looking.start()

    def something() -> None:
        close_old_connections()
        while worker.work_once():
            pass

    app().task(something, name=SOMETHING, shared=False, lazy=False)
    try:
        app().Worker(
            queues=[lane],
            hostname=f"{lane}-{os.getpid()}@{settings.INSTALLATION.place.partition(':')[0]}",
            pool="threads",
            concurrency=1,
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
            quiet=True,
        ).start()
    finally:
        stop.set()
        looking.join(timeout=1)
