"""How far it is with pressing everything anew, for whoever waits for it on any machine of the house."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import cache

_KEY = "press-everything"

HOLDS = 10 * 60
"""Seconds after which what was noted last says nothing more: whoever pressed has been stopped."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Pages that are pressed, of about how many; 0 where nobody knows."""

    done: int
    about: int


def note(progress: Progress) -> None:
    """Tell how far it is."""
    cache.set(_KEY, progress, HOLDS)


def finished() -> None:
    """Tell that nothing is pressed anew any more."""
    cache.delete(_KEY)


def under_way() -> Progress | None:
    """Return how far it is; None where nothing is being pressed anew as a whole."""
    found: Progress | None = cache.get(_KEY)
    return found
