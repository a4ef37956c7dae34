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
from wagtail.models import ModelLogEntry

from masthead.circulation import agency_letters, auditing
from masthead.circulation.models import Agency, AgencyInvoice, AgencyOrder, Subscription
from masthead.editorial.models import Title
from masthead.payments import journal
from masthead.payments.models import Invoice
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


# Changing and closing


def change(client, agency, **more: str) -> Any:
    return client.post(f"{here(agency)}edit/", {**BOREAL, **more})


def test_a_new_commission_counts_for_orders_to_come(client, agency, version):
    take(client, agency, version)
    page = client.get(f"{here(agency)}edit/").content.decode()
    assert "orders@boreal.example" in page
    change(client, agency, commission="200", contact="Bea Holm, 040 123")
    take(client, agency, version, number="A-2", mail="bea@readers.example")
    assert [(one.commission, one.order.minor) for one in AgencyOrder.objects.order_by("pk")] == [
        (100, 5400), (200, 4800),
    ]  # fmt: skip
    page = client.get(here(agency)).content.decode()
    assert "Bea Holm, 040 123" in page
    said = [str(one.data) for one in ModelLogEntry.objects.filter(action="masthead.agency.change")]
    assert len(said) == 1
    assert "200" in said[0]


def test_another_mail_address_hears_of_what_is_owed_already(client, agency, version):
    take(client, agency, version)
    client.post(f"{here(agency)}invoice/")
    first = AgencyInvoice.objects.get()
    change(client, agency, mail="New@boreal.example", name="Boreal & Sons", address="Kai 2\n20095")
    client.post(f"{here(agency)}letter/", {"invoice": first.pk})
    assert [one.to for one in mail.outbox] == [["orders@boreal.example"], ["new@boreal.example"]]
    take(client, agency, version, number="A-2", mail="bea@readers.example")
    client.post(f"{here(agency)}invoice/")
    old, new = Invoice.objects.order_by("pk")
    assert (old.payer.email, new.payer.email) == ("orders@boreal.example", "new@boreal.example")
    assert "Boreal & Sons" in str(new.document)
    assert "Boreal & Sons" not in str(old.document)
    assert auditing.complaints(timezone.now()) == []


def test_it_cannot_take_the_name_or_the_mail_address_of_another(client, agency):
    client.post(ROOM, {**BOREAL, "name": "Austral", "mail": "austral@boreal.example"})
    for more in ({"name": "Austral"}, {"mail": "Austral@boreal.example"}):
        page = change(client, agency, **more).content.decode()
        assert "already" in page
    agency.refresh_from_db()
    assert (agency.name, agency.account.email) == ("Boreal Agency", "orders@boreal.example")


def test_one_that_is_closed_orders_nothing_and_still_owes(client, agency, version):
    take(client, agency, version)
    client.post(f"{here(agency)}invoice/")
    take(client, agency, version, number="A-2", mail="bea@readers.example")
    page = client.get(f"{here(agency)}edit/").content.decode()
    assert "1 order that waits for an invoice is dropped" in page
    client.post(f"{here(agency)}close/")
    page = client.get(here(agency)).content.decode()
    assert "it orders nothing more" in page
    assert "Take the order" not in page
    assert "54.00 EUR" in page
    refused = take(client, agency, version, number="A-3", mail="cem@readers.example")
    assert refused.status_code == 422
    client.post(f"{here(agency)}renew/", {"subscription": Subscription.objects.get().pk})
    client.post(f"{here(agency)}invoice/")
    assert AgencyOrder.objects.count() == 2
    assert Subscription.objects.get().ended_at is None
    assert AgencyInvoice.objects.count() == 1
    client.post(f"{here(agency)}open/")
    assert (
        take(client, agency, version, number="A-3", mail="cem@readers.example").status_code == 302
    )


def test_no_list_to_renew_is_mailed_to_one_that_is_closed(client, agency):
    short = make.version(Title.objects.get(), make.deal(name="Two", copies=2), at=timezone.now())
    take(client, agency, short)
    client.post(f"{here(agency)}invoice/")
    mail.outbox.clear()
    client.post(f"{here(agency)}close/")
    assert agency_letters.tell_all(at=timezone.now()) == 0
    assert mail.outbox == []
    client.post(f"{here(agency)}open/")
    assert agency_letters.tell_all(at=timezone.now()) == 1


def test_who_may_not_changes_nothing(client, agency):
    client.force_login(make.reader())
    change(client, agency, commission="900")
    client.post(f"{here(agency)}close/")
    agency.refresh_from_db()
    assert (agency.commission, agency.closed_at) == (100, None)
