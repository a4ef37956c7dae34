"""Which voices there are, and what is missing before articles can be read aloud."""

from __future__ import annotations

from masthead.press.speech.engines import Engine, Unavailable, Voice
from masthead.press.speech.espeak import Espeak
from masthead.press.speech.numerals import in_words
from masthead.production import narrations


def of(engine: Engine) -> list[Voice]:
    """Return the voices of an engine, by language.

    Raises:
        Unavailable: it cannot be used.
    """
    return sorted(engine.voices(), key=lambda one: (one.language.lower(), one.id))


def missing() -> list[str]:
    """Return what keeps articles from being read as `masthead.toml` says, a sentence each.

    Nothing is said for it, and no voice is loaded: what is wrong within a voice's own file is told
    by the first article that it is to read.
    """
    told: list[str] = []
    try:
        with narrations.engine_at_hand() as engine:
            of(engine)
            told += _problems(engine)
    except (narrations.CannotNarrate, Unavailable) as refusal:
        told.append(str(refusal))
    for ask in (lambda: of(Espeak()), lambda: in_words(1)):
        try:
            ask()
        except Unavailable as refusal:
            told.append(str(refusal))
    return list(dict.fromkeys(told))


def _problems(engine: Engine) -> list[str]:
    """Return what an engine itself says that it lacks, if it has a `check()`."""
    check = getattr(engine, "check", None)
    return [str(one) for one in check()] if callable(check) else []
