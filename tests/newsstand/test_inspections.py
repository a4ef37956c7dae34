"""Pages are looked at every night as strangers get them; a leak is seen, and so is a shut door."""

from __future__ import annotations

import pytest

from masthead.circulation import entitlements
from masthead.manuscript.gate import Decision
from masthead.newsstand import inspections
from masthead.newsstand.views import articles as pages
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
    look = inspections.look_for_others(title, THEN)
    assert (look.looked_at, look.failures) == (2, [])
    page = '<script src="https://ads.example/x.js"></script><img src="/own.png">'
    monkeypatch.setattr(inspections, "fetched", lambda *_asked: (200, page))
    assert "ads.example" in inspections.look_for_others(title, THEN).failures[0]
