"""A recording is whole, as loud as every other, and knows when each sentence is heard."""

from __future__ import annotations

import os
import signal
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from masthead.press.shelf import Shelf
from masthead.press.speech import recording, sound, times
from masthead.press.speech.engines import Speech, Stumbled, Unavailable, Utterance, voice_for
from masthead.press.speech.espeak import Espeak
from masthead.press.speech.script import Sentence

RATE = 22_050


class Surf:
    """An engine whose every sentence is a noise of its own, with silence around it."""

    id, revision = "surf", "1"

    def __init__(self, loud: float = 0.1, rate: int = RATE) -> None:
        self.asked: list[str] = []
        self.loud, self.rate = loud, rate

    def voices(self):
        return []

    def say(self, utterance: Utterance) -> Speech:
        self.asked.append(utterance.text)
        seed = sum(map(ord, utterance.text))
        length = int(self.rate * (0.6 + 0.1 * (seed % 5)))
        noise = np.random.default_rng(seed).normal(size=length)
        soft = np.convolve(noise, np.ones(8) / 8, "same")
        wave = self.loud * soft / np.abs(soft).max(initial=1e-9)
        silence = np.zeros(self.rate // 5)
        return Speech(np.concatenate([silence, wave, silence]).astype(np.float32), self.rate)


def sentence(number: int, text: str, pause: float = 0.5) -> Sentence:
    return Sentence(f"p-s{number}", "p", 0, len(text), text, text, "en-GB", pause)


SCRIPT = [sentence(number, f"Sentence number {number}." + "!" * number) for number in range(6)]


@pytest.fixture
def read(tmp_path):
    def read(script=SCRIPT, engine=None, name="out.mp3", **asked):
        asked = {"tags": {"title": "The pier", "artist": "Ada"}} | asked
        engine = engine or Surf()
        return recording.read_aloud(script, engine, lambda _lang: "v", tmp_path / name, **asked)

    return read


@pytest.fixture
def espeak():
    engine = Espeak()
    yield engine
    engine.stop()


def decoded(file: Path) -> np.ndarray:
    parts = []
    with av.open(str(file)) as container:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=sound.RATE)
        for frame in container.decode(audio=0):
            parts += [ready.to_ndarray().reshape(-1) for ready in resampler.resample(frame)]
    return np.concatenate(parts)


def test_between_its_times_a_sentence_is_heard_and_around_them_is_silence(read):
    made = read()
    wave = np.abs(decoded(made.file))
    for one in made.timed:
        first, last = (round(moment * sound.RATE) for moment in (one.begins, one.ends))
        assert wave[first + 1000 : last - 1000].max() > 0.05
        before, after = wave[max(0, first - 4000) : first - 1500], wave[last + 1500 : last + 4000]
        assert before.max(initial=0) < 0.02
        assert after.max(initial=0) < 0.02


def test_sentences_come_in_order_with_their_pauses_between_them(read):
    made = read()
    assert [one.sentence for one in made.timed] == SCRIPT
    for first, second in pairwise(made.timed):
        assert second.begins - first.ends == pytest.approx(second.sentence.pause, abs=0.001)
    assert made.timed[0].begins == pytest.approx(recording.PAUSE_AT_THE_START, abs=0.001)
    assert made.seconds == pytest.approx(
        made.timed[-1].ends + recording.PAUSE_AT_THE_END, abs=0.001
    )


def moved(made, file: Path) -> float:
    """Return by how many seconds a file is off: what was said and what is heard laid upon each other."""
    wave = decoded(file)
    assert len(wave) / sound.RATE == pytest.approx(made.seconds, abs=0.001)
    heard = wave[::2]
    expected = np.zeros(len(heard), np.float32)
    for one in made.timed:
        speech = Surf().say(Utterance(one.sentence.spoken, "v"))
        samples = sound.trimmed(speech.samples, RATE)
        first = round(one.begins * RATE)
        expected[first : first + len(samples)] = samples[: len(expected) - first]
    size = 2 * len(heard)
    alike = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(expected, size)))
    shift = int(np.argmax(alike))
    shift -= size if shift > size // 2 else 0
    return abs(shift) / RATE


def test_what_was_said_has_not_moved_in_the_file_by_five_milliseconds(read):
    made = read()
    assert moved(made, made.file) <= 0.005


def test_as_opus_it_is_smaller_as_loud_and_has_not_moved_either(read):
    made = read(opus=True)
    assert made.opus.name == "out.opus"
    assert moved(made, made.opus) <= 0.005
    level = sound.measure(made.opus)
    assert level.loudness == pytest.approx(-16, abs=1)
    assert level.peak <= -1
    assert made.opus.stat().st_size < 0.7 * made.file.stat().st_size
    with av.open(str(made.opus)) as container:
        stream = container.streams.audio[0]
        assert (stream.codec_context.name, stream.channels) == ("opus", 1)
        told = container.metadata | stream.metadata
        assert told.get("title", told.get("TITLE")) == "The pier"
    first = made.opus.read_bytes()
    assert read(opus=True).opus.read_bytes() == first
    assert read().opus is None


def test_a_voice_as_opus_is_as_loud_as_every_other(espeak, tmp_path):
    words = "The water left slowly, then all at once, and nobody in the town knew why it had gone."
    script = [sentence(number, f"{words} It was day {number}.") for number in range(6)]
    made = recording.read_aloud(
        script, espeak, lambda _lang: "en-gb-x-rp", tmp_path / "voice.mp3", tags={}, opus=True
    )
    level = sound.measure(made.opus)
    assert level.loudness == pytest.approx(-16, abs=1)
    assert level.peak <= -1


