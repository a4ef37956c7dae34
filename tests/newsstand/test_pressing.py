"""Pressed pages: what the front answers with is what the house would have answered."""

import os
import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.models import Site

from masthead.circulation import entitlements, gifts, passes, viewers
from masthead.circulation.entitlements import EVERY_CLASS, Viewer
from masthead.circulation.models import Gift, Network
from masthead.edge import records
from masthead.edge.front import Asked, Front
from masthead.edge.locks import Key
from masthead.edge.store import Store
from masthead.editorial import contents, issues
from masthead.editorial.archive import filing
from masthead.editorial.models import (
    ArchiveEntry,
    Article,
    ArticleIndex,
    ContentsEntry,
    ContributorIndex,
    Correction,
    FrontPage,
    Issue,
    Section,
    Title,
)
from masthead.manuscript import nodes
from masthead.newsstand import (
    composing,
    metadata,
    pressed_articles,
    pressing,
    sitemaps,
    theme,
    turnstile,
)
from masthead.production import formes, press_runs, progress, renditions, tasks
from masthead.production.models import Change
from masthead.production.worker import Worker
from tests.factories import advertising
from tests.factories import circulation as let
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
HOST = "testserver"
SECRET = "Nobody but subscribers reads this sentence."


@pytest.fixture
def title():
    return make.magazine()


def article(title, access="subscribers", **fields):
    words = [make.paragraph(f"Lead sentence {number}. " * 12) for number in range(4)]
    words += [make.paragraph(SECRET), *words]
    return make.article(title, *words, access=access, **fields)


def press():
    return press_runs.press(at=timezone.now())


def keys_of(title, article, rule):
    ends = int((timezone.now() + timedelta(hours=1)).timestamp())
    one = str(article.key) if rule in ("gift", "meter") else ""
    return (Key(rule, str(title.key), EVERY_CLASS, article=one, until=ends),)


def by_front(store, path, keys=(), *, at=None, cookie="", alone=False):
    """Return what the front answers, as text; None where it asks the house, or is alone with nothing."""
    front = Front(passes.keyring(), "pass", ("sessionid", "ticket"), session_cookie="sessionid")
    if keys:
        cookie = f"pass={passes.give(Viewer(keys=keys), '', at=timezone.now())}"
    with store.view() as view:
        moment = at or timezone.now()
        asked = Asked("GET", HOST, path, cookie=cookie or None)
        answer = front.look_up(asked, view, moment.timestamp(), alone=alone)
    return None if answer is None else answer.body.decode()


def by_house(path, keys=()):
    """Return what the house answers to a reader with these keys, as text."""
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "SERVER_NAME": HOST, "SERVER_PORT": "80",
        "HTTP_HOST": HOST, "REMOTE_ADDR": "192.0.2.9",
    }  # fmt: skip
    setup_testing_defaults(environ)
    request = WSGIRequest(environ)
    viewers.see_as(request, Viewer(keys=keys))
    response = WSGIHandler().get_response(request)
    return response.content.decode()


ADVERTISED = re.compile(r"/advertisements/[0-9a-f-]+")


@pytest.mark.parametrize("access", ["open", "registered", "metered", "subscribers"])
@pytest.mark.parametrize("rule", ["", "term", "grant", "institution", "gift", "signed-up"])
def test_the_front_gives_each_reader_what_the_house_would(store, title, access, rule):
    page = article(title, access)
    press()
    keys = keys_of(title, page, rule) if rule else ()
    answer = by_front(store, page.url, keys)
    assert answer == by_house(page.url, keys)
    opened = access == "open" or bool(rule)
    assert (SECRET in answer) is opened


def test_the_whole_of_a_closed_article_is_marked_as_gated_wherever_it_lies(store, title):
    page = article(title)
    press()
    with store.view() as view:
        record = records.read(view.page(HOST, page.url))
        for name, variant in record.variants.items():
            is_gated, body = view.body(variant.digest, "")
            assert is_gated is (SECRET.encode() in bytes(body)) is (not name.startswith("lead"))


def test_no_pressed_page_holds_what_is_one_readers(store, title):
    article(title)
    press()
    for record in store.records():
        for variant in record.variants.values():
            names = {name for name, _value in variant.headers}
            assert not names & {"set-cookie", "etag", "last-modified", "content-length", "vary"}
            assert "content-type" in names


def test_a_metered_article_that_may_be_counted_for_strangers_is_the_houses(store, title):
    page = article(title, "metered")
    Article.objects.filter(pk=page.pk).update(strangers_counted=True)
    press()
    assert by_front(store, page.url) is None
    assert SECRET in by_front(store, page.url, keys_of(title, page, "meter"))


def test_every_part_of_a_closed_article_is_pressed_for_its_readers(store, title):
    page = article(title)
    press_runs.press(at=timezone.now())
    assert by_front(store, f"{page.url}2/") is None  # There is none, and the house says so.


def test_publishing_changes_the_article_and_the_lists_it_stands_in_and_nothing_else(store, title):
    section, other = make.section(title), make.section(title, "Culture")
    old = article(title, in_section=other)
    press()
    before = {record.path: record.edition for record in store.records()}
    new = article(title, in_section=section)
    press()
    after = {record.path: record.edition for record in store.records()}
    changed = {path for path, edition in after.items() if edition != before.get(path)}
    listed = {new.url, "/", make.shelf(ArticleIndex, title).url, section.url}
    assert listed <= changed
    assert {path for path in changed if "/feeds/" in path} >= {
        "/feeds/rss.xml",
        "/feeds/atom.xml",
        "/feeds/feed.json",
        f"{section.url}feeds/rss.xml",
    }
    assert other.url not in changed
    assert f"{other.url}feeds/rss.xml" not in changed
    assert old.url not in changed
    # One edition: nobody sees the front page without the article that it leads to.
    assert len({after[path] for path in listed}) == 1


