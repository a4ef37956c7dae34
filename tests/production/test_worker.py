from datetime import UTC, datetime, timedelta
from unittest.mock import Mock

import pytest
from django.db import OperationalError, connection
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from wagtail.tasks import update_reference_index_task

from masthead.production import worker as workers
from masthead.production.models import Lease
from masthead.production.worker import ATTEMPTS, LEASE, Worker, pause_before, recover_lost_work
from tests.factories import editorial as make
from tests.production import errands

pytestmark = pytest.mark.django_db
NOON = datetime(2030, 5, 1, 12, tzinfo=UTC)


class Clock:
    def __init__(self):
        self.now = NOON

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def worker(clock):
    errands.DONE.clear()
    return Worker(clock=clock)


def only_task() -> DBTaskResult:
    return DBTaskResult.objects.get()


def test_a_task_is_done_once_and_its_result_kept(worker):
    errands.note.enqueue("bread")
    assert worker.work_once() is True
    assert worker.work_once() is False
    assert errands.DONE == ["bread"]
    assert only_task().status == TaskResultStatus.SUCCESSFUL
    assert only_task().return_value == "bread"
    assert not Lease.objects.exists()


def test_a_failed_task_is_tried_again_later_and_shows_why_it_waits(worker, clock):
    errands.stumble.enqueue()
    worker.work_once()
    assert worker.work_once() is False
    task = only_task()
    assert task.status == TaskResultStatus.READY
    assert "The errand failed." in task.traceback
    assert clock.now < task.run_after <= clock.now + workers.FIRST_PAUSE
    clock.now = task.run_after
    assert worker.work_once() is True
    assert errands.DONE == ["stumble", "stumble"]


def test_a_task_that_keeps_failing_fails_for_good_after_the_limit(worker, clock, caplog):
    errands.stumble.enqueue()
    for _attempt in range(ATTEMPTS + 3):
        worker.work_once()
        clock.now += timedelta(hours=2)
    assert len(errands.DONE) == ATTEMPTS
    assert only_task().status == TaskResultStatus.FAILED
    assert f"failed for good after {ATTEMPTS} attempts" in caplog.text


def test_pauses_grow_and_never_pass_the_longest():
    pauses = [pause_before(attempt, jitter=1) for attempt in range(1, 20)]
    assert pauses[:3] == [timedelta(seconds=10), timedelta(seconds=20), timedelta(seconds=40)]
    assert max(pauses) == workers.LONGEST_PAUSE
    assert pause_before(1, jitter=0) == timedelta(seconds=5)


def test_a_result_that_cannot_be_written_counts_as_a_failure(worker):
    errands.answer_with_something_that_is_no_json.enqueue()
    worker.work_once()
    assert "TypeError" in only_task().exception_class_path
    assert not Lease.objects.exists()


def test_a_task_that_no_longer_exists_is_retried_and_then_failed_not_lost(worker, clock):
    errands.note.enqueue("x")
    DBTaskResult.objects.update(task_path="tests.production.errands.gone")
    for _attempt in range(ATTEMPTS):
        assert worker.work_once() is True
        clock.now += timedelta(hours=2)
    assert only_task().status == TaskResultStatus.FAILED


def test_a_task_for_later_waits(worker, clock):
    errands.note.using(run_after=NOON + timedelta(minutes=5)).enqueue("later")
    assert worker.work_once() is False
    clock.now += timedelta(minutes=5)
    assert worker.work_once() is True


def claimed_by_a_worker_that_dies(clock) -> DBTaskResult:
    task = Worker(clock=clock)._claim()
    assert task is not None
    return task


def test_work_whose_worker_was_killed_goes_to_another(worker, clock):
    errands.note.enqueue("bread")
    claimed_by_a_worker_that_dies(clock)
    assert recover_lost_work(at=clock.now) == 0
    assert worker.work_once() is False
    clock.now += LEASE
    assert recover_lost_work(at=clock.now) == 1
    assert worker.work_once() is True
    assert errands.DONE == ["bread"]


def test_a_living_worker_keeps_its_lease(worker, clock):
    errands.note.enqueue("bread")
    worker._claim()
    clock.now += LEASE / 2
    worker.renew_leases()
    clock.now += LEASE / 2
    assert recover_lost_work(at=clock.now) == 0


def test_a_task_that_kills_every_worker_is_given_up(clock):
    errands.note.enqueue("poison")
    for _attempt in range(ATTEMPTS):
        claimed_by_a_worker_that_dies(clock)
        clock.now += LEASE
        recover_lost_work(at=clock.now)
    assert only_task().status == TaskResultStatus.FAILED
    assert only_task().exception_class_path.endswith("LostWork")


def test_a_worker_that_lost_its_lease_keeps_its_result_to_itself(worker, caplog):
    errands.lose_the_lease_meanwhile.enqueue()
    worker.work_once()
    assert only_task().status == TaskResultStatus.RUNNING
    assert only_task().return_value is None
    assert "its result is dropped" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_what_came_of_a_task_is_written_though_it_lost_its_connection(worker, monkeypatch):
    if connection.vendor == "sqlite":  # Django takes no connection to a file for broken.
        monkeypatch.setattr(connection, "is_usable", lambda: False)
    errands.lose_the_database.enqueue()
    assert worker.work_once() is True
    assert only_task().status == TaskResultStatus.READY
    assert "lose_the_database" in only_task().traceback
    assert not Lease.objects.exists()


def test_what_could_not_be_written_is_done_again_though_its_worker_lives(
    worker, clock, monkeypatch
):
    errands.note.enqueue("bread")
    with monkeypatch.context() as away:
        away.setattr(worker, "_settle", Mock(side_effect=OperationalError("The database is away.")))
        with pytest.raises(OperationalError):
            worker.work_once()
    clock.now += LEASE / 2
    worker.renew_leases()
    clock.now += LEASE / 2
    assert recover_lost_work(at=clock.now) == 1
    assert worker.work_once() is True
    assert only_task().status == TaskResultStatus.SUCCESSFUL


def test_lanes_keep_to_their_queues(clock):
    errands.DONE.clear()
    errands.note.enqueue("long")
    errands.note_punctually.enqueue()
    assert Worker(only=["clock"], clock=clock).work_once() is True
    assert errands.DONE == ["punctual"]
    assert Worker(only=["clock"], clock=clock).work_once() is False
    assert Worker(never=["clock"], clock=clock).work_once() is True
    assert errands.DONE == ["punctual", "long"]


def test_wagtails_care_for_what_was_deleted_meanwhile_is_done(worker):
    update_reference_index_task.enqueue("editorial", "topic", "4711")
    worker.work_once()
    assert only_task().status == TaskResultStatus.SUCCESSFUL


def test_our_own_task_that_misses_a_row_is_tried_again(worker):
    errands.look_for_what_is_not_there.enqueue()
    worker.work_once()
    assert only_task().status == TaskResultStatus.READY


def test_the_first_size_of_a_picture_is_made_before_whatever_was_waiting(
    django_capture_on_commit_callbacks,
):
    for number in range(3):
        errands.note.enqueue(str(number))
    with django_capture_on_commit_callbacks(execute=True):
        picture = make.picture()
    errands.DONE.clear()
    Worker().work_once()
    assert picture.renditions.count() == 1
    assert errands.DONE == []
