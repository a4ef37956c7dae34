"""Drills: whatever is lost, and whoever dies where, money moves once and the books say so.

Each ends the same way: one charge at the provider, its own sum is ours, and the books balance.
Processes are real, and so is the database: SQLite or PostgreSQL, whichever the suite runs on.
"""

from __future__ import annotations

import os
import random
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from masthead.money import Money
from masthead.payments import attempts, journal, notices, sweeping, ways
from masthead.payments.models import Attempt, Entry, ProviderNotice
from masthead.payments.provider import Refused, Unknown
from masthead.payments.providers.stripe import Stripe
from masthead.testing.payment_providers import NOW
from tests.payments import worlds
from tests.payments.drilling import (
    KILLED,
    POINTS,
    FarTill,
    far_service,
    in_processes,
    kill_at,
)

pytestmark = pytest.mark.django_db(transaction=True)

THOROUGH = os.environ.get("MASTHEAD_TEST_SEARCHES") == "thorough"
SOON = NOW + timedelta(minutes=15)
State = Attempt.State


@pytest.fixture(scope="module")
def far() -> Iterator[str]:
    with far_service() as address:
        yield address


@pytest.fixture
def till(far, settings) -> Iterator[FarTill]:
    till = FarTill(far)
    till.order("reset")
    till.order("clock", to=int(NOW.timestamp()))
    settings.INSTALLATION = worlds.installed(settings.INSTALLATION, far)
    yield till
    ways._made.clear()


def with_us() -> int:
    return journal.balance("assets:provider:card", "EUR").minor


def sweep() -> None:
    sweeping.sweep(at=SOON)


def agree(till: FarTill, minor: int) -> None:
    """See that provider, attempts and books say the same."""
    assert till.moved() == minor
    assert with_us() == minor
    assert sum(journal.balances().values()) == 0
    assert not Attempt.objects.unsettled().exists()
    keys = Entry.objects.values_list("key", flat=True)
    settled = Attempt.objects.filter(state=State.SUCCEEDED)
    assert sorted(keys) == sorted(f"{one.kind}:{one.key}" for one in settled)


def send(attempt: Attempt) -> None:
    attempts.send(attempt, ways.named("card"), at=NOW)


def send_and_die(attempt: Attempt, point: str):
    def act() -> None:
        kill_at(point)
        send(attempt)

    return act


@pytest.mark.parametrize("point", POINTS)
def test_a_charge_whose_process_is_killed(till, point):
    attempt = till.renew(till.paid())
    assert in_processes(send_and_die(attempt, point)) == [KILLED]
    if point == "before it is written that it is sent":
        # It was never asked for, so it is for whoever wrote it down to decide.
        sweep()
        assert till.charges() == [6000]
        send(attempt)
    sweep()
    assert till.charges() == [6000, 500]
    agree(till, 6500)


@pytest.mark.parametrize("point", POINTS)
def test_a_refund_whose_process_is_killed(till, point):
    refund = till.refund(till.paid(), 1000)
    assert in_processes(send_and_die(refund, point)) == [KILLED]
    for _time in range(2):
        sweep()
    assert till.refunds() == [1000]
    agree(till, 5000)


def test_a_refund_that_is_sent_by_a_killed_process_and_by_two_sweeps(till):
    refund = till.refund(till.paid(), 1000)
    send_killed = send_and_die(refund, "after the provider has done it")
    assert in_processes(send_killed, sweep, sweep)[1:] == [0, 0]
    sweep()
    assert till.refunds() == [1000]
    agree(till, 5000)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "refuse"},
        {"kind": "drop"},
        {"kind": "hang", "seconds": 1},
        {"kind": "slow", "seconds": 1},
        {"kind": "status", "status": 429},
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 503},
    ],
    ids=lambda one: "-".join(map(str, one.values())),
)
def test_a_charge_whose_answer_is_lost(till, fault):
    attempt = till.renew(till.paid())
    way = ways._table("card")
    hasty = Stripe(worlds.replace(way, options={**way.options, "timeout": 0.4}))
    till.order("fault", **fault)
    attempts.send(attempt, hasty, at=NOW)
    attempt.refresh_from_db()
    assert attempt.state == State.UNKNOWN
    for _time in range(30):
        sweep()
        if not Attempt.objects.unsettled().exists():
            break
        time.sleep(0.1)  # The service was still at it.
    assert till.charges() == [6000, 500]
    agree(till, 6500)


def test_a_refund_whose_answer_is_lost_and_five_who_click_again(till):
    charge = till.paid()
    till.order("fault", kind="drop")
    request = uuid.uuid4()
    refund = attempts.refund(charge, Money(6000, "EUR"), reference="r", request=request, at=NOW)
    send(refund)

    def same_form() -> None:
        send(attempts.refund(charge, Money(6000, "EUR"), reference="r", request=request, at=NOW))

    def another_form() -> None:
        with pytest.raises(attempts.CannotRefund):
            till.refund(charge, 6000)

    clicks = [same_form, another_form, same_form, another_form, same_form]
    assert in_processes(*clicks) == [0] * 5
    sweep()
    assert till.refunds() == [6000]
    agree(till, 0)


