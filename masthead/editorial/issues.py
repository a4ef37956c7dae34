"""The life of an issue: planned, open for copy, closed, on sale.

Each move is a recorded act. Putting an issue on sale is the one that readers notice: it
publishes, at one moment, everything that waited for it.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from masthead.editorial.archive import filing
from masthead.editorial.models import Article, Issue

logger = logging.getLogger(__name__)

MOVES = {
    Issue.State.PLANNED: (Issue.State.OPEN,),
    Issue.State.OPEN: (Issue.State.PLANNED, Issue.State.CLOSED, Issue.State.ON_SALE),
    Issue.State.CLOSED: (Issue.State.OPEN, Issue.State.ON_SALE),
    Issue.State.ON_SALE: (),
}


class CannotMove(Exception):
    """The issue cannot go where it was sent. Fit to show to editors."""


class NotReady(CannotMove):
    """Articles are not approved; ``articles`` lists them. Fit to show to editors."""

    def __init__(self, message: str, articles: list[Article]) -> None:
        """Say what is missing and which articles it concerns."""
        super().__init__(message)
        self.articles = articles


@transaction.atomic
def move(issue: Issue, to: Issue.State, *, at: datetime, by: Any = None) -> Issue:
    """Bring an issue to another state short of on sale, and write down who did it.

    Raises:
        CannotMove: that state does not follow on the present one.
    """
    issue = Issue.objects.select_for_update().get(pk=issue.pk)
    if issue.state == to:
        return issue
    if to == Issue.State.ON_SALE or to not in MOVES[Issue.State(issue.state)]:
        raise CannotMove(
            _("An issue that is “%(now)s” cannot become “%(then)s”.")
            % {"now": issue.get_state_display(), "then": Issue.State(to).label}
        )
    before = issue.state
    Issue.objects.filter(pk=issue.pk).update(state=to)
    issue.state = to
    log(
        issue,
        "masthead.issue.move",
        user=by,
        data={"from": before, "to": str(to), "at": at.isoformat()},
    )
    return issue


@transaction.atomic
def put_on_sale(issue: Issue, *, at: datetime, by: Any = None) -> Issue:
    """Publish the issue and every article that waited for it, as one act.

    Doing it again changes nothing. Articles that are already out stay as they are.

    Args:
        issue: read afresh; anything unsaved in it is not published.
        at: the moment from which it is on sale, timezone-aware.
        by: the member of staff who does it, for the log.

    Raises:
        NotReady: articles in its contents are not approved.
        CannotMove: the issue is still only planned.
    """
    issue = Issue.objects.select_for_update().get(pk=issue.pk)
    if issue.state == Issue.State.ON_SALE:
        return issue
    if Issue.State.ON_SALE not in MOVES[Issue.State(issue.state)]:
        raise CannotMove(_("Open the issue first: it is only planned."))
    articles = list(
        Article.objects.filter(placement__issue=issue)
        .select_related("approved_revision", "latest_revision")
        .order_by("placement__sort_order")
    )
    if missing := [article for article in articles if not approved(article)]:
        raise NotReady(
            _("These articles are not approved yet: %(titles)s.")
            % {"titles": ", ".join(f"“{article.draft_title}”" for article in missing)},
            missing,
        )
    revision = issue.get_latest_revision() or issue.save_revision(user=by)
    Issue.objects.filter(pk=issue.pk).update(state=Issue.State.ON_SALE, on_sale_at=at)
    issue.refresh_from_db()
    revision.as_object().publish(revision, user=by, skip_permission_checks=True)
    for article in articles:
        if article.release == Article.Release.WITH_ISSUE and not _is_out(article):
            waiting = article.approved_revision or article.get_latest_revision()
            copy = waiting.as_object()
            day_given = copy.published_at is not None
            copy.publish(waiting, user=by, skip_permission_checks=True)
            if not day_given:
                # All of them came out at one moment, however long the publishing took.
                Article.objects.filter(pk=article.pk).update(published_at=at)
                # Of an old issue that is brought in, the years in which it is looked for.
                filing.file_anew([article.pk], at=timezone.now())
    log(issue, "masthead.issue.put_on_sale", user=by, data={"at": at.isoformat()})
    issue.refresh_from_db()
    return issue


def put_due_on_sale(at: datetime) -> list[Issue]:
    """Put on sale every closed issue whose planned moment has come; return them.

    One that is not ready stays where it is, with a line in the log of the server: the
    editors see in its contents what is missing.
    """
    sold = []
    for issue in Issue.objects.filter(state=Issue.State.CLOSED, planned_on_sale_at__lte=at):
        try:
            sold.append(put_on_sale(issue, at=at))
        except CannotMove as refusal:
            logger.warning("The issue %s was due but could not go on sale: %s", issue, refusal)
    return sold


def approved(article: Article) -> bool:
    """Say whether the newest copy of an article is out, or was approved to come out."""
    if _is_out(article):
        return True
    return (
        article.approved_revision_id is not None
        and article.approved_revision_id == article.latest_revision_id
    )


def _is_out(article: Article) -> bool:
    return bool(article.live and not article.has_unpublished_changes)
