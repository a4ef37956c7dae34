"""Searching the archive: which articles answer a question, for somebody with these keys.

Who has no key finds by what strangers may read, and nothing that is answered, counted or suggested
depends on any other word. Who has keys finds by the whole of what they open, besides.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from masthead.edge.locks import ANY_TITLE, Key
from masthead.editorial.archive import excerpts, index
from masthead.editorial.archive.excerpts import Piece
from masthead.editorial.archive.index import CLOSED, OPEN, RANKS, Wanted
from masthead.editorial.archive.questions import Question, Term
from masthead.editorial.models import ArchiveText, Title
from masthead.manuscript.nodes import ACCESS_KINDS

MOST = 500
"""Articles of a rank that are looked at, the newest of them. What more have than these is no word to
search by, and nobody reads on so far."""

SMALL = 5000
"""So many articles are a large archive."""

SECTION, ISSUE, CONTRIBUTOR, TOPIC, YEAR, AUDIO = "s", "i", "c", "t", "y", "a"
"""What begins a mark, by what it marks; the rest is a primary key, a year, or 1."""

TITLE, ARTICLE, NUMBER, ACCESS, OPENED = "p", "u", "n", "x", "o"
"""The same of marks that nobody filters by: a primary key, a key, an issue's sequence, whom it is for,
and 1 where it was everybody's when it was filed."""


class Hit(NamedTuple):
    """An article that was found.

    ``reads_whole`` says that more than its opening was searched: then it may be shown only to
    whom the gate gives all of it.
    """

    number: int
    article: int
    stemmer: str
    rank: int
    reads_whole: bool
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What answers a question, the best first; ``more`` says that there was too much to count."""

    hits: tuple[Hit, ...] = ()
    more: bool = False

    def counts(self) -> Counter[str]:
        """Return how many of the articles bear each mark."""
        return Counter(mark for hit in self.hits for mark in hit.marks)


def search(
    title: Title,
    question: Question,
    *,
    marks: Iterable[str] = (),
    keys: Sequence[Key] = (),
    at: datetime,
) -> Found:
    """Return the articles of a title that have what was asked for.

    Rank by rank, until there are enough: at most a query each, one for what an archive is like, and
    one for what was found.

    Args:
        title: whose archive is searched.
        question: must have all its wanted terms, none of the unwanted. Without wanted ones, all
            articles with the marks.
        marks: what they must bear besides.
        keys: of who asks.
        at: the moment of asking.
    """
    stemmers, some_are_in_doubt, is_small = _state_of(title)
    wanted = _wanted(title, question, marks, stemmers, is_small=is_small)
    conditions = list(_conditions(title, keys, at, some_are_in_doubt=some_are_in_doubt))
    found: dict[int, tuple[int, bool]] = {}
    for rank in RANKS if wanted.terms else RANKS[-1:]:
        # What more than enough articles have in their headlines need not be looked for in the texts.
        for whole, number in _of_rank(wanted, rank, conditions):
            found.setdefault(number, (rank, bool(whole)))
        if len(found) > MOST:
            break
    best = sorted(found, key=lambda number: (found[number][0], -number))[:MOST]
    return Found(_hits(best, found), more=len(found) > MOST)


def _hits(best: Sequence[int], found: dict[int, tuple[int, bool]]) -> tuple[Hit, ...]:
    with connection.cursor() as cursor:
        # Numbers, which stand in the query themselves: five hundred parameters take longer than the rest.
        cursor.execute(
            "SELECT number, article_id, stemmer, is_open, marks FROM editorial_archiveentry "  # noqa: S608 - numbers.
            f"WHERE number IN ({', '.join(map(str, best)) or 'NULL'})"
        )
        rows = cursor.fetchall()
    hits = {
        number: Hit(number, article, stemmer, rank, whole or bool(is_open), tuple(marks.split()))
        for number, article, stemmer, is_open, marks in rows
        for rank, whole in [found[number]]
    }
    return tuple(hits[number] for number in best if number in hits)


def _of_rank(wanted: Wanted, rank: int, conditions: Sequence[_Asked]) -> list[tuple[int, int]]:
    """Return whether the closed index had it, and the number, for the newest of a rank or a better one."""
    queries, columns = [], []
    for whole, (table, one_of, condition) in enumerate(conditions):
        among = replace(wanted, one_of=one_of)
        queries.append(index.finding(table, among, rank, *condition, MOST + 1))
        columns.append(f"{whole} AS whole")
    sql, given = index.union(queries, columns)
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return list(cursor.fetchall())


def excerpts_of(hits: Sequence[Hit], question: Question) -> dict[int, tuple[Piece, ...]]:
    """Return the piece of each article that has what was asked for, with marks: one query.

    Of an article that was found by its opening, a piece of that. By number.
    """
    texts = ArchiveText.objects.in_bulk([hit.number for hit in hits])
    return {
        hit.number: excerpts.excerpt(
            (text.whole or text.opening) if hit.reads_whole else text.opening,
            asked_stems(question, hit.stemmer),
            hit.stemmer,
        )
        for hit in hits
        if (text := texts.get(hit.number)) is not None
    }


def asked_stems(question: Question, stemmer: str) -> frozenset[str]:
    """Return the stems of all words that are looked for, in the language of an article."""
    ways = (way for term in question.wanted for way in term.stems([stemmer]))
    return frozenset(stem for way in ways for stem in way)


def _wanted(
    title: Title, question: Question, marks: Iterable[str], stemmers: list[str], *, is_small: bool
) -> Wanted:
    def stems(terms: Iterable[Term]) -> tuple[tuple[tuple[str, ...], ...], ...]:
        return tuple(term.stems(stemmers) for term in terms)

    every = f"{TITLE}{title.pk}"
    # Beside a large title a small one would be looked for article by article; of a large one, naming
    # it is what would take long.
    bears = tuple(marks) or ((every,) if is_small or not question.wanted else ())
    return Wanted(stems(question.wanted), stems(question.unwanted), bears)


def _state_of(title: Title) -> tuple[list[str], bool, bool]:
    """Return the stemmers of all languages of an archive; if any of it may have closed; if it is small.

    Step by step through the index: reading all of it would take longer than the search.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE known (stemmer) AS ("
            "SELECT MIN(stemmer) FROM editorial_archiveentry WHERE title_id = %s UNION ALL "
            "SELECT (SELECT MIN(e.stemmer) FROM editorial_archiveentry e "
            "WHERE e.title_id = %s AND e.stemmer > known.stemmer) FROM known "
            "WHERE known.stemmer IS NOT NULL) "
            "SELECT stemmer, EXISTS ("
            "SELECT 1 FROM editorial_archiveentry e WHERE e.title_id = %s AND e.in_doubt), "
            "(SELECT COUNT(*) FROM (SELECT 1 FROM editorial_archiveentry e WHERE e.title_id = %s LIMIT %s) few) "
            "FROM known WHERE stemmer IS NOT NULL",
            [title.pk, title.pk, title.pk, title.pk, SMALL],
        )
        rows = cursor.fetchall()
    names = [name for name, _in_doubt, _count in rows] or [""]
    _name, in_doubt, count = rows[0] if rows else ("", False, 0)
    return names, bool(in_doubt), count < SMALL


