"""Searching the archive: which articles answer a question, for somebody with these keys.

Who has no key finds by what strangers may read, and nothing that is answered, counted or suggested
depends on any other word. Who has keys finds by the whole of what they open, besides.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from masthead.edge.locks import ANY_TITLE, Key
from masthead.editorial.archive import excerpts, index
from masthead.editorial.archive.excerpts import Piece
from masthead.editorial.archive.index import RANKS, TABLES, Wanted
from masthead.editorial.archive.questions import Question, Term
from masthead.editorial.models import ArchiveText, Title
from masthead.manuscript.nodes import ACCESS_KINDS

MOST = 1000
"""Articles of a rank that are looked at, the newest of them. What more have than these is no word to
search by, and nobody reads on so far."""

SECTION, ISSUE, CONTRIBUTOR, TOPIC, YEAR, AUDIO = "s", "i", "c", "t", "y", "a"
"""What begins a mark, by what it marks; the rest is a primary key, a year, or 1."""


@dataclass(frozen=True, slots=True)
class Hit:
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
    """Return the articles of a title that have what was asked for: two queries.

    Args:
        title: whose archive is searched.
        question: must have all its wanted terms, none of the unwanted. Without wanted ones, all
            articles with the marks.
        marks: what they must bear besides.
        keys: of who asks.
        at: the moment of asking.
    """
    wanted = _wanted(title, question, marks)
    ranks = RANKS if wanted.terms else RANKS[-1:]
    queries, columns = [], []
    for whole, table, condition in zip((0, 1), TABLES, _conditions(title, keys, at), strict=False):
        for rank in ranks:
            queries.append(index.finding(table, wanted, rank, *condition, MOST + 1))
            columns.append(f"{rank} AS level, {whole} AS whole")
    inner, given = index.union(queries, columns)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT h.number, e.article_id, e.stemmer, h.level, h.whole, e.is_open, e.marks "  # noqa: S608 - made here.
            "FROM (SELECT number, MIN(level) AS level, MAX(whole) AS whole "
            f"FROM ({inner}) u GROUP BY number) h "
            "JOIN editorial_archiveentry e ON e.number = h.number "
            "ORDER BY h.level, h.number DESC LIMIT %s",
            [*given, MOST + 1],
        )
        rows = cursor.fetchall()
    hits = tuple(
        Hit(number, article, stemmer, rank, bool(whole or is_open), tuple(marks.split()))
        for number, article, stemmer, rank, whole, is_open, marks in rows[:MOST]
    )
    return Found(hits, more=len(rows) > MOST)


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


def _wanted(title: Title, question: Question, marks: Iterable[str]) -> Wanted:
    stemmers = _stemmers_of(title)

    def stems(terms: Iterable[Term]) -> tuple[tuple[tuple[str, ...], ...], ...]:
        return tuple(term.stems(stemmers) for term in terms)

    every = f"p{title.pk}"
    bears = tuple(marks) or (() if question.wanted else (every,))
    return Wanted(stems(question.wanted), stems(question.unwanted), bears)


def _stemmers_of(title: Title) -> list[str]:
    """Return the stemmers of all languages that a title's archive has articles in.

    Step by step through the index: reading all of it would take longer than the search.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE known (stemmer) AS ("
            "SELECT MIN(stemmer) FROM editorial_archiveentry WHERE title_id = %s UNION ALL "
            "SELECT (SELECT MIN(e.stemmer) FROM editorial_archiveentry e "
            "WHERE e.title_id = %s AND e.stemmer > known.stemmer) FROM known "
            "WHERE known.stemmer IS NOT NULL) "
            "SELECT stemmer FROM known WHERE stemmer IS NOT NULL",
            [title.pk, title.pk],
        )
        return [name for (name,) in cursor.fetchall()] or [""]


# --- Keys ---------------------------------------------------------------------

Condition = tuple[str, list[Any]]
"""A condition on the columns of an entry, called ``e``, and its parameters."""


SHUT = frozenset(ACCESS_KINDS) - {"open"}


def _conditions(title: Title, keys: Sequence[Key], at: datetime) -> list[Condition]:
    """Return which entries are searched in `OPEN`, and, for who has keys to any, in `CLOSED`."""
    here = "e.title_id = %s AND NOT (e.is_open AND e.is_stale)"
    opened = _opened(title, keys, at)
    if opened is None:
        return [(here, [title.pk])]
    sql, values = opened
    return [
        # What somebody may read whole is not found by its opening: it could have, or lack, more.
        (f"{here} AND (e.is_open OR e.is_stale OR NOT {sql})", [title.pk, *values]),
        (f"e.title_id = %s AND NOT e.is_stale AND {sql}", [title.pk, *values]),
    ]


def _opened(title: Title, keys: Sequence[Key], at: datetime) -> Condition | None:
    """Return the condition on entries that one of the keys opens; None where none opens any.

    The question of `edge.locks.fits()`, asked of the rows of a table.
    """
    now = at.timestamp()
    ways: list[str] = []
    given: list[Any] = []
    for key in keys:
        ended = key.until is not None and now >= key.until
        if ended or not key.classes or key.title not in (str(title.key), ANY_TITLE):
            continue
        way = [f"k.access IN ({', '.join(['%s'] * len(key.classes))})"]
        given += sorted(key.classes)
        if key.article:
            way.append("e.key = %s")
            given.append(_uuid(key.article))
        if key.issues is not None:
            way.append("e.issue IS NOT NULL AND e.issue BETWEEN %s AND %s")
            given += key.issues
        elif key.classes >= SHUT and not key.article:
            return "(1 = 1)", []
        ways.append(f"({' AND '.join(way)})")
    if not ways:
        return None
    # The lock turns by the clock, as in `circulation.entitlements.lock_of()`.
    access = (
        "CASE WHEN e.free_from <= %s THEN 'open' WHEN e.subscribers_until > %s THEN 'subscribers' "
        "ELSE e.access END"
    )
    sql = (
        f"EXISTS (SELECT 1 FROM (SELECT {access} AS access) k "  # noqa: S608 - made here.
        f"WHERE k.access = 'open' OR {' OR '.join(ways)})"
    )
    return sql, [now, now, *given]


def _uuid(text: str) -> Any:
    """Return a key as the database in use keeps it."""
    key = uuid.UUID(text)
    return key.hex if index.is_sqlite() else key
