"""What of circulation stands on readers' pages, and what the front must know of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from masthead.circulation.models import (
    Inspection,
    Institution,
    Network,
    Offer,
    OfferVersion,
    SinglePrice,
    SpareCopies,
)
from masthead.edge.orders import Orders
from masthead.editorial.models import FrontPage
from masthead.production import page_store, press_runs

MODELS = (Inspection, Offer, OfferVersion, SinglePrice, SpareCopies)
"""Rows that pages are made from."""


def changed(instance: Any, **_signal: Any) -> None:
    """Have pressed anew what shows an offer, what an issue costs by itself, or how promises are kept."""
    press_runs.ask(_tags(instance))


def networks_changed(**_signal: Any) -> None:
    """Tell the front, once it is certain, from where readers may read without a pass."""
    transaction.on_commit(partial(tell_the_front, at=timezone.now()))


def tell_the_front(*, at: datetime) -> None:
    """Tell the front the networks of institutions whose agreements hold at a moment."""
    networks = Network.objects.filter(institution__in=Institution.objects.good(at))

    def known(told: Orders) -> Orders:
        addresses = networks.values_list("addresses", flat=True)
        return replace(told, networks=tuple(sorted(addresses)))

    page_store.here().order(known)


def _tags(instance: Any) -> Iterator[str]:
    if isinstance(instance, SinglePrice | SpareCopies):
        yield f"page:{instance.issue_id}"
        return
    if isinstance(instance, Inspection):
        yield f"promises:{instance.title_id}"
        return
    offer = instance.offer if isinstance(instance, OfferVersion) else instance
    for front in FrontPage.objects.filter(publication=offer.title_id).values_list("pk", flat=True):
        yield f"chrome:{front}"
