"""What all processes of one machine remember for a while."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import Any

from django.core.cache.backends.filebased import FileBasedCache


class SharedCache(FileBasedCache):
    """Files, as Django keeps them, but of two who add the same thing at once one is told no.

    Those who count attempts lock by adding; Django looks first and writes afterwards.
    """

    def add(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> bool:
        """Put `value` there if nothing is, and say whether it was put."""
        self._createdir()  # type: ignore[attr-defined]
        with Path(self._dir, "adding.lock").open("w") as lock:  # type: ignore[attr-defined]
            fcntl.flock(lock, fcntl.LOCK_EX)
            return super().add(key, value, *args, **kwargs)
