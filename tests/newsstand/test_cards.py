"""A reader looks at the card that renewals are charged by, leaves another, or none."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.utils import timezone

from masthead.circulation import next_terms
from masthead.newsstand.views.account import cards
from masthead.payments.models import Method
from masthead.payments.provider import GoTo, SavedMethod, Unknown
from tests.factories import circulation as make
from tests.factories import editorial

pytestmark = pytest.mark.django_db


class Safe:
    """A provider that keeps cards, and says what was left as it is told."""

    name, label = "card", "Card"
    abilities = frozenset({"hosted", "keeps-methods"})

    def __init__(self) -> None:
        self.left: SavedMethod | None = None
        self.is_silent = False
        self.asked: list[Any] = []

    def begin_keeping(self, key: uuid.UUID, email: str, customer: str, *_more: Any) -> GoTo:
        self.asked.append((key, email, customer))
        return GoTo("https://pay.example/keep", f"k-{key}")

    def kept(self, ref: str) -> SavedMethod | None:
        if self.is_silent:
            raise Unknown("no answer")
        return self.left


@pytest.fixture(autouse=True)
def magazine():
    return editorial.magazine()


@pytest.fixture
def safe(monkeypatch):
    safe = Safe()
    monkeypatch.setattr(cards.ways, "named", lambda _name: safe)
    monkeypatch.setattr(cards.ways, "for_readers", lambda: [safe])
    return safe


@pytest.fixture
def ada(client):
    ada = make.reader("ada@readers.example")
    client.force_login(ada)
    return ada


@pytest.fixture
def card(ada):
    return Method.objects.create(
        payer=ada, provider="card", provider_ref="pm-1", customer_ref="cus-1",
        label="Visa •••• 4242", added_at=timezone.now(),
    )  # fmt: skip


def leave(client):
    page = client.get("/account/cards/").content.decode()
    request = re.search(r'name="request" value="([^"]+)"', page)[1]
    return client.post("/account/cards/", {"way": "card", "request": request})


def test_another_card_takes_the_place_of_the_old(client, ada, card, safe):
    answer = leave(client)
    assert answer.headers["Refresh"] == "0; url=https://pay.example/keep"
    assert safe.asked[0][1:] == ("ada@readers.example", "cus-1")
    safe.left = SavedMethod("pm-2", "cus-1", "Mastercard •••• 4444", (2030, 2))
    client.get("/account/cards/?back=1")
    page = client.get("/account/cards/").content.decode()
    assert "Mastercard" in page
    assert "Visa" not in page
    assert next_terms.method_of(ada).provider_ref == "pm-2"


def test_who_leaves_nothing_keeps_the_old_one(client, ada, card, safe):
    leave(client)
    client.get("/account/cards/?back=1")
    assert next_terms.method_of(ada) == card


def test_a_service_that_is_silent_is_asked_again(client, ada, card, safe):
    leave(client)
    safe.is_silent = True
    page = client.get("/account/cards/?back=1", follow=True).content.decode()
    assert "does not answer" in page
    assert "/account/cards/?back=1" in page
    safe.is_silent, safe.left = False, SavedMethod("pm-2", "cus-1", "Mastercard •••• 4444")
    client.get("/account/cards/?back=1")
    assert next_terms.method_of(ada).provider_ref == "pm-2"


def test_a_removed_card_is_never_charged_again(client, ada, card, safe):
    client.post(f"/account/cards/{card.key}/removal/")
    assert next_terms.method_of(ada) is None
    assert "You have left no card" in client.get("/account/cards/").content.decode()


def test_nobody_sees_or_removes_the_card_of_another(client, ada, card, safe):
    client.force_login(make.reader())
    assert "Visa" not in client.get("/account/cards/").content.decode()
    client.post(f"/account/cards/{card.key}/removal/")
    assert next_terms.method_of(ada) == card


def test_a_card_that_somebody_else_left_is_not_taken(client, ada, card, safe):
    client.force_login(make.reader())
    leave(client)
    safe.left = SavedMethod("pm-1", "cus-1", "Visa •••• 4242")
    assert "somebody else" in client.get("/account/cards/?back=1", follow=True).content.decode()


@pytest.mark.parametrize(
    "form", [{}, {"way": "card"}, {"way": "gold", "request": str(uuid.uuid4())}]
)
def test_a_form_that_is_not_ours_does_nothing(client, ada, safe, form):
    assert client.post("/account/cards/", form).status_code == 302
    assert not safe.asked
