"""A program of the machine's as an engine: flite, festival, `say`, or a script of one's own.

It is run for each sentence. It gets the words in a file or as an argument, and writes a WAV file:

    ["flite", "-voice", "slt", "-f", "{text}", "-o", "{out}"]
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess  # nosec B404 - the program that the owner named, never through a shell.
import tempfile
import wave
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from masthead.press.speech.engines import Speech, Stumbled, Unavailable, Utterance, Voice

LONGEST_SECONDS = 60
"""For one sentence."""
SIXTEEN_BITS = 2


class Command:
    """Reads aloud by running a program for each sentence.

    In its words ``{text}`` stands for a file that holds the sentence (UTF-8), ``{words}`` for the
    sentence itself, ``{out}`` for the WAV file that it is to write (16 bits), and ``{voice}`` for
    the voice.
    """

    id = "command"

    def __init__(self, words: Sequence[str], languages: Sequence[str]) -> None:
        """Name the program with its arguments, and the languages that it speaks (BCP 47)."""
        self._words, self._languages = tuple(words), tuple(languages)

    @property
    def revision(self) -> str:
        """Return a digest of the program and of its arguments."""
        told = hashlib.sha256("\0".join(self._words).encode())
        if program := shutil.which(self._words[0]) if self._words else None:
            told.update(Path(program).read_bytes())
        return told.hexdigest()[:16]

    def voices(self) -> Iterator[Voice]:
        """Yield a voice for each language; it is called as the language is."""
        self._program()
        for language in self._languages:
            yield Voice(language, language, self._words[0])

    def stop(self) -> None:
        """Hold nothing: a program ends with its sentence."""

    def say(self, utterance: Utterance) -> Speech:
        """Return one sentence as sound."""
        program = self._program()
        with tempfile.TemporaryDirectory(prefix="masthead-say-") as folder:
            text, out = Path(folder, "text"), Path(folder, "out.wav")
            text.write_text(utterance.text, "utf-8")
            stands_for = {
                "{text}": str(text),
                "{out}": str(out),
                "{words}": utterance.text,
                "{voice}": utterance.voice,
            }
            arguments = [stands_for.get(word, word) for word in self._words[1:]]
            try:
                done = subprocess.run(  # noqa: S603 - as the owner wrote it, without a shell.
                    [program, *arguments],
                    capture_output=True,
                    timeout=LONGEST_SECONDS,
                    # Nothing of ours is told to it: no settings, no secrets.
                    env={"PATH": os.environ.get("PATH", ""), "HOME": folder},
                    check=False,
                )
            except (OSError, subprocess.TimeoutExpired) as error:
                raise Stumbled(
                    f"{self._words[0]} did not finish “{utterance.text[:60]}” ({error})."
                ) from error
            if done.returncode or not out.is_file():
                said = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
                raise Stumbled(
                    f"{self._words[0]} failed at “{utterance.text[:60]}” "
                    f"({' '.join(said) or f'it ended with {done.returncode}'})."
                )
            return _read(out, self._words[0])

    def _program(self) -> str:
        program = shutil.which(self._words[0]) if self._words else None
        if program is None:
            named = self._words[0] if self._words else "no program"
            raise Unavailable(
                f"The voice is to be spoken by {named}, which is not there. Install it, or name "
                "another under [speech] in masthead.toml."
            )
        return program


def _read(file: Path, program: str) -> Speech:
    """Return what stands in a WAV file, as one channel."""
    try:
        with wave.open(str(file)) as opened:
            width, channels, rate = (
                opened.getsampwidth(),
                opened.getnchannels(),
                opened.getframerate(),
            )
            stored = opened.readframes(opened.getnframes())
    except (wave.Error, EOFError) as error:
        raise Stumbled(f"{program} wrote no WAV file ({error}).") from error
    if width != SIXTEEN_BITS:
        raise Stumbled(f"{program} wrote samples of {8 * width} bits; 16 are wanted.")
    samples = np.frombuffer(stored, np.int16).astype(np.float32) / np.float32(32768)
    return Speech(samples.reshape(-1, channels).mean(axis=1, dtype=np.float32), rate)
