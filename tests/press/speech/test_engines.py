"""Whatever reads aloud keeps the same promises: the contract of engines."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from masthead.press.speech.command import Command
from masthead.press.speech.engines import (
    Engine,
    Stumbled,
    Unavailable,
    Utterance,
    Voice,
    voice_for,
)
from masthead.press.speech.espeak import Espeak
from masthead.press.speech.piper import Piper

STAND_IN = Path(__file__).parent / "voices" / "stand-in.onnx"
"""No voice of anybody's: see `voices/draw.py`."""

PROGRAM = """
import math, struct, sys, wave
text = open(sys.argv[1], encoding="utf-8").read()
if "stumble" in text:
    sys.exit("I cannot say that.")
with wave.open(sys.argv[2], "wb") as out:
    out.setnchannels(int(sys.argv[3]))
    out.setsampwidth(2)
    out.setframerate(16000)
    for moment in range(16000 * len(text) // 20):
        level = round(8000 * math.sin(moment * (200 + len(text)) / 16000 * 6.28))
        out.writeframes(struct.pack("<h", level) * int(sys.argv[3]))
"""


@pytest.fixture
def program(tmp_path):
    file = tmp_path / "say.py"
    file.write_text(PROGRAM)

    def program(channels: int = 1) -> Command:
        words = [sys.executable, str(file), "{text}", "{out}", str(channels)]
        return Command(words, ["en", "fr-CA"])

    return program


@pytest.fixture(params=["espeak", "command", "flite", "piper"])
def engine(request, program) -> Iterator[Engine]:
    if request.param == "espeak":
        espeak = Espeak()
        yield espeak
        espeak.stop()
    elif request.param == "command":
        yield program()
    elif request.param == "piper":
        if importlib.util.find_spec("piper") is None:
            pytest.skip("Piper is not installed.")
        piper = Piper(STAND_IN)
        yield piper
        piper.stop()
    elif shutil.which("flite"):
        yield Command(["flite", "-f", "{text}", "-o", "{out}"], ["en"])
    else:
        pytest.skip("flite is not installed.")


def english(engine: Engine) -> str:
    found = voice_for(engine.voices(), "en-GB")
    assert found
    return found.id


def test_a_sentence_comes_back_as_sound(engine):
    speech = engine.say(Utterance("The water left slowly.", english(engine)))
    assert speech.samples.dtype == np.float32
    assert speech.samples.ndim == 1
    assert 0.5 < len(speech.samples) / speech.rate < 10
    assert 0.01 < np.abs(speech.samples).max() <= 1


def test_the_same_sentence_is_said_the_same(engine):
    utterance = Utterance("The water left slowly.", english(engine))
    first, again = engine.say(utterance), engine.say(utterance)
    assert first.rate == again.rate
    assert np.array_equal(first.samples, again.samples)


def test_a_longer_sentence_takes_longer(engine):
    voice = english(engine)
    short = engine.say(Utterance("It left.", voice))
    long = engine.say(Utterance("It left, slowly at first and then all at once, for good.", voice))
    assert len(long.samples) > 1.5 * len(short.samples)


@pytest.mark.parametrize("text", ["$(touch no)", "-o evil", "'; rm -rf x", "Ünïcödé – “yes”", "€"])
def test_whatever_is_written_is_only_said(engine, text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    engine.say(Utterance(text, english(engine)))
    assert sorted(tmp_path.iterdir()) == before


def test_it_tells_its_name_and_what_may_change_its_sound(engine):
    assert engine.id
    assert engine.revision


# --- Programs ---------------------------------------------------------------


def test_two_channels_become_one(program):
    one = program().say(Utterance("The water left.", "en"))
    two = program(2).say(Utterance("The water left.", "en"))
    assert np.allclose(one.samples, two.samples)


def test_a_program_that_fails_is_told_with_what_it_said(program):
    with pytest.raises(Stumbled, match="I cannot say that"):
        program().say(Utterance("Now stumble.", "en"))


def test_a_program_that_is_not_there_says_where_to_name_another():
    with pytest.raises(Unavailable, match=r"\[speech\] in masthead.toml"):
        list(Command(["no-such-voice", "{out}"], ["en"]).voices())
    with pytest.raises(Unavailable, match="no program"):
        Command([], ["en"]).say(Utterance("Yes.", "en"))


@pytest.mark.parametrize("wrote", ["", "No sound at all."])
def test_a_program_that_writes_no_sound_has_failed(tmp_path, wrote):
    file = tmp_path / "say.py"
    file.write_text(f"import sys; open(sys.argv[1], 'w').write({wrote!r})")
    with pytest.raises(Stumbled, match="no WAV file"):
        Command([sys.executable, str(file), "{out}"], ["en"]).say(Utterance("Yes.", "en"))


def test_a_program_learns_no_secret(tmp_path, monkeypatch):
    monkeypatch.setenv("MASTHEAD_SECRET_KEY", "hush")
    file = tmp_path / "say.py"
    file.write_text("import os, sys; sys.exit('|'.join(os.environ))")
    with pytest.raises(Stumbled) as told:
        Command([sys.executable, str(file)], ["en"]).say(Utterance("Yes.", "en"))
    assert "SECRET" not in str(told.value)


def test_another_program_and_other_arguments_are_another_revision(tmp_path):
    file = tmp_path / "say"
    file.write_text("#!/bin/sh\n")
    file.chmod(0o755)
    first = Command([str(file)], ["en"]).revision
    assert Command([str(file), "-fast"], ["en"]).revision != first
    file.write_text("#!/bin/sh\n# Another.\n")
    assert Command([str(file)], ["en"]).revision != first


@pytest.mark.parametrize(
    ("language", "found"),
    [("en-GB", "b"), ("en-US", "a"), ("en-AU", "a"), ("en", "a"), ("fr", "c"), ("fr-FR", "c"),
     ("FR-ca", "c"), ("de", None), ("", None)],
)  # fmt: skip
def test_the_nearest_voice_speaks(language, found):
    voices = [Voice("a", "en"), Voice("b", "en-GB"), Voice("c", "fr-CA")]
    one = voice_for(voices, language)
    assert (one and one.id) == found
