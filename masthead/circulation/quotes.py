"""What an offer costs somebody: one sum, split into what it is for and the taxes in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from masthead.circulation.deals import Component, Deal, Part
from masthead.money import Money, half_even, shared_out, tax_within


@dataclass(frozen=True, slots=True)
class Rate:
    """A tax on one component: hundredths of a per cent, its name and its account."""

    basis_points: int
    name: str
    account: str


@dataclass(frozen=True, slots=True)
class Quote:
    """A price: ``before`` is what it costs without introduction and discount."""

    money: Money
    before: Money
    parts: tuple[Part, ...]

    @property
    def tax(self) -> Money:
        """The taxes that it contains."""
        return Money(sum(part.tax for part in self.parts), self.money.currency)


class NotSold(Exception):
    """The offer has no price in that currency, or no print edition for it."""


def quote(
    deal: Deal,
    currency: str,
    *,
    with_print: bool = False,
    is_first: bool = True,
    thousandths_off: int = 0,
    rates: Mapping[str, Rate] | None = None,
) -> Quote:
    """Return what a term of an offer costs.

    Args:
        deal: as published.
        currency: that it is paid in.
        with_print: whether the print edition is taken, where it is a choice.
        is_first: whether it is the first term, which may have a price of its own.
        thousandths_off: a discount on all of it.
        rates: taxes by component; none where the map says nothing.

    Raises:
        NotSold: see the class.
    """
    price = deal.price_in(currency)
    if price is None:
        raise NotSold(f"“{deal.name}” is not sold in {currency}.")
    extra = 0
    if with_print and not deal.print_is_included:
        if price.print_extra is None:
            raise NotSold(f"“{deal.name}” has no print edition in {currency}.")
        extra = price.print_extra
    introductory = is_first and price.introductory is not None
    base = price.introductory if introductory and price.introductory is not None else price.minor
    shares = {share.component: share.weight for share in deal.shares}
    grosses: dict[Component, int] = dict(
        zip(shares, shared_out(_less(base, thousandths_off), list(shares.values())), strict=True)
    )
    if extra:
        grosses["print"] = grosses.get("print", 0) + _less(extra, thousandths_off)
    parts = tuple(part(one, minor, (rates or {}).get(one)) for one, minor in grosses.items())
    return Quote(
        money=Money(sum(part.minor for part in parts), currency),
        before=Money(price.minor + extra, currency),
        parts=parts,
    )


def _less(minor: int, thousandths: int) -> int:
    return minor - half_even(minor * thousandths, 1000)


def part(component: Component, minor: int, rate: Rate | None) -> Part:
    """Return one component of a price, with the tax that it contains."""
    if rate is None or not rate.basis_points:
        return Part(component, minor)
    tax = tax_within(minor, rate.basis_points)
    return Part(component, minor, tax, rate.account, rate.basis_points, rate.name)
