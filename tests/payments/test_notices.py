"""Notices: kept when they come, looked into by the worker, never believed."""

from __future__ import annotations

import json
import random
from datetime import timedelta

import pytest
import time_machine
from django_tasks_db.models import DBTaskResult

from masthead.payments import disputes, journal, notices, observations, ways
from masthead.payments.models import Attempt, Difference, Dispute, Entry, ProviderNotice
from masthead.payments.provider import NotSigned
from masthead.testing.payment_providers import NOW
from tests.payments.conftest import Till

pytestmark = pytest.mark.django_db
State = Attempt.State
PLACE = "/payments/card/notices/"


def with_us() -> int:
    return journal.balance("assets:provider:card", "EUR").minor


def receive(till: Till) -> None:
    for headers, body in till.notices(NOW):
        notices.receive("card", headers, body, at=NOW)


def hear(till: Till) -> None:
    receive(till)
    notices.look_into(at=NOW)


def test_a_notice_leads_to_a_look_and_the_look_to_the_books(till: Till):
    attempt = till.begin()
    till.pay(attempt.provider_ref)
    hear(till)
    attempt.refresh_from_db()
    assert attempt.state == State.SUCCEEDED
    assert with_us() == till.moved() == 6000
    assert not ProviderNotice.objects.filter(looked_at=None).exists()


def test_what_a_notice_says_is_not_believed(till: Till):
    attempt = till.begin()
    till.pay(attempt.provider_ref, declined="soft")
    for event in till.service.bank.events:
        if event["data"]["object"]["object"] == "payment_intent":
            event["data"]["object"]["status"] = "succeeded"
            event["type"] = "payment_intent.succeeded"
    hear(till)
    attempt.refresh_from_db()
    assert attempt.state == State.WAITING
    assert with_us() == 0


def test_a_page_keeps_its_name_until_it_is_paid_so_that_it_is_seen_to_expire(till: Till):
    attempt = till.begin()
    page = attempt.provider_ref
    till.pay(page, declined="soft")
    hear(till)
    attempt.refresh_from_db()
    assert (attempt.state, attempt.provider_ref) == (State.WAITING, page)


def test_any_order_and_number_of_notices_ends_the_same(till: Till):
    attempt = till.begin()
    till.pay(attempt.provider_ref)
    hear(till)
    charge = Attempt.objects.get()
    for minor in (1000, 1000, 500):
        till.send(till.refund(charge, minor))
    entries = set(Entry.objects.values_list("key", flat=True))
    told = till.notices(NOW)
    for seed in range(5):
        random.Random(seed).shuffle(told)  # noqa: S311
        ProviderNotice.objects.all().delete()
        for headers, body in told * 2:
            notices.receive("card", headers, body, at=NOW)
        notices.look_into(at=NOW)
        assert set(Entry.objects.values_list("key", flat=True)) == entries
        assert with_us() == till.moved() == 3500


def test_a_notice_is_kept_until_somebody_answers_for_it(till: Till):
    attempt = till.begin()
    till.pay(attempt.provider_ref)
    receive(till)
    till.service.order("fault", kind="status", status=503, on="GET", times=100)
    assert notices.look_into(at=NOW) == 0
    till.service.desk.faults.waiting.clear()
    assert notices.look_into(at=NOW) > 0
    assert with_us() == 6000


def test_a_refund_begun_at_the_provider_is_written_down_and_told(till: Till):
    charge = till.paid()
    name = till.service.order("refund", payment_intent=charge.provider_ref, amount=700)
    for _time in range(2):
        hear(till)
    refund = Attempt.objects.get(kind="refund")
    assert (refund.origin, refund.state, refund.minor) == ("provider", State.SUCCEEDED, 700)
    assert (refund.provider_ref, refund.charge) == (name, charge)
    assert with_us() == till.moved() == 5300
    assert Difference.objects.get().kind == Difference.Kind.REFUND_ELSEWHERE


