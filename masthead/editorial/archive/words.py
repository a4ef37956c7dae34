"""Words as the archive compares them: without case, accents and endings.

Both databases are given finished stems and take nothing apart themselves, so that they answer
alike. Pure functions.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

LONGEST = 60
"""Letters of a stem that count; no word of a language is longer, chemistry apart."""

_STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque",
    "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian",
    "nb": "norwegian", "ne": "nepali", "nl": "dutch", "nn": "norwegian", "no": "norwegian",
    "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian",
    "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip

# Written without spaces between words: each sign is a word of its own, a run of them a phrase.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)
_APOSTROPHE = re.compile("['\u2019\u02bc]")
_PLAIN_WORD = re.compile("[a-z0-9]+(?:'[a-z0-9]+)*")
# Letters that Unicode does not take apart.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe",
                        "ı": "i", "ـ": ""})  # fmt: skip
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u2060"))
# Below, combining classes are of signs that a word is another one without, such as vowels.
_FIRST_ACCENT = 10
_LAST_MARK = 0x1F000


def stemmer_of(language: str) -> str:
    """Return the name of the stemmer for a language tag; empty where there is none."""
    name = _STEMMERS.get(language.lower().partition("-")[0], "")
    return name if name in _known() else ""


def normal(text: str) -> str:
    """Return a text in the form in which the archive keeps it and counts its letters.

    Signs that nobody sees, which say where a line may end, are no part of it.
    """
    return unicodedata.normalize("NFC", text.translate(_UNSEEN))


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each word of a text in normal form begins and ends.

    What elision leaves of an article before a word, and a possessive's s after one, is no word.
    """
    for found in _pattern().finditer(text):
        begin, end = found.span()
        if _APOSTROPHE.search(text, begin, end) is None:
            yield begin, end
            continue
        for first, last in _pieces(text, begin, end):
            if last - first > 1 and text[first:last].lower() != "qu":
                yield first, last


def _pieces(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    for mark in _APOSTROPHE.finditer(text, begin, end):
        yield begin, mark.start()
        begin = mark.end()
    yield begin, end


def words(text: str) -> list[str]:
    """Return the words of a text in normal form, in small letters."""
    return [text[begin:end].lower() for begin, end in spans(text)]


def each(text: str) -> set[str]:
    """Return every word of a text in small letters once, and the pieces of what has apostrophes.

    Much faster than `words()`, where it is only asked whether there is one.
    """
    apart = set(text.lower().split())
    plain = {one for one in apart if one.isascii()}
    found = {*_PLAIN_WORD.findall(" ".join(plain)), *_pattern().findall(" ".join(apart - plain))}
    return {piece for word in found for piece in (word, *_APOSTROPHE.split(word)) if piece}


def stems(text: str, stemmer: str) -> list[str]:
    """Return the stem of each word of a text in normal form."""
    return [stem(word, stemmer) for word in words(text)]


@lru_cache(maxsize=50_000)
def stem(word: str, stemmer: str) -> str:
    """Return a word in small letters without its ending, case and accents."""
    # Read when somebody searches: it brings every language there is along.
    import snowballstemmer

    # A stemmer keeps the word it is at, and threads share this function: each time a new one.
    root = snowballstemmer.stemmer(stemmer).stemWord(word) if stemmer else word
    # A sign that only stands upon others is all there is of a word that has nothing else.
    return fold(root)[:LONGEST] or fold(word)[:LONGEST] or word[:LONGEST]


def fold(word: str) -> str:
    """Return a word without case and accents."""
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFKD", word.casefold().translate(_PLAIN))
    # A sign that stands for several words, such as ﷺ, is one word all the same.
    kept = (one for one in apart if unicodedata.combining(one) < _FIRST_ACCENT and one != " ")
    return unicodedata.normalize("NFC", "".join(kept))


def fold_in_place(text: str) -> str:
    """Return a text in small letters without accents, each sign where it was before."""
    if text.isascii():
        return text.lower()
    return "".join(map(_folded_sign, text))


@cache
def _folded_sign(sign: str) -> str:
    folded = fold(sign)
    return folded if len(folded) == 1 else sign.lower() if len(sign.lower()) == 1 else sign


@cache
def _known() -> frozenset[str]:
    import snowballstemmer

    return frozenset(snowballstemmer.algorithms())


@cache
def _pattern() -> re.Pattern[str]:
    marks = "".join(
        sign for sign in map(chr, range(_LAST_MARK)) if unicodedata.category(sign)[0] == "M"
    )
    # Plain letters first, and runs of them: most of what is read are those.
    letters = rf"(?:[a-zA-Z0-9]++|[^\W_{_UNSPACED}]++|[{_ranges(marks)}]++)++"
    return re.compile(rf"{letters}(?:{_APOSTROPHE.pattern}{letters})*|[{_UNSPACED}]")


def _ranges(signs: str) -> str:
    """Return signs in rising order as the inside of a class, runs of them as first and last."""
    runs: list[list[str]] = []
    for sign in signs:
        if runs and ord(sign) == ord(runs[-1][1]) + 1:
            runs[-1][1] = sign
        else:
            runs.append([sign, sign])
    return "".join(f"{first}-{last}" for first, last in runs)
