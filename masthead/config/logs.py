"""What is written into the log, less the secrets that stand in addresses.

Whoever reads a log, or is sent a piece of one, must not be able to open what a guest or a
subscriber can. Django writes the address of every answer that is a 404 or worse.
"""

from __future__ import annotations

import logging
import re

# Below these, the first part of an address is a token; also where it was quoted once more.
_TOKEN = re.compile(
    r"((?:/|%2F)(?:proofs|listen|gifts)(?:/|%2F))(?:(?!%2F)[^/\s\"'?#&<>])+", re.IGNORECASE
)


class Discreet(logging.Formatter):
    """Writes a line, and whatever hangs below it, with every token blotted out."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the finished line."""
        return without_tokens(super().format(record))


def without_tokens(text: str) -> str:
    """Return a text in which addresses with a token lead nowhere."""
    return _TOKEN.sub(r"\1…", text)
