"""The programs that several machines lean on, started here for the occasion: PostgreSQL, Redis, S3."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import moulds
from tests.machines import free_port, wait_for
from tests.moulds import CACHE

BUCKET, KEY, SECRET_KEY = "lantern", "the-key", "the-secret-of-the-key"


def program(name: str, *places: str) -> str:
    """Return where a program is; skip the test where it cannot be had."""
    found = shutil.which(name, path=os.pathsep.join([*places, os.environ["PATH"], "/usr/sbin"]))
    if found is None:
        pytest.skip(f"{name} is missing; `bin/setup` installs it where it may.")
    return found


def answers(port: int) -> bool:
    socket.create_connection(("127.0.0.1", port), timeout=1).close()
    return True


@contextmanager
def running(*command: object, port: int, log: Path, **more: object) -> Iterator[subprocess.Popen]:
    """Run a program until it is needed no more, from when it answers on its port."""
    with log.open("w") as output:
        process = subprocess.Popen(
            [str(one) for one in command], stdout=output, stderr=output, **more
        )
    try:
        wait_for(lambda: process.poll() is not None or answers(port))
        assert process.poll() is None, log.read_text()
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def postgresql(log: Path) -> Iterator[str]:
    """Run PostgreSQL with a migrated database; yield the address of that."""
    # In a folder of its own: no other user gets into those of pytest, which shuts them at each start.
    with (
        tempfile.TemporaryDirectory(prefix="masthead-", ignore_cleanup_errors=True) as folder,
        _postgresql(Path(folder), log) as address,
    ):
        yield address


@contextmanager
def _postgresql(folder: Path, log: Path) -> Iterator[str]:
    places = sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True)
    initdb, server = program("initdb", *places), program("postgres", *places)
    # PostgreSQL refuses to run as root.
    nobody = {"user": "nobody", "group": "nogroup", "extra_groups": []} if not os.getuid() else {}
    if nobody:
        shutil.chown(folder, "nobody", "nogroup")
    data, port = folder / "data", free_port()
    subprocess.run(
        [initdb, "-D", data, "-U", "masthead", "-A", "trust", "-E", "UTF8", "--no-sync"],
        check=True, stdout=subprocess.DEVNULL, cwd="/", **nobody,
    )  # fmt: skip
    settings = {
        "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off",
        "full_page_writes": "off", "max_connections": "100",
    }  # fmt: skip
    more = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with running(server, "-D", data, "-p", port, *more, port=port, log=log, cwd="/", **nobody):
        address = f"postgresql://masthead@127.0.0.1:{port}"
        _fill(f"{address}/postgres", f"{address}/lantern", places)
        yield f"{address}/lantern"


def _fill(server: str, database: str, places: list[str]) -> None:
    """Make a migrated database, from what was dumped the last time that the migrations were so."""
    psql, pg_dump = program("psql", *places), program("pg_dump", *places)
    kept = CACHE / "test-databases" / f"{moulds.state()}.pgsql"

    def do(*command: object) -> None:
        subprocess.run([str(one) for one in command], check=True, stdout=subprocess.DEVNULL)

    def make() -> None:
        while True:
            try:
                do(psql, "-q", "-d", server, "-c", "CREATE DATABASE lantern")
            except subprocess.CalledProcessError:
                time.sleep(0.2)  # It answers a moment before it is ready.
            else:
                return

    make()
    if kept.exists():
        do(psql, "-q", "-v", "ON_ERROR_STOP=1", "-d", database, "-f", kept)
        return
    moulds.migrate(database)
    kept.parent.mkdir(parents=True, exist_ok=True)
    do(pg_dump, "--no-owner", "-d", database, "-f", f"{kept}.{os.getpid()}")
    Path(f"{kept}.{os.getpid()}").rename(kept)


@contextmanager
def redis(folder: Path) -> Iterator[tuple[str, subprocess.Popen]]:
    """Run Redis; yield its address and its process."""
    server, port = program("redis-server"), free_port()
    with running(
        server, "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
        port=port, log=folder / "redis.log",
    ) as process:  # fmt: skip
        yield f"redis://127.0.0.1:{port}/0", process


@contextmanager
def objects(folder: Path) -> Iterator[str]:
    """Run an object storage that knows one key; yield its address."""
    server, port = program("rclone", str(Path(sys.executable).parent)), free_port()
    bucket = folder / "objects" / BUCKET
    bucket.mkdir(parents=True)
    with running(
        server, "serve", "s3", "--addr", f"127.0.0.1:{port}", "--auth-key", f"{KEY},{SECRET_KEY}",
        "--vfs-cache-mode", "writes", "--vfs-write-back", "0s", "--cache-dir", folder / "rclone", "--config", folder / "rclone.conf",
        bucket.parent, port=port, log=folder / "objects.log",
    ):  # fmt: skip
        yield f"http://127.0.0.1:{port}"
