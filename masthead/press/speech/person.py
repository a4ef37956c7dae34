"""A recording that a person made, put into the form in which recordings are handed out.

The file comes from outside: it may be anything. Formats that name other files or addresses are not
opened, what has pictures that move is no recording, and nothing is read beyond `LONGEST_HOURS`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import av
import av.error
import numpy as np
from av.stream import Disposition

from masthead.press.paper.engine import put
from masthead.press.speech import sound
from masthead.press.speech.engines import Samples

LONGEST_HOURS = 3
SHORTEST_SECONDS = 1.0
MOST_BROKEN = 0.05
"""The share of a file that may be damaged: players skip a little as well."""
FORMATS = "aac,ac3,aiff,amr,asf,au,caf,flac,matroska,webm,mov,mp4,m4a,3gp,mp2,mp3,ogg,w64,wav,wv"
"""What is opened. None of them is a list of other files or addresses to be fetched."""

NO_SOUND, FILM, TOO_LONG, SILENT, BROKEN = "no sound", "film", "too long", "silent", "broken"
"""Why a file is no recording."""

_WORDS = {
    NO_SOUND: "There is no sound in this file. Choose a recording, such as an MP3, M4A, WAV or FLAC.",
    FILM: "This is a film. Save its sound as a file of its own, such as an MP3, and choose that.",
    TOO_LONG: f"This recording is longer than {LONGEST_HOURS} hours. Cut it to the article.",
    SILENT: "There is nothing to be heard in this recording. Look whether the microphone was on.",
    BROKEN: "This file is damaged: much of it cannot be played. Save it anew, and choose that.",
}


class NoRecording(Exception):
    """The file is no recording of an article: its words are fit to show to an editor."""

    def __init__(self, why: str) -> None:
        """Say why: one of the words above."""
        super().__init__(_WORDS[why])
        self.why = why


@dataclass(frozen=True)
class Delivered:
    """What is handed out of a person's recording."""

    file: Path
    seconds: float
    level: sound.Level
    """As decoded."""


def delivered(
    recording: Path, out: Path, *, tags: Mapping[str, str], cover: bytes = b""
) -> Delivered:
    """Write a person's recording as an MP3, as loud as every other and of its own length.

    Args:
        recording: any file at all; it need not be trusted.
        out: the file to write; nothing stands there before it is whole.
        tags: see `sound.encode_mp3`.
        cover: likewise.

    Raises:
        NoRecording: see the class.
    """
    with tempfile.TemporaryDirectory(prefix="masthead-voice-") as folder:
        tape = sound.Tape(Path(folder, "raw"), sound.RATE)
        with tape:
            for samples in heard(recording, sound.RATE):
                tape.add(samples)
        if tape.seconds < SHORTEST_SECONDS:
            raise NoRecording(SILENT)
        try:
            mastered, _level = sound.master(tape, Path(folder, "mastered"))
        except sound.Silent as silent:
            raise NoRecording(SILENT) from silent
        made = Path(folder, "made.mp3")
        sound.encode_mp3(mastered, made, tags, cover=cover)
        level = sound.measure(made)
        put(made, out)
    return Delivered(out, tape.seconds, level)


def heard(recording: Path, rate: int) -> Iterator[Samples]:
    """Yield what is heard in a file, as one channel of so many samples in a second.

    Raises:
        NoRecording: it is silent on being silent; everything else it tells.
    """
    # Given as a stream, so that its name says nothing about what is in it.
    with recording.open("rb") as data:
        try:
            container = av.open(data, "r", options=_CAREFULLY)
        except (av.error.FFmpegError, OSError, ValueError) as error:
            raise NoRecording(NO_SOUND) from error
        with container:
            moving = [
                one
                for one in container.streams.video
                if not one.disposition & (Disposition.attached_pic | Disposition.still_image)
            ]
            if moving:
                raise NoRecording(FILM)
            if not container.streams.audio:
                raise NoRecording(NO_SOUND)
            try:
                yield from _decoded(container, rate)
            except (av.error.FFmpegError, ValueError) as error:
                raise NoRecording(BROKEN) from error


_CAREFULLY = {"format_whitelist": FORMATS, "protocol_whitelist": "file"}


def _decoded(container: av.container.InputContainer, rate: int) -> Iterator[Samples]:
    resampler = av.AudioResampler(format="flt", layout="mono", rate=rate)
    stream = container.streams.audio[0]
    length, packets, broken = 0, 0, 0
    form: tuple[object, ...] = ()
    for packet in container.demux(stream):
        packets += 1
        try:
            frames = packet.decode()
        except av.error.InvalidDataError:
            broken += 1
            continue
        for frame in frames:
            # In the middle of a file it may go on otherwise: a resampler knows one form only.
            if form not in ((), _form(frame)):
                raise NoRecording(BROKEN)
            form = _form(frame)
            for ready in resampler.resample(frame):
                samples = _finite(ready)
                length += len(samples)
                if length > LONGEST_HOURS * 3600 * rate:
                    raise NoRecording(TOO_LONG)
                yield samples
    for ready in resampler.resample(None) if form else ():
        yield _finite(ready)
    if broken > max(1, MOST_BROKEN * packets):
        raise NoRecording(BROKEN)
    if not length:
        raise NoRecording(NO_SOUND)


def _form(frame: av.AudioFrame) -> tuple[object, ...]:
    return frame.sample_rate, frame.layout.name, frame.format.name


def _finite(frame: av.AudioFrame) -> Samples:
    """Return the samples of a frame; files of floating point may hold what is no number."""
    samples = frame.to_ndarray().reshape(-1).astype(np.float32)
    return np.clip(np.nan_to_num(samples, nan=0, posinf=1, neginf=-1), -8, 8)