def test_what_comes_out_changes_what_to_read_next_below_few_others(store, title):
    section = make.section(title)
    made = [
        article(title, in_section=section, published_at=make.THEN + timedelta(days=number))
        for number in range(12)
    ]
    press()
    before = {record.path: record.edition for record in store.records()}
    between = article(title, in_section=section, published_at=make.THEN + timedelta(days=3.5))
    press()
    after = {record.path: record.edition for record in store.records()}
    changed = [one for one in made if after[one.url] != before[one.url]]
    # Those that came out just after it, and who names those; the first three, which also name later ones.
    assert changed == [*made[:3], *made[4:10]]
    for one in made[4:7]:
        assert between.title in by_front(store, one.url)


def test_of_articles_of_one_moment_those_that_come_after_it_lead_to_what_comes_out(store, title):
    """As all articles of an issue are."""
    section = make.section(title)
    together = [article(title, in_section=section) for _number in range(8)]
    make.issue(title, *reversed(together))
    after = [
        article(title, in_section=section, published_at=make.THEN + timedelta(days=1 + number))
        for number in range(5)
    ]
    early = together[3]
    early.unpublish()
    press()

    def again():
        early.save_revision().publish()
        return early

    others = [one for one in [*together, *after] if one != early]
    for bring in (again, lambda: article(title, in_section=section)):
        page = bring()
        press()
        lead_to_it = [one for one in others if page.title in by_front(store, one.url)]
        assert lead_to_it
        # Were everything made anew, no other would.
        formes.lay_all_aside()
        press_runs.press_all(at=timezone.now())
        assert lead_to_it == [one for one in others if page.title in by_front(store, one.url)]


def test_the_first_articles_without_a_section_lead_to_those_that_come_out_later(store, title):
    def unsorted(days):
        page = article(title, published_at=make.THEN + timedelta(days=days))
        Article.objects.filter(pk=page.pk).update(section=None)
        return Article.objects.get(pk=page.pk)

    first = unsorted(0)
    press()
    assert "list:None" not in {tag for record in store.records() for tag in record.tags}
    second = unsorted(1)
    second.save()
    press()
    assert second.title in by_front(store, first.url)


def test_an_article_that_comes_into_an_issue_says_so_and_its_neighbours_lead_to_it(store, title):
    named = {"topics": (f"topic:{make.topic(title).key}",)}
    alone, first, last = (
        article(title, "open", headline=name, **named) for name in ("Alone", "First", "Last")
    )
    issue = make.issue(title, first, last, state="open")
    issues.put_on_sale(issue, at=make.THEN)
    press()
    assert "<dt>Issue</dt>" not in by_front(store, alone.url)
    make.place(issue, alone)
    press()
    assert "<dt>Issue</dt>" in by_front(store, alone.url)
    page = by_front(store, issue.url)
    assert page.index(">First<") < page.index(">Last<") < page.index(">Alone<")
    places = list(issue.contents.all())
    contents.reorder(issue, places[::-1], by=None)
    press()
    page = by_front(store, issue.url)
    assert page.index(">Alone<") < page.index(">Last<") < page.index(">First<")


def test_a_list_turns_by_itself_where_an_article_in_it_becomes_free(store, title, time_machine):
    now = timezone.now()
    time_machine.move_to(now, tick=False)
    page = article(title, published_at=now - timedelta(days=1))
    Article.objects.filter(pk=page.pk).update(free_after_days=3)
    beside = make.article(title, access="open")
    press()
    lists = ["/", page.section.url, "/feeds/atom.xml"]
    for path in ["/", page.section.url, beside.url]:
        assert 'class="for-subscribers"' in by_front(store, path)
    assert SECRET not in by_front(store, "/feeds/atom.xml")
    assert press_runs.press_stale(at=now) == 0
    later = now + timedelta(days=2, seconds=1)
    time_machine.move_to(later, tick=False)
    for path in lists:
        assert by_front(store, path, at=later) is None
    press_runs.press_stale(at=later)
    for path in ["/", page.section.url, beside.url]:
        assert 'class="for-subscribers"' not in by_front(store, path, at=later)
    assert SECRET in by_front(store, "/feeds/atom.xml", at=later)


def test_advertisements_come_and_go_with_their_days(store, title, time_machine):
    title.time_zone = "Asia/Kathmandu"  # Its days begin with a quarter of an hour elsewhere.
    title.save()
    now = datetime(2026, 5, 4, 12, tzinfo=UTC)
    time_machine.move_to(now, tick=False)
    page = article(title, "open")
    press()
    today = title.day(now)
    days = {"starts_on": today + timedelta(days=1), "ends_on": today + timedelta(days=1)}
    for placement in ("article", "front"):
        advertising.creative(advertising.booking(title, placement=placement, **days))
    press()
    begins = datetime(2026, 5, 4, 18, 15, tzinfo=UTC)
    shown = []
    for moment in (
        now,
        begins - MINUTE,
        begins + MINUTE,
        begins + DAY - MINUTE,
        begins + DAY + MINUTE,
    ):
        time_machine.move_to(moment, tick=False)
        tasks.turn_advertisements.func()
        # Until it is pressed the old page is read, however many there are.
        assert press_runs.press_stale(at=moment) == 0
        press()
        shown.append(
            [bool(ADVERTISED.search(by_front(store, path, at=moment))) for path in (page.url, "/")]
        )
    assert shown == [[False] * 2, [False] * 2, [True] * 2, [True] * 2, [False] * 2]


