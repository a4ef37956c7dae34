"""A copy that did not come is sent again; or, if none is left, made up for."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from masthead.circulation import claims, endings, extensions, label_runs, serving, standing, stock
from masthead.circulation.models import Claim, Extension, ServiceRecord
from masthead.circulation.promises import kinds
from masthead.editorial import issues
from masthead.payments import journal
from masthead.people import addresses
from tests.factories import circulation as make
from tests.factories import editorial
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
BERLIN = {"name": "Ada Okafor", "street": "Lindenweg 3", "city": "Berlin", "postcode": "10115"}
MISSING, DAMAGED = Claim.Kind.MISSING, Claim.Kind.DAMAGED


@pytest.fixture
def title():
    return editorial.magazine()


@pytest.fixture
def subscription(title):
    return subscriber(title)


def subscriber(title):
    reader = make.reader()
    addresses.write(reader, "DE", BERLIN, at=THEN)
    version = make.version(title, make.deal(copies=6))
    return make.subscription(version, reader=reader, with_print=True)


def sent(title, at=THEN, spares=5):
    """Return an issue that was labelled, dispatched and served."""
    issue = editorial.issue(title, state="open")
    run = label_runs.freeze(issue, at=at)
    label_runs.dispatch(run, quantity=100, at=at)
    issue = issues.put_on_sale(issue, at=at)
    serving.serve(issue, at=at)
    if spares is not None:
        stock.count(issue, spares, at=at)
    return issue


def record(subscription, issue):
    return ServiceRecord.objects.exclude(kind="replacement").get(
        subscription=subscription, issue=issue
    )


def claim(copy, kind=MISSING, *, at=THEN + 10 * DAY, **fields):
    return claims.claim(copy, kind, **({"request": uuid.uuid4(), "at": at} | fields))


def test_a_missing_copy_is_sent_again_and_uses_up_none(title, subscription):
    issue = sent(title)
    income = journal.balance("income", "EUR")
    made = claim(record(subscription, issue))
    assert made.replacement.kind == "replacement"
    assert standing.of_one(subscription).left == 5
    assert journal.balance("income", "EUR") == income
    run = label_runs.freeze(issue, at=THEN + 11 * DAY, supplemental=True)
    assert [(one.kind, one.record) for one in run.labels.all()] == [
        ("replacement", made.replacement)
    ]
    assert label_runs.freeze(issue, at=THEN + 12 * DAY, supplemental=True) is None


def test_a_copy_that_is_sent_again_proves_no_further_issue(title, subscription):
    issue = sent(title)
    claim(record(subscription, issue))
    at = THEN + 11 * DAY
    shown = {
        name: [one.words for one in kinds.named(name).evidence(subscription, {}, at)]
        for name in ("issues", "print-edition", "digital-edition")
    }
    assert shown["issues"] == [f"No. {issue.number}: Paid"]
    assert len(shown["digital-edition"]) == 1
    again, first = f"No. {issue.number} in print, sent again", f"No. {issue.number} in print"
    assert shown["print-edition"] == [again, first]


def test_once_the_store_is_empty_an_issue_is_added_instead(title, subscription):
    other = subscriber(title)
    issue = sent(title, spares=1)
    assert claim(record(subscription, issue)).replacement
    made = claim(record(other, issue))
    assert (made.replacement, made.extension.copies) == (None, 1)
    assert stock.left(issue) == 0
    assert standing.of_one(other).extensions_left == 1
    assert standing.of_one(other).left == 5


def test_where_nobody_counted_copies_none_are_promised(title, subscription):
    issue = sent(title, spares=None)
    assert claim(record(subscription, issue)).extension


def test_counting_again_counts_what_lies_there_then_and_keeps_what_is_promised(title, subscription):
    issue = sent(title, spares=1)
    claim(record(subscription, issue))
    # One of the two is the copy that waits for the post.
    stock.count(issue, 2, at=THEN + 11 * DAY)
    assert stock.left(issue) == 1
    run = label_runs.freeze(issue, at=THEN + 11 * DAY, supplemental=True)
    label_runs.dispatch(run, quantity=1, at=THEN + 12 * DAY)
    stock.count(issue, 1, at=THEN + 13 * DAY)
    assert stock.left(issue) == 1


def test_a_double_click_is_one_claim(title, subscription):
    copy, request = record(subscription, sent(title)), uuid.uuid4()
    assert claim(copy, request=request) == claim(copy, request=request)
    assert Claim.objects.count() == 1


def test_if_the_second_copy_is_lost_too_an_issue_is_added_and_that_is_all(title, subscription):
    issue = sent(title)
    copy = record(subscription, issue)
    claim(copy)
    with pytest.raises(claims.CannotClaim):
        claim(copy, at=THEN + 20 * DAY)
    run = label_runs.freeze(issue, at=THEN + 20 * DAY, supplemental=True)
    label_runs.dispatch(run, quantity=1, at=THEN + 20 * DAY)
    assert claim(copy, at=THEN + 30 * DAY).extension
    with pytest.raises(claims.CannotClaim):
        claim(copy, at=THEN + 40 * DAY)
    assert Extension.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "days", "may"),
    [(MISSING, 6, False), (MISSING, 7, True), (DAMAGED, 1, True), (DAMAGED, 89, True),
     (MISSING, 90, False)],
)  # fmt: skip
def test_a_copy_can_be_claimed_once_the_post_had_its_time(title, subscription, kind, days, may):
    copy = record(subscription, sent(title))
    if may:
        assert claim(copy, kind, at=THEN + days * DAY)
        return
    with pytest.raises(claims.CannotClaim):
        claim(copy, kind, at=THEN + days * DAY)
    assert claim(copy, kind, at=THEN + days * DAY, by=make.reader())


def test_more_than_three_in_a_term_are_for_staff(title, subscription):
    copies = [record(subscription, sent(title)) for _each in range(4)]
    for copy in copies[:3]:
        claim(copy)
    with pytest.raises(claims.CannotClaim):
        claim(copies[3])
    assert claim(copies[3], by=make.reader())


def test_a_copy_that_was_never_printed_cannot_be_claimed(title):
    digital = make.subscription(make.version(title))
    subscriber(title)
    with pytest.raises(claims.CannotClaim):
        claim(record(digital, sent(title)))


def test_a_replacement_and_what_is_over_cannot_be_claimed(title, subscription):
    issue = sent(title)
    made = claim(record(subscription, issue))
    with pytest.raises(claims.CannotClaim):
        claim(made.replacement)
    endings.cancel(subscription, request=uuid.uuid4(), at=THEN + 12 * DAY)
    with pytest.raises(claims.CannotClaim):
        claim(record(subscription, issue), at=THEN + 13 * DAY)


def test_copies_are_added_once_with_a_reason_and_no_debt(title, subscription):
    request, deferred = uuid.uuid4(), journal.balance("liabilities:deferred", "EUR")
    asked = {"reason": "A wet store", "request": request, "at": THEN, "by": make.reader()}
    first = extensions.extend(subscription, 2, **asked)
    assert extensions.extend(subscription, 2, **asked) == first
    assert standing.of_one(subscription).extensions_left == 2
    assert journal.balance("liabilities:deferred", "EUR") == deferred
    for wrong in ({"reason": " "}, {"copies": 0}, {"copies": 101}):
        fields = {"copies": 1, **asked, "request": uuid.uuid4(), **wrong}
        with pytest.raises(extensions.CannotExtend):
            extensions.extend(subscription, fields.pop("copies"), **fields)


def test_added_copies_come_after_the_paid_ones(title, subscription):
    extensions.extend(
        subscription, 1, reason="Kindness", request=uuid.uuid4(), at=THEN, by=make.reader()
    )
    for count in range(8):
        sent(title, at=THEN + count * DAY)
    records = ServiceRecord.objects.filter(subscription=subscription).order_by("issue__sequence")
    assert [one.kind for one in records] == ["paid"] * 6 + ["comp"]
