"""A reader is told another price: they look at it, agree, or stop."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from masthead.circulation import price_changes, renewal_letters, renewals
from masthead.circulation.models import Notice, PriceConsent
from tests.circulation import renewing
from tests.circulation.test_price_changes import newer
from tests.factories import circulation as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def found(now):
    """Return a subscription of four copies, three of them served, whose next term costs more."""
    title = renewing.title()
    version = renewing.version(title)
    found = renewing.subscriber(version)
    renewing.out(title, 3)
    price_changes.decide(newer(version), from_on=title.day(now), at=now)
    renewal_letters.remind(title, at=now)
    return found


@pytest.fixture
def address(found, client):
    client.force_login(found.payer)
    return f"/account/subscriptions/{found.key}/price/"


def test_the_link_in_the_letter_shows_both_prices_and_both_ways(client, address):
    (link,) = re.findall(r"/account/\S+", Notice.objects.get(kind="price").words)
    assert link == address
    page = client.get(link).content.decode()
    for part in ("€60.00", "€72.00", "Agree", "/stop/", "Goes on for another 4 issues"):
        assert part in page


def test_agreeing_is_one_click_and_a_second_one_changes_nothing(client, found, address, now):
    for _click in range(2):
        assert client.post(address, {"sum": "7200"}).status_code == 302
    consent = PriceConsent.objects.get()
    assert "€72.00" in consent.words
    assert "Agree</button>" not in client.get(address).content.decode()
    due = next(renewals.due(found.title, at=now + timedelta(days=7)))
    assert due.hindrance == ""


def test_nobody_agrees_to_a_sum_that_they_did_not_see(client, address):
    page = client.post(address, {"sum": "7100"}, follow=True).content.decode()
    assert "The price has changed since" in page
    assert not PriceConsent.objects.exists()


def test_looking_agrees_to_nothing(client, address):
    client.get(address)
    assert not PriceConsent.objects.exists()


def test_somebody_elses_is_not_there(client, address):
    client.force_login(make.reader())
    assert client.get(address).status_code == 404
    assert client.post(address, {"sum": "7200"}).status_code == 404
    client.logout()
    assert client.get(address).status_code == 302


def test_where_no_other_price_is_to_come_it_says_so(client, found, address):
    price_changes.withdraw(
        price_changes.standing(found.terms.get().version.offer_id)[0], at=timezone.now()
    )
    page = client.get(address, follow=True).content.decode()
    assert "The price of your subscription stays as it is." in page


def test_who_has_stopped_is_asked_nothing(client, found, address):
    client.post(
        f"/account/subscriptions/{found.key}/stop/",
        {"request": "3e0c7cf0-9a43-4a2c-8f2c-5b0d8f7a1d11"},
    )
    assert "stays as it is" in client.get(address, follow=True).content.decode()