def test_what_is_booked_for_today_is_shown_today(store, title):
    page = article(title, "open")
    press()
    today = title.day(timezone.now())
    advertising.creative(advertising.booking(title, starts_on=today, ends_on=today))
    press()
    assert ADVERTISED.search(by_front(store, page.url))


def test_of_very_many_pages_those_that_changed_come_first_and_few_are_in_memory(
    store, title, monkeypatch
):
    made = [article(title, "open", in_section=make.section(title, "Culture")) for _ in range(9)]
    press()
    monkeypatch.setattr(press_runs, "HELD_BACK", 6)
    monkeypatch.setattr(press_runs, "IN_ONE_EDITION", 4)
    sizes, real = [], press_runs._edition

    def counted(addresses, **named):
        sizes.append(len(addresses))
        return real(addresses, **named)

    monkeypatch.setattr(press_runs, "_edition", counted)
    section = make.section(title)
    section.title = "Polity"
    section.save_revision().publish()
    press()
    after = {record.path: record.edition for record in store.records()}
    assert max(sizes) <= 6
    assert len(sizes) > 2
    for one in made:
        assert "Polity" in by_front(store, one.url)
        assert after[one.url] >= after[section.url]


def test_very_many_stale_pages_are_pressed_a_few_at_a_time_and_changes_in_between(
    store, title, monkeypatch
):
    made = [article(title, "open") for _ in range(9)]
    press()
    store.hold_back([(record.host, record.path) for record in store.records() if record.variants])
    monkeypatch.setattr(press_runs, "IN_ONE_EDITION", 4)
    editions, real = [], press_runs._edition

    def counted(addresses, **named):
        if not editions:
            made[0].title = "Corrected meanwhile"
            made[0].save_revision().publish()
        editions.append(list(addresses))
        return real(addresses, **named)

    monkeypatch.setattr(press_runs, "_edition", counted)
    press_runs.press_stale(at=timezone.now())
    assert max(map(len, editions[::2])) <= 4
    assert any((HOST, made[0].url) in one for one in editions[1:3])
    assert not Change.objects.exists()
    for one in made:
        assert by_front(store, one.url) is not None
    assert "Corrected meanwhile" in by_front(store, made[0].url)


def test_a_new_headline_changes_every_page_that_shows_it(store, title):
    page = article(title, in_section=make.section(title))
    press()
    page.title = "Quite another headline"
    page.save_revision().publish()
    press()
    for path in ("/", page.section.url, page.url, "/feeds/atom.xml"):
        assert "Quite another headline" in by_front(store, path)


def test_a_correction_is_on_the_page_and_on_the_list_of_corrections(store, title):
    page = article(title, "open")
    press()
    Correction.objects.create(
        article=page,
        kind=Correction.Kind.CORRECTION,
        text="It was Tuesday.",
        made_at=timezone.now(),
    )
    press()
    assert "It was Tuesday." in by_front(store, page.url)
    assert "It was Tuesday." in by_front(store, "/corrections/")


def test_a_draft_changes_no_page(store, title):
    page = article(title)
    press()
    Change.objects.all().delete()
    page.title = "A draft"
    page.save_revision()
    assert not Change.objects.exists()


def test_what_is_taken_down_is_gone_at_once(store, title, django_capture_on_commit_callbacks):
    page = article(title)
    press()
    assert by_front(store, page.url, keys_of(title, page, "term")) is not None
    with django_capture_on_commit_callbacks(execute=True):
        page.unpublish()
    assert by_front(store, page.url) is None
    assert by_front(store, page.url, keys_of(title, page, "term")) is None
    with store.view() as view:
        assert records.read(view.page(HOST, page.url)).variants == {}
    press()
    assert page.title not in by_front(store, "/")


def test_what_was_taken_down_answers_410_until_it_is_published_again(
    store, title, client, django_capture_on_commit_callbacks
):
    page = article(title)
    press()
    with django_capture_on_commit_callbacks(execute=True):
        page.unpublish()
    for _night in range(2):
        answer = client.get(page.url)
        assert answer.status_code == 410
        assert b"taken down" in answer.content
        assert SECRET not in answer.content.decode()
        press()  # Which finds nothing there any more.
        press_runs.press_all(at=timezone.now())
    assert client.get("/articles/never/").status_code == 404
    page.save_revision().publish()
    press()
    assert by_front(store, page.url) is not None
    assert client.get(page.url).status_code == 200


def test_what_is_deleted_is_gone_at_once(store, title, django_capture_on_commit_callbacks):
    page = article(title)
    url = page.url
    press()
    with django_capture_on_commit_callbacks(execute=True):
        page.delete()
    assert by_front(store, url) is None


def test_a_page_that_moves_answers_at_its_new_address_only(store, title):
    page = article(title)
    old = page.url
    press()
    page.slug = "elsewhere"
    page.save_revision().publish()
    press()
    page.refresh_from_db()
    new = Article.objects.get(pk=page.pk).url
    assert old != new
    assert by_front(store, old) is None
    assert by_front(store, new) is not None
    assert new in by_front(store, "/")


def test_a_page_turns_by_itself_where_its_lock_does(store, title):
    page = article(title, published_at=timezone.now() - timedelta(days=1))
    Article.objects.filter(pk=page.pk).update(free_after_days=3)
    press()
    later = timezone.now() + timedelta(days=2, hours=1)
    assert SECRET not in by_front(store, page.url)
    assert by_front(store, page.url, at=later) is None
    assert press_runs.press_stale(at=timezone.now()) == 0


