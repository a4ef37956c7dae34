"""Offers as readers see them: made from what was published, so that nothing is said twice."""

from __future__ import annotations

from datetime import date, datetime

from django.urls import reverse

from masthead.circulation import offers
from masthead.circulation.deals import Price
from masthead.circulation.models import OfferVersion
from masthead.circulation.promises import kept
from masthead.editorial.models import Title
from masthead.money import Money
from masthead.newsstand.offer_cards import OfferCard, PromiseLine


def cards(title: Title, at: datetime) -> tuple[OfferCard, ...]:
    """Return the offers of a title that are on sale, in their order."""
    return tuple(card(version, at) for version in offers.on_sale(title))


def card(version: OfferVersion, at: datetime, currency: str = "") -> OfferCard:
    """Return one offer, with its price in a currency, or in the first that it is sold in."""
    deal, title = version.deal, version.offer.title
    price = deal.price_in(currency) or deal.prices[0]
    now = price.minor if price.introductory is None else price.introductory
    return OfferCard(
        name=deal.name,
        pitch=deal.pitch,
        price=amount(now, price, title),
        before=amount(price.minor, price, title) if price.introductory is not None else "",
        print_extra=amount(price.print_extra, price, title) if price.print_extra else "",
        renewal=offers.renewal_words(deal, price, title),
        url=reverse("newsstand:subscribe-to", args=[version.offer.slug]),
        promises=tuple(
            PromiseLine(line.words, _day(line.announced_for))
            for line in kept.lines(deal, title, at)
        ),
    )


def amount(minor: int, price: Price, title: Title) -> str:
    """Return an amount as the title's language writes it."""
    return Money(minor, price.currency).in_words_of(title.language)


def _day(iso: str) -> date | None:
    return date.fromisoformat(iso) if iso else None
