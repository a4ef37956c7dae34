"""The voice that is always there: eSpeak NG, from a wheel, in a process of its own."""

from __future__ import annotations

import importlib.metadata
import importlib.util
from collections.abc import Iterator
from pathlib import Path

from masthead.press.speech.beside import Beside
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
        self._beside = Beside(WORKER, "eSpeak NG", LONGEST_SECONDS)

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
        self._see_that_it_is_there()
        answer, speech = self._beside.say(asked, utterance.text)
        if answer.get("error") == "voice":
            raise Unavailable(
                f"eSpeak NG has no voice “{utterance.voice}”. Choose one that it has."
            )
        if "error" in answer:
            raise Stumbled(f"eSpeak NG failed ({answer['error']}) at “{utterance.text[:60]}”.")
        return speech

    def stop(self) -> None:
        """End the process, if there is one."""
        self._beside.stop()

    def _see_that_it_is_there(self) -> None:
        if importlib.util.find_spec("espeakng_loader") is None:
            raise Unavailable(
                "The voice is not installed. Install it with: pip install 'masthead[voice]'"
            )
