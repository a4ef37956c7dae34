"""Packing pages, once, for as long as they are read."""

from __future__ import annotations

import brotli
from zlib_ng import gzip_ng

CODINGS = ("", "br", "gzip")
"""Everything that a body may lie in."""

AT_ONCE = 5
"""How hard Brotli tries as a page is pressed, of 11: about a millisecond's work."""

AT_LEISURE = 11
"""How hard it tries when nothing else is to be done: a tenth smaller, for fifty times the work."""

GZIP = 6

WORTH_IT = 200
"""Bytes. What is smaller travels as it is."""


def packed(body: bytes, effort: int = AT_ONCE) -> dict[str, bytes]:
    """Return a body in each coding; without those that would not make it smaller.

    The same body and effort make the same bytes with the same packers: gzip's date is left out.
    """
    if len(body) < WORTH_IT:
        return {}
    made = {
        "br": brotli.compress(body, quality=effort),
        "gzip": gzip_ng.compress(body, GZIP, mtime=0),
    }
    return {coding: small for coding, small in made.items() if len(small) < len(body)}
