"""Cards that payers left: another one takes their place, and who is erased is forgotten there, too."""

from __future__ import annotations

import uuid

import pytest

from masthead.payments import attempts, methods, sweeping, ways
from masthead.payments.models import Attempt, Method
from masthead.payments.provider import Refused, Unknown
from masthead.people import erasure
from masthead.testing.payment_providers import NOW, URLS, wanted
from tests.factories import circulation as make
from tests.payments.conftest import Till

pytestmark = pytest.mark.django_db


def test_another_card_is_charged_from_now_on(till: Till):
    payer = till.paid().payer
    old, card = methods.in_use(payer, "card"), ways.named("card")
    request = uuid.uuid4()
    page = methods.begin_change(payer, card, request=request, urls=URLS)
    assert methods.begin_change(payer, card, request=request, urls=URLS) == page
    assert methods.change(payer, card, page.ref, at=NOW) is None
    assert methods.in_use(payer, "card") == old
    till.pay(page.ref)
    for _time in range(2):
        new = methods.change(payer, card, page.ref, at=NOW)
        assert methods.in_use(payer, "card") == new != old
    assert new.customer_ref == old.customer_ref
    assert till.moved() == 6000


def test_nobody_takes_over_what_somebody_else_left(till: Till):
    payer, card = till.paid().payer, ways.named("card")
    page = methods.begin_change(payer, card, request=uuid.uuid4(), urls=URLS)
    till.pay(page.ref)
    methods.change(payer, card, page.ref, at=NOW)
    with pytest.raises(methods.CannotChange):
        methods.change(make.reader(), card, page.ref, at=NOW)


def test_nothing_can_be_left_with_a_bank(till: Till):
    with pytest.raises(methods.CannotChange):
        methods.begin_change(make.reader(), ways.named("transfer"), request=uuid.uuid4(), urls=URLS)


def test_who_is_erased_here_is_forgotten_there_as_soon_as_somebody_answers(till: Till):
    payer = till.paid().payer
    saved = Method.objects.get()
    kept = ways.named("card").observe(Attempt.objects.get().provider_ref).method
    erasure.erase(payer, by=None, at=NOW)
    till.service.order("fault", kind="status", status=503, on="DELETE")
    sweeping.sweep(at=NOW)
    saved.refresh_from_db()
    assert saved.customer_ref
    sweeping.sweep(at=NOW)
    saved.refresh_from_db()
    assert (saved.customer_ref, saved.label) == ("", "")
    assert saved.gone_at == NOW
    with pytest.raises((Refused, Unknown)):
        ways.named("card").charge(wanted(500, method=kept))
    assert till.moved() == 6000


def test_a_card_that_comes_after_its_payer_was_erased_is_forgotten_here_and_there(till: Till):
    attempt, card = till.begin(), ways.named("card")
    erasure.erase(attempt.payer, by=None, at=NOW)
    till.pay(attempt.provider_ref)
    attempts.look_at(attempt, card, at=NOW)
    assert Attempt.objects.get().state == Attempt.State.SUCCEEDED
    saved = Method.objects.get()
    assert (saved.label, saved.gone_at) == ("", NOW)
    assert methods.in_use(attempt.payer, "card") is None
    kept = card.observe(Attempt.objects.get().provider_ref).method
    sweeping.sweep(at=NOW)
    with pytest.raises((Refused, Unknown)):
        card.charge(wanted(500, method=kept))
    assert till.moved() == 6000