def test_two_equal_partial_refunds_stay_two_and_a_double_click_is_one(till):
    charge = till.paid()
    requests = [uuid.uuid4(), uuid.uuid4()]

    def click(request: uuid.UUID):
        def act() -> None:
            send(
                attempts.refund(charge, Money(1000, "EUR"), reference="r", request=request, at=NOW)
            )

        return act

    ended = in_processes(*(click(request) for request in requests * 2))
    # Of two who write the same form down at once, the database lets one through.
    assert ended.count(0) >= 2
    sweep()
    assert till.refunds() == [1000, 1000]
    agree(till, 4000)


def test_ten_processes_that_hear_everything_at_once_book_it_once(till):
    attempt = till.renew(till.paid())
    died = send_and_die(attempt, "after the provider has done it")
    assert in_processes(died) == [KILLED]
    told = till.notices(NOW)

    def hear() -> None:
        for headers, body in told:
            notices.receive("card", headers, body, at=NOW)
        notices.look_into(at=NOW)

    assert in_processes(*[hear] * 10) == [0] * 10
    assert ProviderNotice.objects.filter(looked_at=None).count() == 0
    agree(till, 6500)


def test_any_order_of_everything_that_was_told_ends_the_same(till):
    charge = till.paid()
    for minor in (1000, 2000):
        send(till.refund(charge, minor))
    told, dice = till.notices(NOW), random.Random(7)  # noqa: S311
    for _time in range(60 if THOROUGH else 5):
        ProviderNotice.objects.all().delete()
        for headers, body in dice.sample(told, len(told)):
            notices.receive("card", headers, body, at=NOW)
            notices.look_into(at=NOW)
        agree(till, 3000)


def test_with_every_notice_lost_the_sweep_alone_is_enough(till):
    page = till.begin()
    till.pay(page.provider_ref)
    sweep()
    page.refresh_from_db()
    renewal = till.renew(page)
    assert in_processes(send_and_die(renewal, "after the provider has done it")) == [KILLED]
    sweep()
    agree(till, 6500)


def test_ten_sweeps_at_once_ask_once(till):
    before = till.paid()
    renewals = [till.renew(before, 100 + number) for number in range(3)]
    for renewal in renewals:
        assert in_processes(send_and_die(renewal, "before the call")) == [KILLED]
    assert in_processes(*[sweep] * 10) == [0] * 10
    for _time in range(2):
        sweep()
    assert sorted(till.charges()) == [100, 101, 102, 6000]
    agree(till, 6303)


def test_a_backup_of_yesterday_does_not_charge_again(till):
    before = till.paid()
    renewal = till.renew(before)
    send(renewal)
    # What was written today is gone; what was booked, too.
    key, reference = renewal.key, renewal.reference
    # The database refuses to forget; a restored one knows nothing under these names.
    Attempt.objects.filter(pk=renewal.pk).update(
        key=uuid.uuid4(), provider_ref="forgotten", reference="forgotten"
    )
    assert till.charges() == [6000, 500]
    for headers, body in till.notices(NOW):
        notices.receive("card", headers, body, at=NOW)
    sweep()
    there = Attempt.objects.get(key=key)
    assert (there.reference, there.state) == (reference, State.SUCCEEDED)
    assert till.charges() == [6000, 500]


def test_a_database_that_is_busy_is_waited_for(till):
    attempt = till.renew(till.paid())
    ready, opener = os.pipe()

    def hold() -> None:
        with transaction.atomic():
            Attempt.objects.select_for_update().get(pk=attempt.pk)
            os.write(opener, b"x")
            time.sleep(1.5)

    def charge() -> None:
        os.read(ready, 1)
        send(attempt)

    assert in_processes(hold, charge) == [0, 0]
    os.close(ready)
    os.close(opener)
    agree(till, 6500)


class TestTheDrill:
    """The drill itself is worth something: what it is for is seen to be wrong."""

    def lose_an_answer(self, till: FarTill) -> Attempt:
        attempt = till.renew(till.paid())
        till.order("fault", kind="drop")
        send(attempt)
        sweep()
        attempt.refresh_from_db()
        return attempt

    def test_it_sees_that_a_fresh_key_for_each_call_charges_twice(self, till, monkeypatch):
        wanted = attempts._wanted
        monkeypatch.setattr(
            attempts, "_wanted", lambda one: worlds.replace(wanted(one), key=uuid.uuid4())
        )
        self.lose_an_answer(till)
        assert till.charges() == [6000, 500, 500]

    def test_it_sees_that_calling_silence_a_failure_loses_money(self, till, monkeypatch):
        ask = Stripe.charge

        def sure(provider, wanted):
            try:
                return ask(provider, wanted)
            except Unknown as silence:
                raise Refused(str(silence)) from silence

        monkeypatch.setattr(Stripe, "charge", sure)
        assert self.lose_an_answer(till).state == State.FAILED
        assert till.moved() != with_us()

    def test_it_sees_that_a_key_of_the_amount_makes_two_refunds_one(self, till, monkeypatch):
        charge = till.paid()
        wanted = attempts._wanted
        monkeypatch.setattr(
            attempts,
            "_wanted",
            lambda one: worlds.replace(wanted(one), key=uuid.UUID(int=one.minor)),
        )
        send(till.refund(charge, 1000))
        with pytest.raises(IntegrityError):
            send(till.refund(charge, 1000))
        assert till.refunds() == [1000]
