"""What is missing before articles can be read aloud is told, with what to do."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from masthead.config import checks
from masthead.press.speech import numerals
from masthead.press.speech.engines import Unavailable, Voice
from masthead.production import narrations, voices
from tests.factories import editorial as make
from tests.factories.editorial import THEN

STAND_IN = Path(__file__).parents[1] / "press" / "speech" / "voices" / "stand-in.onnx"


@pytest.fixture
def chosen(settings, tmp_path):
    def chosen(**speech) -> None:
        installation = settings.INSTALLATION
        settings.INSTALLATION = replace(
            installation, home=tmp_path, speech=replace(installation.speech, **speech)
        )

    chosen()
    return chosen


def test_where_all_is_there_nothing_is_told(chosen):
    assert voices.missing() == []
    assert checks.speech() == []


def test_an_engine_that_nobody_offers_is_told_with_those_that_there_are(chosen):
    chosen(engine="parrot")
    (told,) = voices.missing()
    assert "command, espeak-ng, piper" in told
    (message,) = checks.speech()
    assert message.id == "masthead.W017"
    assert "parrot" in message.msg
    assert "masthead voices" in message.hint


def test_a_program_that_is_not_there_is_told(chosen):
    chosen(engine="command", command=("no-such-program", "{out}"))
    (told,) = voices.missing()
    assert "no-such-program" in told


def test_piper_wants_its_voice_and_then_is_content(chosen, tmp_path):
    pytest.importorskip("piper", reason="Piper is not installed.")
    chosen(engine="piper", voice="voices/mine.onnx")
    (told,) = voices.missing()
    assert str(tmp_path / "voices" / "mine.onnx") in told
    (tmp_path / "voices").mkdir()
    shutil.copy(STAND_IN, tmp_path / "voices" / "mine.onnx")
    (told,) = voices.missing()
    assert "mine.onnx.json is missing" in told
    shutil.copy(f"{STAND_IN}.json", tmp_path / "voices" / "mine.onnx.json")
    assert voices.missing() == []
    with narrations.engine_at_hand() as engine:
        assert [one.language for one in voices.of(engine)] == ["en-GB"]


def test_what_puts_numbers_into_words_is_missed(chosen, monkeypatch):
    def none(*_asked, **_how):
        raise Unavailable("pip install 'masthead[voice]'")

    monkeypatch.setattr(voices, "in_words", none)
    assert voices.missing() == ["pip install 'masthead[voice]'"]
    assert numerals.in_words(1) == "one"


def test_an_engine_may_say_itself_what_it_lacks(chosen, monkeypatch):
    class Choosy:
        id = revision = "choosy"

        def voices(self):
            return [Voice("b", "fr"), Voice("a", "en")]

        def check(self):
            return ["It has not been paid."]

        def stop(self):
            pass

    monkeypatch.setattr(narrations, "chosen_engine", Choosy)
    assert voices.missing() == ["It has not been paid."]
    assert [one.id for one in voices.of(Choosy())] == ["a", "b"]


@pytest.mark.django_db
def test_where_pipers_voice_is_broken_another_reads_all_of_it_and_somebody_is_told(
    chosen, tmp_path
):
    pytest.importorskip("piper", reason="Piper is not installed.")
    (tmp_path / "voices").mkdir()
    (tmp_path / "voices" / "mine.onnx").write_bytes(b"no model" * 50)
    shutil.copy(f"{STAND_IN}.json", tmp_path / "voices" / "mine.onnx.json")
    chosen(engine="piper")
    article = make.article(make.magazine(), language="en-GB")
    with narrations.engine_at_hand() as engine:
        made = narrations.read_aloud(article, tmp_path, at=THEN, engine=engine)
    assert made.voice == "espeak-ng"
    assert "cannot use the voice mine.onnx" in made.note
    assert "eSpeak NG instead" in made.note
