"""Files for programs that read them from a disk, wherever they are kept."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import time
from pathlib import Path

from django.conf import settings
from django.db.models.fields.files import FieldFile

FOLDER = "fetched"
"""Beneath the cache: what was fetched from the object storage. It may be emptied any time."""

LONGEST_UNUSED = 24 * 3600
"""Seconds. What was taken out of the magazine must not lie here for ever."""


def on_disk(file: FieldFile) -> Path:
    """Return a file of this machine that holds what a stored one does; not to be changed."""
    try:
        return Path(file.path)
    except NotImplementedError:
        return _fetched(file)


def _fetched(file: FieldFile) -> Path:
    # Stored files are never overwritten, so what has the same name is the same.
    name = hashlib.sha256(str(file.name).encode()).hexdigest()
    folder: Path = settings.INSTALLATION.cache / FOLDER
    there = folder / f"{name}{Path(str(file.name)).suffix}"
    if there.exists():
        there.touch()
    else:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for old in folder.iterdir():
            if old.stat().st_mtime < time.time() - LONGEST_UNUSED:
                old.unlink(missing_ok=True)
        with (
            file.open("rb") as stored,
            tempfile.NamedTemporaryFile(dir=folder, delete=False) as unfinished,
        ):
            shutil.copyfileobj(stored, unfinished)
        Path(unfinished.name).rename(there)
    return there
