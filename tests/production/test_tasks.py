from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from wagtail.models import Page

from masthead.production import tasks
from tests.production import errands

pytestmark = pytest.mark.django_db


def finished(status: str, *, days_ago: int) -> str:
    result = errands.note.enqueue("x")
    DBTaskResult.objects.filter(pk=result.id).update(
        status=status, finished_at=timezone.now() - timedelta(days=days_ago)
    )
    return result.id


def test_done_tasks_are_forgotten_after_two_weeks_and_failed_ones_after_two_months(monkeypatch):
    monkeypatch.setattr(tasks, "BATCH", 2)
    kept = {
        finished(TaskResultStatus.SUCCESSFUL, days_ago=13),
        finished(TaskResultStatus.FAILED, days_ago=59),
        errands.note.enqueue("waiting").id,
    }
    for _old in range(3):
        finished(TaskResultStatus.SUCCESSFUL, days_ago=15)
    finished(TaskResultStatus.FAILED, days_ago=61)
    assert tasks.forget_old_tasks.call() == 4
    assert {str(pk) for pk in DBTaskResult.objects.values_list("pk", flat=True)} == kept


def test_what_an_editor_gave_an_hour_goes_out_at_that_hour():
    root = Page.objects.get(depth=1)
    page = root.add_child(instance=Page(title="Tomorrow", slug="tomorrow", live=False))
    page.go_live_at = timezone.now() + timedelta(hours=8)
    page.save_revision().publish()
    with time_machine.travel(page.go_live_at - timedelta(minutes=1)):
        tasks.publish_scheduled.call()
    page.refresh_from_db()
    assert not page.live
    with time_machine.travel(page.go_live_at + timedelta(minutes=1)):
        tasks.publish_scheduled.call()
    page.refresh_from_db()
    assert page.live
