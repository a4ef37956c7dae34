"""What a browser's headers ask for, and where it is: codings, validators, ranges, cookies.

By RFC 9110: sections 12.5.3 (Accept-Encoding), 13.1.2 (If-None-Match) and 14.2 (Range).
"""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import Literal

PREFERRED = ("br", "gzip")
"""Codings that pages are packed in, the best first."""

IDENTITY = ""
"""The coding of what is not packed."""

LONG = 200
"""Characters of a header above which it is read anew each time: browsers' are much shorter, and
strangers could fill the memory with others."""

DIGITS = 18
"""So many at most are read as a number of bytes: Python refuses thousands."""


def coding(accepted: str | None, there: tuple[str, ...]) -> str:
    """Return the coding to answer in: the one the browser likes best, else the smallest.

    What it refuses (``;q=0``) is not used. Everybody is taken to understand what is not packed.
    """
    if accepted and len(accepted) > LONG:
        return _liked(accepted, there)
    return _liked_as_before(accepted, there)


def _liked(accepted: str | None, there: tuple[str, ...]) -> str:
    if not accepted:
        return IDENTITY
    weights: dict[str, float] = {}
    for item in accepted.split(","):
        name, _semicolon, rest = item.partition(";")
        weights[name.strip().lower()] = _weight(rest)
    anything = weights.get("*", 0.0)
    best, best_weight = IDENTITY, 0.0
    for name in PREFERRED:
        weight = weights.get(name, anything)
        if weight > best_weight and name in there:
            best, best_weight = name, weight
    if best and weights.get("identity", 0.0) > best_weight:
        return IDENTITY
    return best


_liked_as_before = lru_cache(maxsize=5000)(_liked)


def _weight(parameters: str) -> float:
    name, _equals, value = parameters.replace(" ", "").lower().partition("=")
    if not name:
        return 1.0
    try:
        return float(value) if name == "q" else 0.0
    except ValueError:
        return 0.0


def has_it(if_none_match: str | None, etag: str) -> bool:
    """Say whether the browser holds what this ETag names."""
    if not if_none_match:
        return False
    if if_none_match.strip() == "*":
        return True
    return any(one.strip().removeprefix("W/") == etag for one in if_none_match.split(","))


def byte_range(asked: str | None, size: int) -> tuple[int, int] | Literal[False] | None:
    """Return what part is asked for, as a start and the end after it.

    None where the header is to be left unheard: it asks for none, for several, or in a way that
    is none of the standard's. False where nothing of it is there.
    """
    if not asked or not asked.startswith("bytes=") or "," in asked:
        return None
    first, dash, last = asked[6:].strip().partition("-")
    if not dash or not (first or last) or not (first + last).isascii():
        return None
    if not (first + last).isdigit() or max(len(first), len(last)) > DIGITS:
        return None
    if not first:
        length = min(int(last), size)
        return (size - length, size) if length else False
    start = int(first)
    if start >= size:
        return False
    if last and int(last) < start:
        return None
    return start, min(int(last) + 1, size) if last else size


def cookie(header: str | None, name: str) -> str:
    """Return the value of the first cookie of exactly that name, or nothing."""
    if not header or name not in header:
        return ""
    for part in header.split(";"):
        key, equals, value = part.strip().partition("=")
        if equals and key == name:
            return value
    return ""


def client(peer: str, forwarded: str, proxies: int) -> str:
    """Return where a request comes from, as far as it can be believed; nothing if there is too little.

    Behind proxies, what the outermost of ours wrote down counts; whatever stands before that in
    X-Forwarded-For was sent by the stranger.

    Args:
        peer: who is connected.
        forwarded: the header X-Forwarded-For.
        proxies: how many of ours stand in front.
    """
    if not proxies:
        return peer
    told = forwarded.split(",")
    return told[-proxies] if len(told) >= proxies else ""


Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def address_of(text: str) -> Address | None:
    """Return an address as networks know it (IPv4 in IPv6 as IPv4), None for no address."""
    try:
        address = ipaddress.ip_address(text.strip().partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address


def without_noise(query: str, ignored: frozenset[str]) -> str:
    """Return what a query string asks for besides what others append for their own counting.

    Args:
        query: without the question mark.
        ignored: names to leave out; one that ends with ``*`` stands for all that begin so.
    """
    if not query:
        return ""
    kept = [one for one in query.split("&") if one and not _is_noise(one, ignored)]
    return "&".join(kept)


def _is_noise(parameter: str, ignored: frozenset[str]) -> bool:
    name = parameter.partition("=")[0]
    if name in ignored:
        return True
    return any(name.startswith(one[:-1]) for one in ignored if one.endswith("*"))
