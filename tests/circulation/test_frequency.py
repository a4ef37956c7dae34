"""However often a magazine comes out, what was bought is so many issues (invariant 17)."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from masthead.circulation import endings, serving, standing
from masthead.circulation.models import ServiceRecord
from masthead.editorial.models import Issue
from tests.factories import circulation as make
from tests.factories import editorial
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def out(title, at, counts_as=1):
    issue = editorial.issue(title)
    Issue.objects.filter(pk=issue.pk).update(
        state="on_sale", live=True, on_sale_at=at, counts_as=counts_as
    )
    issue.refresh_from_db()
    serving.serve(issue, at=at)


def left(subscription) -> int:
    return standing.of_one(subscription).left


def test_who_has_seven_to_come_has_seven_when_it_comes_out_ten_times_a_year():
    """The auditors' example: twelve bought, five served, and then ten a year in place of twelve."""
    title = editorial.magazine()
    found = make.subscription(make.version(title, make.deal(copies=12)))
    for month in range(5):
        out(title, THEN + month * 30 * DAY)
    assert left(found) == 7
    for number in range(7):
        assert left(found) == 7 - number
        out(title, THEN + (150 + number * 36) * DAY)
    assert left(found) == 0


@settings(max_examples=15, suppress_health_check=list(HealthCheck), deadline=None)
@given(gaps=st.lists(st.integers(1, 400), min_size=5, max_size=5))
def test_gaps_between_issues_change_nothing(gaps):
    title = editorial.magazine()
    found = make.subscription(make.version(title, make.deal(copies=5)))
    at = THEN
    for number, gap in enumerate(gaps):
        assert left(found) == 5 - number
        at += gap * DAY
        out(title, at)
    assert left(found) == 0


def test_a_double_issue_takes_two_a_special_none_and_both_are_served():
    title = editorial.magazine()
    found = make.subscription(make.version(title, make.deal(copies=6, prices=make.deal().prices)))
    for days, counts_as, then in ((1, 2, 4), (2, 0, 4), (3, 1, 3), (4, 3, 0)):
        out(title, THEN + days * DAY, counts_as)
        assert left(found) == then
    assert ServiceRecord.objects.count() == 4


def test_an_issue_that_is_counted_otherwise_later_changes_no_copy_that_was_served():
    title = editorial.magazine()
    found = make.subscription(make.version(title, make.deal(copies=6)))
    out(title, THEN, counts_as=2)
    Issue.objects.update(counts_as=1)
    assert left(found) == 4
    (refund,) = endings.cancel(found, request=uuid.uuid4(), at=THEN)
    assert refund.minor == 4000
