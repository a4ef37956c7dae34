"""A private feed is known by its token, of which the books hold the digest alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import serializers

from masthead.circulation import private_feeds, tasks
from masthead.circulation.models import PrivateFeed
from masthead.circulation.private_feeds import Kind
from masthead.people import erasure, personal_data
from tests.factories import circulation as let
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db
THEN = make.THEN
HOUR = timedelta(hours=1)


@pytest.fixture
def reader():
    make.magazine()
    return let.reader("ada@home.example")


def test_a_token_has_192_bits_and_is_written_down_nowhere(reader) -> None:
    tokens = {private_feeds.make(reader, Kind.LISTENING, at=THEN)[1] for _ in range(20)}
    assert len(tokens) == 20
    assert {len(token) for token in tokens} == {32}  # Six bits to a letter.
    kept = serializers.serialize("json", PrivateFeed.objects.all())
    assert not [token for token in tokens if token in kept]


def test_a_token_is_of_one_reader_and_one_kind(reader) -> None:
    other = let.reader()
    _feed, token = private_feeds.make(reader, Kind.LISTENING, at=THEN)
    private_feeds.make(other, Kind.LISTENING, at=THEN)
    private_feeds.make(reader, Kind.READING, at=THEN)
    found = private_feeds.of_token(token, Kind.LISTENING)
    assert found is not None
    assert found.reader == reader
    assert private_feeds.of_token(token, Kind.READING) is None
    for wrong in (token[:-1], token.lower(), f"{token} ", "", "x" * 5000, found.token_sha256):
        assert private_feeds.of_token(wrong, Kind.LISTENING) is None


def test_a_new_one_ends_the_one_before_and_nobody_elses(reader) -> None:
    others = [
        private_feeds.make(let.reader(), Kind.LISTENING, at=THEN)[0],
        private_feeds.make(reader, Kind.READING, at=THEN)[0],
    ]
    first, _token = private_feeds.make(reader, Kind.LISTENING, at=THEN)
    second, _token = private_feeds.make(reader, Kind.LISTENING, at=THEN + HOUR)
    first.refresh_from_db()
    assert first.revoked_at == THEN + HOUR
    assert private_feeds.standing(reader, Kind.LISTENING) == second
    assert private_feeds.revoke(reader, Kind.LISTENING, at=THEN + HOUR)
    assert not private_feeds.revoke(reader, Kind.LISTENING, at=THEN + HOUR)
    for feed in others:
        feed.refresh_from_db()
        assert private_feeds.is_good(feed)


def test_a_feed_of_somebody_who_may_not_sign_in_speaks_for_nobody(reader) -> None:
    feed, token = private_feeds.make(reader, Kind.LISTENING, at=THEN)
    assert private_feeds.is_good(feed)
    reader.is_active = False
    reader.save()
    found = private_feeds.of_token(token, Kind.LISTENING)
    assert found is not None
    assert not private_feeds.is_good(found)


def test_that_a_feed_is_used_is_written_down_once_an_hour(reader) -> None:
    feed, _token = private_feeds.make(reader, Kind.LISTENING, at=THEN)
    seen = []
    for minutes in (0, 30, 60, 61):
        private_feeds.see(feed, at=THEN + timedelta(minutes=minutes))
        feed.refresh_from_db()
        seen.append(feed.last_used_at)
    assert seen == [THEN, THEN, THEN, THEN + timedelta(minutes=61)]


def test_a_revoked_feed_is_known_for_a_month(reader, time_machine) -> None:
    _feed, token = private_feeds.make(reader, Kind.LISTENING, at=THEN)
    private_feeds.make(let.reader(), Kind.LISTENING, at=THEN)
    private_feeds.revoke(reader, Kind.LISTENING, at=THEN)
    time_machine.move_to(THEN + timedelta(days=30))
    assert tasks.forget_revoked_feeds.func() == 0
    assert private_feeds.of_token(token, Kind.LISTENING)
    time_machine.move_to(THEN + timedelta(days=31))
    assert tasks.forget_revoked_feeds.func() == 1
    assert private_feeds.of_token(token, Kind.LISTENING) is None
    assert PrivateFeed.objects.count() == 1


def test_a_reader_is_told_of_their_feeds_and_an_erased_one_has_none(reader) -> None:
    private_feeds.make(reader, Kind.LISTENING, at=THEN)
    (held,) = personal_data.gathered(reader)["private-feeds"]
    assert held["for"] == "listening"
    assert not [value for value in held.values() if value and len(str(value)) in (32, 64)]
    erasure.erase(reader, by=reader, at=THEN)
    assert not PrivateFeed.objects.exists()
