"""The depot: what is pressed once comes to every machine, whole, in order, and unaltered."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from unittest.mock import Mock

import brotli
import pytest
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from masthead.edge import records
from masthead.edge.bodies import NotABody, Pressed, PressedPage
from masthead.edge.carried import CarriedStore
from masthead.edge.front import Asked
from masthead.edge.orders import Orders
from masthead.edge.records import Record
from masthead.edge.store import GONE
from masthead.production import carriers, changes, models, page_store, press_runs
from masthead.production import depot as depots
from masthead.production.carriers import Carrier
from masthead.production.depot import Depot
from masthead.production.models import DepotBody, DepotPage, Node
from tests.edge import houses

pytestmark = pytest.mark.django_db

HOST = "lantern.example"
HEADERS = (("content-type", "text/html; charset=utf-8"),)
LONG = "long words " * 100


@pytest.fixture(autouse=True)
def shelves(tmp_path, settings) -> Path:
    """Keep bodies in a folder, which keeps them as the object storage would."""
    folder = tmp_path / "objects"
    backend = "django.core.files.storage.FileSystemStorage"
    options = {"location": folder, "allow_overwrite": True}
    settings.STORAGES = {**settings.STORAGES, "pages": {"BACKEND": backend, "OPTIONS": options}}
    return folder


@pytest.fixture
def depot() -> Depot:
    return Depot(patience=0.2)


@pytest.fixture
def node(tmp_path):
    """Return what makes the carrier of a machine by its name."""
    opened = []

    def make(name: str, clock=time.time) -> Carrier:
        opened.append(CarriedStore(tmp_path / name, writable=True))
        return Carrier(opened[-1], name=name, clock=clock)

    yield make
    for store in opened:
        store.close()


def page(path, words="words", *, version=1, tags=(), gated="", **more) -> PressedPage:
    variants = {"lead": Pressed(words.encode(), HEADERS)}
    if gated:
        variants["whole"] = Pressed(gated.encode(), HEADERS, is_gated=True)
    record = Record(host=HOST, path=path, version=version, tags=frozenset(tags), **more)
    return PressedPage(record, variants)


def words_at(carrier, path, name="lead", coding=""):
    with carrier.store.view() as view:
        written = view.page(HOST, path)
        variant = records.read(written).variants.get(name) if written else None
        found = view.body(variant.digest, coding) if variant else None
        return None if found is None else bytes(found[1])


def test_what_is_pressed_once_is_on_every_machine_in_every_variant_and_coding(depot, node):
    depot.publish([page("/a/", LONG, gated=LONG + "for subscribers")])
    for carrier in (node("left"), node("right")):
        carrier.round()
        assert words_at(carrier, "/a/").decode() == LONG
        assert brotli.decompress(words_at(carrier, "/a/", coding="br")).decode() == LONG
        with carrier.store.view() as view:
            kept = records.read(view.page(HOST, "/a/")).variants
            assert view.body(kept["whole"].digest, "")[0]
            assert not view.body(kept["lead"].digest, "")[0]


def test_a_machine_that_missed_editions_has_the_last_word_of_each_page(depot, node):
    carrier = node("left")
    depot.publish([page("/a/", "first"), page("/b/", "first")])
    carrier.round()
    depot.publish([page("/a/", "second", version=2)])
    depot.publish([page("/a/", "third", version=3), page("/c/", "third", version=3)])
    assert carrier.round() == 3
    assert [words_at(carrier, path) for path in ("/a/", "/b/", "/c/")] == [
        b"third",
        b"first",
        b"third",
    ]


def test_words_that_move_from_one_page_to_another_are_still_there(depot, node):
    carrier = node("left")
    depot.publish([page("/a/", "moved"), page("/b/", "here before")])
    carrier.round()
    depot.publish([page("/a/", "here before", version=2), page("/z/", "moved", version=2)])
    carrier.round()
    assert [words_at(carrier, path) for path in ("/a/", "/z/")] == [b"here before", b"moved"]
    depot.publish([], gone=[(HOST, path, 3) for path in ("/a/", "/b/", "/z/")])
    carrier.round()
    assert carrier.store.size()["bodies"] == 0


def test_all_that_is_new_appears_in_one_moment(depot, node):
    carrier = node("left")
    paths = [f"/{number}/" for number in range(20)]
    depot.publish([page(path, "old") for path in paths])
    carrier.round()
    with carrier.store.view() as view:
        depot.publish([page(path, "new", version=2) for path in paths])
        carrier.round()
        assert {records.read(view.page(HOST, path)).version for path in paths} == {1}
    assert {words_at(carrier, path) for path in paths} == {b"new"}


def test_an_older_press_never_overwrites_a_newer_one_nor_brings_back_what_is_gone(depot, node):
    carrier = node("left")
    depot.publish([page("/a/", "second", version=2)])
    depot.publish([page("/a/", "first", version=1)])
    carrier.round()
    assert words_at(carrier, "/a/") == b"second"
    depot.publish([], gone=[(HOST, "/a/", 3)])
    depot.publish([page("/a/", "second", version=2)])
    depot.forget([(HOST, "/a/")], version=4)
    carrier.round()
    assert words_at(carrier, "/a/") is None
    assert depot.is_gone(HOST, "/a/")
    assert carrier.store.is_gone(HOST, "/a/")
    depot.publish([page("/a/", "out again", version=5)])
    carrier.round()
    assert words_at(carrier, "/a/") == b"out again"


def test_what_nobody_found_any_more_is_not_brought_back_by_a_press_that_began_before(depot, node):
    depot.forget([(HOST, "/a/")], version=2)
    depot.publish([page("/a/", "from before", version=1)])
    carrier = node("left")
    carrier.round()
    assert words_at(carrier, "/a/") is None
    assert not depot.is_gone(HOST, "/a/")


def test_what_is_held_back_is_the_houses_until_a_later_press(depot, node):
    carrier = node("left")
    version = depot.begin_run()
    depot.publish([page("/a/", "old", version=version)])
    depot.hold_back([(HOST, "/a/"), (HOST, "/nowhere/")])
    depot.publish([page("/a/", "still old", version=version)])
    carrier.round()
    with carrier.store.view() as view:
        assert records.read(view.page(HOST, "/a/")).stale_at == 0
        assert view.page(HOST, "/nowhere/") is None
    assert depot.stale(time.time()) == [(HOST, "/a/")]
    depot.publish([page("/a/", "new", version=depot.begin_run())])
    carrier.round()
    assert words_at(carrier, "/a/") == b"new"
    assert depot.stale(time.time()) == []


def test_of_what_may_have_closed_no_machine_has_more_than_the_lead(depot, node):
    carrier = node("left")
    depot.publish([page("/a/", rules={"open": "lead", "closed": "lead"})])
    carrier.round()
    depot.hold_back([(HOST, "/a/")], closed=True)
    carrier.round()
    with carrier.store.view() as view:
        assert records.read(view.page(HOST, "/a/")).rules == {"closed": "lead"}
    assert depot.stale(time.time()) == [(HOST, "/a/")]


def test_pages_are_found_by_what_they_were_made_from(depot):
    depot.publish([page("/a/", tags=["page:1", "list:2"]), page("/b/", tags=["list:2"])])
    assert depot.tagged(["page:1"]) == {(HOST, "/a/")}
    assert depot.tagged(["list:2", "page:9"]) == {(HOST, "/a/"), (HOST, "/b/")}
    assert depot.tagged(["list:"]) == set()
    depot.publish([], gone=[(HOST, "/b/", 2)])
    assert depot.tagged(["list:2"]) == {(HOST, "/a/")}


def test_a_machine_that_served_alone_before_has_nothing_left_of_that(depot, node):
    carrier = node("left")
    for version in range(1, 9):
        carrier.store.publish([page("/own/", "pressed here", version=version)])
    depot.publish([page("/a/", "pressed elsewhere")])
    carrier.round()
    assert words_at(carrier, "/own/") is None
    assert words_at(carrier, "/a/") == b"pressed elsewhere"
    assert carrier.store.throw_out() == 1
    assert words_at(carrier, "/a/") == b"pressed elsewhere"


def test_a_depot_that_was_begun_anew_is_fetched_whole(depot, node):
    carrier = node("left")
    for version in range(1, 5):
        depot.publish([page("/a/", "old", version=version), page("/b/", "old", version=version)])
    carrier.round()
    depots.models.Depot.objects.all().delete()
    DepotPage.objects.all().delete()
    depot.publish([page("/a/", "after the fire")])
    carrier.round()
    assert words_at(carrier, "/a/") == b"after the fire"
    assert words_at(carrier, "/b/") is None


def restored(to: dict) -> None:
    """Have the depot be what it was, as after a backup of its database was restored."""
    models.DepotPage.objects.all().delete()
    models.DepotPage.objects.bulk_create(to["pages"])
    to["depot"].save()


def backed_up() -> dict:
    return {"depot": models.Depot.objects.get(), "pages": list(models.DepotPage.objects.all())}


def test_what_was_pressed_after_the_backup_that_was_restored_is_on_no_machine(depot, node):
    carrier = node("left")
    depot.publish([page("/a/", "as in the backup"), page("/b/", "as in the backup")])
    kept = backed_up()
    depot.publish([page("/a/", "after it", version=2), page("/c/", "after it")])
    depot.publish([], gone=[(HOST, "/b/", 3)])
    carrier.round()
    assert words_at(carrier, "/a/") == b"after it"
    restored(kept)
    for number in range(3):  # By its number, its edition is the later one again.
        depot.publish([page(f"/new/{number}/", "since then")])
    carrier.round()
    assert words_at(carrier, "/a/") == b"as in the backup"
    assert words_at(carrier, "/b/") == b"as in the backup"
    assert words_at(carrier, "/c/") is None
    assert words_at(carrier, "/new/2/") == b"since then"


def test_who_missed_more_editions_than_are_known_again_fetches_everything(depot, node, monkeypatch):
    monkeypatch.setattr(depots, "MARKED", 3)
    carrier = node("left")
    depot.publish([page("/0/")])
    carrier.round()
    fetched = []
    real = carriers._news
    monkeypatch.setattr(carriers, "_news", lambda *a: fetched.append(real(*a)) or fetched[-1])
    for missed in (2, 3):
        for number in range(missed):
            depot.publish([page(f"/{missed}/{number}/")])
        carrier.round()
    assert [one.is_whole for one in fetched] == [False, True]
    assert all(words_at(carrier, path) for path in ("/0/", "/2/1/", "/3/2/"))


def test_words_that_were_thrown_out_after_the_backup_are_pressed_anew(depot, node, shelves):
    carrier = node("left")
    depot.publish([page("/a/", "first")])
    for file in shelves.rglob("*"):
        if file.is_file():
            file.unlink()
    for _again in range(2):
        with pytest.raises(NotABody):
            carrier.round()
    assert list(models.Change.objects.values_list("tag", flat=True)) == [changes.EVERYTHING]
    depot.publish([page("/a/", "first", version=2)])
    carrier.round()
    assert words_at(carrier, "/a/") == b"first"


@pytest.mark.parametrize("harm", ["other words", "no words", "gated as open", "more"])
def test_words_that_were_altered_on_their_way_are_refused_and_the_last_edition_stays(
    depot, node, shelves, harm
):
    carrier = node("left")
    depot.publish([page("/a/", "first", gated=LONG)])
    carrier.round()
    depot.publish([page("/a/", "second", gated=LONG + "!", version=2)])
    files = [one for one in shelves.rglob("*") if one.is_file() and b"!" in one.read_bytes()]
    (file,) = files
    written = file.read_bytes()
    if harm == "no words":
        file.unlink()
    else:
        old, new = {
            "other words": (b"long words !", b"long lies  !"),
            "gated as open": (b"true", b"false"),
            "more": (b"", b""),
        }[harm]
        file.write_bytes(written.replace(old, new) + (b"!" if harm == "more" else b""))
    with pytest.raises(NotABody):
        carrier.round()
    assert words_at(carrier, "/a/") == b"first"
    file.write_bytes(written)
    carrier.round()
    assert words_at(carrier, "/a/") == b"second"


class Slow:
    """An object storage that takes its time, and what readers of a machine get meanwhile."""

    def __init__(self, monkeypatch):
        self.now, self.may_end, self.is_asked = 1000.0, threading.Event(), threading.Event()
        self.at_look = lambda: None
        monkeypatch.setattr(carriers, "LISTENING_SECONDS", 0.01)
        fetch = depots.fetch

        def slowly(digests):
            self.is_asked.set()
            self.may_end.wait(5)
            return fetch(digests)

        monkeypatch.setattr(depots, "fetch", slowly)

    def clock(self) -> float:
        """Tell the time: four seconds go by between two looks, of ten that a front has patience."""
        self.now += 4
        if self.is_asked.is_set():
            self.at_look()
        return self.now

    def readers_get(self, carrier, *paths) -> list:
        front = replace(houses.front(), patience=10)
        with carrier.store.view() as view:
            given = [front.look_up(Asked("GET", HOST, path), view, self.now) for path in paths]
            return [
                front.readiness(view, self.now).status,
                *(one and bytes(one.body).decode() for one in given),
            ]


OPEN = {"open": "lead", "closed": "lead"}


def two_editions(depot, carrier) -> None:
    """Have a machine that has one edition, and another in the depot with one new word and one page less."""
    depot.publish([page(path, "old", rules=OPEN) for path in ("/a/", "/b/", "/c/")])
    carrier.round()
    depot.publish([page("/a/", "new", version=2, rules=OPEN)], gone=[(HOST, "/b/", 2)])


def test_while_words_take_long_to_fetch_a_machine_is_ready_and_leaves_their_pages_to_the_house(
    depot, node, monkeypatch
):
    slow, seen = Slow(monkeypatch), []
    slow.may_end.set()
    carrier = node("left", slow.clock)
    two_editions(depot, carrier)
    slow.may_end.clear()
    slow.is_asked.clear()

    def look():
        seen.append(slow.readers_get(carrier, "/a/", "/b/", "/c/"))
        if len(seen) == 5:
            slow.may_end.set()

    slow.at_look = look
    carrier.round()
    assert seen[:5] == [[200, None, None, "old"]] * 5
    assert slow.readers_get(carrier, "/a/", "/b/", "/c/") == [200, "new", None, "old"]
    assert Node.objects.get().edition == 2


def test_a_carrier_that_is_killed_before_the_words_are_here_begins_with_them_again(
    depot, node, monkeypatch
):
    slow = Slow(monkeypatch)
    slow.may_end.set()
    carrier = node("left", slow.clock)
    two_editions(depot, carrier)
    slow.may_end.clear()
    slow.is_asked.clear()
    slow.at_look = Mock(side_effect=KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        carrier.round()
    slow.may_end.set()
    slow.at_look = lambda: None
    assert carrier.store.received()[1] == 1
    assert Carrier(carrier.store, name="left", clock=slow.clock).round() == 2
    assert slow.readers_get(carrier, "/a/", "/b/", "/c/") == [200, "new", None, "old"]


def test_while_the_object_storage_is_away_a_machine_is_ready_and_gives_out_nothing_that_has_changed(
    depot, node, monkeypatch
):
    slow = Slow(monkeypatch)
    slow.may_end.set()
    carrier = node("left", slow.clock)
    two_editions(depot, carrier)
    with monkeypatch.context() as away:
        away.setattr(depots, "fetch", Mock(side_effect=OSError("Nobody answers.")))
        for _again in range(4):
            with pytest.raises(OSError, match="Nobody"):
                carrier.round()
    assert slow.readers_get(carrier, "/a/", "/b/", "/c/") == [200, None, None, "old"]
    carrier.round()
    assert slow.readers_get(carrier, "/a/", "/b/", "/c/") == [200, "new", None, "old"]


def test_a_take_down_waits_for_every_machine_that_serves_and_for_no_other(depot):
    Node.objects.create(name="asleep", edition=0, seen_at=Now() - timedelta(seconds=1))
    began = time.monotonic()
    depot.publish([], gone=[(HOST, "/a/", 1)])
    assert time.monotonic() - began < depot.patience
    began = time.monotonic()
    Node.objects.create(name="awake", edition=1, seen_at=Now())
    depot.publish([], gone=[(HOST, "/a/", 2)])
    # It never came, but by now it refuses by itself.
    assert time.monotonic() - began >= depot.patience - 0.01


def test_who_keeps_a_page_for_some_waits_for_every_machine_that_gave_it_to_all(
    depot, node, monkeypatch
):
    monkeypatch.setattr(page_store, "here", lambda: depot)
    depot.publish([page("/a/", tags=["own:1"])])
    carrier = node("left")
    carrier.round()
    assert words_at(carrier, "/a/") == b"words"
    Node.objects.create(name="right", edition=1, seen_at=Now())
    began = time.monotonic()
    press_runs.leave_to_house(["own:1"])
    assert time.monotonic() - began >= depot.patience - 0.01
    carrier.round()
    assert words_at(carrier, "/a/") is None
    # A press that has found nothing to keep waits for nobody.
    Node.objects.filter(name="right").update(seen_at=Now())
    began = time.monotonic()
    depot.forget([(HOST, "/b/")], version=9)
    assert time.monotonic() - began < depot.patience


def test_a_machine_is_in_the_list_before_it_looks_what_is_new(depot, node, monkeypatch):
    carrier = node("left")
    known: list[str] = []
    news = carriers._news

    def look(*args):
        known.extend(Node.objects.values_list("name", flat=True))
        return news(*args)

    monkeypatch.setattr(carriers, "_news", look)
    carrier.round()
    assert known == ["left"]


def test_ended_sessions_and_orders_come_along(depot, node):
    carrier = node("left")
    depot.end_session("gone", 5_000_000_000)
    depot.order(lambda _told: Orders(leads_only=True, networks=("192.0.2.0/24",)))
    carrier.round()
    with carrier.store.view() as view:
        assert view.has_ended("gone")
        assert not view.has_ended("here")
    assert carrier.store.orders() == depot.orders() == Orders(True, ("192.0.2.0/24",))
    assert depot.forget_sessions(6_000_000_000) == 1


def test_every_machine_forgets_ended_sessions_once_their_passes_are_over(depot, node):
    times = iter([1000.0, 1001.0, 1000.0 + 3600])
    carrier = node("left", clock=lambda: next(times))
    carrier.round()
    depot.end_session("over", 1500)
    depot.end_session("good", 9000)
    carrier.round()
    with carrier.store.view() as view:
        assert view.has_ended("over")
    depot.forget_sessions(2000)
    carrier.round()
    with carrier.store.view() as view:
        assert not view.has_ended("over")
        assert view.has_ended("good")
        assert list(view.ended()) == ["good"]


def test_the_moment_that_a_store_is_of_is_when_the_round_began(depot, node):
    times = iter([1000.0, 2000.0])
    carrier = node("left", clock=lambda: next(times))
    for expected in (1000.0, 2000.0):
        carrier.round()
        with carrier.store.view() as view:
            assert view.heard() == (expected, True)
    carrier.store.cut_off()
    carrier.store.cut_off()
    with carrier.store.view() as view:
        assert view.heard() == (2000.0, False)
    carrier.leave()
    with carrier.store.view() as view:
        assert view.heard() == (0.0, True)
    assert not Node.objects.exists()


def test_words_that_no_page_has_are_thrown_out_after_a_while_and_come_back_when_needed(depot, node):
    depot.publish([page("/a/", "first"), page("/b/", "kept")])
    depot.publish([page("/a/", "second", version=2)])
    assert depot.throw_out() == 0  # A carrier may be on its way to them.
    DepotBody.objects.update(named_at=timezone.now() - depots.KEPT - timedelta(hours=1))
    assert depot.throw_out() == 1
    assert DepotBody.objects.count() == 2
    depot.publish([page("/a/", "first", version=3)])
    carrier = node("left")
    carrier.round()
    assert [words_at(carrier, path) for path in ("/a/", "/b/")] == [b"first", b"kept"]


def test_words_that_were_thrown_out_just_now_are_put_in_anew(depot, node, monkeypatch):
    depot.publish([page("/a/", "first")])
    depot.publish([page("/a/", "second", version=2)])
    laid_in = depots._lay_in

    def and_then_thrown_out(bodies):
        laid_in(bodies)
        DepotBody.objects.update(named_at=timezone.now() - depots.KEPT - timedelta(hours=1))
        depot.throw_out()

    monkeypatch.setattr(depots, "_lay_in", and_then_thrown_out)
    depot.publish([page("/a/", "first", version=3)])
    carrier = node("left")
    carrier.round()
    assert words_at(carrier, "/a/") == b"first"


def test_the_same_words_are_sent_once(depot, shelves):
    depot.publish([page("/a/", "same"), page("/b/", "same")])
    (file,) = [one for one in shelves.rglob("*") if one.is_file()]
    before = file.stat().st_mtime_ns
    depot.publish([page("/c/", "same", version=2)])
    assert file.stat().st_mtime_ns == before


def test_what_all_pages_were_pressed_with_is_known_to_all_workers(depot):
    assert depot.type() == ""
    depot.set_in("masthead 1, lamp")
    assert Depot(patience=9).type() == "masthead 1, lamp"


@pytest.mark.django_db(transaction=True)
def test_editions_are_committed_in_the_order_of_their_numbers(depot):
    began, may_end = threading.Event(), threading.Event()
    given: list[tuple[str, int]] = []

    def slowly():
        with depots._edition() as number:
            given.append(("slow", number))
            began.set()
            may_end.wait(20)
        given.append(("slow is out", number))
        connection.close()

    def quickly():
        began.wait(20)
        with depots._edition() as number:
            given.append(("quick", number))
        connection.close()

    depot.begin_run()
    threads = [threading.Thread(target=one) for one in (slowly, quickly)]
    for thread in threads:
        thread.start()
    began.wait(20)
    time.sleep(0.3)
    assert given == [("slow", 1)]
    may_end.set()
    for thread in threads:
        thread.join()
    assert ("quick", 2) in given


def test_a_record_of_what_is_gone_says_nothing_but_that(depot):
    depot.publish([page("/a/", "words", gated="secret words", tags=["page:1"])])
    depot.publish([], gone=[(HOST, "/a/", 2)])
    row = DepotPage.objects.get()
    assert (row.status, row.tags, row.edition) == (GONE, {}, 2)
    assert records.read(row.record.encode()).variants == {}


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="Only PostgreSQL has turns to take.")
def test_of_two_who_press_one_waits_for_the_other(depot):
    inside, may_end = threading.Event(), threading.Event()
    order: list[str] = []

    def first():
        with depot.taking_turns():
            inside.set()
            may_end.wait(20)
            order.append("first")
        connection.close()

    def second():
        inside.wait(20)
        with depot.taking_turns():
            order.append("second")
        connection.close()

    threads = [threading.Thread(target=one) for one in (first, second)]
    for thread in threads:
        thread.start()
    inside.wait(20)
    time.sleep(0.3)
    assert order == []
    may_end.set()
    for thread in threads:
        thread.join()
    assert order == ["first", "second"]
