"""Which tax is in a price: by country, kind of thing and day, as the publisher entered it."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from masthead.payments import journal
from masthead.payments.models import TaxRate


def rates_in(country: str, region: str, day: date) -> dict[str, TaxRate]:
    """Return the rates of a country on a day, by kind; a region's own before its country's.

    Where nothing is entered for a kind there is no tax on it.
    """
    found: dict[str, TaxRate] = {}
    rows = TaxRate.objects.filter(
        Q(region="") | Q(region=region), country=country, from_on__lte=day
    )
    # Later days and named regions come last, and stand.
    for rate in rows.order_by("region", "from_on"):
        found[rate.kind] = rate
    return found


def account_of(rate: TaxRate) -> str:
    """Return the account on which a tax is owed."""
    return journal.tax(str(rate.country), rate.name.lower().replace(":", " "))
