"""The words around those that were looked for, with marks on them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from masthead.editorial.archive import words

BEFORE, LENGTH = 60, 260
"""Signs before the first word that is marked, and in all."""

NEAR = 40
"""Signs back from there within which a space is looked for."""

_ROOT = 3
"""Letters at the beginning of a stem that its words have somewhere, in nearly every language."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of an excerpt; ``marked`` is a word that was looked for."""

    text: str
    marked: bool = False


def excerpt(text: str, stems: frozenset[str], stemmer: str) -> tuple[Piece, ...]:
    """Return the piece of a text that has most of these stems, with them marked.

    The beginning of the text where it has none of them.
    """
    found = _places(text, stems, stemmer)
    begin, end = _window(text, found)
    pieces: list[Piece] = [Piece("… ")] if begin else []
    at = begin
    for first, last, _stem in found:
        if first >= begin and last <= end:
            pieces += [Piece(text[at:first]), Piece(text[first:last], marked=True)]
            at = last
    pieces.append(Piece(text[at:end]))
    if end < len(text):
        pieces.append(Piece(" …"))
    return tuple(Piece(" ".join(_breaks(one.text)), one.marked) for one in pieces if one.text)


def marked(text: str, stems: frozenset[str], stemmer: str) -> tuple[Piece, ...]:
    """Return all of a short text, with these stems marked."""
    text = words.normal(text)
    pieces, at = [], 0
    for first, last in words.spans(text):
        if words.stem(text[first:last].lower(), stemmer) in stems:
            pieces += [Piece(text[at:first]), Piece(text[first:last], marked=True)]
            at = last
    return tuple(one for one in (*pieces, Piece(text[at:])) if one.text)


def _breaks(text: str) -> list[str]:
    return re.split(r"\s+", text)


ENOUGH = 10
"""Places of each word that are kept: a good excerpt is among so many."""

MOST = 30
"""Words that are looked at for each of those, which may only begin alike."""

Place = tuple[int, int, str]
"""Where a word begins and ends, and its stem."""


def _places(text: str, stems: frozenset[str], stemmer: str) -> list[Place]:
    """Return where words with these stems stand.

    Taking every text of a page of results apart would cost more than finding them: only words are
    looked at in which the beginning of a stem stands.
    """
    if not stems:
        return []
    left = dict.fromkeys((stem[:_ROOT] for stem in stems), MOST)
    pattern = "|".join(sorted(map(re.escape, left), key=len, reverse=True))
    folded = words.fold_in_place(text)
    found: list[Place] = []
    wanted, end = dict.fromkeys(stems, ENOUGH), 0
    for root in re.finditer(pattern, folded):
        if root.start() < end or not left[root[0]]:
            continue
        left[root[0]] -= 1
        begin = _word_begins(text, root.start())
        for first, last in words.spans(text[begin : root.end() + words.LONGEST]):
            if begin + last < root.end():
                continue
            end = begin + last
            stem = words.stem(text[begin + first : end].lower(), stemmer)
            if wanted.get(stem):
                found.append((begin + first, end, stem))
                wanted[stem] -= 1
            break
        if not any(wanted.values()):
            break
    if found or stems.isdisjoint(words.stem(word, stemmer) for word in words.each(text)):
        return found
    whole = ((a, b, words.stem(text[a:b].lower(), stemmer)) for a, b in words.spans(text))
    return [one for one in whole if one[2] in stems]


def _word_begins(text: str, at: int) -> int:
    earliest = max(0, at - words.LONGEST)
    while at > earliest and not text[at - 1].isspace():
        at -= 1
    return at


def _window(text: str, found: Iterable[Place]) -> tuple[int, int]:
    """Return where the excerpt begins and ends, between words."""
    places = list(found)
    best, most = 0, (0, 0, 0)
    often = Counter(stem for _first, _last, stem in places)
    for first, _last, _stem in places:
        inside = [stem for a, b, stem in places if first <= a and b <= first + LENGTH - BEFORE]
        # Different words tell more than one word often, and a rare one more than a common one.
        rarest = -min(often[stem] for stem in inside)
        if (worth := (len(set(inside)), rarest, len(inside))) > most:
            best, most = first, worth
    begin = 0 if best <= BEFORE else _break_before(text, best - BEFORE)
    if len(text) - begin <= LENGTH:
        return begin, len(text)
    end = _break_before(text, begin + LENGTH)
    return begin, begin + len(text[begin:end].rstrip())


def _break_before(text: str, at: int) -> int:
    """Return where the word begins that stands at a place; the place, where words have no spaces."""
    for place in range(at, max(0, at - NEAR), -1):
        if text[place - 1].isspace():
            return place
    return at
