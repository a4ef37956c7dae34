"""What payments holds about a person, for export and erasure.

Invoices and movements of money are kept for as long as the law of books asks; ways to pay are
forgotten.
"""

from __future__ import annotations

from datetime import datetime

from masthead.payments.models import Attempt, BankLine, Invoice, Method
from masthead.people import personal_data
from masthead.people.models import User
from masthead.people.personal_data import Rows


def register() -> None:
    """Enter all of it."""
    personal_data.register("payments", gather=_attempts, erase=_keep)
    personal_data.register("ways-to-pay", gather=_methods, erase=_forget_methods)
    personal_data.register("invoices", gather=_invoices, erase=_keep)
    personal_data.register("bank-transfers", gather=_bank_lines, erase=_forget_words)


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
    """Take them out of use, and forget what they were called.

    The name of the customer there stays until the provider has been told to forget them, too
    (`methods.forget_the_erased()`).
    """
    Method.objects.filter(payer=user).update(label="")
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


def _bank_lines(user: User) -> Rows:
    return [
        {
            "booked_on": line.booked_on,
            "amount": str(line.money),
            "from": line.sender,
            "words": line.text,
        }
        for line in BankLine.objects.filter(attempt__payer=user)
    ]


def _forget_words(user: User, at: datetime) -> None:
    """Keep day and amount, and forget who sent it with which words."""
    BankLine.objects.filter(attempt__payer=user).update(sender="", text="")


def _keep(user: User, at: datetime) -> None:
    """Keep them: the law of books stands before that of erasure (GDPR, art. 17(3)(b))."""
