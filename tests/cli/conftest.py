"""Runs the command as a person would: in a process of its own."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests import moulds
from tests.moulds import surroundings

Masthead = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def masthead() -> Masthead:
    def run(*arguments: object, **keywords: object) -> subprocess.CompletedProcess[str]:
        environment = {**surroundings(), **keywords.pop("env", {})}
        return subprocess.run(
            [sys.executable, "-m", "masthead.cli", *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            env=environment,
            **keywords,
        )

    return run


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def founding(tmp_path_factory):
    """Return a migrated database in which a title is founded: to be copied."""
    home = tmp_path_factory.mktemp("founding") / "magazine"
    moulds.lay_out(home)
    script = "from masthead.cli.new import found; found()"
    moulds.masthead("--home", home, "django", "shell", "-v0", "-c", script)
    return home / "masthead.sqlite3"


@pytest.fixture
def founded(magazine, founding):
    """Return a magazine's folder in which a title is founded."""
    shutil.copy(founding, magazine / "masthead.sqlite3")
    return magazine
