"""Runs the command as a person would: in a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable

import pytest

Masthead = Callable[..., subprocess.CompletedProcess[str]]


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


@pytest.fixture
def founded(masthead, tmp_path, magazine):
    """Return a magazine's folder in which a title is founded."""
    script = "from masthead.cli.new import found; found()"
    assert masthead("django", "shell", "-v0", "-c", script, cwd=magazine).returncode == 0
    return magazine
