"""Numbers as people write them, for what can be drawn of them."""

from __future__ import annotations

import math
import re

from babel.numbers import NumberFormatError, get_group_symbol, parse_decimal

from masthead.press.dates import locale_of

_APOSTROPHES = "'’"
_SPACES = re.compile(r"[\s\u00a0\u202f]")


def shares(before: str, now: str, language: str) -> tuple[float, float] | None:
    """Return two figures as shares of the larger; None where they cannot be compared.

    Args:
        before: a number as `language` writes it, such as ``1,250`` or ``1 250,5``.
        now: likewise.
        language: a BCP 47 tag.
    """
    # With its region: 1,250 is another number in Mexico than in Madrid.
    locale = locale_of(language)
    if locale is None:
        return None
    # Swiss groups are parted by either apostrophe, and what is called right changes.
    apart = get_group_symbol(locale)
    try:
        first, second = (
            float(parse_decimal(_plain(text, apart), locale=locale, strict=True))
            for text in (before, now)
        )
    except (NumberFormatError, ValueError):
        return None
    largest = max(first, second)
    # A sum owed or a loss has no length.
    if (
        not (math.isfinite(first) and math.isfinite(second))
        or min(first, second) < 0
        or not largest
    ):
        return None
    return first / largest, second / largest


def _plain(text: str, apart: str) -> str:
    text = _SPACES.sub("", text)
    if apart in _APOSTROPHES:
        for sign in _APOSTROPHES:
            text = text.replace(sign, apart)
    return text
