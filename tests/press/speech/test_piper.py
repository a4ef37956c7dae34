"""Piper speaks with the voices that lie in a folder, and says what is wrong with them."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import signal
from pathlib import Path

import numpy as np
import pytest

from masthead.press.speech import recording
from masthead.press.speech.engines import Stumbled, Unavailable, Utterance
from masthead.press.speech.piper import Piper
from tests.press.speech import people
from tests.press.speech.test_engines import STAND_IN

SAID = Utterance("The water left slowly.", "stand-in.onnx")
needs_piper = pytest.mark.skipif(
    importlib.util.find_spec("piper") is None, reason="Piper is not installed."
)


@pytest.fixture
def folder(tmp_path) -> Path:
    voices = tmp_path / "voices"
    voices.mkdir()
    for file in (STAND_IN, Path(f"{STAND_IN}.json")):
        shutil.copy(file, voices)
    return voices


@pytest.fixture
def piper(folder):
    engine = Piper(folder)
    yield engine
    engine.stop()


@needs_piper
def test_a_voice_is_called_as_its_file_and_tells_its_language_and_licence(folder):
    (folder / "stand-in.MODEL_CARD").write_text(
        "# Model card\n\n* Language: en_GB\n* License: CC0\n"
    )
    (voice,) = Piper(folder).voices()
    assert (voice.id, voice.language, voice.licence) == ("stand-in.onnx", "en-GB", "CC0")
    assert list(Piper(folder / "stand-in.onnx").voices()) == [voice]


@needs_piper
def test_dice_fall_alike_for_every_sentence_whatever_was_said_before(piper):
    """The stand-in throws dice as real voices do: without a seed these differ."""
    first = piper.say(SAID).samples
    piper.say(Utterance("Something else.", SAID.voice))
    again = piper.say(SAID).samples
    assert np.array_equal(first, again)
    piper.stop()
    assert np.array_equal(piper.say(SAID).samples, first)


@needs_piper
def test_no_sentence_is_made_as_loud_as_it_can_be(piper):
    """Its voice hums at 0.3; made as loud as possible it would be 1."""
    assert np.abs(piper.say(SAID).samples).max() < 0.45


@needs_piper
def test_twice_as_fast_takes_half_as_long(piper):
    slow = piper.say(SAID)
    fast = piper.say(Utterance(SAID.text, SAID.voice, rate=2))
    assert len(fast.samples) == pytest.approx(len(slow.samples) / 2, rel=0.1)


@needs_piper
def test_words_between_brackets_are_said_and_not_taken_for_sounds(piper):
    assert np.array_equal(
        piper.say(Utterance("It said  goat  twice.", SAID.voice)).samples,
        piper.say(Utterance("It said [[goat]] twice.", SAID.voice)).samples,
    )


@needs_piper
def test_a_whole_article_is_read(piper, tmp_path):
    said = people.script(people.PASSAGE[:2])
    made = recording.read_aloud(
        said, piper, lambda _language: SAID.voice, tmp_path / "a.mp3", tags={}
    )
    assert len(made.timed) == len(said)
    assert made.level.loudness == pytest.approx(-16, abs=1)


@needs_piper
def test_a_worker_that_is_killed_fails_one_sentence_at_most(piper):
    before = piper.say(SAID).samples
    os.kill(piper._beside.process.pid, signal.SIGKILL)
    piper._beside.process.wait()
    assert np.array_equal(piper.say(SAID).samples, before)


@needs_piper
def test_a_worker_that_is_killed_in_the_middle_of_a_sentence_says_so(piper, tmp_path):
    worker = tmp_path / "worker.py"
    worker.write_text(
        "import os, sys\nsys.stdin.readline()\n"
        "sys.stdout.write('{\"rate\": 22050, \"bytes\": 1000}\\n'); sys.stdout.write('half')\n"
        "sys.stdout.flush()\nos.kill(os.getpid(), 9)\n"
    )
    piper._beside._worker = worker
    with pytest.raises(Stumbled, match="Piper stopped at “The water left slowly"):
        piper.say(SAID)


@needs_piper
def test_another_voice_is_another_revision(folder):
    first = Piper(folder).revision
    assert Piper(folder).revision == first
    told = folder / "stand-in.onnx.json"
    told.write_text(told.read_text().replace("0.667", "0.5"))
    assert Piper(folder).revision != first


@needs_piper
@pytest.mark.parametrize("name", ["stand-in.onnx", ""])
def test_a_broken_voice_is_told_by_its_name_and_what_to_do(folder, name):
    (folder / "stand-in.onnx").write_bytes(b"\x08\x09 no model at all" * 20)
    engine = Piper(folder / name)
    try:
        with pytest.raises(Unavailable, match=r"cannot use the voice stand-in\.onnx .*once more"):
            engine.say(SAID)
    finally:
        engine.stop()


def change(folder: Path, **changed: object) -> Piper:
    file = folder / "stand-in.onnx.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | changed))
    return Piper(folder)


@needs_piper
def test_what_tells_of_a_voice_has_to_be_whole_and_true(folder):
    for rate in (0, 192_000, "22050", None, 22050.5):
        with pytest.raises(Unavailable, match="sample rate of"):
            list(change(folder, audio={"sample_rate": rate}).voices())
    with pytest.raises(Unavailable, match="not what tells of a Piper voice"):
        list(change(folder, audio=[]).voices())
    with pytest.raises(Unavailable, match="fetch more from the net"):
        list(change(folder, audio={"sample_rate": 22050}, phoneme_type="pinyin").voices())
    (folder / "stand-in.onnx.json").write_text("{")
    with pytest.raises(Unavailable, match="not what tells of a Piper voice"):
        list(Piper(folder).voices())
    (folder / "stand-in.onnx.json").unlink()
    with pytest.raises(Unavailable, match=r"stand-in\.onnx\.json is missing"):
        list(Piper(folder).voices())


@needs_piper
def test_where_there_is_no_voice_it_says_what_to_put_there(tmp_path):
    for place in (tmp_path, tmp_path / "no.onnx", tmp_path / "none"):
        with pytest.raises(Unavailable, match=r"two files.*\[speech\]"):
            Piper(place).say(SAID)


def test_where_piper_is_not_installed_it_says_how(folder, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(Unavailable, match=r"pip install 'masthead\[piper\]'"):
        list(Piper(folder).voices())
