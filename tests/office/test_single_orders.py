"""Somebody telephones for one issue: the order is taken, and paid by cash, by transfer or on a page."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from masthead.circulation import auditing, single_copies, stock
from masthead.circulation.models import SingleCopy, SinglePrice
from masthead.circulation.single_copies import Edition
from masthead.payments import journal, ways
from masthead.payments.models import Attempt, Invoice
from masthead.people.models import User
from tests.factories import circulation as make
from tests.factories import editorial
from tests.office.test_order_desk import ADDRESS, Cash
from tests.office.test_single_copies import on_sale

pytestmark = pytest.mark.django_db
HERE = "/office/masthead/single-copies/orders/new/"


@pytest.fixture(autouse=True)
def cash(monkeypatch):
    cash = Cash()
    monkeypatch.setattr(ways, "names", lambda: ("cash",))
    monkeypatch.setattr(ways, "named", lambda _name: cash)
    monkeypatch.setattr(ways, "for_readers", ways.by_hand)


@pytest.fixture
def issue():
    issue = on_sale(editorial.magazine())
    for edition, minor in ((Edition.PRINT, 950), (Edition.DIGITAL, 450)):
        SinglePrice.objects.create(issue=issue, edition=edition, currency="EUR", minor=minor)
    stock.count(issue, 2, at=timezone.now())
    return issue


def wanted(issue, edition: str) -> str:
    return f"{HERE}?issue={issue.key}&edition={edition}&country=DE&currency=EUR"


def ask(client, issue, settled: str, *, edition: str = "digital", **more: str) -> Any:
    page = client.get(wanted(issue, edition)).content.decode()
    request = re.search(r'name="request" value="([^"]+)"', page)[1]
    form = {"mail": "ada@readers.example", "settled": settled, "agrees": "on", "request": request}
    return client.post(wanted(issue, edition), form | more)


def test_the_price_and_what_is_read_out_are_shown_before_anything_is_taken(
    client, publisher, issue
):
    page = client.get(wanted(issue, "print")).content.decode()
    assert "It costs €9.50" in page
    assert "no right of withdrawal by law" in page
    assert not SingleCopy.objects.exists()


def test_what_is_paid_in_cash_is_theirs_at_once_with_an_invoice(client, publisher, issue):
    assert ask(client, issue, "received:cash").status_code == 302
    copy = SingleCopy.objects.get()
    assert copy.reader.email == "ada@readers.example"
    assert copy.paid_at
    assert copy.earned_at
    assert copy.agreed_to == single_copies.words(Edition.DIGITAL)
    assert Invoice.objects.get().minor == 450
    assert journal.balance("assets", "EUR").minor == 450
    assert auditing.complaints(timezone.now()) == []


def test_a_printed_one_goes_to_the_address_and_out_of_the_store(client, publisher, issue):
    ask(client, issue, "received:cash", edition="print", **ADDRESS)
    assert SingleCopy.objects.to_send().get().reader.addresses.get().city == "BREMEN"
    assert stock.left(issue) == 1
    refused = ask(client, issue, "received:cash", edition="print", mail="bea@readers.example")
    assert refused.status_code == 422
    assert "Write down where the print edition goes" in refused.content.decode()
    assert stock.left(issue) == 1


def test_a_link_is_mailed_and_leads_to_a_page_where_it_is_paid(client, publisher, issue):
    ask(client, issue, "link")
    copy = SingleCopy.objects.get()
    assert not Attempt.objects.exists()
    (letter,) = mail.outbox
    assert letter.to == ["ada@readers.example"]
    assert f"/single-copies/orders/{copy.key}/" in letter.body
    assert "It is yours as soon as it is paid." in letter.body
    client.force_login(copy.reader)
    page = client.get(f"/single-copies/orders/{copy.key}/", follow=True).content.decode()
    assert "€4.50" in page
    request = re.search(r'name="request"[^>]*value="([^"]+)"', page)[1]
    for _click in range(2):
        client.post(
            f"/single-copies/orders/{copy.key}/payment/", {"way": "cash", "request": request}
        )
    charge = Attempt.objects.get()
    assert (charge.minor, charge.provider) == (450, "cash")
    # Nobody else finds it.
    client.force_login(make.reader())
    assert client.get(f"/single-copies/orders/{copy.key}/payment/").status_code == 404


def test_what_waits_for_a_choice_is_kept_for_fourteen_days(client, publisher, issue):
    ask(client, issue, "link", edition="print", **ADDRESS)
    copy, now = SingleCopy.objects.get(), timezone.now()
    assert single_copies.release(at=now + timedelta(days=13)) == 0
    assert stock.left(issue) == 1
    assert single_copies.release(at=now + timedelta(days=14, minutes=1)) == 1
    assert stock.left(issue) == 2
    with pytest.raises(single_copies.CannotOrder, match="given up"):
        single_copies.ask_for(copy, provider="cash", request=uuid.uuid4(), at=now, language="en")
    client.force_login(copy.reader)
    page = client.get(f"/single-copies/orders/{copy.key}/", follow=True)
    assert page.status_code == 410
    assert "Please order anew" in page.content.decode()


def test_two_for_the_same_reader_are_two(client, publisher, issue):
    for _each in range(2):
        ask(client, issue, "link", edition="print", **ADDRESS)
    assert SingleCopy.objects.unpaid().count() == 2
    page = ask(client, issue, "link", edition="print", **ADDRESS)
    assert "No printed copies of this issue are left" in page.content.decode()


def test_a_transfer_is_explained_by_letter_and_booked_when_it_is_here(client, publisher, issue):
    ask(client, issue, "awaited:cash")
    copy = SingleCopy.objects.get()
    assert "Reference: RF18 5390" in mail.outbox[0].body
    client.post(f"/office/masthead/single-copies/{copy.key}/letter/")
    assert len(mail.outbox) == 2
    client.post(f"/office/masthead/single-copies/{copy.key}/received/")
    copy.refresh_from_db()
    assert copy.paid_at
    with pytest.raises(single_copies.CannotOrder, match="It is paid"):
        single_copies.ask_for(
            copy, provider="cash", request=uuid.uuid4(), at=timezone.now(), language="en"
        )


@pytest.mark.parametrize(
    ("edition", "settled", "more", "said"),
    [
        ("digital", "received:cash", {"mail": ""}, "Write down the mail address"),
        ("digital", "received:cash", {"mail": "", **ADDRESS}, "sell them a printed copy"),
        ("print", "link", {"mail": "", **ADDRESS}, "choose a way by hand"),
        ("digital", "received:cash", {"agrees": ""}, "Read it to them"),
        ("digital", "free", {}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_taken(
    client, publisher, issue, edition, settled, more, said
):
    page = ask(client, issue, settled, edition=edition, **more)
    assert page.status_code == 422
    assert said in page.content.decode()
    assert not SingleCopy.objects.exists()
    assert not User.objects.filter(email="ada@readers.example").exists()


def test_who_has_no_mail_address_is_sent_a_printed_copy(client, publisher, issue):
    ask(client, issue, "received:cash", edition="print", mail="", **ADDRESS)
    assert not SingleCopy.objects.to_send().get().reader.has_mail


def test_a_double_click_takes_one(client, publisher, issue):
    page = client.get(wanted(issue, "digital")).content.decode()
    request = re.search(r'name="request" value="([^"]+)"', page)[1]
    form = {
        "mail": "ada@readers.example", "settled": "received:cash", "agrees": "on",
        "request": request,
    }  # fmt: skip
    for _click in range(2):
        client.post(wanted(issue, "digital"), form)
    assert SingleCopy.objects.count() == Attempt.objects.count() == 1


def test_others_of_the_staff_take_none(client, issue):
    client.force_login(make.reader())
    assert client.get(HERE).status_code in (302, 403)
    client.post(wanted(issue, "digital"), {"mail": "ada@readers.example"})
    assert not SingleCopy.objects.exists()
