"""The two indexes of the archive, on SQLite (FTS5) and PostgreSQL (tsvector) alike.

`OPEN` has what strangers may read of every article, `CLOSED` the whole of those that are not
everybody's. Nobody's search touches `CLOSED` who has no key. There are no scores: how often a
word occurs in articles that somebody may not read would tell of them by the order of the others.
So an article is in the best of four *ranks* that it deserves, and in a rank the newest comes first.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

OPEN = "editorial_archive_open"
CLOSED = "editorial_archive_closed"
TABLES = (OPEN, CLOSED)

_HEADS = "_heads"
"""Ends the name of a table of SQLite that has all fields but the body. Most words of a question are in
few headlines and many bodies, and reading an index whole takes its time."""

FIELDS = ("headline", "standfirst", "subject", "body")
"""What is searched, the best first: the subject are the words that a text uses most."""

RANKS = range(1, len(FIELDS) + 1)
"""A question is of rank 2 where headline and standfirst have all its words, and so on."""

MARK = "="
"""Begins what an article is filtered by; no word has it."""

BREAK = ""
"""Stands among stems where no phrase goes on."""

_PLACES, _LAST_PLACE = 255, 16383
"""How many places PostgreSQL keeps of a word, and the last of them; what comes after is in no phrase."""

_PAIRS = 20_000
"""Words with the one after, of a text that has more places: a vector may have a megabyte."""

Alternatives = Sequence[tuple[tuple[str, ...], ...]]
"""Terms, each as one or several phrases of stems of which one must be there."""


@dataclass(frozen=True, slots=True)
class Stems:
    """The stems of one text of an article, by field."""

    headline: list[str] = field(default_factory=list)
    standfirst: list[str] = field(default_factory=list)
    subject: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)

    def fields(self) -> list[list[str]]:
        """Return them in the order of `FIELDS`."""
        return [self.headline, self.standfirst, self.subject, self.body]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an article must have to be found, as stems, and the marks that it must bear: all, and one of."""

    terms: Alternatives = ()
    unwanted: Alternatives = ()
    marks: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()


def is_sqlite() -> bool:
    """Say whether the database is SQLite; otherwise it is PostgreSQL."""
    return connection.vendor == "sqlite"


# --- Tables: the migration `search_the_archive` makes them ----------------------


def _tables(table: str) -> dict[str, tuple[str, ...]]:
    """Return the tables that SQLite has for one of the indexes, and their fields."""
    return {table: FIELDS, f"{table}{_HEADS}": FIELDS[:-1]}


def names() -> list[str]:
    """Return the names of all tables on the database in use."""
    return [name for table in TABLES for name in (_tables(table) if is_sqlite() else (table,))]


# --- Writing ------------------------------------------------------------------


def put(table: str, number: int, stems: Stems, marks: Iterable[str]) -> None:
    """Let an article be found by the stems of a text."""
    bears = [f"{MARK}{mark}" for mark in marks]
    with connection.cursor() as cursor:
        if is_sqlite():
            said = [" ".join(stem or MARK for stem in one) for one in stems.fields()]
            for name, fields in _tables(table).items():
                places = ", ".join(["%s"] * len(fields))
                cursor.execute(
                    f"INSERT INTO {name} (rowid, {', '.join(fields)}, marks) "  # noqa: S608 - constants.
                    f"VALUES (%s, {places}, %s)",
                    [number, *said[: len(fields)], " ".join(bears)],
                )
            return
        cursor.execute(
            f"INSERT INTO {table} (number, {', '.join(FIELDS)}) "  # noqa: S608 - constants.
            "VALUES (%s, %s::tsvector, %s::tsvector, %s::tsvector, %s::tsvector)",
            [number, *_vectors(stems, bears)],
        )


def _vectors(stems: Stems, bears: list[str]) -> list[str]:
    """Return a vector for each rank, each with all of those before it, and the marks."""
    vectors, before = [], list[str]()
    for one in stems.fields():
        # A place is left between fields: no phrase begins in one and ends in the next.
        before = [*before, *([BREAK] if before else []), *one]
        places: dict[str, list[str]] = {}
        for place, stem in enumerate(before, 1):
            if stem:
                places.setdefault(stem, []).append(str(place))
        more = max(map(len, places.values()), default=0) > _PLACES or len(before) > _LAST_PLACE
        vectors.append(
            " ".join([*(f"'{stem}':{','.join(at)}" for stem, at in places.items()),
                      *(f"'{mark}'" for mark in [*bears, *(_pairs(before) if more else ())])])
        )  # fmt: skip
    return vectors


