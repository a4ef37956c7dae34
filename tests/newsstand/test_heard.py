"""What the press hears of: acts that say nothing by themselves to whoever listens for saved rows."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Page
from wagtail.signals import page_unpublished, post_page_move

from masthead.editorial.models import ArchiveEntry, ArticleIndex
from masthead.production import press_runs
from masthead.production.models import Change
from tests.factories import editorial as make
from tests.newsstand.test_pressing import SECRET, article, by_front, press, title  # noqa: F401

pytestmark = pytest.mark.django_db


def test_what_ends_by_its_date_goes_from_all_that_showed_it(
    store,
    title,  # noqa: F811
    django_capture_on_commit_callbacks,
):
    page = article(title, "open", headline="Ends today")
    press()
    paths = ["/", page.section.url, "/feeds/atom.xml"]
    for path in paths:
        assert "Ends today" in by_front(store, path)
    assert SECRET in by_front(store, "/feeds/atom.xml")
    ended = timezone.now() - timedelta(minutes=1)
    Page.objects.filter(pk=page.pk).update(expire_at=ended)
    assert ArchiveEntry.objects.filter(article=page).exists()
    with django_capture_on_commit_callbacks(execute=True):
        call_command("publish_scheduled", verbosity=0)
    assert by_front(store, page.url) is None
    assert not ArchiveEntry.objects.exists(), "Nor is it found."
    press()
    for path in paths:
        assert "Ends today" not in by_front(store, path)
    assert SECRET not in by_front(store, "/feeds/atom.xml")


@pytest.mark.parametrize("base", [True, False])
def test_what_is_taken_down_is_in_the_outbox_and_gone_though_its_editor_was_killed_then(
    store,
    title,  # noqa: F811
    base,
    monkeypatch,
    django_capture_on_commit_callbacks,
):
    page = article(title, "open")
    press()
    monkeypatch.setattr(page_unpublished, "send", lambda *_args, **_named: None)
    with django_capture_on_commit_callbacks(execute=True):
        (Page.objects.get(pk=page.pk) if base else page).unpublish()
    assert Change.objects.filter(tag=f"own:{page.pk}").count() == 1
    for alone in (False, True):
        assert by_front(store, page.url, alone=alone) is None
    press()
    assert page.title not in by_front(store, "/")


def test_what_is_moved_answers_at_its_new_address_though_its_editor_was_killed_then(
    store,
    title,  # noqa: F811
    monkeypatch,
):
    section, other = make.section(title, "Old"), make.section(title, "New")
    page = article(title, "open", in_section=section)
    shelf = make.shelf(ArticleIndex, title)
    old = page.url
    press()
    monkeypatch.setattr(post_page_move, "send", lambda *_args, **_named: None)
    shelf.move(other, pos="last-child")
    press()
    page.refresh_from_db()
    new = type(page).objects.get(pk=page.pk).url
    assert new != old
    assert by_front(store, old) is None
    assert SECRET in by_front(store, new)
    assert new in by_front(store, "/")


def test_what_only_the_desk_sees_of_a_page_is_not_pressed(store, title):  # noqa: F811
    page = article(title, "open")
    press()
    assert not Change.objects.exists()
    bare = Page.objects.get(pk=page.pk)
    bare.locked = True
    bare.save(update_fields=["locked"])
    Page.objects.get(depth=1).save()
    assert not Change.objects.exists()
    assert press_runs.press(at=timezone.now()) == 0
