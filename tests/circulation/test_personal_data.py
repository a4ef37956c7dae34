"""What circulation holds about a reader is told when asked for, and forgotten when asked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from masthead.circulation import institutions, meters, places
from masthead.circulation.models import Gift, Grant, MeteredRead, Place, Seat
from masthead.people import erasure, personal_data
from tests.factories import circulation as let
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db

THEN = make.THEN


@pytest.fixture
def reader():
    """Return a reader about whom there is something of every kind."""
    title = make.magazine()
    reader = let.reader("ada@home.example")
    let.grant(reader, title, reason="Ada won the prize")
    article = make.article(title, access="metered")
    meters.count_for(reader, article, title, at=THEN)
    Gift.objects.create(article=article, giver=reader, given_at=THEN,
                        expires_at=THEN + timedelta(days=30), most_uses=5)  # fmt: skip
    places.keep(reader, article, 61, 200, at=THEN)
    college = let.institution(title, seats=1)
    institutions.invite(college, reader.email, at=THEN)
    institutions.take_seats(reader, at=THEN)
    return reader


def test_a_reader_is_told_of_grants_gifts_articles_and_seats(reader) -> None:
    held = personal_data.gathered(reader)
    assert held["grants"][0]["reason"] == "Ada won the prize"
    assert held["metered-articles"][0]["title"] == "The Gazette"
    assert held["gift-articles"][0]["readers"] == 0
    assert held["places-in-articles"][0]["seconds"] == 61
    assert held["seats"][0]["mail_address"] == "ada@home.example"


def test_an_erased_reader_leaves_a_revoked_grant_without_a_reason_and_nothing_else(reader) -> None:
    erasure.erase(reader, by=reader, at=THEN)
    grant = Grant.objects.get()
    assert (grant.reason, grant.revoked_at) == ("Erased", THEN)
    assert not Gift.objects.exists()
    assert not MeteredRead.objects.exists()
    assert not Place.objects.exists()
    assert not Seat.objects.exists()
