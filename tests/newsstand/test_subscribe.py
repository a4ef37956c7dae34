"""Taking up an offer and leaving again, page by page: what is shown, asked, refused and written."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from masthead.circulation import endings, presents, serving
from masthead.circulation.deals import Price
from masthead.circulation.models import (
    DiscountCode,
    OfferVersion,
    Order,
    Refund,
    Subscription,
    Term,
)
from masthead.editorial import issues
from masthead.money import Money
from masthead.newsstand.views import subscribe
from masthead.newsstand.views.account import subscriptions
from masthead.payments.models import Attempt
from masthead.payments.provider import GoTo, Observed, Unknown
from masthead.people import addresses
from masthead.press.paper.engine import CannotTypeset
from tests.factories import circulation as make
from tests.factories import editorial

pytestmark = pytest.mark.django_db


class Till:
    """A provider of the test's own, which does what it is told."""

    name, label = "card", "Card"
    abilities = frozenset({"hosted", "refunds"})

    def __init__(self) -> None:
        self.status, self.is_silent, self.asked = "waiting", False, []

    def begin(self, wanted: Any, urls: Any) -> Any:
        self.asked.append(wanted)
        if self.is_silent:
            raise Unknown("no answer")
        return GoTo("https://pay.example/session", f"s-{wanted.key}")

    def refund(self, wanted: Any) -> Any:
        self.asked.append(wanted)
        if self.is_silent:
            raise Unknown("no answer")
        return Observed(f"r-{wanted.key}", "refund", "succeeded", wanted.money, wanted.key)

    def observe(self, ref: str) -> Any:
        attempt = Attempt.objects.get(provider_ref=ref)
        money = Money(attempt.minor, attempt.currency)
        return Observed(ref, "charge", self.status, money, attempt.key)


@pytest.fixture
def till(monkeypatch):
    till = Till()
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


CHOSEN = "?country=DE&currency=EUR"


def unseen(page: Any) -> dict[str, str]:
    """Return what the form of a page says without showing it."""
    fields = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.content.decode())
    return {name: value for name, value in fields if name != "csrfmiddlewaretoken"}


def pay(client, offer, **more: str) -> Any:
    page = client.get(f"/subscribe/{offer.slug}/payment/{CHOSEN}")
    form = unseen(page) | {"way": "card", "agrees": "on"} | more
    return client.post(f"/subscribe/{offer.slug}/payment/{CHOSEN}", form)


def changed(offer, **fields: Any) -> OfferVersion:
    """Publish an offer anew, with something else in it."""
    last = offer.versions.latest("number")
    spec = replace(last.deal, **fields).to_json()
    return offer.versions.create(number=last.number + 1, spec=spec, published_at=timezone.now())


def test_the_offers_page_says_price_promises_and_how_it_goes_on(client, offer):
    page = client.get("/subscribe/").content.decode()
    for words in ("€60.00", "Your money back within 60 days", "until you stop it", "€36.00 more"):
        assert words in page
    assert f"/subscribe/{offer.slug}/" in page


def test_what_is_not_on_sale_cannot_be_taken_up(client, offer):
    type(offer).objects.update(is_on_sale=False)
    assert "Nothing is on sale" in client.get("/subscribe/").content.decode()
    assert client.get(f"/subscribe/{offer.slug}/").status_code == 404
    assert client.get(f"/subscribe/{offer.slug}/payment/{CHOSEN}").status_code == 404


def test_a_closed_article_carries_the_offer_and_an_open_one_does_not(client, offer):
    words = [editorial.paragraph("word " * 200), editorial.paragraph("the rest")]
    closed = editorial.article(offer.title, *words, access="subscribers")
    open_one = editorial.article(offer.title, *words, access="open")
    assert "€60.00" in client.get(closed.url).content.decode()
    assert "€60.00" not in client.get(open_one.url).content.decode()


def test_a_stranger_is_asked_for_a_mail_address_and_comes_back(client, offer):
    answer = client.get(f"/subscribe/{offer.slug}/payment/{CHOSEN}")
    assert answer.status_code == 302
    assert "/account/login/?next=%2Fsubscribe%2F" in answer.headers["Location"]