# --- Keys ---------------------------------------------------------------------

Condition = tuple[str, list[Any]]
"""A condition on the columns of an entry, called ``e``, and its parameters."""

_Asked = tuple[str, tuple[str, ...], Condition]
"""An index, marks of which one is necessary, and which entries it may tell of."""

SHUT = frozenset(ACCESS_KINDS) - {"open"}

EVERYTHING = "(1 = 1)"
"""The condition of who has a key to whatever there is."""

MOST_ISSUES = 60
"""Issues that a key names one by one to the index; of more, each entry is looked at."""


def _conditions(
    title: Title, keys: Sequence[Key], at: datetime, *, some_are_in_doubt: bool
) -> Iterator[_Asked]:
    """Yield each index that is asked; the closed one only for who has keys to any."""
    here = "e.title_id = %s AND NOT (e.is_open AND e.in_doubt)"
    fitting = [key for key in keys if _may_fit(key, title, at)]
    if not fitting:
        yield OPEN, (), (here, [title.pk])
        return
    opened, given = _opened(fitting, at)
    # Who may read everything finds by the openings of what is everybody's alone; to look for that among
    # all the others would take long.
    everybodys = (f"{OPENED}1",) if opened == EVERYTHING and not some_are_in_doubt else ()
    # What somebody may read whole is not found by its opening: it could have, or lack, more.
    shut = f"{here} AND (e.is_open OR e.in_doubt OR NOT {opened})"
    yield OPEN, everybodys, (shut, [title.pk, *given])
    marks = [_marks(key) for key in fitting]
    one_of = tuple(dict.fromkeys(mark for some in marks for mark in some)) if all(marks) else ()
    yield CLOSED, one_of, (f"e.title_id = %s AND NOT e.in_doubt AND {opened}", [title.pk, *given])


def _may_fit(key: Key, title: Title, at: datetime) -> bool:
    is_over = key.until is not None and at.timestamp() >= key.until
    return bool(key.classes) and not is_over and key.title in (str(title.key), ANY_TITLE)


def _opened(keys: Sequence[Key], at: datetime) -> Condition:
    """Return the condition on entries that one of the keys opens: `edge.locks.fits()` as SQL."""
    ways: list[str] = []
    given: list[Any] = []
    for key in keys:
        way = [f"k.access IN ({', '.join(['%s'] * len(key.classes))})"]
        given += sorted(key.classes)
        if key.article:
            way.append("e.key = %s")
            given.append(_uuid(key.article))
        if key.issues is not None:
            way.append("e.issue IS NOT NULL AND e.issue BETWEEN %s AND %s")
            given += key.issues
        elif key.classes >= SHUT and not key.article:
            return EVERYTHING, []
        ways.append(f"({' AND '.join(way)})")
    # The lock turns by the clock, as in `circulation.entitlements.lock_of()`. What has become
    # everybody's is searched whole when it is filed as that, by whoever asks.
    access = (
        "CASE WHEN e.free_from <= %s THEN 'open' WHEN e.subscribers_until > %s THEN 'subscribers' "
        "ELSE e.access END"
    )
    sql = f"EXISTS (SELECT 1 FROM (SELECT {access} AS access) k WHERE {' OR '.join(ways)})"  # noqa: S608 - made here.
    now = at.timestamp()
    return sql, [now, now, *given]


def _marks(key: Key) -> list[str]:
    """Return marks of which everything bears one that a key opens; none where there are no such."""
    if key.article:
        return [f"{ARTICLE}{uuid.UUID(key.article).hex}"]
    if key.issues is not None and 0 <= key.issues[1] - key.issues[0] < MOST_ISSUES:
        return [f"{NUMBER}{number}" for number in range(key.issues[0], key.issues[1] + 1)]
    if "subscribers" in key.classes:
        # For a time, anything may be for subscribers alone.
        return []
    return [f"{ACCESS}{name}" for name in sorted(key.classes)]


def _uuid(text: str) -> Any:
    """Return a key as the database in use keeps it."""
    key = uuid.UUID(text)
    return key.hex if index.is_sqlite() else key
