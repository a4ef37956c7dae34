"""An issue goes on sale as one act."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from wagtail.models import PageLogEntry

from masthead.editorial import issues
from masthead.editorial.models import Article, ContentsEntry, Issue
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
State = Issue.State


@pytest.fixture
def title():
    return make.magazine()


def waiting(title, **fields):
    """Return an approved article that comes out with its issue."""
    article = make.article(title, live=False, release="with_issue", published_at=None, **fields)
    return article


def approve(article: Article) -> None:
    article.publish(article.latest_revision)


def test_publishing_an_article_that_waits_for_its_issue_only_approves_it(title) -> None:
    article = waiting(title)
    make.issue(title, article, state=State.OPEN)
    approve(article)
    article.refresh_from_db()
    assert not article.live
    assert issues.approved(article)


def test_putting_on_sale_publishes_everything_that_waited_at_one_moment(title) -> None:
    first, second = waiting(title), waiting(title)
    early = make.article(title)
    issue = make.issue(title, first, second, early, state=State.CLOSED)
    for article in (first, second):
        approve(article)
    issue = issues.put_on_sale(issue, at=NOON)
    assert (issue.state, issue.live, issue.on_sale_at) == (State.ON_SALE, True, NOON)
    for article in (first, second):
        article.refresh_from_db()
        assert (article.live, article.published_at) == (True, NOON)
    early.refresh_from_db()
    assert early.published_at == make.THEN


def test_an_unapproved_article_stops_the_whole_issue_and_is_named(title) -> None:
    ready, raw = waiting(title), waiting(title, headline="Still raw")
    issue = make.issue(title, ready, raw, state=State.CLOSED)
    approve(ready)
    with pytest.raises(issues.NotReady, match="Still raw") as refusal:
        issues.put_on_sale(issue, at=NOON)
    assert refusal.value.articles == [raw]
    ready.refresh_from_db()
    issue.refresh_from_db()
    assert not ready.live
    assert issue.state == State.CLOSED


def test_changing_the_copy_after_approval_needs_a_new_approval(title) -> None:
    article = waiting(title)
    issue = make.issue(title, article, state=State.OPEN)
    approve(article)
    article.refresh_from_db()
    article.standfirst = "Changed at the last minute"
    article.save_revision()
    with pytest.raises(issues.NotReady):
        issues.put_on_sale(issue, at=NOON)


def test_putting_on_sale_twice_changes_nothing(title) -> None:
    issue = make.issue(title, state=State.OPEN)
    issues.put_on_sale(issue, at=NOON)
    again = issues.put_on_sale(issue, at=NOON.replace(hour=15))
    assert again.on_sale_at == NOON
    assert PageLogEntry.objects.filter(action="masthead.issue.put_on_sale").count() == 1


def test_a_planned_issue_has_to_be_opened_first(title) -> None:
    with pytest.raises(issues.CannotMove, match="only planned"):
        issues.put_on_sale(make.issue(title), at=NOON)


def test_an_issue_on_sale_cannot_be_taken_back(title) -> None:
    issue = issues.put_on_sale(make.issue(title, state=State.OPEN), at=NOON)
    for state in (State.PLANNED, State.OPEN, State.CLOSED):
        with pytest.raises(issues.CannotMove):
            issues.move(issue, state, at=NOON)


def test_an_old_revision_does_not_take_an_issue_off_sale_nor_change_its_sequence(title) -> None:
    issue = make.issue(title, state=State.OPEN)
    old = issue.save_revision()
    issue = issues.put_on_sale(issue, at=NOON)
    old.publish()
    issue.refresh_from_db()
    assert (issue.state, issue.on_sale_at) == (State.ON_SALE, NOON)


def test_sequences_rise_and_are_unique_within_a_title(title) -> None:
    other = make.magazine("The Other")
    assert [make.issue(title).sequence for _ in range(3)] == [1, 2, 3]
    assert make.issue(other).sequence == 1
    last = make.issue(title)
    with pytest.raises(IntegrityError), transaction.atomic():
        Issue.objects.filter(pk=last.pk).update(sequence=1)


def test_an_article_stands_in_at_most_one_issue(title) -> None:
    article = make.article(title)
    make.issue(title, article)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.issue(title, article)


def test_an_old_revision_does_not_claim_an_article_that_moved_to_another_issue(title) -> None:
    article = make.article(title)
    before = make.issue(title, article)
    before.refresh_from_db()
    old = Issue.objects.get(pk=before.pk).save_revision()
    after = make.issue(title)
    ContentsEntry.objects.filter(article=article).update(issue=after)
    old.publish()
    assert ContentsEntry.objects.get(article=article).issue_id == after.pk


def test_a_copied_issue_is_planned_empty_and_next_in_sequence(title) -> None:
    issue = issues.put_on_sale(make.issue(title, make.article(title), state=State.OPEN), at=NOON)
    copy = issue.copy(update_attrs={"title": "Again", "slug": "again"}, copy_revisions=True)
    copy.refresh_from_db()
    assert (copy.sequence, copy.state, copy.contents.count()) == (2, State.PLANNED, 0)
    assert copy.key != issue.key