def test_nothing_is_ordered_by_looking(client, offer, ada, till):
    client.get(f"/subscribe/{offer.slug}/payment/{CHOSEN}")
    assert not Order.objects.exists()


def test_without_consent_to_renewal_nothing_is_ordered(client, offer, ada, till):
    answer = pay(client, offer, agrees="")
    assert answer.status_code == 422
    assert "Tick this" in answer.content.decode()
    assert not Order.objects.exists()


def test_the_words_that_were_agreed_to_are_kept(client, offer, ada, till):
    pay(client, offer)
    assert Order.objects.get().agreed_to == (
        "Goes on for another 24 issues at a time for €60.00, until you stop it. "
        "We write to you 14 days before we charge it."
    )


@pytest.mark.parametrize(
    ("fields", "sum_now", "words_now"),
    [
        ({"prices": (Price("EUR", 8000),)}, "€80.00", "€80.00"),
        # An introduction costs now what it did, and more after it.
        ({"prices": (Price("EUR", 8000, introductory=6000),)}, "€60.00", "€80.00"),
        ({"copies": 12}, "€60.00", "12 issues"),
    ],
)
def test_nobody_orders_by_a_page_of_before_the_offer_was_changed(
    client, offer, ada, till, fields, sum_now, words_now
):
    address = f"/subscribe/{offer.slug}/payment/{CHOSEN}"
    form = unseen(client.get(address)) | {"way": "card", "agrees": "on"}
    new = changed(offer, **fields)
    answer = client.post(address, form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "has changed since" in page
    assert f"Pay {sum_now}" in page
    assert words_now in page
    # They have to agree to the words that they see now.
    assert "checked" not in page
    assert not Order.objects.exists()
    again = unseen(answer)
    assert again["request"] == form["request"]
    client.post(address, again | {"way": "card", "agrees": "on"})
    order = Order.objects.get()
    assert order.version == new
    assert words_now in order.agreed_to
    assert till.asked[0].money == order.money


def test_a_page_that_does_not_say_what_it_showed_orders_nothing(client, offer, ada, till):
    assert pay(client, offer, sum="").status_code == 422
    assert pay(client, offer, version="").status_code == 422
    assert not Order.objects.exists()


@pytest.mark.parametrize("again", ["clicks twice", "comes back"])
def test_the_last_use_of_a_code_is_not_lost_to_who_has_it(client, offer, ada, till, again):
    DiscountCode.objects.create(offer=offer, code="SPRING", thousandths=500, most_uses=1)
    address = f"/subscribe/{offer.slug}/payment/{CHOSEN}&code=spring"
    form = unseen(client.get(address)) | {"way": "card", "agrees": "on"}
    client.post(address, form)
    answer = client.post(address, form) if again == "clicks twice" else client.get(address)
    assert answer.headers["Location"] == f"/subscribe/orders/{Order.objects.get().key}/"
    client.force_login(make.reader("eve@readers.example"))
    assert client.get(address).status_code == 422


def test_a_discount_that_ended_meanwhile_is_not_paid_in_full_unseen(client, offer, ada, till):
    code = DiscountCode.objects.create(offer=offer, code="SPRING", thousandths=500)
    address = f"/subscribe/{offer.slug}/payment/{CHOSEN}&code=SPRING"
    form = unseen(client.get(address)) | {"way": "card", "agrees": "on"}
    DiscountCode.objects.update(thousandths=100)
    answer = client.post(address, form)
    assert "Pay €54.00" in answer.content.decode()
    assert not Order.objects.exists()
    client.post(address, unseen(answer) | {"way": "card", "agrees": "on"})
    assert (Order.objects.get().minor, Order.objects.get().discount) == (5400, code)


def test_paying_leads_to_the_provider_by_a_page_and_never_by_a_form(client, offer, ada, till):
    answer = pay(client, offer)
    assert answer.headers["Location"].startswith("/subscribe/orders/")
    page = client.get(answer.headers["Location"])
    assert page.headers["Refresh"] == "0; url=https://pay.example/session"
    assert "https://pay.example/session" in page.content.decode()


def test_a_double_click_is_one_order_and_one_charge(client, offer, ada, till):
    request = str(uuid.uuid4())
    pay(client, offer, request=request)
    pay(client, offer, request=request)
    assert Order.objects.count() == Attempt.objects.count() == 1


def test_coming_back_is_believed_only_when_the_money_is_seen(client, offer, ada, till):
    address = pay(client, offer).headers["Location"]
    page = client.get(f"{address}?back=1")
    assert "We do not know yet" in page.content.decode()
    assert not Term.objects.exists()
    till.status = "succeeded"
    assert "It is yours" in client.get(f"{address}?back=1").content.decode()
    assert Term.objects.count() == 1


def test_a_lost_reply_is_never_told_as_a_failure(client, offer, ada, till):
    till.is_silent = True
    page = client.get(pay(client, offer).headers["Location"]).content.decode()
    assert "We do not know yet" in page
    assert "did not go through" not in page


def test_a_page_that_could_not_be_opened_is_opened_the_next_time_under_the_same_key(
    client, offer, ada, till
):
    till.is_silent = True
    address = pay(client, offer).headers["Location"]
    till.is_silent = False
    page = client.get(address)
    assert page.headers["Refresh"] == "0; url=https://pay.example/session"
    assert len({wanted.key for wanted in till.asked}) == 1


def test_an_order_is_nobody_elses_to_see(client, offer, ada, till):
    address = pay(client, offer).headers["Location"]
    client.force_login(make.reader())
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "query", ["", "?country=XX&currency=EUR", "?country=DE&currency=USD", "?country=DE&code=x"]
)
def test_nonsense_is_told_and_orders_nothing(client, offer, ada, till, query):
    answer = client.get(f"/subscribe/{offer.slug}/payment/{query}")
    assert answer.status_code == 422
    assert not Order.objects.exists()


