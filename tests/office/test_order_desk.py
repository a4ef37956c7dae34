"""Somebody telephones: staff take the order, and it is paid by cash, by transfer or on a page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from masthead.circulation import order_desk
from masthead.circulation.models import Order, Subscription
from masthead.payments import journal
from masthead.payments.models import Attempt
from masthead.payments.provider import PayLike
from masthead.people.models import Address, User
from tests.factories import circulation as make
from tests.factories import editorial

pytestmark = pytest.mark.django_db


class Cash:
    """A way to pay that goes by hand."""

    name, label = "cash", "Cash"
    abilities = frozenset({"by-hand", "refunds"})

    def begin(self, wanted: Any, urls: Any) -> PayLike:
        return PayLike(f"RF-{wanted.key}", (("Reference", "RF18 5390"),))


@pytest.fixture(autouse=True)
def cash(monkeypatch):
    cash = Cash()
    for module in (order_desk, order_desk.by_hand):
        monkeypatch.setattr(module.ways, "names", lambda: ("cash",))
        monkeypatch.setattr(module.ways, "named", lambda _name: cash)
    return cash


@pytest.fixture
def version():
    return make.version(editorial.magazine(), at=timezone.now())


ADDRESS = {
    "address-name": "Ada Brandt", "address-street": "Am Deich 4",
    "address-postcode": "28199", "address-city": "Bremen",
}  # fmt: skip


def ask(client, version, settled: str, *, query: str = "", **more: str) -> Any:
    """Fill in the two forms of the order desk, as on the telephone."""
    address = (
        f"/office/masthead/orders/new/?offer={version.pk}&country=DE&currency=EUR&code={query}"
    )
    page = client.get(address).content.decode()
    request = re.search(r'name="request" value="([^"]+)"', page)[1]
    form = {"mail": "ada@readers.example", "settled": settled, "request": request} | more
    return client.post(address, form)


def test_the_price_and_what_is_read_out_are_shown_before_anything_is_taken(
    client, publisher, version
):
    page = client.get(f"/office/masthead/orders/new/?offer={version.pk}&country=DE&currency=EUR")
    words = page.content.decode()
    assert "It costs €60.00" in words
    assert "Goes on for another 24 issues at a time for €60.00, until you stop it." in words
    assert not Order.objects.exists()


def test_what_was_paid_in_cash_begins_at_once(client, publisher, version):
    answer = ask(client, version, "received:cash", agrees="on", source_key="Fair26")
    assert answer.status_code == 302
    subscription = Subscription.objects.get()
    order = Order.objects.get()
    assert subscription.reader.email == "ada@readers.example"
    assert (order.source_key, order.provider) == ("Fair26", "cash")
    assert "Goes on for another 24 issues" in order.agreed_to
    assert subscription.stopped_at is None
    assert journal.balance("assets", "EUR").minor == 6000


def test_who_did_not_agree_on_the_telephone_is_never_charged_again(client, publisher, version):
    ask(client, version, "received:cash")
    assert Order.objects.get().agreed_to == ""
    assert Subscription.objects.get().stopped_at


def test_a_link_to_pay_is_mailed_and_nothing_begins_before(client, publisher, version):
    ask(client, version, "link")
    order = Order.objects.get()
    assert not Attempt.objects.exists()
    assert not Subscription.objects.exists()
    (letter,) = mail.outbox
    assert letter.to == ["ada@readers.example"]
    assert f"/subscribe/orders/{order.key}/payment/" in letter.body
    page = client.get("/office/masthead/orders/").content.decode()
    assert "ada@readers.example" in page
    assert "Not chosen yet" in page


def test_a_transfer_is_explained_by_letter_and_begins_once_the_money_is_here(
    client, publisher, version
):
    ask(client, version, "awaited:cash")
    assert "RF18 5390" in mail.outbox[0].body
    order = Order.objects.get()
    assert not Subscription.objects.exists()
    for _again in range(2):
        client.post(f"/office/masthead/orders/{order.key}/received/")
    assert Subscription.objects.count() == 1
    assert journal.balance("assets", "EUR").minor == 6000


def test_complimentary_costs_nothing_and_owes_nothing(client, publisher, version):
    ask(client, version, "free", agrees="on")
    order = Order.objects.get()
    assert (order.kind, order.minor, order.agreed_to) == ("complimentary", 0, "")
    assert order.term.copies == 24
    assert not journal.Entry.objects.exists()


def test_a_double_click_takes_one_order(client, publisher, version):
    address = f"/office/masthead/orders/new/?offer={version.pk}&country=DE&currency=EUR"
    page = client.get(address).content.decode()
    form = {
        "mail": "ada@readers.example", "settled": "received:cash",
        "request": re.search(r'name="request" value="([^"]+)"', page)[1],
    }  # fmt: skip
    for _click in range(2):
        assert client.post(address, form).status_code == 302
    assert Order.objects.count() == Attempt.objects.count() == Subscription.objects.count() == 1


class TestTheAddress:
    def test_the_print_edition_needs_one_and_nothing_is_lost_without(
        self, client, publisher, version
    ):
        answer = ask(client, version, "received:cash", query="&with_print=on")
        assert answer.status_code == 422
        words = answer.content.decode()
        assert "Write down where the print edition goes." in words
        assert "ada@readers.example" in words
        assert not Order.objects.exists()
        assert not User.objects.filter(email="ada@readers.example").exists()

    def test_it_is_judged_as_its_country_writes_addresses(self, client, publisher, version):
        bad = ADDRESS | {"address-postcode": "123"}
        answer = ask(client, version, "received:cash", query="&with_print=on", **bad)
        assert answer.status_code == 422
        assert not Address.objects.exists()

    def test_it_is_where_post_goes(self, client, publisher, version):
        ask(client, version, "received:cash", query="&with_print=on", **ADDRESS)
        address = Address.objects.get()
        assert (address.name, address.is_for_post) == ("Ada Brandt", True)
        assert Order.objects.get().minor == 9600

    def test_a_known_one_stays_where_nothing_is_written(self, client, publisher, version):
        ask(client, version, "received:cash", query="&with_print=on", **ADDRESS)
        answer = ask(client, version, "received:cash", query="&with_print=on")
        assert answer.status_code == 302
        assert Address.objects.count() == 1


def test_an_order_nobody_pays_is_given_up_and_money_that_comes_late_is_served(
    client, publisher, version
):
    ask(client, version, "awaited:cash")
    order = Order.objects.get()
    client.post(f"/office/masthead/orders/{order.key}/end/")
    order.refresh_from_db()
    assert order.cancelled_at
    assert "Every order is paid." in client.get("/office/masthead/orders/").content.decode()
    order_desk.received(Attempt.objects.get(), at=timezone.now())
    assert Subscription.objects.count() == 1


def test_a_letter_that_did_not_go_out_is_said_and_mailed_again(
    client, publisher, version, monkeypatch
):
    with monkeypatch.context() as down:
        down.setattr(
            "django.core.mail.backends.locmem.EmailBackend.send_messages", lambda *_anything: 0
        )
        ask(client, version, "link")
    order = Order.objects.get()
    assert "did not go out" in client.get("/office/masthead/orders/").content.decode()
    client.post(f"/office/masthead/orders/{order.key}/letter/")
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("address", ["/office/masthead/orders/", "/office/masthead/orders/new/"])
def test_the_desk_is_for_who_may_take_orders(client, publisher, address):
    assert client.get(address).status_code == 200
    Group.objects.get(name="Publishers").permissions.filter(codename="add_order").delete()
    assert client.get(address).status_code == 302
    assert "Order desk" not in client.get("/office/").content.decode()


def test_what_waits_is_listed_with_a_few_queries(client, publisher, version):
    def queries(readers: range) -> int:
        for number in readers:
            ask(client, version, "awaited:cash", mail=f"reader{number}@readers.example")
        client.get("/office/masthead/orders/")
        with CaptureQueriesContext(connection) as caught:
            client.get("/office/masthead/orders/")
        return len(caught)

    assert queries(range(3)) == queries(range(3, 9))


class TestOnCredit:
    """What begins before its money, at the desk."""

    @pytest.fixture
    def version(self):
        deal = make.deal(credit_copies=2, credit_days=30, credit_countries=("DE",))
        return make.version(editorial.magazine(), deal, at=timezone.now())

    @pytest.fixture
    def ada(self):
        return make.reader("ada@readers.example", mail_verified_at=timezone.now())

    def test_whom_a_letter_finds_reads_at_once_and_is_mailed_the_invoice(
        self, client, publisher, version, ada
    ):
        ask(client, version, "credit", **ADDRESS)
        assert Subscription.objects.get().reader == ada
        assert journal.balance("assets:receivable", "EUR").minor == 6000
        (letter,) = mail.outbox
        assert "The invoice comes with this letter" in letter.body

    def test_who_never_proved_the_address_is_not_trusted(self, client, publisher, version):
        answer = ask(client, version, "credit", **ADDRESS)
        assert answer.status_code == 422
        assert "sign in once with a code" in answer.content.decode()
        assert not User.objects.filter(email="ada@readers.example").exists()

    def test_the_desk_lists_it_books_the_money_or_writes_it_off(
        self, client, publisher, version, ada
    ):
        ask(client, version, "credit", **ADDRESS)
        order = Order.objects.get()
        page = client.get("/office/masthead/orders/").content.decode()
        assert "Begun on credit" in page
        assert "0 of 2" in page
        client.post(f"/office/masthead/orders/{order.key}/write-off/")
        assert Subscription.objects.get().ended_why == "not-paid"
        assert "Begun on credit" not in client.get("/office/masthead/orders/").content.decode()
        client.post(f"/office/masthead/orders/{order.key}/write-off/")
        assert journal.balance("assets:receivable", "EUR").minor == 0

    def test_the_queries_do_not_grow_with_the_list(self, client, publisher, version, ada):
        ask(client, version, "credit", **ADDRESS)
        with CaptureQueriesContext(connection) as few:
            client.get("/office/masthead/orders/")
        for number in range(3):
            other = make.reader(f"r{number}@readers.example", mail_verified_at=timezone.now())
            ask(client, version, "credit", **{**ADDRESS, "mail": other.email})
        with CaptureQueriesContext(connection) as many:
            client.get("/office/masthead/orders/")
        assert len(many) <= len(few)
