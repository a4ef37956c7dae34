"""Giving a subscription and taking it, page by page: asked, shown, escaped, and never the price."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from masthead.circulation import orders, present_letters, presents
from masthead.circulation.models import Order, Present, Refund, Subscription
from masthead.config.logs import without_tokens
from tests.factories import circulation as make
from tests.factories import editorial
from tests.newsstand.test_subscribe import Till, unseen

pytestmark = pytest.mark.django_db

CHOSEN = "?country=DE&currency=EUR&as_gift=on"
LINK = re.compile(r"/gifts/[^/\s<\"]+/")


@pytest.fixture
def till(monkeypatch):
    from masthead.newsstand.views import subscribe
    from masthead.newsstand.views.account import subscriptions

    till = Till()
    till.status = "succeeded"
    for module in (subscribe, subscriptions):
        monkeypatch.setattr(module.ways, "named", lambda _name: till)
    monkeypatch.setattr(subscribe.ways, "for_readers", lambda: [till])
    return till


@pytest.fixture
def offer():
    return make.version(editorial.magazine(), at=timezone.now()).offer


@pytest.fixture
def ada(client):
    ada = make.reader("ada@readers.example")
    client.force_login(ada)
    return ada


@pytest.fixture
def bea():
    return make.reader("bea@readers.example")


def give(client, offer, **fields: str) -> Any:
    page = client.get(f"/subscribe/{offer.slug}/payment/{CHOSEN}")
    form = unseen(page) | {
        "way": "card", "recipient_name": "Bea", "donor_name": "Ada",
        "recipient_email": "bea@readers.example", "message": "For you <script>alert(1)</script>",
        "deliver_on": timezone.localdate().isoformat(),
    }  # fmt: skip
    return client.post(f"/subscribe/{offer.slug}/payment/{CHOSEN}", form | fields)


@pytest.fixture
def present(client, offer, ada, till) -> Present:
    address = give(client, offer).headers["Location"]
    client.get(f"{address}?back=1")
    return Present.objects.select_related("order").get()


@pytest.fixture
def link(present, mailoutbox) -> str:
    present_letters.send_due(timezone.now() + timedelta(days=1))
    return LINK.search(mailoutbox[-1].body)[0]


class TestGiving:
    def test_the_offer_can_be_taken_as_a_gift(self, client, offer, ada, till):
        assert "As a gift" in client.get(f"/subscribe/{offer.slug}/").content.decode()
        page = client.get(f"/subscribe/{offer.slug}/payment/{CHOSEN}").content.decode()
        for words in ("Who it is for", "Their mail address", "Delivered on", "€60.00"):
            assert words in page
        assert "until you stop it" not in page

    def test_without_knowing_who_it_is_for_nothing_is_ordered(self, client, offer, ada, till):
        assert give(client, offer, recipient_name="").status_code == 422
        assert give(client, offer, recipient_email="nonsense").status_code == 422
        assert give(client, offer, deliver_on="soon").status_code == 422
        assert not Order.objects.exists()

    def test_paid_it_is_ready_and_nobody_reads_yet(self, client, present):
        assert present.paid_at
        assert not Subscription.objects.exists()
        order = f"/subscribe/orders/{present.order.key}/"
        assert "Your gift is ready" in client.get(order).content.decode()

    def test_the_donor_sees_where_it_stands(self, client, present):
        page = client.get("/account/gifts/").content.decode()
        assert "A year for Bea" in page
        assert "Is sent on" in page
        page = client.get(f"/account/gifts/subscriptions/{present.key}/").content.decode()
        for words in ("Send it now", "Make the card", "Have your money back", "60.00"):
            assert words in page

    def test_it_is_nobody_elses_to_see_or_change(self, client, present, bea):
        client.force_login(bea)
        for way in ("", "card/", "letter/", "money-back/"):
            address = f"/account/gifts/subscriptions/{present.key}/{way}"
            assert client.post(address).status_code == 404
        assert "for Bea" not in client.get("/account/gifts/").content.decode()

    def test_the_card_has_a_link_that_works_and_is_not_kept(self, client, present):
        page = client.post(f"/account/gifts/subscriptions/{present.key}/card/").content.decode()
        assert "&lt;script&gt;" in page
        assert "<script>alert" not in page
        first = LINK.search(page)[0]
        assert presents.of_token(first.split("/")[2]) == present
        client.post(f"/account/gifts/subscriptions/{present.key}/card/")
        assert presents.of_token(first.split("/")[2]) is None
        assert (
            first not in client.get(f"/account/gifts/subscriptions/{present.key}/").content.decode()
        )

    def test_the_letter_can_be_sent_at_once(self, client, present, mailoutbox):
        client.post(f"/account/gifts/subscriptions/{present.key}/letter/")
        assert mailoutbox[-1].to == ["bea@readers.example"]
        present.refresh_from_db()
        assert present.delivered_at

    def test_a_wrong_address_can_be_corrected(self, client, present):
        form = {"recipient_name": "B", "recipient_email": "b@x.example", "deliver_on": "2030-01-01"}
        client.post(f"/account/gifts/subscriptions/{present.key}/", form)
        present.refresh_from_db()
        assert (present.recipient_name, present.recipient_email) == ("B", "b@x.example")
        page = client.get(f"/account/gifts/subscriptions/{present.key}/").content.decode()
        assert "Is sent on Jan. 1, 2030" in page

    def test_the_money_comes_back_in_two_clicks(self, client, present):
        address = f"/account/gifts/subscriptions/{present.key}/money-back/"
        page = client.get(address).content
        assert not Refund.objects.exists()
        request = re.search(rb'name="request" value="([^"]+)"', page)[1].decode()
        for _ in range(2):
            client.post(address, {"request": request})
        assert Refund.objects.get().attempt.state == "succeeded"
        assert "Paid back to you" in client.get("/account/gifts/").content.decode()
        # Nobody subscribed to anything.
        assert "You do not subscribe" in client.get("/account/subscriptions/").content.decode()


class TestTaking:
    def test_who_is_given_it_is_promised_what_is_theirs_and_not_the_payers(self, client, link):
        client.logout()
        page = client.get(link).content.decode()
        assert "All past issues" in page
        assert "money back" not in page
        assert "Cancel any time" not in page

    def test_whoever_has_the_link_sees_who_gave_what_and_not_for_how_much(self, client, link):
        client.logout()
        page = client.get(link)
        words = page.content.decode()
        assert "Ada gives it to you, Bea." in words
        assert "For you &lt;script&gt;" in words
        assert "<script>alert" not in words
        for price in ("€", "60.00", "6000"):
            assert price not in words
        assert page.headers["X-Robots-Tag"] == "noindex"
        assert "no-store" in page.headers["Cache-Control"]

    def test_looking_takes_nothing_and_strangers_cannot_take_it(self, client, link):
        client.logout()
        client.get(link)
        client.post(link)
        assert not Subscription.objects.exists()
        assert "/account/login/?next=%2Fgifts%2F" in client.get(link).content.decode()

    def test_the_recipient_takes_it_and_reads(self, client, link, bea, ada):
        client.force_login(bea)
        client.post(link)
        found = Subscription.objects.get()
        assert (found.reader, found.payer) == (bea, ada)
        assert "You can read everything" in client.get(link).content.decode()

    def test_nobody_else_takes_it_then(self, client, link, bea):
        client.force_login(bea)
        client.post(link)
        client.force_login(make.reader())
        assert client.get(link).status_code == 410
        client.post(link)
        assert Subscription.objects.count() == 1

    def test_the_donor_is_told_to_pass_it_on(self, client, link):
        assert "You gave this yourself" in client.post(link, follow=True).content.decode()

    @pytest.mark.parametrize("token", ["x", "A" * 32, "0", "..", "%00"])
    def test_a_guess_finds_nothing(self, client, present, token):
        assert client.get(f"/gifts/{token}/").status_code in (404, 301, 302)

    def test_somebody_in_line_is_told_that_nothing_is_lost(self, client, link, bea, offer):
        make.subscription(offer.versions.get(), reader=bea, at=timezone.now())
        client.force_login(bea)
        client.post(link)
        assert "nothing is lost" in client.get(link).content.decode()
        assert "A gift from Ada" in client.get("/account/subscriptions/").content.decode()

    def test_who_needs_an_address_for_print_is_asked_for_it(
        self, client, offer, ada, till, bea, mailoutbox
    ):
        order, attempt = orders.place(
            offer.versions.get(), ada, currency="EUR", country="DE", provider="card",
            request=Order().key, at=timezone.now(), with_print=True,
            gift=presents.Wish("Bea", "Ada", timezone.localdate()),
        )  # fmt: skip
        orders.paid(make.pay(attempt), at=timezone.now())
        token = presents.make_link(order.present, at=timezone.now())
        client.force_login(bea)
        client.post(f"/gifts/{token}/")
        assert (
            "Tell us where the print edition goes"
            in client.get(f"/gifts/{token}/").content.decode()
        )

    def test_the_recipient_never_sees_the_price_whatever_becomes_of_it(
        self, client, link, bea, ada, present, till
    ):
        client.force_login(bea)
        client.post(link)
        found = Subscription.objects.get()
        pages = [
            "/account/subscriptions/",
            f"/account/subscriptions/{found.key}/",
            "/account/invoices/",
        ]
        seen = [client.get(page).content.decode() for page in pages]
        client.force_login(ada)
        way = f"/account/subscriptions/{found.key}/money-back/"
        request = re.search(rb'name="request" value="([^"]+)"', client.get(way).content)[1].decode()
        client.post(way, {"request": request})
        assert "60.00" in client.get(f"/account/subscriptions/{found.key}/").content.decode()
        client.force_login(bea)
        seen += [client.get(page).content.decode() for page in pages]
        for words in seen:
            assert "60.00" not in words

    def test_a_log_does_not_tell_the_link(self, link):
        assert without_tokens(f"Not Found: {link}") == "Not Found: /gifts/…/"
        assert link.split("/")[2] not in without_tokens(f"next={link.replace('/', '%2F')}")
