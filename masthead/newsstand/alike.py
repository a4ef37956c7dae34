"""What is the same for every reader of a page is drawn once, where all its variants are drawn.

Templates say what that is with `{% alike %}`. What was drawn for whoever may read the whole never
gets to a stranger, whatever a template says.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import MutableMapping
from typing import Any

from django.http import HttpRequest
from django.template import Node

Drawn = MutableMapping[Node, str]

_DRAWN = "_masthead_drawn_alike"


class Alike:
    """What variants of one page have in common, as far as they are drawn."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._open: Drawn = {}
        self._gated: Drawn = {}

    def share(self, request: HttpRequest, *, is_gated: bool) -> None:
        """Let the answer to a request use what was drawn, and add to it."""
        drawn = ChainMap(self._gated, self._open) if is_gated else self._open
        vars(request)[_DRAWN] = drawn


def drawn_for(request: HttpRequest | None) -> Drawn | None:
    """Return what may be used in the answer to a request; None where each page is drawn whole."""
    found: Any = vars(request).get(_DRAWN) if request is not None else None
    return found
