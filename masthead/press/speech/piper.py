"""Piper: neural voices from files, on the machine itself, in a process of its own.

A voice is two files that lie beside each other, such as ``en_GB-alba-medium.onnx`` and
``en_GB-alba-medium.onnx.json``. Nothing is downloaded.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from masthead.press.speech.beside import Beside
from masthead.press.speech.engines import Speech, Stumbled, Unavailable, Utterance, Voice

PACKAGE = "piper-tts"
WORKER = Path(__file__).with_name("piper_worker.py")
LONGEST_SECONDS = 180
"""For one sentence, on a slow machine, with the voice to be loaded before."""
ENDING = ".onnx"
CARD = "MODEL_CARD"
"""What tells of a voice's licence, where it lies beside it."""
LOWEST_RATE, HIGHEST_RATE = 8_000, 48_000
SPELT = ("espeak", "text")
"""How words become sounds without anything that would have to be fetched."""


class Piper:
    """Reads aloud with the voices that lie in a file or folder."""

    id = "piper"

    def __init__(self, place: Path) -> None:
        """Name a voice's ``.onnx`` file, or a folder of several."""
        self._place = place
        self._beside = Beside(WORKER, "Piper", LONGEST_SECONDS)

    @property
    def revision(self) -> str:
        """Return Piper's version with a digest of the voices."""
        try:
            version = importlib.metadata.version(PACKAGE)
        except importlib.metadata.PackageNotFoundError:
            return ""
        return f"{version}-{self._digest}"

    @cached_property
    def _digest(self) -> str:
        told = hashlib.sha256()
        for file in self._files():
            for part in (file, _told_in(file)):
                if part.is_file():
                    with part.open("rb") as data:
                        told.update(hashlib.file_digest(data, "sha256").digest())
        return told.hexdigest()[:16]

    def voices(self) -> Iterator[Voice]:
        """Yield each voice; it is called as its file is."""
        for file in self._looked_at():
            yield Voice(file.file.name, file.language, file.file.stem, file.licence)

    def say(self, utterance: Utterance) -> Speech:
        """Return one sentence as sound; a process that died is started again for the next."""
        found = [one for one in self._looked_at() if one.file.name == utterance.voice]
        if not found:
            raise Unavailable(f"There is no voice “{utterance.voice}” in {self._place}.")
        asked: dict[str, object] = {
            # What stands between two brackets it would take for sounds instead of words.
            "text": re.sub(r"\[\[|\]\]", " ", utterance.text),
            "voice": str(found[0].file.resolve()),
            "rate": utterance.rate,
        }
        answer, speech = self._beside.say(asked, utterance.text)
        if answer.get("error") == "voice":
            raise Unavailable(
                f"Piper cannot use the voice {found[0].file.name} ({answer['why']}). Both of its files "
                "have to be whole, and from the same voice: fetch them once more."
            )
        if "error" in answer:
            raise Stumbled(f"Piper failed ({answer['why']}) at “{utterance.text[:60]}”.")
        return speech

    def stop(self) -> None:
        """End the process, if there is one."""
        self._beside.stop()

    def _looked_at(self) -> list[_File]:
        """Return the voices, looked at once.

        Raises:
            Unavailable: Piper is not installed, or there is no voice that could be used.
        """
        if importlib.util.find_spec("piper") is None:
            raise Unavailable(
                "Piper is not installed. Install it with: pip install 'masthead[piper]'"
            )
        return self._voices

    @cached_property
    def _voices(self) -> list[_File]:
        files = self._files()
        if not files:
            raise Unavailable(
                f"There is no voice for Piper at {self._place}. Put a voice there, which is two files, "
                "one ending in .onnx and one in .onnx.json, and name the first as voice under [speech] "
                "in masthead.toml."
            )
        return [_look_at(file) for file in files]

    def _files(self) -> list[Path]:
        if self._place.is_dir():
            return sorted(self._place.glob(f"*{ENDING}"))
        return [self._place] if self._place.suffix == ENDING and self._place.is_file() else []


@dataclass(frozen=True)
class _File:
    """A voice as its files tell of it."""

    file: Path
    language: str
    licence: str


def _told_in(file: Path) -> Path:
    return file.with_name(f"{file.name}.json")


def _look_at(file: Path) -> _File:
    """Return what is told of a voice.

    Raises:
        Unavailable: it cannot be used.
    """
    beside = _told_in(file)
    if not beside.is_file():
        raise Unavailable(
            f"Beside {file.name} the file {beside.name} is missing. A voice is both: put it there."
        )
    try:
        told = json.loads(beside.read_text("utf-8"))
        rate = told["audio"]["sample_rate"]
        spelt = told.get("phoneme_type", SPELT[0])
        language = (told.get("language") or {}).get("code") or told["espeak"]["voice"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unavailable(
            f"{beside.name} is not what tells of a Piper voice. Fetch both files once more."
        ) from error
    if not isinstance(rate, int) or not LOWEST_RATE <= rate <= HIGHEST_RATE:
        raise Unavailable(
            f"{beside.name} names a sample rate of {rate}, which no voice has. Fetch both files once more."
        )
    if spelt not in SPELT:
        raise Unavailable(
            f"The voice {file.name} would have to fetch more from the net to speak. Choose another voice."
        )
    return _File(file, str(language).replace("_", "-"), _licence(file))


def _licence(file: Path) -> str:
    """Return what the card beside a voice says of its licence; empty where there is none."""
    for card in (file.with_name(f"{file.stem}.{CARD}"), file.with_name(CARD)):
        if card.is_file():
            words = card.read_text("utf-8", errors="replace")[:20_000]
            if found := re.search(
                r"^\W*licen[cs]e\W*:\s*(\S.*)$", words, re.IGNORECASE | re.MULTILINE
            ):
                return found[1].strip()[:200]
    return ""
