"""The page store: editions whole or not at all, newest press wins, nothing is left over."""

import hashlib
import multiprocessing
import os
import signal
import time

import brotli
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from masthead.edge import bodies, records
from masthead.edge import store as stores
from masthead.edge.carried import CarriedStore, Delivery
from masthead.edge.locks import Lock
from masthead.edge.packing import AT_LEISURE, AT_ONCE
from masthead.edge.records import NotARecord, Record, Variant
from masthead.edge.store import GONE, Orders, Pressed, PressedPage, Store

HOST = "lantern.example"
HEADERS = (("content-type", "text/html; charset=utf-8"),)

histories = settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


@pytest.fixture
def store(tmp_path):
    opened = Store(tmp_path / "pages", writable=True)
    yield opened
    opened.close()


def page(path, words="words", *, version=1, tags=(), gated="", **more):
    variants = {"lead": Pressed(words.encode(), HEADERS)}
    if gated:
        variants["whole"] = Pressed(gated.encode(), HEADERS, is_gated=True)
    record = Record(host=HOST, path=path, version=version, tags=frozenset(tags), **more)
    return PressedPage(record, variants)


def words_at(store, path, name="lead", coding=""):
    with store.view() as view:
        written = view.page(HOST, path)
        if written is None:
            return None
        variant = records.read(written).variants.get(name)
        if variant is None:
            return None
        found = view.body(variant.digest, coding)
        return None if found is None else bytes(found[1]).decode()


def test_what_was_pressed_can_be_read_in_every_coding(store):
    long = "long words " * 100
    store.publish([page("/a/", long)])
    assert words_at(store, "/a/") == long
    with store.view() as view:
        variant = records.read(view.page(HOST, "/a/")).variants["lead"]
        is_gated, small = view.body(variant.digest, "br")
        assert brotli.decompress(bytes(small)).decode() == long
        assert variant.codings[""] == len(long)
        assert variant.codings["br"] == len(small)
        assert not is_gated


def test_an_older_press_never_overwrites_a_newer_one(store):
    store.publish([page("/a/", "second", version=2)])
    store.publish([page("/a/", "first", version=1)])
    assert words_at(store, "/a/") == "second"
    store.publish([page("/a/", "second, mended", version=2)])
    assert words_at(store, "/a/") == "second, mended"


def test_what_was_taken_down_is_not_brought_back_by_an_old_press(store):
    store.publish([page("/a/", "words", version=3, gated="secret")])
    store.publish([], gone=[(HOST, "/a/", 4)])
    with store.view() as view:
        assert records.read(view.page(HOST, "/a/")).status == GONE
    assert store.size()["bodies"] == 0
    store.publish([page("/a/", "words", version=3)])
    assert words_at(store, "/a/") is None
    store.publish([page("/a/", "out again", version=5)])
    assert words_at(store, "/a/") == "out again"


def test_an_edition_switches_all_its_pages_in_one_moment(store):
    paths = [f"/{number}/" for number in range(40)]
    store.publish([page(path, "old") for path in paths])
    with store.view() as view:
        store.publish([page(path, "new", version=2) for path in paths])
        held = {records.read(view.page(HOST, path)).version for path in paths}
        assert held == {1}
    assert {words_at(store, path) for path in paths} == {"new"}


def test_a_press_that_is_killed_leaves_the_last_good_edition(tmp_path):
    folder = tmp_path / "pages"
    Store(folder, writable=True).close()

    def press(started):
        store = Store(folder, writable=True)
        for version in range(1, 10_000):
            store.publish([page(f"/{n}/", f"{version} {n}", version=version) for n in range(30)])
            started.set()

    context = multiprocessing.get_context("fork")
    for _ in range(3):
        started = context.Event()
        process = context.Process(target=press, args=(started,))
        process.start()
        assert started.wait(20)
        time.sleep(0.05)
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        store = Store(folder, writable=True)
        versions = {words_at(store, f"/{n}/").split()[0] for n in range(30)}
        assert len(versions) == 1
        assert store.publish([]) > 0  # Nobody holds the writer's place.
        store.close()


def test_pages_are_found_by_what_they_were_made_from(store):
    store.publish([page("/a/", tags=["article:1", "section:2"]), page("/b/", tags=["section:2"])])
    assert store.tagged(["article:1"]) == {(HOST, "/a/")}
    assert store.tagged(["section:2"]) == {(HOST, "/a/"), (HOST, "/b/")}
    assert store.tagged(["section:"]) == set()
    store.publish([page("/a/", version=2, tags=["section:3"])])
    assert store.tagged(["article:1", "section:2"]) == {(HOST, "/b/")}


