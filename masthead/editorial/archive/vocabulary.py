"""The words that strangers may read somewhere: what is suggested, and how a word is spelt.

No word of an article that is not everybody's is among them but those of its opening: what is
offered to somebody who mistyped must not tell what stands behind the gate.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Length

from masthead.editorial.archive import words
from masthead.editorial.models import ArchiveEntry, ArchiveWord, Title

SHORTEST, LONGEST = 3, 40
SUGGESTED = 8
CORRECTED = 6
"""Words of a question for which another is looked for."""
_AT_ONCE = 200
_LONG = 6
"""From so many letters on, a word may have two mistakes."""
_BEGINNING = 3
"""Letters that are right in a word with two mistakes: all others would be too many to look at."""


def worth_knowing(of: Iterable[str]) -> set[str]:
    """Return the words that somebody may look for, of those in a text."""
    return {word for word in of if SHORTEST <= len(word) <= LONGEST and not word.isdigit()}


def add(title: Title, known: Iterable[str]) -> None:
    """Count the words of an article that has come in."""
    for some in _some(known):
        values = ", ".join(["(%s, %s, %s, 1)"] * len(some))
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO editorial_archiveword (title_id, word, folded, articles) "  # noqa: S608 - values are parameters.
                f"VALUES {values} ON CONFLICT (title_id, word) DO UPDATE "
                "SET articles = editorial_archiveword.articles + 1",
                [value for word in some for value in (title.pk, word, words.fold(word))],
            )


def forget(title_id: int, known: Iterable[str]) -> None:
    """Count the words of an article no more that has gone."""
    for some in _some(known):
        names = ", ".join(["%s"] * len(some))
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE editorial_archiveword SET articles = articles - 1 "  # noqa: S608 - values are parameters.
                f"WHERE title_id = %s AND word IN ({names})",
                [title_id, *some],
            )
            cursor.execute(
                "DELETE FROM editorial_archiveword "  # noqa: S608 - values are parameters.
                f"WHERE title_id = %s AND articles <= 0 AND word IN ({names})",
                [title_id, *some],
            )


def _some(known: Iterable[str]) -> Iterator[list[str]]:
    ordered = sorted(known)
    for first in range(0, len(ordered), _AT_ONCE):
        yield ordered[first : first + _AT_ONCE]


def beginning_with(title: Title, typed: str) -> list[str]:
    """Return the words of a title that begin like this one, the most frequent first.

    None while some of its articles may have closed: whose words are among these is not known.
    """
    folded = words.fold(typed)
    if len(folded) < 2 or ArchiveEntry.objects.filter(title=title, in_doubt=True).exists():
        return []
    found = _beginning(title, folded).order_by("-articles", "word")
    return list(found.values_list("word", flat=True)[:SUGGESTED])


def corrections(title: Title, asked: Iterable[str]) -> dict[str, str]:
    """Return how words may have been meant that no article of the title has: two queries each, at most.

    Of the first words that were asked for; whoever mistypes more is not helped by guesses. One letter too many, one too few, another one, or two changed about; in longer words two of
    these, behind a right beginning.
    """
    found = {}
    for word in islice(dict.fromkeys(asked), CORRECTED):
        folded = words.fold(word)
        if SHORTEST <= len(folded) <= LONGEST and (better := _correction(title, word, folded)):
            found[word] = better
    return found


def _correction(title: Title, word: str, folded: str) -> str:
    near = ArchiveWord.objects.filter(title=title, folded__in=_one_mistake(folded))
    rows = set(near.values_list("word", "folded", "articles"))
    if any(known == folded for _word, known, _articles in rows):
        # It is there, with or without accents.
        return ""
    if len(folded) >= _LONG and not rows:
        alike = _beginning(title, folded[:_BEGINNING]).annotate(letters=Length("folded"))
        alike = alike.filter(letters__range=(len(folded) - 2, len(folded) + 2))
        rows = {
            row for row in alike.values_list("word", "folded", "articles")
            if distance(row[1], folded, most=2) <= 2
        }  # fmt: skip
    best = min(rows, key=lambda row: (distance(row[1], folded), -row[2], row[0]), default=None)
    return best[0] if best else ""


def _beginning(title: Title, folded: str) -> QuerySet[ArchiveWord]:
    known = ArchiveWord.objects.filter(title=title)
    if connection.vendor == "sqlite":
        # Its LIKE knows no index; its order is that of the signs' numbers.
        return known.filter(folded__gte=folded, folded__lt=f"{folded}\U0010ffff")
    return known.filter(folded__startswith=folded)


def _one_mistake(word: str) -> set[str]:
    """Return a word and all that differ from it by one mistake, in its own letters."""
    letters = _letters(word)
    splits = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    made = {word}
    made |= {a + b[1:] for a, b in splits if b}
    made |= {a + b[1] + b[0] + b[2:] for a, b in splits if len(b) > 1}
    made |= {a + letter + b[1:] for a, b in splits if b for letter in letters}
    made |= {a + letter + b for a, b in splits for letter in letters}
    return made


_ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz",
    "абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґ",
    "αβγδεζηθικλμνξοπρστυφχψω",
    "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىء",
    "אבגדהוזחטיכלמנסעפצקרשתםןףץך",
)


def _letters(word: str) -> str:
    return next((one for one in _ALPHABETS if set(one) & set(word)), word)


def distance(one: str, other: str, *, most: int = LONGEST) -> int:
    """Return how many mistakes lie between two words (optimal string alignment); if more than `most`, more."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most and min(before) > most:
            return most + 1
    return row[-1]
