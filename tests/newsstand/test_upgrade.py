"""Adding print to a subscription, page by page: the sum first, then the payment."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import timezone

from masthead.circulation.deals import Price, Promised
from masthead.circulation.models import Order, Subscription
from masthead.people import addresses
from tests.factories import circulation as make
from tests.factories import editorial

pytestmark = pytest.mark.django_db

BERLIN = {"name": "Ada Okafor", "street": "Lindenweg 3", "city": "Berlin", "postcode": "10115"}


@pytest.fixture
def ada(client):
    ada = make.reader("ada@readers.example")
    client.force_login(ada)
    return ada


@pytest.fixture
def mine(ada) -> Subscription:
    deal = make.deal(
        prices=(Price("EUR", 6000, print_extra=3600),),
        promises=(Promised("print-edition", {"countries": ["DE"]}),),
    )
    version = make.version(editorial.magazine(), deal, at=timezone.now())
    return make.subscription(version, reader=ada, at=timezone.now())


def page(client, mine: Subscription, way: str = "") -> str:
    return client.get(f"/account/subscriptions/{mine.key}/{way}").content.decode()


def add(client, mine: Subscription) -> Any:
    found = re.search(r'name="request" value="([^"]+)"', page(client, mine, "print/"))
    assert found
    return client.post(f"/account/subscriptions/{mine.key}/print/", {"request": found[1]})


def test_the_way_to_it_is_on_the_page_of_the_subscription(client, mine):
    assert f"/account/subscriptions/{mine.key}/print/" in page(client, mine)


def test_an_address_is_asked_for_first(client, mine):
    assert "Tell us where the print edition goes" in page(client, mine, "print/")
    assert not Order.objects.filter(kind="upgrade").exists()


def test_the_sum_is_shown_and_looking_orders_nothing(client, mine, ada):
    addresses.write(ada, "DE", BERLIN, at=timezone.now())
    shown = page(client, mine, "print/")
    for words in ("24 issues that are to come", "€96.00", "€60.00", "€36.00", "Ada Okafor"):
        assert words in shown
    assert not Order.objects.filter(kind="upgrade").exists()


def test_it_goes_on_to_the_payment(client, mine, ada):
    addresses.write(ada, "DE", BERLIN, at=timezone.now())
    answer = add(client, mine)
    order = Order.objects.get(kind="upgrade")
    assert (order.minor, order.payer) == (3600, ada)
    assert str(order.key) in answer.headers["Location"]


def test_where_print_is_not_sent_it_is_told(client, mine, ada):
    fields = {"name": "Ada", "street": "1 rue X", "city": "Paris", "postcode": "75001"}
    addresses.write(ada, "FR", fields, at=timezone.now())
    answer = client.get(f"/account/subscriptions/{mine.key}/print/", follow=True)
    assert "not sent to that country" in answer.content.decode()


def test_it_is_nobody_elses_to_change(client, mine):
    client.force_login(make.reader())
    for way in ("print/", "print/removal/"):
        address = f"/account/subscriptions/{mine.key}/{way}"
        assert client.post(address).status_code == 404


def test_print_is_left_out_from_the_next_term_and_kept_again(client, ada, mine):
    found = make.subscription(
        mine.terms.get().version, reader=ada, at=timezone.now(), with_print=True
    )
    for words in ("The next term is without it.", "The next term has it, too."):
        client.post(f"/account/subscriptions/{found.key}/print/removal/")
        assert words in page(client, found)
