"""Days are counted where the title is published: none is lost, none comes twice, clocks or no clocks."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from masthead.circulation import times
from masthead.circulation.deals import Part
from masthead.circulation.times import NEVER, Rest, Time

DAY = timedelta(days=1)

days = st.dates(date(2019, 1, 1), date(2035, 12, 31))
lengths = st.integers(1, 800)
rests = st.lists(
    st.builds(
        lambda first, length: Rest(first, None if length is None else first + length * DAY),
        days,
        st.one_of(st.none(), st.integers(0, 60)),
    ),
    max_size=3,
)


@dataclass
class Pause:
    starts_on: date
    ends_on: date | None
    first_sequence: int | None = None


@settings(deadline=None)
@given(days, st.integers(1, 60))
def test_months_end_on_the_same_day_or_the_last_of_a_shorter_month(day, months):
    then = times.months_after(day, months)
    assert (then.year * 12 + then.month) - (day.year * 12 + day.month) == months
    last = calendar.monthrange(then.year, then.month)[1]
    assert then.day == min(day.day, last)


def test_a_month_from_the_last_days_of_a_month():
    assert times.months_after(date(2027, 1, 31), 1) == date(2027, 2, 28)
    assert times.months_after(date(2028, 1, 31), 1) == date(2028, 2, 29)
    assert times.months_after(date(2028, 2, 29), 12) == date(2029, 2, 28)
    assert times.months_after(date(2028, 2, 29), 48) == date(2032, 2, 29)
    assert times.months_after(date(2027, 12, 31), 2) == date(2028, 2, 29)


@settings(deadline=None)
@given(days, lengths, rests)
def test_at_its_end_exactly_all_days_were_served(first, length, resting):
    time = Time(first, length)
    end = time.end(resting)
    if end == NEVER:
        assert any(rest.last is None for rest in resting)
        return
    assert time.served(end - DAY, resting) == length
    assert time.served(end - 2 * DAY, resting) == length - 1
    assert time.served(end + 90 * DAY, resting) == length


@settings(deadline=None)
@given(days, lengths, rests, st.integers(-5, 900))
def test_days_served_never_fall_and_rise_by_one(first, length, resting, after):
    time, day = Time(first, length), first + after * DAY
    before, now = (time.served(one, resting) for one in (day - DAY, day))
    assert now - before in (0, 1)
    if any(rest.covers(day) for rest in resting):
        assert now == before


@settings(deadline=None)
@given(days, lengths, rests)
def test_the_end_moves_by_the_days_of_pauses_in_it(first, length, resting):
    end = Time(first, length).end(resting)
    if end == NEVER:
        return
    span = [first + number * DAY for number in range((end - first).days)]
    paused = sum(any(rest.covers(day) for rest in resting) for day in span)
    assert end == first + (length + paused) * DAY


@settings(deadline=None)
@given(days, lengths, st.integers(0, 40), st.integers(0, 40), st.integers(0, 80))
def test_what_becomes_of_a_pause_later_changes_no_day_that_is_over(
    first, length, starts, lasts, lifted
):
    """So what the books say of a day stays true, whenever it is looked at."""
    pause = Pause(first + starts * DAY, first + (starts + lasts) * DAY)
    day = first + lifted * DAY
    as_it_stood = times.rests([pause], [None])
    as_it_stands = times.rests([pause], [day])
    time = Time(first, length)
    assert time.served(day - DAY, as_it_stood) == time.served(day - DAY, as_it_stands)


def test_the_day_on_which_a_pause_is_lifted_is_served_again():
    pause = Pause(date(2027, 3, 1), None)
    assert times.rests([pause], [date(2027, 3, 1)]) == ()
    assert times.rests([pause], [date(2027, 3, 4)]) == (Rest(date(2027, 3, 1), date(2027, 3, 3)),)
    assert times.rests([Pause(date(2027, 3, 1), None, first_sequence=3)], [None]) == ()


@settings(deadline=None)
@given(st.integers(0, 10_000), lengths)
def test_a_time_that_ran_to_its_end_has_earned_exactly_its_price(price, length):
    part = Part("digital", price)
    each = [part.earned(k, length) - part.earned(k - 1, length) for k in range(1, length + 1)]
    assert sum(each) == price
    assert max(each) - min(each) <= 1
