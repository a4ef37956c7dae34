"""Bodies: the bytes of pages, packed once, and named by what they are.

A name is the hash of the words, of whether they are gated and of how hard they were packed. So
bytes can lie anywhere: whoever fetches them sees whether they are those that were named.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import brotli

from masthead.edge.packing import packed
from masthead.edge.records import Headers, Record, Variant


@dataclass(frozen=True, slots=True)
class Pressed:
    """A variant as it comes from the press: its headers and its words."""

    body: bytes
    headers: Headers
    is_gated: bool = False


@dataclass(frozen=True, slots=True)
class PressedPage:
    """A page to be put into the store: its record, without variants, and these."""

    record: Record
    variants: Mapping[str, Pressed]


class NotABody(ValueError):
    """These bytes are not those that were named, or none at all."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A body in each of its codings, ``""`` among them."""

    digest: str
    effort: int
    is_gated: bool
    bodies: Mapping[str, bytes]

    @property
    def mark(self) -> bytes:
        """The byte that says, beside the bytes themselves, whether they are gated."""
        return b"\1" if self.is_gated else b"\0"

    @property
    def codings(self) -> dict[str, int]:
        """The size of each."""
        return {coding: len(body) for coding, body in self.bodies.items()}

    def written(self) -> bytes:
        """Return all of it as bytes; `read()` makes the same of them."""
        head = json.dumps([self.effort, self.is_gated, list(self.codings.items())])
        return head.encode() + b"\n" + b"".join(self.bodies.values())


def pack(body: bytes, *, is_gated: bool, effort: int) -> Packed:
    """Return a body in each coding that makes it smaller."""
    name = digest(body, is_gated=is_gated, effort=effort)
    return Packed(name, effort, is_gated, {"": body, **packed(body, effort)})


def pack_variants(page: PressedPage, effort: int) -> dict[str, Packed]:
    """Pack each variant once; variants of the same words share what comes of it."""
    known: dict[tuple[bytes, bool], Packed] = {}
    made = {}
    for name, pressed in page.variants.items():
        same = (pressed.body, pressed.is_gated)
        if same not in known:
            known[same] = pack(pressed.body, is_gated=pressed.is_gated, effort=effort)
        made[name] = known[same]
    return made


def with_variants(record: Record, page: PressedPage, bodies: Mapping[str, Packed]) -> Record:
    """Return a record that names the variants of its page."""
    return replace(
        record,
        variants={
            name: Variant(
                bodies[name].digest, pressed.headers, bodies[name].codings, pressed.is_gated
            )
            for name, pressed in page.variants.items()
        },
    )


def read(name: str, written: bytes) -> Packed:
    """Return the body of that name.

    Raises:
        NotABody: something else is written there.
    """
    head, _newline, rest = written.partition(b"\n")
    try:
        effort, is_gated, sizes = json.loads(head)
        bodies, start = {}, 0
        for coding, size in sizes:
            bodies[coding] = rest[start : start + size]
            start += size
        body = bodies[""]
        same = all(_unpacked(coding, small) == body for coding, small in bodies.items())
        found = digest(body, is_gated=is_gated, effort=effort)
    except (ValueError, KeyError, TypeError, OSError, EOFError, brotli.error) as error:
        raise NotABody(f"These bytes are no body: {error}") from error
    if not same or start != len(rest) or found != name:
        raise NotABody(f"These bytes are not {name}.")
    return Packed(name, effort, is_gated, bodies)


def _unpacked(coding: str, body: bytes) -> Any:
    return {"": bytes, "br": brotli.decompress, "gzip": gzip.decompress}[coding](body)


def digest(body: bytes, *, is_gated: bool, effort: int) -> str:
    """Return the name of a body that is packed that hard."""
    mark = b"\1" if is_gated else b"\0"
    return hashlib.sha256(mark + bytes([effort]) + body).hexdigest()[:32]
