"""The office decides on another price for who has an offer already, after seeing whom it concerns."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import ModelLogEntry

from masthead.circulation.models import PriceChange
from tests.circulation import renewing
from tests.circulation.test_price_changes import newer
from tests.factories import circulation as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def version():
    version = renewing.version(renewing.title())
    for _one in range(3):
        renewing.subscriber(version)
    return version


def address(version) -> str:
    return f"/office/masthead/offers/{version.offer_id}/price/"


def day(days: int) -> str:
    return (timezone.now() + timedelta(days=days)).date().isoformat()


def test_it_shows_how_many_readers_pay_what(client, publisher, version):
    newer(version)
    page = client.get(address(version)).content.decode()
    for part in ("60.00 EUR", "72.00 EUR", "Charge 3 readers the new price"):
        assert part in page
    assert not PriceChange.objects.exists()


def test_deciding_is_on_record_and_can_be_taken_back(client, publisher, version):
    to = newer(version)
    asked = {"decide": "1", "from_on": day(30)}
    for _click in range(2):
        assert client.post(address(version), asked).status_code == 302
    change = PriceChange.objects.get()
    assert (change.to, change.decided_by) == (to, publisher)
    assert "Version 2" in client.get(address(version)).content.decode()
    client.post(address(version), {"take-back": str(change.key)})
    change.refresh_from_db()
    assert change.withdrawn_at
    acts = set(ModelLogEntry.objects.values_list("action", flat=True))
    assert {"masthead.offer.price", "masthead.offer.price-back"} <= acts


def test_a_day_that_is_over_is_refused_in_words(client, publisher, version):
    newer(version)
    page = client.post(address(version), {"decide": "1", "from_on": day(-2)}).content.decode()
    assert "That day is over" in page
    assert not PriceChange.objects.exists()


def test_a_version_that_gives_less_is_refused(client, publisher, version):
    newer(version, copies=3)
    page = client.get(address(version)).content.decode()
    assert "Version 1: it sells another number of copies or months." in page
    client.post(address(version), {"decide": "1", "from_on": day(30)})
    assert not PriceChange.objects.exists()


def test_an_offer_with_one_version_concerns_nobody(client, publisher, version):
    page = client.get(address(version)).content.decode()
    assert "Nobody renews at another price" in page


def test_nobody_else_decides(client, version):
    newer(version)
    staff = make.reader("editor@gazette.example")
    staff.groups.add(Group.objects.get(name="Editors"))
    client.force_login(staff)
    client.post(address(version), {"decide": "1", "from_on": day(30)})
    assert not PriceChange.objects.exists()


@pytest.mark.parametrize("what", ["x", "3e0c7cf0-9a43-4a2c-8f2c-5b0d8f7a1d11"])
def test_taking_back_what_is_not_there_is_told(client, publisher, version, what):
    newer(version)
    assert client.post(address(version), {"take-back": what}).status_code == 404


def test_ten_readers_take_as_many_queries_as_five(client, publisher, version):
    newer(version)

    def queries() -> int:
        for _one in range(5):
            renewing.subscriber(version)
        with CaptureQueriesContext(connection) as captured:
            client.get(address(version))
        return len(captured)

    queries()
    assert queries() == queries()
