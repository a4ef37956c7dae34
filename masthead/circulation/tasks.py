"""What circulation does by the clock; each task is one line that calls a verb."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from masthead.circulation import passes, private_feeds, serving


@task()
def forget_ended_sessions() -> int:
    """Forget sessions that no pass can name any more; return how many."""
    return passes.forget_ended(at=timezone.now())


@task()
def forget_revoked_feeds() -> int:
    """Forget private feeds that were revoked long ago; return how many."""
    return private_feeds.forget_revoked(at=timezone.now())


@task()
def serve_issues() -> list[str]:
    """Serve the issues that have gone on sale; return their names."""
    return [str(issue) for issue in serving.catch_up(at=timezone.now())]
