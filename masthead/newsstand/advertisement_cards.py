"""Advertisements as readers see them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Advertisement:
    """What ``advertiser`` pays for to be seen; print it with `newsstand/parts/advertisement.html`.

    A page has one or None, and without one it holds nothing of it: no label, no style sheet, no
    room. ``url`` and ``picture_url`` are addresses of ours, which count. Without a ``width`` there
    is no picture, and what is at ``picture_url`` is the mark beside the label.
    """

    advertiser: str
    headline: str
    words: str
    url: str
    picture_url: str
    width: int = 0
    height: int = 0
    alternative: str = ""
