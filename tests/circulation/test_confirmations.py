"""Who orders, stops or ends has it in writing: once, with what law and our word ask for."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.core import mail

from masthead.circulation import confirmations, editions, endings
from masthead.circulation.deals import Promised
from masthead.circulation.models import Notice
from masthead.production.models import Edition
from tests.factories import circulation as make
from tests.factories import editorial
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db


@pytest.fixture
def subscription():
    return make.subscription(make.version(editorial.magazine()))


def letters(at=THEN) -> list[str]:
    mail.outbox.clear()
    confirmations.send_due(at)
    return [f"{one.subject}\n{one.body}" for one in mail.outbox]


def test_an_order_is_confirmed_with_price_promises_consent_and_ways_out(subscription):
    (letter,) = letters()
    for words in (
        subscription.number, "€60.00", "Your money back within 60 days", "Renews until stopped.",
        "/account/", "/withdrawal/", "May 18, 2026",
    ):  # fmt: skip
        assert words in letter
    assert mail.outbox[0].to == [subscription.payer.email]


def test_the_invoice_and_the_credit_note_go_along(subscription):
    letters()
    ((name, content, kind),) = mail.outbox[0].attachments
    assert (name[-4:], content[:5], kind) == (".pdf", b"%PDF-", "application/pdf")
    endings.cancel(subscription, request=uuid.uuid4(), at=THEN)
    letters()
    assert len(mail.outbox[0].attachments) == 1
    assert mail.outbox[0].attachments[0][0] != name


def test_nothing_is_confirmed_twice(subscription):
    assert len(letters()) == 1
    assert letters() == []
    assert Notice.objects.get().kind == "welcome"


def test_what_the_mail_server_refused_is_tried_again(subscription, monkeypatch):
    monkeypatch.setattr("masthead.circulation.letters.EmailMultiAlternatives.send", lambda _one: 0)
    assert letters() == []
    assert not Notice.objects.exists()
    monkeypatch.undo()
    assert len(letters()) == 1


@pytest.mark.parametrize(
    ("ending", "kind", "words"),
    [
        ("cancel", "cancelled", "you cancelled your subscription"),
        ("give_money_back", "money-back", "you asked for your money back"),
        ("withdraw", "withdrawn", "we received your withdrawal"),
    ],
)
def test_an_end_is_confirmed_with_its_moment_and_what_is_paid_back(
    subscription, ending, kind, words
):
    letters()
    getattr(endings, ending)(subscription, request=uuid.uuid4(), at=THEN + timedelta(hours=1))
    (letter,) = letters(THEN + timedelta(hours=1))
    assert words in letter
    assert "May 4, 2026" in letter
    assert "€60.00" in letter
    assert Notice.objects.filter(kind=kind).count() == 1


def test_a_stop_is_confirmed_and_pays_nothing_back(subscription):
    letters()
    endings.stop(subscription, at=THEN + timedelta(hours=1))
    (letter,) = letters(THEN + timedelta(hours=1))
    assert "Nothing more will be charged" in letter
    assert "€" not in letter


def test_letters_name_nobody(subscription):
    payer = subscription.payer
    payer.first_name, payer.last_name = "Canary", "Kanarie"
    payer.save()
    endings.cancel(subscription, request=uuid.uuid4(), at=THEN)
    letters()
    kept = " ".join(Notice.objects.values_list("words", flat=True)).lower()
    assert kept
    assert not [word for word in ("canary", "kanarie", payer.email) if word in kept]


def test_what_offers_promise_of_an_issue_is_pressed_without_anybody_asking():
    title = editorial.magazine()
    article = editorial.article(title)
    issue = editorial.issue(title, article, state="on_sale", on_sale_at=THEN)
    issue.live = True
    issue.save()
    assert editions.ask_for_promised(at=THEN) == 0
    make.version(title, make.deal(promises=(Promised("digital-edition", {}),)))
    assert editions.ask_for_promised(at=THEN) == 3
    assert editions.ask_for_promised(at=THEN) == 0
    assert set(Edition.objects.values_list("form", flat=True)) == {"screen", "epub", "audio"}
