"""Every page of the house is opened with everything booked: who was promised none gets none."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from masthead.advertising import placements
from masthead.newsstand.inspections import SLOTS
from tests.factories import advertising as sell
from tests.factories import circulation as let
from tests.factories import editorial as make
from tests.house.test_surfaces import AS_BROWSERS, Aviary, crawl, surfaces

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
CANARY = "advertcanary"


@pytest.fixture
def aviary() -> Aviary:
    """Return the magazine of the leaks, with every placement on readers' pages booked."""
    aviary = Aviary()
    today = timezone.now().date()
    for placement in placements.of_medium("web"):
        booking = sell.booking(
            aviary.title,
            placement=placement.name,
            advertiser=sell.advertiser(f"{CANARY} {placement.name}"),
            starts_on=today - DAY,
            ends_on=today + DAY,
            copy_deadline_on=today - DAY,
        )
        sell.creative(booking, headline=f"{CANARY} head", picture=make.picture())
    return aviary


def with_slots(client, aviary: Aviary) -> set[str]:
    found = set()
    # That file only tells crawlers to stay away from the addresses that count.
    for address in {*surfaces(aviary)} - {"/robots.txt"}:
        answer = client.get(address)
        text = b"".join(answer) if answer.streaming else answer.content
        if SLOTS.search(text.decode("utf-8", "replace")):
            found.add(address)
    return found


def test_strangers_get_them_on_the_pages_that_have_places_and_nowhere_else(aviary, client) -> None:
    found = with_slots(client, aviary)
    article = f"/articles/{aviary.article.slug}/"
    assert {article, aviary.article.section.url, "/", "/articles/"} <= found
    elsewhere = ("/account", "/feeds/", "/opds", "/editions", "/issues/", "/proofs", "/sitemap",
                 "/listen", "/audio", "/subscribe", "/promises", "/office")  # fmt: skip
    assert not [one for one in found if any(part in one for part in elsewhere)]


def test_who_was_promised_none_gets_none_on_any_surface(aviary, client) -> None:
    subscription = let.subscription(let.version(aviary.title), at=timezone.now() - DAY)
    client.force_login(subscription.reader)
    assert with_slots(client, aviary) == set()
    assert CANARY not in crawl(client, surfaces(aviary), AS_BROWSERS)


def test_no_page_with_one_asks_another_house_or_needs_more_than_its_policy(aviary, client) -> None:
    for address in with_slots(client, aviary):
        answer = client.get(address)
        page = answer.content.decode()
        sources = re.findall(r'(?:src|srcset)="([^"]+)"|<link[^>]* href="(/[^"]*)"', page)
        assert all((one or other).startswith("/") for one, other in sources), address
        assert "img-src 'self'" in answer["Content-Security-Policy"]
        assert "style-src 'self'" in answer["Content-Security-Policy"]
        assert not re.search(r"<aside[^>]*advertisement.*?<script", page, re.DOTALL)
