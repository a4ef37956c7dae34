"""What says a sentence: the protocol that every engine keeps, and what it gives.

An engine is handed one sentence and returns its sound. Splitting, wording, pauses, loudness and
times are not its business. Packages offer engines under the entry points `masthead.speech_engines`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
"""Sound of one channel, from -1 to 1."""


@dataclass(frozen=True)
class Voice:
    """A voice that an engine has."""

    id: str
    language: str
    """BCP 47."""
    label: str = ""
    licence: str = ""


@dataclass(frozen=True)
class Utterance:
    """One sentence to be said."""

    text: str
    voice: str
    rate: float = 1.0
    """1 is the engine's own speed."""


@dataclass(frozen=True)
class Speech:
    """What an engine has said."""

    samples: Samples
    rate: int
    """Samples in a second."""


class Unavailable(Exception):
    """The engine is not there, or not set up: says what to do, fit to show to a publisher."""


class Stumbled(Exception):
    """The engine failed at this sentence; another time it may not."""


class Engine(Protocol):
    """Something that reads aloud."""

    @property
    def id(self) -> str:
        """Return what it is called."""
        ...

    @property
    def revision(self) -> str:
        """Return what changes with whatever may change the sound.

        It goes into the key under which sentences are kept.
        """
        ...

    def voices(self) -> Iterable[Voice]:
        """Return the voices that are there.

        Raises:
            Unavailable: the engine cannot be used.
        """
        ...

    def say(self, utterance: Utterance) -> Speech:
        """Return one sentence as sound.

        Raises:
            Unavailable: the engine cannot be used, or has no such voice.
            Stumbled: it failed, and may be asked again.
        """
        ...

    def stop(self) -> None:
        """Let go of whatever it holds, such as a process; asked again, it begins anew."""
        ...


def voice_for(voices: Iterable[Voice], language: str) -> Voice | None:
    """Return the voice for a BCP 47 tag, the nearest first: of its region, else of its language."""
    there = list(voices)
    parts = language.split("-")
    for length in range(len(parts), 0, -1):
        wanted = "-".join(parts[:length]).lower()
        for voice in there:
            if voice.language.lower() == wanted:
                return voice
    # The same language, of whatever region.
    return next(
        (voice for voice in there if voice.language.split("-")[0].lower() == parts[0].lower()), None
    )
