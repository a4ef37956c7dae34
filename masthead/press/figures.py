"""Numbers as people write them, for what can be drawn of them."""

from __future__ import annotations

import re

from babel import Locale, UnknownLocaleError
from babel.numbers import NumberFormatError, parse_decimal

_SPACES = re.compile(r"[\s\u00a0\u202f]")


def shares(before: str, now: str, language: str) -> tuple[float, float] | None:
    """Return two figures as shares of the larger; None where they cannot be compared.

    Args:
        before: a number as `language` writes it, such as ``1,250`` or ``1 250,5``.
        now: likewise.
        language: a BCP 47 tag.
    """
    try:
        locale = Locale.parse(language.partition("-")[0])
        first, second = (
            float(parse_decimal(_SPACES.sub("", text), locale=locale, strict=True))
            for text in (before, now)
        )
    except (NumberFormatError, UnknownLocaleError, ValueError):
        return None
    largest = max(first, second)
    # A sum owed or a loss has no length.
    if min(first, second) < 0 or not 0 < largest < float("inf"):
        return None
    return first / largest, second / largest
