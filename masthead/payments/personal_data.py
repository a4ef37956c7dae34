"""What payments holds about a person, for export and erasure.

Invoices and movements of money are kept for as long as the law of books asks; ways to pay are
forgotten.
"""

from __future__ import annotations

from datetime import datetime

from masthead.payments.models import Attempt, Invoice, Method
from masthead.people import personal_data
from masthead.people.models import User
from masthead.people.personal_data import Rows


def register() -> None:
    """Enter all of it."""
    personal_data.register("payments", gather=_attempts, erase=_keep)
    personal_data.register("ways-to-pay", gather=_methods, erase=_forget_methods)
    personal_data.register("invoices", gather=_invoices, erase=_keep)


def _attempts(user: User) -> Rows:
    return [
        {
            "kind": attempt.kind,
            "amount": str(attempt.money),
            "state": attempt.state,
            "paid_by": attempt.provider,
            "at": attempt.created_at,
        }
        for attempt in Attempt.objects.filter(payer=user)
    ]


def _methods(user: User) -> Rows:
    return [
        {"called": method.label, "provider": method.provider, "added_at": method.added_at}
        for method in Method.objects.filter(payer=user)
    ]


def _forget_methods(user: User, at: datetime) -> None:
    """Take them out of use, and forget what they were called."""
    Method.objects.filter(payer=user).update(label="", customer_ref="")
    Method.objects.filter(payer=user, gone_at=None).update(gone_at=at)


def _invoices(user: User) -> Rows:
    return [
        {
            "number": invoice.printed_number,
            "kind": invoice.kind,
            "amount": str(invoice.money),
            "issued_on": invoice.issued_on,
        }
        for invoice in Invoice.objects.filter(payer=user)
    ]


def _keep(user: User, at: datetime) -> None:
    """Keep them: the law of books stands before that of erasure (GDPR, art. 17(3)(b))."""