class TestLeaving:
    """Two clicks each, and nobody else's business."""

    @pytest.fixture
    def mine(self, offer, ada) -> Subscription:
        return make.subscription(
            offer.versions.get(), reader=ada, at=timezone.now() - timedelta(days=3), provider="card"
        )

    def leave(self, client, mine: Subscription, way: str) -> str:
        address = f"/account/subscriptions/{mine.key}/{way}/"
        page = client.get(address).content
        found = re.search(rb'name="request" value="([^"]+)"', page)
        assert found
        client.post(address, {"request": found[1].decode()})
        return client.get(f"/account/subscriptions/{mine.key}/").content.decode()

    def test_the_page_shows_what_is_owed_and_promised_and_the_ways_out(self, client, mine):
        page = client.get(f"/account/subscriptions/{mine.key}/").content.decode()
        for words in ("24 issues to come", "It stands until", "Stop renewal", "Cancel"):
            assert words in page

    def test_money_back_pays_at_once(self, client, mine, till):
        assert "Done" in self.leave(client, mine, "money-back")
        assert Refund.objects.get().attempt.state == "succeeded"
        mine.refresh_from_db()
        assert mine.ended_why == "money-back"

    def test_money_that_cannot_go_now_stays_owed(self, client, mine, till):
        till.is_silent = True
        self.leave(client, mine, "money-back")
        assert Refund.objects.get().attempt.state == "unknown"

    def test_stopping_leaves_the_paid_issues(self, client, mine, till):
        assert "Does not renew" in self.leave(client, mine, "stop")
        assert not Refund.objects.exists()

    def test_cancelling_pays_the_rest_back(self, client, mine, till):
        self.leave(client, mine, "cancellation")
        assert Refund.objects.get().minor == 6000

    def test_looking_changes_nothing(self, client, mine, till):
        for way in ("stop", "cancellation", "money-back"):
            client.get(f"/account/subscriptions/{mine.key}/{way}/")
        mine.refresh_from_db()
        assert (mine.ended_at, mine.stopped_at) == (None, None)

    def test_somebody_elses_is_not_there(self, client, mine, till):
        client.force_login(make.reader())
        for address in ("", "stop/", "cancellation/", "money-back/"):
            address = f"/account/subscriptions/{mine.key}/{address}"
            assert client.get(address).status_code == 404
            assert client.post(address, {"request": str(uuid.uuid4())}).status_code in (404, 405)
        mine.refresh_from_db()
        assert mine.ended_at is None

    def test_who_was_given_a_subscription_reads_and_cannot_end_it(self, client, offer, till):
        friend = make.reader()
        gift = make.subscription(offer.versions.get(), payer=make.reader(), reader=friend)
        client.force_login(friend)
        page = client.get(f"/account/subscriptions/{gift.key}/")
        assert page.status_code == 200
        assert "Have your money back" not in page.content.decode()
        assert client.get(f"/account/subscriptions/{gift.key}/money-back/").status_code == 404

    def test_withdrawing_takes_two_steps_and_no_signing_in(self, client, mine, till):
        client.logout()
        declared = {
            "email": "ADA@readers.example", "number": mine.number, "request": str(uuid.uuid4()),
        }  # fmt: skip
        page = client.post("/withdrawal/", declared).content.decode()
        assert "Confirm withdrawal" in page
        assert not Refund.objects.exists()
        page = client.post("/withdrawal/", declared | {"confirmed": "yes"}).content.decode()
        assert "Your withdrawal was received" in page
        assert Refund.objects.get().kind == "withdrawn"

    def test_a_gift_that_nobody_took_is_withdrawn_from_like_that(self, client, offer, till):
        gift = make.present(offer.versions.get(), at=timezone.now())
        declared = {
            "email": gift.order.payer.email.upper(), "number": gift.number.lower(),
            "request": str(uuid.uuid4()),
        }  # fmt: skip
        assert gift.number in client.post("/withdrawal/", declared).content.decode()
        assert not Refund.objects.exists()
        for _click in range(2):
            page = client.post("/withdrawal/", declared | {"confirmed": "yes"})
            assert "Your withdrawal was received" in page.content.decode()
        assert (Refund.objects.get().kind, Refund.objects.get().minor) == ("withdrawn", 6000)
        friend = make.reader()
        with pytest.raises(presents.CannotRedeem):
            presents.redeem(gift, friend, at=timezone.now())
        # Another form finds nothing to withdraw from.
        again = declared | {"confirmed": "yes", "request": str(uuid.uuid4())}
        assert client.post("/withdrawal/", again).status_code == 409

    def test_one_that_has_begun_is_withdrawn_from_as_a_subscription(self, client, offer, till):
        gift = make.present(offer.versions.get(), at=timezone.now())
        presents.redeem(gift, make.reader(), at=timezone.now())
        declared = {
            "email": gift.order.payer.email, "number": gift.number, "confirmed": "yes",
            "request": str(uuid.uuid4()),
        }  # fmt: skip
        assert client.post("/withdrawal/", declared).status_code == 200
        assert Subscription.objects.get().ended_why == "withdrawn"

    def test_nobody_but_its_donor_withdraws_from_a_gift(self, client, offer, till):
        gift = make.present(offer.versions.get(), at=timezone.now())
        for email in ("eve@readers.example", "bea@readers.example"):
            declared = {
                "email": email, "number": gift.number, "confirmed": "yes",
                "request": str(uuid.uuid4()),
            }  # fmt: skip
            assert client.post("/withdrawal/", declared).status_code == 422
        assert not Refund.objects.exists()

    def test_a_number_without_its_address_withdraws_nothing(self, client, mine, till):
        declared = {
            "email": "eve@readers.example", "number": mine.number, "request": str(uuid.uuid4()),
            "confirmed": "yes",
        }  # fmt: skip
        assert client.post("/withdrawal/", declared).status_code == 422
        assert not Refund.objects.exists()

    def test_after_the_fourteen_days_it_says_what_can_be_done(self, client, offer, till):
        old = make.subscription(offer.versions.get(), at=timezone.now() - timedelta(days=30))
        declared = {
            "email": old.payer.email, "number": old.number, "request": str(uuid.uuid4()),
            "confirmed": "yes",
        }  # fmt: skip
        page = client.post("/withdrawal/", declared)
        assert page.status_code == 409
        assert "You can still cancel" in page.content.decode()


