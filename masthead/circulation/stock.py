"""Printed copies in the store: some are sent again after a claim, some are sold one by one.

    count(issue, 40, …)   so many lie there now
    take(issue)           one of them is somebody's; False where none is left
    put_back(issue)       it is nobody's after all

What keeps the last one from being promised twice is the database: it refuses to have more taken
than there are, however many ask at once.
"""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from wagtail.log_actions import log

from masthead.circulation.models import ServiceRecord, SingleCopy, SpareCopies
from masthead.editorial.models import Issue
from masthead.people.models import User


@transaction.atomic
def count(issue: Issue, copies: int, *, at: datetime, by: User | None = None) -> SpareCopies:
    """Write down how many printed copies of an issue lie in the store now.

    Those that are promised and not with the post yet lie there, too, and stay promised.
    """
    # Held, so that nobody is promised one while we look for who was.
    SpareCopies.objects.select_for_update().filter(issue=issue).first()
    counted, _made = SpareCopies.objects.update_or_create(
        issue=issue,
        defaults={
            "copies": copies,
            "taken": min(copies, _promised(issue)),
            "counted_at": at,
            "counted_by": by,
        },
    )
    log(issue, "masthead.spares.count", user=by, data={"copies": copies})
    return counted


def left(issue: Issue) -> int:
    """Return how many copies of an issue are nobody's yet; nought if nobody counted."""
    counted = SpareCopies.objects.filter(issue=issue).first()
    return counted.copies - counted.taken if counted else 0


def take(issue: Issue) -> bool:
    """Promise a copy to somebody; say whether there was one."""
    try:
        with transaction.atomic():
            return bool(SpareCopies.objects.filter(issue=issue).update(taken=F("taken") + 1))
    except IntegrityError:
        return False


def put_back(issue: Issue) -> None:
    """Have a copy be nobody's again that is in the store still."""
    SpareCopies.objects.filter(issue=issue, taken__gt=0).update(taken=F("taken") - 1)


def _promised(issue: Issue) -> int:
    """Return how many copies are somebody's and wait in the store for the post."""
    again = ServiceRecord.objects.filter(issue=issue, kind=ServiceRecord.Kind.REPLACEMENT)
    waiting = again.filter(label__run__dispatched_at=None)
    return waiting.count() + SingleCopy.objects.in_store().filter(issue=issue).count()
