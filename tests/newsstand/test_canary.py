"""The canary sees from outside what strangers must not get, and can shut the gate."""

import argparse
import gzip
import itertools
import socket
import threading
import time
import zlib
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import brotli
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from masthead.circulation import passes, viewers
from masthead.cli import canary as command
from masthead.edge.front import Asked, Front
from masthead.newsstand import canary
from masthead.newsstand.canary import Answer, NoAnswer
from masthead.people import alarms
from masthead.production import lanes, press_runs, schedule
from masthead.production.models import Sighting
from tests.factories import circulation as let
from tests.factories import editorial as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]

SECRET = (
    "Here stands, word by word, what nobody but those who pay for it has ever read anywhere before."
)


@pytest.fixture
def title():
    return make.magazine()


@pytest.fixture
def article(title):
    words = [make.paragraph(f"Lead sentence {number}. " * 12) for number in range(4)]
    page = make.article(title, *words, make.paragraph(SECRET), access="subscribers")
    press_runs.press(at=timezone.now())
    return page


@pytest.fixture
def through(store):
    """Return a way to the front, and by it to the house, with something in between that may
    change their answers."""
    front = Front(passes.keyring(), settings.PASS_COOKIE, (settings.SESSION_COOKIE_NAME,))

    def between(change=lambda answer, _cookie: answer, asked=None):
        def ask(url, cookie, _headers):
            parts = urlsplit(url)
            if asked is not None:
                asked.append(url)
            request = Asked("GET", parts.netloc, parts.path, cookie=cookie or None)
            with store.view() as view:
                answer = front.look_up(request, view, timezone.now().timestamp())
            if answer is not None:
                headers = {name.lower(): value for name, value in answer.headers}
                text = answer.body.decode()
                return change(Answer(answer.status, text, headers.get("cache-control", "")), cookie)
            client = Client()
            if cookie:
                name, _equals, value = cookie.partition("=")
                client.cookies[name] = value
            got = client.get(parts.path, headers={"host": parts.netloc})
            return change(
                Answer(got.status_code, got.content.decode(), got.get("Cache-Control", "")), cookie
            )

        return ask

    return between


def look(title, ask, **named):
    return canary.look(title, at=timezone.now(), ask=ask, **named)


def test_where_the_gate_holds_nothing_is_found(title, article, through):
    asked = []
    seen = look(title, through(asked=asked))
    assert seen.leaks == seen.faults == []
    assert seen.asked == len(asked) == 10
    assert sum("/feeds/" in url for url in asked) == 3


def test_a_cache_that_gives_one_readers_page_to_all_is_seen(title, article, through):
    whole = []

    def keep(answer, cookie):
        # It keeps the longest answer it has ever seen, which is a subscriber's.
        whole.append(answer)
        return max(whole, key=lambda one: len(one.text))

    look(title, through(keep))  # A subscriber comes by.
    assert any("gets words behind the gate" in one for one in look(title, through(keep)).leaks)


@pytest.mark.parametrize("coding", ["gzip, deflate, br", "identity"])
def test_a_cache_that_keeps_by_coding_for_a_second_is_seen(title, article, through, coding):
    """It tells codings apart and no cookies; what it keeps is old before a minute has passed."""
    house, kept, moments = through(), {}, itertools.count(step=0.4)

    def ask(url, cookie, headers):
        now = next(moments)
        key = (url, headers.get("Accept-Encoding", "identity"))
        until, answer = kept.get(key, (0, None))
        if now >= until or key[1] != coding:
            answer = house(url, cookie, headers)
            kept[key] = (now + 1, answer)
        return answer

    (leak,) = look(title, ask).leaks
    assert "stranger" in leak


@pytest.mark.parametrize(
    ("brought", "named"),
    [
        ("", "stranger"),
        ("forged", "forged"),
        ("expired", "expired"),
        ("foreign", "another magazine"),
    ],
)
def test_each_kind_of_stranger_is_looked_at(title, article, through, brought, named):
    at = timezone.now()
    cookies = {"": ("", "")} | dict(
        zip(("forged", "expired", "foreign"), canary._pretenders(title, at), strict=True)
    )
    seen = canary.look(
        title,
        at=at,
        ask=through(
            lambda answer, cookie: (
                Answer(200, f"<p>{SECRET}</p>", "private")
                if cookie == cookies[brought][1] and "<html" in answer.text
                else answer
            )
        ),
    )
    assert any(named in one for one in seen.leaks)
    assert len(seen.leaks) == 1


