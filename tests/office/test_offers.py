"""A publisher writes an offer, is told what keeps it from being sold, and puts it on sale."""

from __future__ import annotations

import pytest

from masthead.circulation import founding, offers
from masthead.circulation.models import Offer
from masthead.circulation.promises import kinds
from tests.factories import circulation as make
from tests.factories import editorial

pytestmark = pytest.mark.django_db


@pytest.fixture
def title():
    return editorial.magazine()


@pytest.fixture
def publisher(client, title):
    """Return somebody of the group Publishers, signed in."""
    staff = make.reader("publisher@gazette.example")
    staff.groups.add(founding.empower_publishers())
    client.force_login(staff)
    return staff


def filled(title, **changes: str) -> dict[str, str]:
    """Return a form as a publisher fills it in for the offer of the demonstration magazine."""
    return {
        "title": str(title.pk), "name": "A year", "slug": "a-year", "pitch": "All of it.",
        "basis": "copies", "copies": "24", "months": "0", "starts": "next", "renews": "on",
        "renew_at": "2", "notice_days": "14", "grace_copies": "2", "sort_order": "0",
        "credit_copies": "2", "credit_days": "30",
        "prices-TOTAL_FORMS": "2", "prices-INITIAL_FORMS": "0",
        "prices-0-currency": "eur", "prices-0-minor": "72.00", "prices-0-print_extra": "48",
        "prices-1-currency": "JPY", "prices-1-minor": "9800",
        "shares-digital": "3", "shares-audio": "1",
        "issues-is_made": "on",
        "subscriber-articles-is_made": "on",
        "money-back-is_made": "on", "money-back-days": "60", "money-back-clock": "payment",
        "cancel-any-time-is_made": "on", "cancel-any-time-effect": "refund-unserved",
        "ad-free-is_made": "on", "ad-free-starts_on": "2027-01-01",
    } | changes  # fmt: skip


def test_an_offer_is_written_down_and_put_on_sale(client, publisher, title):
    answer = client.post("/office/masthead/offers/new/", filled(title) | {"publish": "1"})
    offer = Offer.objects.get()
    assert answer.headers["Location"] == f"/office/masthead/offers/{offer.pk}/"
    (version,) = offers.on_sale(title)
    deal = version.deal
    assert [(one.currency, one.minor, one.print_extra) for one in deal.prices] == [
        ("EUR", 7200, 4800), ("JPY", 9800, None),
    ]  # fmt: skip
    assert deal.promised("money-back").spec == {"days": 60, "clock": "payment", "renewals": False}
    assert deal.promised("ad-free").starts_on.isoformat() == "2027-01-01"
    page = client.get(answer.headers["Location"]).content.decode()
    assert "On sale as version 1." in page
    assert "Your money back within 60 days" in page


def test_an_offer_says_in_what_countries_it_may_be_paid_later(client, publisher, title):
    form = filled(title, pays_later="on", credit_countries="de, at") | {"publish": "1"}
    client.post("/office/masthead/offers/new/", form)
    deal = offers.on_sale(title)[0].deal
    assert (deal.credit_copies, deal.credit_days, deal.credit_countries) == (2, 30, ("DE", "AT"))


def test_keeping_publishes_nothing(client, publisher, title):
    client.post("/office/masthead/offers/new/", filled(title) | {"keep": "1"})
    assert Offer.objects.count() == 1
    assert not offers.on_sale(title)


def test_what_is_written_anew_is_shown_as_not_published_yet(client, publisher, title):
    client.post("/office/masthead/offers/new/", filled(title) | {"publish": "1"})
    address = f"/office/masthead/offers/{Offer.objects.get().pk}/"
    client.post(address, filled(title) | {"prices-0-minor": "80", "keep": "1"})
    assert "What is written here is not published yet." in client.get(address).content.decode()
    assert offers.on_sale(title)[0].deal.prices[0].minor == 7200


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"money-back-days": ""}, "Say for how many days"),
        ({"shares-digital": "", "shares-audio": ""}, "shares of print"),
        ({"prices-0-currency": "", "prices-0-minor": "", "prices-0-print_extra": "",
          "prices-1-currency": "", "prices-1-minor": ""}, "Say what it costs"),
        ({"print-edition-is_made": "on"}, "Name the countries"),
        ({"pays_later": "on"}, "“” is no country that can pay later"),
        ({"pays_later": "on", "credit_countries": "DE XX"}, "“XX” is no country"),
        ({"pays_later": "on", "credit_countries": "DE", "credit_copies": "24"}, "Serve fewer copies"),
        ({"pays_later": "on", "credit_countries": "DE", "credit_days": "0"}, "how many days there are"),
        ({"pays_later": "on", "credit_countries": "DE", "basis": "period", "copies": "0",
          "months": "12"}, "Only copies can be paid later"),
    ],
)  # fmt: skip
def test_what_cannot_be_sold_is_kept_and_says_why(client, publisher, title, changes, said):
    form = filled(title, **changes) | {"publish": "1"}
    page = client.post("/office/masthead/offers/new/", form, follow=True).content.decode()
    assert said in page
    assert Offer.objects.count() == 1
    assert not offers.on_sale(title)


@pytest.mark.parametrize(
    "changes",
    [
        {"prices-0-currency": "Euro"},
        {"prices-0-minor": "72.005"},
        {"prices-0-minor": "-1"},
        {"copies": "0"},
        {"months": "12"},
        {"notice_days": "3"},
        {"name": ""},
        {"money-back-days": "no"},
        {"ad-free-starts_on": "soon"},
    ],
)
def test_bad_input_is_told_and_loses_nothing(client, publisher, title, changes):
    page = client.post("/office/masthead/offers/new/", filled(title, **changes) | {"keep": "1"})
    assert page.status_code == 200
    assert "could not be written down" in page.content.decode()
    assert "All of it." in page.content.decode()
    assert not Offer.objects.exists()


def test_taking_it_off_sale_leaves_it_to_who_has_it(client, publisher, title):
    client.post("/office/masthead/offers/new/", filled(title) | {"publish": "1"})
    offer = Offer.objects.get()
    make.subscription(offer.versions.get())
    client.post(f"/office/masthead/offers/{offer.pk}/", {"withdraw": "1"})
    assert not offers.on_sale(title)
    assert offer.versions.count() == 1


def test_every_kind_of_promise_can_be_ticked(client, publisher, title):
    page = client.get("/office/masthead/offers/new/").content.decode()
    for kind in kinds.every():
        assert f'name="{kind.name}-is_made"' in page


def test_others_of_the_staff_write_no_offers(client, title):
    client.force_login(make.reader())
    for address in ("/office/masthead/offers/", "/office/masthead/offers/new/"):
        assert client.get(address).status_code in (302, 403)
    assert not Offer.objects.exists()
