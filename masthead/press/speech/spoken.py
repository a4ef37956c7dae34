"""A sentence as it is said, from a sentence as it is printed."""

from __future__ import annotations

import re

from masthead.press.speech import english
from masthead.press.speech.lexicon import Lexicon
from masthead.press.speech.numerals import in_words

_FIRST_STAND_IN = 0xE000
"""In Unicode's private use area: no rule knows what stands there."""
_MOST_STAND_INS = 0x1000
_FIGURES = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)?(?![\w]|[.,]\d)")


def spoken(text: str, language: str, lexicon: Lexicon | None = None) -> str:
    """Return how a sentence is said.

    Args:
        text: as displayed.
        language: a BCP 47 tag. English has rules; of others, figures are put into words as far as
            we know how.
        lexicon: said as it says, with no rule applied; the longest is looked for first.
    """
    text, kept = _with_stand_ins(text, language, lexicon or Lexicon())
    text = english.spoken(text) if _primary(language) == "en" else _figures(text, language)
    return re.sub(
        f"[{chr(_FIRST_STAND_IN)}-{chr(_FIRST_STAND_IN + _MOST_STAND_INS - 1)}]",
        lambda sign: kept[ord(sign[0]) - _FIRST_STAND_IN],
        text,
    )


def _with_stand_ins(text: str, language: str, lexicon: Lexicon) -> tuple[str, list[str]]:
    """Return the text with a sign for each word of the lexicon, and how each is said."""
    kept: list[str] = []
    text = re.sub("[\ue000-\uf8ff]", "", text)
    words = lexicon.for_language(language)
    if words is None:
        return text, kept

    def stand_in(found: re.Match[str]) -> str:
        if len(kept) == _MOST_STAND_INS:
            return found[0]
        kept.append(words.said(found))
        return chr(_FIRST_STAND_IN + len(kept) - 1)

    return words.pattern.sub(stand_in, text), kept


def _figures(text: str, language: str) -> str:
    """Return the text of another language with its figures in words."""

    def said(found: re.Match[str]) -> str:
        figures = found[0].replace(",", ".")
        try:
            number = float(figures) if "." in figures else int(figures)
            return in_words(number, _primary(language))
        except (NotImplementedError, OverflowError, ValueError):
            return found[0]

    text = re.sub('[“”"„«»\u200b\u00ad]', "", text)
    return re.sub(r"\s+", " ", _FIGURES.sub(said, text)).strip()


def _primary(language: str) -> str:
    return language.split("-")[0].lower()
