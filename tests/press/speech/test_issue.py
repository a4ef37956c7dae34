"""An issue is one file: its articles in order, each beginning where its chapter says."""

from __future__ import annotations

import json

import av
import numpy as np
import pytest

from masthead.press.speech import issue, sound
from tests.press.speech.test_recording import decoded

TITLES = ["The pier", "The lamp", "قهوة على الرصيف"]


@pytest.fixture
def articles(tmp_path):
    """Three files, each a noise of its own."""
    found = []
    for number, title in enumerate(TITLES):
        tape = sound.Tape(tmp_path / f"raw{number}", sound.RATE)
        noise = np.random.default_rng(number).normal(size=sound.RATE * (2 + number))
        with tape:
            tape.add((0.1 * np.convolve(noise, np.ones(8) / 8, "same")).astype(np.float32))
        file = tmp_path / f"{number}.mp3"
        sound.encode_mp3(tape, file, {"title": title})
        found.append((title, file))
    return found


def test_every_article_begins_where_its_chapter_says(articles, tmp_path):
    out = tmp_path / "issue.mp3"
    chapters = issue.join(articles, out, {"title": "No. 7"})
    whole = decoded(out)
    for chapter, (_title, file) in zip(chapters, articles, strict=True):
        part = decoded(file)[sound.RATE // 2 : sound.RATE * 3 // 2]
        around = round((chapter.begins + 0.5) * sound.RATE)
        reach = sound.RATE // 10
        there = whole[max(0, around - reach) : around + len(part) + reach]
        alike = np.correlate(there, part, "valid")
        offset = int(np.argmax(alike)) - min(reach, around)
        assert abs(offset) / sound.RATE < 0.050


def test_the_chapters_follow_one_another_to_the_end(articles, tmp_path):
    out = tmp_path / "issue.mp3"
    chapters = issue.join(articles, out, {"title": "No. 7"})
    assert [one.title for one in chapters] == TITLES
    assert chapters[0].begins == 0
    assert [one.ends for one in chapters[:-1]] == [one.begins for one in chapters[1:]]
    assert len(decoded(out)) / sound.RATE == pytest.approx(chapters[-1].ends, abs=0.1)


def test_what_was_joined_is_read_again_to_the_millisecond(articles, tmp_path):
    out = tmp_path / "issue.mp3"
    chapters = issue.join(articles, out, {"title": "No. 7"})
    with out.open("rb") as file:
        found = issue.chapters_of(file)
    assert [one.title for one in found] == [one.title for one in chapters]
    for read, written in zip(found, chapters, strict=True):
        assert read.begins == pytest.approx(written.begins, abs=0.001)
        assert read.ends == pytest.approx(written.ends, abs=0.001)


def test_players_find_tags_and_chapters_in_the_file(articles, tmp_path):
    out = tmp_path / "issue.mp3"
    chapters = issue.join(articles, out, {"title": "No. 7", "album": "The Gazette"})
    with av.open(str(out)) as container:
        assert container.metadata["title"] == "No. 7"
        assert container.metadata["album"] == "The Gazette"
        found = container.chapters()
    assert [one["metadata"]["title"] for one in found] == TITLES
    for told, one in zip(found, chapters, strict=True):
        assert float(told["start"] * told["time_base"]) == pytest.approx(one.begins, abs=0.05)
        assert float(told["end"] * told["time_base"]) == pytest.approx(one.ends, abs=0.05)


def test_the_same_articles_give_the_same_bytes(articles, tmp_path):
    first, again = tmp_path / "a.mp3", tmp_path / "b.mp3"
    issue.join(articles, first, {"title": "No. 7"})
    issue.join(articles, again, {"title": "No. 7"})
    assert first.read_bytes() == again.read_bytes()


def test_podcast_programs_are_told_the_same(articles, tmp_path):
    chapters = issue.join(articles, tmp_path / "issue.mp3", {})
    told = json.loads(issue.as_json(chapters))
    assert told["version"] == "1.2.0"
    assert [one["title"] for one in told["chapters"]] == TITLES
    assert told["chapters"][1]["startTime"] == round(chapters[1].begins, 3)
