"""The directives of a house: its own marks in Markdown, turned into ours.

Each house is a function with the shape of `Directives`, announced under the entry points
`masthead.directives` and named with `masthead import markdown --directives`. A package of
anybody's can bring one; `free_software_magazine` is ours, and an example.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Translation:
    """A file in Masthead's own Markdown, and a sentence for each thing that found no place."""

    front: Mapping[str, Any]
    body: str
    lost: tuple[str, ...] = ()


class Directives(Protocol):
    """Turns what one house writes into what the reference page of our Markdown says."""

    def __call__(self, front: Mapping[str, Any], body: str) -> Translation:
        """Return the file in our words.

        Args:
            front: the front matter as it stands there; keys of other houses may stay.
            body: the text below it, its lines ended by a line feed alone.

        Raises:
            CannotRead: the file makes no sense in this house (`manuscript.markdown`).
        """
        ...
