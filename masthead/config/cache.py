"""What all processes of one machine remember for a while, and what all machines do."""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.redis import RedisCache

logger = logging.getLogger(__name__)

Remembered = TypeVar("Remembered")


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


class CacheOfAllMachines(RedisCache):
    """Redis. While it is away nothing is remembered: pages are drawn anew, and nobody is counted."""

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """Return what is remembered."""
        return _or(default, lambda: super(CacheOfAllMachines, self).get(key, default, version))

    def get_many(self, keys: Any, version: int | None = None) -> Any:
        """Return what is remembered of these."""
        return _or({}, lambda: super(CacheOfAllMachines, self).get_many(keys, version))

    def set(self, *args: Any, **kwargs: Any) -> None:
        """Remember."""
        _or(None, lambda: super(CacheOfAllMachines, self).set(*args, **kwargs))

    def add(self, *args: Any, **kwargs: Any) -> bool:
        """Remember if nothing was, and say whether that was so."""
        return _or(True, lambda: super(CacheOfAllMachines, self).add(*args, **kwargs))

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        """Forget."""
        return _or(False, lambda: super(CacheOfAllMachines, self).delete(*args, **kwargs))

    def incr(self, *args: Any, **kwargs: Any) -> int:
        """Count on."""
        return _or(1, lambda: super(CacheOfAllMachines, self).incr(*args, **kwargs))


def _or(otherwise: Remembered, do: Callable[[], Remembered]) -> Remembered:
    from redis.exceptions import RedisError

    try:
        return do()
    except RedisError as error:
        logger.warning("Redis cannot be reached, so nothing is remembered: %s", error)
        return otherwise