def test_a_proxy_that_lets_strangers_say_where_they_come_from_is_seen(title, article, through):
    """The proxy passes on whatever stands in X-Forwarded-For, and the last of it is believed."""
    others = make.magazine("The Other")
    let.institution(others, networks=("203.0.113.0/24",))
    honest = through()
    asked = []

    def passes_on(url, cookie, headers):
        asked.append(headers.get("X-Forwarded-For", ""))
        if "198.51.100." in asked[-1].split(",")[-1]:
            return Answer(200, f"<p>{SECRET}</p>", "private")
        return honest(url, cookie, headers)

    assert look(title, passes_on).leaks == []
    assert not any(asked)  # The library reads another magazine.
    let.institution(title, networks=("198.51.100.128/25",))
    (leak,) = look(title, passes_on).leaks
    assert "institution" in leak
    assert look(title, honest).leaks == []


def test_a_feed_with_more_than_leads_is_seen(title, article, through):
    def leak(answer, _cookie):
        return Answer(200, answer.text.replace("</feed>", f"<p>{SECRET}</p></feed>"))

    assert [one for one in look(title, through(leak)).leaks if "atom.xml" in one]


def test_subscribers_pages_must_be_private(title, article, through):
    def public(answer, _cookie):
        return Answer(answer.status, answer.text, "public, max-age=300")

    assert any("private" in one for one in look(title, through(public)).leaks)


def test_a_subscriber_who_is_shut_out_is_a_fault_and_no_leak(title, article, through):
    seen = look(title, through(lambda answer, cookie: Answer(200, "nothing")))
    assert not seen.leaks
    assert any("does not get the whole" in one for one in seen.faults)


def test_a_magazine_that_does_not_answer_is_a_fault_and_no_leak(title, article, through):
    def ask(_url, _cookie, _headers):
        raise NoAnswer("connection refused")

    seen = look(title, ask)
    assert not seen.leaks
    assert "connection refused" in seen.faults[0]


def test_shut_shows_everybody_the_lead_at_the_front_and_at_the_house(
    title, article, through, client
):
    reader = let.reader()
    let.grant(reader, title, at=timezone.now())
    client.force_login(reader)
    by_pass = canary._cookie(title, timezone.now())
    url = f"http://testserver{article.url}"

    def read():
        return SECRET in through()(url, by_pass, {}).text, SECRET in client.get(
            article.url
        ).content.decode()

    assert read() == (True, True)
    assert canary.shut(leads_only=True)
    assert read() == (False, False)
    # A pass that was given out meanwhile would open nothing for a quarter of an hour more.
    assert settings.PASS_COOKIE not in client.get(article.url).cookies
    assert [one for one in alarms.raised(at=timezone.now()) if "leads only" in one.words]
    assert look(title, through()).faults == []
    assert canary.shut(leads_only=False)
    assert read() == (True, True)
    assert not [one for one in alarms.raised(at=timezone.now()) if "leads only" in one.words]


def test_what_is_found_is_an_alarm_until_it_is_found_no_more(title, article, through):
    began = timezone.now() - timedelta(minutes=5)

    def remember(seen, at):
        canary.remember(seen, at=at)
        return [one for one in alarms.raised(at=at) if one.name.startswith("canary:")]

    leaky = through(lambda answer, _cookie: Answer(200, SECRET, "private"))
    (alarm,) = remember(look(title, leaky), began)
    assert "gets words behind the gate" in alarm.words
    assert alarm.since == began
    (alarm,) = remember(look(title, leaky), timezone.now())
    assert alarm.since == began
    assert remember(look(title, through()), timezone.now()) == []


def test_the_worker_looks_whatever_else_it_has_to_do():
    for entry in schedule.entries():
        entry.task.enqueue()
    canary.look_outside.enqueue()
    lane = lanes.LANES[lanes.lane_of(canary.look_outside.queue_name)]
    assert lane.worker().work_once()
    done = DBTaskResult.objects.get(status=TaskResultStatus.SUCCESSFUL)
    assert done.task_path == canary.look_outside.module_path
    assert not lane.worker().work_once()


