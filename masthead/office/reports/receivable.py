"""Receivables: what is invoiced and not paid, by how long ago it was invoiced, straight from the books."""

from __future__ import annotations

from datetime import date

from django.db.models import Min, Sum
from django.db.models.functions import Right
from django.utils.translation import gettext as _

from masthead.payments import journal
from masthead.payments.models import Posting

BANDS = (30, 60, 90)
"""Up to how many days ago something was invoiced that stands in a band; what is older, in the last."""

KEY = 36
"""Letters of the key that every entry about one debt ends with: the term that is owed for."""


def by_age(on: date) -> dict[str, tuple[int, ...]]:
    """Return what is receivable on a day by currency, in minor units: a sum for each band; one query.

    A debt is as old as its first entry, whatever was booked about it since.
    """
    debts = (
        Posting.objects.filter(account=journal.RECEIVABLE, entry__booked_on__lte=on)
        .order_by()
        .annotate(debt=Right("entry__key", KEY))
        .values_list("debt", "currency")
        .annotate(sum=Sum("minor"), since=Min("entry__booked_on"))
        .exclude(sum=0)
    )
    found: dict[str, list[int]] = {}
    for _debt, currency, minor, since in debts:
        band = sum((on - since).days > days for days in BANDS)
        found.setdefault(currency, [0] * (len(BANDS) + 1))[band] += minor
    return {currency: tuple(sums) for currency, sums in sorted(found.items())}


def names() -> tuple[str, ...]:
    """Return what the bands are called."""
    before = (0, *BANDS[:-1])
    named = [
        _("%(from)d to %(to)d days") % {"from": start + 1 if start else 0, "to": end}
        for start, end in zip(before, BANDS, strict=True)
    ]
    return (*named, _("more than %(days)d days") % {"days": BANDS[-1]})
