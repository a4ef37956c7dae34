"""What took long to make is made once, and what is kept is never trusted."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Barrier, Thread

import pytest

from masthead.press import shelf
from masthead.press.shelf import Shelf


class Maker:
    """Writes a file, and counts how often."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.beside = folder / "one"
        self.times = 0

    def __call__(self) -> Path:
        self.times += 1
        out = self.beside.with_suffix(".jpg")
        out.write_bytes(b"inks" * 1000)
        return out


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "cache" / "pictures"


def fetch(folder: Path, maker: Maker, told: str = "one", **how) -> Path:
    for old in maker.beside.parent.iterdir():
        old.unlink()
    return Shelf(folder, **how).fetch(told, maker.beside, maker)


@pytest.fixture
def maker(tmp_path) -> Maker:
    return Maker(tmp_path / "work")


def test_the_second_time_it_is_there_with_the_same_bytes_and_ending(folder, maker):
    first = fetch(folder, maker)
    content = first.read_bytes()
    again = fetch(folder, maker)
    assert maker.times == 1
    assert again == first
    assert again.read_bytes() == content
    fetch(folder, maker, told="another")
    assert maker.times == 2


def cut(kept: Path) -> None:
    kept.write_bytes(kept.read_bytes()[:-1])


def spoil(kept: Path) -> None:
    stored = bytearray(kept.read_bytes())
    stored[-5] ^= 1
    kept.write_bytes(stored)


def empty(kept: Path) -> None:
    kept.write_bytes(b"")


def misname(kept: Path) -> None:
    stored = bytearray(kept.read_bytes())
    stored[32:40] = b".png    "
    kept.write_bytes(stored)


@pytest.mark.parametrize("damage", [cut, spoil, empty, misname, Path.unlink])
def test_what_is_damaged_or_gone_is_made_anew(folder, maker, damage):
    fetch(folder, maker)
    (kept,) = folder.iterdir()
    damage(kept)
    assert fetch(folder, maker).read_bytes() == b"inks" * 1000
    assert maker.times == 2
    fetch(folder, maker)
    assert maker.times == 2


def test_where_nothing_can_be_kept_it_is_made_all_the_same(tmp_path, maker):
    (tmp_path / "cache").write_text("no folder")
    assert fetch(tmp_path / "cache" / "pictures", maker).read_bytes() == b"inks" * 1000


def test_what_was_unused_longest_gives_way(folder, maker):
    for number, told in enumerate(("one", "two", "three")):
        fetch(folder, maker, told=told)
        for file in folder.iterdir():
            os.utime(file, (file.stat().st_mtime - 10,) * 2)
        assert len(list(folder.iterdir())) == number + 1
    fetch(folder, maker, told="one")
    fetch(folder, maker, told="four", most_bytes=3 * 4100)
    assert maker.times == 4
    fetch(folder, maker, told="one")
    assert maker.times == 4
    fetch(folder, maker, told="two")
    assert maker.times == 5


def test_nothing_lies_there_for_ever(folder, maker):
    fetch(folder, maker)
    (kept,) = folder.iterdir()
    before = kept.stat().st_mtime - shelf.LONGEST_UNUSED - 1
    os.utime(kept, (before, before))
    fetch(folder, maker, told="another")
    assert not kept.exists()


def test_two_at_once_both_get_it_and_one_is_kept(folder, tmp_path):
    makers = [Maker(tmp_path / str(number)) for number in range(4)]
    start = Barrier(len(makers))
    found: list[bytes] = []

    def run(maker: Maker) -> None:
        start.wait()
        found.append(Shelf(folder).fetch("one", maker.beside, maker).read_bytes())

    threads = [Thread(target=run, args=(maker,)) for maker in makers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [b"inks" * 1000] * len(makers)
    assert len(list(folder.iterdir())) == 1
