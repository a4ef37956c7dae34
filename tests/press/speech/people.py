"""People who read aloud, for tests: other voices, other pauses, a room that hums."""

from __future__ import annotations

import wave
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from masthead.press.speech import sentences, sound
from masthead.press.speech.engines import Engine, Utterance
from masthead.press.speech.script import Sentence
from masthead.press.speech.spoken import spoken

PASSAGE = [
    "The harbour of Ellan Mor has one crane, and it has not moved since the spring. Nobody took it "
    "away, because nobody could say to whom it belonged. Gulls sit on its arm in a row.",
    "Twice a year a man comes from the ministry. He counts the bolts, writes the number down, and "
    "goes home by the evening boat. This autumn he found 412 of them, which is three more than before.",
    "Where the three came from is the question that the council put to itself on Monday night. "
    "Somebody had brought cake. The meeting lasted until two in the morning.",
    "Old Marran, who greased the crane for thirty years, laughed when we asked him. “A thing that is "
    "counted grows,” he said, and poured the tea. He would not tell us more, although we stayed.",
    "Others are less amused. The insurers want to know what the new bolts hold together. Without an "
    "answer the pier will be closed on the first of March, and with it the only shop that sells oil.",
    "So the town waits for its crane as it has waited for trains and for doctors. It is good at that. "
    "In the window of the shop somebody has put up a sheet of paper with a single number on it.",
]
ANOTHER = [
    "Bread was dear in the winter of the long frost, and flour dearer. Bakers sold half loaves to "
    "people who had once bought two. A boy was seen to weep over a roll that fell into the snow.",
    "What saved the valley was a wedding. The bride came from across the pass with eleven mules, and "
    "each of them carried barley. Her father had sent it for the feast, which was to last a week.",
    "There was no feast. The young couple gave the sacks away at the door of the chapel, one after "
    "the other, until their fingers froze. It is said that they ate turnips for a year.",
    "Today the pass has a tunnel, and lorries bring strawberries in January. Nobody marries for "
    "barley any more, and hardly anybody for love. But every house keeps a jar of it on a shelf.",
    "Children shake the jars to hear the sound. Their grandmothers tell them to stop. In the dry "
    "summer, when the wells sank, some jars were found to be empty, and there was a quiet scandal.",
    "A commission was formed, with a seal and a budget. It has met four times so far. Its report is "
    "expected when the frost comes back, which the oldest among us believe will be soon enough.",
]


def script(paragraphs: Sequence[str]) -> list[Sentence]:
    """Return the sentences of paragraphs with the pauses that the machine makes."""
    return [
        Sentence(f"p{block}-s{number}", f"p{block}", start, end, text[start:end],
                 spoken(text[start:end], "en-GB"), "en-GB", 0.35 if number else 0.7)
        for block, text in enumerate(paragraphs)
        for number, (start, end) in enumerate(sentences.split(text, "en-GB"))
    ]  # fmt: skip


def read(
    said: Sequence[Sentence],
    engine: Engine,
    voice: str,
    out: Path,
    *,
    rate: float = 1.0,
    noise: float = 0.002,
    before: str = "",
) -> list[tuple[float, float]]:
    """Write what somebody reads as a WAV file; return when each sentence is heard.

    Args:
        said: what.
        engine: who.
        voice: the engine's.
        out: the file.
        rate: 1 is the engine's own speed.
        noise: of the room, as a share of what a file can hold.
        before: said ahead of everything.
    """
    dice = np.random.default_rng(7)
    heard, parts, length = [], [], 0
    rates = set()

    def add(samples: np.ndarray) -> None:
        nonlocal length
        parts.append(samples)
        length += len(samples)

    for number, text in enumerate([*([before] if before else []), *(one.spoken for one in said)]):
        speech = engine.say(Utterance(text, voice, rate))
        rates.add(speech.rate)
        pause = 1.7 if number == 0 else dice.uniform(0.2, 1.2)
        add(np.zeros(round(pause * speech.rate), np.float32))
        begins = length / speech.rate
        add(sound.trimmed(speech.samples, speech.rate))
        heard.append((begins, length / speech.rate))
    (rate_of_all,) = rates
    add(np.zeros(rate_of_all, np.float32))
    samples = np.concatenate(parts) * 0.5
    samples = samples + dice.normal(0, noise, len(samples))
    write(out, samples, rate_of_all)
    return heard[1:] if before else heard


def write(out: Path, samples: np.ndarray, rate: int) -> None:
    """Write samples as a WAV file of one channel."""
    with wave.open(str(out), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
