"""Paying for what was ordered already: at the order desk, or a renewal, by whoever is to pay it."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from masthead.circulation import endings, going_on, orders, pricing, standing
from masthead.circulation.models import Order, Term
from masthead.newsstand.views import paying, subscribe
from masthead.payments import journal
from masthead.payments.models import Attempt
from tests.circulation import renewing
from tests.factories import circulation as make
from tests.factories import editorial
from tests.newsstand.test_subscribe import Till

pytestmark = pytest.mark.django_db

NOW = timezone.now()


@pytest.fixture
def till(monkeypatch):
    till = Till()
    for module in (subscribe, paying):
        monkeypatch.setattr(module.ways, "named", lambda _name: till)
        monkeypatch.setattr(module.ways, "for_readers", lambda: [till])
    return till


@pytest.fixture
def ada(client):
    ada = make.reader("ada@readers.example")
    client.force_login(ada)
    return ada


@pytest.fixture
def order(ada):
    """Return what Ada ordered on the telephone, where nobody asked how she pays."""
    asked = {"currency": "EUR", "country": "DE", "provider": "", "request": uuid.uuid4()}
    return orders.place(make.version(editorial.magazine()), ada, at=NOW, **asked)[0]


def pay(client, order, **more: str):
    page = client.get(f"/subscribe/orders/{order.key}/payment/")
    request = re.search(rb'name="request" value="([^"]+)"', page.content)[1].decode()
    form = {"way": "card", "request": request} | more
    return client.post(f"/subscribe/orders/{order.key}/payment/", form)


def come_back(client, order, till, status: str = "succeeded"):
    till.status = status
    return client.get(f"/subscribe/orders/{order.key}/?back=1")


def test_what_was_ordered_on_the_telephone_is_paid_on_a_page(client, order, till):
    answer = pay(client, order)
    assert answer.headers["Location"] == f"/subscribe/orders/{order.key}/"
    assert "It is yours" in come_back(client, order, till).content.decode()
    assert Term.objects.get().order == order
    assert journal.balance("assets", "EUR").minor == 6000


def test_consent_to_renewal_is_asked_there_and_may_be_left_out(client, order, till):
    pay(client, order)
    order.refresh_from_db()
    assert order.agreed_to == ""
    assert not till.asked[0].keep_method
    come_back(client, order, till)
    assert Term.objects.get().subscription.stopped_at


def test_who_agrees_there_leaves_a_way_to_charge_again(client, order, till):
    pay(client, order, agrees="on")
    order.refresh_from_db()
    assert "until you stop it" in order.agreed_to
    assert till.asked[0].keep_method


def test_two_pages_that_are_paid_at_once_charge_once(client, order, till):
    first = client.get(f"/subscribe/orders/{order.key}/payment/").content
    form = {
        "way": "card",
        "request": re.search(rb'name="request" value="([^"]+)"', first)[1].decode(),
    }
    client.post(f"/subscribe/orders/{order.key}/payment/", form)
    again = client.post(
        f"/subscribe/orders/{order.key}/payment/", form | {"request": str(uuid.uuid4())}
    )
    assert again.headers["Location"] == f"/subscribe/orders/{order.key}/"
    with pytest.raises(pricing.CannotOrder, match="on its way"):
        orders.ask_for(order, provider="card", request=uuid.uuid4(), at=NOW, language="en")
    assert Attempt.objects.count() == 1


def test_a_payment_that_failed_is_tried_again_in_another_way(client, order, till):
    pay(client, order)
    page = come_back(client, order, till, "failed").content.decode()
    assert f"/subscribe/orders/{order.key}/payment/" in page
    pay(client, order)
    come_back(client, order, till)
    assert Term.objects.count() == 1
    assert Attempt.objects.count() == 2


def test_an_order_of_somebody_else_is_nobodys_business(client, order, till):
    client.force_login(make.reader())
    for address in ("", "payment/"):
        assert client.get(f"/subscribe/orders/{order.key}/{address}").status_code == 404


def test_what_was_given_up_is_not_paid(client, order, till):
    Order.objects.filter(pk=order.pk).update(cancelled_at=NOW)
    page = client.get(f"/subscribe/orders/{order.key}/payment/")
    assert page.status_code == 410
    with pytest.raises(pricing.CannotOrder, match="given up"):
        orders.ask_for(order, provider="card", request=uuid.uuid4(), at=NOW, language="en")


class TestRenewing:
    """A payer renews because they ask for it."""

    @pytest.fixture
    def subscription(self, ada):
        title = renewing.title()
        made = make.subscription(renewing.version(title), reader=ada)
        renewing.out(title, 3)
        return made

    def renew(self, client, subscription) -> Order:
        address = f"/account/subscriptions/{subscription.key}/renewal/"
        assert "€60.00" in client.get(address).content.decode()
        answer = client.post(address)
        order = Order.objects.get(kind="renewal")
        assert answer.headers["Location"] == f"/subscribe/orders/{order.key}/payment/"
        return order

    def test_the_next_term_follows_the_last_and_nothing_is_lost(self, client, subscription, till):
        order = self.renew(client, subscription)
        pay(client, order)
        come_back(client, order, till)
        assert standing.of_one(subscription).left == 5
        assert subscription.terms.count() == 2

    def test_a_renewal_that_stands_is_the_one_that_is_paid(self, client, subscription, till):
        order = self.renew(client, subscription)
        answer = client.get(f"/account/subscriptions/{subscription.key}/renewal/")
        assert answer.headers["Location"] == f"/subscribe/orders/{order.key}/payment/"
        assert Order.objects.filter(kind="renewal").count() == 1

    def test_nobody_renews_with_more_than_half_to_come(self, client, ada, till):
        fresh = make.subscription(renewing.version(renewing.title()), reader=ada)
        client.post(f"/account/subscriptions/{fresh.key}/renewal/")
        page = client.get(f"/account/subscriptions/{fresh.key}/").content.decode()
        assert "More than half" in page
        assert not Order.objects.filter(kind="renewal").exists()

    def test_what_was_agreed_to_before_a_stop_is_asked_anew(self, client, subscription, till):
        endings.stop(subscription, at=subscription.opened_at + timedelta(days=1))
        order = self.renew(client, subscription)
        assert order.agreed_to == ""
        pay(client, order)
        come_back(client, order, till)
        subscription.refresh_from_db()
        assert subscription.stopped_at

    def test_who_agrees_anew_goes_on(self, client, subscription, till):
        endings.stop(subscription, at=subscription.opened_at + timedelta(days=1))
        pay(client, self.renew(client, subscription), agrees="on")
        come_back(client, Order.objects.get(kind="renewal"), till)
        subscription.refresh_from_db()
        assert subscription.stopped_at is None

    def test_only_the_payer_renews(self, client, subscription, till):
        client.force_login(make.reader())
        address = f"/account/subscriptions/{subscription.key}/renewal/"
        assert client.get(address).status_code == 404

    def test_money_that_comes_for_what_has_ended_is_told_to_go_back(
        self, client, subscription, till
    ):
        order = self.renew(client, subscription)
        pay(client, order)
        endings.cancel(subscription, request=uuid.uuid4(), at=NOW)
        for _time in range(2):
            page = come_back(client, order, till).content.decode()
            assert "came too late" in page
            assert "It is yours" not in page
        assert "came too late" in client.get(f"/subscribe/orders/{order.key}/").content.decode()
        assert Term.objects.count() == 1
        assert journal.balance("liabilities:received", "EUR").minor == -6000

    def test_nobody_is_sent_on_to_pay_for_what_has_ended(self, client, subscription, till):
        order = self.renew(client, subscription)
        pay(client, order)
        endings.cancel(subscription, request=uuid.uuid4(), at=NOW)
        for way in ("", "payment/"):
            page = client.get(f"/subscribe/orders/{order.key}/{way}", follow=True)
            assert page.status_code == 410
            assert "Please order anew" in page.content.decode()
            assert "https://pay.example" not in page.content.decode()
            assert "Refresh" not in page.headers

    def test_what_nobody_paid_for_two_months_is_given_up(self, client, subscription, till):
        from masthead.circulation import dunning

        order = self.renew(client, subscription)
        late = order.ordered_at + dunning.INVOICE_STANDS
        dunning.chase(subscription.title, at=late - timedelta(seconds=1), named=lambda _name: till)
        assert going_on.standing_order(subscription) == order
        dunning.chase(subscription.title, at=late, named=lambda _name: till)
        assert going_on.standing_order(subscription) is None
