"""Reading now and paying later, page by page."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.utils import timezone

from masthead.circulation import credit_letters, endings
from masthead.circulation.deals import Share
from masthead.circulation.models import CreditOrder, DiscountCode, Order
from masthead.newsstand.views import paying, subscribe
from masthead.payments.models import Attempt
from masthead.payments.provider import PayLike
from masthead.people import addresses
from tests.factories import circulation as make
from tests.factories import editorial
from tests.newsstand.test_subscribe import CHOSEN, Till, unseen

pytestmark = pytest.mark.django_db

NOW = timezone.now()
HOME = {"name": "Ada Brandt", "street": "Am Deich 4", "city": "Bremen", "postcode": "28199"}


class Transfer:
    """A way by hand."""

    name, label = "transfer", "Bank transfer"
    abilities = frozenset({"by-hand", "refunds"})

    def begin(self, wanted: Any, urls: Any) -> PayLike:
        return PayLike(f"RF-{wanted.key}", (("Reference", "RF18 5390"),))


@pytest.fixture
def till(monkeypatch):
    till, transfer = Till(), Transfer()
    both = {"card": till, "transfer": transfer}
    for module in (subscribe, paying, credit_letters):
        monkeypatch.setattr(module.ways, "named", both.__getitem__)
        monkeypatch.setattr(module.ways, "for_readers", lambda: [till, transfer])
        monkeypatch.setattr(module.ways, "by_hand", lambda: [transfer])
    return till


@pytest.fixture
def offer():
    deal = make.deal(
        shares=(Share("digital", 1),), credit_copies=2, credit_days=30, credit_countries=("DE",)
    )
    return make.version(editorial.magazine(), deal, at=NOW).offer


@pytest.fixture
def ada(client):
    ada = make.reader("ada@readers.example", mail_verified_at=NOW)
    addresses.write(ada, "DE", HOME, at=NOW)
    client.force_login(ada)
    return ada


def checkout(client, offer) -> str:
    return client.get(f"/subscribe/{offer.slug}/payment/{CHOSEN}").content.decode()


def order(client, offer, chosen: str = CHOSEN) -> Any:
    address = f"/subscribe/{offer.slug}/payment/{chosen}"
    form = unseen(client.get(address)) | {"way": "(later)", "agrees": "on"}
    return client.post(address, form, follow=True)


def test_whoever_is_trusted_may_choose_to_pay_later(client, offer, ada, till):
    assert "Later, by invoice" in checkout(client, offer)


def test_whoever_has_no_address_yet_is_told_what_an_invoice_needs(client, offer, ada, till):
    ada.addresses.all().delete()
    page = checkout(client, offer)
    assert "Later, by invoice" not in page
    assert "An invoice needs an address" in page
    assert "/account/addresses/new/" in page


def test_a_form_that_chooses_it_all_the_same_orders_nothing(client, offer, ada, till):
    ada.addresses.all().delete()
    order(client, offer)
    assert not Order.objects.exists()


def test_it_is_theirs_at_once_with_the_reference_and_a_way_to_pay(client, offer, ada, till):
    page = order(client, offer).content.decode()
    found = Order.objects.get()
    for words in ("It is yours", "Please pay €60.00 by", "RF18 5390",
                  f"/subscribe/orders/{found.key}/payment/"):  # fmt: skip
        assert words in page
    assert CreditOrder.objects.get().billing == "owed"
    assert found.provider == "transfer"


def test_the_account_shows_the_invoice_until_it_is_paid(client, offer, ada, till):
    order(client, offer)
    found = Order.objects.get()
    address = f"/account/subscriptions/{found.subscription.key}/"
    assert "Pay it now" in client.get(address).content.decode()
    assert "you owe nothing" in client.get(address).content.decode()
    CreditOrder.objects.update(billing="paid", settled_at=NOW)
    assert "Pay it now" not in client.get(address).content.decode()


def test_it_can_be_paid_by_card_though_a_transfer_was_asked_for(client, offer, ada, till):
    order(client, offer)
    found = Order.objects.get()
    pay = f"/subscribe/orders/{found.key}/payment/"
    request = re.search(rb'name="request" value="([^"]+)"', client.get(pay).content)[1].decode()
    answer = client.post(pay, {"way": "card", "request": request})
    here = answer.headers["Location"]
    assert client.get(here).headers["Refresh"] == "0; url=https://pay.example/session"
    till.status = "succeeded"
    assert "Thank you" in client.get(f"{here}?back=1").content.decode()
    assert CreditOrder.objects.get().billing == "paid"
    assert sorted(Attempt.objects.values_list("provider", "state")) == [
        ("card", "succeeded"), ("transfer", "failed"),
    ]  # fmt: skip


def test_the_last_use_of_a_code_is_theirs_however_they_pay(client, offer, ada, till):
    code = DiscountCode.objects.create(offer=offer, code="SPRING", thousandths=500, most_uses=1)
    order(client, offer, f"{CHOSEN}&code=SPRING")
    found = Order.objects.get(discount=code)
    pay = f"/subscribe/orders/{found.key}/payment/"
    request = re.search(rb'name="request" value="([^"]+)"', client.get(pay).content)[1].decode()
    assert client.post(pay, {"way": "card", "request": request}).status_code == 302
    assert Attempt.objects.get(provider="card").minor == 3000


def test_an_order_that_was_written_off_says_that_nothing_is_owed(client, offer, ada, till):
    order(client, offer)
    found = Order.objects.get()
    endings.end_unpaid(found.subscription, at=timezone.now())
    for address in (f"/subscribe/orders/{found.key}/", f"/subscribe/orders/{found.key}/payment/"):
        page = client.get(address)
        assert page.status_code == 410
        assert "nothing is to be paid" in page.content.decode()


def test_money_that_comes_after_it_was_written_off_is_told_to_go_back(client, offer, ada, till):
    order(client, offer)
    found = Order.objects.get()
    endings.end_unpaid(found.subscription, at=timezone.now())
    make.pay(Attempt.objects.get(), at=timezone.now())
    page = client.get(f"/subscribe/orders/{found.key}/").content.decode()
    assert "came too late" in page
    assert "nothing is to be paid" not in page


def test_an_invoice_is_nobody_elses_to_see(client, offer, ada, till):
    order(client, offer)
    client.force_login(make.reader())
    assert client.get(f"/subscribe/orders/{Order.objects.get().key}/").status_code == 404


def test_a_gift_is_paid_first(client, offer, ada, till):
    page = client.get(f"/subscribe/{offer.slug}/payment/{CHOSEN}&as_gift=on").content.decode()
    assert "Later, by invoice" not in page
    assert uuid.UUID(re.search(r'name="request" value="([^"]+)"', page)[1])