def test_what_somebody_is_given_opens_at_once_and_is_on_their_pass(store, title, client):
    page = article(title)
    press()
    reader = let.reader()
    client.force_login(reader)

    def read():
        """Read as a browser does: the front answers, and the house only where the front asks it."""
        cookies = "; ".join(f"{name}={one.value}" for name, one in client.cookies.items())
        found = by_front(store, page.url, cookie=cookies)
        return found or client.get(page.url).content.decode()

    client.get("/account/")
    assert SECRET not in read()
    let.grant(reader, title, at=timezone.now())
    assert SECRET in read()
    cookies = "; ".join(f"{name}={one.value}" for name, one in client.cookies.items())
    assert SECRET in by_front(store, page.url, cookie=cookies)


def test_a_page_has_its_pictures_in_every_size_once_they_are_made(store, title):
    picture = make.picture(size=(1200, 800))
    page = article(title, lead_figure=nodes.Figure(id="f", picture=picture.picture_key))
    press()
    assert "image/avif" not in by_front(store, page.url)
    renditions.make_for_page.func(page.pk)
    press()
    assert "image/avif" in by_front(store, page.url)
    # When there is nothing new, nothing is pressed.
    renditions.make_for_page.func(page.pk)
    assert not Change.objects.exists()


def test_no_page_waits_for_the_size_of_a_picture_that_was_taken_in_before(
    store, title, monkeypatch, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        picture = make.picture(size=(1200, 800))
    worker = Worker(clock=timezone.now)
    while worker.work_once():
        pass
    made = []
    monkeypatch.setattr(type(picture), "create_rendition", lambda *asked: made.append(asked))
    page = article(title, lead_figure=nodes.Figure(id="f", picture=picture.picture_key))
    press()
    assert picture.renditions.get().url in by_front(store, page.url)
    assert made == []


def test_how_far_it_is_with_everything_is_told_while_it_is_pressed(store, title, monkeypatch):
    for _each in range(3):
        article(title)
    press_runs.press_all(at=timezone.now())
    assert progress.under_way() is None
    every = store.size()["pages"]
    monkeypatch.setattr(press_runs, "IN_ONE_EDITION", 2)
    told = []
    publish = store.publish

    def publishing(*args, **kwargs):
        told.append(progress.under_way())
        return publish(*args, **kwargs)

    monkeypatch.setattr(store, "publish", publishing)
    press_runs.press_all(at=timezone.now())
    assert told[0] is None
    assert [one.done for one in told[1:]] == sorted({one.done for one in told[1:]})
    assert 0 < told[1].done < told[-1].done < told[-1].about <= every
    assert progress.under_way() is None


def test_advertisements_are_in_the_variants_of_those_who_get_them(store, title):
    page = article(title)
    days = {"starts_on": title.day(timezone.now()), "ends_on": title.day(timezone.now())}
    for placement in ("article", "front"):
        advertising.creative(advertising.booking(title, placement=placement, **days))
    press_runs.press_all(at=timezone.now())
    quiet = Key("term", str(title.key), EVERY_CLASS, without_ads=True)
    loud = Key("term", str(title.key), EVERY_CLASS)
    for path in (page.url, "/"):
        assert not ADVERTISED.search(by_front(store, path, (quiet,)))
        assert ADVERTISED.search(by_front(store, path, (loud,)))


def test_pages_with_privacy_are_the_houses(store, title):
    from wagtail.models import PageViewRestriction

    page = article(title)
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    press_runs.press_all(at=timezone.now())
    assert by_front(store, page.url) is None


@pytest.mark.parametrize("above", [False, True])
def test_who_keeps_a_page_for_some_keeps_it_from_strangers_at_once(
    store, title, above, client, django_capture_on_commit_callbacks
):
    from wagtail.models import PageViewRestriction

    page = article(title, "open")
    with django_capture_on_commit_callbacks(execute=True):
        press()
    assert SECRET in by_front(store, page.url)
    assert "Lead sentence" in by_front(store, "/feeds/atom.xml")
    assert "Lead <mark>sentence" in client.get("/search/?q=sentence").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        kept = PageViewRestriction.objects.create(
            page=page.get_parent() if above else page, restriction_type="login"
        )
    # Before any run of the press, and of what tends the archive.
    assert by_front(store, page.url) is None
    assert by_front(store, "/feeds/atom.xml") is None
    assert "Lead <mark>" not in client.get("/search/?q=sentence").content.decode()
    press()
    filing.tend(at=timezone.now())
    assert by_front(store, page.url) is None
    assert "Lead sentence" not in by_front(store, "/feeds/atom.xml")
    assert not ArchiveEntry.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        kept.delete()
    press()
    filing.tend(at=timezone.now())
    assert SECRET in by_front(store, page.url)
    assert "Lead sentence" in by_front(store, "/feeds/atom.xml")
    assert ArchiveEntry.objects.count() == 1


def test_a_form_of_one_readers_is_never_kept():
    from django.http import HttpResponse

    with pytest.raises(pressed_articles.NotForAll):
        pressed_articles.kept(HttpResponse('<input name="csrfmiddlewaretoken" value="x">'))


def test_every_rule_of_the_gate_has_a_variant_or_is_the_houses():
    """A rule that the gate learns must be thought of here: may such readers give articles away?"""
    declared = {rule for variant in pressed_articles.VARIANTS for rule in variant.rules}
    asked_at_the_house = {"crawler"}
    text = entitlements.may_read.__doc__ or ""
    rules = set(re.findall("``([a-z-]+)``", text)) - {
        "not-out",
        "open",
        "sign-up",
        "countable",
        "closed",
        "viewer",
        "work",
    }
    assert declared | asked_at_the_house >= rules


def test_a_feed_that_is_pressed_again_still_follows_the_pictures_in_it(store, title):
    picture = make.picture()
    article(title, "open", lead_figure=nodes.Figure(id="l", picture=picture.picture_key))
    for _again in range(2):
        press_runs.press_all(at=timezone.now())
        touched = {path for _host, path in store.tagged([f"editorial.picture:{picture.pk}"])}
        assert {f"/feeds/{form}" for form in metadata.FORMS} <= touched


def test_feeds_are_made_of_the_formes_that_their_run_has_made(store, title, monkeypatch):
    made = []
    real = composing.compose
    monkeypatch.setattr(
        composing, "compose", lambda one, **at: made.append(one.pk) or real(one, **at)
    )
    page = article(title, "open", headline="Ten ships")
    press()
    assert made == [page.pk]
    assert "Ten ships" in by_front(store, "/feeds/atom.xml")


def test_a_press_that_fails_on_one_page_presses_the_others(store, title, monkeypatch):
    good, bad = article(title, "open"), article(title, "open")
    draw = pressed_articles.page_of

    def fail(forme, *args, **named):
        if forme.url == bad.url:
            raise RuntimeError("cannot be drawn")
        return draw(forme, *args, **named)

    monkeypatch.setattr(pressed_articles, "page_of", fail)
    press()
    assert by_front(store, good.url) is not None
    assert by_front(store, bad.url) is None


def test_the_press_is_not_turned_away_where_a_stranger_would_be(store, title, monkeypatch):
    for number in range(3):
        make.section(title, f"Section {number}")
    monkeypatch.setattr(turnstile, "MOST", 1)
    press_runs.press_all(at=timezone.now())
    feeds = {record.path for record in store.records() if "/feeds/" in record.path}
    assert len(feeds) >= 3 * 4


def test_a_page_whose_address_is_in_another_script_is_pressed_as_any_other(store, title):
    page = article(title, "open")
    page.slug = "بيت-الضوء"
    page.save_revision().publish()
    page = Article.objects.get(pk=page.pk)
    press()
    path = unquote(page.url)  # As the front reads addresses.
    assert path == "/articles/بيت-الضوء/"
    assert SECRET in by_front(store, path)
    press_runs.press_all(at=timezone.now())
    assert SECRET in by_front(store, path)


def test_sitemaps_follow_what_comes_and_goes(store, title, django_capture_on_commit_callbacks):
    kept = article(title)
    press_runs.press_all(at=timezone.now())
    shelf = f"/sitemaps/articles-{sitemaps.shelf_of(kept.pk)}.xml"
    assert kept.url in by_front(store, shelf)
    new = article(title)
    press()
    assert new.url in by_front(store, shelf)
    assert shelf in by_front(store, "/sitemap.xml")
    with django_capture_on_commit_callbacks(execute=True):
        new.unpublish()
    press()
    assert new.url not in by_front(store, shelf)
    assert kept.url in by_front(store, shelf)


def test_changes_stay_until_their_pages_are_out(store, title, monkeypatch):
    article(title)
    count = Change.objects.count()
    assert count

    def killed(*_args, **_named):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Store, "publish", killed)
        with pytest.raises(KeyboardInterrupt):
            press()
    assert Change.objects.count() == count
    assert press() > 0
    assert not Change.objects.exists()


