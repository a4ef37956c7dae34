"""What may be booked, what is free, and what is wanting."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from masthead.advertising import alarms, bookings
from masthead.advertising.models import Booking
from masthead.editorial.models import Issue
from tests.factories import advertising as sell
from tests.factories import editorial as make
from tests.factories.advertising import FIRST, LAST
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def title():
    return make.magazine()


def complaint(title, **fields) -> str:
    with pytest.raises(bookings.CannotBook) as refusal:
        sell.booking(title, **fields)
    assert not Booking.objects.filter(name=fields.get("name", "Refused")).exists()
    return " ".join(refusal.value.complaints)


def test_shares_of_a_placement_never_exceed_the_whole_on_any_day(title):
    sell.booking(title, share=60)
    sell.booking(title, share=40, starts_on=FIRST, ends_on=FIRST + DAY)
    words = complaint(title, share=1, starts_on=FIRST - 9 * DAY, ends_on=FIRST)
    assert "May 1, 2026" in words
    assert "no more than 0 of" in words
    # The day after both are gone, on another placement and in another magazine there is room.
    sell.booking(title, share=40, starts_on=FIRST + 2 * DAY)
    sell.booking(title, share=100, placement="list")
    sell.booking(make.magazine("The Echo"), share=100)


def test_what_was_stopped_takes_no_share(title):
    first = sell.booking(title)
    assert "booked already" in complaint(title, name="Refused")
    bookings.stop(first, at=THEN)
    sell.booking(title)


def test_a_change_is_not_its_own_rival_and_is_refused_as_a_new_one_would_be(title):
    booking = sell.booking(title, share=60)
    other = sell.booking(title, share=40)
    booking.share = 50
    bookings.book(booking)
    other.share = 51
    with pytest.raises(bookings.CannotBook):
        bookings.book(other)
    other.refresh_from_db()
    assert other.share == 40


def test_what_was_stopped_stays_so(title):
    booking = sell.booking(title)
    bookings.stop(booking, at=THEN)
    stopped_at = booking.stopped_at
    bookings.stop(booking, at=THEN + DAY)
    assert Booking.objects.get().stopped_at == stopped_at
    with pytest.raises(bookings.CannotBook, match="stays so"):
        bookings.book(booking)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"placement": "sky"}, "Choose where"),
        ({"starts_on": None}, "on which day"),
        ({"ends_on": FIRST - DAY}, "before its first"),
        ({"share": None}, "from 1 to 100"),
        ({"share": 101}, "from 1 to 100"),
        ({"currency": "EURO"}, "three capitals"),
        ({"copy_deadline_on": FIRST + DAY}, "nothing would be there"),
    ],
)
def test_what_cannot_be_is_refused_in_words_that_say_what_to_do(title, fields, words):
    assert words in complaint(title, name="Refused", **fields)


class TestInPrint:
    def test_an_issue_has_one_inside_front_cover_and_as_many_pages_as_are_sold(self, title):
        issue = make.issue(title)
        sell.for_print(title, issue, placement="inside-front")
        sell.for_print(title, issue)
        sell.for_print(title, issue)
        with pytest.raises(bookings.CannotBook, match="only one"):
            sell.for_print(title, issue, placement="inside-front")
        sell.for_print(title, make.issue(title), placement="inside-front")

    def test_it_has_an_issue_of_its_own_magazine_that_is_not_out(self, title):
        with pytest.raises(bookings.CannotBook, match="in which issue"):
            sell.for_print(title, None)
        other = make.issue(make.magazine("The Echo"))
        with pytest.raises(bookings.CannotBook, match="another magazine"):
            sell.for_print(title, other)
        out = make.issue(title, state=Issue.State.CLOSED)
        Issue.objects.filter(pk=out.pk).update(state=Issue.State.ON_SALE, on_sale_at=THEN)
        out.refresh_from_db()
        with pytest.raises(bookings.CannotBook, match="on sale already"):
            sell.for_print(title, out)

    def test_nobody_counts_impressions_there(self, title):
        issue = make.issue(title)
        with pytest.raises(bookings.CannotBook, match="leave them empty"):
            sell.for_print(title, issue, cap=5)
        with pytest.raises(bookings.CannotBook, match="for all of it"):
            sell.for_print(title, issue, rate_per="thousand")


class TestItsState:
    def test_it_follows_from_the_day_the_cap_and_having_been_stopped(self, title):
        booking = sell.booking(title, cap=10)
        state = Booking.State
        assert booking.state(FIRST - DAY) == state.COMING
        assert booking.state(FIRST) == booking.state(LAST, 9) == state.RUNNING
        assert booking.state(LAST, 10) == state.FULL
        assert booking.state(LAST + DAY, 10) == state.OVER
        bookings.stop(booking, at=THEN)
        assert booking.state(FIRST) == state.STOPPED

    def test_what_is_due_is_whole_minor_units(self, title):
        flat = sell.booking(title, share=1, rate_minor=40000)
        assert flat.due(123456).minor == 40000
        thousand = sell.booking(title, share=1, rate_minor=1250, rate_per="thousand")
        assert [thousand.due(count).minor for count in (0, 1000, 1, 2345)] == [0, 1250, 1, 2931]


def test_a_booking_without_copy_after_its_deadline_is_on_the_list(title):
    booking = sell.booking(title, share=10)
    deadline = booking.copy_deadline_on
    assert bookings.lacking_copy(title, deadline) == []
    (lack,) = bookings.lacking_copy(title, deadline + DAY)
    assert "Nothing has come in" in lack.words
    waiting = sell.creative(booking, at=None)
    (lack,) = bookings.lacking_copy(title, deadline + DAY)
    assert "approval" in lack.words
    type(waiting).objects.update(approved_at=THEN)
    assert bookings.lacking_copy(title, deadline + DAY) == []
    type(waiting).objects.update(withdrawn_at=THEN)
    (lack,) = bookings.lacking_copy(title, LAST)
    assert "Nothing has come in" in lack.words
    # Nobody waits for what is over, or was stopped.
    assert bookings.lacking_copy(title, LAST + DAY) == []
    bookings.stop(booking, at=THEN)
    assert bookings.lacking_copy(title, LAST) == []


def test_staff_are_told_of_what_is_late(title):
    assert list(alarms.late(THEN)) == []
    booking = sell.booking(title)
    (alarm,) = alarms.late(THEN)
    assert alarm.words.startswith("1 advertisement is past")
    assert alarm.since.date() == booking.copy_deadline_on + DAY
    sell.creative(booking)
    assert list(alarms.late(THEN)) == []


def test_what_is_free_is_told_for_each_day_in_one_query(title, django_assert_num_queries):
    sell.booking(title, share=30, ends_on=FIRST)
    sell.booking(title, share=30)
    with django_assert_num_queries(1):
        free = bookings.availability(title, FIRST - DAY, FIRST + DAY)
    assert list(free["article"].values()) == [0, 60, 30]
    assert list(free["list"].values()) == [0, 0, 0]


spans = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 40), st.integers(1, 100)), max_size=12
)


@settings(deadline=None)  # A machine that is busy is no fault of the arithmetic.
@given(spans)
def test_whatever_is_asked_for_no_day_is_ever_sold_twice(asked):
    """The arithmetic of `complaints()`, without a database."""
    kept: list[Booking] = []
    last = FIRST + 80 * DAY
    for start, length, share in asked:
        booking = Booking(
            starts_on=FIRST + start * DAY, ends_on=FIRST + (start + length) * DAY, share=share
        )
        taken = bookings.taken_on_days(kept, booking.starts_on, booking.ends_on)
        if all(there + share <= bookings.WHOLE for there in taken.values()):
            kept.append(booking)
    assert all(share <= 100 for share in bookings.taken_on_days(kept, FIRST, last).values())
    # And a slow count of each day comes to the same.
    for day in (FIRST + number * DAY for number in range(81)):
        slow = sum(one.share for one in kept if one.starts_on <= day <= one.ends_on)
        assert bookings.taken_on_days(kept, FIRST, last)[day] == slow


def test_days_are_counted_with_both_ends(title):
    one = Booking(starts_on=date(2026, 5, 4), ends_on=date(2026, 5, 4), share=5)
    assert bookings.taken_on_days([one], date(2026, 5, 4), date(2026, 5, 4)) == {
        date(2026, 5, 4): 5
    }
