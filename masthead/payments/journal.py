"""The books: double entry, in whole minor units, written once.

    journal.post("charge:7f…", [debit("assets:provider:stripe", money), credit(…)], …)

An entry is known by what happened. Posting the same thing again changes nothing; posting
something else under the same name is an error. The names of accounts are those of plain-text
accounting (assets, liabilities, income, expenses), so that another program can add them up again.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max, Sum
from django.utils.translation import gettext as _

from masthead.money import Money
from masthead.payments.models import ClosedPeriod, Entry, Posting

ROOTS = ("assets", "liabilities", "income", "expenses", "equity")

RECEIVED = "liabilities:received"
"""Money that came in and has not been turned into what it was paid for."""

REFUNDS_DUE = "liabilities:refunds-due"
"""Money promised back that has not gone out yet."""

ROUNDING = "expenses:rounding"
FEES = "expenses:fees"
CHARGEBACKS = "expenses:chargebacks"
BAD_DEBT = "expenses:bad-debt"
RECEIVABLE = "assets:receivable"


def provider_account(provider: str) -> str:
    """Return the account of the money that lies with a provider."""
    return f"assets:provider:{provider}"


def deferred(component: str) -> str:
    """Return the account of money received for what is not delivered yet."""
    return f"liabilities:deferred:{component}"


def income(component: str) -> str:
    """Return the account of money earned by delivering."""
    return f"income:{component}"


def earned(component: str, money: Money) -> list[Line]:
    """Return the lines by which money received for a component is earned by delivering it."""
    return [debit(deferred(component), money), credit(income(component), money)]


def given_back(component: str) -> str:
    """Return the account, against income, of money given back for what was delivered."""
    return f"income:given-back:{component}"


def given_up(component: str) -> str:
    """Return the account of money kept for copies that nobody is there to have."""
    return f"income:given-up:{component}"


def tax(country: str, name: str) -> str:
    """Return the account of a tax owed to a country."""
    return f"liabilities:tax:{country}:{name}"


@dataclass(frozen=True, slots=True)
class Line:
    """One posting to be: debits above nought, credits below."""

    account: str
    money: Money


class NotBalanced(Exception):
    """The lines of an entry do not add up to nought in every currency."""


class AnotherEntry(Exception):
    """Something else is booked under that key already."""


class CannotClose(Exception):
    """The day is not over, or lies before what is closed. Fit to show to staff."""


def debit(account: str, money: Money) -> Line:
    """Return a line that adds to an asset or expense, or takes from what is owed or earned."""
    return Line(account, money)


def credit(account: str, money: Money) -> Line:
    """Return a line that adds to what is owed or earned, or takes from an asset."""
    return Line(account, -money)


@transaction.atomic
def post(
    key: str,
    lines: Iterable[Line],
    *,
    kind: str,
    at: datetime,
    memo: str = "",
    by: Any = None,
) -> Entry:
    """Write an entry down, or return it where it is written down already.

    Args:
        key: what happened, in the words of business; see `payments.models.Entry`.
        lines: what moves; lines of nought are left out, and several for one account are one.
        kind: what sort of thing, for lists.
        at: the moment it happened, timezone-aware.
        memo: a line for who reads the books.
        by: the member of staff who did it, if one did.

    Raises:
        NotBalanced: see the class.
        AnotherEntry: the key is taken by other lines.
        ValueError: an account has no name that books know, or there is nothing to book.
    """
    wanted = _gathered(lines)
    there = Entry.objects.filter(key=key).first()
    if there is None:
        number = uuid.uuid4()
        try:
            with transaction.atomic():
                Posting.objects.bulk_create(
                    Posting(entry_id=number, account=account, minor=minor, currency=currency)
                    for (account, currency), minor in sorted(wanted.items())
                )
                return Entry.objects.create(
                    id=number,
                    key=key,
                    kind=kind,
                    memo=memo,
                    at=at,
                    booked_on=_day_in_the_books(at),
                    by=by,
                )
        except IntegrityError:
            # Somebody else booked it in the same moment; or it is wrong, and that is raised.
            there = Entry.objects.filter(key=key).first()
            if there is None:
                raise
    booked = {(line.account, line.currency): line.minor for line in there.postings.all()}
    if booked != wanted:
        raise AnotherEntry(f"“{key}” is booked already, with other amounts.")
    return there


def is_booked(key: str) -> bool:
    """Say whether something has been written down."""
    return Entry.objects.filter(key=key).exists()


def balance(account: str, currency: str) -> Money:
    """Return what an account and those beneath it come to: debits less credits."""
    found = (
        (
            Posting.objects.filter(account=account)
            | Posting.objects.filter(account__startswith=f"{account}:")
        )
        .filter(currency=currency)
        .aggregate(sum=Sum("minor"))
    )
    return Money(found["sum"] or 0, currency)


def balances() -> dict[tuple[str, str], int]:
    """Return what every account comes to, by account and currency; none of nought."""
    rows = Posting.objects.order_by().values_list("account", "currency").annotate(sum=Sum("minor"))
    return {(account, currency): total for account, currency, total in rows if total}


@transaction.atomic
def close(through: date, *, at: datetime, by: Any = None) -> ClosedPeriod:
    """Close the books up to a day: what comes to light later is booked after it.

    Raises:
        CannotClose: see the class.
    """
    if through >= day(at):
        raise CannotClose(_("Close a day once it is over."))
    last = _closed_through()
    if last is not None and through <= last:
        raise CannotClose(_("The books are closed up to %(day)s already.") % {"day": last})
    return ClosedPeriod.objects.create(through=through, closed_at=at, closed_by=by)


def _gathered(lines: Iterable[Line]) -> dict[tuple[str, str], int]:
    sums: Counter[tuple[str, str]] = Counter()
    for line in lines:
        if line.account.partition(":")[0] not in ROOTS:
            raise ValueError(f"“{line.account}” is no account: they begin with one of {ROOTS}.")
        sums[line.account, line.money.currency] += line.money.minor
    wanted = {where: minor for where, minor in sums.items() if minor}
    if not wanted:
        raise ValueError("There is nothing to book.")
    for currency in {currency for _account, currency in wanted}:
        if left := sum(minor for (_, one), minor in wanted.items() if one == currency):
            raise NotBalanced(f"The lines come to {left} {currency}; they have to come to 0.")
    return wanted


def day(moment: datetime) -> date:
    """Return the day of a moment in the books: where the magazine counts its days."""
    return moment.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def _day_in_the_books(at: datetime) -> date:
    today, closed = day(at), _closed_through()
    return today if closed is None or today > closed else closed + timedelta(days=1)


def _closed_through() -> date | None:
    last: date | None = ClosedPeriod.objects.aggregate(last=Max("through"))["last"]
    return last
