"""Editions for screens that keep up with their issue.

Readers fetch the edition of an issue on sale whenever they like, so it is pressed anew when an
article is corrected, when the look changes or when the next engine sets it. What goes to a
printer is pressed when somebody asks for it: what was printed is printed.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.utils import timezone
from django_tasks import task

from masthead.editorial.models import Issue
from masthead.production import gathering, pressings
from masthead.production.models import Edition

logger = logging.getLogger(__name__)


def follows(issue: int) -> bool:
    """Say whether there is an edition that follows an issue, by its number."""
    return Edition.objects.filter(issue=issue, form=Edition.Form.SCREEN).exists()


def renew(issue: Issue, *, at: datetime) -> Edition | None:
    """Have the screen edition of an issue on sale pressed anew if it would not be the same.

    Returns:
        The edition that a worker will make; None where there is nothing to do, as there is
        where nobody has pressed one yet, or where the same was refused before.
    """
    form = Edition.Form.SCREEN
    if issue.state != Issue.State.ON_SALE or pressings.newest(issue, form) is None:
        return None
    try:
        copy = gathering.gather(issue, pressings.furnished(at), at=at)
    except gathering.CannotPress as refusal:
        logger.warning("%s cannot be pressed anew: %s", issue, refusal)
        return None
    last = Edition.objects.filter(issue=issue, form=form).order_by("-pk").first()
    if last is None or last.under_way or last.made_from == copy.made_from():
        return None
    return pressings.ask(issue, form, by=None, at=at)


@task()
def renew_issue(pk: int) -> bool:
    """Renew the screen edition of an issue; return whether there was something to do."""
    issue = Issue.objects.filter(pk=pk).first()
    return bool(issue and renew(issue, at=timezone.now()))


@task()
def renew_all() -> int:
    """Renew the screen edition of every issue on sale; return how many there were to renew."""
    pressed = Edition.objects.filter(form=Edition.Form.SCREEN).sound().values("issue")
    issues = Issue.objects.filter(state=Issue.State.ON_SALE, pk__in=pressed.order_by())
    return sum(bool(renew(issue, at=timezone.now())) for issue in issues.iterator())
