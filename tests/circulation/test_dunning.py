"""A renewal that fails is tried on four days, and then given up; nobody is charged in vain."""

from __future__ import annotations

import uuid

import pytest
from django.core import mail
from django_tasks_db.models import DBTaskResult

from masthead.circulation import (
    confirmations,
    dunning,
    endings,
    going_on,
    orders,
    renewal_letters,
    renewals,
    standing,
    tasks,
)
from masthead.circulation.models import Deduction, Notice, Order, ServiceRecord
from masthead.payments import attempts, journal
from masthead.payments.models import Attempt
from masthead.payments.provider import Observed
from tests.circulation import renewing
from tests.circulation.renewing import DAY, FORTNIGHT, Till
from tests.factories import circulation as make
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db

TOLD = THEN + 2 * FORTNIGHT
DUE = THEN + 3 * FORTNIGHT


@pytest.fixture
def title():
    return renewing.title()


@pytest.fixture
def subscription(title):
    made = renewing.subscriber(renewing.version(title))
    renewing.out(title, 2)
    renewal_letters.remind(title, at=TOLD)
    renewing.out(title, 1)
    mail.outbox.clear()
    return made


def run(title, till, days: float):
    return dunning.run(title, at=DUE + days * DAY, named=till.named)


def days_asked(till) -> int:
    return len(till.asked)


def days_tried(title, till, meanwhile=lambda day: None) -> list[int]:
    """Return on which of twenty days somebody was charged; `meanwhile` happens after each."""
    tried = []
    for day in range(20):
        before = days_asked(till)
        run(title, till, day)
        if days_asked(till) > before:
            tried.append(day)
        meanwhile(day)
    return tried


def test_a_soft_decline_is_tried_on_days_0_3_7_and_14_and_then_given_up(title, subscription):
    assert days_tried(title, Till(*["soft"] * 9)) == [0, 3, 7, 14]
    subscription.refresh_from_db()
    assert subscription.stopped_at == DUE + 15 * DAY
    assert Order.objects.get(kind="renewal").cancelled_at == DUE + 15 * DAY
    assert [letter.subject for letter in mail.outbox] == [
        *["Your payment for The Gazette did not go through"] * 4,
        "Your subscription to The Gazette ends",
    ]
    assert Notice.objects.get(kind="stopped").occasion == confirmations.stop_of(subscription)


@pytest.mark.parametrize(
    ("problem", "words"),
    [("hard", "leave another way to pay"), ("needs-payer", "wants you to confirm it")],
)
def test_what_a_machine_cannot_mend_is_not_tried_again(title, subscription, problem, words):
    till = Till(*[problem] * 9)
    for day in range(14):
        run(title, till, day)
    assert days_asked(till) == 1
    (letter,) = mail.outbox
    assert words in letter.body
    assert "/account/" in letter.body
    run(title, till, 14)
    subscription.refresh_from_db()
    assert subscription.stopped_at == DUE + 14 * DAY


def test_another_card_is_tried_at_once(title, subscription):
    till = Till("hard")
    run(title, till, 0)
    fresh = renewing.card(subscription.payer, at=DUE + DAY)
    run(title, till, 1.5)
    assert [wanted.method.ref for wanted in till.asked][1:] == [fresh.provider_ref]
    assert renewing.opened(DUE + 2 * DAY) == 1
    assert standing.of_one(subscription).left == 5


def test_a_retry_that_succeeds_renews_once(title, subscription):
    till = Till("soft", "yes")
    for day in range(20):
        run(title, till, day)
        renewing.opened(DUE + day * DAY)
    assert days_asked(till) == 2
    assert subscription.terms.count() == 2
    assert journal.balance("assets", "EUR").minor == 12000
    subscription.refresh_from_db()
    assert subscription.stopped_at is None


def test_who_stops_meanwhile_is_not_tried_again(title, subscription):
    till = Till("soft")
    run(title, till, 0)
    endings.stop(subscription, at=DUE + DAY)
    for day in range(2, 20):
        run(title, till, day)
    assert days_asked(till) == 1
    assert Order.objects.get(kind="renewal").cancelled_at == DUE + 2 * DAY