def test_where_nobody_looks_that_is_an_alarm_which_says_what_to_do(title, monkeypatch):
    now = timezone.now()

    def blind():
        return [one for one in alarms.raised(at=now) if one.name.startswith("canary:blind")]

    def others_worked(at):
        result = press_runs.press_what_is_stale.enqueue()
        DBTaskResult.objects.filter(pk=result.id).update(
            status=TaskResultStatus.SUCCESSFUL, finished_at=at
        )

    server = replace(settings.INSTALLATION.server, canary="watch")
    monkeypatch.setattr(settings, "INSTALLATION", replace(settings.INSTALLATION, server=server))
    # A new installation, where nobody has been asked to look.
    others_worked(now - timedelta(minutes=11))
    assert blind() == []
    waiting = DBTaskResult.objects.filter(pk=canary.look_outside.enqueue().id)
    waiting.update(enqueued_at=now - timedelta(minutes=9))
    assert blind() == []
    asked_at = now - timedelta(hours=3)
    waiting.update(enqueued_at=asked_at)
    (alarm,) = blind()
    assert alarm.since == asked_at
    assert "masthead worker --lane canary" in alarm.words
    # A machine that has just been started again needs a moment to come to it.
    DBTaskResult.objects.exclude(pk=waiting.get().pk).update(finished_at=asked_at)
    assert blind() == []
    others_worked(now - timedelta(minutes=11))
    assert len(blind()) == 1
    waiting.update(status=TaskResultStatus.SUCCESSFUL, finished_at=now)
    assert blind() == []
    # Nobody is missed who was told to stay away.
    waiting.update(status=TaskResultStatus.READY, finished_at=None)
    off = replace(server, canary="off")
    monkeypatch.setattr(settings, "INSTALLATION", replace(settings.INSTALLATION, server=off))
    assert blind() == []


@contextmanager
def who_answers(head: bytes, then: bytes, *, pause: float):
    """Run somebody who sends a head at once, and the rest slowly; give the address."""

    def answer():
        with suppress(OSError):
            connection, _address = listening.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(head)
                for _time in range(100):
                    if is_over.wait(pause):
                        break
                    connection.sendall(then)

    is_over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=answer)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        finally:
            is_over.set()
    thread.join()


@pytest.mark.parametrize(
    ("then", "pause"), [(b"<p>word</p>", 0.05), (b"late", 3)], ids=["by drops", "nothing"]
)
def test_who_takes_long_to_answer_is_not_waited_for(monkeypatch, then, pause):
    monkeypatch.setattr(canary, "TIMEOUT", 0.3)
    with who_answers(b"HTTP/1.1 200 OK\r\n\r\n", then, pause=pause) as address:
        began = time.monotonic()
        with pytest.raises(NoAnswer):
            canary.over_the_wire(address, "", {})
        assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("identity", bytes),
        ("br", brotli.compress),
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda body: zlib.compress(body, wbits=-15)),
    ],
)
def test_pages_are_read_however_they_are_packed(coding, pack):
    def read(body):
        said = f"Content-Encoding: {coding}\r\nContent-Length: {len(body)}"
        head = f"HTTP/1.1 200 OK\r\n{said}\r\n\r\n".encode()
        with who_answers(head + body, b"", pause=1) as address:
            return canary.over_the_wire(address, "", {}).text

    assert read(pack(SECRET.encode())) == SECRET
    # However small it comes, what is made of it has an end.
    assert len(read(pack(b"word " * canary.LARGEST)[: canary.LARGEST])) <= canary.LARGEST


@pytest.mark.parametrize("coding", ["br", "gzip", "zstd"])
def test_what_cannot_be_unpacked_is_no_answer(coding):
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: 5\r\n\r\nwords"
    with (
        who_answers(head.encode(), b"", pause=1) as address,
        pytest.raises(NoAnswer, match=coding if coding == "zstd" else None),
    ):
        canary.over_the_wire(address, "", {})


def test_the_pages_of_one_look_are_asked_for_within_its_minute(title, article, through):
    let.institution(title, networks=("198.51.100.128/25",))
    assert look(title, through()).asked * canary.TIMEOUT < 60


@pytest.mark.parametrize(("wanted", "is_shut"), [("watch", False), ("guard", True)])
def test_the_worker_looks_and_shuts_the_gate_where_that_is_wanted(
    title, article, through, monkeypatch, settings, wanted, is_shut
):
    server = replace(settings.INSTALLATION.server, canary=wanted)
    settings.INSTALLATION = replace(settings.INSTALLATION, server=server)
    leaky = through(lambda _answer, _cookie: Answer(200, SECRET, "private"))
    monkeypatch.setattr(canary, "over_the_wire", leaky)
    assert canary.look_outside.call() > 0
    assert viewers.is_shut() is is_shut


NOTE = "This work was paid for by the foundation of those who want to read more."
"""Fourteen words with which a magazine ends its articles."""


def closed(title, *last, **fields):
    words = [make.paragraph(f"Lead sentence {number}. " * 12) for number in range(4)]
    body = [*words, make.paragraph(SECRET), *map(make.paragraph, last)]
    return make.article(title, *body, access="subscribers", **fields)


def leaks_to_strangers(through):
    """Return a way to the magazine with a cache that gives strangers the subscriber's page."""
    whole = []

    def keep(answer, _cookie):
        whole.append(answer)
        return max(whole, key=lambda one: len(one.text)) if "<html" in answer.text else answer

    return through(keep)


