"""What the press hears of: acts that say nothing by themselves to whoever listens for saved rows."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_unpublished, post_page_move

from masthead.advertising import bookings, creatives
from masthead.advertising.models import Creative
from masthead.circulation import offers
from masthead.circulation.deals import Promised
from masthead.circulation.models import Offer
from masthead.circulation.promises import kept
from masthead.editorial import manuscripts
from masthead.editorial.models import ArchiveEntry, ArticleIndex
from masthead.manuscript import nodes
from masthead.production import press_runs, receivers
from masthead.production.models import Change
from tests.factories import advertising
from tests.factories import circulation as let
from tests.factories import editorial as make
from tests.newsstand.test_pressing import (
    ADVERTISED,
    SECRET,
    article,
    by_front,
    press,
    title,  # noqa: F401
)

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


def test_an_advertisement_is_read_once_it_is_approved_and_not_once_it_is_taken_out(
    store,
    title,  # noqa: F811
):
    page = article(title, "open")
    today = title.day(timezone.now())
    booked = advertising.booking(title, starts_on=today, ends_on=today)
    written = Creative(booking=booked, headline="Rope", link="https://rope.example/")
    editor = let.reader("editor@example.org")

    def approved():
        seen = creatives.digest(written)
        creatives.approve(written, seen=seen, at=timezone.now(), by=editor)

    def shown():
        press()
        return bool(ADVERTISED.search(by_front(store, page.url)))

    creatives.write(written)
    assert not shown()
    approved()
    assert shown()
    approved()
    assert not Change.objects.exists(), "Twice changes nothing."
    creatives.withdraw(written, at=timezone.now())
    assert not shown()
    creatives.withdraw(written, at=timezone.now())
    assert not Change.objects.exists()
    advertising.creative(booked)
    assert shown()
    bookings.stop(booked, at=timezone.now())
    assert not shown()
    bookings.stop(booked, at=timezone.now())
    assert not Change.objects.exists()


def test_an_offer_is_read_of_while_it_is_on_sale(store, title):  # noqa: F811
    page = article(title)
    offer = Offer.objects.create(title=title, slug="all", name="All of it", copies=24)
    offer.prices.create(currency="EUR", minor=6000)
    offer.shares.create(component="digital", weight=1)

    def sold():
        press()
        return "/subscribe/" in by_front(store, page.url)

    assert not sold()
    for _time in range(2):
        version = offers.publish(offer, at=timezone.now())
        assert sold()
        assert offers.publish(offer, at=timezone.now()) == version
        assert not Change.objects.exists()
        offers.withdraw(offer)
        assert not sold()
        offers.withdraw(offer)
        assert not Change.objects.exists()
    assert offer.versions.count() == 1


def test_what_was_seen_of_promises_is_read_by_noon(store, title):  # noqa: F811
    address = "/promises/"
    let.version(title, let.deal(promises=(Promised("subscriber-articles", {}),)))
    article(title)
    press_runs.press_all(at=timezone.now())
    press()
    for _morning in range(2):
        (seen,) = kept.inspect(timezone.now())
        press()
        assert seen.words in by_front(store, address)
        assert seen.words
        article(title)


@pytest.mark.parametrize("above", [False, True])
def test_what_an_editor_keeps_for_some_while_it_is_first_pressed_is_not_given_out(
    store,
    title,  # noqa: F811
    above,
    monkeypatch,
):
    article(title, "open")
    press()
    page = article(title, "open", headline="For some")
    real = press_runs.made

    def kept_meanwhile(*args, **named):
        pages = real(*args, **named)
        if not PageViewRestriction.objects.exists():
            of = page.get_parent() if above else page
            PageViewRestriction.objects.create(page=of, restriction_type="login")
        return pages

    monkeypatch.setattr(press_runs, "made", kept_meanwhile)
    assert press() > 0
    for path in (page.url, "/", "/feeds/atom.xml"):
        for alone in (False, True):
            assert "For some" not in (by_front(store, path, alone=alone) or "")
        assert by_front(store, path) is None
    press()
    assert by_front(store, page.url) is None
    assert "For some" not in by_front(store, "/feeds/atom.xml")


def test_a_topic_that_is_only_named_in_a_text_has_the_article_as_it_comes_out(store, title):  # noqa: F811
    topic = make.topic(title, "The board")
    name = nodes.Mention(f"topic:{topic.key}", (nodes.Text("the board"),))
    naming = nodes.Paragraph(id="named", children=(name,))
    press()
    page = make.article(title, naming, headline="It met", access="open")
    paths = [
        topic.url,
        *(f"{topic.url}feeds/{one}" for one in ("rss.xml", "atom.xml", "feed.json")),
    ]
    press()
    for path in paths:
        assert "It met" in by_front(store, path)
    manuscripts.store(page, make.manuscript(make.paragraph("Nothing."), headline="It met"))
    page.save_revision().publish()
    press()
    for path in paths:
        assert "It met" not in by_front(store, path)


def test_very_many_pages_that_move_are_read_nowhere_until_they_are_at_their_new_addresses(
    store,
    title,  # noqa: F811
    monkeypatch,
    django_capture_on_commit_callbacks,
):
    section = make.section(title, "Of before")
    pages = [article(title, "open", in_section=section) for _number in range(4)]
    beside = make.section(title, "Beside")
    press()
    monkeypatch.setattr(receivers, "MOVED_BY_NAME", 3)
    with django_capture_on_commit_callbacks(execute=True):
        make.shelf(ArticleIndex, title).move(beside, pos="last-child")
    named = set(Change.objects.values_list("tag", flat=True))
    assert "everything" in named
    assert not named & {f"own:{page.pk}" for page in pages}
    for page in pages:
        for alone in (False, True):
            assert by_front(store, page.url, alone=alone) is None
    press()
    for page in pages:
        new = type(page).objects.get(pk=page.pk).url
        assert new != page.url
        assert by_front(store, page.url) is None
        assert SECRET in by_front(store, new)
        assert f'"http://testserver{new}"' in by_front(store, new)
        assert f'"{page.url}"' not in by_front(store, "/")
