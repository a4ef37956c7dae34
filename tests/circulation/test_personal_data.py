"""What circulation holds about a reader is told when asked for, and forgotten when asked."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from masthead.circulation import (
    agencies,
    auditing,
    going_on,
    institutions,
    meters,
    orders,
    places,
    presents,
    unpaid,
)
from masthead.circulation.models import (
    Agency,
    Gift,
    Grant,
    MeteredRead,
    Order,
    Place,
    Present,
    Seat,
    Subscription,
    Term,
)
from masthead.circulation.presents import Wish
from masthead.payments import by_hand, journal
from masthead.payments.models import Attempt, Invoice
from masthead.people import erasure, personal_data
from tests.circulation import renewing
from tests.factories import circulation as let
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db

THEN = make.THEN


@pytest.fixture
def reader():
    """Return a reader about whom there is something of every kind."""
    title = make.magazine()
    reader = let.reader("ada@home.example")
    let.grant(reader, title, reason="Ada won the prize")
    article = make.article(title, access="metered")
    meters.count_for(reader, article, title, at=THEN)
    Gift.objects.create(article=article, giver=reader, given_at=THEN,
                        expires_at=THEN + timedelta(days=30), most_uses=5)  # fmt: skip
    places.keep(reader, article, 61, 200, at=THEN)
    college = let.institution(title, seats=1)
    institutions.invite(college, reader.email, at=THEN)
    institutions.take_seats(reader, at=THEN)
    return reader


def test_a_reader_is_told_of_grants_gifts_articles_and_seats(reader) -> None:
    held = personal_data.gathered(reader)
    assert held["grants"][0]["reason"] == "Ada won the prize"
    assert held["metered-articles"][0]["title"] == "The Gazette"
    assert held["gift-articles"][0]["readers"] == 0
    assert held["places-in-articles"][0]["seconds"] == 61
    assert held["seats"][0]["mail_address"] == "ada@home.example"


def test_an_erased_reader_leaves_a_revoked_grant_without_a_reason_and_nothing_else(reader) -> None:
    erasure.erase(reader, by=reader, at=THEN)
    grant = Grant.objects.get()
    assert (grant.reason, grant.revoked_at) == ("Erased", THEN)
    assert not Gift.objects.exists()
    assert not MeteredRead.objects.exists()
    assert not Place.objects.exists()
    assert not Seat.objects.exists()


class TestSeats:
    """A seat that is kept for somebody's mailbox is theirs to hear of, and to have forgotten."""

    @pytest.fixture
    def college(self):
        return let.institution(make.magazine(), seats=3)

    def test_one_kept_for_their_mailbox_and_not_taken_is_told_and_forgotten(self, college):
        institutions.invite(college, "Ada@Home.example", at=THEN)
        ada = let.reader("ada@home.example", mail_verified_at=THEN)
        (told,) = personal_data.gathered(ada)["seats"]
        assert (told["mail_address"], told["taken_at"]) == ("Ada@Home.example", None)
        erasure.erase(ada, by=ada, at=THEN)
        assert not Seat.objects.exists()

    def test_one_that_was_freed_before_anybody_took_it_is_forgotten_too(self, college):
        seat = institutions.invite(college, "ada@home.example", at=THEN)
        institutions.free(seat, at=THEN)
        ada = let.reader("ada@home.example")
        erasure.erase(ada, by=ada, at=THEN)
        assert not Seat.objects.exists()

    def test_who_has_not_proved_an_address_does_not_hear_what_is_kept_for_it(self, college):
        institutions.invite(college, "ada@home.example", at=THEN)
        assert personal_data.gathered(let.reader("ada@home.example"))["seats"] == []

    def test_a_mailbox_that_only_looks_alike_is_somebody_elses(self, college):
        institutions.invite(college, "ıda@home.example", at=THEN)
        institutions.invite(college, "ida@home.example.org", at=THEN)
        ida = let.reader("ida@home.example", mail_verified_at=THEN)
        assert personal_data.gathered(ida)["seats"] == []
        erasure.erase(ida, by=ida, at=THEN)
        assert Seat.objects.count() == 2


