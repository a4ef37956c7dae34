import contextlib
import gzip
import io
import json
import os
import resource
import sqlite3
import subprocess
import sys
import tarfile
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from masthead.production import backups, tasks
from masthead.production.backups import CannotBackUp, CannotRestore
from masthead.production.lanes import LANES, REST

NIGHT = datetime(2030, 5, 1, 3, 30, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "magazine"
    for folder in ("media/pictures", "private", "backups"):
        (home / folder).mkdir(parents=True)
    (home / "masthead.toml").write_text('[magazine]\nname = "The Lantern"\n')
    (home / ".env").write_text("MASTHEAD_SECRET_KEY=never-in-a-backup\n")
    (home / "media/pictures/lamp.jpg").write_bytes(os.urandom(300_000))
    (home / "private/lamp-original.jpg").write_bytes(os.urandom(500_000))
    with contextlib.closing(sqlite3.connect(home / "masthead.sqlite3")) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE accounts (name PRIMARY KEY, balance)")
        database.execute("INSERT INTO accounts VALUES ('a', 1000), ('b', 0)")
        database.commit()
    return home


@pytest.fixture
def archive(home: Path, tmp_path: Path) -> Path:
    path = tmp_path / "sound.tar.gz"
    backups.make(home, path, at=NIGHT)
    return path


def balances(home: Path) -> dict[str, int]:
    with contextlib.closing(sqlite3.connect(home / "masthead.sqlite3")) as database:
        return dict(database.execute("SELECT name, balance FROM accounts"))


def files(home: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(home)): path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and path.parts[len(home.parts)] in ("media", "private", "masthead.toml")
    }


def test_what_was_backed_up_comes_back(home, archive, tmp_path):
    contents = backups.restore(archive, tmp_path / "again")
    assert contents.made_at == NIGHT
    assert files(tmp_path / "again") == files(home)
    assert balances(tmp_path / "again") == {"a": 1000, "b": 0}


def test_a_backup_made_while_others_write_is_of_one_moment(home, tmp_path):
    stop, transfers = threading.Event(), []

    def write():
        with contextlib.closing(
            sqlite3.connect(home / "masthead.sqlite3", timeout=20, isolation_level=None)
        ) as database:
            while not stop.is_set():
                database.execute("BEGIN IMMEDIATE")
                database.execute("UPDATE accounts SET balance = balance - 1 WHERE name = 'a'")
                database.execute("UPDATE accounts SET balance = balance + 1 WHERE name = 'b'")
                database.execute("COMMIT")
                transfers.append(1)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for turn in range(3):
            before = len(transfers)
            while len(transfers) < before + 5:
                pass
            backups.make(home, tmp_path / f"{turn}.tar.gz", at=NIGHT)
    finally:
        stop.set()
        writer.join()
    for turn in range(3):
        backups.restore(tmp_path / f"{turn}.tar.gz", tmp_path / f"again-{turn}")
        restored = balances(tmp_path / f"again-{turn}")
        assert sum(restored.values()) == 1000
        assert restored["b"] > 0


def test_secrets_stay_at_home(archive):
    with tarfile.open(archive) as tar:
        assert not [name for name in tar.getnames() if ".env" in name]
    assert b"never-in-a-backup" not in gzip.decompress(archive.read_bytes())


@pytest.mark.parametrize("where", [0.01, 0.3, 0.6, 0.95])
def test_one_changed_byte_is_found_and_nothing_written(archive, tmp_path, where):
    content = bytearray(archive.read_bytes())
    content[int(len(content) * where)] ^= 0x40
    archive.write_bytes(content)
    with pytest.raises(CannotRestore, match=r"damaged|no backup"):
        backups.restore(archive, tmp_path / "again")
    assert not (tmp_path / "again").exists()
    assert not list(tmp_path.glob(".restore*"))


@pytest.mark.parametrize("part", [0, 10, 1000, 400_000])
def test_a_backup_cut_short_is_refused(archive, tmp_path, part):
    archive.write_bytes(archive.read_bytes()[:part])
    with pytest.raises(CannotRestore, match="another backup"):
        backups.restore(archive, tmp_path / "again")
    assert not (tmp_path / "again").exists()


def rewritten(archive: Path, change) -> Path:
    """Return the archive packed anew after `change(members)` on {name: content}."""
    with tarfile.open(archive) as tar:
        members = {one.name: tar.extractfile(one).read() for one in tar}
    change(members)
    path = archive.with_name("rewritten.tar.gz")
    with tarfile.open(path, "w:gz") as tar:
        for name, content in members.items():
            if isinstance(content, tarfile.TarInfo):
                tar.addfile(content)
                continue
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return path


