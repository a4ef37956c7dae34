"""An issue that goes on sale is served, once, by itself; whoever had paused is left in peace."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django_tasks_db.models import DBTaskResult

from masthead.circulation import serving, standing, tasks
from masthead.circulation.models import Extension, Hold, ServedIssue, ServiceRecord
from masthead.editorial import issues
from tests.factories import circulation as make
from tests.factories import editorial
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db

FORTNIGHT = timedelta(days=14)


@pytest.fixture
def title():
    return editorial.magazine()


def on_sale(title, at, **fields):
    return issues.put_on_sale(editorial.issue(title, state="open", **fields), at=at)


def left(subscription) -> int:
    return standing.of_one(subscription).left


def test_an_issue_that_goes_on_sale_is_served_by_a_task(title, django_capture_on_commit_callbacks):
    subscription = make.subscription(make.version(title))
    with django_capture_on_commit_callbacks(execute=True):
        on_sale(title, THEN + FORTNIGHT)
    assert DBTaskResult.objects.filter(task_path=tasks.serve_issues.module_path).count() == 1
    tasks.serve_issues.call()
    assert left(subscription) == 23


def test_what_the_task_missed_is_served_by_night_and_once(title):
    subscription = make.subscription(make.version(title))
    first, second = (on_sale(title, THEN + count * FORTNIGHT) for count in (1, 2))
    assert serving.catch_up(at=THEN + 2 * FORTNIGHT) == [first, second]
    assert serving.catch_up(at=THEN + 3 * FORTNIGHT) == []
    assert left(subscription) == 22
    assert ServedIssue.objects.count() == 2


def test_serving_that_broke_off_half_way_is_finished(title, monkeypatch):
    subscriptions = [make.subscription(make.version(title)) for _each in range(3)]
    on_sale(title, THEN + FORTNIGHT)
    monkeypatch.setattr(serving, "BATCH", 1)
    whole = serving.serve_to

    def breaks(issue, batch, *, at):
        if batch == [subscriptions[1].pk]:
            raise KeyboardInterrupt
        return whole(issue, batch, at=at)

    monkeypatch.setattr(serving, "serve_to", breaks)
    with pytest.raises(KeyboardInterrupt):
        serving.catch_up(at=THEN + FORTNIGHT)
    assert [left(one) for one in subscriptions] == [23, 24, 24]
    monkeypatch.setattr(serving, "serve_to", whole)
    serving.catch_up(at=THEN + FORTNIGHT)
    assert [left(one) for one in subscriptions] == [23, 23, 23]


def test_an_issue_that_came_out_during_a_pause_is_not_served_afterwards(title):
    subscription = make.subscription(make.version(title))
    hold = Hold.objects.create(
        subscription=subscription, starts_on=THEN.date(), ends_on=date(2026, 5, 25), asked_at=THEN
    )
    on_sale(title, THEN + FORTNIGHT)
    hold.lifted_at = THEN + FORTNIGHT + timedelta(days=1)
    hold.save()
    # The worker was down, and looks at it only when the pause is over.
    serving.catch_up(at=THEN + 3 * FORTNIGHT)
    assert left(subscription) == 24


def test_a_pause_that_was_asked_for_after_the_issue_came_out_waits_for_the_next(title):
    subscription = make.subscription(make.version(title))
    on_sale(title, THEN + FORTNIGHT)
    Hold.objects.create(
        subscription=subscription, starts_on=THEN.date(), asked_at=THEN + FORTNIGHT + timedelta(1)
    )
    serving.catch_up(at=THEN + FORTNIGHT + timedelta(days=2))
    on_sale(title, THEN + 2 * FORTNIGHT)
    serving.catch_up(at=THEN + 2 * FORTNIGHT)
    assert left(subscription) == 23


def test_a_copy_added_for_nothing_is_never_an_old_issue(title):
    subscription = make.subscription(make.version(title, make.deal(copies=1)))
    old = editorial.issue(title, state="open")
    on_sale(title, THEN + FORTNIGHT)
    serving.catch_up(at=THEN + FORTNIGHT)
    Extension.objects.create(
        subscription=subscription, copies=1, reason="Kindness", at=THEN + FORTNIGHT
    )
    issues.put_on_sale(old, at=THEN + 2 * FORTNIGHT)
    serving.catch_up(at=THEN + 2 * FORTNIGHT)
    assert standing.of_one(subscription).extensions_left == 1
    on_sale(title, THEN + 3 * FORTNIGHT)
    serving.catch_up(at=THEN + 3 * FORTNIGHT)
    assert ServiceRecord.objects.get(kind="comp").issue.sequence == 3


def test_the_nightly_look_is_in_the_schedule():
    from masthead.production import schedule

    assert ("serve-issues", tasks.serve_issues) in {
        (entry.name, entry.task) for entry in schedule.entries()
    }