class TestUnpaid:
    """Whose money is on its way as they are erased: nothing is opened, and it waits to go back."""

    @pytest.fixture
    def version(self):
        return renewing.version(make.magazine())

    @pytest.fixture
    def ada(self):
        return let.reader("ada@home.example")

    def place(self, version, payer, **fields) -> Order:
        asked = {"currency": "EUR", "country": "DE", "provider": "test", "agreed_to": "Renews."}
        return orders.place(version, payer, request=uuid.uuid4(), at=THEN, **asked | fields)[0]

    def pays(self, order):
        attempt = Attempt.objects.get(reference=order.reference)
        return orders.paid(let.pay(attempt, at=THEN), at=THEN)

    @pytest.mark.parametrize("gone", ["payer", "reader", "donor"])
    def test_their_money_opens_nothing_and_waits_to_be_given_back(self, version, ada, gone):
        other = let.reader()
        order = {
            "payer": lambda: self.place(version, ada),
            "reader": lambda: self.place(version, other, reader=ada),
            "donor": lambda: self.place(version, ada, gift=Wish("Bea", "Ada", THEN.date())),
        }[gone]()
        erasure.erase(ada, by=ada, at=THEN)
        assert self.pays(order) is None
        assert not Subscription.objects.exists()
        assert not Invoice.objects.exists()
        assert not Present.objects.exclude(paid_at=None).exists()
        assert journal.balance("liabilities:received", "EUR").minor == -6000
        order.refresh_from_db()
        assert order.cancelled_at == THEN
        assert orders.catch_up(THEN) == 0
        assert auditing.complaints(THEN) == []

    def test_who_reads_what_an_erased_payer_paid_has_no_more_than_that(self, version, ada):
        bea = let.reader()
        subscription = let.subscription(version, payer=ada, reader=bea)
        renewing.out(version.offer.title, 3)
        renewal = going_on.ask_for(subscription, at=THEN)
        orders.ask_for(renewal, provider="test", request=uuid.uuid4(), at=THEN, language="en")
        erasure.erase(ada, by=ada, at=THEN)
        assert self.pays(renewal) is None
        assert Term.objects.count() == 1
        subscription.refresh_from_db()
        assert (subscription.ended_at, subscription.stopped_at) == (None, THEN)

    def test_what_was_paid_before_still_reaches_who_it_is_for(self, version, ada):
        present = let.present(version)
        erasure.erase(present.order.payer, by=ada, at=THEN)
        presents.redeem(present, ada, at=THEN)
        assert Subscription.objects.get().reader == ada

    def test_an_agency_is_not_asked_for_money_for_who_is_gone(self, version, ada):
        agency = Agency.objects.create(name="Abo AG", account=let.reader(), commission=100)
        taken = agencies.take(
            agency, version, ada, number="1", currency="EUR", country="DE", at=THEN
        )
        erasure.erase(ada, by=ada, at=THEN)
        assert agencies.invoice(agency, at=THEN) == []
        taken.order.refresh_from_db()
        assert taken.order.cancelled_at == THEN

    def test_a_transfer_is_waited_for_no_longer_and_counts_if_it_comes(
        self, version, ada, monkeypatch
    ):
        till = renewing.Till(by_hand=True)
        monkeypatch.setattr(unpaid.ways, "by_hand", lambda: [till])
        monkeypatch.setattr(unpaid.ways, "named", lambda _name: till)
        order = self.place(version, ada)
        erasure.erase(ada, by=ada, at=THEN)
        attempt = Attempt.objects.get(reference=order.reference)
        assert (attempt.state, attempt.problem) == ("failed", "expired")
        assert orders.paid(by_hand.moved(attempt, at=THEN), at=THEN) is None
        assert journal.balance("liabilities:received", "EUR").minor == -6000
