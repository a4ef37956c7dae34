"""What advertisers booked in an issue is let into its flat-plan, and told of until it stands there."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files import File

from masthead.advertising import bookings
from masthead.production import artworks, booked, flat_plans, pressings
from masthead.production.models import Artwork, Insertion
from tests.factories import advertising as sell
from tests.factories import circulation as let
from tests.factories import editorial as make
from tests.factories.editorial import THEN
from tests.factories.paper import drawn

pytestmark = pytest.mark.django_db


@pytest.fixture
def title():
    return make.magazine()


@pytest.fixture
def issue(title):
    words = [make.paragraph("Some words to read. " * 60) for _each in range(4)]
    pieces = [make.article(title, *words, headline=name) for name in ("One", "Two", "Three")]
    return make.issue(title, *pieces)


@pytest.fixture
def staff():
    return let.reader("publisher@gazette.example")


def pdf_for(booking, folder: Path, size="full", scale=1.0) -> Path:
    asked = artworks.asked_of(booking.title, Artwork.Size(size), pressings.furnished(THEN))
    wide, high = asked.trim
    return drawn(folder / "page.pdf", wide * scale, high * scale, asked.bleed)


def sent_in(booking, file: Path, **fields):
    creative = sell.creative(booking, at=None, **fields)
    with file.open("rb") as data:
        creative.artwork.save("page.pdf", File(data))
    type(creative).objects.filter(pk=creative.pk).update(approved_at=fields.get("at", THEN))
    creative.refresh_from_db()
    return creative


def test_a_booking_without_a_page_is_told_of_until_it_has_one(title, issue, staff, tmp_path):
    booking = sell.for_print(title, issue, placement="full")
    (one,) = booked.of(issue)
    assert one.asks_for_page
    assert "has no page yet" in one.trouble
    booked.let_in(booking, page=4, at=THEN, by=staff)
    (one,) = booked.of(issue)
    assert (one.insertion.page, one.insertion.locked) == (4, False)
    assert "no PDF yet" in one.trouble
    sent_in(booking, pdf_for(booking, tmp_path))
    (one,) = booked.of(issue)
    assert "newer PDF" in one.trouble
    booked.take_in(booking, at=THEN)
    (one,) = booked.of(issue)
    assert (one.trouble, one.insertion.artwork.pages, booked.troubles(issue)) == ("", 1, [])
    assert Artwork.objects.get().name == str(booking)


def test_a_premium_page_is_always_the_same_one_and_locked(title, issue, staff):
    booking = sell.for_print(title, issue, placement="inside-front")
    assert not booked.of(issue)[0].asks_for_page
    insertion = booked.let_in(booking, page=7, at=THEN, by=staff)
    assert (insertion.where, insertion.page, insertion.locked) == ("page", 2, True)
    with pytest.raises(booked.CannotPlace, match="locked"):
        booked.let_in(booking, at=THEN, by=staff)
    back = sell.for_print(title, issue, placement="back")
    assert booked.let_in(back, at=THEN, by=staff).where == "back"


def test_it_may_be_moved_and_takes_no_second_page(title, issue, staff):
    booking = sell.for_print(title, issue, placement="half")
    for page in (4, 5):
        booked.let_in(booking, page=page, at=THEN, by=staff)
    assert Insertion.objects.get().page == 5
    assert Artwork.objects.get().size == "half"


def test_a_page_has_to_be_named_where_there_are_several(title, issue, staff):
    booking = sell.for_print(title, issue)
    with pytest.raises(booked.CannotPlace, match="which page"):
        booked.let_in(booking, at=THEN, by=staff)
    assert not Artwork.objects.exists()


def test_a_file_that_no_printer_can_take_is_refused_by_name(title, issue, staff, tmp_path):
    booking = sell.for_print(title, issue)
    sent_in(booking, pdf_for(booking, tmp_path, scale=0.5))
    with pytest.raises(booked.CannotPlace, match="cannot be printed"):
        booked.let_in(booking, page=4, at=THEN, by=staff)
    assert not Insertion.objects.exists()


def test_one_that_was_stopped_and_still_stands_is_told_of(title, issue, staff):
    booking = sell.for_print(title, issue)
    booked.let_in(booking, page=4, at=THEN, by=staff)
    bookings.stop(booking, at=THEN)
    (one,) = booked.of(issue)
    assert "still stands" in one.trouble
    with pytest.raises(booked.CannotPlace):
        booked.let_in(booking, page=5, at=THEN, by=staff)
    flat_plans.take_out(one.insertion, by=staff)
    assert booked.of(issue) == []


def test_who_advertises_is_listed_with_the_pages(title, issue, staff):
    rope = sell.advertiser("Rope & Sons")
    for placement, page in (("inside-front", None), ("half", 5)):
        booking = sell.for_print(title, issue, placement=placement, advertiser=rope)
        booked.let_in(booking, page=page, at=THEN, by=staff)
    assert booked.advertisers(flat_plans.of(issue)) == [("Rope & Sons", [2, 5])]


def test_telling_of_ten_takes_as_many_queries_as_of_one(
    title, issue, staff, django_assert_max_num_queries
):
    for page in range(10):
        booking = sell.for_print(title, issue, placement="half")
        if page % 2:
            booked.let_in(booking, page=4 + page, at=THEN, by=staff)
    with django_assert_max_num_queries(4):
        assert len(booked.troubles(issue)) == 10
