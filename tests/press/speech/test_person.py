"""What a person recorded is handed out like every other recording; what is none is refused with a reason."""

from __future__ import annotations

import struct
from pathlib import Path

import av
import numpy as np
import pytest

from masthead.press.speech import person
from tests.press.speech import people
from tests.press.speech.test_recording import decoded

RATE = 22_050


@pytest.fixture
def voice(tmp_path) -> Path:
    """Six seconds of something like speech, as a WAV file."""
    dice = np.random.default_rng(1)
    parts = []
    for _word in range(12):
        parts += [dice.normal(0, 0.1, RATE * 2 // 5), np.zeros(RATE // 10)]
    file = tmp_path / "voice.wav"
    people.write(file, np.concatenate(parts), RATE)
    return file


def encoded(source: Path, out: Path, codec: str, form: str, rate: int, layout: str) -> Path:
    with av.open(str(source)) as read, av.open(str(out), "w", format=form) as written:
        stream = written.add_stream(codec, rate=rate)
        stream.layout = layout
        resampler = av.AudioResampler(
            format=stream.codec_context.format, layout=layout, rate=rate,
            frame_size=stream.codec_context.frame_size,
        )  # fmt: skip
        for frame in [*read.decode(audio=0), None]:
            for ready in resampler.resample(frame):
                written.mux(stream.encode(ready))
        written.mux(stream.encode(None))
    return out


@pytest.mark.parametrize(
    ("codec", "form", "rate", "layout"),
    [("pcm_s24le", "wav", 96_000, "stereo"), ("flac", "flac", 48_000, "mono"),
     ("libmp3lame", "mp3", 44_100, "stereo"), ("aac", "ipod", 44_100, "stereo"),
     ("libopus", "ogg", 48_000, "mono"), ("pcm_s16be", "aiff", 32_000, "5.1"),
     ("libopus", "webm", 48_000, "stereo")],
)  # fmt: skip
def test_whatever_a_person_recorded_it_with_comes_out_the_same(
    voice, tmp_path, codec, form, rate, layout
):
    source = encoded(voice, tmp_path / "any.thing", codec, form, rate, layout)
    out = tmp_path / "out.mp3"
    made = person.delivered(source, out, tags={"title": "The crane", "artist": "Ada"})
    assert made.file == out
    assert made.seconds == pytest.approx(6, abs=0.15)
    assert made.level.loudness == pytest.approx(-16, abs=1)
    assert made.level.peak <= -1
    with av.open(str(out)) as container:
        stream = container.streams.audio[0]
        assert (stream.codec_context.name[:3], stream.rate, stream.channels) == ("mp3", 44_100, 1)
        assert container.metadata["title"] == "The crane"


def test_nothing_in_it_moves(voice, tmp_path):
    made = person.delivered(voice, tmp_path / "out.mp3", tags={})
    heard, expected = decoded(made.file)[::2], decoded(voice)[::2]
    size = 2 * max(len(heard), len(expected))
    alike = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(expected, size)))
    shift = int(np.argmax(alike))
    shift -= size if shift > size // 2 else 0
    assert abs(shift) <= 0.005 * RATE
    assert len(heard) == pytest.approx(len(expected), abs=0.001 * RATE)


def refused(file: Path) -> str:
    out = file.parent / "out.mp3"
    out.write_bytes(b"the last good one")
    with pytest.raises(person.NoRecording) as told:
        person.delivered(file, out, tags={})
    assert out.read_bytes() == b"the last good one"
    return told.value.why


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\0" * 5000, b"MZ" + b"\x90" * 400, b"<html><audio src='x.mp3'></html>",
        b"#!/bin/sh\necho no\n", b"RIFF\xff\xff\xff\xffWAVEfmt ", b"ID3\x03\0\0\x7f\x7f\x7f\x7f",
        b"fLaC" + b"\xff" * 60, b"OggS" + b"\0" * 60,
    ],
)  # fmt: skip
def test_what_is_no_sound_is_refused(tmp_path, content):
    file = tmp_path / "voice.mp3"
    file.write_bytes(content)
    assert refused(file) in (person.NO_SOUND, person.BROKEN)


