"""The page store of this installation, as this process has it open."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from masthead.edge.store import Store


def here() -> Store:
    """Return the store, open for writing; opened once a process, and never before it forks."""
    return _opened(settings.INSTALLATION.pages, os.getpid())


@lru_cache(maxsize=2)
def _opened(folder: Path, process: int) -> Store:
    return Store(folder, writable=True)
