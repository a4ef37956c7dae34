"""Somebody without a mail address orders print by post, and what is mailed to others is printed."""

from __future__ import annotations

import uuid

import pytest
from django.core import mail
from django.utils import timezone

from masthead.circulation import confirmations, endings, order_desk, serving
from masthead.circulation.models import LetterToPrint, Notice, Order, Subscription
from masthead.editorial import issues
from masthead.office.views import printed_letters
from masthead.people import erasure
from masthead.people.models import User
from tests.factories import circulation as make
from tests.factories import editorial
from tests.office.test_order_desk import ADDRESS, Cash, ask

pytestmark = pytest.mark.django_db

ROOM = "/office/masthead/letters/"


@pytest.fixture(autouse=True)
def cash(monkeypatch):
    cash = Cash()
    for module in (order_desk, order_desk.by_hand):
        monkeypatch.setattr(module.ways, "names", lambda: ("cash",))
        monkeypatch.setattr(module.ways, "named", lambda _name: cash)


@pytest.fixture
def version():
    deal = make.deal(print_is_included=True, shares=(make.Share("print", 1),))
    return make.version(editorial.magazine(), deal, at=timezone.now())


def take(client, version, settled="received:cash", **more):
    return ask(client, version, settled, **{**ADDRESS, "mail": "", **more})


def test_who_posts_a_cheque_has_the_print_edition(client, publisher, version):
    assert take(client, version).status_code == 302
    reader = Subscription.objects.get().reader
    assert (reader.has_mail, str(reader)) == (False, "Ada Brandt")
    issue = issues.put_on_sale(
        editorial.issue(version.offer.title, state="open"), at=timezone.now()
    )
    assert serving.serve(issue, at=timezone.now())["paid"] == 1
    assert Subscription.objects.get().service_records.get().is_printed


def test_the_confirmation_is_printed_with_its_invoice_and_nothing_is_mailed(
    client, publisher, version
):
    take(client, version)
    confirmations.send_due(timezone.now())
    confirmations.send_due(timezone.now())
    assert mail.outbox == []
    letter = LetterToPrint.objects.get()
    assert letter.lines[0] == "Ada Brandt"
    assert letter.papers.count() == 1
    assert Notice.objects.get().kind == "welcome"
    page = client.get(ROOM).content.decode()
    assert "Ada Brandt" in page
    sheet = client.get(f"{ROOM}printed/").content.decode()
    assert "We promise you" in sheet
    assert "Am Deich 4" in sheet


def test_how_to_pay_by_post_is_printed_too(client, publisher, version):
    take(client, version, "awaited:cash")
    assert "RF18 5390" in LetterToPrint.objects.get().text
    assert mail.outbox == []


def test_what_was_posted_stands_on_the_list_no_more(client, publisher, version):
    take(client, version)
    confirmations.send_due(timezone.now())
    letter = LetterToPrint.objects.get()
    client.post(ROOM, {"letter": letter.pk})
    letter.refresh_from_db()
    assert letter.posted_by == publisher
    assert "everybody was written to" in client.get(ROOM).content.decode()


def test_the_invoice_can_be_fetched_to_go_along(client, publisher, version, monkeypatch):
    monkeypatch.setattr(printed_letters.papers, "pdf", lambda _paper: b"%PDF")
    take(client, version)
    confirmations.send_due(timezone.now())
    letter = LetterToPrint.objects.get()
    answer = client.get(f"{ROOM}{letter.key}/{letter.papers.get().pk}.pdf")
    assert answer.content == b"%PDF"
    assert client.get(f"{ROOM}{letter.key}/99999.pdf").status_code == 404


@pytest.mark.parametrize("settled", ["link", "credit"])
def test_nobody_is_promised_what_only_mail_could_bring(client, publisher, version, settled):
    answer = take(client, version, settled)
    assert answer.status_code == 422
    assert not Order.objects.exists()
    assert not User.objects.filter(first_name="Ada Brandt").exists()


def test_without_mail_and_without_print_there_is_nothing_to_sell(client, publisher):
    digital = make.version(editorial.magazine(), at=timezone.now())
    answer = take(client, digital)
    assert answer.status_code == 422
    assert "sell them the print edition" in answer.content.decode()


def test_neither_mail_nor_address_is_nobody(client, publisher, version):
    answer = ask(client, version, "received:cash", mail="")
    assert answer.status_code == 422
    assert "or else where print goes" in answer.content.decode()


def test_who_has_ordered_before_is_found_by_their_number(client, publisher, version):
    take(client, version)
    number = Subscription.objects.get().number
    ask(client, version, "received:cash", mail="", number=number)
    assert Subscription.objects.count() == 2
    assert len({one.reader_id for one in Subscription.objects.all()}) == 1
    answer = ask(client, version, "received:cash", mail="", number="S0009999")
    assert "no subscription of that number" in answer.content.decode()


def test_whoever_leaves_is_told_on_paper(client, publisher, version):
    take(client, version)
    endings.cancel(Subscription.objects.get(), request=uuid.uuid4(), at=timezone.now())
    confirmations.send_due(timezone.now())
    assert LetterToPrint.objects.filter(name="ended").exists()


def test_erasing_somebody_takes_the_words_out_of_letters(client, publisher, version):
    take(client, version)
    confirmations.send_due(timezone.now())
    reader = Subscription.objects.get().reader
    erasure.erase(reader, by=publisher, at=timezone.now())
    letter = LetterToPrint.objects.get()
    assert (letter.text, letter.subject, letter.lines) == ("", "", [])
    assert "Ada" not in client.get(ROOM).content.decode()
