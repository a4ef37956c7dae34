"""Sums by the day, and nothing of who it was."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import models
from django.http import HttpHeaders

from masthead.advertising import bookings, counting, creatives, reports
from masthead.advertising.counting import Figures
from masthead.advertising.models import Count
from tests.factories import advertising as sell
from tests.factories import editorial as make
from tests.factories.advertising import FIRST, LAST
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
PERSON = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def creative():
    return sell.creative(sell.booking(make.magazine()))


def test_a_day_is_one_row_whatever_is_counted(creative):
    for _each in range(3):
        assert counting.count(creative, "impressions", FIRST)
    assert counting.count(creative, "clicks", FIRST)
    counting.count(creative, "impressions", LAST)
    rows = [(row.day, row.placement, row.impressions, row.clicks) for row in Count.objects.all()]
    assert rows == [(FIRST, "article", 3, 1), (LAST, "article", 1, 0)]
    assert counting.of(creative.booking) == Figures(4, 1)
    assert counting.of(creative.booking).rate == 25


def test_counting_on_is_one_update(creative, django_assert_num_queries):
    counting.count(creative, "impressions", FIRST)
    with django_assert_num_queries(1):
        counting.count(creative, "impressions", FIRST)


def test_nothing_is_counted_of_what_does_not_run(creative):
    booking = creative.booking
    assert not counting.count(creative, "impressions", FIRST - DAY)
    assert not counting.count(creative, "clicks", LAST + DAY)
    waiting = sell.creative(booking, at=None)
    assert not counting.count(waiting, "impressions", FIRST)
    bookings.stop(booking, at=THEN)
    assert not counting.count(creative, "impressions", FIRST)
    printed = sell.for_print(booking.title, make.issue(booking.title))
    assert not counting.count(sell.creative(printed), "impressions", FIRST)
    creatives.withdraw(creative, at=THEN)
    assert not Count.objects.exists()


def test_a_row_says_nothing_of_who_looked():
    fields = {field.name for field in Count._meta.get_fields()}
    assert fields == {"id", "creative", "placement", "day", "impressions", "clicks"}
    (related,) = [f for f in Count._meta.get_fields() if isinstance(f, models.ForeignKey)]
    assert related.name == "creative"


@pytest.mark.parametrize(
    ("headers", "counts"),
    [
        ({"User-Agent": PERSON}, True),
        ({"User-Agent": PERSON, "Sec-Fetch-Site": "same-origin"}, True),
        ({"User-Agent": PERSON, "Sec-Fetch-Site": "cross-site"}, False),
        ({"User-Agent": PERSON, "Sec-Fetch-Site": "none"}, False),
        ({"User-Agent": PERSON, "Sec-Purpose": "prefetch;prerender"}, False),
        ({"User-Agent": PERSON, "Purpose": "prefetch"}, False),
        ({"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}, False),
        ({"User-Agent": "curl/8.5.0"}, False),
        ({"User-Agent": "FeedFetcher-Google"}, False),
        ({}, False),
    ],
)
def test_programs_and_what_is_only_fetched_ahead_are_not_counted(headers, counts):
    told = HttpHeaders({f"HTTP_{k.upper().replace('-', '_')}": v for k, v in headers.items()})
    assert counting.is_somebody(told) is counts


def test_the_figures_of_many_bookings_are_one_query(creative, django_assert_num_queries):
    title = creative.booking.title
    others = [sell.booking(title, placement="list", share=9) for _each in range(4)]
    counting.count(creative, "impressions", FIRST)
    with django_assert_num_queries(1):
        found = counting.of_all([creative.booking, *others])
    assert [one.impressions for one in found.values()] == [1, 0, 0, 0, 0]


def test_an_advertiser_is_sent_rows_that_no_spreadsheet_runs(creative):
    creative.headline = '=HYPERLINK("https://evil.example")'
    creative.save()
    counting.count(creative, "impressions", FIRST)
    head, row = reports.rows(creative.booking).splitlines()
    assert head == "day,placement,creative,headline,impressions,clicks"
    assert row == (
        f'2026-05-01,article,{creative.key},"\'=HYPERLINK(""https://evil.example"")",1,0'
    )
