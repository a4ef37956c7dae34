"""Whether promises are kept: for one subscription now, for the magazine as of last night."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import transaction
from django.utils.translation import override

from masthead.circulation.deals import Deal, Promised
from masthead.circulation.models import Inspection, Offer, OfferVersion, Subscription
from masthead.circulation.promises import kinds
from masthead.circulation.promises.kinds import Evidence
from masthead.circulation.standing import Account
from masthead.editorial.models import Title
from masthead.production import overhearing

logger = logging.getLogger(__name__)

State = Literal["kept", "announced", "broken"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an offer, as readers see it; announced until its day has come."""

    kind: str
    words: str
    announced_for: str = ""
    """The day from which it counts, ISO 8601, where that is still to come."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one promise to one subscription stands, and what shows it."""

    line: Line
    state: State
    evidence: list[Evidence]


def lines(deal: Deal, title: Title, at: datetime) -> list[Line]:
    """Return an offer's promises as readers see them, in its order.

    A promise of a kind that is no longer installed is left out: nobody can say what it was.
    """
    found = []
    for promised in deal.promises:
        try:
            words = kinds.named(promised.kind).describe(deal, promised.spec)
        except kinds.UnknownKind:
            logger.error(
                "The offer “%s” promises “%s”, which nobody keeps.", deal.name, promised.kind
            )
            continue
        found.append(Line(promised.kind, words, _announced_for(promised, title, at)))
    return found


def lines_to_recipient(deal: Deal, title: Title, at: datetime) -> list[Line]:
    """Return the promises to who is given a subscription: those that are not about its money."""
    return [one for one in lines(deal, title, at) if not kinds.named(one.kind).is_for_payers]


def of(account: Account, at: datetime) -> list[Standing]:
    """Return where the promises to one subscription stand, with their evidence."""
    balance = account.in_force(at)
    if balance is None:
        return []
    subscription, deal = account.subscription, balance.term.deal
    found = []
    for line in lines(deal, subscription.title, at):
        promised = deal.promised(line.kind)
        assert promised is not None
        if line.announced_for:
            found.append(Standing(line, "announced", []))
            continue
        evidence = kinds.named(line.kind).evidence(subscription, promised.spec, at)
        broken = any(one.is_broken for one in evidence)
        found.append(Standing(line, "broken" if broken else "kept", evidence))
    return found


def inspect(at: datetime) -> list[Inspection]:
    """Look into every promise that any title makes now, and write down what was seen."""
    made = []
    for title in Title.objects.all():
        for name in sorted(made_by(title)):
            try:
                kind = kinds.named(name)
            except kinds.UnknownKind as lack:
                failures, count, words = [str(lack)], 0, ""
            else:
                with override(title.language):
                    look = kind.look(title, at)
                failures, count, words = look.failures, look.looked_at, look.words
            with transaction.atomic():  # With what it asks of the press.
                seen = Inspection.objects.create(
                    title=title,
                    promise=name,
                    at=at,
                    looked_at=count,
                    words=words,
                    failures=failures,
                )
            made.append(seen)
            for failure in failures:
                logger.error("The promise “%s” of %s is broken: %s", name, title, failure)
    return made


def last_inspections(title: Title) -> list[Inspection]:
    """Return the last look at each promise that a title has made."""
    # A promise that was never looked into before has no row yet that pages could be made from.
    overhearing.hear([f"promises:{title.pk}"])
    newest: dict[str, Inspection] = {}
    for inspection in Inspection.objects.filter(title=title).order_by("at", "pk"):
        newest[inspection.promise] = inspection
    order = [kind.name for kind in kinds.every()]
    return sorted(
        newest.values(),
        key=lambda one: order.index(one.promise) if one.promise in order else len(order),
    )


def _announced_for(promised: Promised, title: Title, at: datetime) -> str:
    if promised.starts_on is None or promised.counts(title.day(at)):
        return ""
    return promised.starts_on.isoformat()


def made_by(title: Title) -> set[str]:
    """Return the names of all promises that a title makes to anybody now."""
    # What somebody was sold counts as long as it is served, whatever is on sale today.
    running = OfferVersion.objects.filter(
        terms__subscription__in=Subscription.objects.running().filter(title=title)
    )
    on_sale = OfferVersion.objects.filter(offer__in=Offer.objects.on_sale().filter(title=title))
    return {
        promised.kind
        for version in (running | on_sale).distinct()
        for promised in version.deal.promises
    }
