"""Files that took long to make, kept until they are wanted again.

Only a saving: what is missing, damaged or cannot be kept is made anew, and comes out the same.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

MOST_BYTES = 2 * 1024**3
LONGEST_UNUSED = 90 * 24 * 3600
"""Seconds. What was taken out of the magazine must not lie here for ever."""

KEPT_BETWEEN = 50
"""Files that are kept until room is made the next time."""

_DIGEST = 32
_SUFFIX = 8


class Shelf:
    """A folder of such files. Several processes may use it at once, and anybody may empty it."""

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        """Name the folder, which need not be there.

        Args:
            folder: for nothing else.
            most_bytes: what has been unused longest goes when there are more.
        """
        self._folder = folder
        self._most_bytes = most_bytes
        self._until_room = 0

    def fetch(self, told: str, beside: Path, make: Callable[[], Path]) -> Path:
        """Return the file that `make` writes `beside`, if need be by calling it.

        Args:
            told: what the file is made of and how, all of it.
            beside: where it goes, but for the ending.
            make: writes it there and returns it.
        """
        kept = self._folder / sha256(told.encode()).hexdigest()
        try:
            suffix, content = _sound(kept.read_bytes())
        except (OSError, ValueError):
            made = make()
            with suppress(OSError):
                self._keep(kept, made)
            return made
        with suppress(OSError):
            os.utime(kept)
        out = beside.with_suffix(suffix)
        out.write_bytes(content)
        return out

    def _keep(self, kept: Path, made: Path) -> None:
        """Put a copy there in one move, so that nobody ever finds half of one; make room."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        content = made.suffix.ljust(_SUFFIX).encode("ascii") + made.read_bytes()
        handle, part = tempfile.mkstemp(dir=self._folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(sha256(content).digest() + content)
            Path(part).replace(kept)
        finally:
            Path(part).unlink(missing_ok=True)
        # Looking at all of them takes longer than making a small one.
        if not self._until_room:
            self._make_room()
            self._until_room = KEPT_BETWEEN
        self._until_room -= 1

    def _make_room(self) -> None:
        found = []
        for file in self._folder.iterdir():
            # Another process may have taken it away by now.
            with suppress(FileNotFoundError):
                told = file.stat()
                found.append((told.st_mtime, told.st_size, file))
        oldest = time.time() - LONGEST_UNUSED
        left = sum(size for _used, size, _file in found)
        for used, size, file in sorted(found):
            if left <= self._most_bytes and used >= oldest:
                break
            file.unlink(missing_ok=True)
            left -= size


def _sound(stored: bytes) -> tuple[str, bytes]:
    """Return the ending and the content of what was kept.

    Raises:
        ValueError: it is not what was put there.
    """
    digest, content = stored[:_DIGEST], stored[_DIGEST:]
    if digest != sha256(content).digest():
        raise ValueError
    return content[:_SUFFIX].decode("ascii").strip(), content[_SUFFIX:]
