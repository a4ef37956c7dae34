"""Offers, as templates of articles and of the offers page may use them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """One line of an offer; ``announced_for`` is set while it is only announced."""

    words: str
    announced_for: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferCard:
    """An offer, as it was published.

    ``price`` is finished text, ``before`` the regular price where this one is introductory, and
    ``print_extra`` what the print edition costs on top. ``renewal`` says how it goes on. ``url``
    is where one takes it up.
    """

    name: str
    pitch: str
    price: str
    url: str
    promises: tuple[PromiseLine, ...]
    before: str = ""
    print_extra: str = ""
    renewal: str = ""
