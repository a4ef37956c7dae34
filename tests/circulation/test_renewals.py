"""Renewals: charged once, in time, and only who agreed, was told and has not stopped."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from masthead.circulation import (
    brakes,
    dunning,
    endings,
    orders,
    pauses,
    renewal_letters,
    renewals,
    standing,
)
from masthead.circulation.deals import Price
from masthead.circulation.models import DiscountCode, Notice, Order, Subscription
from masthead.money import Money
from masthead.payments import disputes, journal
from masthead.payments.models import Attempt, Dispute
from masthead.payments.provider import NotReady, Observed
from tests.circulation import renewing
from tests.circulation.renewing import DAY, FORTNIGHT, Till
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db

TOLD = THEN + 2 * FORTNIGHT
DUE = THEN + 3 * FORTNIGHT
"""When one copy of four is left, and the reminder is a fortnight old."""


@pytest.fixture
def title():
    return renewing.title()


@pytest.fixture
def subscription(title):
    """Return one of which two copies are left, and that was told of its renewal."""
    made = renewing.subscriber(renewing.version(title))
    renewing.out(title, 2)
    assert renewal_letters.remind(title, at=TOLD) == 1
    return made


def execute(title, till, at=DUE, **fields):
    return renewals.execute(title, at=at, named=till.named, **fields)


def charges():
    return Attempt.objects.filter(kind="charge").exclude(provider_ref__startswith="ref-")


def test_a_renewal_is_charged_once_and_served_after_the_last_term(title, subscription):
    renewing.out(title, 1)
    till = Till()
    outcome = execute(title, till)
    assert (outcome.sums, outcome.ends) == ([Money(6000, "EUR")], {"succeeded": 1})
    assert execute(title, till).charged == []
    assert [wanted.money for wanted in till.asked] == [Money(6000, "EUR")]
    assert renewing.opened(DUE) == 1
    first, second = subscription.terms.order_by("sequence")
    assert (second.renews, second.copies) == (first, 4)
    assert standing.of_one(subscription).left == 5
    assert journal.balance("assets", "EUR").minor == 12000


def test_the_words_that_were_agreed_to_go_along(title, subscription):
    renewing.out(title, 1)
    execute(title, Till())
    order = Order.objects.get(kind="renewal")
    assert order.agreed_to == "Renews until stopped."
    assert order.payer == subscription.payer


class TestTheGate:
    """Whatever is missing, nobody is charged."""

    def test_nobody_is_charged_before_their_copies_run_out(self, title, subscription):
        till = Till()
        assert execute(title, till, at=TOLD + 10 * DAY).charged == []
        assert not till.asked

    def test_nobody_is_charged_who_was_not_told(self, title):
        renewing.subscriber(renewing.version(title))
        renewing.out(title, 3)
        till = Till()
        assert execute(title, till).charged == []
        assert not till.asked
        assert renewals.plan(title, at=DUE).reasons == {"not reminded yet": 1}

    def test_nobody_is_charged_within_the_days_of_notice(self, title):
        renewing.subscriber(renewing.version(title))
        renewing.out(title, 3)
        renewal_letters.remind(title, at=DUE)
        till = Till()
        execute(title, till, at=DUE + 7 * DAY - timedelta(seconds=1))
        assert not till.asked
        execute(title, till, at=DUE + 7 * DAY)
        assert len(till.asked) == 1

    def test_a_letter_that_the_mail_server_refused_is_no_notice(self, title, monkeypatch):
        renewing.subscriber(renewing.version(title))
        renewing.out(title, 3)
        monkeypatch.setattr(
            "django.core.mail.backends.locmem.EmailBackend.send_messages", lambda *_anything: 0
        )
        assert renewal_letters.remind(title, at=TOLD) == 0
        assert not Notice.objects.filter(kind="renewal").exists()
        till = Till()
        execute(title, till)
        assert not till.asked

    def test_nobody_is_charged_who_stopped(self, title, subscription):
        renewing.out(title, 1)
        endings.stop(subscription, at=DUE - DAY)
        till = Till()
        execute(title, till)
        assert not till.asked

    def test_nobody_is_charged_who_stopped_after_the_plan(self, title, subscription):
        renewing.out(title, 1)
        (one,) = renewals.plan(title, at=DUE).charges
        endings.stop(subscription, at=DUE)
        with pytest.raises(renewals.CannotRenew):
            renewals.renew(one.subscription, at=DUE)
        assert not charges().exists()

    def test_nobody_is_charged_during_a_pause(self, title, subscription):
        renewing.out(title, 1)
        pause = pauses.hold(subscription, starts_on=(DUE - DAY).date(), at=DUE - DAY)
        till = Till()
        execute(title, till)
        assert not till.asked
        pauses.lift(pause, at=DUE + DAY)
        execute(title, till, at=DUE + DAY)
        assert len(till.asked) == 1

    def test_nobody_is_charged_who_cancelled(self, title, subscription):
        renewing.out(title, 1)
        endings.cancel(subscription, request=uuid.uuid4(), at=DUE - DAY)
        till = Till()
        execute(title, till)
        assert not till.asked

    def test_nobody_is_charged_who_never_agreed(self, title):
        one = renewing.subscriber(renewing.version(title), agreed_to="")
        Subscription.objects.filter(pk=one.pk).update(stopped_at=None)
        renewing.out(title, 3)
        assert renewal_letters.remind(title, at=TOLD) == 0
        assert list(renewals.due(title, at=DUE)) == []

    def test_another_sum_than_was_told_needs_another_letter(self, title):
        version = renewing.version(title)
        code = DiscountCode.objects.create(
            offer=version.offer, code="FRIENDS", thousandths=500, terms=2
        )
        renewing.subscriber(version, discount=code)
        renewing.out(title, 3)
        renewal_letters.remind(title, at=TOLD)
        code.thousandths = 100
        code.save()
        till = Till()
        execute(title, till)
        assert not till.asked
        assert renewal_letters.remind(title, at=DUE) == 1
        execute(title, till, at=DUE + 8 * DAY)
        assert [wanted.money.minor for wanted in till.asked] == [5400]

    def test_the_introductory_price_is_for_the_first_term(self, title):
        price = Price("EUR", 6000, introductory=1000)
        renewing.subscriber(renewing.version(title, prices=(price,)))
        renewing.out(title, 3)
        renewal_letters.remind(title, at=TOLD)
        assert "€60.00" in mail.outbox[-1].body
        till = Till()
        execute(title, till)
        assert [wanted.money.minor for wanted in till.asked] == [6000]

    def test_a_subscription_that_has_run_out_is_not_charged(self, title, subscription):
        renewing.out(title, 6)
        till = Till()
        execute(title, till, at=THEN + 8 * FORTNIGHT)
        assert not till.asked


class TestTheBrakes:
    """A mistake of ours stops early."""

    def test_a_run_charges_no_more_than_its_most(self, title):
        version = renewing.version(title)
        for _each in range(3):
            renewing.subscriber(version)
        renewing.out(title, 3)
        renewal_letters.remind(title, at=TOLD)
        till = Till()
        outcome = execute(title, till, most=2)
        assert (len(till.asked), outcome.left_for_later) == (2, 1)
        execute(title, till)
        assert len(till.asked) == 3

    def test_a_pulled_brake_charges_nobody_until_it_is_released(self, title, subscription):
        renewing.out(title, 1)
        brakes.pull(title, why="Something is wrong", at=DUE)
        brakes.pull(title, why="Again", at=DUE)
        till = Till()
        execute(title, till)
        with pytest.raises(renewals.CannotRenew, match="Something is wrong"):
            renewals.renew(subscription, at=DUE)
        assert not till.asked
        assert brakes.release(title, at=DUE)
        assert not brakes.release(title, at=DUE)
        execute(title, till)
        assert len(till.asked) == 1

    def test_the_plan_tells_count_and_sums_and_writes_nothing(self, title, subscription):
        renewing.out(title, 1)
        plan = renewals.plan(title, at=DUE)
        assert (len(plan.charges), plan.sums) == (1, [Money(6000, "EUR")])
        assert not Order.objects.filter(kind="renewal").exists()

    def test_the_database_keeps_it_to_one_renewal_of_a_term(self, title, subscription):
        renewing.out(title, 1)
        order, _attempt = renewals.renew(subscription, at=DUE)
        with pytest.raises(renewals.CannotRenew):
            renewals.renew(subscription, at=DUE)
        order.pk, order.key, order.request = None, uuid.uuid4(), uuid.uuid4()
        with pytest.raises(IntegrityError), transaction.atomic():
            order.save(force_insert=True)


class TestUnsent:
    """A process that ends between the row and the call leaves a charge that nobody was asked for."""

    def test_it_is_sent_later_under_the_same_key(self, title, subscription):
        renewing.out(title, 1)
        _order, attempt = renewals.renew(subscription, at=DUE)
        till = Till()
        assert renewals.send_unsent(title, at=DUE + DAY, named=till.named) == 1
        assert [wanted.key for wanted in till.asked] == [attempt.key]
        assert renewals.send_unsent(title, at=DUE + DAY, named=till.named) == 0

    def test_it_is_dropped_if_its_payer_has_stopped(self, title, subscription):
        renewing.out(title, 1)
        order, attempt = renewals.renew(subscription, at=DUE)
        endings.stop(subscription, at=DUE + DAY)
        till = Till()
        assert renewals.send_unsent(title, at=DUE + DAY, named=till.named) == 0
        attempt.refresh_from_db()
        order.refresh_from_db()
        assert (attempt.state, order.cancelled_at) == ("dropped", DUE + DAY)
        assert not till.asked

    def test_it_is_too_old_after_two_days_and_due_anew(self, title, subscription):
        renewing.out(title, 1)
        renewals.renew(subscription, at=DUE)
        till = Till()
        renewals.send_unsent(title, at=DUE + 2 * DAY, named=till.named)
        assert not till.asked
        assert len(renewals.plan(title, at=DUE + 2 * DAY).charges) == 1

    def test_a_way_to_pay_that_is_not_ready_waits(self, title, subscription):
        renewing.out(title, 1)

        def not_ready(_name):
            raise NotReady("The key is missing.")

        outcome = renewals.execute(title, at=DUE, named=not_ready)
        assert outcome.ends == {"created": 1}

    def test_silence_is_no_failure_and_no_second_charge(self, title, subscription):
        renewing.out(title, 1)
        till = Till("silence")
        assert execute(title, till).ends == {"unknown": 1}
        execute(title, till)
        assert len(till.asked) == 1


class TestTheLetter:
    """What the reminder says."""

    def test_it_names_the_sum_the_day_and_the_way_out_and_nobody(self, title, subscription):
        (letter,) = mail.outbox
        assert letter.to == [subscription.payer.email]
        for word in ("€60.00", "June 8, 2026", "Visa •••• 4242", "/account/", "(2 left)"):
            assert word in letter.body
        notice = Notice.objects.get(kind="renewal")
        assert letter.body in notice.words
        assert subscription.payer.email not in notice.words

    def test_it_comes_once(self, title, subscription):
        assert renewal_letters.remind(title, at=TOLD + DAY) == 0

    def test_a_time_is_reminded_of_by_its_days(self, title):
        renewing.subscriber(
            renewing.version(title, basis="period", copies=0, months=12, renew_at=2)
        )
        # A year from 4 May 2026; two weeks and the seven days of notice before.
        assert renewal_letters.remind(title, at=THEN + (365 - 22) * DAY) == 0
        assert renewal_letters.remind(title, at=THEN + (365 - 20) * DAY) == 1
        till = Till()
        execute(title, till, at=THEN + (365 - 15) * DAY)
        assert not till.asked
        execute(title, till, at=THEN + (365 - 13) * DAY)
        assert len(till.asked) == 1

    def test_whoever_renews_hears_of_it_once_a_year(self, title):
        renewing.subscriber(renewing.version(title, copies=60))
        assert renewal_letters.tell_yearly(title, at=THEN + 300 * DAY) == 0
        assert renewal_letters.tell_yearly(title, at=THEN + 360 * DAY) == 1
        assert renewal_letters.tell_yearly(title, at=THEN + 400 * DAY) == 0
        assert renewal_letters.tell_yearly(title, at=THEN + 720 * DAY) == 1


class TestByHand:
    """Who pays by transfer is written to, and nothing is taken from them."""

    def test_an_invoice_comes_instead_of_a_charge_and_paying_it_renews(self, title):
        one = renewing.subscriber(renewing.version(title), with_card=False)
        renewing.out(title, 2)
        till = Till(by_hand=True)
        assert renewal_letters.write_invoices(title, at=TOLD, named=till.named) == 1
        assert renewal_letters.write_invoices(title, at=TOLD + DAY, named=till.named) == 0
        (letter,) = mail.outbox
        assert "Reference: RF18 5390" in letter.body
        assert "Nothing is taken from you." in letter.body
        assert execute(title, till).charged == []
        from tests.factories import circulation as make

        make.pay(Attempt.objects.get(state="waiting"), at=DUE)
        assert renewing.opened(DUE) == 1
        assert one.terms.count() == 2

    def test_who_left_no_card_is_told_where_to_pay_and_no_order_is_made(self, title):
        renewing.subscriber(renewing.version(title), with_card=False)
        renewing.out(title, 2)
        till = Till()
        renewal_letters.write_invoices(title, at=TOLD, named=till.named)
        renewal_letters.write_invoices(title, at=TOLD + DAY, named=till.named)
        (letter,) = mail.outbox
        assert "please pay for them here" in letter.body
        assert "/renewal/" in letter.body
        assert not Order.objects.filter(kind="renewal").exists()


def dispute(payer) -> Dispute:
    """Return a dispute that a payer's bank has just opened about the first payment."""
    charge = Attempt.objects.filter(payer=payer).earliest("pk")
    seen = Observed("dp-1", "dispute", "waiting", charge.money, charge.key)
    return disputes.note(charge, seen, at=DUE - DAY)


