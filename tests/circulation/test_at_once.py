"""Several at once: payments, runs, clicks and refunds that meet come to what one after another does.

On SQLite a transaction that writes waits for the one before; on PostgreSQL rows are locked. The last
test leaves the lock out and sees the race, so that the others mean something.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from masthead.circulation import auditing, endings, orders, refunding, serving, standing
from masthead.circulation.models import Order, Refund, ServiceRecord, Subscription, Term
from masthead.editorial import issues
from masthead.payments import journal, signals
from masthead.payments.models import Attempt, Invoice, InvoiceSeries
from tests.factories import circulation as make
from tests.factories import editorial
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db(transaction=True)
LATER = THEN + timedelta(days=14)


@pytest.fixture(autouse=True)
def nobody_listens(monkeypatch):
    """Have the tests themselves open what is paid, at their own time."""
    monkeypatch.setattr(signals.charge_settled, "receivers", [])


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do everything in the same moment, each in a thread; return what came, errors, too."""
    came: list[Any] = []
    together = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> None:
        together.wait()
        try:
            came.append(act())
        except Exception as error:  # noqa: BLE001 - what it was is looked at by the test
            came.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came


def errors(came: list[Any]) -> list[Exception]:
    return [one for one in came if isinstance(one, Exception)]


def asked(title, **fields: Any) -> tuple[Order, Attempt]:
    placed, attempt = orders.place(
        make.version(title), make.reader(), currency="EUR", country="DE", provider="test",
        request=uuid.uuid4(), at=THEN, agreed_to="It renews.", **fields,
    )  # fmt: skip
    assert attempt is not None
    return placed, attempt


def test_a_payment_that_is_heard_of_four_times_at_once_opens_one_term():
    _order, attempt = asked(editorial.magazine())

    def hear() -> Any:
        return orders.paid(make.pay(attempt), at=THEN)

    assert not errors(at_once(*[hear] * 4))
    assert Term.objects.count() == Subscription.objects.count() == Invoice.objects.count() == 1
    assert journal.balance("assets", "EUR").minor == 6000
    assert auditing.complaints(LATER) == []


def test_four_payments_at_once_have_four_numbers_without_a_gap():
    title = editorial.magazine()
    waiting = [asked(title)[1] for _ in range(4)]
    came = at_once(*[lambda one=one: orders.paid(make.pay(one), at=THEN) for one in waiting])
    assert not errors(came)
    assert sorted(Invoice.objects.values_list("number", flat=True)) == [1, 2, 3, 4]
    assert auditing.complaints(LATER) == []


def test_a_double_click_at_once_is_one_order():
    title = editorial.magazine()
    version, payer, request = make.version(title), make.reader(), uuid.uuid4()

    def click() -> Any:
        return orders.place(
            version, payer, currency="EUR", country="DE", provider="test", request=request, at=THEN
        )

    came = at_once(*[click] * 4)
    assert not errors(came)
    assert len({order.pk for order, _attempt in came}) == 1
    assert Order.objects.count() == Attempt.objects.count() == 1


def test_serving_paying_and_refunding_at_once_lose_nothing():
    title = editorial.magazine()
    issue = editorial.issue(title, state="open")
    stays, goes = make.subscription(make.version(title)), make.subscription(make.version(title))
    _order, attempt = asked(title)
    issue = issues.put_on_sale(issue, at=LATER)
    request = uuid.uuid4()

    def serve() -> Any:
        return serving.serve(issue, at=LATER)

    def cancel() -> Any:
        return endings.cancel(goes, request=request, at=LATER)

    def pay() -> Any:
        return orders.paid(make.pay(attempt, at=LATER), at=LATER)

    assert not errors(at_once(serve, cancel, pay, serve, cancel, pay))
    assert standing.of_one(stays).left == 23
    assert Refund.objects.count() == 1
    # Whichever came first: a copy that was served was not paid back.
    served = ServiceRecord.objects.filter(subscription=goes).count()
    # A copy earns 187 of 4500 cents and 62 of 1500, each rounded down.
    assert Refund.objects.get().minor == 6000 - 249 * served
    assert auditing.complaints(LATER) == []


def test_two_ways_out_at_once_pay_back_once():
    subscription = make.subscription(make.version(editorial.magazine()))
    came = at_once(
        lambda: endings.cancel(subscription, request=uuid.uuid4(), at=LATER),
        lambda: endings.give_money_back(subscription, request=uuid.uuid4(), at=LATER),
        lambda: endings.cancel(subscription, request=uuid.uuid4(), at=LATER),
    )
    assert len(errors(came)) == 2
    assert all(
        isinstance(one, endings.CannotCancel | refunding.CannotGiveBack) for one in errors(came)
    )
    assert Refund.objects.get().minor == 6000
    assert auditing.complaints(LATER) == []


def test_without_the_lock_a_number_is_given_out_twice():
    """Not about our code: it shows that threads of these tests do meet."""
    InvoiceSeries.objects.create(name="2026")
    both_have_read = threading.Barrier(2)

    def take() -> int:
        series = InvoiceSeries.objects.get(name="2026")
        both_have_read.wait(timeout=20)
        number = series.next_number
        InvoiceSeries.objects.filter(name="2026").update(next_number=number + 1)
        return number

    assert at_once(take, take) == [1, 1]