def waiting_runs() -> int:
    return DBTaskResult.objects.filter(
        task_path=press_runs.press_changes.module_path, status="READY"
    ).count()


def test_what_was_committed_as_its_editor_was_killed_is_pressed_within_a_minute(store, title):
    page = article(title, "open")
    press()
    press_runs.press_what_is_stale.func()
    assert waiting_runs() == 0
    # Nothing that waits for a commit is run here: killed just then.
    page.unpublish()
    assert by_front(store, page.url) is not None
    for _minute in range(2):
        press_runs.press_what_is_stale.func()
    assert waiting_runs() == 1
    press()
    assert by_front(store, page.url) is None


def test_what_is_taken_down_goes_though_nothing_can_be_held_back(
    store, title, monkeypatch, django_capture_on_commit_callbacks
):
    page = article(title, "open")
    press()

    def full(*_args, **_named):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Store, "hold_back", full)
    with django_capture_on_commit_callbacks(execute=True):
        page.unpublish()
    assert by_front(store, page.url) is None or SECRET not in by_front(store, page.url)
    assert store.is_gone(HOST, page.url)
    assert waiting_runs() == 1


def test_no_question_to_the_database_stays_open_while_pages_are_written(store, title, monkeypatch):
    """On SQLite it would hold on to an old state, from which nothing can be written any more."""
    open_now, pressed = [], []

    class Many:
        def state(self):
            return "many"

        def addresses(self):
            open_now.append("question")
            for number in range(3 * press_runs.IN_ONE_EDITION):
                yield HOST, f"/{number}/"
            open_now.clear()

        def appearing(self, tags):
            return ()

        def press(self, addresses, *, version, at):
            assert not open_now
            pressed.extend(addresses)
            return ()

    monkeypatch.setattr(press_runs, "_builders", [Many()])
    press_runs.press_all(at=timezone.now())
    assert len(set(pressed)) == 3 * press_runs.IN_ONE_EDITION


def test_a_press_in_vain_writes_nothing(store, title):
    press()
    before = store.size()["edition"]
    assert press() == 0
    assert store.size()["edition"] == before


