"""The meter: a few articles a month, each counted once."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from masthead.circulation import meters, tickets
from masthead.circulation.models import MeteredRead, Policy
from masthead.circulation.tickets import NO_TICKET
from masthead.editorial.models import Title
from tests.factories import circulation as let
from tests.factories import editorial as make

THEN = make.THEN


@pytest.fixture
def gazette(db):
    title = make.magazine()
    Policy.objects.create(title=title, metered_articles=2)
    return title


@pytest.fixture
def articles(gazette):
    return [make.article(gazette, access="metered") for _each in range(3)]


def test_an_article_counts_once_however_often_it_is_read(gazette, articles) -> None:
    reader = let.reader()
    for _each in range(3):
        count = meters.count_for(reader, articles[0], gazette, at=THEN)
        assert count == meters.Count(1, 2)
    assert MeteredRead.objects.count() == 1


def test_the_last_article_of_the_month_opens_and_the_next_does_not(gazette, articles) -> None:
    reader = let.reader()
    stands = [meters.count_for(reader, one, gazette, at=THEN) for one in articles]
    assert stands == [meters.Count(1, 2), meters.Count(2, 2), None]
    assert meters.count_for(reader, articles[0], gazette, at=THEN) == meters.Count(2, 2)


def test_a_new_month_begins_where_the_magazine_is_published(articles) -> None:
    tokyo = Title.objects.get()
    tokyo.time_zone = "Asia/Tokyo"
    tokyo.save()
    reader = let.reader()
    before = datetime(2026, 5, 31, 14, 59, tzinfo=UTC)
    after = datetime(2026, 5, 31, 15, 0, tzinfo=UTC)
    for one in articles[:2]:
        meters.count_for(reader, one, tokyo, at=before)
    assert meters.count_for(reader, articles[2], tokyo, at=before) is None
    assert meters.count_for(reader, articles[2], tokyo, at=after) == meters.Count(1, 2)


@given(
    st.integers(1_577_836_800, 2_051_222_400).map(lambda at: datetime.fromtimestamp(at, UTC)),
    st.sampled_from(["UTC", "Asia/Tokyo", "America/New_York", "Pacific/Apia", "Africa/Cairo"]),
)
def test_every_moment_lies_in_exactly_one_month(at: datetime, zone: str) -> None:
    title = Title(time_zone=zone)
    start, end = meters.month_started_at(title, at), meters.month_ends_at(title, at)
    assert start <= at < end
    assert title.day(start) == meters.month_of(title, at)
    assert title.day(end).day == 1
    assert meters.month_started_at(title, end) == end


def test_a_title_without_a_policy_has_the_usual_meter(db) -> None:
    title = make.magazine()
    article = make.article(title, access="metered")
    assert meters.count_for(let.reader(), article, title, at=THEN) == meters.Count(1, 3)


@pytest.mark.django_db(transaction=True)
def test_two_tabs_cannot_both_open_the_last_article() -> None:
    gazette = make.magazine()
    Policy.objects.create(title=gazette, metered_articles=1)
    reader = let.reader()
    articles = [make.article(gazette, access="metered") for _each in range(4)]
    opened, together = [], threading.Barrier(len(articles))

    def open_tab(article) -> None:
        together.wait()
        try:
            opened.append(meters.count_for(reader, article, gazette, at=THEN))
        finally:
            connection.close()

    tabs = [threading.Thread(target=open_tab, args=[article]) for article in articles]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert len(opened) == 4
    assert len([one for one in opened if one]) == MeteredRead.objects.count() == 1


def test_a_ticket_counts_like_an_account_and_forgets_last_month(gazette, articles) -> None:
    ticket = NO_TICKET
    for number, one in enumerate(articles[:2], 1):
        counted = meters.count_on(ticket, one, gazette, at=THEN)
        assert counted is not None
        ticket = counted[0]
        assert counted[1] == meters.Count(number, 2)
    assert meters.count_on(ticket, articles[2], gazette, at=THEN) is None
    assert meters.count_on(ticket, articles[0], gazette, at=THEN) == (
        ticket,
        meters.Count(2, 2),
    ) or (
        set(meters.count_on(ticket, articles[0], gazette, at=THEN)[0].counted)
        == set(ticket.counted)
    )
    june = THEN.replace(month=6)
    counted = meters.count_on(ticket, articles[2], gazette, at=june)
    assert counted is not None
    assert len(counted[0].counted) == 1


keys = st.uuids().map(str)


@given(
    st.lists(st.uuids(), max_size=20),
    st.lists(st.tuples(keys, st.sampled_from(["2026-05", "2026-06"]), keys), max_size=80),
)
def test_a_ticket_comes_back_as_it_was_written_and_fits_a_cookie(gifts, counted) -> None:
    ticket = NO_TICKET
    for gift in gifts:
        ticket = ticket.with_gift(gift)
    for entry in counted:
        ticket = ticket.with_counted(*entry)
    text = tickets.write(ticket)
    back = tickets.read(text)
    assert set(back.counted) == set(ticket.counted)
    assert back.gifts == ticket.gifts


def test_a_full_ticket_of_one_title_fits_into_a_cookie() -> None:
    import uuid

    ticket = NO_TICKET
    title = str(uuid.uuid4())
    for _each in range(200):
        ticket = ticket.with_gift(uuid.uuid4()).with_counted(title, "2026-05", str(uuid.uuid4()))
    assert len(tickets.write(ticket)) < 3800


@pytest.mark.parametrize("junk", ["", "x", "a:b:c", "eyJnIjpbXX0:1:x"])
def test_a_ticket_that_is_not_ours_is_empty(junk: str) -> None:
    assert tickets.read(junk) == NO_TICKET


def test_a_ticket_made_up_by_its_bearer_is_empty() -> None:
    text = tickets.write(NO_TICKET.with_counted(str(date.min), "2026-05", "0" * 32))
    value, rest = text.split(":", 1)
    assert tickets.read(f"{value}A:{rest}") == NO_TICKET
