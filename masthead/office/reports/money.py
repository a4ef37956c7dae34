"""Money by the month, straight from the books: owed, earned, come in, gone out, promised back."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, Sum
from django.db.models.functions import TruncMonth

from masthead.office.reports import months
from masthead.payments import journal
from masthead.payments.models import Posting

AT_PROVIDERS = "assets:provider:"
DEFERRED = "liabilities:deferred:"
INCOME = "income:"
GIVEN_BACK = "income:given-back:"
DISPUTED = ("dispute", "dispute-won")


@dataclass(frozen=True, slots=True)
class Month:
    """One month of one currency, in minor units.

    ``deferred`` and ``refunds_due`` are what is owed at its end, in copies and in refunds.
    ``earned`` is income by serving, ``given_back`` what of it was promised back. ``came`` and ``went``
    are what moved at providers, ``promised_back`` the refunds that were promised.
    """

    month: date
    deferred: int
    refunds_due: int
    earned: int
    given_back: int
    came: int
    went: int
    promised_back: int


def by_month(last: date, count: int) -> dict[str, list[Month]]:
    """Return so many months up to that of a day, by currency; two queries' worth of the database.

    What happened in a closed period stands in the month in which it was booked, as in the books.
    """
    wanted = months.up_to(last, count)
    sums = _sums()
    return {currency: _of_currency(rows, wanted) for currency, rows in sorted(sums.items())}


Rows = dict[date, Counter[str]]


def _sums() -> dict[str, Rows]:
    """Return the sums of each month since the books began, by currency and what they are."""
    found: dict[str, Rows] = defaultdict(lambda: defaultdict(Counter))
    rows = (
        Posting.objects.order_by()
        .annotate(month=TruncMonth("entry__booked_on"))
        .values_list("month", "account", "currency", "entry__kind")
        .annotate(
            debits=Sum("minor", filter=Q(minor__gt=0)), credits=Sum("minor", filter=Q(minor__lt=0))
        )
    )
    for month, account, currency, kind, debits, credits in rows:
        came, went = debits or 0, -(credits or 0)
        sums = found[currency][month]
        if account.startswith(AT_PROVIDERS):
            sums["came"] += came
            sums["went"] += went
        elif account.startswith(DEFERRED):
            sums["deferred"] += went - came
        elif account.startswith(GIVEN_BACK):
            sums["given_back"] += came - went
        elif account.startswith(INCOME):
            sums["earned"] += went - came
        elif account == journal.REFUNDS_DUE:
            sums["refunds_due"] += went - came
            if kind == "refund-due":
                sums["promised_back"] += went - came
    return found


def _of_currency(rows: Rows, wanted: list[date]) -> list[Month]:
    owed: Counter[str] = Counter()
    for month in sorted(rows):
        if month < wanted[0]:
            owed.update({one: rows[month][one] for one in ("deferred", "refunds_due")})
    made = []
    for month in wanted:
        sums = rows.get(month, Counter())
        owed.update({one: sums[one] for one in ("deferred", "refunds_due")})
        made.append(
            Month(
                month=month,
                deferred=owed["deferred"],
                refunds_due=owed["refunds_due"],
                **{
                    one: sums[one]
                    for one in ("earned", "given_back", "came", "went", "promised_back")
                },
            )
        )
    return made
