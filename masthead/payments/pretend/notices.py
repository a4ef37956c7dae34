"""Notices: what happened is told to the magazine, signed; late, doubled or never, on command."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import logging
import random
import threading
from typing import Any, Literal
from urllib.parse import urlsplit

from masthead.payments.pretend.bank import Bank, Thing

logger = logging.getLogger(__name__)

SECRET = "whsec_pretend"  # noqa: S105 - it guards money that is none.
HERE = ("127.0.0.1", "localhost", "::1")
PAUSES = (0.2, 1.0, 5.0)
"""Seconds until a notice is sent again that was not taken."""

Mode = Literal["send", "hold", "lose"]


def signed(event: Thing, secret: str, at: int) -> tuple[dict[str, str], bytes]:
    """Return the headers and the body of a notice, signed as of a moment."""
    body = json.dumps(event, indent=2).encode()
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return {"Content-Type": "application/json", "Stripe-Signature": f"t={at},v1={digest}"}, body


class Sender:
    """Sends what happened to one address, from a thread of its own."""

    def __init__(self, bank: Bank, to: str, secret: str = SECRET) -> None:
        """Begin with what happens from now on; nothing is sent where ``to`` is empty."""
        if to and urlsplit(to).hostname not in HERE:
            raise ValueError("Notices go to this machine only.")
        self.bank, self.to, self.secret = bank, to, secret
        self.mode: Mode = "send"
        self.told = len(bank.events)
        self.waiting: list[Thing] = []
        self.woken = threading.Event()
        self.ended = False
        self.thread = threading.Thread(target=self._work, daemon=True)
        if to:
            self.thread.start()

    def wake(self) -> None:
        """Look at what has happened since."""
        fresh = self.bank.events[self.told :]
        self.told += len(fresh)
        if self.mode != "lose":
            self.waiting += fresh
        if self.mode == "send":
            self.woken.set()

    def release(self, *, copies: int = 1, shuffled: int | None = None) -> None:
        """Send what was held: several times, and in an order that a number decides."""
        self.waiting = self.waiting * copies
        if shuffled is not None:
            random.Random(shuffled).shuffle(self.waiting)  # noqa: S311 - an order, no secret.
        self.mode = "send"
        self.woken.set()

    def end(self) -> None:
        """Stop sending."""
        self.ended = True
        self.woken.set()

    def _work(self) -> None:
        while not self.ended:
            self.woken.wait()
            self.woken.clear()
            while self.waiting and self.mode == "send" and not self.ended:
                self._send(self.waiting.pop(0))

    def _send(self, event: Thing) -> None:
        for pause in (*PAUSES, None):
            headers, body = signed(event, self.secret, self.bank.now)
            try:
                status: Any = _posted(self.to, headers, body)
            except OSError as error:
                status = error
            if status in range(200, 300) or pause is None:
                break
            logger.info("Notice %s was not taken (%s); again in %s s.", event["id"], status, pause)
            threading.Event().wait(pause)


def _posted(to: str, headers: dict[str, str], body: bytes) -> int:
    parts = urlsplit(to)
    line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    try:
        line.request("POST", parts.path or "/", body, headers)
        return line.getresponse().status
    finally:
        line.close()