@pytest.mark.parametrize("loud", [0.005, 0.1, 0.9])
def test_it_is_as_loud_as_every_other_however_loud_the_engine_is(read, loud):
    level = read(engine=Surf(loud)).level
    assert level.loudness == pytest.approx(-16, abs=1)
    assert level.peak <= -1


def test_a_voice_is_as_loud_as_every_other(espeak, read):
    words = "The water left slowly, then all at once, and nobody in the town knew why it had gone."
    script = [sentence(number, f"{words} It was day {number}.") for number in range(8)]
    made = recording.read_aloud(
        script, espeak, lambda _language: "en-gb-x-rp", read().file.with_name("voice.mp3"), tags={}
    )
    assert made.level.loudness == pytest.approx(-16, abs=1)
    assert made.level.peak <= -1


def test_it_is_one_channel_at_44_kilohertz_with_its_tags(read):
    with av.open(str(read().file)) as container:
        stream = container.streams.audio[0]
        assert (stream.codec_context.name[:3], stream.rate, stream.channels) == ("mp3", 44_100, 1)
        assert container.metadata["title"] == "The pier"
        assert container.metadata["artist"] == "Ada"


def test_the_same_script_gives_the_same_bytes_kept_or_not(read, tmp_path):
    plain = read(name="a.mp3").file.read_bytes()
    shelf = Shelf(tmp_path / "kept")
    assert read(name="b.mp3", shelf=shelf).file.read_bytes() == plain
    assert read(name="c.mp3", shelf=shelf).file.read_bytes() == plain


def test_one_edited_sentence_is_said_anew_and_no_other(read, tmp_path):
    shelf, engine = Shelf(tmp_path / "kept"), Surf()
    assert read(shelf=shelf, engine=engine).said == 6
    assert read(shelf=shelf, engine=engine).said == 0
    edited = [*SCRIPT[:3], sentence(3, "Another one."), *SCRIPT[4:]]
    assert read(edited, shelf=shelf, engine=engine).said == 1
    assert engine.asked[-1] == "Another one."


def test_an_engine_that_stumbles_is_asked_again_and_at_last_given_up(read, tmp_path):
    class Stumbling(Surf):
        left = 2

        def say(self, utterance):
            if utterance.text == SCRIPT[2].spoken and self.left:
                self.left -= 1
                raise Stumbled("Once more.")
            return super().say(utterance)

    assert len(read(engine=Stumbling()).timed) == 6
    worse = Stumbling()
    worse.left = recording.MOST_TRIES
    (tmp_path / "out.mp3").write_bytes(b"the last good one")
    with pytest.raises(Stumbled):
        read(engine=worse)
    assert (tmp_path / "out.mp3").read_bytes() == b"the last good one"
    assert [file.name for file in tmp_path.iterdir()] == ["out.mp3"]


def test_a_voice_that_is_killed_in_the_middle_goes_on_with_the_next_sentence(espeak):
    spoken = Utterance("The water left slowly.", "en-gb-x-rp")
    before = espeak.say(spoken).samples
    os.kill(espeak._beside.process.pid, signal.SIGKILL)
    espeak._beside.process.wait()
    assert np.array_equal(espeak.say(spoken).samples, before)


def test_a_voice_that_is_not_there_is_told_and_the_next_one_still_speaks(espeak):
    with pytest.raises(Unavailable, match="no voice “klingon-court”"):
        espeak.say(Utterance("No.", "klingon-court"))
    assert len(espeak.say(Utterance("Yes.", "en-us")).samples)


def test_the_voice_is_the_one_from_the_wheel_and_knows_the_languages_of_the_magazine(espeak):
    voices = list(espeak.voices())

    def voice(language: str) -> str | None:
        found = voice_for(voices, language)
        return found and found.id

    assert voice("en-AU") == voice("en")
    assert voice("en-US") != voice("en-GB")
    assert voice("tlh") is None
    for language in ("en-GB", "fr-FR", "ar"):
        assert len(espeak.say(Utterance("1 2 3", voice(language))).samples) > 1000


def test_every_voice_that_is_offered_speaks(espeak):
    for voice in espeak.voices():
        assert len(espeak.say(Utterance("1 2 3", voice.id)).samples) > 1000, voice


def test_nothing_to_say_and_nothing_to_hear_are_no_recordings(read, tmp_path):
    with pytest.raises(recording.Nothing):
        read([])
    with pytest.raises(recording.Nothing):
        read(engine=Surf(loud=0))
    assert not list(tmp_path.glob("*.mp3"))


def test_captions_name_each_sentence_and_say_when_it_is_heard(read):
    script = [sentence(1, "Fish & <chips>\ncold."), sentence(2, "Two.")]
    told = times.as_vtt(read(script).timed)
    assert told.startswith("WEBVTT\n\np-s1\n00:00:00.250 --> 00:00:0")
    assert "\nFish &amp; &lt;chips&gt; cold.\n" in told
    assert told.count("-->") == 2


def test_an_hour_has_its_own_place_in_a_caption():
    late = times.Timed(SCRIPT[0], 3661.0004, 3662.9996)
    assert "01:01:01.000 --> 01:01:03.000" in times.as_vtt([late])
