"""A magazine made for the public, and set up as the how-to says, draws no complaint."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.test_serve import wait_for
from tests.moulds import migrated, surroundings


def write(home: Path, section: str, **settings: str) -> None:
    """Change settings in a section of masthead.toml, whose defaults stand there behind a #."""
    file = home / "masthead.toml"
    before, heading, after = file.read_text(encoding="utf-8").partition(f"[{section}]\n")
    for name, value in settings.items():
        after, found = re.subn(rf"(?m)^(# )?{name} = .*$", f"{name} = {value}", after, count=1)
        assert found, name
    file.write_text(before + heading + after, encoding="utf-8")


NEW = """
import shutil, sys
from masthead.cli import main, migrate
migrated, home = sys.argv.pop(1), sys.argv[2]
migrate.apply = lambda: shutil.copy(migrated, f"{home}/masthead.sqlite3")
sys.exit(main.main())
"""
"""`masthead new`, with the tables that `masthead migrate` made for all tests, in place of half a minute."""


@pytest.fixture
def public(tmp_path: Path) -> Path:
    """Return the folder of a new magazine for the public, as `masthead new` leaves it."""
    home = tmp_path / "lantern"
    subprocess.run(
        [sys.executable, "-c", NEW, migrated(), "new", home, "--name", "The Lantern",
         "--address", "https://lantern.news", "--production", "--editor", "ed@lantern.news"],
        check=True, env=surroundings(),
    )  # fmt: skip
    return home


@contextmanager
def working(home: Path) -> Iterator[None]:
    """Let a worker watch the clock meanwhile."""
    worker = subprocess.Popen(
        [sys.executable, "-m", "masthead.cli", "worker"],
        cwd=home,
        env=surroundings(),
        stdout=subprocess.DEVNULL,
    )
    try:
        assert wait_for(lambda: strokes(home))
        yield
    finally:
        worker.terminate()
        worker.wait(30)


def strokes(home: Path) -> int:
    with closing(sqlite3.connect(home / "masthead.sqlite3")) as database:
        return database.execute("SELECT count(*) FROM production_stroke").fetchone()[0]


def test_a_magazine_for_the_public_is_told_what_is_still_to_do_and_then_that_all_is_well(
    masthead, public
):
    told = masthead("check", "--strict", cwd=public)
    assert told.returncode == 1
    for name in ("W006", "W010", "W011", "W012", "W015"):
        assert f"masthead.{name}" in told.stderr

    later = (datetime.now(UTC) + timedelta(days=200)).date().isoformat()
    write(public, "server", behind_proxy="true")
    write(public, "mail", host='"mail.lantern.news"')
    write(public, "contact", security='"mailto:security@lantern.news"',
          security_until=f'"{later}"')  # fmt: skip
    assert masthead("backup", cwd=public).returncode == 0
    with working(public):
        ours = masthead("check", "--strict", cwd=public)
    assert (ours.returncode, ours.stderr) == (0, "")
    assert "All is well." in ours.stdout
    djangos = masthead("django", "check", "--deploy", "--fail-level", "WARNING", cwd=public)
    assert djangos.returncode == 0, djangos.stderr
    assert "no issues" in djangos.stdout, djangos.stdout
