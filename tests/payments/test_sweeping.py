"""With the sweep alone, and no notice ever, everything comes right."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from masthead.money import Money
from masthead.payments import attempts, journal, sweeping, ways
from masthead.payments.models import Attempt, Difference
from masthead.testing.payment_providers import NOW, URLS
from tests.payments.conftest import Till

pytestmark = pytest.mark.django_db
State = Attempt.State
SOON = NOW + timedelta(minutes=15)


def state(attempt: Attempt) -> str:
    attempt.refresh_from_db()
    return attempt.state


def with_us() -> int:
    return journal.balance("assets:provider:card", "EUR").minor


def go_on_to(till: Till, at: datetime) -> None:
    till.service.order("clock", to=int(at.timestamp()))


def test_a_payment_is_seen_without_any_notice(till: Till):
    attempt = till.begin()
    till.pay(attempt.provider_ref)
    assert sweeping.sweep(at=SOON) == 1
    assert state(attempt) == State.SUCCEEDED
    assert with_us() == till.moved() == 6000


def test_a_lost_charge_is_asked_for_again_under_its_key(till: Till):
    attempt = till.renew(till.paid())
    till.service.order("fault", kind="refuse")
    till.send(attempt)
    assert till.moved() == 6000
    sweeping.sweep(at=SOON)
    assert state(attempt) == State.SUCCEEDED
    assert with_us() == till.moved() == 6500


def test_after_a_day_a_lost_charge_is_found_in_the_list(till: Till):
    attempt = till.renew(till.paid())
    till.service.order("fault", kind="drop")
    till.send(attempt)
    go_on_to(till, late := NOW + timedelta(days=2))
    sweeping.sweep(at=late)
    assert state(attempt) == State.SUCCEEDED
    assert with_us() == till.moved() == 6500


def test_an_error_that_is_kept_under_the_key_does_not_hide_the_charge(till: Till):
    attempt = till.renew(till.paid())
    till.service.order("fault", kind="status", status=500, done=True)
    till.send(attempt)
    sweeping.sweep(at=SOON)
    assert state(attempt) == State.SUCCEEDED
    assert with_us() == till.moved() == 6500


def test_a_charge_that_would_be_asked_for_in_other_words_is_found_instead(till: Till):
    attempt = till.renew(till.paid())
    till.service.order("fault", kind="drop")
    till.send(attempt)
    Attempt.objects.filter(pk=attempt.pk).update(description="Renamed since")
    sweeping.sweep(at=SOON)
    assert state(attempt) == State.SUCCEEDED
    assert with_us() == till.moved() == 6500


def test_after_a_day_what_is_found_nowhere_waits_for_somebody(till: Till):
    attempt = till.renew(till.paid())
    till.service.order("fault", kind="refuse")
    till.send(attempt)
    go_on_to(till, late := NOW + timedelta(days=2))
    for _time in range(2):
        sweeping.sweep(at=late)
    assert state(attempt) == State.UNKNOWN
    assert till.moved() == 6000
    assert Difference.objects.get().kind == Difference.Kind.UNKNOWN


def test_a_page_that_nobody_paid_on_is_over_once_it_expired(till: Till):
    attempt = till.begin()
    sweeping.sweep(at=SOON)
    assert state(attempt) == State.WAITING
    go_on_to(till, late := NOW + timedelta(hours=25))
    sweeping.sweep(at=late)
    assert state(attempt) == State.FAILED


def test_a_page_whose_address_was_lost_is_never_opened_by_the_sweep(till: Till):
    attempt = attempts.charge("order:1", Money(6000, "EUR"), provider="card", payer=None, at=NOW)
    till.service.order("fault", kind="drop")
    assert attempts.send(attempt, ways.named("card"), at=NOW, urls=URLS) is None
    asked = [one for one in till.service.desk.asked if one.startswith("POST")]
    sweeping.sweep(at=SOON)
    assert state(attempt) == State.UNKNOWN
    sweeping.sweep(at=NOW + timedelta(hours=26))
    assert state(attempt) == State.FAILED
    assert [one for one in till.service.desk.asked if one.startswith("POST")] == asked


def test_a_refund_that_nobody_sent_is_sent(till: Till):
    refund = till.refund(till.paid(), 1000)
    sweeping.sweep(at=SOON)
    assert state(refund) == State.SUCCEEDED
    assert till.moved() == 5000


def test_a_charge_that_nobody_sent_is_never_sent_and_given_up(till: Till):
    attempt = till.renew(till.paid())
    sweeping.sweep(at=SOON)
    assert state(attempt) == State.CREATED
    sweeping.sweep(at=NOW + timedelta(days=3))
    assert state(attempt) == State.DROPPED
    assert till.moved() == 6000


def test_whoever_is_just_sending_is_left_alone(till: Till):
    refund = till.refund(till.paid(), 1000)
    sweeping.sweep(at=NOW + timedelta(minutes=1))
    assert state(refund) == State.CREATED


def test_a_transfer_that_never_came_expires(till: Till):
    attempt = attempts.charge(
        "order:1", Money(6000, "EUR"), provider="transfer", payer=None, at=NOW
    )
    attempts.send(attempt, ways.named("transfer"), at=NOW, urls=URLS)
    sweeping.sweep(at=NOW + timedelta(days=29))
    assert state(attempt) == State.WAITING
    sweeping.sweep(at=NOW + timedelta(days=30))
    assert (state(attempt), attempt.problem) == (State.FAILED, "expired")


def test_one_that_cannot_be_looked_at_does_not_keep_the_others(till: Till, monkeypatch):
    first, second = till.begin(), till.begin(700)
    till.pay(second.provider_ref)
    look = attempts.look_at

    def stumble(attempt, *args, **kwargs):
        if attempt.pk == first.pk:
            raise RuntimeError
        look(attempt, *args, **kwargs)

    monkeypatch.setattr(attempts, "look_at", stumble)
    sweeping.sweep(at=SOON)
    assert state(second) == State.SUCCEEDED


def test_a_way_that_cannot_be_used_leaves_its_payments_as_they_are(till: Till, settings):
    attempt = till.begin()
    Attempt.objects.filter(pk=attempt.pk).update(provider="gone")
    assert sweeping.sweep(at=SOON) == 0
    assert state(attempt) == State.WAITING
