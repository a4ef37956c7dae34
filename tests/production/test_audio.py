"""Every published article is heard, or it is known why not."""

from __future__ import annotations

import contextlib
import errno
import io
import json
import socket
import threading
from copy import copy
from dataclasses import replace
from datetime import datetime, timedelta

import av
import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.signals import post_delete, post_save
from django_tasks_db.models import DBTaskResult

from masthead.editorial import manuscripts
from masthead.editorial.models import Article, Issue, Title
from masthead.press.speech.engines import Speech, Stumbled, Unavailable, Utterance, Voice
from masthead.press.speech.espeak import Espeak
from masthead.production import audio, narrations, rows
from masthead.production.models import Narration
from tests.factories import editorial as make
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db
State = Narration.State


@pytest.fixture
def title():
    return make.magazine()


@pytest.fixture
def article(title) -> Article:
    return make.article(title, make.paragraph("It came in at noon. It left."), headline="Tide")


def change(article: Article, words: str) -> None:
    manuscripts.store(article, make.manuscript(make.paragraph(words), headline="Tide"))
    article.save_revision().publish()


def work_off() -> list[str]:
    """Read aloud what waits, as the worker would; return what it came to."""
    waiting = Narration.objects.under_way().order_by("pk")
    return [audio.make_in_turn.func(pk) for pk in waiting.values_list("pk", flat=True)]


class Deaf:
    """An engine that cannot be used."""

    id, revision = "deaf", "1"

    def voices(self) -> list[Voice]:
        raise Unavailable("The key of the service is wrong.")

    def say(self, utterance: Utterance) -> Speech:
        raise AssertionError("Nobody asks an engine without voices.")

    def stop(self) -> None:
        pass


class Hoarse(Deaf):
    """An engine that loses its voice at the second sentence."""

    id = "hoarse"

    def __init__(self) -> None:
        self.espeak = Espeak()

    def stop(self) -> None:
        self.espeak.stop()

    def voices(self) -> list[Voice]:
        return [Voice("one", "en")]

    def say(self, utterance: Utterance) -> Speech:
        if "noon" in utterance.text:
            raise Stumbled("It lost its voice.")
        return self.espeak.say(Utterance(utterance.text, "en-gb-x-rp"))


class Cured(Hoarse):
    """The deaf engine, once somebody has mended it."""

    id = Deaf.id

    def say(self, utterance: Utterance) -> Speech:
        return self.espeak.say(Utterance(utterance.text, "en-gb-x-rp"))


