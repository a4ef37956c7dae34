"""How an advertisement looks to readers: drawn above, asked for by whoever shows it to staff."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from masthead.advertising.models import Creative

Ground = Literal["light", "dark"]
Draw = Callable[[Creative, Ground], str]

_draw: list[Draw] = []


def register(draw: Draw) -> None:
    """Have advertisements drawn by whoever owns what readers see."""
    _draw[:] = [draw]


def draw(creative: Creative, ground: Ground) -> str:
    """Return a page of HTML with nothing on it but a creative, on light or dark ground.

    Nothing is counted by looking at it.
    """
    return _draw[0](creative, ground) if _draw else ""
