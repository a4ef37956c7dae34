"""Celery wakes those who work; what is to be done, and what came of it, stands in the tables."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from kombu.exceptions import OperationalError

from masthead.cli import worker
from masthead.config.sections import Redis
from masthead.production import celery_tasks
from masthead.production.lanes import LANES, lane_of
from masthead.production.press_runs import PRESS_QUEUE
from masthead.production.worker import BACKUPS_QUEUE, CANARY_QUEUE, CLOCK_QUEUE, Worker
from tests.production import errands

pytestmark = pytest.mark.django_db


@pytest.fixture
def broker(settings):
    """Have the queue behind the tasks be Celery's, with messages in this process's memory."""
    settings.INSTALLATION = replace(settings.INSTALLATION, redis=Redis(url="memory://"))
    settings.TASKS = {
        "default": {"BACKEND": "masthead.production.celery_tasks.CeleryBackend", "QUEUES": []}
    }
    celery_tasks.app.cache_clear()
    celery_tasks._away_until.clear()
    yield celery_tasks.app()
    celery_tasks.app.cache_clear()


def waiting(broker, lane) -> int:
    """Take the messages that wait in a lane; return how many there were."""
    count = 0
    with broker.connection_for_read() as connection:
        queue = connection.SimpleQueue(lane)
        while True:
            try:
                queue.get_nowait().ack()
            except queue.Empty:
                queue.close()
                return count
            count += 1


def test_whoever_serves_the_lane_is_woken_once_the_task_is_committed(
    broker, django_capture_on_commit_callbacks
):
    errands.DONE.clear()
    with django_capture_on_commit_callbacks(execute=True):
        errands.note.enqueue("bread")
        errands.note.using(queue_name=PRESS_QUEUE).enqueue("paper")
        assert (waiting(broker, "rest"), waiting(broker, "press")) == (0, 0)
    assert (waiting(broker, "rest"), waiting(broker, "press")) == (1, 1)
    assert LANES["press"].worker().work_once()
    assert errands.DONE == ["paper"]
    # Who missed the message finds it all the same.
    assert Worker().work_once()
    assert errands.DONE == ["paper", "bread"]


def test_nobody_is_woken_for_what_was_taken_back_or_is_for_later(
    broker, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        with transaction.atomic():
            errands.note.enqueue("taken back")
            transaction.set_rollback(True)
        errands.note.using(run_after=timezone.now() + timedelta(hours=1)).enqueue("later")
    assert waiting(broker, "rest") == 0
    assert DBTaskResult.objects.count() == 1


def test_while_redis_is_away_the_task_waits_in_its_table_and_nobody_is_refused(
    broker, settings, django_capture_on_commit_callbacks, caplog
):
    away = Redis(url="redis://127.0.0.1:1/0")
    settings.INSTALLATION = replace(settings.INSTALLATION, redis=away)
    celery_tasks.app.cache_clear()
    began = time.monotonic()
    with django_capture_on_commit_callbacks(execute=True):
        for _task in range(10):
            errands.note.enqueue("bread")
    # Nobody waits for it: a reader's request may be what has enqueued them.
    assert time.monotonic() - began < 2
    assert DBTaskResult.objects.count() == 10
    assert caplog.text.count("workers look by themselves") == 1


def test_redis_is_asked_again_a_while_after_it_was_away(broker, monkeypatch):
    with monkeypatch.context() as away:
        gone = Mock(side_effect=OperationalError("Nobody answers."))
        away.setattr(broker, "send_task", gone)
        celery_tasks.wake("default", at=1000.0)
        celery_tasks.wake("default", at=1000.1)
        assert gone.call_count == 1
    celery_tasks.wake("default", at=1000.2)
    assert waiting(broker, "rest") == 0
    celery_tasks.wake("default", at=1000.0 + celery_tasks.LOOKING_SECONDS)
    assert waiting(broker, "rest") == 1


def test_every_queue_is_served_in_one_lane():
    queues = (CLOCK_QUEUE, PRESS_QUEUE, CANARY_QUEUE, BACKUPS_QUEUE, "default", "any")
    assert [lane_of(one) for one in queues] == ["clock", "press", "canary", "rest", "rest", "rest"]
    assert tuple(LANES) == worker.LANES
    for queue in queues:
        serving = [
            name
            for name, lane in LANES.items()
            if (queue in lane.only if lane.only else queue not in lane.never)
        ]
        assert serving == [lane_of(queue)]
