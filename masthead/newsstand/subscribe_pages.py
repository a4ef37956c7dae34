"""What the templates of offers may use: part of the promise to authors of themes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from masthead.newsstand.offer_cards import OfferCard
from masthead.newsstand.pages import Chrome


@dataclass(frozen=True, slots=True, kw_only=True)
class OffersPage:
    """What can be subscribed to, and the way to withdraw without signing in."""

    chrome: Chrome
    offers: tuple[OfferCard, ...]
    promises_url: str
    withdrawal_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPromise:
    """How the magazine keeps one promise, as it was seen in the last look.

    ``words`` are what was looked at, in figures; ``failures`` is how much of it was not as promised.
    """

    label: str
    words: str
    failures: int
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PromisesPage:
    """Whether the magazine does what its offers say: from evidence, never typed."""

    chrome: Chrome
    promises: tuple[KeptPromise, ...]
    offers_url: str
