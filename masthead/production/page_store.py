"""Where this installation's pressed pages are put, as this process has it open."""

from __future__ import annotations

import os
import threading
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from masthead.edge.store import Store
from masthead.production.depot import Depot

_opening = threading.Lock()
"""Held while the store is opened: LMDB opens a file once a process, and refuses who comes second."""


def here() -> Store | Depot:
    """Return the store, open for writing; opened once a process, and never before it forks.

    Where several machines serve it is the depot, from which each of them fills its store.
    """
    nodes = settings.INSTALLATION.nodes
    if nodes.several:
        return Depot(patience=nodes.patience_seconds)
    with _opening:
        return _opened(settings.INSTALLATION.pages, os.getpid())


@lru_cache(maxsize=2)
def _opened(folder: Path, process: int) -> Store:
    return Store(folder, writable=True)