def test_what_nobody_knows_the_end_of_is_not_tried_again(title, subscription):
    till = Till("silence")
    for day in range(20):
        run(title, till, day)
    assert days_asked(till) == 1
    assert Attempt.objects.get(state="unknown")
    assert not mail.outbox


def test_a_charge_that_a_sweep_dropped_is_due_anew(title, subscription):
    _order, attempt = renewals.renew(subscription, at=DUE)
    attempts.drop(attempt, at=DUE + 3 * DAY)
    dunning.chase(title, at=DUE + 3 * DAY, named=Till().named)
    assert len(renewals.plan(title, at=DUE + 3 * DAY).charges) == 1


def test_two_workers_try_once(title, subscription):
    till = Till("soft")
    run(title, till, 0)
    order = Order.objects.get(kind="renewal")
    at = DUE + 3 * DAY
    assert dunning._try_again(order, 1, at)
    assert dunning._try_again(order, 1, at) is None
    assert Attempt.objects.filter(reference=order.reference).count() == 2


def test_grace_is_served_meanwhile_and_recouped_by_the_renewal(title, subscription):
    till = Till("soft", "soft", "soft", "yes")
    run(title, till, 0)
    renewing.out(title, 2)
    assert ServiceRecord.objects.filter(kind="grace").count() == 1
    for day in (3, 7, 14):
        run(title, till, day)
    renewing.opened(DUE + 14 * DAY)
    account = standing.of_one(subscription)
    assert (account.left, account.grace_owed) == (3, 0)
    assert not Deduction.objects.filter(kind="written-off").exists()


def test_grace_that_nobody_pays_for_is_written_off_once_and_never_in_the_books(title, subscription):
    till = Till(*["soft"] * 9)
    run(title, till, 0)
    renewing.out(title, 3)
    books = journal.balances()
    for day in range(1, 20):
        run(title, till, day)
    written = Deduction.objects.get(kind="written-off")
    assert (written.copies, written.minor) == (2, 3000)
    assert standing.of_one(subscription).grace_owed == 0
    assert journal.balances() == books
    renewing.out(title, 2)
    assert ServiceRecord.objects.filter(kind="grace").count() == 2


def test_grace_is_not_written_off_as_long_as_a_renewal_is_tried(title, subscription):
    till = Till("soft", "soft", "yes")
    run(title, till, 0)
    # All of grace is served, and the newest issue is beyond it.
    renewing.out(title, 4)
    run(title, till, 3)
    assert not Deduction.objects.filter(kind="written-off").exists()
    run(title, till, 7)
    renewing.opened(DUE + 7 * DAY)
    assert standing.of_one(subscription).left == 2


def test_a_brake_holds_retries_too(title, subscription):
    from masthead.circulation import brakes

    till = Till("soft")
    run(title, till, 0)
    brakes.pull(title, why="Wait", at=DUE)
    run(title, till, 3)
    assert days_asked(till) == 1
    brakes.release(title, at=DUE + 3 * DAY)
    run(title, till, 4)
    assert days_asked(till) == 2


def test_an_invoice_that_is_not_paid_is_given_up_after_its_time(title):
    one = renewing.subscriber(renewing.version(title), with_card=False)
    renewing.out(title, 3)
    till = Till(by_hand=True)
    for day in (0, 10, 30, 59):
        run(title, till, day)
    assert renewals.still_agreed(Order.objects.get(kind="renewal"), at=THEN)
    run(title, till, 60)
    one.refresh_from_db()
    assert one.stopped_at == DUE + 60 * DAY


