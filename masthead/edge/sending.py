"""What a browser sends with a request: a little is waited for, much has to flow.

While the house is sent a body, one of its few threads waits for it. So that nobody holds one by
sending a byte now and then, the house is asked once a small body is whole, and a large one is
passed on as it comes and must keep a least rate.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

HELD_BYTES = 256 * 1024
"""Up to this size a body is waited for: so much memory at most a connection takes by sending."""

HOLD_SECONDS = 20
"""How long a browser may take for a small body, besides what the least rate gives it."""

LEAST_BYTES = 64 * 1024
LEAST_SECONDS = 60
"""What has to come of a body, and in what time."""


class Held:
    """A small body on its way; it takes what a relay takes."""

    has_whole_request = False

    def __init__(
        self, size: int, *, then: Callable[[bytes], None], late: Callable[[], None]
    ) -> None:
        """Wait for so many bytes.

        Args:
            size: of the body.
            then: called with all of it.
            late: called if it has not come in its time.
        """
        self._body, self._then = bytearray(), then
        seconds = HOLD_SECONDS + size * LEAST_SECONDS / LEAST_BYTES
        self._deadline = asyncio.get_running_loop().call_later(seconds, late)

    def send(self, body: bytes) -> None:
        """Take a piece."""
        self._body += body

    def end(self) -> None:
        """Hand on what is whole now."""
        self._deadline.cancel()
        self._then(bytes(self._body))

    def abandon(self) -> None:
        """Drop it: the browser has gone."""
        self._deadline.cancel()

    def pause(self) -> None:
        """Do nothing: nothing is being written."""

    def resume(self) -> None:
        """Do nothing."""


class Flow:
    """Whether a large body keeps its least rate."""

    def __init__(self, slow: Callable[[], None]) -> None:
        """Begin to look; `slow` is called once it does not keep it."""
        self._slow, self._came = slow, 0
        self._is_held = self._was_held = False
        self._wait()

    def came(self, size: int) -> None:
        """Count what has come."""
        self._came += size

    def hold(self) -> None:
        """Know that it is the browser that waits, and not we."""
        self._is_held = self._was_held = True

    def let_go(self) -> None:
        """Know that it waits no more."""
        self._is_held = False

    def end(self) -> None:
        """Look no more."""
        self._look.cancel()

    def _wait(self) -> None:
        self._look = asyncio.get_running_loop().call_later(LEAST_SECONDS, self._see)

    def _see(self) -> None:
        if self._came < LEAST_BYTES and not self._was_held:
            self._slow()
            return
        self._came, self._was_held = 0, self._is_held
        self._wait()
