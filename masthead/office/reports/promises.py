"""Promises night by night, from what was seen of each: kept, announced or broken, and since when."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from masthead.circulation.models import Inspection, Offer, OfferVersion, Subscription
from masthead.circulation.promises import kinds
from masthead.circulation.promises.kept import State
from masthead.editorial.models import Title

NIGHTS = 60


@dataclass(slots=True)
class Promise:
    """One kind of promise: how it stood each night, and how it stands now.

    ``since`` is the first of the nights in a row that found what the last one found.
    """

    kind: str
    label: str
    nights: dict[date, State] = field(default_factory=dict)
    words: str = ""
    failures: list[str] = field(default_factory=list)
    looked_at: datetime | None = None

    @property
    def state(self) -> State | None:
        """How the last night found it; None if none looked."""
        return self.nights[max(self.nights)] if self.nights else None

    @property
    def since(self) -> date | None:
        """The first of the nights in a row that found it as it is now."""
        first = None
        for night in sorted(self.nights, reverse=True):
            if self.nights[night] != self.state:
                break
            first = night
        return first


def of(title: Title, *, at: datetime, nights: int = NIGHTS) -> list[Promise]:
    """Return each promise that was looked into, as so many nights found it; two queries."""
    announced = _announced(title)
    found: dict[str, Promise] = {}
    rows = Inspection.objects.filter(title=title, at__gt=at - timedelta(days=nights))
    for seen in rows.order_by("at", "pk"):
        one = found.setdefault(seen.promise, Promise(seen.promise, label(seen.promise)))
        night = title.day(seen.at)
        starts = announced.get(seen.promise)
        state: State = "broken" if seen.failures else "kept"
        if starts is not None and night < starts:
            state = "announced"
        one.nights[night] = state
        one.words, one.failures, one.looked_at = seen.words, seen.failures, seen.at
    order = [kind.name for kind in kinds.every()]
    return sorted(
        found.values(),
        key=lambda one: order.index(one.kind) if one.kind in order else len(order),
    )


def label(kind: str) -> str:
    """Return what a promise is called, or its bare name where nobody keeps it any more."""
    try:
        return str(kinds.named(kind).label)
    except kinds.UnknownKind:
        return kind


def counted(promises: list[Promise]) -> dict[date, dict[str, int]]:
    """Return how many promises each night found in each state."""
    nights: dict[date, dict[str, int]] = defaultdict(
        lambda: {"kept": 0, "announced": 0, "broken": 0}
    )
    for one in promises:
        for night, state in one.nights.items():
            nights[night][state] += 1
    return dict(sorted(nights.items()))


def _announced(title: Title) -> dict[str, date]:
    """Return from which day on promises count that nobody has been promised for at once."""
    sold = OfferVersion.objects.filter(
        terms__subscription__in=Subscription.objects.running().filter(title=title)
    )
    on_sale = OfferVersion.objects.filter(offer__in=Offer.objects.on_sale().filter(title=title))
    starts: dict[str, date | None] = {}
    for version in (sold | on_sale).distinct():
        for promised in version.deal.promises:
            known: Any = starts.get(promised.kind, date.max)
            starts[promised.kind] = (
                None
                if promised.starts_on is None or known is None
                else min(known, promised.starts_on)
            )
    return {kind: day for kind, day in starts.items() if day is not None}


STATES: dict[str, Any] = {
    "kept": lambda: _("Kept"),
    "announced": lambda: _("Announced"),
    "broken": lambda: _("Not kept"),
}