def test_an_article_that_comes_out_is_asked_for_and_publishing_does_not_wait(
    title, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        article = make.article(title)
    assert [one.state for one in article.narrations.all()] == [State.WAITING]
    (queued,) = DBTaskResult.objects.filter(task_path__endswith="audio.make_in_turn")
    assert audio.make_in_turn.func(*queued.args_kwargs["args"]) == State.READY
    narration = audio.heard(article)
    assert narration is not None
    with narration.file.open("rb") as file, av.open(io.BytesIO(file.read())) as sound:
        assert sound.duration / av.time_base == pytest.approx(narration.seconds, abs=0.1)
        assert sound.metadata["title"] == article.title
    assert narration.size == narration.file.size
    assert narration.narrator == ""


def test_a_draft_is_not_asked_for_and_one_without_audio_by_choice_is_no_exception(title):
    assert make.article(title, live=False).narrations.count() == 0
    silent = make.article(title)
    silent.narrations.all().delete()
    assert [one.article for one in audio.unheard()] == [silent]
    silent.read_aloud = False
    silent.save_revision().publish()
    assert audio.unheard() == []
    assert audio.ask(silent, at=THEN) is None


def test_what_was_heard_before_is_silent_once_an_editor_says_so(article):
    work_off()
    assert audio.heard(article)
    article.read_aloud = False
    article.save_revision().publish()
    assert audio.heard(Article.objects.get(pk=article.pk)) is None


def test_until_the_new_words_are_read_the_old_ones_are_heard_without_their_times(article):
    work_off()
    first = audio.heard(article)
    assert first.fits
    change(article, "It came in at one.")
    article.refresh_from_db()
    heard = audio.heard(article)
    assert (heard, heard.fits) == (first, False)
    assert [(one.state, one.heard) for one in audio.unheard()] == [("waiting", True)]
    assert work_off() == [State.READY]
    heard = audio.heard(article)
    assert heard != first
    assert heard.fits
    assert heard.sha256 != first.sha256
    assert audio.unheard() == []


def test_publishing_the_same_words_again_makes_no_other_file(article):
    work_off()
    first = audio.heard(article)
    article.standfirst = article.standfirst
    article.save_revision().publish()
    article.refresh_from_db()
    assert work_off() == [State.UNCHANGED]
    assert audio.heard(article) == first
    assert audio.heard(article).fits
    assert audio.unheard() == []


def test_asking_twice_before_the_worker_comes_is_asking_once(article):
    again = audio.ask(article, at=THEN)
    assert again == article.narrations.get()
    change(article, "Quite other words.")
    assert article.narrations.count() == 1


def test_who_publishes_while_it_is_read_is_read_once_more(article):
    article.narrations.update(state=State.MAKING)
    change(article, "Quite other words.")
    assert sorted(article.narrations.values_list("state", flat=True)) == ["making", "waiting"]


def test_what_a_stopped_worker_left_is_made_by_the_next(article):
    article.narrations.update(state=State.MAKING)
    assert work_off() == [State.READY]


def test_a_voice_that_cannot_be_used_is_replaced_for_the_whole_article_and_it_is_noted(
    article, monkeypatch
):
    monkeypatch.setattr(narrations, "chosen_engine", Deaf)
    assert work_off() == [State.READY]
    narration = audio.heard(article)
    assert narration.voice == Espeak.id
    assert "The key of the service is wrong." in narration.notes
    # Once the voice is back, the same words are read by it.
    monkeypatch.setattr(narrations, "chosen_engine", Cured)
    audio.ask(article, at=THEN)
    assert work_off() == [State.READY]
    assert (audio.heard(article).voice, audio.heard(article).notes) == (Cured.id, "")


def test_a_voice_lost_in_the_middle_gives_one_voice_for_the_whole(article, monkeypatch):
    monkeypatch.setattr(narrations, "chosen_engine", Hoarse)
    work_off()
    narration = audio.heard(article)
    assert narration.voice == Espeak.id
    with narration.file.open("rb") as file:
        by_another = file.read()
    monkeypatch.undo()
    audio.ask(article, at=THEN)
    work_off()
    with audio.heard(article).file.open("rb") as file:
        assert file.read() == by_another


def test_an_engine_nobody_knows_is_told_and_what_was_heard_stays(article, settings):
    work_off()
    first = audio.heard(article)
    speech = replace(settings.INSTALLATION.speech, engine="nightingale")
    settings.INSTALLATION = replace(settings.INSTALLATION, speech=speech)
    change(article, "Other words.")
    assert work_off() == [State.FAILED]
    (one,) = audio.unheard()
    assert (one.state, one.heard) == ("failed", True)
    assert "nightingale" in one.reason
    assert audio.heard(article) == first


def test_a_full_disk_leaves_nothing_and_is_tried_again(article, monkeypatch):
    def full(*_args, **_how):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(narrations, "read", full)
        assert work_off() == [State.FAILED]
    assert "disk is full" in audio.unheard()[0].reason
    assert audio.ask_for_missing(at=THEN) == 1
    assert work_off() == [State.READY]


def test_a_file_stays_for_a_month_after_another_has_taken_its_place(article):
    work_off()
    first = audio.heard(article)
    Narration.objects.filter(pk=first.pk).update(finished_at=THEN - timedelta(days=90))
    change(article, "Other words.")
    work_off()
    second = audio.heard(article)
    Narration.objects.filter(pk=second.pk).update(finished_at=THEN)
    audio.forget_superseded(at=THEN + timedelta(days=29))
    assert audio.at_address(article, first.sha256) == first
    storage, name = first.file.storage, first.file.name
    assert audio.forget_superseded(at=THEN + timedelta(days=31)) == 1
    assert audio.at_address(article, first.sha256) is None
    assert not storage.exists(name)
    assert audio.heard(article) == second


def test_articles_of_an_issue_are_heard_when_it_goes_on_sale(title):
    from masthead.editorial import issues

    article = make.article(title, live=False, release="with_issue")
    issue = make.issue(title, article, state=Issue.State.OPEN)
    article.save_revision().publish()
    assert article.narrations.count() == 0
    issues.put_on_sale(issue, at=THEN)
    assert [one.state for one in article.narrations.all()] == [State.WAITING]


def test_what_is_heard_of_many_articles_is_one_query(title, django_assert_num_queries):
    articles = [make.article(title, make.paragraph("Words.")) for _ in range(3)]
    work_off()
    articles = list(Article.objects.published())
    with django_assert_num_queries(1):
        heard = audio.heard_of(articles)
        assert all(heard[one.pk].fits for one in articles)


def test_what_nobody_asked_for_is_asked_for_at_night(article):
    article.narrations.all().delete()
    assert [one.state for one in audio.unheard()] == ["missing"]
    audio.catch_up.func()
    assert [one.state for one in audio.unheard()] == ["waiting"]
    # Not asked for twice, and not before what waits is lost.
    assert audio.catch_up.func() == 0


def test_reading_aloud_opens_no_connection_and_loads_nothing_of_the_system(article, monkeypatch):
    def forbidden(*_args, **_how):
        raise AssertionError("It went to the network.")

    monkeypatch.setattr(socket.socket, "connect", forbidden)
    assert work_off() == [State.READY]


def test_times_are_kept_with_each_recording(article):
    work_off()
    narration = audio.heard(article)
    narration.refresh_from_db()
    block = json.loads(json.dumps(narration.times))
    said = [one for one in block if one["block"] not in ("headline", "byline", "opening")]
    assert [(one["start"], one["end"]) for one in said][:2] == [(0, 19), (20, 28)]
    assert "It came in at noon." in narration.captions


@pytest.fixture
def somebody_else_writes(title):
    """Have another process's connection commit something after each change to a narration."""

    def write(**_signal):
        transaction.on_commit(elsewhere)

    def elsewhere():
        thread = threading.Thread(target=commit)
        thread.start()
        thread.join()

    def commit():
        with contextlib.closing(connection):
            written.append(Title.objects.update(name=f"The Gazette {len(written)}"))

    written: list[int] = []
    for signal in (post_save, post_delete):
        signal.connect(write, sender=Narration)
    yield written
    for signal in (post_save, post_delete):
        signal.disconnect(write, sender=Narration)


@pytest.mark.django_db(transaction=True)
def test_what_is_forgotten_of_a_great_many_is_forgotten_while_others_write(
    article, somebody_else_writes
):
    now = THEN + timedelta(days=90)

    def failed(number: int, at: datetime) -> None:
        one = Narration(article=article, state=State.FAILED, asked_at=at, finished_at=at)
        Narration.objects.bulk_create(copy(one) for _ in range(number))

    failed(2100, now)
    failed(3, THEN)
    failed(1, now)
    assert audio.forget_superseded(at=now) == 3
    assert len(somebody_else_writes) == 3
    assert Narration.objects.filter(state=State.FAILED).count() == 2101


@pytest.mark.django_db(transaction=True)
def test_all_articles_are_asked_for_anew_while_others_write(
    title, somebody_else_writes, monkeypatch
):
    # Whoever reads rows as they come has one of them at a time here, in place of two thousand.
    monkeypatch.setattr(QuerySet.iterator, "__defaults__", (1,))
    monkeypatch.setattr(rows, "AT_A_TIME", 2)
    articles = [make.article(title, make.paragraph(f"Word {number}.")) for number in range(5)]
    Narration.objects.all().delete()
    somebody_else_writes.clear()
    assert audio.ask_anew(at=THEN) == 5
    assert len(somebody_else_writes) == 5
    asked = Narration.objects.order_by("pk").values_list("article", flat=True)
    assert list(asked) == [one.pk for one in reversed(articles)]