def test_shelves_follow_what_stands_on_them(store, title):
    press()
    writer = make.contributor(title, "Ines Vale")
    press()
    assert "Ines Vale" in by_front(store, make.shelf(ContributorIndex, title).url)
    assert by_front(store, writer.url) is not None


def test_another_theme_or_version_has_everything_pressed_anew(store, title, monkeypatch):
    article(title)
    press_runs.press_all(at=timezone.now())
    Change.objects.all().delete()
    assert not press_runs.look_at_the_type()
    monkeypatch.setattr(pressing.Pages, "state", lambda _self: "another theme")
    assert press_runs.look_at_the_type()
    before = {record.path: record.version for record in store.records()}
    press()
    after = {record.path: record.version for record in store.records()}
    assert before.keys() == after.keys()
    assert all(after[path] > version for path, version in before.items())
    assert not press_runs.look_at_the_type()


@pytest.fixture
def start_anew(settings):
    """Have a process start anew: it keeps nothing of what it has read of a theme's files."""

    def anew():
        settings.TEMPLATES = list(settings.TEMPLATES)
        for kept in (theme._stylesheet, theme._files):
            kept.cache_clear()

    yield anew
    anew()


def fog(folder: Path) -> Path:
    """Return the folder of a theme, with a template and a file of its own."""
    templates = folder / "templates/newsstand"
    templates.mkdir(parents=True)
    (folder / "static").mkdir()
    shutil.copy(theme.LAMP.folder / "tokens.json", folder)
    ours = (theme.LAMP.folder / "templates/newsstand/home.html").read_text()
    (templates / "home.html").write_text(ours)
    (folder / "static/fog.js").write_text("// Thin fog.")
    return folder


def test_another_template_or_file_of_a_theme_has_everything_pressed_anew(
    store, title, settings, tmp_path, start_anew
):
    here, there = fog(tmp_path / "here" / "fog"), tmp_path / "there" / "fog"
    settings.THEME = theme.Theme(here)
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [here / "templates"]}]
    start_anew()
    press_runs.press_all(at=timezone.now())
    Change.objects.all().delete()
    # On another machine it lies elsewhere, and has other dates.
    shutil.copytree(here, there, copy_function=shutil.copyfile)
    os.utime(there / "static/fog.js", (1, 1))
    settings.THEME = theme.Theme(there)
    start_anew()
    assert not press_runs.look_at_the_type()

    settings.THEME = theme.Theme(here)
    start_anew()
    assert not press_runs.look_at_the_type()
    home = here / "templates/newsstand/home.html"
    home.write_text(
        home.read_text().replace("{% block content %}", "{% block content %}Thick fog.")
    )
    assert not press_runs.look_at_the_type()  # It draws with what it has read.
    start_anew()
    assert press_runs.look_at_the_type()
    press()
    assert "Thick fog." in by_front(store, "/")
    assert not press_runs.look_at_the_type()

    (here / "static/fog.js").write_text("// Thick fog.")
    start_anew()
    assert press_runs.look_at_the_type()
    press()
    home.rename(home.with_name("newsstand.html"))
    start_anew()
    assert press_runs.look_at_the_type()


def test_nobody_reads_the_old_page_once_a_change_is_made(
    store, title, django_capture_on_commit_callbacks
):
    page = article(title, "open")
    other = article(title, "open", in_section=make.section(title, "Culture"))
    press()
    with django_capture_on_commit_callbacks(execute=True):
        page.title = "Quite another headline"
        page.save_revision().publish()
    # Until it is pressed the house answers, and the front vouches for the old one only while it is away.
    for path in (page.url, "/", page.section.url):
        assert by_front(store, path) is None
    assert by_front(store, other.url) is not None
    press()
    assert "Quite another headline" in by_front(store, page.url)
    assert by_front(store, "/") is not None


@pytest.fixture
def begun(store, monkeypatch):
    """Return a list that grows with each time that pages are held back."""
    held, real = [], Store.hold_back

    def hold_back(self, pages, **how):
        held.append(set(pages))
        return real(self, held[-1], **how)

    monkeypatch.setattr(Store, "hold_back", hold_back)
    return held


@pytest.mark.django_db(transaction=True)
def test_an_issue_that_comes_out_holds_pages_back_once_however_much_is_in_it(store, title, begun):
    pages = [article(title, "open") for _number in range(8)]
    issue = make.issue(title, *pages)
    press_runs.press_all(at=timezone.now())
    Change.objects.all().delete()
    begun.clear()
    with transaction.atomic():
        issue.save_revision().publish()
    assert len(begun) == 1
    assert all(by_front(store, one.url) is None for one in pages)
    press()
    begun.clear()
    contents.reorder(issue, list(reversed(issue.contents.all())), by=None)
    assert len(begun) == 1
    assert all(by_front(store, one.url) is None for one in pages)
    assert waiting_runs() == 1


