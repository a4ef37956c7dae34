"""A subscription that is a time, on its reader's pages: until when, and pausing it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from masthead.circulation import standing
from masthead.circulation.deals import Price
from masthead.circulation.models import Hold
from tests.factories import circulation as make
from tests.factories import editorial

pytestmark = pytest.mark.django_db


@pytest.fixture
def version():
    deal = make.deal(basis="period", copies=0, months=12, prices=(Price("EUR", 6000),))
    return make.version(editorial.magazine(), deal, at=timezone.now())


@pytest.fixture
def mine(client, version):
    ada = make.reader("ada@readers.example")
    client.force_login(ada)
    return make.subscription(version, reader=ada, at=timezone.now() - timedelta(days=3))


def test_an_offer_says_how_it_goes_on(client, version):
    page = client.get(f"/subscribe/{version.offer.slug}/").content.decode()
    assert "another 12 months at a time for €60.00" in page


def test_the_page_says_until_when(client, mine):
    page = client.get(f"/account/subscriptions/{mine.key}/").content.decode()
    assert "until " in page
    assert "to come" not in page
    assert "No day is lost" in page


def test_a_pause_without_an_end_moves_it_until_it_is_resumed(client, mine):
    today = timezone.localdate().isoformat()
    page = client.get(f"/account/subscriptions/{mine.key}/pause/").content.decode()
    assert "reading rests" in page
    answer = client.post(
        f"/account/subscriptions/{mine.key}/pause/",
        {"starts_on": today, "ends_on": ""},
        follow=True,
    ).content.decode()
    assert "Its end moves by each day" in answer
    assert "Paused" in answer
    client.post(f"/account/subscriptions/{mine.key}/pauses/{Hold.objects.get().key}/end/")
    # Lifted on its first day, it moved nothing.
    assert not standing.of_one(mine).resting
