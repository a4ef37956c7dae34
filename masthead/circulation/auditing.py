"""Whether the books agree with what was sold, served and promised back, added up a second time.

The sums come from the rows by way of the database alone: nothing here asks `standing`, `terms` or
`endings`, which wrote the books.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import F, Max, Sum

from masthead.circulation import single_books
from masthead.circulation.models import (
    AgencyInvoice,
    CreditOrder,
    EarnedTime,
    Order,
    Present,
    Refund,
    SingleCopy,
    Term,
)
from masthead.money import Money
from masthead.payments import journal
from masthead.payments.models import Attempt, Entry, Invoice, InvoiceSeries, Posting

OLD = timedelta(days=3)
"""Money that came in and is for nothing yet is looked into then."""

SERVED_OF_TERMS = """
SELECT t.id, t.copies, t.currency, t.parts,
  (SELECT COALESCE(SUM(s.copies), 0) FROM circulation_servicerecord s WHERE s.term_id = t.id),
  (SELECT COALESCE(SUM(d.copies), 0) FROM circulation_deduction d
     WHERE d.term_id = t.id AND d.kind = 'recouped'),
  (SELECT COUNT(*) FROM circulation_deduction d
     WHERE d.term_id = t.id AND d.kind <> 'recouped')
FROM circulation_term t
"""


def complaints(at: datetime) -> list[str]:
    """Return what does not agree, a sentence each; nothing if everything does.

    Args:
        at: the moment, timezone-aware; decides what is old.
    """
    looks: list[Callable[[datetime], Iterator[str]]] = [
        _entries,
        _deferred,
        _refunds_due,
        _received,
        _owed,
        _invoices,
    ]
    return [said for look in looks for said in look(at)]


def counts() -> dict[str, int]:
    """Return how many rows the answer stands on, by what they are."""
    return {
        "entries": Entry.objects.count(),
        "postings": Posting.objects.count(),
        "terms": Term.objects.count(),
        "invoices": Invoice.objects.count(),
    }


def _entries(at: datetime) -> Iterator[str]:
    uneven = (
        Posting.objects.order_by()
        .values("entry__key", "currency")
        .annotate(sum=Sum("minor"))
        .exclude(sum=0)
    )
    for row in uneven:
        money = Money(row["sum"], row["currency"])
        yield f"The entry {row['entry__key']} comes to {money}, not to nought."


def _deferred(at: datetime) -> Iterator[str]:
    expected: Counter[tuple[str, str]] = Counter()
    earned_by_time = _earned_times()
    with connection.cursor() as cursor:
        cursor.execute(SERVED_OF_TERMS)
        for key, copies, currency, kept, served, recouped, others in cursor.fetchall():
            parts: list[dict[str, Any]] = json.loads(kept) if isinstance(kept, str) else kept
            for part in parts:
                net = part["minor"] - part["tax"]
                if others:
                    left = 0
                elif copies:
                    left = net - net * min(served + recouped, copies) // copies
                else:
                    left = net - earned_by_time.get(key, {}).get(part["component"], 0)
                expected[journal.deferred(part["component"]), currency] -= left
    # Gifts that are paid for and have not begun are owed as a whole.
    for kept, currency in Present.objects.owed().values_list("order__parts", "order__currency"):
        for part in kept:
            net = part["minor"] - part["tax"]
            expected[journal.deferred(part["component"]), currency] -= net
    # Single copies that are not with the post yet have accounts of their own.
    for kept, currency in SingleCopy.objects.owed().values_list("parts", "currency"):
        for part in kept:
            account = journal.deferred(single_books.account(part["component"]))
            expected[account, currency] -= part["minor"] - part["tax"]
    booked = {
        where: minor
        for where, minor in journal.balances().items()
        if where[0].startswith("liabilities:deferred:")
    }
    yield from _compared(booked, expected, "what was sold and not served")


def _earned_times() -> dict[int, dict[str, int]]:
    # Each row says what was earned from the beginning; the last one stands.
    rows = EarnedTime.objects.order_by("through").values_list("term", "earned")
    return dict(rows)


def _refunds_due(at: datetime) -> Iterator[str]:
    expected: Counter[tuple[str, str]] = Counter()
    # What the payer's bank has given back by itself is not owed any more.
    promised = Refund.objects.exclude(attempt__state=Attempt.State.DROPPED).order_by()
    for currency, minor in promised.values_list("currency").annotate(Sum("minor")):
        expected[journal.REFUNDS_DUE, currency] -= minor
    returned = SingleCopy.objects.exclude(returned_at=None).order_by()
    returned = returned.exclude(refund__state=Attempt.State.DROPPED)
    for currency, minor in returned.values_list("currency").annotate(Sum("minor")):
        expected[journal.REFUNDS_DUE, currency] -= minor
    gone = Attempt.objects.filter(kind=Attempt.Kind.REFUND, state=Attempt.State.SUCCEEDED)
    for currency, minor in gone.order_by().values_list("currency").annotate(Sum("minor")):
        expected[journal.REFUNDS_DUE, currency] += minor
    booked = {
        where: minor
        for where, minor in journal.balances().items()
        if where[0] == journal.REFUNDS_DUE
    }
    yield from _compared(booked, expected, "what was promised back and has not gone out")


def _received(at: datetime) -> Iterator[str]:
    opened = {f"order:{key}" for key in Term.objects.values_list("order__key", flat=True)}
    gifts = Present.objects.exclude(paid_at=None)
    opened.update(f"order:{key}" for key in gifts.values_list("order__key", flat=True))
    singles = SingleCopy.objects.exclude(paid_at=None)
    opened.update(f"single:{key}" for key in singles.values_list("key", flat=True))
    agencies = AgencyInvoice.objects.values_list("key", flat=True)
    opened.update(f"agency:{key}" for key in agencies)
    # What was begun on credit and ended unpaid takes no money any more.
    over = CreditOrder.objects.exclude(billing__in=["owed", "paid"])
    opened -= {f"order:{key}" for key in over.values_list("order__key", flat=True)}
    cancelled = {one.reference for one in Order.objects.exclude(cancelled_at=None)}
    cancelled.update(one.reference for one in SingleCopy.objects.exclude(given_up_at=None))
    paid = Attempt.objects.filter(kind=Attempt.Kind.CHARGE, state=Attempt.State.SUCCEEDED)
    seen: set[str] = set()
    for charge in paid.filter(settled_at__lte=at - OLD).order_by("settled_at", "pk"):
        is_second = charge.reference in seen
        seen.add(charge.reference)
        if charge.reference in opened and not is_second:
            continue
        back = charge.refunds.filter(state=Attempt.State.SUCCEEDED).aggregate(sum=Sum("minor"))
        if (back["sum"] or 0) < charge.minor:
            why = "was cancelled" if charge.reference in cancelled else "has no term for it"
            yield f"{charge.money} came in for {charge.reference}, which {why}: give it back."


def _owed(at: datetime) -> Iterator[str]:
    expected: Counter[tuple[str, str]] = Counter()
    owed = CreditOrder.objects.filter(billing="owed").order_by()
    for currency, minor in owed.values_list("order__currency").annotate(Sum("order__minor")):
        expected[journal.RECEIVABLE, currency] += minor
    booked = {
        where: minor
        for where, minor in journal.balances().items()
        if where[0] == journal.RECEIVABLE
    }
    yield from _compared(booked, expected, "what was ordered on credit and is owed")


def _invoices(at: datetime) -> Iterator[str]:
    last = Invoice.objects.order_by().values("series").annotate(last=Max("number"))
    highest = {row["series"]: row["last"] for row in last}
    for series in InvoiceSeries.objects.all():
        count = series.invoices.count()
        if not count == highest.get(series.name, 0) == series.next_number - 1:
            yield f"The numbers of invoices in {series} have a gap."
    # Terms from before there were invoices have none, and their refunds no credit note.
    invoiced = Invoice.objects.filter(kind=Invoice.Kind.INVOICE)
    keys = [one.partition(":")[2] for one in invoiced.values_list("occasion", flat=True)]
    of_terms = Term.objects.filter(key__in=keys).aggregate(sum=Sum("order__minor"))["sum"] or 0
    of_terms += Present.objects.owed().aggregate(sum=Sum("order__minor"))["sum"] or 0
    of_terms += SingleCopy.objects.exclude(paid_at=None).aggregate(sum=Sum("minor"))["sum"] or 0
    of_terms += AgencyInvoice.objects.filter(key__in=keys).aggregate(sum=Sum("minor"))["sum"] or 0
    of_invoices = invoiced.aggregate(sum=Sum("minor"))["sum"] or 0
    if of_terms != of_invoices:
        yield "Invoices come to another sum than what was paid for what they are of."
    uneven = Invoice.objects.filter(kind=Invoice.Kind.CREDIT_NOTE).exclude(
        corrects__currency=F("currency")
    )
    for note in uneven:
        yield f"The credit note {note} is in another currency than its invoice."


def _compared(
    booked: dict[tuple[str, str], int], expected: Counter[tuple[str, str]], what: str
) -> Iterator[str]:
    for where in sorted({*booked, *expected}):
        account, currency = where
        if booked.get(where, 0) != expected[where]:
            yield (
                f"{account} is {Money(booked.get(where, 0), currency)} in the books; "
                f"{what} comes to {Money(expected[where], currency)}."
            )
