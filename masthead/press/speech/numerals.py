"""Numbers in words, in some fifty languages."""

from __future__ import annotations

from masthead.press.speech.engines import Unavailable

MOST_FIGURES = 15
"""Longer numbers are said figure by figure."""


def in_words(number: float, language: str = "en", *, ordinal: bool = False) -> str:
    """Return a number in words, without the commas at which an engine would wait.

    Raises:
        NotImplementedError: nobody knows how, in that language.
        OverflowError: it is too large for words.
        Unavailable: what knows is not installed.
    """
    try:
        from num2words import num2words
    except ImportError as missing:
        raise Unavailable(
            "Numbers cannot be read aloud yet. Install what is missing: pip install 'masthead[voice]'"
        ) from missing
    to = "ordinal" if ordinal else "cardinal"
    return str(num2words(number, lang=language, to=to)).replace(",", "")
