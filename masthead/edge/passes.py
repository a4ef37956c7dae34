"""Passes: keys, signed, good for a quarter of an hour.

    mh1.<key id>.<payload>.<mac>

The payload is JSON in base64url without padding, the MAC HMAC-SHA256 over everything
before the last full stop. `tests/edge/pass-vectors.json` has examples for implementations
in other languages; docs/reference/passes.md describes every field.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from masthead.edge.locks import Key

VERSION = "mh1"
LIFETIME = 15 * 60
"""Seconds. The longest that a reader keeps what was taken away, where nothing is revoked."""

RENEW_BEFORE = 5 * 60
"""Seconds before the end from which a new pass is due."""

LONGEST = 3800
"""In characters: browsers refuse cookies above 4096 bytes with name and attributes."""


_CLASSES = {"registered": "r", "metered": "m", "subscribers": "s"}
_LETTERS: dict[str, Any] = {letter: name for name, letter in _CLASSES.items()}


@dataclass(frozen=True, slots=True)
class Pass:
    """Keys in a reader's hand until ``expires`` (Unix seconds). ``session`` is for revoking."""

    keys: tuple[Key, ...]
    expires: int
    session: str = ""

    def is_over(self, at: float) -> bool:
        """Say whether it has expired."""
        return at >= self.expires

    def is_due(self, at: float) -> bool:
        """Say whether a new one should be given out."""
        return at >= self.expires - RENEW_BEFORE


class Keyring:
    """The secrets that passes are signed with; the first signs, all of them verify."""

    def __init__(self, secrets: Sequence[bytes]) -> None:
        """Take at least one secret of 32 bytes or more.

        Raises:
            ValueError: there is none, or one is too short to keep anything.
        """
        if not secrets or any(len(secret) < 32 for secret in secrets):
            raise ValueError("Passes need secrets of at least 32 bytes.")
        self._secrets = {key_id(secret): secret for secret in secrets}
        self._signing = key_id(secrets[0])

    def secrets(self) -> dict[str, bytes]:
        """Return the secrets by the names they have in passes, for who checks passes elsewhere."""
        return dict(self._secrets)

    def sign(self, given: Pass) -> str:
        """Return the pass as text for a cookie.

        Keys for single articles and issues that do not fit in any more are left out, the last first:
        their holder is asked once more, and nobody is shut out of what other keys open.
        """
        keys = list(given.keys)
        while True:
            head = f"{VERSION}.{self._signing}.{_payload(given, keys)}"
            text = f"{head}.{_mac(self._secrets[self._signing], head)}"
            spare = [number for number, key in enumerate(keys) if _opens_one(key)]
            if len(text) <= LONGEST or not spare:
                return text
            del keys[spare[-1]]

    def read(self, text: str) -> Pass | None:
        """Return the pass if it is genuine, expired or not; None for anything else."""
        if len(text) > LONGEST:
            return None
        head, _dot, mac = text.rpartition(".")
        version, _dot, rest = head.partition(".")
        name, _dot, payload = rest.partition(".")
        secret = self._secrets.get(name)
        if version != VERSION or secret is None or not mac.isascii():
            return None
        if not hmac.compare_digest(_mac(secret, head), mac):
            return None
        return _read(payload)


def gifts_of(article: str) -> str:
    """Return the name by which passes with gifts of an article end, where one was taken back.

    It stands where names of sessions stand. Passes do not say which gift they hold, so whoever
    has any of that article asks the house for as long as a pass is good.
    """
    return f"gifts {article}"


def _opens_one(key: Key) -> bool:
    return bool(key.article) or (key.issues is not None and key.issues[0] == key.issues[1])


def key_id(secret: bytes) -> str:
    """Return the name of a secret in passes: eight letters that say nothing of it."""
    return _base64(hashlib.sha256(b"masthead pass key id" + secret).digest())[:8]


def _mac(secret: bytes, head: str) -> str:
    return _base64(hmac.digest(secret, head.encode(), "sha256"))


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _payload(given: Pass, keys: Sequence[Key]) -> str:
    values: dict[str, Any] = {"e": given.expires, "k": [_written(key) for key in keys]}
    if given.session:
        values["s"] = given.session
    return _base64(json.dumps(values, separators=(",", ":"), sort_keys=True).encode())


def _written(key: Key) -> dict[str, Any]:
    classes = "".join(sorted(_CLASSES[name] for name in key.classes))
    values: dict[str, Any] = {"w": key.rule, "t": key.title, "c": classes}
    if key.issues:
        values["i"] = list(key.issues)
    if key.article:
        values["a"] = key.article
    if key.until is not None:
        values["u"] = key.until
    if key.without_ads:
        values["q"] = 1
    return values


def _read(payload: str) -> Pass | None:
    """Return what a genuine payload says; None for one of a version that wrote otherwise."""
    try:
        values = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return Pass(
            keys=tuple(_key(one) for one in values["k"]),
            expires=int(values["e"]),
            session=str(values.get("s", "")),
        )
    except (binascii.Error, ValueError, KeyError, TypeError, AttributeError):
        return None


def _key(values: dict[str, Any]) -> Key:
    issues = values.get("i")
    return Key(
        rule=str(values["w"]),
        title=str(values["t"]),
        classes=frozenset(_LETTERS[letter] for letter in values["c"]),
        issues=(int(issues[0]), int(issues[1])) if issues else None,
        article=str(values.get("a", "")),
        until=int(values["u"]) if "u" in values else None,
        without_ads=bool(values.get("q")),
    )
