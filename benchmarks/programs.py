"""Running programs for a benchmark, as if nobody had set anything up for Masthead's own tests."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


def environment(**more: str) -> dict[str, str]:
    """Return this process's environment without what names a magazine or its settings."""
    ours = ("DJANGO_", "MASTHEAD_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)} | more


def run(command: list[str], folder: Path) -> str:
    """Return what a command prints that runs in a folder; stop with its words if it fails."""
    done = subprocess.run(  # noqa: S603
        command, cwd=folder, env=environment(), capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}:\n{done.stdout}{done.stderr}")
    return done.stdout
