"""Agencies in the office: written down, their files looked at and taken, invoiced, renewed, ended."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from masthead.circulation.founding import empower_publishers
from masthead.circulation.models import Agency, AgencyInvoice, AgencyOrder, Subscription
from masthead.payments import journal
from tests.factories import circulation as make
from tests.factories import editorial

pytestmark = pytest.mark.django_db

ROOM = "/office/masthead/agencies/"
BOREAL = {
    "name": "Boreal Agency", "mail": "orders@boreal.example", "address": "Kai 1\n20095 Hamburg",
    "country": "DE", "commission": "100", "payment_days": "45", "vat_number": "",
}  # fmt: skip
ADA = {
    "order": "1", "number": "A-1", "currency": "EUR", "name": "Ada Brandt", "street": "Am Deich 4",
    "postcode": "28199", "city": "Bremen", "country": "DE", "mail": "ada@readers.example",
}  # fmt: skip


@pytest.fixture
def version():
    return make.version(editorial.magazine(), at=timezone.now())


@pytest.fixture
def publisher(client):
    staff = make.reader("publisher@gazette.example")
    staff.groups.add(empower_publishers())
    client.force_login(staff)
    return staff


@pytest.fixture
def agency(client, publisher, version) -> Agency:
    client.post(ROOM, BOREAL)
    return Agency.objects.get()


def here(agency: Agency) -> str:
    return f"{ROOM}{agency.pk}/"


def take(client, agency, version, **more: str) -> Any:
    return client.post(here(agency), {**ADA, "offer": version.offer.slug, **more})


def test_an_agency_is_written_down_once(client, agency):
    assert (agency.commission, agency.account.email) == (100, "orders@boreal.example")
    page = client.post(ROOM, BOREAL)
    assert "already" in page.content.decode()
    assert Agency.objects.count() == 1


def test_who_may_not_sees_nothing(client, version):
    client.force_login(make.reader())
    assert client.get(ROOM).status_code == 302
    assert not Agency.objects.exists()


def test_an_order_is_taken_with_list_price_and_what_is_paid(client, agency, version):
    assert take(client, agency, version).status_code == 302
    page = client.get(here(agency)).content.decode()
    for words in ("A-1", "Ada Brandt", "60.00 EUR", "54.00 EUR", "Begin and invoice them"):
        assert words in page
    assert not Subscription.objects.exists()


def test_an_order_that_cannot_be_taken_says_why(client, agency, version):
    page = take(client, agency, version, mail="")
    assert page.status_code == 422
    assert "Without a mail address there is only print" in page.content.decode()


def test_they_begin_with_one_invoice_that_is_mailed(client, agency, version):
    take(client, agency, version)
    take(client, agency, version, number="A-2", mail="bea@readers.example")
    client.post(f"{here(agency)}invoice/")
    assert Subscription.objects.count() == 2
    (letter,) = mail.outbox
    assert letter.to == ["orders@boreal.example"]
    page = client.get(here(agency)).content.decode()
    assert "108.00 EUR" in page
    assert "End what is not paid" not in page


def test_what_is_overdue_can_be_ended(client, agency, version):
    take(client, agency, version)
    client.post(f"{here(agency)}invoice/")
    AgencyInvoice.objects.update(due_on=timezone.localdate() - timedelta(days=1))
    page = client.get(here(agency)).content.decode()
    assert "Overdue" in page
    client.post(f"{here(agency)}end/", {"invoice": AgencyInvoice.objects.get().pk})
    assert Subscription.objects.get().ended_why == "not-paid"
    assert journal.balance("assets:receivable", "EUR").minor == 0


def test_a_file_is_shown_first_and_taken_then(client, agency, version):
    head = "number,offer,currency,print,name,street,postcode,city,country,mail\n"
    line = f"B-1,{version.offer.slug},EUR,,Bea,Am Deich 5,28199,Bremen,DE,bea@readers.example\n"
    bad = "B-2,nothing,EUR,,Cem,Am Deich 6,28199,Bremen,DE,cem@readers.example\n"
    file = SimpleUploadedFile("orders.csv", (head + line + bad).encode())
    page = client.post(here(agency), {"look": "1", "file": file}).content.decode()
    assert not AgencyOrder.objects.exists()
    assert "No offer that is on sale has this address" in page
    text = re.search(r"<textarea name=\"text\" hidden>\n(.*?)</textarea>", page, re.DOTALL)[1]
    left = client.post(f"{here(agency)}file/", {"text": text}).content.decode()
    assert AgencyOrder.objects.get().number == "B-1"
    assert "B-2" in left
    assert "B-1" not in left


def test_what_is_no_table_says_so(client, agency):
    file = SimpleUploadedFile("orders.csv", b"name\nAda\n")
    page = client.post(here(agency), {"look": "1", "file": file})
    assert page.status_code == 422
    assert "has to name the columns" in page.content.decode()


def test_what_ends_soon_is_renewed_by_a_tick(client, agency, version):
    take(client, agency, version)
    client.post(f"{here(agency)}invoice/")
    subscription = Subscription.objects.get()
    client.post(f"{here(agency)}renew/", {"subscription": subscription.pk})
    assert AgencyOrder.objects.order_by("pk").last().number == "A-1/2"
    page = client.post(f"{here(agency)}renew/", {"subscription": subscription.pk}, follow=True)
    assert "renewed already" in page.content.decode()


def test_the_queries_do_not_grow_with_the_orders(client, agency, version):
    take(client, agency, version)
    client.post(f"{here(agency)}invoice/")
    take(client, agency, version, number="A-2", mail="r2@readers.example")
    with CaptureQueriesContext(connection) as few:
        client.get(here(agency))
    for number in range(3, 6):
        take(client, agency, version, number=f"A-{number}", mail=f"r{number}@readers.example")
    client.post(f"{here(agency)}invoice/")
    take(client, agency, version, number="A-6", mail="r6@readers.example")
    with CaptureQueriesContext(connection) as many:
        client.get(here(agency))
    assert len(many) <= len(few) + 1