def test_same_words_are_kept_once_and_as_long_as_somebody_needs_them(store):
    store.publish([page("/a/", "same words"), page("/b/", "same words")])
    assert store.size()["bodies"] == 1
    store.forget([(HOST, "/a/")], version=1)
    assert words_at(store, "/b/") == "same words"
    store.publish([page("/b/", "others", version=2)])
    # The address of the other is remembered, without a word of it.
    assert store.size() == {"pages": 2, "bodies": 1, "edition": 2}


def test_gated_words_are_not_shared_with_open_ones(store):
    store.publish([page("/a/", "same", gated="same")])
    with store.view() as view:
        kept = records.read(view.page(HOST, "/a/")).variants
        assert kept["lead"].digest != kept["whole"].digest
        assert view.body(kept["whole"].digest, "")[0]
        assert not view.body(kept["lead"].digest, "")[0]


def test_packing_harder_names_the_page_anew(store):
    long = "The same sentence, over and over again. " * 80
    store.publish([page("/a/", long)])
    with store.view() as view:
        first = records.read(view.page(HOST, "/a/"))
    store.publish([page("/a/", long)], effort=11)
    with store.view() as view:
        second = records.read(view.page(HOST, "/a/"))
    assert second.variants["lead"].digest != first.variants["lead"].digest
    assert (first.effort, second.effort) == (5, 11)
    assert words_at(store, "/a/") == long


def test_an_address_too_long_to_keep_is_left_to_the_house(store):
    path = "/" + "a" * 600 + "/"
    store.publish([page(path)], gone=[(HOST, path + "b/", 1)])
    assert store.size()["pages"] == 0
    assert words_at(store, path) is None


def test_a_full_disk_loses_nothing(tmp_path, monkeypatch):
    from masthead.edge import store as module

    monkeypatch.setattr(module, "LARGEST", 400_000)
    store = Store(tmp_path / "pages", writable=True)
    store.publish([page("/a/", "the last good edition")])
    noise = [os.urandom(60_000).hex() for _ in range(10)]
    with pytest.raises(module.DiskFull):
        store.publish(
            [page("/a/", "half", version=2)]
            + [page(f"/{n}/", words, version=2) for n, words in enumerate(noise)]
        )
    assert words_at(store, "/a/") == "the last good edition"
    assert store.size() == {"pages": 1, "bodies": 1, "edition": 1}
    store.close()


def test_sessions_end_and_are_forgotten(store):
    store.end_session("abc", 100)
    store.end_session("later", 200)
    with store.view() as view:
        assert view.has_ended("abc")
        assert not view.has_ended("ab")
    assert store.forget_sessions(150) == 1
    with store.view() as view:
        assert not view.has_ended("abc")
        assert view.has_ended("later")


def test_orders_reach_the_front(store):
    assert store.orders() == Orders()
    store.order(lambda _told: Orders(leads_only=True, networks=("10.0.0.0/8",)))
    assert store.orders() == Orders(leads_only=True, networks=("10.0.0.0/8",))


def test_what_is_no_record_is_refused():
    for damaged in (b"", b"{}", b"[]", b'{"form": 99}', b"\xff\xfe"):
        with pytest.raises(NotARecord):
            records.read(damaged)


@given(
    st.builds(
        Record,
        host=st.just(HOST),
        path=st.text(min_size=1, max_size=30),
        version=st.integers(0, 2**60),
        title=st.text(max_size=5),
        stale_at=st.none() | st.integers(0, 2**40),
        lock=st.none()
        | st.builds(
            Lock,
            st.text(max_size=5),
            st.sampled_from(["open", "subscribers", "metered", "registered"]),
            article=st.text(max_size=5),
            issue=st.none() | st.integers(1, 900),
            not_after=st.none() | st.integers(0, 2**40),
        ),
        tags=st.frozensets(st.text(min_size=1, max_size=9), max_size=4),
        rules=st.dictionaries(st.sampled_from(["open", "term", "closed"]), st.just("lead")),
        variants=st.dictionaries(
            st.sampled_from(["lead", "whole"]),
            st.builds(
                Variant,
                digest=st.just(hashlib.sha256(b"").hexdigest()[:32]),
                headers=st.just(HEADERS),
                codings=st.dictionaries(st.sampled_from(["", "br"]), st.integers(0, 10**6)),
                is_gated=st.booleans(),
            ),
        ),
    )
)
def test_a_record_is_read_as_it_was_written(record):
    assert records.read(record.written()) == record


