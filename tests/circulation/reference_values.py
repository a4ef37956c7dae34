"""What the second opinion (`reference.py`) keeps: terms, subscriptions, pauses, gifts, copies served."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

LAST_ON_EARTH = timezone(timedelta(hours=-12))


@dataclass(frozen=True)
class Part:
    """What of a price is for one thing: without its tax, the tax, and where that is owed."""

    net: int
    tax: int = 0
    owed_at: str = ""


@dataclass(frozen=True)
class Terms:
    """What an offer says."""

    copies: int
    parts: dict[str, Part]
    months: int = 0
    grace: int = 0
    renews: bool = True
    begins_with_current: bool = False
    guarantee_days: int | None = None
    guarantee_from_first_copy: bool = False
    guarantees_renewals: bool = False
    base: int = 0
    """What it costs without print."""
    extra: int | None = None
    """What print costs on top, where there is a print edition."""
    on_paper: bool = False
    """Whether print is taken, be it that so small a share of it costs nothing."""

    @property
    def price(self) -> int:
        return sum(part.net + part.tax for part in self.parts.values())


@dataclass
class Term:
    """A term and what became of it."""

    terms: Terms
    number: int
    first: int
    opened: datetime
    served: int = 0
    recouped: int = 0
    cancelled: int = 0
    first_copy: datetime | None = None
    graced: int = 0
    begun: datetime | None = None
    follows: bool = False
    days: int = 0
    booked: int = 0
    is_paid_back: bool = False
    went_over: Term | None = None
    """The term whose rest this one took over; what is not print was paid with that."""
    back: Counter[tuple[str, str]] = field(default_factory=Counter)
    """What was promised back, by component and "net" or "tax"."""

    @property
    def left(self) -> int:
        if self.days:
            return 0
        return self.terms.copies - self.served - self.recouped - self.cancelled

    @property
    def used(self) -> int:
        return self.booked if self.days else self.served + self.recouped

    @property
    def of(self) -> int:
        return self.days or self.terms.copies

    def earned(self, component: str, more: int = 0) -> int:
        return self.terms.parts[component].net * (self.used + more) // self.of

    def not_earned(self) -> dict[str, tuple[int, int]]:
        """Net and tax of what was not served, by component."""
        if self.is_paid_back or not (self.left or self.days):
            return dict.fromkeys(self.terms.parts, (0, 0))
        used, of = self.used, self.of
        return {
            name: (part.net - part.net * used // of, part.tax - part.tax * used // of)
            for name, part in self.terms.parts.items()
        }

    def paid_with(self, component: str) -> Term:
        """The term whose payment a component was paid with."""
        return self.went_over if self.went_over and component != "print" else self

    def refundable(self) -> dict[str, tuple[int, int]]:
        """What of it is there still: never more than its payment has not given back."""
        found = {}
        for name, part in self.terms.parts.items():
            paid = self.paid_with(name)
            of = paid.terms.parts[name]
            net, tax = of.net - paid.back[name, "net"], of.tax - paid.back[name, "tax"]
            left = part.net - self.back[name, "net"], part.tax - self.back[name, "tax"]
            found[name] = min(left[0], net), min(left[1], tax)
        return found


@dataclass
class Pause:
    starts: date
    ends: date | None
    asked: datetime
    lifted: datetime | None = None

    def keeps_back(self, day: date, out: datetime) -> bool:
        stood = self.asked <= out and (self.lifted is None or out < self.lifted)
        return stood and self.starts <= day and (self.ends is None or day <= self.ends)

    def lies_on(self, day: date, zone: ZoneInfo) -> bool:
        if self.lifted is not None and self.lifted.astimezone(zone).date() <= day:
            return False
        return self.starts <= day and (self.ends is None or day <= self.ends)


@dataclass
class Subscription:
    number: int
    opened: datetime
    stopped: bool
    reader: int
    payer: int
    next_terms: Terms
    """What a term costs and says that follows; print is added to it."""
    ended: str = ""
    terms: list[Term] = field(default_factory=list)
    added: int = 0
    added_served: int = 0
    grace_owed: int = 0
    pauses: list[Pause] = field(default_factory=list)
    issues: set[int] = field(default_factory=set)

    @property
    def last_issue(self) -> int:
        return max(self.issues, default=0)

    @property
    def left(self) -> int:
        return sum(term.left for term in self.terms)


@dataclass
class Gift:
    """A term that was paid for and waits for its reader."""

    terms: Terms
    donor: int
    reader: int | None = None
    taken: datetime | None = None
    is_back: bool = False
    has_begun: bool = False

    @property
    def waits_in_line(self) -> bool:
        return self.taken is not None and not (self.has_begun or self.is_back)


@dataclass
class Served:
    subscription: int
    issue: int
    kind: str
    copies: int
    term: int | None


def later(day: date, months: int) -> date:
    """The same day so many months on, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
