"""What somebody may read is a function of facts: not of the order in which they were heard (15)."""

from __future__ import annotations

import itertools
import uuid
from datetime import timedelta

import pytest
from django.db import transaction

from masthead.circulation import earning, endings, orders, readings, serving
from masthead.circulation.deals import Price
from masthead.circulation.models import Order
from masthead.editorial.models import Issue
from masthead.payments import attempts
from tests.factories import circulation as make
from tests.factories import editorial
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
MOMENTS = tuple(THEN + days * DAY for days in (0, 1, 5, 29, 31, 40, 62, 90))


@pytest.fixture
def title():
    return editorial.magazine()


def placed(version, reader):
    asked = {"currency": "EUR", "country": "DE", "provider": "test", "agreed_to": "Renews."}
    return orders.place(version, reader, request=uuid.uuid4(), at=THEN, **asked)[1]


def renewal(version, reader, subscription):
    last = subscription.terms.get()
    of = last.order
    order = Order.objects.create(
        kind="renewal", version=version, payer=reader, reader=reader, subscription=subscription,
        renews=last, minor=of.minor, currency="EUR", parts=of.parts, country="DE",
        provider="test", agreed_to="Renews.", request=uuid.uuid4(), ordered_at=THEN,
    )  # fmt: skip
    return attempts.charge(order.reference, order.money, provider="test", payer=reader, at=THEN)


def out(title, at) -> Issue:
    issue = editorial.issue(title)
    Issue.objects.filter(pk=issue.pk).update(state="on_sale", live=True, on_sale_at=at)
    issue.refresh_from_db()
    return issue


def windows(readers) -> list:
    """Return what each reads at each moment, without what only names a row."""
    return [
        sorted((one.title, one.starts_at, one.issues) for one in readings.of(reader, at))
        for reader in readers
        for at in MOMENTS
    ]


def test_any_order_and_any_number_of_times_gives_the_same_windows(title):
    copies = make.version(title, make.deal(copies=2))
    month = make.version(
        title, make.deal(basis="period", copies=0, months=1, prices=(Price("EUR", 900),))
    )
    ada, bea, cay = make.reader(), make.reader(), make.reader()
    first, second = placed(copies, ada), placed(month, bea)
    done = orders.paid(make.pay(placed(month, cay), at=THEN), at=THEN)
    third = renewal(month, cay, done.subscription)
    issue = out(title, THEN + DAY)

    def hear(attempt):
        return lambda: orders.paid(make.pay(attempt, at=THEN), at=THEN)

    acts = [
        hear(first),
        hear(second),
        hear(third),
        lambda: earning.earn(title, at=THEN + 40 * DAY),
    ]
    seen = []
    for order in itertools.permutations(acts):
        with transaction.atomic():
            for act in (*order, *order[:2]):
                act()
            # An issue is run last here, and once more: who reads it does not change by that.
            for _ in range(2):
                serving.serve(issue, at=THEN + DAY)
            seen.append(windows((ada, bea, cay)))
            transaction.set_rollback(True)
    assert len(seen) == 24
    assert all(one == seen[0] for one in seen)
    assert any(seen[0])


def test_windows_never_shrink_but_by_leaving(title):
    version = make.version(title, make.deal(copies=2))
    reader = make.reader()
    found = make.subscription(version, reader=reader, at=THEN)
    before = windows([reader])

    def grows() -> bool:
        nonlocal before
        now = windows([reader])
        kept = all(set(old) <= set(new) for old, new in zip(before, now, strict=True))
        before = now
        return kept

    serving.serve(out(title, THEN + DAY), at=THEN + DAY)
    assert grows()
    orders.paid(make.pay(renewal(version, reader, found), at=THEN), at=THEN)
    assert grows()
    endings.stop(found, at=THEN + DAY)
    assert grows()
    endings.cancel(found, request=uuid.uuid4(), at=THEN + 2 * DAY)
    assert not any(windows([reader]))
