"""A mail server on this machine that keeps what it is given, and an authenticator app."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import threading
import time
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class PostRoom:
    """Every letter that was sent, in order."""

    letters: list[EmailMessage] = field(default_factory=list)
    came: threading.Condition = field(default_factory=threading.Condition)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep a letter."""
        with self.came:
            letter = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(letter, EmailMessage)
            self.letters.append(letter)
            self.came.notify_all()
        return "250 kept"

    def open(self, port: int) -> Controller:
        """Listen on that port of this machine; stop with `stop()`."""
        controller = Controller(self, hostname="127.0.0.1", port=port)
        controller.start()
        return controller

    def newest_to(self, mail: str, *, after: int = 0) -> EmailMessage:
        """Return the newest letter to `mail`, which comes after the first `after` letters."""

        def found() -> list[EmailMessage]:
            return [one for one in self.letters[after:] if mail in str(one["to"])]

        with self.came:
            assert self.came.wait_for(found, timeout=60), f"No letter came to {mail}."
            return found()[-1]

    def code_to(self, mail: str, *, after: int = 0) -> str:
        """Return the code in the newest letter to `mail`."""
        letter = self.newest_to(mail, after=after)
        text = letter.get_body(("plain",))
        assert text is not None
        code = re.search(r"\b[A-Z]{3}-[A-Z]{3}\b", text.get_content())
        assert code
        return code[0]


class App:
    """An authenticator app (RFC 6238) that never shows the same code twice."""

    def __init__(self, secret: str) -> None:
        """Take the key that the page shows."""
        self.secret = base64.b32decode(secret.replace(" ", ""))
        self.shown: set[int] = set()

    def code(self) -> str:
        """Return a code that counts now; the half minutes before and after count, too."""
        while True:
            now = int(time.time() // 30)
            for counter in (now, now + 1, now - 1):
                if counter not in self.shown:
                    self.shown.add(counter)
                    return self._at(counter)
            time.sleep(1)

    def _at(self, counter: int) -> str:
        mac = hmac.new(self.secret, struct.pack(">Q", counter), hashlib.sha1).digest()
        start = mac[-1] & 15
        return f"{(struct.unpack('>I', mac[start : start + 4])[0] & 0x7FFFFFFF) % 10**6:06}"
