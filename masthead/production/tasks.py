"""What production does by the clock."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from masthead.advertising import choosing
from masthead.editorial import issues
from masthead.editorial.archive import filing
from masthead.editorial.models import Title
from masthead.people import sessions
from masthead.production import backups, depot, guests, press_runs, schedule
from masthead.production.worker import BACKUPS_QUEUE, CLOCK_QUEUE

QUARTER = timedelta(minutes=15)
DONE_TASKS_KEPT = timedelta(days=14)
FAILED_TASKS_KEPT = timedelta(days=60)
# SQLite has one writer: a long delete would keep everybody else waiting.
BATCH = 500


@task(queue_name=CLOCK_QUEUE)
def publish_scheduled() -> None:
    """Publish and take down what editors have given an hour."""
    call_command("publish_scheduled", verbosity=0)


@task(queue_name=CLOCK_QUEUE)
def put_due_issues_on_sale() -> list[str]:
    """Put on sale the closed issues whose moment has come; return their names."""
    return [str(issue) for issue in issues.put_due_on_sale(timezone.now())]


@task(queue_name=CLOCK_QUEUE)
def tend_the_archive() -> int:
    """File what the archive lacks or has otherwise; return how many articles that were."""
    return filing.tend(at=timezone.now())


@task(queue_name=CLOCK_QUEUE)
def turn_advertisements() -> int:
    """Have pages pressed on which other advertisements run as a day begins; return of how many titles.

    Time zones are apart by quarters of an hour, so days begin with one. Whatever day was missed, while
    no worker ran, is found by night, as all pages are pressed.
    """
    now = schedule.Every(QUARTER).slot(timezone.now())
    turned = [
        title
        for title in Title.objects.all()
        if title.day(now) != title.day(now - QUARTER) and choosing.turn_on(title, title.day(now))
    ]
    press_runs.ask(f"advertisements:{title.pk}" for title in turned)
    return len(turned)


@task()
def forget_old_tasks() -> int:
    """Delete the records of tasks that finished long ago; return how many."""
    now = timezone.now()
    old = Q(status=TaskResultStatus.SUCCESSFUL, finished_at__lt=now - DONE_TASKS_KEPT) | Q(
        status=TaskResultStatus.FAILED, finished_at__lt=now - FAILED_TASKS_KEPT
    )
    forgotten = 0
    while batch := list(DBTaskResult.objects.filter(old).values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            DBTaskResult.objects.filter(pk__in=batch).delete()
        forgotten += len(batch)
    return forgotten


@task()
def forget_old_sessions() -> None:
    """Delete sessions that have run out, and the browsers they were in."""
    call_command("clearsessions", verbosity=0)
    sessions.forget_ended()


@task()
def forget_old_guests() -> int:
    """Forget who looked at proofs long ago; return how many those were."""
    return guests.forget_old(at=timezone.now())


@task()
def tidy_the_depot() -> int:
    """Throw out of the depot what no page has any more; return how many bodies that were."""
    return depot.tidy()


@task(queue_name=BACKUPS_QUEUE)
def back_up() -> str:
    """Make the nightly backup and return its file's name; nothing where none are kept."""
    installation = settings.INSTALLATION
    archive = backups.make_nightly(
        installation.home,
        installation.backups_folder,
        at=timezone.now(),
        keep=installation.backups.keep,
        database_url=installation.database.url,
    )
    return archive.name if archive else ""