def test_a_payer_is_told_the_day_it_failed(title, subscription, django_capture_on_commit_callbacks):
    waiting = DBTaskResult.objects.filter(task_path=tasks.tell_of_failures.module_path)
    with django_capture_on_commit_callbacks(execute=True):
        renewals.execute(title, at=DUE, named=Till("soft").named)
    assert waiting.count() == 1
    mail.outbox.clear()
    assert tasks.tell_of_failures.func() == 1
    (letter,) = mail.outbox
    assert f"/account/subscriptions/{subscription.key}/renewal/" in letter.body


def asks(subscription, *, at):
    """Have a payer ask for the next term by themselves, as "Renew now" does."""
    return going_on.ask_for(subscription, at=at)


def opens_a_page(order, *, at, leaves_at=None):
    """Have a payer go to the provider's page, and perhaps leave it."""
    page = orders.ask_for(order, provider="test", request=uuid.uuid4(), at=at, language="en")
    Attempt.objects.filter(pk=page.pk).update(state="waiting", sent_at=at, with_payer=True)
    page.refresh_from_db()
    if leaves_at:
        attempts.settle(page, Observed("page", "charge", "failed", page.money, page.key,
                                       problem="needs-payer"), at=leaves_at, by_way_of="sweep")  # fmt: skip
    return page


@pytest.mark.parametrize("went_to_the_page", [False, True])
def test_who_asks_to_renew_and_leaves_is_charged_as_agreed(title, subscription, went_to_the_page):
    asked = asks(subscription, at=TOLD + DAY)
    if went_to_the_page:
        opens_a_page(asked, at=TOLD + DAY, leaves_at=TOLD + 2 * DAY)
    till = Till()
    run(title, till, 0)
    run(title, till, 1)
    assert days_asked(till) == 1
    renewing.opened(DUE + DAY)
    asked.refresh_from_db()
    subscription.refresh_from_db()
    assert asked.cancelled_at == DUE
    assert subscription.stopped_at is None
    assert subscription.terms.count() == 2
    assert not mail.outbox


def test_who_asks_to_renew_and_leaves_is_reminded_all_the_same():
    of = renewing.title()
    made = renewing.subscriber(renewing.version(of))
    renewing.out(of, 2)
    asks(made, at=TOLD - DAY)
    assert renewal_letters.remind(of, at=TOLD) == 1


def test_who_is_paying_for_it_is_not_charged_beside(title, subscription):
    page = opens_a_page(asks(subscription, at=TOLD + DAY), at=TOLD + DAY)
    till = Till()
    run(title, till, 0)
    assert days_asked(till) == 0
    orders.paid(make.pay(page, at=DUE + DAY), at=DUE + DAY)
    run(title, till, 1)
    assert days_asked(till) == 0
    assert subscription.terms.count() == 2


def test_a_page_that_its_payer_left_takes_no_try_away(title, subscription):
    def leaves_a_page(day):
        if day == 1:
            order = Order.objects.get(kind="renewal")
            opens_a_page(order, at=DUE + 1.1 * DAY, leaves_at=DUE + 1.9 * DAY)

    assert days_tried(title, Till(*["soft"] * 9), leaves_a_page) == [0, 3, 7, 14]
    subscription.refresh_from_db()
    assert subscription.stopped_at == DUE + 15 * DAY
    assert len([one for one in mail.outbox if "did not go through" in one.subject]) == 4


def test_an_invoice_that_was_written_and_not_mailed_is_mailed_and_waits_its_time(monkeypatch):
    of, till = renewing.title(), Till(by_hand=True)
    made = renewing.subscriber(renewing.version(of), with_card=False)
    renewing.out(of, 3)
    with monkeypatch.context() as broken:
        broken.setattr(renewal_letters, "_send_invoice", lambda *_all: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run(of, till, 0)
    order = Order.objects.get(kind="renewal")
    run(of, till, 1)
    (letter,) = mail.outbox
    assert "DE89 3704" in letter.body
    for day in range(2, 40):
        run(of, till, day)
    order.refresh_from_db()
    made.refresh_from_db()
    assert order.cancelled_at is None
    assert made.stopped_at is None
    assert Attempt.objects.get(reference=order.reference).state == "waiting"