@pytest.mark.django_db(transaction=True)
def test_what_few_pages_show_is_held_back_beside_what_all_of_them_do(
    store, title, begun, monkeypatch
):
    page, other = article(title, "open"), article(title, "open")
    press_runs.press_all(at=timezone.now())
    Change.objects.all().delete()
    begun.clear()
    everywhere = f"chrome:{FrontPage.objects.get().pk}"
    few = store.tagged([f"own:{page.pk}"])
    monkeypatch.setattr(press_runs, "HELD_BACK", len(few))
    with transaction.atomic():
        press_runs.ask([everywhere])
        press_runs.ask([f"own:{page.pk}"])
    assert begun == [few]
    assert by_front(store, page.url) is None
    assert (HOST, other.url) in store.tagged([everywhere])
    assert by_front(store, other.url) is not None


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_holds_nothing_back_then_or_later(store, title, begun):
    kept, never = article(title, "open"), article(title, "open")
    press_runs.press_all(at=timezone.now())
    Change.objects.all().delete()
    begun.clear()
    own = {(HOST, kept.url)}

    def undone(*tags):
        with transaction.atomic():
            press_runs.ask(tags)
            transaction.set_rollback(True)

    undone(f"own:{never.pk}")
    assert begun == []
    with transaction.atomic():
        undone(f"own:{never.pk}")
    assert begun == []
    # In every order with what is not rolled back.
    for order in (("before",), ("after",), ("before", "after")):
        with transaction.atomic():
            if "before" in order:
                press_runs.ask([f"own:{kept.pk}"])
            undone(f"own:{never.pk}")
            if "after" in order:
                press_runs.ask([f"own:{kept.pk}"])
        assert begun == [own]
        begun.clear()
    # Outside of a transaction it is done at once.
    press_runs.ask([f"own:{never.pk}"])
    assert begun[-1] >= {(HOST, never.url)}


def says(model, title, page):
    """Return what says, of a kind, whom an article is for that says nothing itself."""
    if model is Title:
        return title
    return page.section if model is Section else page.placement.issue


@pytest.mark.parametrize("model", [Title, Section, Issue])
@pytest.mark.parametrize("before", [{"access": "open"}, {"free_after_days": 1}])
def test_what_may_have_closed_is_read_by_nobody_however_much_has_changed(
    store, title, model, before, monkeypatch, django_capture_on_commit_callbacks
):
    page = article(title, "", published_at=timezone.now() - timedelta(days=3))
    if model is Issue:
        make.issue(title, page)
    said = says(model, title, page)
    for name, value in before.items():
        setattr(said, name, value)
    said.save()
    press_runs.press_all(at=timezone.now())
    Change.objects.all().delete()
    assert SECRET in by_front(store, page.url)
    assert SECRET in by_front(store, "/feeds/atom.xml")
    monkeypatch.setattr(press_runs, "HELD_BACK", 0)
    with django_capture_on_commit_callbacks(execute=True):
        said.access, said.free_after_days = "subscribers", None
        said.save()
    for alone in (False, True):
        assert by_front(store, page.url, alone=alone) is None
        assert by_front(store, "/feeds/atom.xml", alone=alone) is None
    press()
    assert SECRET not in by_front(store, page.url)
    # What closes nothing leaves readers what they have, however much it changes.
    for change in ({"title": "Anew", "name": "Anew"}, {"access": "open"}):
        with django_capture_on_commit_callbacks(execute=True):
            for name, value in change.items():
                setattr(said, name, value)
            said.save()
        assert by_front(store, page.url) is not None


def test_while_the_house_is_away_what_has_changed_is_read_as_it_was_and_what_closed_is_not(
    store, title, django_capture_on_commit_callbacks
):
    page = article(title, "registered", headline="Before")
    keys = keys_of(title, page, "term")
    press_runs.press_all(at=timezone.now())
    Change.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        page.title = "After"
        page.save_revision().publish()
    assert by_front(store, page.url, keys) is None
    assert "Before" in by_front(store, page.url, keys, alone=True)
    assert SECRET in by_front(store, page.url, keys, alone=True)
    with django_capture_on_commit_callbacks(execute=True):
        page.access = "subscribers"
        page.save_revision().publish()
    assert by_front(store, page.url, keys, alone=True) is None
    assert "Before" in by_front(store, page.url, alone=True), "Strangers have the lead, as before."
    assert SECRET not in by_front(store, page.url, alone=True)
    # What changes after that gives nothing back.
    with django_capture_on_commit_callbacks(execute=True):
        page.title = "Later"
        page.save_revision().publish()
    assert by_front(store, page.url, keys, alone=True) is None
    press()
    assert SECRET in by_front(store, page.url, keys)


def test_an_article_that_comes_into_an_issue_for_subscribers_is_read_by_nobody_else(
    store, title, django_capture_on_commit_callbacks
):
    page = article(title, "")
    page.section.access = "open"
    page.section.save()
    issue = make.issue(title, access="subscribers")
    press()
    assert SECRET in by_front(store, page.url)
    with django_capture_on_commit_callbacks(execute=True):
        issue.contents.add(ContentsEntry(article=page))
        issue.save()
    for alone in (False, True):
        assert by_front(store, page.url, alone=alone) is None
    press()
    assert SECRET not in by_front(store, page.url)
    with django_capture_on_commit_callbacks(execute=True):
        issue.contents.all().delete()
    press()
    assert SECRET in by_front(store, page.url)


def test_a_page_that_was_being_pressed_as_something_changed_is_the_houses(
    store, title, monkeypatch
):
    """The change found no page that it could have held back; the page comes out afterwards."""
    press()
    story = article(title, "open", headline="An old headline")
    other = article(title, "open")
    draw = pressed_articles.page_of

    def change_meanwhile(forme, *args, **named):
        if forme.url == other.url and Change.objects.exclude(pk__in=known).count() == 0:
            story.title = "A new headline"
            story.save_revision().publish()
        return draw(forme, *args, **named)

    known = list(Change.objects.values_list("pk", flat=True))
    with monkeypatch.context() as patched:
        patched.setattr(pressed_articles, "page_of", change_meanwhile)
        press()
    assert "An old headline" not in (by_front(store, other.url) or "")
    assert by_front(store, other.url) is None
    press()
    assert "A new headline" in by_front(store, other.url)


