"""Backups: one archive holds everything a magazine is, except its secrets.

The archive is a gzipped tar with the database, the files anybody may fetch, the private
files, `masthead.toml`, and last a manifest with the SHA-256 of each. It is made while the
magazine runs: first the database in one consistent piece, then the files, so that no
record in it speaks of a file that came later.

Restoring needs no Django: the installation may be gone.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, Any
from urllib.parse import unquote, urlsplit

FORMAT = 1
MANIFEST = "manifest.json"
SQLITE = "masthead.sqlite3"
POSTGRESQL = "masthead.pgdump"
SETTINGS = "masthead.toml"
FOLDERS = ("media", "private")
SUFFIX = ".tar.gz"
_NIGHTLY = "nightly-"
_CHUNK = 1 << 20


class CannotBackUp(Exception):
    """No backup was made; the message says why and what to do."""


class CannotRestore(Exception):
    """Nothing was written; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a sound archive holds."""

    made_at: datetime
    files: int
    bytes: int
    database: str


def make(home: Path, archive: Path, *, at: datetime, database_url: str = "") -> Contents:
    """Write everything in `home` to `archive`, while the magazine runs.

    Args:
        home: the installation's folder.
        archive: the file to make; it appears whole or not at all.
        at: the moment written in the manifest.
        database_url: of PostgreSQL; empty for SQLite.

    Raises:
        CannotBackUp: see the class.
    """
    if archive.exists():
        raise CannotBackUp(f"{archive} is already there. Give another name.")
    try:
        archive.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=archive.parent) as scratch:
            database = _copy_database(home, Path(scratch), database_url)
            unfinished = Path(scratch) / "archive"
            _write(unfinished, home, database, at)
            contents = verify(unfinished)
            unfinished.rename(archive)
    except OSError as error:
        raise CannotBackUp(
            f"The backup could not be written: {error.strerror or error}. "
            f"Make room in {archive.parent}, or give another place."
        ) from error
    except (sqlite3.Error, CannotRestore) as error:
        raise CannotBackUp(f"The backup came out wrong: {error} Make another.") from error
    return contents


def make_nightly(
    home: Path, folder: Path, *, at: datetime, keep: int, database_url: str = ""
) -> Path | None:
    """Return tonight's backup in `folder`, made if it is not there, keeping the last `keep`.

    Where none are kept none is made, and those that are there stay.

    Raises:
        CannotBackUp: see the class.
    """
    if not keep:
        return None
    archive = folder / f"{_NIGHTLY}{at:%Y-%m-%d}{SUFFIX}"
    if not archive.exists():
        make(home, archive, at=at, database_url=database_url)
    for old in sorted(folder.glob(f"{_NIGHTLY}*{SUFFIX}"))[:-keep]:
        old.unlink()
    return archive


def verify(archive: Path) -> Contents:
    """Read `archive` from end to end and compare all of it with its manifest.

    Raises:
        CannotRestore: it is damaged, incomplete, or not a backup of ours.
    """
    found: dict[str, str] = {}
    manifest: Any = None
    size = 0
    with _opened(archive) as tar:
        for member in tar:
            name = _safe_name(member)
            content = tar.extractfile(member)
            assert content is not None
            if name == MANIFEST:
                manifest = json.load(content)
                continue
            found[name] = _digest(content)
            size += member.size
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise CannotRestore(
            f"{archive.name} has no manifest that this version of Masthead can read. "
            "Choose a backup made by `masthead backup`, or upgrade Masthead."
        )
    promised = manifest["files"]
    if wrong := sorted(
        name for name in found.keys() | promised.keys() if found.get(name) != promised.get(name)
    ):
        raise CannotRestore(
            f"{archive.name} is damaged: {', '.join(wrong[:5])}"
            f"{' and more' if len(wrong) > 5 else ''} differ from its manifest. "
            "Choose another backup."
        )
    database = next((name for name in (SQLITE, POSTGRESQL) if name in found), None)
    if database is None or SETTINGS not in found:
        raise CannotRestore(f"{archive.name} holds no database or no {SETTINGS}. Choose another.")
    return Contents(datetime.fromisoformat(manifest["made_at"]), len(found), size, database)


def restore(archive: Path, home: Path, *, database_url: str = "") -> Contents:
    """Lay out `archive` as an installation in `home`.

    Everything is verified before anything is written, and `home` appears at one stroke.

    Args:
        archive: made by `make()`.
        home: a folder that does not exist yet, or is empty.
        database_url: an empty database, for an archive of PostgreSQL.

    Raises:
        CannotRestore: see the class.
    """
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise CannotRestore(
            f"{home} is not empty, and a backup never overwrites a magazine. Name a new folder."
        )
    contents = verify(archive)
    if contents.database == POSTGRESQL and not database_url:
        raise CannotRestore(
            f"{archive.name} comes from PostgreSQL. "
            "Make an empty database and name it in MASTHEAD_DATABASE_URL."
        )
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        _room_for(contents, home.parent)
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=home.parent) as scratch:
            staging = Path(scratch) / "magazine"
            staging.mkdir(mode=0o700)
            _extract(archive, staging)
            if contents.database == SQLITE:
                _look_over(staging / SQLITE)
            else:
                _restore_postgresql(staging / POSTGRESQL, database_url)
                (staging / POSTGRESQL).unlink()
            if home.exists():
                home.rmdir()
            staging.rename(home)
    except OSError as error:
        raise CannotRestore(
            f"The backup could not be laid out in {home}: {error.strerror or error}. "
            "Make room, or name another folder."
        ) from error
    return contents


def _copy_database(home: Path, scratch: Path, url: str) -> Path:
    """Return a consistent copy of the database, made while others write."""
    if url:
        target = scratch / POSTGRESQL
        _run("pg_dump", "--format=custom", f"--file={target}", url=url, wrong=CannotBackUp)
        return target
    source, target = home / SQLITE, scratch / SQLITE
    if not source.exists():
        raise CannotBackUp(f"There is no database in {home} yet. Run: masthead migrate")
    with (
        contextlib.closing(sqlite3.connect(source, timeout=60)) as live,
        contextlib.closing(sqlite3.connect(target)) as copy,
    ):
        # One step copies the database as it stands in one transaction. In several steps the
        # copy would begin again whenever somebody writes, and on a busy night never end.
        live.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode=DELETE")
    return target


def _write(archive: Path, home: Path, database: Path, at: datetime) -> None:
    digests: dict[str, str] = {}
    # Pictures and recordings are compressed already; the lowest level is the fastest.
    with tarfile.open(archive, "w:gz", compresslevel=1, format=tarfile.PAX_FORMAT) as tar:
        digests[database.name] = _add(tar, database, database.name)
        digests[SETTINGS] = _add(tar, home / SETTINGS, SETTINGS)
        for path in _files(home):
            name = path.relative_to(home).as_posix()
            with contextlib.suppress(FileNotFoundError):  # Deleted by an editor just now.
                digests[name] = _add(tar, path, name)
        manifest = {
            "format": FORMAT,
            "made_at": at.astimezone(UTC).isoformat(),
            "files": digests,
        }
        content = json.dumps(manifest, indent=1).encode()
        member = tarfile.TarInfo(MANIFEST)
        member.size = len(content)
        tar.addfile(member, BytesIO(content))


def _files(home: Path) -> Iterator[Path]:
    for folder in FOLDERS:
        for path in sorted((home / folder).rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield path


class _Hashing:
    """Reads at most `size` bytes of a file and hashes them on the way.

    A file that grows meanwhile is cut at the size it had; tar has written that size in
    its header already.
    """

    def __init__(self, source: IO[bytes], size: int) -> None:
        self.source, self.left, self.sha256 = source, size, hashlib.sha256()

    def read(self, wanted: int) -> bytes:
        chunk = self.source.read(min(wanted, self.left))
        self.left -= len(chunk)
        self.sha256.update(chunk)
        return chunk


def _add(tar: tarfile.TarFile, path: Path, name: str) -> str:
    with path.open("rb") as source:
        status = os.fstat(source.fileno())
        member = tarfile.TarInfo(name)
        member.size, member.mtime, member.mode = status.st_size, int(status.st_mtime), 0o644
        hashing = _Hashing(source, status.st_size)
        tar.addfile(member, hashing)  # type: ignore[arg-type]
        return hashing.sha256.hexdigest()


@contextlib.contextmanager
def _opened(archive: Path) -> Iterator[tarfile.TarFile]:
    """Open an archive for reading; whatever is wrong with it becomes one clear refusal."""
    try:
        with tarfile.open(archive, "r:gz") as tar:
            yield tar
    except FileNotFoundError as error:
        raise CannotRestore(f"There is no file {archive}. Look in the folder backups/.") from error
    except (
        tarfile.TarError,
        gzip.BadGzipFile,
        EOFError,
        zlib.error,
        ValueError,
        KeyError,
    ) as error:
        raise CannotRestore(
            f"{archive.name} is damaged or no backup at all ({error}). Choose another backup."
        ) from error
    except OSError as error:
        raise CannotRestore(
            f"{archive.name} cannot be read: {error.strerror or error}. Choose another backup."
        ) from error


def _safe_name(member: tarfile.TarInfo) -> str:
    """Return where a member belongs, when that is a place backups have.

    Raises:
        CannotRestore: a link, a device, or a path that leads elsewhere.
    """
    path = PurePosixPath(member.name)
    known = member.name in (MANIFEST, SQLITE, POSTGRESQL, SETTINGS) or (
        len(path.parts) > 1 and path.parts[0] in FOLDERS
    )
    if not member.isreg() or not known or ".." in path.parts or "\\" in member.name:
        raise CannotRestore(
            f"The archive holds {member.name!r}, which no backup of Masthead would. "
            "Do not trust it; choose another backup."
        )
    return path.as_posix()


def _digest(content: IO[bytes]) -> str:
    sha256 = hashlib.sha256()
    while chunk := content.read(_CHUNK):
        sha256.update(chunk)
    return sha256.hexdigest()


def _room_for(contents: Contents, folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if contents.bytes > free:
        raise CannotRestore(
            f"The backup needs {contents.bytes / 1e6:.0f} MB and {folder} has {free / 1e6:.0f} MB "
            "left. Make room, or name a folder on another disk."
        )


def _extract(archive: Path, folder: Path) -> None:
    # Verified just now, so an OSError here is about the disk, not about the archive.
    with tarfile.open(archive, "r:gz") as tar:
        for member in tar:
            name = _safe_name(member)
            if name == MANIFEST:
                continue
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            content = tar.extractfile(member)
            assert content is not None
            with target.open("wb") as out:
                shutil.copyfileobj(content, out, _CHUNK)
    for name in FOLDERS:
        (folder / name).mkdir(exist_ok=True)


def _look_over(database: Path) -> None:
    try:
        with contextlib.closing(sqlite3.connect(database)) as connection:
            (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
    except sqlite3.DatabaseError as error:
        verdict = str(error)
    if verdict != "ok":
        raise CannotRestore(
            f"The database in the backup is broken ({verdict}). Choose another backup."
        )


def _restore_postgresql(dump: Path, url: str) -> None:
    _run(
        "pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", str(dump),
        url=url, wrong=CannotRestore,
    )  # fmt: skip


def _run(program: str, *arguments: str, url: str, wrong: type[Exception]) -> None:
    parts = urlsplit(url)
    # Anybody on the machine can read a command line; the password goes by the environment.
    without_password = parts._replace(netloc=re.sub(r":[^:@]*@", "@", parts.netloc)).geturl()
    environment = {**os.environ, "PGPASSWORD": unquote(parts.password or "")}
    if not shutil.which(program):
        raise wrong(f"{program} is not installed. Install PostgreSQL's client programs.")
    result = subprocess.run(  # noqa: S603 -- a fixed program
        [program, *arguments, f"--dbname={without_password}"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise wrong(f"{program} said: {result.stderr.strip()} Mend that and try again.")
