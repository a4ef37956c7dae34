"""What is kept of a page: for whom its variants are, until when, and where their bytes lie.

A *variant* is what differs between readers of one page: the lead or the whole, with
advertisements or without. Which variants a page has, and which rule of the gate leads to
which, is written into its record by whoever pressed it; here nothing is known of subscriptions.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from typing import Any

from masthead.edge.locks import Lock

CLOSED = "closed"
"""The name, among rules, of what readers get for whom nothing opens the page."""

QUIET = "-quiet"
"""What the name of a variant ends with that has no advertisements."""

FORM = 1
"""Raised whenever records change so that an older front would misread them. A page store of another form is
emptied by whoever presses into it; the rows of a depot, by a migration that comes along."""

Headers = tuple[tuple[str, str], ...]


class NotARecord(ValueError):
    """These bytes are no record, or one of another version."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One variant: its headers, and where its bytes lie for each coding.

    ``digest`` names the bytes and how hard they were packed, 32 hexadecimal digits; ``codings``
    maps ``""``, ``gzip`` and ``br`` to sizes in bytes. ``is_gated`` says that only an opened
    lock leads here.
    """

    digest: str
    headers: Headers
    codings: Mapping[str, int]
    is_gated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One page, as the front knows it.

    ``version`` is that of the press: an older one never replaces it. ``lock`` is None where
    everybody gets the same; ``title`` is whose promise of no advertisements counts.
    ``variants`` are by name, and ``rules`` says which of them a rule of the gate leads to, with
    `CLOSED` for readers whom nothing opens it. What stands in neither is asked for at the
    house. From ``stale_at`` on (Unix seconds) the page is made anew for each reader, until it
    is pressed again. ``tags`` are what it was made from, ``effort`` how hard it was packed.
    """

    host: str
    path: str
    version: int
    edition: int = 0
    status: int = 200
    lock: Lock | None = None
    title: str = ""
    variants: Mapping[str, Variant] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)
    stale_at: int | None = None
    tags: frozenset[str] = frozenset()
    effort: int = 0

    @property
    def is_personal(self) -> bool:
        """Whether readers get different pages at this address."""
        closed = self.lock is not None and self.lock.access != "open"
        return closed or len(self.variants) > 1

    def held(self, version: int, *, closed: bool = False) -> Record:
        """Return a record that sends readers to the house, until a later press than this version.

        It is good while the house is away. Not so of what may have ``closed``: then nobody
        gets more than the lead, and where there is none, nothing.
        """
        rules = {name: there for name, there in self.rules.items() if name == CLOSED}
        return replace(self, version=version, stale_at=0, rules=rules if closed else self.rules)

    def held_if(self, changed: Set[str]) -> Record:
        """Return a record that sends readers to the house, if its page was made from any of these tags.

        Whether it has closed by that nobody knows: while the house is away nobody gets more than the lead.
        """
        return self if self.tags.isdisjoint(changed) else self.held(self.version, closed=True)

    def written(self) -> bytes:
        """Return the record as bytes; `read()` makes the same of them."""
        lock = self.lock
        values: dict[str, Any] = {
            "form": FORM, "host": self.host, "path": self.path, "version": self.version,
            "edition": self.edition, "status": self.status, "title": self.title,
            "rules": dict(self.rules), "stale_at": self.stale_at, "tags": sorted(self.tags), "effort": self.effort,
            "lock": lock and [
                lock.title, lock.access, lock.article, lock.issue, lock.not_before, lock.not_after
            ],
            "variants": {
                name: [one.digest, one.headers, one.codings, one.is_gated]
                for name, one in self.variants.items()
            },
        }  # fmt: skip
        return json.dumps(values, separators=(",", ":"), sort_keys=True).encode()


def read(written: bytes | memoryview) -> Record:
    """Return the record that was written.

    Raises:
        NotARecord: it is damaged, or of a form that this version does not know.
    """
    try:
        values = json.loads(bytes(written))
        if values["form"] != FORM:
            raise NotARecord("This record is of another form.")
        return Record(
            host=values["host"],
            path=values["path"],
            version=values["version"],
            edition=values["edition"],
            status=values["status"],
            title=values["title"],
            rules=values["rules"],
            stale_at=values["stale_at"],
            tags=frozenset(values["tags"]),
            effort=values["effort"],
            lock=Lock(*values["lock"]) if values["lock"] else None,
            variants={
                name: Variant(
                    digest,
                    tuple((key, value) for key, value in headers),
                    codings,
                    is_gated,
                )
                for name, (digest, headers, codings, is_gated) in values["variants"].items()
            },
        )
    except (ValueError, KeyError, TypeError) as error:
        raise NotARecord(f"This is no record: {error}") from error
