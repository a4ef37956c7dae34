"""What takes long to make, made once and copied from then on.

A migrated database is kept in `.cache/`, one for each state of the migrations. What depends on
more of the code than those is cast once a run, in a folder that the workers of the run share.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distributions
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from masthead.cli import demo, new

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"
DATABASES = CACHE / "test-databases"
INSTALLATION = ROOT / "tests/installation/masthead.toml"
SERVER = os.environ.get("MASTHEAD_TEST_DATABASE", "")
SECRET = "only-for-tests-and-for-the-tools-of-developers"


def surroundings() -> dict[str, str]:
    """Return the environment without what points at the tests' own installation.

    Nor with what the browser's fixture allows Django in this process: `masthead check` would
    rightly complain of it.
    """
    return {
        name: one
        for name, one in os.environ.items()
        if not name.startswith("MASTHEAD_") and name != "DJANGO_ALLOW_ASYNC_UNSAFE"
    }


def masthead(*arguments: object) -> str:
    """Run the command as a person would, in a process of its own; return what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "masthead.cli", *map(str, arguments)],
        env=surroundings(),
        check=True,
        capture_output=True,
        text=True,
        timeout=300,
    )
    return done.stdout


def migrated() -> Path:
    """Return the migrated SQLite file, made now if nobody has made it yet."""
    path = DATABASES / f"{state()}.sqlite3"
    with _alone(DATABASES):
        if not path.exists():
            with tempfile.TemporaryDirectory() as home:
                _migrate(Path(home))
                shutil.move(Path(home, "masthead.sqlite3"), path)
            for old in sorted(DATABASES.glob("*.sqlite3"), key=lambda one: one.stat().st_mtime)[
                :-6
            ]:
                old.unlink()
    return path


def lay_out(home: Path, **settings: dict[str, Any]) -> None:
    """Make a magazine's folder as `masthead new` does, on SQLite and migrated already."""
    new.lay_out(home, **settings)
    shutil.copy(migrated(), home / "masthead.sqlite3")


def gather(home: Path, shared: Path) -> None:
    """Give a magazine the style sheets and scripts that serving it would gather first.

    Args:
        home: the folder of the magazine.
        shared: a folder of this run, in which workers share what they cast.
    """
    cast = shared / "gathered"
    with _alone(shared):
        if not cast.exists():
            lay_out(cast)
            script = (
                "from masthead.cli import static; from masthead.config.installation import here"
            )
            masthead("--home", cast, "django", "shell", "-c", f"{script}; static.gather(here())")
    shutil.copytree(cast / "static", home / "static")


def lantern(shared: Path) -> tuple[Path, str]:
    """Return the folder of the demonstration magazine and its editor's password: to be copied.

    Args:
        shared: a folder of this run, in which workers share what they cast.
    """
    cast, said = shared / "lantern", shared / "lantern.said"
    with _alone(shared / "making-the-lantern"):
        if not said.exists():
            demo.lay_out(cast, port=8000)
            shutil.copy(migrated(), cast / "masthead.sqlite3")
            told = masthead("demo", cast, "--no-serve")
            gather(cast, shared)
            said.write_text(told)
    return cast, password_in(said.read_text())


def password_in(said: str) -> str:
    """Return the editor's password, from what a command said that made the editor."""
    found = re.search(r"Password:\s+(\S+)", said)
    assert found, said
    return found[1]


def on_server(database: str) -> str:
    """Return the address of a database on the PostgreSQL server that the tests run on."""
    return urlunsplit(urlsplit(SERVER)._replace(path=f"/{database}"))


def migrated_on_server() -> str:
    """Return the name of the migrated database on the server, made now if it is missing."""
    name = f"masthead_template_{state()}"
    with _alone(DATABASES):
        if not administer(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):  # noqa: S608
            administer(f'DROP DATABASE IF EXISTS "{name}_new"', f'CREATE DATABASE "{name}_new"')
            with tempfile.TemporaryDirectory() as home:
                _migrate(Path(home), MASTHEAD_DATABASE_URL=on_server(f"{name}_new"))
            administer(f'ALTER DATABASE "{name}_new" RENAME TO "{name}"')
    return name


def migrate(database: str) -> None:
    """Migrate a database of PostgreSQL."""
    with tempfile.TemporaryDirectory() as home:
        _migrate(Path(home), MASTHEAD_DATABASE_URL=database)


def state() -> str:
    """Return a name for the migrations and packages as they are now."""
    digest = hashlib.sha256()
    for migration in sorted((ROOT / "masthead").glob("*/migrations/*.py")):
        digest.update(str(migration.relative_to(ROOT)).encode() + migration.read_bytes())
    for package in sorted(f"{one.name}=={one.version}" for one in distributions()):
        digest.update(package.encode())
    return digest.hexdigest()[:16]


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep the other workers out while something is cast in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _migrate(home: Path, **environment: str) -> None:
    """Migrate the database of an installation in `home`, in a process of its own."""
    shutil.copy(INSTALLATION, home)
    inherited = {name: one for name, one in os.environ.items() if name != "MASTHEAD_DATABASE_URL"}
    subprocess.run(
        [sys.executable, "-m", "masthead.cli", "migrate"],
        env={**inherited, **environment, "MASTHEAD_HOME": str(home)},
        check=True,
        stdout=subprocess.DEVNULL,
    )


def administer(*statements: str) -> list[tuple[object, ...]]:
    """Run statements on the PostgreSQL server itself; return the rows of the last, if any."""
    import psycopg

    with psycopg.connect(SERVER, autocommit=True) as server:
        for statement in statements:
            cursor = server.execute(statement)
        return cursor.fetchall() if cursor.description else []