def _pairs(stems: list[str]) -> list[str]:
    """Return each word with the one after it, once."""
    pairs = (f"{one} {other}" for one, other in itertools.pairwise(stems) if one and other)
    return list(itertools.islice(dict.fromkeys(pairs), _PAIRS))


def take(number: int) -> None:
    """Let an article be found no more."""
    with connection.cursor() as cursor:
        for table in names():
            cursor.execute(f"DELETE FROM {table} WHERE {_number()} = %s", [number])  # noqa: S608 - constants.


def empty() -> None:
    """Let nothing be found any more."""
    with connection.cursor() as cursor:
        for table in names():
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - constants.


# --- Finding ------------------------------------------------------------------


def finding(
    table: str, wanted: Wanted, rank: int, condition: str, given: Sequence[Any], most: int
) -> tuple[str, list[Any]]:
    """Return the query for the numbers of the newest articles of a rank or a better one.

    Args:
        table: `OPEN` or `CLOSED`.
        wanted: what they must have.
        rank: one of `RANKS`.
        condition: what their entries, called ``e``, must fulfil besides.
        given: the parameters of the condition.
        most: how many.
    """
    if is_sqlite() and rank < len(FIELDS) and not wanted.unwanted:
        table += _HEADS
    matches, values = (_fts5 if is_sqlite() else _tsquery)(table, wanted, rank)
    # The cross join keeps SQLite at reading the index in the order of its numbers, newest first,
    # and at stopping when there are enough.
    sql = (
        f"SELECT f.{_number()} AS number FROM {table} f "  # noqa: S608 - constants; values are parameters.
        f"CROSS JOIN editorial_archiveentry e WHERE e.number = f.{_number()} AND {matches} "
        f"AND ({condition}) ORDER BY f.{_number()} DESC LIMIT %s"
    )
    return sql, [*values, *given, most]


def _number() -> str:
    return "rowid" if is_sqlite() else "number"


def _fts5(table: str, wanted: Wanted, rank: int) -> tuple[str, list[Any]]:
    asked = []
    if wanted.terms:
        names = " ".join(FIELDS[:rank])
        asked.append(f"{{{names}}} : ({' AND '.join(map(_either, wanted.terms))})")
    for marks, word in ((wanted.marks, " AND "), (wanted.one_of, " OR ")):
        if marks:
            asked.append(f"marks : ({word.join(_quoted([MARK + one]) for one in marks)})")
    query = " AND ".join(asked)
    if wanted.unwanted:
        query = f"({query}) NOT ({' OR '.join(map(_either, wanted.unwanted))})"
    return f"f.{table} MATCH %s", [query]


def _either(ways: Iterable[tuple[str, ...]]) -> str:
    return f"({' OR '.join(map(_quoted, ways))})"


def _quoted(stems: Iterable[str]) -> str:
    return f'"{" ".join(stems)}"'


def _tsquery(_table: str, wanted: Wanted, rank: int) -> tuple[str, list[Any]]:
    asked = [_any(ways) for ways in wanted.terms] + [f"'{MARK}{one}'" for one in wanted.marks]
    if wanted.one_of:
        marks = (f"'{MARK}{one}'" for one in wanted.one_of)
        asked.append(f"({' | '.join(marks)})")
    sql, values = f"f.{FIELDS[rank - 1]} @@ %s::tsquery", [" & ".join(asked)]
    if wanted.unwanted:
        sql += f" AND NOT f.{FIELDS[-1]} @@ %s::tsquery"
        values.append(" | ".join(map(_any, wanted.unwanted)))
    return sql, values


def _any(ways: Iterable[tuple[str, ...]]) -> str:
    phrases = []
    for way in ways:
        phrases.append(" <-> ".join(f"'{stem}'" for stem in way))
        if len(way) > 1:
            # Of a text with more words than there are places, two after one another are known.
            phrases.append(" & ".join(f"'{one} {other}'" for one, other in itertools.pairwise(way)))
    return f"({' | '.join(f'({phrase})' for phrase in phrases)})"


def union(
    queries: Iterable[tuple[str, list[Any]]], columns: Iterable[str]
) -> tuple[str, list[Any]]:
    """Return several of these queries as one, each with columns of its own before the number."""
    pieces, given = [], []
    for (sql, values), column in zip(queries, columns, strict=True):
        pieces.append(f"SELECT {column}, q.number FROM ({sql}) q")  # noqa: S608 - made here.
        given.append(values)
    return " UNION ALL ".join(pieces), [*itertools.chain(*given)]
