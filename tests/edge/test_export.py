"""The page store as files: whole editions, and nothing gated where a file server would show it."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from masthead.edge import export as exports
from masthead.edge.carried import CarriedStore, Delivery
from masthead.edge.export import CannotExport, Export
from masthead.edge.store import Orders, Pressed
from tests.edge import houses
from tests.edge.houses import GUEST, HOST, LEAD, LISTED, OPEN, QUIET, SECRET, WHOLE

NOW = 1_000_000.0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CarriedStore]:
    houses.fill(tmp_path / "pages")
    opened = CarriedStore(tmp_path / "pages", writable=True)
    yield opened
    opened.close()


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return tmp_path / "export"


def read_all(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


def test_an_edition_is_one_link_and_takes_along_what_has_not_changed(store, files) -> None:
    export = Export(files, houses.front(), house="http://127.0.0.1:8000")
    assert export.publish(store, NOW) == exports.Exported(1, len(houses.pages()))
    first = (files / "now").resolve()
    closed = Path("pages") / exports.page_name(HOST, "/closed/")
    open_ = Path("pages") / exports.page_name(HOST, "/open/")
    assert export.publish(store, NOW + 1) is None
    changed = next(one for one in houses.pages() if one.record.path == "/open/")
    words = {"whole": Pressed(b"Other words.", houses.HEADERS)}
    store.publish([replace(changed, record=replace(changed.record, version=2), variants=words)])
    assert export.publish(store, NOW + 2).number == 2
    second = (files / "now").resolve()
    assert second != first
    # Who has begun to read the first edition finds all of it.
    assert (first / open_).read_bytes() != (second / open_).read_bytes()
    assert os.path.samefile(first / closed, second / closed)
    export.close()


def test_an_old_edition_goes_after_a_while_with_the_bytes_that_only_it_had(store, files) -> None:
    export = Export(files, houses.front(), house="http://127.0.0.1:8000")
    export.publish(store, NOW)
    before = set(read_all(files / "bytes"))
    store.forget([(HOST, "/open/")], version=9)
    export.publish(store, NOW + 1)
    assert set(read_all(files / "bytes")) == before
    assert (files / "editions" / "1").exists()
    store.forget([(HOST, "/listed/")], version=9)
    export.publish(store, NOW + 1 + exports.KEPT_SECONDS)
    assert not (files / "editions" / "1").exists()
    gone = before - set(read_all(files / "bytes"))
    assert len(gone) == 3
    assert all(name.startswith("open/") for name in gone)
    export.close()


def test_what_was_half_written_by_a_killed_export_is_never_an_edition(store, files) -> None:
    export = Export(files, houses.front(), house="http://127.0.0.1:8000")
    export.publish(store, NOW)
    export.close()
    half = files / "editions" / "2" / "pages"
    half.mkdir(parents=True)
    (half / "half").write_bytes(b"{")
    (files / "now.new").symlink_to("editions/2")
    again = Export(files, houses.front(), house="http://127.0.0.1:8000")
    again.publish(store, NOW + 1)
    assert (files / "now").resolve().name == "2"
    assert not (half / "half").exists()
    again.close()


def test_bytes_that_were_cut_short_are_written_anew(store, files) -> None:
    export = Export(files, houses.front(), house="http://127.0.0.1:8000")
    export.publish(store, NOW)
    export.close()
    whole = read_all(files / "bytes")
    for name in whole:
        (files / "bytes" / name).write_bytes(b"")
    again = Export(files, houses.front(), house="http://127.0.0.1:8000")
    again.publish(store, NOW + 1)
    assert read_all(files / "bytes") == whole
    again.close()


def test_gated_bytes_lie_in_a_folder_of_their_own_that_strangers_cannot_enter(store, files) -> None:
    export = Export(files, houses.front(), house="http://127.0.0.1:8000")
    export.publish(store, NOW)
    closed = {WHOLE.encode(), QUIET.encode(), GUEST.encode()}
    where = {name for name, words in read_all(files).items() if words in closed}
    assert len(where) == len(closed)
    assert all(name.startswith("bytes/gated/") for name in where)
    assert {LEAD.encode(), OPEN.encode()} <= set(read_all(files / "bytes" / "open").values())
    for found in [files, *files.rglob("*")]:
        if not found.is_symlink():
            assert not found.stat().st_mode & stat.S_IRWXO, found
    secrets = files / "house.json"
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
    holds = [name for name, words in read_all(files).items() if SECRET.hex().encode() in words]
    assert holds == ["house.json"]
    export.close()


def test_a_page_whose_bytes_contradict_its_record_is_left_to_the_house(store, files) -> None:
    record = next(one for one in store.records() if one.path == "/closed/")
    key = f"{record.variants['whole'].digest}.".encode()
    with store._env.begin(write=True) as transaction:
        marked = bytes(transaction.get(key, db=store._bodies))
        transaction.put(key, b"\0" + marked[1:], db=store._bodies)
    export = Export(files, houses.front(), house="http://127.0.0.1:8000")
    # Other articles have the same bytes, and are left out with it.
    assert export.publish(store, NOW).pages == 2
    assert not (files / "now" / "pages" / exports.page_name(HOST, "/closed/")).exists()
    export.close()


def ended(files: Path) -> list[str]:
    """Return the sessions that are over, each from the list that it is looked for in."""
    found = []
    for number in range(exports.LISTS):
        words = (files / "ended" / str(number)).read_text()
        assert words.startswith("\n")
        assert words == "\n" or words.endswith("\n")
        for one in words.split():
            assert ord(one[-1]) % exports.LISTS == number
            found.append(one)
    return sorted(found)


def test_what_is_told_besides_pages_is_told_without_an_edition(store, files) -> None:
    export = Export(files, houses.front(), house="http://127.0.0.1:8000")
    export.publish(store, NOW)
    store.order(lambda _told: Orders(leads_only=True, networks=("10.1.0.0/16", "2001:db8::/32")))
    store.end_session("another", 2**40)
    assert export.publish(store, NOW + 1) is None
    told = json.loads((files / "told.json").read_bytes())
    assert told["leads_only"] is True
    assert told["networks"] == [["0a010000", 16], ["20010db8" + "0" * 24, 32]]
    assert ended(files) == ["another", "ended"]
    store.forget_sessions(2**41)
    export.publish(store, NOW + 2)
    assert ended(files) == []
    assert len(os.listdir(files / "ended")) == exports.LISTS
    export.close()


def test_files_of_a_store_that_has_heard_nothing_are_believed_no_longer_than_it_is(
    store, files
) -> None:
    front = replace(houses.front(), patience=10.0)
    export = Export(files, front, house="http://127.0.0.1:8000")
    said = Delivery(depot="d", edition=1, at=NOW - 4, sessions={}, orders=Orders())
    store.receive(said)
    export.publish(store, NOW, is_watched=True)
    assert json.loads((files / "told.json").read_bytes())["until"] == NOW + 6
    store.receive(replace(said, at=NOW + 1))
    export.publish(store, NOW + 1, is_watched=True)
    assert json.loads((files / "told.json").read_bytes())["until"] == NOW + 11
    export.close()


def test_an_edition_that_cannot_be_written_does_not_keep_the_one_before_it_for_ever(
    store, files, monkeypatch
) -> None:
    export = Export(files, houses.front(), house="http://127.0.0.1:8000")
    export.publish(store, NOW, is_watched=True)

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    def told() -> dict[str, Any]:
        said: dict[str, Any] = json.loads((files / "told.json").read_bytes())
        return said

    whole = exports._write_or_link
    monkeypatch.setattr(exports, "_write_or_link", refuse)
    store.forget([(HOST, "/open/")], version=9)
    store.order(lambda _told: Orders(leads_only=True))
    store.end_session("another", 2**40)
    for later in (30, 70):
        with pytest.raises(PermissionError):
            export.publish(store, NOW + later, is_watched=True)
        # Who may read no more is known all the same.
        assert told()["leads_only"] is True
        assert "another" in ended(files)
        assert told()["until"] == NOW + exports.WATCHED_SECONDS
    # One that was started again knows no more.
    export.close()
    export = Export(files, houses.front(), house="http://127.0.0.1:8000")
    with pytest.raises(PermissionError):
        export.publish(store, NOW + 80, is_watched=True)
    assert told()["until"] == NOW + exports.WATCHED_SECONDS
    monkeypatch.setattr(exports, "_write_or_link", whole)
    assert export.publish(store, NOW + 90, is_watched=True).number == 2
    assert told()["until"] == NOW + 90 + exports.WATCHED_SECONDS
    export.close()


def test_what_was_believed_for_ever_is_not_once_it_is_watched(store, files, monkeypatch) -> None:
    export = Export(files, houses.front(), house="http://127.0.0.1:8000")
    export.publish(store, NOW)
    assert json.loads((files / "told.json").read_bytes())["until"] is None
    store.forget([(HOST, "/open/")], version=9)

    def fill(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exports, "_write_or_link", fill)
    for later in (30, 70):
        with pytest.raises(OSError, match="No space"):
            export.publish(store, NOW + later, is_watched=True)
        assert json.loads((files / "told.json").read_bytes())["until"] == NOW + 90
    export.close()


def test_only_what_everybody_may_read_is_written_for_a_file_server(store, files) -> None:
    export = Export(files, houses.front(), open_only=True)
    assert export.publish(store, NOW).pages == len(houses.pages()) - 1
    now = read_all((files / "now").resolve())
    pages = {name: words.decode() for name, words in now.items() if name.endswith(".html")}
    assert pages == {
        f"{HOST}/closed/index.html": LEAD,
        f"{HOST}/metered/index.html": LEAD,
        f"{HOST}/stale/index.html": LEAD,
        f"{HOST}/geschichte-über/index.html": LEAD,
        f"{HOST}/open/index.html": OPEN,
        f"{HOST}/listed/index.html": LISTED,
    }
    packed = {name for name in now if name.endswith((".gz", ".br"))}
    assert packed == {name + ending for name in pages for ending in (".gz", ".br")}
    for name, words in read_all(files).items():
        for closed in (WHOLE, QUIET, GUEST, SECRET.hex()):
            assert closed.encode() not in words, name
    export.close()


def test_only_open_pages_are_written_as_editions_too(store, files) -> None:
    export = Export(files, houses.front(), open_only=True)
    export.publish(store, NOW)
    first = (files / "now").resolve()
    store.forget([(HOST, "/open/")], version=9)
    export.publish(store, NOW + 1)
    second = (files / "now").resolve()
    assert not (second / HOST / "open").exists()
    assert os.path.samefile(
        first / HOST / "closed" / "index.html", second / HOST / "closed" / "index.html"
    )
    export.close()


@pytest.mark.parametrize(
    ("host", "path", "content_type", "name"),
    [
        ("a.example", "/", "text/html; charset=utf-8", "a.example/index.html"),
        ("a.example", "/feed/", "application/rss+xml", "a.example/feed/index.xml"),
        ("a.example", "/feed.json/", "application/feed+json", "a.example/feed.json/index.json"),
        ("a.example", "/sitemap.xml", "application/xml", "a.example/sitemap.xml"),
        ("a.example", "/../etc/", "text/html", None),
        ("a.example", "/a/./b/", "text/html", None),
        ("a.example", "/a\0b/", "text/html", None),
        ("a.example", "/" + "ü" * 130 + "/", "text/html", None),
        ("a.example", "nowhere", "text/html", None),
        ("..", "/a/", "text/html", None),
        ("a/b", "/a/", "text/html", None),
        ("", "/a/", "text/html", None),
    ],
)
def test_no_address_leads_out_of_the_folder(host, path, content_type, name) -> None:
    assert exports.file_name(host, path, content_type) == name


def test_a_folder_holds_one_export_of_one_kind(store, files, tmp_path) -> None:
    export = Export(files, houses.front(), house="http://127.0.0.1:8000")
    with pytest.raises(CannotExport, match="Another export writes"):
        Export(files, houses.front(), house="http://127.0.0.1:8000")
    export.close()
    with pytest.raises(CannotExport, match="other kind"):
        Export(files, houses.front(), open_only=True)
    other = tmp_path / "other"
    other.mkdir()
    (other / "letters.txt").write_text("Dear reader")
    with pytest.raises(CannotExport, match="not empty"):
        Export(other, houses.front(), open_only=True)
    with pytest.raises(CannotExport, match="misread"):
        Export(tmp_path / "a;b", houses.front(), house="http://127.0.0.1:8000")


def test_the_script_looks_for_ended_sessions_in_the_lists_that_are_written() -> None:
    script = Path(exports.__file__).parent / "nginx/front.js"
    assert f"const LISTS = {exports.LISTS};" in script.read_text()
