"""Amounts of money: whole minor units and an ISO 4217 currency."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from decimal import Decimal

from babel import UnknownLocaleError
from babel.core import Locale
from babel.numbers import format_currency, is_currency

# ISO 4217, table A.1, column "minor unit"; all others have two. What the CLDR says is how people
# write prices, and changes: to Babel a forint had two digits, and has none from 2.19 on. Amounts
# that are in the books must never change what they mean. The fifths of an ariary are no decimals.
DIGITS = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "UGX", "UYI", "VND",
         "VUV", "XAF", "XOF", "XPF"), 0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}  # fmt: skip


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """So many cents (or yen, or fils) of one currency; amounts are never fractions."""

    minor: int
    currency: str

    def __add__(self, other: Money) -> Money:
        """Return the sum; of one currency only."""
        return Money(self.minor + self._of_same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        """Return the difference; of one currency only."""
        return Money(self.minor - self._of_same(other), self.currency)

    def __neg__(self) -> Money:
        """Return the same amount, owed the other way."""
        return Money(-self.minor, self.currency)

    def __bool__(self) -> bool:
        """Say whether it is anything at all."""
        return self.minor != 0

    def _of_same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not add up.")
        return other.minor

    @property
    def amount(self) -> Decimal:
        """The amount in the currency's own unit: 12.50 for 1250 cents, 1250 for 1250 yen."""
        digits = minor_digits(self.currency)
        return Decimal(self.minor).scaleb(-digits)

    def in_words_of(self, language: str) -> str:
        """Return it as people write it in a language, such as “€12.50” or “12,50 €”."""
        try:
            locale = Locale.parse(language, sep="-")
        except (UnknownLocaleError, ValueError):
            locale = Locale("en")
        pattern = copy(locale.currency_formats["standard"])
        # With our digits: a library’s are those of its day, and would round.
        pattern.frac_prec = (minor_digits(self.currency),) * 2
        return format_currency(
            self.amount, self.currency, pattern, locale=locale, currency_digits=False
        )

    def __str__(self) -> str:
        """Return it as bookkeepers write it: 12.50 EUR."""
        return f"{self.amount} {self.currency}"


def minor_digits(currency: str) -> int:
    """Return how many digits a currency's minor unit has: EUR 2, JPY 0, KWD 3 (ISO 4217)."""
    return DIGITS.get(currency, 2)


def is_known(currency: str) -> bool:
    """Say whether there is such a currency, by its three capital letters."""
    return len(currency) == 3 and currency.isupper() and is_currency(currency)


def shared_out(minor: int, weights: Sequence[int]) -> list[int]:
    """Return an amount in whole parts, as near to the weights as can be, that add up to it.

    What is left over after rounding down goes to the parts that lost most, the first of them
    where two lost the same.

    Raises:
        ValueError: there are no weights above nought to go by.
    """
    whole = sum(weights)
    if whole <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("Shares have to be above nought.")
    sign = -1 if minor < 0 else 1
    parts = [abs(minor) * weight // whole for weight in weights]
    lost = [abs(minor) * weight % whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda one: -lost[one])
    for one in order[: abs(minor) - sum(parts)]:
        parts[one] += 1
    return [sign * part for part in parts]


def tax_within(minor: int, basis_points: int) -> int:
    """Return the tax that an amount contains, at a rate in hundredths of a per cent.

    Rounded to the nearest whole minor unit, halves to even, so that many small amounts do not
    drift.
    """
    return half_even(minor * basis_points, 10_000 + basis_points)


def half_even(numerator: int, denominator: int) -> int:
    """Return a fraction as the nearest whole number; of two as near, the even one."""
    whole, rest = divmod(numerator, denominator)
    if rest * 2 > denominator or (rest * 2 == denominator and whole % 2):
        return whole + 1
    return whole
