"""Pages are looked at every night as strangers get them; a leak is seen, and so is a shut door."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from masthead.advertising.models import Count
from masthead.circulation import advertisements as promised
from masthead.circulation import entitlements
from masthead.manuscript.gate import Decision
from masthead.newsstand import inspections
from masthead.newsstand.views import articles as pages
from tests.factories import advertising as sell
from tests.factories import editorial
from tests.factories.editorial import THEN, paragraph

pytestmark = pytest.mark.django_db

CLOSED = "Nobody but those who pay for it is ever to read this sentence of ours."


@pytest.fixture
def title():
    title = editorial.magazine()
    words = [paragraph(" ".join(["Everybody may read this."] * 30)), paragraph(CLOSED)]
    editorial.article(title, *words, access="subscribers")
    editorial.article(title, *words, access="open")
    return title


def test_a_gate_that_holds_is_told_in_figures(title):
    look = inspections.look_at_closed(title, THEN)
    assert (look.looked_at, look.failures) == (1, [])


def test_a_page_that_gives_too_much_is_found(title, monkeypatch):
    monkeypatch.setattr(pages.viewers, "decide", lambda *_asked: Decision("full", "leak"))
    (failure,) = inspections.look_at_closed(title, THEN).failures
    assert "more than its lead" in failure


def test_an_article_that_does_not_open_for_subscribers_is_found(title, monkeypatch):
    real = entitlements.may_read

    def shut(viewer, work, at):
        return Decision("lead", "closed", offer=True) if viewer.keys else real(viewer, work, at)

    monkeypatch.setattr(inspections.entitlements, "may_read", shut)
    (failure,) = inspections.look_at_closed(title, THEN).failures
    assert "does not open" in failure


def test_pages_ask_nobody_else_and_one_that_does_is_found(title, monkeypatch):
    look = inspections.look_for_advertisements(title, THEN)
    # The front page, a section and two articles.
    assert (look.looked_at, look.failures) == (4, [])
    page = '<script src="https://ads.example/x.js"></script><img src="/own.png">'
    monkeypatch.setattr(inspections, "fetched", lambda *_asked: (200, page))
    assert "ads.example" in inspections.look_for_advertisements(title, THEN).failures[0]


class TestAdvertisements:
    @pytest.fixture
    def booked(self, title):
        now = timezone.now().date()
        for placement in ("article", "list", "front"):
            booking = sell.booking(
                title, placement=placement, starts_on=now, ends_on=now + timedelta(days=9)
            )
            sell.creative(booking)

    def test_who_was_promised_none_sees_none_where_strangers_see_some(self, title, booked):
        look = inspections.look_for_advertisements(title, THEN)
        assert (look.looked_at, look.failures) == (4, [])
        assert "advertisements on 4" in look.words

    def test_one_that_is_seen_all_the_same_is_found(self, title, booked, monkeypatch):
        monkeypatch.setattr(promised, "are_promised_away", lambda *_asked: False)
        failures = inspections.look_for_advertisements(title, THEN).failures
        assert len(failures) == 4
        assert "promised none" in failures[0]

    def test_a_look_that_could_not_have_seen_any_is_told(self, title, booked, monkeypatch):
        monkeypatch.setattr(promised, "may_stand", lambda *_asked: False)
        (failure,) = inspections.look_for_advertisements(title, THEN).failures
        assert "shows nothing" in failure

    def test_nothing_is_counted_by_looking(self, title, booked):
        inspections.look_for_advertisements(title, THEN)
        assert not Count.objects.exists()