class TestPost:
    """A reader's own post: paused and resumed, claimed, and nobody else's."""

    @pytest.fixture
    def mine(self, offer, ada) -> Subscription:
        addresses.write(
            ada, "DE",
            {"name": "Ada", "street": "Weg 1", "city": "Bonn", "postcode": "53111"},
            at=timezone.now() - timedelta(days=60),
        )  # fmt: skip
        return make.subscription(
            offer.versions.get(), reader=ada, at=timezone.now() - timedelta(days=50),
            with_print=True, provider="card",
        )  # fmt: skip

    def test_a_pause_is_asked_for_by_days_and_ended_by_a_button(self, client, mine):
        address = f"/account/subscriptions/{mine.key}/"
        today = timezone.now().date()
        client.post(f"{address}pause/", {"starts_on": today, "ends_on": today + timedelta(days=30)})
        hold = mine.holds.get()
        page = client.get(address).content.decode()
        assert "Resume" in page
        assert "pause/" not in page
        client.post(f"{address}pauses/{hold.key}/end/")
        hold.refresh_from_db()
        assert hold.lifted_at is not None

    @pytest.mark.parametrize(
        "days", [{"starts_on": ""}, {"starts_on": "2020-01-01"}, {"starts_on": "soon"}]
    )
    def test_days_that_make_no_pause_are_told(self, client, mine, days):
        answer = client.post(f"/account/subscriptions/{mine.key}/pause/", days)
        assert answer.status_code == 422
        assert not mine.holds.exists()

    def test_a_copy_that_did_not_come_is_made_good_once(self, client, offer, mine):
        issue = editorial.issue(offer.title, state="open")
        issue = issues.put_on_sale(issue, at=timezone.now() - timedelta(days=20))
        serving.serve(issue, at=timezone.now() - timedelta(days=20))
        address = f"/account/subscriptions/{mine.key}/claims/"
        page = client.get(address).content.decode()
        copy = re.search(r'name="copy" value="(\d+)"', page)[1]
        asked = {"copy": copy, "kind": "missing", "request": str(uuid.uuid4())}
        for _time in range(2):
            client.post(address, asked)
        assert mine.extensions.count() == 1
        client.post(address, {"copy": "0", "kind": "missing", "request": "no"})
        assert mine.extensions.count() == 1

    def test_post_is_the_readers_and_nobody_elses(self, client, mine):
        client.force_login(make.reader())
        for way in ("pause/", "claims/"):
            assert client.get(f"/account/subscriptions/{mine.key}/{way}").status_code == 404

    def test_an_invoice_is_opened_by_who_paid_and_by_nobody_else(self, client, mine, monkeypatch):
        page = client.get("/account/invoices/").content.decode()
        address = re.search(r'href="(/account/invoices/[^"]+\.pdf)"', page)[1]
        answer = client.get(address)
        assert answer.content.startswith(b"%PDF-")
        assert "no-store" in answer.headers["Cache-Control"]
        monkeypatch.setattr("masthead.payments.papers.pdf", self.broken)
        assert client.get(address).status_code == 503
        client.force_login(make.reader())
        assert client.get(address).status_code == 404

    def broken(self, _invoice: Any) -> bytes:
        raise CannotTypeset("killed")


def test_the_page_of_promises_is_made_from_the_last_look(client, offer):
    from masthead.circulation.promises import kept

    assert "Nobody has looked yet" in client.get("/promises/").content.decode()
    kept.inspect(timezone.now())
    page = client.get("/promises/").content.decode()
    assert "Money back" in page
    assert "0 readers asked." in page
    subscription = make.subscription(
        offer.versions.get(), at=timezone.now() - timedelta(days=3), provider="card"
    )
    endings.give_money_back(
        subscription, request=uuid.uuid4(), at=timezone.now() - timedelta(days=2)
    )
    kept.inspect(timezone.now())
    assert "Not kept in 1 case" in client.get("/promises/").content.decode()
