"""Staff find a subscription and see all that happened to it, from the facts."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from masthead.circulation import confirmations, endings, pauses, serving, timeline
from masthead.editorial import issues
from tests.factories import circulation as make
from tests.factories import editorial
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db


@pytest.fixture
def eventful():
    """Return a subscription to which everything happened that can."""
    title = editorial.magazine()
    found = make.subscription(make.version(title), reader=make.reader("ada@readers.example"))
    day = THEN.date()
    hold = pauses.hold(found, starts_on=day, ends_on=day + timedelta(days=3), at=THEN)
    pauses.lift(hold, at=THEN + timedelta(hours=1))
    at = THEN + timedelta(days=14)
    serving.serve(issues.put_on_sale(editorial.issue(title, state="open"), at=at), at=at)
    confirmations.send_due(THEN + timedelta(hours=2))
    for refund in endings.cancel(found, request=uuid.uuid4(), at=at + timedelta(days=1)):
        make.pay(refund.attempt, at=at + timedelta(days=1, seconds=4))
    found.refresh_from_db()
    return found


# One of 24 copies earns 187 of 4500 and 62 of 1500, each rounded down; 57.51 go back.
def test_everything_that_happened_stands_in_order_newest_first(eventful):
    events = timeline.of(eventful)
    assert [event.at for event in events] == sorted((one.at for one in events), reverse=True)
    said = "\n".join(event.words for event in reversed(events))
    for words in (
        "New: A year for 60.00 EUR", "Charge: 60.00 EUR by test: Done", "Term 1 opened: 24 copies",
        "Invoice", "Pause asked for", "Pause ended", "Letter: Confirmation of an order", "served (Paid)",
        "Promised back: Cancelled", "23 copies taken off", "Refund: 57.51 EUR by test: Done",
        "Credit note", "Ended: Cancelled",
    ):  # fmt: skip
        assert words in said, words


@pytest.mark.parametrize("asked", ["ada@", "S{pk:07d}"])
def test_it_is_found_by_number_and_by_mail_address(client, publisher, eventful, asked):
    other = make.subscription(make.version(eventful.title))
    page = client.get("/office/masthead/subscriptions/", {"q": asked.format(pk=eventful.pk)})
    assert eventful.number in page.content.decode()
    assert other.number not in page.content.decode()


def test_its_page_shows_where_it_stands_and_what_happened(client, publisher, eventful):
    page = client.get(f"/office/masthead/subscriptions/{eventful.pk}/").content.decode()
    for words in ("ada@readers.example", "ended", "Your money back within 60 days", "57.51 EUR"):
        assert words in page


def test_nonsense_finds_nothing_and_says_what_to_try(client, publisher, eventful):
    for asked in ("nobody@", "S99999999999999999999", "%", "é"):
        page = client.get("/office/masthead/subscriptions/", {"q": asked})
        assert page.status_code == 200
    assert (
        "Nothing is found"
        in client.get("/office/masthead/subscriptions/", {"q": "nobody@"}).content.decode()
    )


def test_others_of_the_staff_see_none_of_it(client, eventful):
    client.force_login(make.reader())
    for address in ("", f"{eventful.pk}/"):
        answer = client.get(f"/office/masthead/subscriptions/{address}")
        assert answer.status_code in (302, 403)


def test_a_list_of_ten_takes_as_many_queries_as_one_of_five(client, publisher):
    version = make.version(editorial.magazine())

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/office/masthead/subscriptions/")
        return len(captured)

    for _one in range(5):
        make.subscription(version)
    queries()
    five = queries()
    for _one in range(5):
        make.subscription(version)
    assert queries() <= five