def test_nobody_is_charged_whose_bank_asks_money_back(title, subscription):
    renewing.out(title, 1)
    found, till = dispute(subscription.payer), Till()
    execute(title, till)
    assert not till.asked
    assert renewals.plan(title, at=DUE).reasons == {"their bank asks money back": 1}
    Dispute.objects.filter(pk=found.pk).update(state=Dispute.State.WON)
    execute(title, till)
    assert len(till.asked) == 1


def test_nothing_is_tried_again_while_the_payer_pays_for_it_themselves(title, subscription):
    renewing.out(title, 1)
    till = Till("soft")
    execute(title, till)
    order = Order.objects.get(kind="renewal")
    orders.ask_for(order, provider="test", request=uuid.uuid4(), at=DUE + DAY, language="en")
    dunning.chase(title, at=DUE + 4 * DAY, named=till.named)
    assert len(till.asked) == 1


def test_two_hands_at_one_renewal_charge_once(title, subscription, monkeypatch):
    renewing.out(title, 1)
    till = Till("soft")
    execute(title, till)
    order = Order.objects.get(kind="renewal")
    # The payer pays between the look at what may be tried and the row that charges it.
    real = dunning.next_try

    def meanwhile(of, tries):
        if not Attempt.objects.filter(reference=of.reference, state="created").exists():
            orders.ask_for(order, provider="test", request=uuid.uuid4(), at=DUE, language="en")
        return real(of, tries)

    monkeypatch.setattr(dunning, "next_try", meanwhile)
    dunning.chase(title, at=DUE + 4 * DAY, named=till.named)
    assert len(till.asked) == 1