def link(members):
    info = tarfile.TarInfo("media/link")
    info.type, info.linkname = tarfile.SYMTYPE, "../../secret"
    members["media/link"] = info


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda members: members.update({"media/../../escaped": b"x"}), "no backup of Masthead"),
        (lambda members: members.update({"/etc/escaped": b"x"}), "no backup of Masthead"),
        (lambda members: members.update({".env": b"x"}), "no backup of Masthead"),
        (link, "no backup of Masthead"),
        (lambda members: members.pop("private/lamp-original.jpg"), "differ from its manifest"),
        (lambda members: members.update({"media/extra": b"x"}), "differ from its manifest"),
        (lambda members: members.pop("manifest.json"), "no manifest"),
        (lambda members: members.update({"manifest.json": b"{"}), "damaged"),
        (lambda members: members.update({"manifest.json": b"[]"}), "no manifest"),
        (lambda members: members.update({"manifest.json": b'{"format": 99}'}), "no manifest"),
    ],
)
def test_an_archive_that_is_not_what_we_made_is_refused(archive, tmp_path, change, complaint):
    before = sorted(tmp_path.rglob("*"))
    forged = rewritten(archive, change)
    with pytest.raises(CannotRestore, match=complaint):
        backups.restore(forged, tmp_path / "again")
    assert sorted(tmp_path.rglob("*")) == sorted([*before, forged])


def test_a_broken_database_is_found_even_when_the_archive_is_sound(archive, tmp_path):
    def spoil(members):
        members["masthead.sqlite3"] = broken = b"SQLite format 3\0" + b"\0" * 5000
        manifest = json.loads(members["manifest.json"])
        import hashlib

        manifest["files"]["masthead.sqlite3"] = hashlib.sha256(broken).hexdigest()
        members["manifest.json"] = json.dumps(manifest).encode()

    with pytest.raises(CannotRestore, match="database in the backup is broken"):
        backups.restore(rewritten(archive, spoil), tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_a_magazine_is_never_overwritten(home, archive):
    before = files(home)
    with pytest.raises(CannotRestore, match="Name a new folder"):
        backups.restore(archive, home)
    assert files(home) == before


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CannotRestore, match=r"no file .*nowhere\.tar\.gz"):
        backups.restore(tmp_path / "nowhere.tar.gz", tmp_path / "again")


def test_a_full_disk_leaves_no_half_backup(home, tmp_path):
    """A limit on the size of files stands for the disk that fills up."""
    script = (
        "import sys; from pathlib import Path; from datetime import datetime, UTC\n"
        "from masthead.production import backups\n"
        "try: backups.make(Path(sys.argv[1]), Path(sys.argv[2]), at=datetime.now(UTC))\n"
        "except backups.CannotBackUp as error: print(error)\n"
    )
    out = tmp_path / "out" / "full.tar.gz"
    result = subprocess.run(
        [sys.executable, "-c", script, str(home), str(out)],
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)),
    )
    assert "Make room" in result.stdout
    assert list(out.parent.iterdir()) == []


def test_a_disk_without_room_is_found_before_writing(archive, tmp_path, monkeypatch):
    monkeypatch.setattr(
        backups.shutil, "disk_usage", lambda folder: type("Usage", (), {"free": 1000})
    )
    with pytest.raises(CannotRestore, match="Make room"):
        backups.restore(archive, tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_a_backup_is_not_written_over_another(home, archive):
    with pytest.raises(CannotBackUp, match="Give another name"):
        backups.make(home, archive, at=NIGHT)


def test_the_last_nights_are_kept_and_other_files_let_alone(home):
    folder = home / "backups"
    (folder / "before-the-upgrade.tar.gz").write_bytes(b"mine")
    for day in range(1, 6):
        backups.make_nightly(home, folder, at=NIGHT.replace(day=day), keep=3)
    assert sorted(path.name for path in folder.iterdir()) == [
        "before-the-upgrade.tar.gz",
        "nightly-2030-05-03.tar.gz",
        "nightly-2030-05-04.tar.gz",
        "nightly-2030-05-05.tar.gz",
    ]


def test_where_none_are_kept_none_is_made_and_what_is_there_stays(home):
    folder = home / "backups"
    made = backups.make_nightly(home, folder, at=NIGHT.replace(day=1), keep=3)
    assert backups.make_nightly(home, folder, at=NIGHT.replace(day=2), keep=0) is None
    assert list(folder.iterdir()) == [made]


@pytest.mark.django_db
@pytest.mark.parametrize("lane", LANES)
def test_a_machine_that_keeps_none_leaves_the_backup_to_another(settings, home, lane):
    ours = settings.INSTALLATION
    another = replace(ours, home=home)
    none = replace(another, backups=replace(ours.backups, keep=0))
    tasks.back_up.enqueue()
    settings.INSTALLATION = none
    assert LANES[lane].worker().work_once() is False
    settings.INSTALLATION = another
    assert LANES[lane].worker().work_once() is (lane == REST)
