"""Editions for screens, books and recordings that keep up with their issue.

Readers fetch the edition of an issue on sale whenever they like, so it is pressed anew when an
article is corrected, when the look changes or when the next engine sets it. What goes to a
printer is pressed when somebody asks for it: what was printed is printed.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.utils import timezone
from django_tasks import task

from masthead.editorial.models import Issue
from masthead.production import albums, books, gathering, pressings, rows
from masthead.production.models import Edition

logger = logging.getLogger(__name__)


FOLLOWING = (Edition.Form.SCREEN, Edition.Form.EPUB, Edition.Form.AUDIO)
"""What readers fetch of an issue on sale."""


def follows(issue: int) -> bool:
    """Say whether there is an edition that follows an issue, by its number."""
    return Edition.objects.filter(issue=issue, form__in=FOLLOWING).exists()


def renew(
    issue: Issue, form: Edition.Form = Edition.Form.SCREEN, *, at: datetime
) -> Edition | None:
    """Have an edition of an issue on sale pressed anew if it would not be the same.

    Args:
        issue: the issue.
        form: one of those that follow it.
        at: the moment, timezone-aware.

    Returns:
        The edition that a worker will make; None where there is nothing to do, as there is
        where nobody has pressed one yet, or where the same was refused before.
    """
    if issue.state != Issue.State.ON_SALE or pressings.newest(issue, form) is None:
        return None
    try:
        made_from = _made_from(issue, form, at)
    except gathering.CannotPress as refusal:
        logger.warning("%s cannot be pressed anew: %s", issue, refusal)
        return None
    last = Edition.objects.filter(issue=issue, form=form).order_by("-pk").first()
    if last is None or last.under_way or last.made_from == made_from:
        return None
    return pressings.ask(issue, form, by=None, at=at)


@task()
def renew_issue(pk: int) -> bool:
    """Renew the editions that follow an issue; return whether there was something to do."""
    issue = Issue.objects.filter(pk=pk).first()
    return bool(issue and _renew(issue, timezone.now()))


@task()
def renew_all() -> int:
    """Renew the editions of every issue on sale; return how many there were to renew."""
    pressed = Edition.objects.filter(form__in=FOLLOWING).sound().values("issue")
    issues = Issue.objects.filter(state=Issue.State.ON_SALE, pk__in=pressed.order_by())
    return sum(_renew(issue, timezone.now()) for issue in rows.in_turn(issues))


def _renew(issue: Issue, at: datetime) -> int:
    return sum(bool(renew(issue, form, at=at)) for form in FOLLOWING)


def _made_from(issue: Issue, form: Edition.Form, at: datetime) -> dict[str, Any]:
    house = pressings.furnished(at)
    if form == Edition.Form.AUDIO:
        return albums.gather(issue, at=at).made_from()
    if form == Edition.Form.EPUB:
        return books.gather(issue, house, at=at).made_from()
    return gathering.gather(issue, house, at=at).made_from()
