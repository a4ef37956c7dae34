"""What stands in a placement follows from the page and the minute, and from nothing else."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masthead.advertising import bookings, choosing, counting, creatives, placements
from masthead.advertising.choosing import Candidate
from tests.factories import advertising as sell
from tests.factories import editorial as make
from tests.factories.editorial import THEN

DAY = timedelta(days=1)


def candidate(number: int, share: int, several: int = 1) -> Candidate:
    return Candidate(number, share, tuple(f"{number}.{one}" for one in range(several)))


class TestTheChoice:
    @given(st.integers(0, 2**40), st.text(max_size=40), st.lists(st.integers(1, 25), max_size=4))
    def test_the_same_page_in_the_same_minute_has_the_same_for_everybody(
        self, minute, page, shares
    ):
        booked = [candidate(number, share, 3) for number, share in enumerate(shares)]
        chosen = choosing.choose(booked, seed="x", page=page, minute=minute)
        assert chosen == choosing.choose(booked[::-1], seed="x", page=page, minute=minute)
        assert chosen is None or chosen in {one for each in booked for one in each.creatives}

    def test_each_gets_its_share_of_pages_and_the_rest_is_nobodys(self):
        booked = [candidate(1, 50, 2), candidate(2, 20)]
        seen = Counter(
            choosing.choose(booked, seed="x", page=f"page {page}", minute=minute)
            for page in range(100)
            for minute in range(100)
        )
        assert 4800 < seen["1.0"] + seen["1.1"] < 5200
        assert 2300 < seen["1.0"] < 2700
        assert 1850 < seen["2.0"] < 2150
        assert 2800 < seen[None] < 3200

    def test_who_has_the_whole_has_every_page(self):
        seen = {
            choosing.choose([candidate(1, 100)], seed="x", page=str(page), minute=7)
            for page in range(500)
        }
        assert seen == {"1.0"}

    def test_placements_do_not_keep_step(self):
        booked = [candidate(1, 50)]
        step = [
            choosing.choose(booked, seed="a", page="p", minute=minute)
            == choosing.choose(booked, seed="b", page="p", minute=minute)
            for minute in range(400)
        ]
        assert 150 < sum(step) < 250

    def test_nothing_booked_is_nothing_shown(self):
        assert choosing.choose([], seed="x", page="p", minute=1) is None
        assert choosing.choose([Candidate(1, 100, ())], seed="x", page="p", minute=1) is None


@pytest.mark.django_db
class TestWhatRuns:
    @pytest.fixture
    def title(self):
        return make.magazine()

    def shown(self, title, at=THEN, placement=placements.ARTICLE):
        return choosing.chosen_for(title, placement, "a page", at)

    def test_an_approved_creative_of_a_booking_on_its_days_is_shown(
        self, title, django_assert_num_queries
    ):
        creative = sell.creative(sell.booking(title))
        with django_assert_num_queries(1):
            shown = self.shown(title)
            assert shown == creative
            assert shown.booking.advertiser.name
        for moment in (THEN - 30 * DAY, THEN + 60 * DAY):
            assert self.shown(title, moment) is None
        assert self.shown(title, placement=placements.LIST) is None
        assert self.shown(make.magazine("The Echo")) is None

    def test_days_are_those_of_the_title(self, title):
        title.time_zone = "Pacific/Auckland"
        title.save()
        sell.creative(sell.booking(title, starts_on=date(2026, 5, 5)))
        assert self.shown(title, THEN + timedelta(hours=2, minutes=59)) is None
        assert self.shown(title, THEN + timedelta(hours=3)) is not None

    def test_nothing_is_shown_that_waits_was_taken_out_or_stopped(self, title):
        booking = sell.booking(title)
        creative = sell.creative(booking, at=None)
        assert self.shown(title) is None
        staff = make_editor()
        creatives.approve(creative, seen=creatives.digest(creative), at=THEN, by=staff)
        assert self.shown(title) == creative
        creative.words = "Five strands."
        creatives.write(creative, by=staff)
        assert self.shown(title) is None
        creatives.approve(creative, seen=creatives.digest(creative), at=THEN, by=staff)
        creatives.withdraw(creative, at=THEN, by=staff)
        assert self.shown(title) is None
        assert sell.creative(booking) == self.shown(title)
        bookings.stop(booking, at=THEN, by=staff)
        assert self.shown(title) is None

    def test_a_picture_whose_licence_has_ended_is_not_shown(self, title):
        picture = make.picture(usable_until=THEN.date())
        creative = sell.creative(sell.booking(title), picture=picture)
        assert self.shown(title) == creative
        assert self.shown(title, THEN + DAY) is None

    def test_a_cap_holds_for_all_creatives_of_a_booking_together(self, title):
        booking = sell.booking(title, cap=3)
        several = [sell.creative(booking) for _each in range(2)]
        for number in range(3):
            assert self.shown(title) in several, number
            counting.count(several[number % 2], "impressions", THEN.date() + number * DAY)
        assert self.shown(title, THEN + 2 * DAY) is None
        assert self.shown(title) is None

    def test_clicks_and_other_bookings_use_up_no_cap(self, title):
        capped = sell.creative(sell.booking(title, cap=1, share=50))
        other = sell.creative(sell.booking(title, share=50))
        for _each in range(3):
            counting.count(capped, "clicks", THEN.date())
            counting.count(other, "impressions", THEN.date())
        assert {one.booking for one in choosing.candidates(title, placements.ARTICLE, THEN)} == {
            capped.booking_id,
            other.booking_id,
        }

    def test_a_hundred_bookings_are_one_query(self, title, django_assert_num_queries):
        for _each in range(10):
            booking = sell.booking(title, share=10)
            sell.creative(booking, picture=make.picture())
            sell.creative(booking)
        with django_assert_num_queries(1):
            assert len(choosing.candidates(title, placements.ARTICLE, THEN)) == 10


def make_editor():
    from tests.factories import circulation as let

    return let.reader()
