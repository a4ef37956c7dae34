"""Asking for money: once, whatever is lost; and nothing is believed but what is seen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from masthead.money import Money
from masthead.payments import attempts, journal, observations, ways
from masthead.payments.models import Attempt, Difference, Method
from masthead.payments.provider import GoTo, Observed, PayLike
from masthead.testing.payment_providers import NOW, URLS
from tests.payments.conftest import Till

pytestmark = pytest.mark.django_db
State = Attempt.State


def with_us() -> int:
    return journal.balance("assets:provider:card", "EUR").minor


def test_a_reader_pays_on_the_page_and_leaves_a_card(till: Till):
    attempt = till.paid()
    assert with_us() == till.moved() == 6000
    method = Method.objects.get()
    assert (method.label, method.payer) == ("Visa •••• 4242", attempt.payer)
    assert attempt.provider_ref.startswith("pi_")


def test_asking_again_leads_to_the_page_that_was_opened(till: Till):
    attempt = till.begin()
    asked = len(till.service.desk.asked)
    again = attempts.send(attempt, ways.named("card"), at=NOW + timedelta(hours=2), urls=URLS)
    assert isinstance(again, GoTo)
    assert again.url == attempt.next_url
    assert len(till.service.desk.asked) == asked


def test_what_was_given_up_a_moment_ago_is_not_asked_for(till: Till):
    attempt = till.renew(till.paid())
    stale = Attempt.objects.get(pk=attempt.pk)
    assert attempts.drop(attempt, at=NOW)
    assert till.send(stale).state == State.DROPPED
    assert till.moved() == 6000


def test_what_is_given_up_in_the_moment_of_sending_is_not_asked_for(till: Till, monkeypatch):
    attempt, claim = till.renew(till.paid()), attempts._claim

    def a_moment_later(one, **keywords):
        assert attempts.drop(one, at=NOW)
        return claim(one, **keywords)

    monkeypatch.setattr(attempts, "_claim", a_moment_later)
    assert till.send(attempt).state == State.DROPPED
    assert till.moved() == 6000


def test_what_was_sent_cannot_be_given_up(till: Till):
    attempt = till.renew(till.paid())
    till.service.order("fault", kind="drop")
    till.send(attempt)
    assert not attempts.drop(attempt, at=NOW)


def test_a_lost_reply_is_never_a_failure(till: Till):
    attempt = till.renew(till.paid())
    till.service.order("fault", kind="drop")
    assert till.send(attempt).state == State.UNKNOWN
    assert with_us() == 6000
    assert till.send(attempt).state == State.SUCCEEDED
    assert with_us() == till.moved() == 6500


def test_after_a_day_the_same_charge_is_not_asked_for_again(till: Till):
    attempt = till.renew(till.paid())
    till.service.order("fault", kind="drop")
    till.send(attempt)
    later = NOW + timedelta(hours=24, minutes=1)
    till.service.order("clock", to=int(later.timestamp()))
    assert till.send(attempt, at=later).state == State.UNKNOWN
    assert till.moved() == 6500


def test_a_decline_says_how_final_it_is(till: Till):
    before = till.paid()
    till.charges_later(before.provider_ref, "hard")
    declined = till.send(till.renew(before))
    assert (declined.state, declined.problem) == (State.FAILED, "hard")
    assert with_us() == till.moved() == 6000


def test_another_amount_settles_nothing_and_is_told(till: Till):
    attempt = till.begin()
    seen = Observed("pi_1", "charge", "succeeded", Money(5999, "EUR"), attempt.key)
    observations.take_in("card", seen, at=NOW, by_way_of="test")
    attempt.refresh_from_db()
    assert attempt.state == State.WAITING
    assert with_us() == 0
    assert Difference.objects.get().kind == Difference.Kind.AMOUNT


def test_a_refund_that_came_back_is_owed_again_for_good(till: Till):
    refund = till.send(till.refund(till.paid(), 6000))
    assert with_us() == 0
    went = refund.provider_ref or ""
    stale = ways.named("card").observe(went)
    till.service.order("fail_refund", id=went)
    for _time in range(2):
        observations.look(ways.named("card"), went, at=NOW, by_way_of="test")
        # What was seen before and arrives late changes nothing.
        observations.take_in("card", stale, at=NOW, by_way_of="test")
    refund.refresh_from_db()
    assert refund.state == State.FAILED
    assert with_us() == till.moved() == 6000
    assert Difference.objects.get().kind == Difference.Kind.CAME_BACK
    # And it can be given back anew.
    till.send(till.refund(refund.charge, 6000))
    assert with_us() == till.moved() == 0


def test_what_to_do_by_hand_is_told_as_often_as_somebody_asks(till: Till):
    provider = ways.named("transfer")
    attempt = attempts.charge(
        "order:1", Money(6000, "EUR"), provider="transfer", payer=None, at=NOW
    )
    first = attempts.send(attempt, provider, at=NOW, urls=URLS)
    later = attempts.send(attempt, provider, at=NOW + timedelta(days=20), urls=URLS)
    assert isinstance(first, PayLike)
    assert first == later
    attempt.refresh_from_db()
    assert (attempt.state, attempt.provider_ref) == (State.WAITING, first.ref)
    assert attempt.expires_at == NOW + timedelta(days=30)
