"""Formes: articles made ready once, and never believed a moment too long."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from masthead.circulation import entitlements, viewers
from masthead.circulation.entitlements import Viewer
from masthead.editorial.models import Article
from masthead.manuscript.gate import LEAD_ONLY, GateClosed
from masthead.newsstand import composing, formes
from masthead.newsstand.pressed_articles import ArticlePress
from masthead.production import formes as keeping
from masthead.production import press_runs
from masthead.production.formes import Kept
from masthead.production.models import Change, Forme
from tests.factories import editorial as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]

HOST = "testserver"
SECRET = "Nobody but subscribers reads this sentence."


@pytest.fixture
def title():
    return make.magazine()


@pytest.fixture
def article(title):
    words = [make.paragraph(f"Lead sentence {number}. " * 12) for number in range(4)]
    section = make.section(title)
    return make.article(
        title, *words, make.paragraph(SECRET), access="subscribers", in_section=section
    )


def now():
    return timezone.now()


def press():
    return press_runs.press(at=now())


def ours(article):
    work = viewers.work_of(article)
    return entitlements.may_read(Viewer(reads_everything=True), work, now())


def kept_now(article):
    return keeping.kept([article.pk], at=now()).get(article.pk)


class TestWritten:
    def test_a_forme_is_read_as_it_was_written(self, article):
        forme = composing.compose(article, at=now())
        again = formes.read(formes.written(forme, ours(article)))
        opened = ours(article)
        assert again.whole.open(opened) == forme.whole.open(opened)
        for name in formes.Forme.__dataclass_fields__:
            if name != "whole":
                assert getattr(again, name) == getattr(forme, name), name

    def test_what_is_gated_stays_shut_without_a_decision(self, article):
        forme = composing.compose(article, at=now())
        with pytest.raises(GateClosed):
            formes.written(forme, LEAD_ONLY)
        again = formes.read(formes.written(forme, ours(article)))
        with pytest.raises(GateClosed):
            again.whole.open(LEAD_ONLY)
        assert SECRET not in again.lead.html
        assert SECRET in again.whole.open(ours(article)).parts[0].html

    def test_a_field_of_the_next_release_is_passed_over(self, article):
        written = json.loads(formes.written(composing.compose(article, at=now()), ours(article)))
        written["of_the_next_release"] = "something"
        assert formes.read(json.dumps(written).encode()).headline == article.title

    def test_a_field_with_a_default_may_still_be_missing(self, article):
        written = json.loads(formes.written(composing.compose(article, at=now()), ours(article)))
        del written["lead"]["mentions"], written["whole"]["sound"]
        assert formes.read(json.dumps(written).encode()).lead.mentions == ()

    def test_what_is_no_forme_is_said_to_be_none(self):
        with pytest.raises(formes.NotUnderstood):
            formes.read(b'{"headline": 1}')


class TestKept:
    def test_a_press_makes_an_article_ready_once(self, article, monkeypatch):
        press_runs.press_all(at=now())
        Change.objects.all().delete()
        assert kept_now(article) is not None

        def composed(*_args, **_named):
            raise AssertionError("It was ready.")

        monkeypatch.setattr(composing, "compose", composed)
        assert press_runs.press_all(at=now()) > 0
        assert composing.forme_of(article, at=now()).headline == article.title

    def test_nothing_kept_is_believed_while_a_change_waits(self, article):
        press()
        article.section.title = "Renamed"
        article.section.save_revision().publish()
        assert kept_now(article) is None
        assert composing.forme_of(article, at=now()).section.name == "Renamed"
        press()
        assert kept_now(article) is not None
        assert composing.forme_of(article, at=now()).section.name == "Renamed"

    def test_a_change_elsewhere_leaves_it(self, title, article):
        press()
        elsewhere = make.section(title, "Culture")
        make.article(title, make.paragraph("Another story."), in_section=elsewhere)
        assert kept_now(article) is not None

    def test_what_was_kept_of_a_page_that_could_not_be_pressed_is_laid_aside(
        self, article, store, monkeypatch
    ):
        press()
        # Nothing in the store names the article any more, as after a press that failed on it.
        store.forget([(HOST, article.url)], version=store.begin_run())
        article.section.title = "Renamed"
        article.section.save_revision().publish()
        press()
        assert composing.forme_of(article, at=now()).section.name == "Renamed"

    def test_a_later_press_is_not_overwritten_by_an_earlier_one(self, article):
        newer, older = Kept(1, "new", b"newer"), Kept(1, "old", b"older", frozenset({"page:1"}))
        keeping.keep({article.pk: newer}, version=2)
        keeping.keep({article.pk: older}, version=1)
        assert kept_now(article).data == b"newer"
        keeping.keep({article.pk: older}, version=3)
        assert kept_now(article).data == b"older"

    def test_it_is_made_anew_once_a_licence_has_turned(self, article):
        ends = now() + timedelta(hours=1)
        keeping.keep({article.pk: Kept(1, "x", b"x", stale_at=ends)}, version=1)
        assert article.pk in keeping.kept([article.pk], at=ends - timedelta(seconds=1))
        assert article.pk not in keeping.kept([article.pk], at=ends)

    @pytest.mark.parametrize("schema", [0, formes.SCHEMA + 1])
    def test_a_schema_that_is_not_understood_is_made_anew(self, article, schema):
        press()
        Forme.objects.update(schema=schema, data=b"of another time", made_with="another")
        assert composing.forme_of(article, at=now()).headline == article.title
        assert press_runs.press_all(at=now()) > 0
        assert kept_now(article).schema == formes.SCHEMA

    def test_another_version_of_masthead_sets_the_copy_anew(self, article):
        press()
        Forme.objects.update(made_with="masthead 0.0.1, formes 1")
        press_runs.press_all(at=now())
        assert kept_now(article).made_with == formes.MADE_WITH

    def test_none_is_believed_once_the_store_was_lost(self, article, store, settings):
        press_runs.press_all(at=now())
        Change.objects.all().delete()
        Article.objects.filter(pk=article.pk).update(title="Nobody was told of this")
        store.set_in("")
        press_runs.press_all(at=now())
        assert composing.forme_of(article, at=now()).headline == "Nobody was told of this"


class TestDeniesFirst:
    def test_who_may_read_is_asked_of_rows_and_not_of_what_is_kept(self, article, store):
        """Even had a change been missed: the lock comes from the article itself."""
        Article.objects.filter(pk=article.pk).update(access="open")
        press_runs.press_all(at=now())
        Article.objects.filter(pk=article.pk).update(access="subscribers")
        (page,) = (
            made
            for address, made in ArticlePress(version=9, at=now()).press([(HOST, article.url)])
            if address[1] == article.url
        )
        assert page.record.lock.access == "subscribers"
        assert SECRET.encode() not in page.variants["lead"].body

    def test_an_article_with_privacy_is_not_pressed_from_its_forme(self, article, store):
        press()
        PageViewRestriction.objects.create(page=article, restriction_type="login")
        pages = dict(ArticlePress(version=9, at=now()).press([(HOST, article.url)]))
        assert not any(pages.values())


def test_many_articles_take_as_many_questions_as_a_few(title):
    section = make.section(title)
    pages = [
        make.article(title, make.paragraph(SECRET), access="subscribers", in_section=section)
        for _number in range(12)
    ]
    press_runs.press_all(at=now())
    Change.objects.all().delete()

    def questions(articles):
        addresses = [(HOST, article.url) for article in articles]
        with CaptureQueriesContext(connection) as asked:
            made = dict(ArticlePress(version=9, at=now()).press(addresses))
        assert set(made) == set(addresses)
        assert all(made.values())
        return len(asked)

    few, many = questions(pages[:3]), questions(pages)
    assert many == few
    assert many <= 2 * len(pages)
