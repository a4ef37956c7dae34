"""Manuscripts as Markdown and back, losing nothing.

The dialect is described in `docs/reference/manuscript-markdown.md`. Reading never fails on
text, whatever stands in it: what cannot be carried is told in `Reading.lost`. Only front
matter can be refused as a whole.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from masthead.manuscript import markdown_front, markdown_writing
from masthead.manuscript.markdown_front import CannotRead
from masthead.manuscript.markdown_reading import Reader
from masthead.manuscript.nodes import Manuscript

__all__ = ["CannotRead", "Reading", "from_markdown", "read", "split", "to_markdown"]

split = markdown_front.split


@dataclass(frozen=True, slots=True)
class Reading:
    """A manuscript as read, and a line for each thing that it could not carry."""

    manuscript: Manuscript
    lost: tuple[str, ...] = ()


def to_markdown(manuscript: Manuscript) -> str:
    """Return the manuscript as Markdown from which `from_markdown` makes it again."""
    return markdown_writing.write(manuscript)


def from_markdown(text: str) -> Manuscript:
    """Return the manuscript that `text` holds, without a word about what it cannot carry.

    Raises:
        CannotRead: the front matter is broken; see `read` for the rest.
    """
    front, body = split(text)
    return read(front, body).manuscript


def read(front: Mapping[str, Any], body: str) -> Reading:
    """Return the manuscript made of front matter and the text below it.

    Pictures, links and topics stay as they are written, by file or by key.

    Args:
        front: the keys that the reference page lists; others are not looked at. Without
            ``key``, one is made of the title.
        body: the text in Masthead's Markdown.

    Raises:
        CannotRead: there is no title, or a value is not what its key needs.
    """
    key = markdown_front.text_of(front.get("key")) or str(
        uuid.uuid5(uuid.NAMESPACE_URL, f"masthead:{front.get('title')}")
    )
    reader = Reader(key)
    matter, sources = markdown_front.read_article(front, reader.figure)
    lead_words = front.get("lead_words", 80)
    if not isinstance(lead_words, int) or isinstance(lead_words, bool) or lead_words < 0:
        raise CannotRead(f"lead_words must be a number of words, not {lead_words!r}.")
    manuscript = Manuscript(
        key=key,
        front=matter,
        body=reader.body(body),
        notes=tuple(reader.notes),
        sources=sources,
        access=markdown_front.access_of(front.get("access")),
        lead_words=lead_words,
    )
    return Reading(manuscript, tuple(reader.lost))
