"""A script read aloud: sentence by sentence, with known pauses, so that every time is exact."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from masthead.press.paper.engine import put
from masthead.press.shelf import Shelf
from masthead.press.speech import sound
from masthead.press.speech.engines import Engine, Speech, Stumbled, Utterance
from masthead.press.speech.script import Sentence
from masthead.press.speech.times import Timed

PAUSE_AT_THE_START = 0.25
PAUSE_AT_THE_END = 0.60
KEPT = ".s16"
"""How a sentence is kept: its rate in four bytes, then its samples of sixteen bits."""
MOST_TRIES = 3
"""For one sentence, before the whole article is given up."""


class Nothing(Exception):
    """There is nothing to be said."""


@dataclass(frozen=True)
class Recording:
    """What was read, and how it came out."""

    file: Path
    seconds: float
    timed: list[Timed]
    level: sound.Level
    """As decoded."""
    said: int
    """How many sentences the engine was asked for; the others were kept from before."""
    opus: Path | None = None
    """The same in a smaller file, where it was asked for."""


def read_aloud(
    script: Sequence[Sentence],
    engine: Engine,
    voice: Callable[[str], str],
    out: Path,
    *,
    tags: dict[str, str],
    cover: bytes = b"",
    shelf: Shelf | None = None,
    rate: float = 1.0,
    opus: bool = False,
) -> Recording:
    """Write a script as an MP3, and return when each sentence is heard in it.

    The same script, engine and voice give the same bytes.

    Args:
        script: as `script.of_article` makes it.
        engine: what says the sentences. One engine for all of them: two voices by accident are
            worse than none.
        voice: the engine's voice for a language.
        out: the file to write; nothing stands there before it is whole.
        tags: see `sound.encode_mp3`.
        cover: likewise.
        shelf: where sentences are kept for another time.
        rate: 1 is the engine's own speed.
        opus: whether the same goes beside it as Opus, called by the same name.

    Raises:
        Nothing: no sentence is to be heard.
        Unavailable: see `engines`.
        Stumbled: the engine failed at a sentence again and again.
    """
    with tempfile.TemporaryDirectory(prefix="masthead-voice-") as folder:
        raw = Path(folder, "raw")
        tape: sound.Tape | None = None
        timed: list[Timed] = []
        said = 0
        # An engine may have to look at a whole program for either: once is enough.
        revision = engine.revision
        voices = {
            language: voice(language) for language in dict.fromkeys(one.language for one in script)
        }
        try:
            for sentence in script:
                utterance = Utterance(sentence.spoken, voices[sentence.language], rate)
                beside = Path(folder, "sentence")
                speech, new = _said(engine, revision, utterance, shelf, beside)
                said += new
                if tape is None:
                    tape = sound.Tape(raw, speech.rate).__enter__()
                    tape.wait(PAUSE_AT_THE_START)
                elif speech.rate != tape.rate:
                    raise Stumbled(
                        "The engine changed its sample rate in the middle of an article."
                    )
                samples = sound.trimmed(speech.samples, speech.rate)
                if not len(samples):
                    continue
                if timed:
                    tape.wait(sentence.pause)
                begins = tape.seconds
                tape.add(samples)
                timed.append(Timed(sentence, begins, tape.seconds))
            if tape is None or not timed:
                raise Nothing("There is nothing to be read aloud.")
            tape.wait(PAUSE_AT_THE_END)
        finally:
            if tape is not None:
                tape.__exit__(None, None, None)
        mastered, _level = sound.master(tape, Path(folder, "mastered"))
        made = Path(folder, "made.mp3")
        sound.encode_mp3(mastered, made, tags, cover=cover)
        level = sound.measure(made)
        smaller = None
        if opus:
            smaller = out.with_suffix(".opus")
            sound.encode_opus(mastered, Path(folder, "made.opus"), tags)
            put(Path(folder, "made.opus"), smaller)
        put(made, out)
    return Recording(out, tape.seconds, timed, level, said, smaller)


def _said(
    engine: Engine, revision: str, utterance: Utterance, shelf: Shelf | None, beside: Path
) -> tuple[Speech, bool]:
    """Return a sentence as sound, and whether the engine had to say it."""
    told = [engine.id, revision, utterance.voice, utterance.rate, utterance.text]
    asked = []

    def make() -> Path:
        asked.append(utterance)
        speech = _once_more(engine, utterance)
        out = beside.with_suffix(KEPT)
        samples = np.clip(speech.samples * 32768, -32768, 32767).astype(np.int16)
        out.write_bytes(speech.rate.to_bytes(4, "little") + samples.tobytes())
        return out

    file = shelf.fetch(json.dumps(told), beside, make) if shelf else make()
    stored = file.read_bytes()
    samples = np.frombuffer(stored, np.int16, offset=4).astype(np.float32) / np.float32(32768)
    return Speech(samples, int.from_bytes(stored[:4], "little")), bool(asked)


def _once_more(engine: Engine, utterance: Utterance) -> Speech:
    """Return what an engine says, asked again where it stumbles."""
    for _attempt in range(MOST_TRIES - 1):
        try:
            return engine.say(utterance)
        except Stumbled:
            continue
    return engine.say(utterance)
