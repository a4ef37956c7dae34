"""The voice that is always there: eSpeak NG, from a wheel, in a process of its own."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import signal
import subprocess  # nosec B404 - our own worker, started with a fixed command.
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from masthead.press.speech.engines import Speech, Stumbled, Unavailable, Utterance, Voice

WHEEL = "espeakng-loader"
WORKER = Path(__file__).with_name("espeak_worker.py")
WORDS_A_MINUTE = 165
PITCH = 45
LONGEST_SECONDS = 30
"""For one sentence. It takes a few hundredths of one."""

VOICES = {
    "en": "en-gb-x-rp", "en-US": "en-us", "en-GB": "en-gb-x-rp", "en-GB-scotland": "en-gb-scotland",
    "ar": "ar", "bg": "bg", "ca": "ca", "cs": "cs", "cy": "cy", "da": "da", "de": "de", "el": "el",
    "eo": "eo", "es": "es", "es-419": "es-419", "et": "et", "eu": "eu", "fa": "fa", "fi": "fi",
    "fr": "fr", "fr-CH": "fr-ch", "ga": "ga", "hi": "hi", "hr": "hr", "hu": "hu", "id": "id",
    "is": "is", "it": "it", "lt": "lt", "lv": "lv", "mk": "mk", "nb": "nb", "nl": "nl", "no": "nb",
    "pl": "pl", "pt": "pt", "pt-BR": "pt-br", "ro": "ro", "ru": "ru", "sk": "sk", "sl": "sl",
    "sq": "sq", "sr": "sr", "sv": "sv", "tr": "tr", "uk": "uk", "ur": "ur", "vi": "vi",
}  # fmt: skip
"""The voice for a language; the engine knows more languages than these."""


class Espeak:
    """Reads aloud in some fifty languages, plainly a machine, hundreds of times faster than life."""

    id = "espeak-ng"

    def __init__(self) -> None:
        """Begin without a process; the first sentence starts one."""
        self._process: subprocess.Popen[bytes] | None = None
        self._turn = threading.Lock()

    @property
    def revision(self) -> str:
        """Return the version of the wheel."""
        try:
            return importlib.metadata.version(WHEEL)
        except importlib.metadata.PackageNotFoundError:
            return ""

    def voices(self) -> Iterator[Voice]:
        """Yield a voice for each language."""
        self._see_that_it_is_there()
        for language, name in VOICES.items():
            yield Voice(name, language, "eSpeak NG", "GPL-3.0-or-later")

    def say(self, utterance: Utterance) -> Speech:
        """Return one sentence as sound; a process that died is started again for the next."""
        asked = {
            "text": utterance.text,
            "voice": utterance.voice,
            "words": round(WORDS_A_MINUTE * utterance.rate),
            "pitch": PITCH,
        }
        with self._turn:
            process = self._running()
            watch = threading.Timer(LONGEST_SECONDS, _end, [process])
            watch.start()
            try:
                answer, samples = self._ask(process, asked)
            except (OSError, ValueError) as error:
                self.stop()
                raise Stumbled(f"eSpeak NG stopped at “{utterance.text[:60]}”.") from error
            finally:
                watch.cancel()
        if answer.get("error") == "voice":
            raise Unavailable(
                f"eSpeak NG has no voice “{utterance.voice}”. Choose one that it has."
            )
        if "error" in answer:
            raise Stumbled(f"eSpeak NG failed ({answer['error']}) at “{utterance.text[:60]}”.")
        sound = np.frombuffer(samples, np.int16).astype(np.float32) / np.float32(32768)
        return Speech(sound, answer["rate"])

    def stop(self) -> None:
        """End the process, if there is one."""
        if self._process:
            _end(self._process)
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe:
                    pipe.close()
            self._process = None

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.stop()
            self._see_that_it_is_there()
            # Nothing of ours is told to it: no settings, no secrets.
            environment = {
                "PATH": os.environ.get("PATH", ""),
                "PYTHONPATH": os.pathsep.join(sys.path),
            }
            self._process = subprocess.Popen(  # noqa: S603 - our own worker.
                [sys.executable, str(WORKER)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
                # With whatever it has begun it is one group, and ends as one.
                process_group=0,
            )
        return self._process

    def _ask(
        self, process: subprocess.Popen[bytes], asked: dict[str, object]
    ) -> tuple[dict[str, Any], bytes]:
        if process.stdin is None or process.stdout is None:
            raise ValueError("It has no pipes.")
        process.stdin.write(json.dumps(asked).encode() + b"\n")
        process.stdin.flush()
        answer = json.loads(process.stdout.readline())
        count = answer.get("bytes", 0)
        samples = process.stdout.read(count)
        if len(samples) != count:
            raise ValueError("It ended in the middle of a sentence.")
        return answer, samples

    def _see_that_it_is_there(self) -> None:
        if importlib.util.find_spec("espeakng_loader") is None:
            raise Unavailable(
                "The voice is not installed. Install it with: pip install 'masthead[voice]'"
            )


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
