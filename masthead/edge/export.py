"""The page store as files: for nginx, which checks passes by itself, or for a plain file server.

What is written at a folder, for nginx:

    nginx.conf, front.js   to be included, and the script that does what `front.py` does
    house.json             the secrets of passes; only its owner can read it
    told.json, ended/      what is told besides pages, and the sessions whose passes are over
    bytes/open|gated/      bytes by digest and coding, whole editions through
    editions/N/pages/      of each page an index: lock, rules, variants, headers
    now -> editions/N      the edition that readers get; all of its pages switch in this one link

With `open_only` there is nothing of that but `editions/N/<host>/<path>`: what strangers are sent, and
never a gated byte. See docs/decisions/0047.
"""

from __future__ import annotations

import fcntl
import hashlib
import ipaddress
import json
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from masthead.edge import heads
from masthead.edge.front import Asked, Front
from masthead.edge.orders import read_orders
from masthead.edge.records import NotARecord, Record, read
from masthead.edge.store import Store
from masthead.edge.view import View

LISTS = 16
"""How many lists the ended sessions are in; nginx's script knows it, too."""

MARK = "export.json"
"""The file by which an export knows its own folder, and of which kind it is."""

FORM = 1
"""Raised whenever an index changes so that an older script would misread it."""

KEPT_SECONDS = 60
"""How long an edition stays after the next: a request that has begun ends with the files it found."""

WATCHED_SECONDS = 60
"""How long nginx believes an export that is being watched, and of which nothing is heard."""

HEARTBEAT_SECONDS = 10

LONGEST_NAME = 240
"""Bytes of a file's name, of the 255 that file systems have, with room for endings."""

ENDINGS = {"": "", "gzip": ".gz", "br": ".br"}

_SESSION = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MEANS_SOMETHING = re.compile(r"[\"'$\\;{}\x00-\x1f]")
"""What would mean something else than itself in nginx's configuration."""


class CannotExport(Exception):
    """This folder is no place for an export: what is the matter, and what to do next."""


@dataclass(frozen=True, slots=True)
class Exported:
    """An edition that readers get from now on: its number, and how many pages it has."""

    number: int
    pages: int