@pytest.mark.parametrize("won", [True, False])
def test_a_dispute_takes_money_out_of_the_books_until_it_is_won(till: Till, won):
    charge = till.paid()
    name = till.service.order("dispute", payment_intent=charge.provider_ref)
    hear(till)
    assert with_us() == till.moved() == 0
    assert journal.balance(journal.CHARGEBACKS, "EUR").minor == 6000
    assert Dispute.objects.get().state == "open"
    stale = ways.named("card").observe(name)
    till.service.order("close_dispute", id=name, won=won)
    for _time in range(2):
        hear(till)
    observations.take_in("card", stale, at=NOW, by_way_of="late")
    assert Dispute.objects.get().state == ("won" if won else "lost")
    assert with_us() == till.moved() == (6000 if won else 0)
    assert not disputes.open_of(charge.payer)
    assert Difference.objects.get().kind == Difference.Kind.DISPUTED


def test_a_dispute_that_was_won_before_anybody_saw_it_books_nothing(till: Till):
    charge = till.paid()
    name = till.service.order("dispute", payment_intent=charge.provider_ref)
    stale = ways.named("card").observe(name)
    till.service.order("close_dispute", id=name, won=True)
    hear(till)
    observations.take_in("card", stale, at=NOW, by_way_of="late")
    assert with_us() == till.moved() == 6000


def test_while_a_dispute_is_open_its_payer_is_known(till: Till):
    charge = till.paid()
    till.service.order("dispute", payment_intent=charge.provider_ref)
    hear(till)
    assert disputes.open_of(charge.payer)


def test_a_charge_that_a_restored_backup_does_not_know_is_taken_in(till: Till):
    attempt = till.begin()
    till.pay(attempt.provider_ref)
    receive(till)
    Attempt.objects.all().delete()
    notices.look_into(at=NOW)
    there = Attempt.objects.get()
    assert (there.key, there.reference, there.origin) == (
        attempt.key,
        attempt.reference,
        "provider",
    )
    assert with_us() == till.moved() == 6000
    assert Difference.objects.get().kind == Difference.Kind.NOT_HERE


class TestTheAddress:
    """Where providers knock."""

    def post(self, client, headers, body, place=PLACE):
        names = {f"HTTP_{name.upper().replace('-', '_')}": one for name, one in headers.items()}
        return client.post(place, body, content_type="application/json", **names)

    @pytest.fixture(autouse=True)
    def at_noon(self):
        with time_machine.travel(NOW, tick=False):
            yield

    def test_a_notice_is_kept_once_and_the_worker_called(self, till: Till, client):
        attempt = till.begin()
        till.pay(attempt.provider_ref)
        told = till.notices(NOW)
        for headers, body in told * 3:
            assert self.post(client, headers, body).status_code == 200
        kept = ProviderNotice.objects.count()
        assert 0 < kept <= len(told)
        assert DBTaskResult.objects.filter(task_path__endswith="look_into_notices").count() == kept

    def test_who_is_not_the_provider_is_sent_away(self, till: Till, client):
        attempt = till.begin()
        till.pay(attempt.provider_ref)
        headers, body = till.notices(NOW)[-1]
        assert self.post(client, {}, body).status_code == 400
        assert self.post(client, headers, body + b" ").status_code == 400
        old, body = till.notices(NOW - timedelta(minutes=10))[-1]
        assert self.post(client, old, body).status_code == 400
        assert not ProviderNotice.objects.exists()

    def test_a_way_that_is_not_there_is_not_found(self, till: Till, client):
        headers, body = {}, json.dumps({}).encode()
        assert self.post(client, headers, body, "/payments/paypal/notices/").status_code == 404

    def test_it_is_asked_by_post_alone(self, till: Till, client):
        assert client.get(PLACE).status_code == 405

    def test_a_way_without_notices_takes_none(self, till: Till, client):
        assert self.post(client, {}, b"{}", "/payments/transfer/notices/").status_code == 200
        assert not ProviderNotice.objects.exists()


def test_another_magazine_of_the_same_account_is_left_alone(till: Till, settings):
    attempt = till.begin()
    till.pay(attempt.provider_ref)
    for thing in [*till.service.bank.things.values()]:
        if "magazine" in thing.get("metadata", {}):
            thing["metadata"]["magazine"] = "other.example"
    assert [one for one in ways.named("card").list_since(NOW - timedelta(days=1)) if one.key] == []


def test_not_signed_is_told_to_who_receives(till: Till):
    with pytest.raises(NotSigned):
        notices.receive("card", {}, b"{}", at=NOW)
