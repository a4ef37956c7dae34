import threading
from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connection
from django_tasks_db.models import DBTaskResult

from masthead.production import schedule
from masthead.production.schedule import Daily, Every
from tests.production import errands

MORNING = datetime(2030, 5, 1, 8, 0, 20, tzinfo=UTC)


@pytest.fixture(autouse=True)
def an_empty_schedule(monkeypatch):
    monkeypatch.setattr(schedule, "_entries", {})


def queued() -> int:
    return DBTaskResult.objects.count()


def test_an_interval_counts_from_the_full_hour():
    assert Every(timedelta(minutes=15)).slot(MORNING + timedelta(minutes=16)) == MORNING.replace(
        minute=15, second=0
    )


def test_a_daily_hour_belongs_to_yesterday_until_it_has_struck():
    evening = Daily(time(20))
    assert evening.slot(MORNING) == datetime(2030, 4, 30, 20, tzinfo=UTC)
    assert evening.slot(MORNING.replace(hour=20)) == datetime(2030, 5, 1, 20, tzinfo=UTC)


@pytest.mark.django_db
def test_work_is_queued_once_for_each_slot():
    schedule.enter("note", errands.note_punctually, Every(timedelta(minutes=1)))
    assert schedule.strike(at=MORNING) == []
    assert schedule.strike(at=MORNING + timedelta(seconds=39)) == []
    assert schedule.strike(at=MORNING + timedelta(seconds=40)) == ["note"]
    assert schedule.strike(at=MORNING + timedelta(seconds=50)) == []
    assert queued() == 1


@pytest.mark.django_db
def test_hours_missed_while_nobody_worked_are_made_up_for_once():
    schedule.enter("note", errands.note_punctually, Every(timedelta(minutes=1)))
    schedule.strike(at=MORNING)
    assert schedule.strike(at=MORNING + timedelta(hours=9)) == ["note"]
    assert schedule.strike(at=MORNING + timedelta(hours=9)) == []
    assert queued() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_only_one_queues_the_work():
    schedule.enter("note", errands.note_punctually, Every(timedelta(minutes=1)))
    schedule.strike(at=MORNING)
    start = threading.Barrier(4)

    def strike():
        start.wait()
        schedule.strike(at=MORNING + timedelta(minutes=1))
        connection.close()

    threads = [threading.Thread(target=strike) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert queued() == 1


def test_a_name_is_not_taken_twice():
    schedule.enter("note", errands.note_punctually, Daily(time(1)))
    schedule.enter("note", errands.note_punctually, Daily(time(1)))
    with pytest.raises(schedule.AlreadyEntered, match="another name"):
        schedule.enter("note", errands.note, Daily(time(1)))


def test_wagtails_scheduled_publishing_is_in_the_schedule(monkeypatch):
    from django.apps import apps

    apps.get_app_config("production").ready()
    entered = {entry.name: entry.rhythm for entry in schedule.entries()}
    assert entered["publish-scheduled"] == Every(timedelta(minutes=1))
    assert entered["back-up"] == Daily(time(3, 30))
