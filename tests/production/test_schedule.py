import threading
from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connection
from django_tasks_db.models import DBTaskResult

from masthead.production import schedule
from masthead.production.schedule import Daily, Every
from masthead.production.worker import Worker
from tests.production import errands

MORNING = datetime(2030, 5, 1, 8, 0, 20, tzinfo=UTC)


@pytest.fixture(autouse=True)
def an_empty_schedule(monkeypatch):
    monkeypatch.setattr(schedule, "_entries", {})
    monkeypatch.setattr(schedule, "_seen", {})


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


def strikes(*moments: datetime) -> list[bool]:
    """Look at the clock at these moments; return at which of them the line was struck."""
    return [schedule.strike(at=moment) == ["note"] for moment in moments]


def another_process(monkeypatch):
    monkeypatch.setattr(schedule, "_seen", {})


MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
IN_A_YEAR = MORNING + 365 * DAY


@pytest.mark.django_db
@pytest.mark.parametrize("starts_again", [False, True])
@pytest.mark.parametrize(
    ("rhythm", "period"), [(Every(MINUTE), MINUTE), (Daily(time(8)), DAY)], ids=["minutes", "days"]
)
def test_after_a_clock_was_ahead_the_schedule_goes_on_with_its_next_slot(
    rhythm, period, starts_again, monkeypatch
):
    schedule.enter("note", errands.note_punctually, rhythm)
    assert strikes(MORNING, IN_A_YEAR) == [False, True]
    if starts_again:
        another_process(monkeypatch)
    # What was due while the clock was wrong may have been struck before.
    assert strikes(MORNING, MORNING + timedelta(seconds=5)) == [False, False]
    assert strikes(MORNING + period, MORNING + period + timedelta(seconds=5)) == [True, False]
    assert strikes(MORNING + 2 * period) == [True]


@pytest.mark.django_db
def test_until_a_machine_that_starts_in_1970_knows_the_time_nothing_is_struck_again(monkeypatch):
    schedule.enter("note", errands.note_punctually, Daily(time(8)))
    assert strikes(MORNING - DAY, MORNING) == [False, True]
    another_process(monkeypatch)
    boot = datetime(1970, 1, 1, 0, 0, 7, tzinfo=UTC)
    assert strikes(boot, boot + timedelta(hours=1), MORNING + MINUTE) == [False] * 3
    assert strikes(MORNING + DAY) == [True]


@pytest.mark.django_db
def test_what_was_struck_a_little_early_is_not_struck_again_at_its_hour():
    schedule.enter("note", errands.note_punctually, Daily(time(8)))
    early = MORNING - timedelta(hours=1)
    assert strikes(early, MORNING) == [False, True]
    assert strikes(early, early + MINUTE, MORNING, MORNING + DAY) == [False, False, False, True]


@pytest.mark.django_db
def test_a_machine_whose_clock_stays_wrong_strikes_each_of_its_slots_once(monkeypatch):
    schedule.enter("note", errands.note_punctually, Daily(time(8)))
    wrong, right = {}, {}
    struck = []
    for second in range(0, 3 * 24 * 3600, 1800):
        for seen, moment in ((wrong, IN_A_YEAR), (right, MORNING)):
            monkeypatch.setattr(schedule, "_seen", seen)
            now = moment + timedelta(seconds=second)
            if schedule.strike(at=now):
                struck.append(now)
    assert len(struck) == len({moment.date() for moment in struck})


@pytest.mark.django_db
def test_what_still_waits_is_not_put_in_the_queue_again():
    schedule.enter("note", errands.note_punctually, Every(MINUTE))
    strikes(MORNING)
    assert strikes(*(MORNING + number * MINUTE for number in range(1, 60))) == [True] * 59
    assert queued() == 1
    assert Worker().work_once()
    # While one is under way, what is due is another.
    schedule.strike(at=MORNING + 60 * MINUTE)
    assert Worker()._claim() is not None
    schedule.strike(at=MORNING + 61 * MINUTE)
    assert queued() == 3


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
