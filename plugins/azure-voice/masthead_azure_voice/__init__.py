"""Azure's voices as an engine of speech: one sentence goes to Microsoft, its sound comes back.

Set up by the environment: ``AZURE_SPEECH_KEY``, ``AZURE_SPEECH_REGION`` and, if other voices are wanted,
``AZURE_SPEECH_VOICES``. The key goes into one header of each request and nowhere else.
"""

from __future__ import annotations

import html
import os
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from email.message import Message
from typing import IO

import numpy as np

from masthead.press.speech.engines import Speech, Stumbled, Unavailable, Utterance, Voice

REVISION = "1"
"""Raised when everything is to be said anew."""
RATE = 24_000
FORM = "raw-24khz-16bit-mono-pcm"
LONGEST_SECONDS = 60
MOST_BYTES = 20_000_000
"""Seven minutes: no sentence takes as long."""
MOST_TRIES = 3
LONGEST_WAIT = 30.0
"""Seconds that are waited because Azure asks for it."""
VOICES = (
    "en-GB=en-GB-SoniaNeural en-US=en-US-JennyNeural fr=fr-FR-DeniseNeural de=de-DE-KatjaNeural"
)
_NO_XML = re.compile(r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LICENCE = "Microsoft's terms for Azure; paid by the character"


class Azure:
    """Reads aloud by asking Azure for each sentence."""

    id = "azure"

    def __init__(
        self,
        environment: Mapping[str, str] | None = None,
        *,
        address: str = "",
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        """Take what the environment says; `address` and `wait` are for tests."""
        told = os.environ if environment is None else environment
        self._key = told.get("AZURE_SPEECH_KEY", "").strip()
        self._region = told.get("AZURE_SPEECH_REGION", "").strip()
        self._named = told.get("AZURE_SPEECH_VOICES", "") or VOICES
        self._address, self._wait = address, wait
        # Without redirects: the key is not carried to another host.
        self._opener = urllib.request.build_opener(_NoRedirects)

    @property
    def revision(self) -> str:
        """Return the form that is asked for, and how often we wanted all of it anew."""
        return f"{FORM}-{REVISION}"

    def voices(self) -> Iterator[Voice]:
        """Yield a voice for each language that was named."""
        self._see_that_it_is_set_up()
        for named in self._named.split():
            language, equals, voice = named.partition("=")
            if not equals or not re.fullmatch(r"[A-Za-z0-9:-]+", voice):
                raise Unavailable(
                    f"In AZURE_SPEECH_VOICES stands “{named}”. Write a language and a voice, such as "
                    "en-GB=en-GB-SoniaNeural."
                )
            yield Voice(voice, language, f"Azure {voice}", LICENCE)

    def say(self, utterance: Utterance) -> Speech:
        """Return one sentence as sound, asked for again where Azure is busy or down."""
        self._see_that_it_is_set_up()
        for attempt in range(MOST_TRIES):
            try:
                return _speech(self._ask(utterance))
            except urllib.error.HTTPError as error:
                with error:
                    if error.code != 429 and error.code < 500:
                        raise _refusal(error.code, utterance) from None
                    why, seconds = f"it answered {error.code}", _asked_to_wait(error.headers)
            except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
                why, seconds = f"{getattr(error, 'reason', error)}", None
            if attempt < MOST_TRIES - 1:
                self._wait(2.0**attempt if seconds is None else seconds)
        raise Stumbled(
            f"Azure did not say “{utterance.text[:60]}”: {why}. It is asked again later."
        )

    def stop(self) -> None:
        """Hold nothing."""

    def _ask(self, utterance: Utterance) -> bytes:
        where = self._address or f"https://{self._region}.tts.speech.microsoft.com"
        request = urllib.request.Request(  # noqa: S310 - https, or a test's own server.
            f"{where}/cognitiveservices/v1",
            data=_marked_up(utterance).encode(),
            headers={
                "Content-Type": "application/ssml+xml",
                "X-Microsoft-OutputFormat": FORM,
                "User-Agent": "masthead-azure-voice",
            },
        )
        # Added so that it goes to this host only, whatever else happens to the request.
        request.add_unredirected_header("Ocp-Apim-Subscription-Key", self._key)
        with self._opener.open(request, timeout=LONGEST_SECONDS) as answer:
            sound: bytes = answer.read(MOST_BYTES + 1)
        return sound

    def _see_that_it_is_set_up(self) -> None:
        if not self._key or not re.fullmatch(r"[\x21-\x7e]+", self._key):
            raise Unavailable(
                "Azure's key is missing or has signs in it that none has. Put it into the environment "
                "as AZURE_SPEECH_KEY."
            )
        if not re.fullmatch(r"[a-z0-9-]+", self._region):
            raise Unavailable(
                "Azure's region is missing. Put it into the environment as AZURE_SPEECH_REGION, such as "
                "westeurope."
            )


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Message,
        newurl: str,
    ) -> None:
        """Follow none."""


def _marked_up(utterance: Utterance) -> str:
    """Return the sentence as SSML (W3C Speech Synthesis Markup Language 1.0)."""
    words = html.escape(_NO_XML.sub("", utterance.text), quote=False)
    voice = html.escape(utterance.voice)
    language = html.escape("-".join(utterance.voice.split("-")[:2]))
    faster = f"{round((utterance.rate - 1) * 100):+d}%"
    return (
        f'<speak version="1.0" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="{language}">'
        f'<voice name="{voice}"><prosody rate="{faster}">{words}</prosody></voice></speak>'
    )


def _speech(sound: bytes) -> Speech:
    if len(sound) > MOST_BYTES:
        raise Stumbled("Azure sent more sound than a sentence can have.")
    samples = np.frombuffer(sound[: len(sound) // 2 * 2], "<i2").astype(np.float32)
    return Speech(samples / np.float32(32768), RATE)


def _refusal(code: int, utterance: Utterance) -> Exception:
    if code in (401, 403):
        return Unavailable(
            f"Azure refuses the key ({code}). Look whether AZURE_SPEECH_KEY is right, and belongs to the "
            "region in AZURE_SPEECH_REGION."
        )
    if code == 404:
        return Unavailable("Azure has no such region. Look at AZURE_SPEECH_REGION.")
    return Stumbled(
        f"Azure refuses “{utterance.text[:60]}” ({code}). Look whether it has the voice {utterance.voice}."
    )


def _asked_to_wait(headers: Message) -> float | None:
    """Return the seconds for which Azure asks, within reason."""
    told = str(headers.get("Retry-After") or "")
    return min(float(told), LONGEST_WAIT) if told.isdecimal() else None