class Export:
    """The files at a folder."""

    def __init__(
        self, folder: Path, front: Front, *, open_only: bool = False, house: str = ""
    ) -> None:
        """Make the folder ready, or find it as it was left.

        Args:
            folder: empty, not there, or an export.
            front: whose answers the files are to give.
            open_only: only what everybody may read, for a plain file server.
            house: where nginx asks for everything else, such as ``http://127.0.0.1:8000``.

        Raises:
            CannotExport: it holds something else, or somebody else writes there just now.
        """
        self._folder, self._front, self._open_only = folder.resolve(), front, open_only
        self._seen = b""
        self._commits = -1
        self._told_at = 0.0
        if _MEANS_SOMETHING.search(str(self._folder) + house):
            raise CannotExport(
                f"nginx would misread {self._folder}. Name a folder of letters, digits, dots and dashes."
            )
        self._lock = self._take(folder)
        if not open_only:
            self._write_script(house)

    def close(self) -> None:
        """Let others write there."""
        os.close(self._lock)

    def publish(self, store: Store, at: float, *, is_watched: bool = False) -> Exported | None:
        """Have the files say what the store says; None if no page is another than before.

        Args:
            store: the page store.
            at: the moment, in Unix seconds.
            is_watched: whether this is done again and again. nginx then asks the house for
                everything as soon as it has not been done for a minute.
        """
        heard = store.commits()
        is_due = is_watched and at >= self._told_at + HEARTBEAT_SECONDS
        if heard == self._commits and not is_due:
            return None
        with store.view() as view:
            if not self._open_only:
                ends = [at + WATCHED_SECONDS] if is_watched else []
                if self._front.patience:
                    ends.append(view.heard()[0] + self._front.patience)
                until = min(ends, default=None)
                # Who has no access any more is told at once. That the pages are the store's, too, is
                # said once they are: else an edition that cannot be written would be believed for ever.
                self._tell_ended(view)
                self._tell(view, _sooner(until, self._told_until()))
            exported = self._switch(view, at)
            if not self._open_only:
                self._tell(view, until)
        self._commits, self._told_at = heard, at
        return exported

    def _take(self, folder: Path) -> int:
        kind = {"form": FORM, "open_only": self._open_only}
        _make(folder)
        if not (folder / MARK).exists():
            if any(folder.iterdir()):
                raise CannotExport(
                    f"{folder} is not empty and holds no export. Name an empty folder."
                )
            _write(folder / MARK, json.dumps(kind).encode())
        elif json.loads((folder / MARK).read_bytes()) != kind:
            raise CannotExport(
                f"{folder} holds an export of the other kind; gated bytes and a plain file server "
                "must not meet. Name another folder, or delete this one."
            )
        lock = os.open(folder / MARK, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            raise CannotExport(
                f"Another export writes to {folder}. Stop it first, or leave it be."
            ) from None
        return lock

    def _write_script(self, house: str) -> None:
        """Write what nginx is to know from its start."""
        front = self._front
        known = {
            "folder": str(self._folder),
            "secrets": {name: secret.hex() for name, secret in front.keyring.secrets().items()},
            "pass_cookie": front.pass_cookie,
            "asks": list(front.asks),
            "session_cookie": front.session_cookie,
            "noise": sorted(front.noise),
            "away": heads.AWAY.decode(),
        }
        _write(self._folder / "house.json", json.dumps(known).encode(), mode=0o600)
        shipped = resources.files("masthead.edge") / "nginx"
        _write(self._folder / "front.js", (shipped / "front.js").read_bytes())
        configuration = (shipped / "nginx.conf").read_text("utf-8")
        _write(
            self._folder / "nginx.conf",
            configuration.format(folder=self._folder, house=house).encode(),
        )

    def _tell_ended(self, view: View) -> None:
        """Write which sessions are over."""
        ended = self._folder / "ended"
        _make(ended)
        # One of these stands for gifts of an article that were taken back; its name has a space.
        over = {named for one in view.ended() if _SESSION.fullmatch(named := one.replace(" ", "-"))}
        # Lists that are always there, by the last sign: to find that a file is missing takes nginx's
        # script six times as long as to read one.
        for number in range(LISTS):
            some = sorted(one for one in over if ord(one[-1]) % LISTS == number)
            words = "".join(f"{one}\n" for one in ["", *some]).encode()
            file = ended / str(number)
            if not file.exists() or file.read_bytes() != words:
                _write(file, words)

    def _told_until(self) -> float | None:
        """Return until when what is written is believed; None for ever."""
        try:
            until: float | None = json.loads((self._folder / "told.json").read_bytes())["until"]
        except FileNotFoundError:
            return None
        except ValueError:
            return 0.0  # Cut short as the machine went down.
        return until

    def _tell(self, view: View, until: float | None) -> None:
        """Write what the front is told besides pages and sessions."""
        orders = read_orders(view.orders())
        networks = [ipaddress.ip_network(one) for one in orders.networks]
        told = {
            "leads_only": orders.leads_only,
            "networks": [[one.network_address.packed.hex(), one.prefixlen] for one in networks],
            "until": until,
        }
        _write(self._folder / "told.json", json.dumps(told).encode())

    def _switch(self, view: View, at: float) -> Exported | None:
        """Write an edition, and have it be the one that readers get."""
        seen = hashlib.sha256()
        for written in view.pages():
            seen.update(written)
        if seen.digest() == self._seen:
            return None
        now = self._folder / "now"
        before = now.resolve() if now.is_symlink() else None
        self._clear_away(before, at)
        number = int(before.name) + 1 if before else 1
        edition = self._folder / "editions" / str(number)
        _make(edition)
        if self._open_only:
            pages = self._open_pages(view, edition, before, at)
        else:
            pages = self._pages(view, edition, before)
        os.sync()  # What the link leads to is on the disk before the link is.
        link = self._folder / "now.new"
        link.unlink(missing_ok=True)
        link.symlink_to(Path("editions") / str(number))
        link.replace(now)
        if before:
            os.utime(before, (at, at))
        self._seen = seen.digest()
        return Exported(number, pages)

    def _pages(self, view: View, edition: Path, before: Path | None) -> int:
        """Write an index for each page, and bytes that are not there yet."""
        kept: set[str] = set()
        pages = 0
        for written in view.pages():
            try:
                record = read(written)
            except NotARecord:
                continue  # The house answers, as for the front.
            files = self._bytes(record, view) if record.variants else None
            if files is None:
                continue
            kept |= files
            pages += 1
            name = page_name(record.host, record.path)
            _write_or_link(edition, Path("pages") / name, _index(record), before)
        _write(edition / "bytes.txt", "\n".join(sorted(kept)).encode())
        return pages

    def _bytes(self, record: Record, view: View) -> set[str] | None:
        """Write a page's bytes; None if they contradict its record, and nothing of it is to be sent."""
        names = set()
        for variant in record.variants.values():
            for coding, size in variant.codings.items():
                found = view.body(variant.digest, coding)
                if found is None or found[0] != variant.is_gated or len(found[1]) != size:
                    return None
                name = bytes_name(variant.digest, coding, is_gated=variant.is_gated)
                file = self._folder / "bytes" / name
                if not _has_size(file, size):
                    _make(file.parent)
                    _write(file, found[1])
                names.add(name)
        return names

    def _open_pages(self, view: View, edition: Path, before: Path | None, at: float) -> int:
        """Write what a stranger is sent while the house is away."""
        pages = 0
        for written in view.pages():
            try:
                record = read(written)
            except NotARecord:
                continue
            where = None
            for coding, ending in ENDINGS.items():
                asked = Asked("GET", record.host, record.path, accept_encoding=coding or None)
                answer = self._front.look_up(asked, view, at, alone=True)
                headers = dict(answer.headers) if answer else {}
                if answer is None or headers.get("content-encoding", "") != coding:
                    continue
                where = file_name(record.host, record.path, headers.get("content-type", ""))
                if where is None:
                    break
                try:
                    _write_or_link(edition, Path(where + ending), answer.body, before)
                except (FileExistsError, IsADirectoryError, NotADirectoryError):
                    where = None  # A folder cannot be a file, too.
                    break
            pages += where is not None
        return pages

    def _clear_away(self, current: Path | None, at: float) -> None:
        """Delete editions that nobody is being answered from, and bytes that are in none."""
        editions = self._folder / "editions"
        for edition in editions.iterdir() if editions.exists() else ():
            is_over = edition.stat().st_mtime <= at - KEPT_SECONDS
            # Of those that came after it, somebody was killed while writing them.
            is_half = current is None or int(edition.name) > int(current.name)
            if edition != current and (is_over or is_half):
                shutil.rmtree(edition)
        if self._open_only or not (self._folder / "bytes").exists():
            return
        kept = {
            name for one in editions.glob("*/bytes.txt") for name in one.read_text().split("\n")
        }
        for file in (self._folder / "bytes").glob("*/*/*"):
            if file.relative_to(self._folder / "bytes").as_posix() not in kept:
                file.unlink()


def page_name(host: str, path: str) -> str:
    """Return where a page's index lies: an address is never part of a file's path."""
    name = hashlib.sha256(f"{host}\0{path}".encode("utf-8", "surrogateescape")).hexdigest()
    return f"{name[:2]}/{name[2:32]}.json"


def bytes_name(digest: str, coding: str, *, is_gated: bool) -> str:
    """Return where bytes lie; those that are gated in a folder of their own."""
    return f"{'gated' if is_gated else 'open'}/{digest[:2]}/{digest[2:]}{ENDINGS[coding]}"


def file_name(host: str, path: str, content_type: str) -> str | None:
    """Return where a plain file server looks for a page; None if there is no such place."""
    parts = path.split("/")
    if not path.startswith("/") or any(map(_is_no_name, parts)):
        return None
    if not host or "/" in host or host.startswith("."):
        return None
    if not path.endswith("/"):
        return host + path
    kind = content_type.partition(";")[0].strip()
    ending = "html" if kind == "text/html" else "json" if kind.endswith("json") else "xml"
    return f"{host}{path}index.{ending}"


def _is_no_name(part: str) -> bool:
    return part in (".", "..") or "\0" in part or len(os.fsencode(part)) > LONGEST_NAME


def _index(record: Record) -> bytes:
    """Return what the script reads of a page."""
    lock = record.lock
    headers: list[list[tuple[str, str]]] = []
    variants: dict[str, Any] = {}
    for name, variant in record.variants.items():
        together = list(_together(variant.headers).items())
        if together not in headers:
            headers.append(together)
        variants[name] = {
            "digest": variant.digest, "codings": dict(variant.codings),
            "gated": variant.is_gated, "headers": headers.index(together),
        }  # fmt: skip
    return json.dumps(
        {
            "form": FORM, "title": record.title, "rules": dict(record.rules),
            "stale_at": record.stale_at, "is_personal": record.is_personal,
            "headers": headers, "variants": variants,
            "lock": lock and {
                "title": lock.title, "access": lock.access, "article": lock.article, "issue": lock.issue,
                "not_before": lock.not_before, "not_after": lock.not_after,
            },
        },
        separators=(",", ":"), sort_keys=True,
    ).encode()  # fmt: skip


def _together(headers: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    """Return headers with those of one name in one, as RFC 9110 has it (section 5.3)."""
    made: dict[str, str] = {}
    for name, value in headers:
        made[name] = f"{made[name]}, {value}" if name in made else value
    return made


def _sooner(one: float | None, other: float | None) -> float | None:
    """Return the sooner of two ends; None is none."""
    return min((end for end in (one, other) if end is not None), default=None)


def _make(folder: Path) -> None:
    """Make a folder, and those above it, that strangers on this machine cannot look into."""
    if not folder.is_dir():
        _make(folder.parent)
        folder.mkdir(mode=0o750, exist_ok=True)


def _write(file: Path, words: bytes | memoryview, *, mode: int = 0o640) -> None:
    """Write a file that is there whole or not at all."""
    new = file.with_name(file.name + ".new")
    new.unlink(missing_ok=True)
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as made:
        made.write(words)
    new.replace(file)


def _write_or_link(edition: Path, name: Path, words: bytes, before: Path | None) -> None:
    """Write a file of an edition, or take that of the one before if it is the same."""
    file = edition / name
    _make(file.parent)
    if before is not None:
        try:
            if (before / name).read_bytes() == words:
                os.link(before / name, file)
                return
        except OSError:
            pass  # There is none, or it cannot be linked.
    _write(file, words)


def _has_size(file: Path, size: int) -> bool:
    try:
        return file.stat().st_size == size
    except OSError:
        return False