def test_pages_are_packed_harder_at_leisure_and_stay_what_they_are(store, title):
    page = article(title)
    press_runs.press_all(at=timezone.now())
    Change.objects.all().delete()
    keys = keys_of(title, page, "term")
    before, size = by_front(store, page.url, keys), sizes(store)
    assert press_runs.pack_at_leisure() == len([one for one in store.records() if one.variants])
    assert by_front(store, page.url, keys) == before
    assert sizes(store) < size
    assert press_runs.pack_at_leisure() == 0
    with store.view() as view:
        record = records.read(view.page(HOST, page.url))
        assert {view.body(one.digest, "br")[0] for one in record.variants.values()} == {True, False}


def sizes(store):
    """Return how many bytes travel with Brotli."""
    return sum(one.codings["br"] for record in store.records() for one in record.variants.values())


def test_nothing_is_packed_harder_while_a_change_waits(store, title):
    article(title)
    press()
    article(title)
    assert press_runs.pack_at_leisure() == 0


def test_what_was_pressed_while_it_was_packed_stays(store, title, monkeypatch):
    page = article(title, "open", headline="An old headline")
    press_runs.press_all(at=timezone.now())
    Change.objects.all().delete()
    (packing,) = [one for one in store.packed_less() if one.record.path == page.url]
    page.title = "A new headline"
    page.save_revision().publish()
    press()
    store.publish([packing], effort=11)
    assert "A new headline" in by_front(store, page.url)


def test_what_changes_while_everything_is_pressed_comes_out_in_between(store, title, monkeypatch):
    pages = [article(title, "open") for _number in range(4)]
    press_runs.press_all(at=timezone.now())
    Change.objects.all().delete()
    monkeypatch.setattr(press_runs, "IN_ONE_EDITION", 2)
    monkeypatch.setattr(pressing.Pages, "state", lambda _self: "another theme")
    assert press_runs.look_at_the_type()
    put, seen = Store.publish, []

    def publish(self, made, **named):
        number = put(self, made, **named)
        if not seen:
            pages[0].title = "In between"
            pages[0].save_revision().publish()
        seen.append(by_front(store, pages[0].url))
        return number

    with monkeypatch.context() as patched:
        patched.setattr(Store, "publish", publish)
        press()
    assert "In between" in seen[1]
    assert "In between" in by_front(store, pages[0].url)
    assert len(seen) > 4
    assert not Change.objects.exists()


def test_a_magazine_that_moves_to_another_host_answers_there_and_nowhere_else(
    store, title, settings
):
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "elsewhere.example"]
    page = article(title, "open")
    press()
    site = Site.objects.get()
    site.hostname = "elsewhere.example"
    site.save()
    press()
    assert {record.host for record in store.records() if record.variants} == {"elsewhere.example"}
    assert by_front(store, page.url) is None


def test_what_is_rolled_back_is_not_pressed_and_does_not_keep_the_next_change_from_it(store, title):
    page = article(title, "open")
    press()
    with transaction.atomic():
        page.title = "Never"
        page.save()
        transaction.set_rollback(True)
    assert not Change.objects.exists()
    page.title = "Now"
    page.save_revision().publish()
    assert Change.objects.exists()


def test_a_new_offer_is_on_every_page_that_sells(store, title):
    page = article(title)
    press()
    assert "/subscribe/" not in by_front(store, page.url)
    let.version(title)
    press()
    assert "/subscribe/" in by_front(store, page.url)


def test_the_front_is_told_from_which_networks_readers_may_read(
    store, title, django_capture_on_commit_callbacks
):
    page = article(title)
    press()
    front = Front(passes.keyring(), "pass", ())
    asked = Asked("GET", HOST, page.url, address="10.1.2.3")
    with store.view() as view:
        assert SECRET not in front.look_up(asked, view, timezone.now().timestamp()).body.decode()
    with django_capture_on_commit_callbacks(execute=True):
        institution = let.institution(title, networks=("10.1.0.0/16",))
    with store.view() as view:
        assert front.look_up(asked, view, timezone.now().timestamp()) is None
    with django_capture_on_commit_callbacks(execute=True):
        Network.objects.filter(institution=institution).delete()
    assert store.orders().networks == ()


def test_a_gift_that_is_taken_back_opens_nothing_at_the_front_either(
    store, title, django_capture_on_commit_callbacks
):
    page, other = article(title), article(title)
    press()
    keys, others = keys_of(title, page, "gift"), keys_of(title, other, "gift")
    assert SECRET in by_front(store, page.url, keys)
    gift = Gift.objects.create(
        giver=let.reader(),
        article=page,
        given_at=timezone.now(),
        expires_at=timezone.now() + timedelta(days=3),
        most_uses=5,
    )
    with django_capture_on_commit_callbacks(execute=True):
        gifts.revoke(gift, at=timezone.now())
    assert by_front(store, page.url, keys) is None  # The house knows which was taken back.
    assert SECRET in by_front(store, other.url, others)
    assert SECRET in by_front(store, page.url, keys_of(title, page, "term"))
    later = timezone.now() + timedelta(minutes=16)
    store.forget_sessions(later.timestamp())
    assert by_front(store, page.url, keys) is not None


def test_a_session_that_ends_opens_nothing_at_the_front_either(store, title):
    page = article(title)
    press()
    viewer = Viewer(keys=keys_of(title, page, "term"))
    cookie = f"pass={passes.give(viewer, 'a-session', at=timezone.now())}"
    assert SECRET in by_front(store, page.url, cookie=cookie)
    passes.end("a-session", at=timezone.now())
    assert SECRET not in by_front(store, page.url, cookie=cookie)
    passes.forget_ended(at=timezone.now() + timedelta(hours=1))
    with store.view() as view:
        assert not view.has_ended(passes.session_name("a-session"))
