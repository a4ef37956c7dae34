"""By night some pages are made anew from nothing that was kept, and compared."""

import logging

import pytest
from django.utils import timezone

from masthead.editorial.models import Article
from masthead.production import press_runs, reconciling
from masthead.production.models import Change, Forme
from tests.factories import advertising
from tests.factories import editorial as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]


@pytest.fixture
def articles():
    title = make.magazine()
    made = [
        make.article(title, make.paragraph("Some words."), access=one)
        for one in ("open", "subscribers")
    ]
    press_runs.press_all(at=timezone.now())
    Change.objects.all().delete()
    return made


def reconcile():
    return reconciling.reconcile(at=timezone.now())


def test_pages_that_are_as_they_should_be_are_left_alone(articles, store):
    edition = store.size()["edition"]
    assert reconcile() == []
    assert store.size()["edition"] == edition
    assert not Change.objects.exists()


def test_a_day_of_publishing_leaves_nothing_to_be_found(articles):
    title = articles[0].publication()
    for number in range(5):
        make.article(title, published_at=make.THEN.replace(day=5 + number))
        press_runs.press(at=timezone.now())
    assert reconcile() == []
    make.article(title, published_at=make.THEN.replace(day=6, hour=3))
    press_runs.press(at=timezone.now())
    assert reconcile() == []


def test_a_change_that_nobody_was_told_of_is_found_and_everything_made_anew(
    articles, store, caplog
):
    wrong = articles[1]
    Article.objects.filter(pk=wrong.pk).update(standfirst="Nobody was told of this.")
    with caplog.at_level(logging.ERROR):
        found = reconcile()
    assert ("testserver", wrong.url) in found
    assert wrong.url in caplog.text
    assert not Forme.objects.exists()
    press_runs.press(at=timezone.now())
    with store.view() as view:
        assert view.page("testserver", wrong.url) is not None
    assert reconcile() == []


def test_a_gate_that_was_opened_unheard_is_found(articles):
    Article.objects.filter(pk=articles[1].pk).update(access="open")
    assert ("testserver", articles[1].url) in reconcile()


def test_which_advertisement_stands_there_is_no_difference(articles, store):
    press_runs.press_all(at=timezone.now())
    title = articles[0].publication()
    today = title.day(timezone.now())
    booking = advertising.booking(title, placement="article", starts_on=today, ends_on=today)
    advertising.creative(booking)
    Change.objects.all().delete()
    assert [path for _host, path in reconcile() if path == articles[0].url] == []


def test_what_is_packed_harder_is_compared_as_it_lies(articles):
    assert press_runs.pack_at_leisure() > 0
    assert reconcile() == []


def test_nothing_is_compared_while_something_waits(articles):
    Article.objects.filter(pk=articles[1].pk).update(standfirst="Nobody was told of this.")
    press_runs.ask(["page:1"])
    assert reconcile() == []
