"""Which addresses a manuscript may hold: the web's, mail's, and the house's own keys."""

from __future__ import annotations

import re

KINDS_OF_KEY = frozenset(
    {"article", "audio", "contributor", "dossier", "issue", "page", "picture", "topic"}
)
"""What may stand before the colon of a key."""

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
# Browsers drop these before they look for a scheme, so `java&#10;script:` runs.
_IGNORED = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\ufeff]")


def scheme(address: str) -> str:
    """Return what stands before the colon as a browser would see it, or nothing."""
    match = _SCHEME.match(_IGNORED.sub("", address))
    return match[1].lower() if match else ""


def is_key(address: str) -> bool:
    """Say whether an address names something of the house's own."""
    return address.partition(":")[0] in KINDS_OF_KEY


def is_public(address: str) -> bool:
    """Say whether readers can follow an address: http, https or mail."""
    return scheme(address) in ("http", "https", "mailto") and address == address.strip()


def may_be_linked(address: str) -> bool:
    """Say whether an address can do no harm: public, a key, or relative to where it stands."""
    return is_public(address) or is_key(address) or not scheme(address)


def public(address: str) -> str:
    """Return an address that readers may follow, or nothing."""
    return address if is_public(address) else ""