@pytest.mark.parametrize(
    "list_of_others",
    [
        "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\nvoice.wav\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile voice.wav\n",
        "#EXTM3U\n#EXTINF:6,\nhttp://127.0.0.1:9/secret.mp3\n#EXT-X-ENDLIST\n",
    ],
)
@pytest.mark.parametrize("name", ["list.m3u8", "list.ffconcat", "list.mp3"])
def test_a_list_of_other_files_opens_none_of_them(
    tmp_path, voice, list_of_others, name, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    file = tmp_path / name
    file.write_text(list_of_others)
    assert refused(file) == person.NO_SOUND


def test_a_film_is_refused_but_a_cover_is_no_film(tmp_path, voice):
    film = tmp_path / "film.mp4"
    with av.open(str(film), "w") as container:
        pictures = container.add_stream("mpeg4", rate=24)
        pictures.width = pictures.height = 64
        pictures.pix_fmt = "yuv420p"
        for _moment in range(24):
            frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
            container.mux(pictures.encode(frame))
        container.mux(pictures.encode(None))
    assert refused(film) == person.FILM
    song = encoded(voice, tmp_path / "song.mp3", "libmp3lame", "mp3", 44_100, "mono")
    song.write_bytes(_with_cover(song.read_bytes()))
    with av.open(str(song)) as container:
        assert container.streams.video, "The cover is not seen: this asserts nothing."
    assert person.delivered(song, tmp_path / "out.mp3", tags={}).seconds > 5


def _with_cover(music: bytes) -> bytes:
    """Return an MP3 with a picture of one point in front (ID3v2.3, APIC)."""
    picture = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8"
        "cfc0000003010100c9fe92ef0000000049454e44ae426082"
    )
    if music.startswith(b"ID3"):
        length = sum(
            (byte & 0x7F) << shift for byte, shift in zip(music[6:10], (21, 14, 7, 0), strict=True)
        )
        music = music[10 + length :]
    body = b"\0image/png\0\x03\0" + picture
    frame = b"APIC" + struct.pack(">I", len(body)) + b"\0\0" + body
    size = bytes((len(frame) >> shift) & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\0\0" + size + frame + music


def test_silence_is_told_and_so_is_next_to_nothing(tmp_path):
    for name, samples in (("silent", np.zeros(5 * RATE)), ("short", np.ones(RATE // 2) * 0.5)):
        file = tmp_path / f"{name}.wav"
        people.write(file, samples, RATE)
        assert refused(file) == person.SILENT


def test_nothing_is_read_beyond_what_an_article_can_take(tmp_path, voice, monkeypatch):
    monkeypatch.setattr(person, "LONGEST_HOURS", 4 / 3600)
    read = person.heard(voice, RATE)
    pieces: list[int] = []

    def all_of_it() -> None:
        pieces.extend(len(samples) for samples in read)

    with pytest.raises(person.NoRecording) as told:
        all_of_it()
    assert told.value.why == person.TOO_LONG
    assert sum(pieces) <= 4 * RATE


def test_what_says_that_it_is_longer_than_it_is_ends_where_it_ends(tmp_path, voice):
    content = bytearray(voice.read_bytes())
    content[40:44] = struct.pack("<I", 2**32 - 2)
    voice.write_bytes(bytes(content))
    made = person.delivered(voice, tmp_path / "out.mp3", tags={})
    assert made.seconds == pytest.approx(6, abs=0.1)


@pytest.mark.parametrize("share", [0.02, 0.6])
def test_a_little_damage_is_skipped_and_much_of_it_is_told(tmp_path, voice, share):
    song = encoded(voice, tmp_path / "a.mp3", "libmp3lame", "mp3", 44_100, "mono")
    content = bytearray(song.read_bytes())
    first, length = len(content) // 3, int(share * len(content))
    content[first : first + length] = np.random.default_rng(3).bytes(length)
    song.write_bytes(bytes(content))
    if share > 0.5:
        assert refused(song) == person.BROKEN
    else:
        assert person.delivered(song, tmp_path / "out.mp3", tags={}).seconds > 5


def test_numbers_that_are_none_do_no_harm(tmp_path):
    samples = np.tile(np.array([0.2, np.nan, np.inf, -np.inf, -0.2], np.float32), RATE)
    file = tmp_path / "a.wav"
    header = struct.pack(
        "<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + 4 * len(samples), b"WAVE", b"fmt ", 16, 3, 1,
        RATE, 4 * RATE, 4, 32, b"data", 4 * len(samples),
    )  # fmt: skip
    file.write_bytes(header + samples.tobytes())
    heard = np.concatenate(list(person.heard(file, RATE)))
    assert np.isfinite(heard).all()
