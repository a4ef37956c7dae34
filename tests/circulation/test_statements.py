"""What an auditor asks of an issue has one answer, and nobody is counted twice."""

from __future__ import annotations

import csv
import uuid
from datetime import date, timedelta
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from masthead.circulation import endings, serving, statements
from masthead.circulation.deals import Price, Promised, Share
from masthead.editorial import issues
from masthead.money import Money
from masthead.people import addresses
from tests.factories import circulation as make
from tests.factories import editorial
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db

LATER = THEN + timedelta(days=14)


@pytest.fixture
def title():
    return editorial.magazine()


def on_paper(title):
    """Return an offer of the print edition alone."""
    deal = make.deal(
        prices=(Price("EUR", 4800),), shares=(Share("print", 1),), promises=(Promised("issues", {}),),
        print_is_included=True,
    )  # fmt: skip
    return make.version(title, deal)


def sell(of, count: int, *, post: bool = False, **fields):
    for _each in range(count):
        reader = make.reader()
        if post:
            line = {"name": "R", "street": "Am Deich 4", "city": "Bremen", "postcode": "28199"}
            addresses.write(reader, "DE", line, at=THEN)
        yield make.subscription(of, reader=reader, **fields)


def served(title, at=LATER):
    issue = issues.put_on_sale(editorial.issue(title, state="open"), at=at)
    serving.serve(issue, at=at)
    return issue


@pytest.fixture
def sold(title):
    """Sell three on paper, five on screens, two of both, and give one away."""
    both = make.version(title)
    return [
        *sell(on_paper(title), 3, post=True),
        *sell(both, 4),
        *sell(both, 1, source_key="Fair26", country="FR"),
        *sell(both, 2, post=True, with_print=True),
    ]


def test_print_digital_and_both_are_told_apart_and_nobody_is_counted_twice(title, sold):
    figures = statements.of(served(title))
    assert (figures.print_only, figures.digital_only, figures.both) == (3, 5, 2)
    assert figures.paid == figures.served == len(sold)
    assert figures.printed == 5


def test_it_is_told_where_they_live_where_they_saw_it_and_what_a_copy_brought(title, sold):
    figures = statements.of(served(title))
    assert figures.countries == {"DE": 9, "FR": 1}
    assert figures.sources == {"": 9, "Fair26": 1}
    assert figures.lengths == {24: 10}
    # Three paid 2.00 a copy, five 2.50, two 4.00.
    assert figures.prices == {"EUR": Money(round((3 * 200 + 5 * 250 + 2 * 400) / 10), "EUR")}


def test_what_happens_afterwards_changes_no_past_issue(title, sold):
    issue = served(title)
    before = statements.of(issue)
    endings.cancel(sold[0], request=uuid.uuid4(), at=LATER + timedelta(days=1))
    for person in {one.reader for one in sold}:
        line = {"name": "R", "street": "3 rue des Lilas", "city": "Paris", "postcode": "75020"}
        addresses.write(person, "FR", line, at=LATER + timedelta(days=1))
    assert statements.of(issue) == before
    assert statements.of(served(title, LATER + timedelta(days=14))).paid == len(sold) - 1


def test_gifts_are_paid_and_grace_and_presents_are_not(title):
    short = make.version(title, make.deal(copies=1, grace_copies=1))
    list(sell(short, 2))
    list(sell(make.version(title), 1, payer=make.reader()))
    first, second = served(title), served(title, LATER + timedelta(days=14))
    assert (statements.of(first).paid, statements.of(first).gifts) == (3, 1)
    assert (statements.of(second).paid, statements.of(second).grace) == (1, 2)
    assert statements.of(second).served == 3


def test_the_file_has_a_column_for_each_issue_and_adds_up(title, sold):
    served(title)
    served(title, LATER + timedelta(days=14))
    figures = statements.between(title, date(2026, 1, 1), date(2027, 1, 1))
    rows = list(csv.reader(StringIO(statements.as_csv(figures), newline="")))
    table = {row[0]: row[1:] for row in rows}
    assert table["Paid circulation"] == ["10", "10", "10"]
    assert table["of it digital only"] == ["5", "5", "5"]
    assert table["Paid to country: FR"] == ["1", "1", ""]
    assert {len(row) for row in rows} == {4}


def test_only_issues_on_sale_in_those_days_are_in_it(title, sold):
    issue = served(title)
    day = title.day(issue.on_sale_at)
    assert [one.issue for one in statements.between(title, day, day)] == [issue]
    assert not statements.between(title, day + timedelta(days=1), day + timedelta(days=9))


def test_the_queries_do_not_grow_with_the_copies(title, sold):
    issue = served(title)
    with CaptureQueriesContext(connection) as few:
        statements.of(issue)
    list(sell(make.version(title), 9))
    issue = served(title, LATER + timedelta(days=14))
    with CaptureQueriesContext(connection) as more:
        statements.of(issue)
    assert len(more) == len(few) < 16