@histories
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["/a/", "/b/", "/c/"]),
            st.sampled_from(["one", "two", "three"]),
            st.integers(1, 4),
            st.sampled_from(["put", "gone", "forget"]),
        ),
        max_size=20,
    )
)
def test_after_any_history_the_store_holds_what_its_pages_name_and_no_more(tmp_path, history):
    folder = tmp_path / str(time.monotonic_ns())
    store = Store(folder, writable=True)
    expected: dict[str, tuple[str | None, int]] = {}
    for path, words, version, act in history:
        kept, before = expected.get(path, ("", 0))
        if act == "forget":
            store.forget([(HOST, path)], version=version)
            # What was taken down stays so.
            if kept is not None and version >= before:
                expected[path] = "", version
        elif act == "gone":
            store.publish([], gone=[(HOST, path, version)])
            if version >= before:
                expected[path] = None, version
        else:
            store.publish([page(path, words, version=version, tags=[words])])
            if version >= before:
                expected[path] = words, version
    for path in ("/a/", "/b/", "/c/"):
        assert (words_at(store, path) or "") == (expected.get(path, ("", 0))[0] or "")
        assert store.is_gone(HOST, path) is (expected.get(path, ("", 0))[0] is None)
    alive = {words for words, _version in expected.values() if words}
    assert store.size()["bodies"] == len(alive)
    for words in ("one", "two", "three"):
        of_words = {(HOST, path) for path, (kept, _v) in expected.items() if kept == words}
        assert store.tagged([words]) == of_words
    store.close()


@histories
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["/a/", "/b/", "/c/"]),
            st.sampled_from([None, 0, 5, 300]),
            st.sampled_from(["put", "harder", "gone", "forget", "hold back", "open anew"]),
        ),
        max_size=20,
    )
)
def test_after_any_history_the_store_knows_what_is_to_be_done_later(tmp_path, history):
    folder = tmp_path / str(time.monotonic_ns())
    store = Store(folder, writable=True)
    for path, stale_at, act in history:
        version = store.begin_run()
        if act in ("put", "harder"):
            effort = AT_LEISURE if act == "harder" else AT_ONCE
            store.publish([page(path, version=version, stale_at=stale_at)], effort=effort)
        elif act == "gone":
            store.publish([], gone=[(HOST, path, version)])
        elif act == "forget":
            store.forget([(HOST, path)], version=version)
        elif act == "hold back":
            store.hold_back([(HOST, path)])
        else:
            # As one that an older version has filled, which noted nothing of it.
            with store._env.begin(write=True) as transaction:
                transaction.drop(store._later, delete=False)
                transaction.delete(b"looked", db=store._notes)
            store.close()
            store = Store(folder, writable=True)
        there = list(store.records())
        for at in (0, 4, 5, 400):
            stale = [one for one in there if one.stale_at is not None and one.stale_at <= at]
            stale.sort(key=lambda one: (one.stale_at, one.path))
            assert store.stale(at) == [(HOST, one.path) for one in stale]
        light = {one.path for one in there if one.variants and one.effort < AT_LEISURE}
        held = {one.path for one in there if one.stale_at == 0}
        assert {one.record.path for one in store.packed_less()} == light - held
    store.close()


def test_a_store_of_another_form_of_records_is_emptied_to_be_pressed_anew(tmp_path, monkeypatch):
    folder = tmp_path / "pages"
    before = CarriedStore(folder, writable=True)
    before.receive(Delivery(depot="ours", edition=7, at=1.0, sessions={}, orders=Orders()))
    before.publish([page("/a/", gated="the whole", tags=["page:1"], stale_at=5)])
    before.end_session("abc", 99)
    before.set_in("lamp")
    run = before.begin_run()
    before.close()

    def contents(store):
        return (
            store.size()["pages"],
            store.size()["bodies"],
            store.tagged(["page:1"]),
            store.stale(9),
        )

    same = CarriedStore(folder, writable=True)
    assert contents(same) == (1, 2, {(HOST, "/a/")}, [(HOST, "/a/")])
    assert (same.type(), same.received()[0]) == ("lamp", "ours")
    same.close()

    another = records.FORM + 1
    for module in (records, stores):
        monkeypatch.setattr(module, "FORM", another)
    after = CarriedStore(folder, writable=True)
    assert contents(after) == (0, 0, set(), [])
    assert (after.type(), after.received()[0]) == ("", "")
    # What the front must know, and which press is the later one, is true all the same.
    with after.view() as view:
        assert view.has_ended("abc")
    version = after.begin_run()
    assert version > run
    after.publish([page("/a/", "new", version=version)])
    assert [one.path for one in after.records()] == ["/a/"]
    after.close()


