"""In a person's recording every sentence is found, and a recording of something else is refused."""

from __future__ import annotations

import shutil
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from masthead.press.speech import align, recording
from masthead.press.speech.command import Command
from masthead.press.speech.espeak import Espeak
from tests.press.speech import people

PASSAGE = people.PASSAGE
GREETING = (
    "You are listening to The Lantern. This story was read on a rainy afternoon, by its author."
)


@cache
def flite(voice: str) -> Command:
    if not shutil.which("flite"):
        pytest.skip("flite is not installed.")
    return Command(["flite", "-voice", voice, "-f", "{text}", "-o", "{out}"], ["en"])


@pytest.fixture(scope="module")
def espeak():
    engine = Espeak()
    yield engine
    engine.stop()


@pytest.fixture(scope="module")
def by_machine(espeak, tmp_path_factory):
    out = tmp_path_factory.mktemp("machine") / "machine.mp3"
    said = people.script(PASSAGE)
    return recording.read_aloud(said, espeak, lambda _language: "en-gb-x-rp", out, tags={})


@pytest.fixture
def aligned(by_machine, tmp_path):
    """Have somebody read paragraphs, and lay the machine's recording along theirs."""

    def aligned(paragraphs, engine, voice="en", **how):
        out = tmp_path / "person.wav"
        heard = people.read(people.script(paragraphs), engine, voice, out, **how)
        return align.aligned(by_machine.timed, by_machine.file, out), heard

    return aligned


def astray(found: align.Aligned, heard) -> np.ndarray:
    """Return by how many milliseconds each beginning is off."""
    assert found.why_not == "", (found.told, found.order, found.astray)
    return 1000 * np.array(
        [abs(one.begins - begins) for one, (begins, _ends) in zip(found.timed, heard, strict=True)]
    )


@pytest.mark.parametrize(
    ("voice", "median", "nearly_all"),
    [("rms", 20, 80), ("awb", 12, 60), ("slt", 12, 60), ("kal16", 20, 250)],
)
def test_every_sentence_is_found_where_it_is_heard(aligned, voice, median, nearly_all):
    """Measured: a median of 5 to 11 ms, and 19 to 41 for nearly all; of one voice 213."""
    found, heard = aligned(PASSAGE, flite(voice))
    off = astray(found, heard)
    assert np.median(off) <= median
    assert np.percentile(off, 95) <= nearly_all


@pytest.mark.parametrize("rate", [0.8, 1.25])
def test_slow_and_fast_readers_are_followed(aligned, espeak, rate):
    found, heard = aligned(PASSAGE, espeak, "en-us", rate=rate)
    off = astray(found, heard)
    assert np.median(off) <= 20
    assert np.percentile(off, 95) <= 60


def test_in_a_room_that_hums_sentences_are_found_less_exactly(aligned):
    found, heard = aligned(PASSAGE, flite("awb"), noise=0.005)
    off = astray(found, heard)
    assert np.median(off) <= 60
    assert np.percentile(off, 95) <= 200


def test_sentences_follow_one_another_and_end_near_where_they_end(aligned):
    found, heard = aligned(PASSAGE, flite("slt"))
    assert [one.sentence for one in found.timed] == people.script(PASSAGE)
    assert all(one.begins < one.ends for one in found.timed)
    assert all(one.ends <= two.begins for one, two in pairwise(found.timed))
    off = [abs(one.ends - ends) for one, (_begins, ends) in zip(found.timed, heard, strict=True)]
    assert np.median(off) <= 0.03
    assert max(off) <= 0.25


def test_what_a_reader_says_before_the_article_is_no_part_of_it(aligned):
    found, heard = aligned(PASSAGE, flite("slt"), before=GREETING)
    off = astray(found, heard)
    assert np.median(off) <= 30
    # One short sentence may be looked for in the wrong pause.
    assert np.percentile(off, 90) <= 120
    assert found.greeting > 3
    assert found.farewell == 0
    without, _heard = aligned(PASSAGE, flite("slt"))
    assert without.greeting == 0


def test_a_recording_of_another_article_is_refused(aligned):
    found, _heard = aligned(people.ANOTHER, flite("slt"))
    assert found.why_not == align.ANOTHER
    assert found.timed == []
    assert "another article" in found.told


def test_the_same_paragraphs_from_the_last_to_the_first_are_another_article(aligned):
    found, _heard = aligned(PASSAGE[::-1], flite("slt"))
    assert found.why_not
    assert found.timed == []


def changed(number: int, text: str | None) -> list[str]:
    return [*PASSAGE[:number], *([text] if text else []), *PASSAGE[number + 1 :]]


@pytest.mark.parametrize("number", [0, 2, 5])
def test_a_paragraph_that_is_missing_is_noticed_and_named(aligned, number):
    found, _heard = aligned(changed(number, None), flite("slt"))
    assert found.why_not == align.PARTLY
    assert found.timed == []
    assert "missing" in found.told
    assert f"p{number}" in {one.sentence.block for one in found.doubtful}


def test_a_paragraph_that_was_written_anew_is_noticed_even_if_it_is_as_long(aligned):
    for text in (people.ANOTHER[2], "A newer draft said something else here."):
        found, _heard = aligned(changed(2, text), flite("slt"))
        assert found.why_not == align.PARTLY
        assert "p2" in {one.sentence.block for one in found.doubtful}


def test_two_paragraphs_that_changed_places_are_noticed(aligned):
    swapped = [*PASSAGE[:2], PASSAGE[3], PASSAGE[2], *PASSAGE[4:]]
    found, _heard = aligned(swapped, flite("slt"))
    assert found.why_not
    assert {one.sentence.block for one in found.doubtful} & {"p2", "p3"}


def test_a_single_sentence_is_found_as_well(espeak, tmp_path):
    said = people.script(["The harbour of Ellan Mor has one crane, and it has not moved since."])
    made = recording.read_aloud(
        said, espeak, lambda _language: "en-gb-x-rp", tmp_path / "machine.mp3", tags={}
    )
    heard = people.read(said, espeak, "en-us", tmp_path / "person.wav")
    found = align.aligned(made.timed, made.file, tmp_path / "person.wav")
    assert astray(found, heard)[0] <= 60
