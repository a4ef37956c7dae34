"""Gathering style sheets and scripts into one folder, when they have changed."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path

from masthead.cli.terminal import working
from masthead.config.installation import Installation

_STAMP = ".gathered"


def gather(installation: Installation) -> bool:
    """Gather static files unless those gathered last are still right; return whether it did.

    Django must have been started.
    """
    stamp = installation.static / _STAMP
    state = _state()
    if stamp.exists() and stamp.read_text() == state:
        return False
    from django.core.management import call_command

    with working("Gathering style sheets and scripts"):
        installation.static.mkdir(exist_ok=True)
        call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(state)
    return True


def _state() -> str:
    """Return a name for the static files as they are: versions, and ours file by file."""
    digest = hashlib.sha256()
    for package in ("masthead", "django", "wagtail"):
        digest.update(f"{package}=={version(package)}\n".encode())
    from django.conf import settings

    ours = Path(__file__).resolve().parent.parent
    theme: Path = settings.THEME.folder
    for path in sorted([*ours.glob("*/static/**/*"), *theme.glob("static/**/*")]):
        status = path.stat()
        digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
