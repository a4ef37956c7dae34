"""Pauses move copies and lose none."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest

from masthead.circulation import endings, label_runs, pauses, serving, standing
from masthead.circulation.models import Hold, ServiceRecord
from masthead.editorial import issues
from masthead.people import addresses
from tests.factories import circulation as make
from tests.factories import editorial
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db

DAY, FORTNIGHT = timedelta(days=1), timedelta(days=14)
BERLIN = {"name": "Ada Okafor", "street": "Lindenweg 3", "city": "Berlin", "postcode": "10115"}


@pytest.fixture
def title():
    return editorial.magazine()


@pytest.fixture
def subscription(title):
    reader = make.reader()
    addresses.write(reader, "DE", BERLIN, at=THEN)
    version = make.version(title, make.deal(copies=4))
    return make.subscription(version, reader=reader, with_print=True)


def planned(title, count):
    return editorial.issue(title, state="open", planned_on_sale_at=THEN + count * FORTNIGHT)


def out(issue):
    at = issue.planned_on_sale_at
    issue = issues.put_on_sale(issue, at=at)
    serving.serve(issue, at=at)
    return issue


def served(subscription) -> list[int]:
    records = ServiceRecord.objects.filter(subscription=subscription, kind="paid")
    return list(records.values_list("issue__sequence", flat=True).order_by("issue__sequence"))


def test_a_pause_moves_the_last_issue_by_exactly_those_it_skips(title, subscription):
    pauses.hold(subscription, starts_on=(THEN + 20 * DAY).date(),
                ends_on=(THEN + 50 * DAY).date(), at=THEN)  # fmt: skip
    for count in range(1, 9):
        out(planned(title, count))
    # Those of the 28th and the 42nd day are skipped: two and three.
    assert served(subscription) == [1, 4, 5, 6]
    assert standing.of_one(subscription).left == 0


def test_the_first_and_the_last_day_are_within_the_pause(title, subscription):
    day = (THEN + FORTNIGHT).date()
    pauses.hold(subscription, starts_on=day, ends_on=day, at=THEN)
    out(planned(title, 1))
    out(planned(title, 2))
    assert served(subscription) == [2]


def test_what_is_in_the_post_is_told_and_cannot_be_stopped(title, subscription):
    first, second = planned(title, 1), planned(title, 2)
    label_runs.freeze(first, at=THEN)
    assert pauses.on_their_way(subscription) == [first]
    with pytest.raises(pauses.CannotPause):
        pauses.hold_issue(subscription, first, at=THEN + DAY)
    pauses.hold(subscription, starts_on=(THEN + DAY).date(), at=THEN + DAY)
    out(first)
    out(second)
    assert served(subscription) == [1]
    assert pauses.on_their_way(subscription) == []


def test_an_issue_that_is_left_out_stays_so_when_it_is_put_off(title, subscription):
    first, second = planned(title, 1), planned(title, 2)
    pauses.hold_issue(subscription, first, at=THEN)
    assert label_runs.freeze(first, at=THEN).rows == 0
    assert label_runs.freeze(second, at=THEN).rows == 1
    first.planned_on_sale_at = THEN + 3 * FORTNIGHT
    out(second)
    out(first)
    assert served(subscription) == [2]
    assert standing.of_one(subscription).left == 3


def test_resuming_serves_the_next_issue_and_not_the_last(title, subscription):
    pause = pauses.hold(subscription, starts_on=THEN.date(), at=THEN)
    first = out(planned(title, 1))
    assert pauses.lift(pause, at=THEN + FORTNIGHT + DAY)
    assert not pauses.lift(pause, at=THEN + FORTNIGHT + 2 * DAY)
    serving.serve(first, at=THEN + FORTNIGHT + 2 * DAY)
    out(planned(title, 2))
    assert served(subscription) == [2]


def test_a_double_click_is_one_pause(subscription):
    asked = {"starts_on": date(2026, 6, 1), "ends_on": date(2026, 7, 1), "at": THEN}
    assert pauses.hold(subscription, **asked) == pauses.hold(subscription, **asked)
    assert Hold.objects.count() == 1


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        (date(2026, 5, 3), None),
        (date(2026, 6, 9), date(2026, 6, 8)),
        (date(2026, 5, 20), None),
        (date(2026, 5, 20), date(2026, 6, 1)),
        (date(2026, 6, 30), date(2026, 8, 1)),
    ],
)
def test_a_pause_in_the_past_or_within_another_is_refused(subscription, starts_on, ends_on):
    pauses.hold(subscription, starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 30), at=THEN)
    with pytest.raises(pauses.CannotPause):
        pauses.hold(subscription, starts_on=starts_on, ends_on=ends_on, at=THEN)


def test_what_is_over_cannot_be_paused(subscription):
    endings.cancel(subscription, request=uuid.uuid4(), at=THEN)
    with pytest.raises(pauses.CannotPause):
        pauses.hold(subscription, starts_on=THEN.date(), at=THEN)
