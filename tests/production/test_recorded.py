"""A person's recording stands in for the computer voice, and its words are followed where they can be."""

from __future__ import annotations

import numpy as np
import pytest
from django.core.files.base import ContentFile

from masthead.editorial.models import Article, Attachment
from masthead.press.speech.espeak import Espeak
from masthead.production import audio, narrations
from masthead.production.models import Narration
from tests.factories import editorial as make
from tests.factories.editorial import THEN
from tests.press.speech import people

pytestmark = pytest.mark.django_db
State = Narration.State


@pytest.fixture(scope="module")
def espeak():
    engine = Espeak()
    yield engine
    engine.stop()


@pytest.fixture
def article() -> Article:
    blocks = [make.paragraph(text, f"p{number}") for number, text in enumerate(people.PASSAGE[:3])]
    return make.article(make.magazine(), *blocks, headline="The crane", language="en-GB")


@pytest.fixture
def read_by(article, espeak, tmp_path):
    """Have somebody read something, and give the article the recording."""

    def read_by(name: str, said=None) -> list[tuple[float, float]]:
        file = tmp_path / "given.wav"
        copy = narrations.copy_of(article, at=THEN)
        heard = people.read(said or copy.said, espeak, "en-us", file)
        give(article, name, file.read_bytes())
        return heard

    return read_by


def give(article: Article, name: str, content: bytes) -> None:
    article.recorded = Attachment.objects.create(
        title=name, file=ContentFile(content, name="given.wav"), sha256=str(abs(hash(content)))
    )
    article.narrator = name
    article.save_revision().publish()


def made(article: Article) -> Narration:
    (waiting,) = Narration.objects.under_way().filter(article=article)
    audio.make_in_turn.func(waiting.pk)
    waiting.refresh_from_db()
    return waiting


def test_a_persons_recording_is_heard_with_its_words_followed(article, read_by):
    heard = read_by("Ada Reader")
    narration = made(article)
    assert narration.state == State.READY, narration.notes
    assert (narration.narrator, narration.voice, narration.notes) == ("Ada Reader", "", "")
    assert narration.fits
    off = [
        abs(one["t0"] - begins) for one, (begins, _ends) in zip(narration.times, heard, strict=True)
    ]
    assert sorted(off)[len(off) // 2] < 0.05
    assert "one crane" in narration.captions
    assert audio.heard(article) == narration


def test_taken_out_again_the_computer_voice_is_back(article, read_by):
    read_by("Ada Reader")
    first = made(article)
    article.recorded, article.narrator = None, ""
    article.save_revision().publish()
    second = made(article)
    assert second.state == State.READY
    assert (second.narrator, second.voice) == ("", "espeak-ng")
    assert second.sha256 != first.sha256


def test_the_same_recording_of_the_same_words_is_not_made_again(article, read_by):
    read_by("Ada Reader")
    made(article)
    article.save_revision().publish()
    assert made(article).state == State.UNCHANGED
    article.refresh_from_db()
    assert audio.heard(article).fits
    article.narrator = "Bo Reader"
    article.save_revision().publish()
    narration = made(article)
    assert (narration.state, narration.narrator) == (State.READY, "Bo Reader")


def test_a_recording_of_something_else_is_heard_not_followed_and_the_editor_is_told(
    article, read_by
):
    read_by("Ada Reader", people.script(people.ANOTHER[:4]))
    narration = made(article)
    assert narration.state == State.READY
    assert "another article" in narration.notes or "were read differently" in narration.notes
    assert narration.times == []
    assert not narration.fits
    article.save_revision().publish()
    assert made(article).state == State.UNCHANGED
    article.refresh_from_db()
    assert not audio.heard(article).fits


def silence(folder) -> bytes:
    people.write(folder / "silence.wav", np.zeros(44_100), 22_050)
    return (folder / "silence.wav").read_bytes()


def test_a_file_that_is_no_recording_is_told_and_the_last_one_is_heard(article, tmp_path):
    first = made(article)
    give(article, "Ada Reader", silence(tmp_path))
    narration = made(article)
    assert narration.state == State.FAILED
    assert "There is nothing to be heard" in narration.notes
    assert audio.heard(article) == first


def test_a_recording_that_is_lost_is_told(article, tmp_path):
    give(article, "Ada Reader", silence(tmp_path))
    article.recorded.file.storage.delete(article.recorded.file.name)
    narration = made(article)
    assert narration.state == State.FAILED
    assert "is lost" in narration.notes
