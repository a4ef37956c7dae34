"""What an offer says, as plain values: price, copies, parts, promises.

A `Deal` is frozen when its offer is published (`models.OfferVersion`), and a term keeps the one
it was sold under for ever. Everything that is shown or charged comes from here; nothing is typed
twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from masthead.money import Money

Component = Literal["print", "digital", "audio"]
Basis = Literal["copies", "period"]
Start = Literal["current", "next"]
COMPONENTS: tuple[Component, ...] = ("print", "digital", "audio")


@dataclass(frozen=True, slots=True)
class Price:
    """What it costs in one currency, in minor units, tax included.

    ``introductory`` stands in for ``minor`` in somebody's first term. ``print_extra`` is what the
    print edition costs on top, None where there is none to be had in this currency; with
    `Deal.print_is_included` it is part of the price.
    """

    currency: str
    minor: int
    introductory: int | None = None
    print_extra: int | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """How much of the price is for one component, against the others."""

    component: Component
    weight: int


@dataclass(frozen=True, slots=True)
class Promised:
    """One line of an offer that a machine can check; see `circulation.promises`.

    Announced with a day, it is shown before and counts from that day on.
    """

    kind: str
    spec: Mapping[str, Any]
    starts_on: date | None = None

    def counts(self, day: date) -> bool:
        """Say whether it is kept on that day, or only announced."""
        return self.starts_on is None or self.starts_on <= day


@dataclass(frozen=True, slots=True)
class Deal:
    """An offer as it was published.

    ``copies`` are sold where the basis is copies, ``months`` where it is a period. ``renews``
    says whether it goes on until stopped: the next term is charged when ``renew_at`` copies (of
    a period: weeks) are left, ``notice_days`` after the reader was reminded. ``grace_copies`` are
    served after the last one while a renewal is on its way. ``price_may_change`` says whether
    readers agree, as they order, that renewals may cost something else after a letter.

    Where ``credit_copies`` is above nought it may be paid later, in ``credit_countries``: so many
    copies are served before the money, and the invoice gives ``credit_days`` to pay.
    """

    name: str
    pitch: str
    basis: Basis
    copies: int
    months: int
    prices: tuple[Price, ...]
    shares: tuple[Share, ...]
    promises: tuple[Promised, ...]
    starts: Start = "next"
    renews: bool = True
    renew_at: int = 2
    notice_days: int = 14
    grace_copies: int = 0
    print_is_included: bool = False
    price_may_change: bool = False
    credit_copies: int = 0
    credit_days: int = 0
    credit_countries: tuple[str, ...] = ()

    @property
    def pays_later(self) -> bool:
        """Whether it may begin before it is paid."""
        return self.credit_copies > 0

    def price_in(self, currency: str) -> Price | None:
        """Return what it costs in a currency, None if it is not sold in that."""
        return next((one for one in self.prices if one.currency == currency), None)

    def promised(self, kind: str) -> Promised | None:
        """Return its promise of a kind, None if it makes none."""
        return next((one for one in self.promises if one.kind == kind), None)

    def keeps(self, kind: str, day: date) -> bool:
        """Say whether it promises that, from that day or before."""
        promise = self.promised(kind)
        return promise is not None and promise.counts(day)

    def offers_print(self, currency: str) -> bool:
        """Say whether the print edition comes with it, or can be had for more."""
        price = self.price_in(currency)
        return self.print_is_included or (price is not None and price.print_extra is not None)

    def to_json(self) -> dict[str, Any]:
        """Return it as it is kept."""
        kept = asdict(self)
        for promise in kept["promises"]:
            day = promise["starts_on"]
            promise["starts_on"] = day.isoformat() if day else None
            promise["spec"] = dict(promise["spec"])
        return kept

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Deal:
        """Return it from how it is kept; raises TypeError or KeyError for anything else."""
        return cls(
            **{
                **kept,
                "prices": tuple(Price(**one) for one in kept["prices"]),
                "shares": tuple(Share(**one) for one in kept["shares"]),
                # Offers from before there was credit say nothing about it.
                "credit_countries": tuple(kept.get("credit_countries", ())),
                "promises": tuple(
                    Promised(
                        one["kind"],
                        one["spec"],
                        date.fromisoformat(one["starts_on"]) if one["starts_on"] else None,
                    )
                    for one in kept["promises"]
                ),
            }
        )


@dataclass(frozen=True, slots=True)
class Part:
    """One component of what was sold: what was paid for it, and the tax that contains.

    Of ``copies`` copies served one after the other, the parts earned always add up to the whole:
    what is earned after k of n is rounded down from the sum, never copy by copy.
    """

    component: Component
    minor: int
    tax: int = 0
    tax_account: str = ""
    rate: int = 0
    rate_name: str = ""

    @property
    def net(self) -> int:
        """What is left of it after tax."""
        return self.minor - self.tax

    def earned(self, served: int, of: int) -> int:
        """Return what is earned of the net after so many of so many copies."""
        return self.net if served >= of else self.net * served // of

    def tax_on(self, served: int, of: int) -> int:
        """Return the tax on what is earned after so many of so many copies."""
        return self.tax if served >= of else self.tax * served // of

    def gross(self, served: int, of: int) -> int:
        """Return what was paid for so many of so many copies."""
        return self.earned(served, of) + self.tax_on(served, of)


def parts_from_json(kept: list[dict[str, Any]]) -> tuple[Part, ...]:
    """Return the parts of a term or an order as they are kept there."""
    return tuple(Part(**one) for one in kept)


def parts_to_json(parts: tuple[Part, ...]) -> list[dict[str, Any]]:
    """Return parts as they are kept."""
    return [asdict(part) for part in parts]


def total(parts: tuple[Part, ...], currency: str) -> Money:
    """Return what all of them cost, tax included."""
    return Money(sum(part.minor for part in parts), currency)