def test_what_is_held_back_is_asked_for_and_no_press_that_began_before_brings_it_back(store):
    began = store.begin_run()
    store.publish([page("/a/", "old", version=began)])
    store.hold_back([(HOST, "/a/"), (HOST, "/nowhere/")])
    with store.view() as view:
        held = records.read(view.page(HOST, "/a/"))
    assert held.stale_at == 0
    store.publish([page("/a/", "still the old words", version=began)])
    with store.view() as view:
        assert records.read(view.page(HOST, "/a/")).stale_at == 0
    store.publish([page("/a/", "new", version=store.begin_run())])
    with store.view() as view:
        assert records.read(view.page(HOST, "/a/")).stale_at is None
    assert words_at(store, "/a/") == "new"
    assert store.size()["pages"] == 1


def test_of_what_may_have_closed_nothing_but_the_lead_is_left_until_it_is_pressed(store):
    rules = {"term": "whole", "closed": "lead"}
    store.publish([
        page("/a/", gated="the whole", rules=rules, tags=["page:1"]),
        page("/open/", rules={"open": "lead"}, tags=["page:1"]),
    ])  # fmt: skip
    store.hold_back(store.tagged(["page:1"]), closed=True)
    store.hold_back(store.tagged(["page:1"]))
    with store.view() as view:
        assert records.read(view.page(HOST, "/a/")).rules == {"closed": "lead"}
        assert records.read(view.page(HOST, "/open/")).rules == {}
    assert store.stale(0) == [(HOST, "/a/"), (HOST, "/open/")]
    store.publish([page("/a/", gated="the whole", rules=rules, version=store.begin_run())])
    with store.view() as view:
        assert records.read(view.page(HOST, "/a/")).rules == rules


def test_of_two_who_press_one_waits_for_the_other_and_for_no_dead_one(tmp_path):
    folder = tmp_path / "pages"
    Store(folder, writable=True).close()
    context = multiprocessing.get_context("fork")
    inside = context.Event()

    def press_for_ever():
        with Store(folder, writable=True).taking_turns():
            inside.set()
            time.sleep(60)

    first = context.Process(target=press_for_ever)
    first.start()
    assert inside.wait(20)
    done = context.Event()

    def press():
        with Store(folder, writable=True).taking_turns():
            done.set()

    second = context.Process(target=press)
    second.start()
    assert not done.wait(0.5)
    os.kill(first.pid, signal.SIGKILL)
    assert done.wait(20)
    first.join()
    second.join()


def lengths(store, path):
    """Return what the record says of each coding's length, and what lies there."""
    with store.view() as view:
        variant = records.read(view.page(HOST, path)).variants["lead"]
        there = {coding: view.body(variant.digest, coding) for coding in ("", "br", "gzip")}
    return dict(variant.codings), {
        coding: len(found[1]) for coding, found in there.items() if found is not None
    }


def packs_otherwise(monkeypatch):
    """Have the packers be of another version, whose bytes are some more."""
    real = brotli.compress
    monkeypatch.setattr(brotli, "compress", lambda body, quality: real(body, quality=1))
    assert len(real(LONG, quality=5)) != len(real(LONG, quality=1))


LONG = " ".join(f"word {number * 7919 % 1000}" for number in range(2000)).encode()


def test_pages_of_the_same_words_stay_whole_when_packers_change(store, monkeypatch):
    for path in ("/a/", "/b/"):
        store.publish([page(path, LONG.decode())])
    packs_otherwise(monkeypatch)
    store.publish([page("/b/", LONG.decode(), version=2)])
    for path in ("/a/", "/b/"):
        told, there = lengths(store, path)
        assert told == there


def test_a_machine_tells_the_lengths_of_the_bodies_that_it_has(tmp_path, monkeypatch):
    here = CarriedStore(tmp_path / "carried", writable=True)

    def bring(edition, *, with_bodies):
        pressed = page("/a/", LONG.decode(), version=edition)
        packed = bodies.pack_variants(pressed, AT_ONCE)
        record = bodies.with_variants(pressed.record, pressed, packed)
        if with_bodies:
            here.lay_in(packed.values())
        assert not here.lacks(one.digest for one in packed.values())
        here.receive(
            Delivery(
                depot="d", edition=edition, at=0, records=[record], sessions={}, orders=Orders()
            )
        )

    bring(1, with_bodies=True)
    packs_otherwise(monkeypatch)
    # The same words are here already, so nobody brings them.
    bring(2, with_bodies=False)
    told, there = lengths(here, "/a/")
    here.close()
    assert told == there