def test_what_ends_open_articles_too_is_no_leak(title, through):
    closed(title, NOTE)
    make.article(title, make.paragraph("All may read it."), make.paragraph(NOTE), access="open")
    press_runs.press(at=timezone.now())
    assert NOTE in through()("http://testserver/feeds/atom.xml", "", {}).text
    assert look(title, through()).leaks == []
    assert look(title, leaks_to_strangers(through)).leaks


def test_an_article_that_keeps_nothing_else_back_is_passed_over(title, through):
    lead = [make.paragraph(f"Lead sentence {number}. " * 12) for number in range(4)]
    make.article(title, make.paragraph("All may read it."), make.paragraph(NOTE), access="open")
    make.article(title, *lead, make.paragraph(NOTE), access="subscribers")
    press_runs.press(at=timezone.now())
    assert look(title, through()).leaks == []
    closed(title, NOTE, published_at=timezone.now() - timedelta(days=30))
    press_runs.press(at=timezone.now())
    assert look(title, through()).leaks == []
    assert look(title, leaks_to_strangers(through)).leaks


def test_what_the_standfirst_or_a_card_says_is_no_leak(title, through):
    article = closed(title, standfirst=SECRET)
    press_runs.press(at=timezone.now())
    assert SECRET in through()(f"http://testserver{article.url}", "", {}).text
    assert look(title, through()).leaks == []


def test_a_metered_article_that_strangers_may_read_once_is_no_leak(title, article, through):
    article.access, article.strangers_counted = "metered", True
    article.save_revision().publish()
    press_runs.press(at=timezone.now())
    assert SECRET in through()(f"http://testserver{article.url}", "", {}).text
    assert look(title, through()).leaks == []


def test_what_the_house_itself_gives_to_strangers_is_a_leak(title, article, through, monkeypatch):
    monkeypatch.setattr(
        "masthead.newsstand.inspections.fetched",
        lambda *_asked: (200, " ".join([f"Lead sentence {n}. " * 12 for n in range(4)]) + SECRET),
    )
    assert look(title, leaks_to_strangers(through)).leaks


@pytest.fixture
def guarded(settings, monkeypatch):
    """Return what has the worker look by a way of asking, and says whether it has shut the gate."""
    server = replace(settings.INSTALLATION.server, canary="guard")
    settings.INSTALLATION = replace(settings.INSTALLATION, server=server)

    def shuts(ask):
        monkeypatch.setattr(canary, "over_the_wire", ask)
        canary.look_outside.call()
        return viewers.is_shut()

    return shuts


def test_an_article_that_is_opened_during_a_look_leaves_the_gate_open(
    title, article, through, guarded
):
    asked = []

    def open_it(answer, _cookie):
        asked.append(answer)
        if len(asked) == 3:
            article.access = "open"
            article.save_revision().publish()
            press_runs.press(at=timezone.now())
        return answer

    assert not guarded(through(open_it))
    assert len(asked) > 3
    assert not Sighting.objects.exclude(leaks=[]).exists()


def test_an_article_whose_free_moment_comes_during_a_look_is_no_leak(title, through):
    now = timezone.now()
    article = closed(title, published_at=now - timedelta(days=1, minutes=5))
    article.free_after_days = 1
    article.save()
    press_runs.press(at=now)
    seen = canary.look(title, at=now - timedelta(minutes=30), ask=through())
    assert seen.asked == 10
    assert seen.leaks == []


def test_only_a_leak_that_is_seen_twice_shuts_the_gate(title, article, through, guarded):
    house, leaky, asked = through(), leaks_to_strangers(through), []

    def once(url, cookie, headers):
        asked.append(url)
        return (leaky if len(asked) <= 10 else house)(url, cookie, headers)

    assert not guarded(once)
    assert len(asked) > 10
    assert [one for one in alarms.raised(at=timezone.now()) if one.name.startswith("canary:")]
    assert guarded(leaky)


def test_who_looks_by_hand_shuts_the_gate_by_a_leak_that_is_seen_twice(
    title, article, through, monkeypatch, capsys
):
    house, leaky, asked = through(), leaks_to_strangers(through), []

    def once(url, cookie, headers):
        asked.append(url)
        return (leaky if len(asked) <= 10 else house)(url, cookie, headers)

    def masthead_canary_guard(ask):
        monkeypatch.setattr(command, "start", lambda: None)
        monkeypatch.setattr(canary, "over_the_wire", ask)
        return command.run(argparse.Namespace(address="", guard=True, shut=False, open=False))

    assert masthead_canary_guard(once) == 1
    assert not viewers.is_shut()
    assert "nothing was shut" in capsys.readouterr().err
    assert masthead_canary_guard(leaky) == 1
    assert viewers.is_shut()
    assert "leads only" in capsys.readouterr().err
