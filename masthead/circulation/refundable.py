"""What of a term can still be given back: worked out, not written down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from django.db.models import QuerySet

from masthead.circulation import deals, terms, unpaid
from masthead.circulation.deals import Part
from masthead.circulation.models import Order, Refund, Subscription, Term
from masthead.circulation.standing import Balance
from masthead.money import shared_out
from masthead.payments import attempts
from masthead.payments.models import Attempt

MOVED_INTO = (Order.Kind.UPGRADE, Order.Kind.FOLDED)
"""Orders whose terms took over what was left of another, with what was paid for it."""


def of(term: Term) -> tuple[Part, ...]:
    """Return what of a term has not been promised back yet, and is there still, by component.

    Of what went over into it that is never more than the payment it came from has left; of a
    payment never more than its charge has, whatever staff gave back of it at its provider.
    """
    old = term.order.renews
    if term.order.kind == Order.Kind.FOLDED and old:
        # What was given back before was not part of what moved.
        since = Refund.objects.filter(term__in=paid_by(term), asked_at__gte=term.opened_at)
        return _capped(_less(term.components, _parts(since)), of(old))
    own = paid_for(term, term.components)
    there = _less(own, _gone(term))
    if own == term.components:
        return there
    assert old is not None
    # What was given back of it went to both payments, by the same form.
    forms = Refund.objects.filter(term=term).values("request")
    with_it = Refund.objects.filter(term=old, request__in=forms)
    moved = tuple(part for part in term.components if part not in own)
    return (*_capped(_less(moved, _parts(with_it)), of(old)), *there)


def rest_of(balance: Balance) -> tuple[Part, ...]:
    """Return what goes back of a term that ends now: what was not served, if it is there still."""
    return tuple(part for part in _capped(terms.unearned(balance), of(balance.term)) if part.minor)


def given_elsewhere(term: Term) -> list[tuple[Attempt, tuple[Part, ...]]]:
    """Return what staff gave back at the provider of a term's own payment, by component.

    It has gone, and nobody promised it here. What was refused here and then sent there was
    promised, and is left out; so is a second payment for the same, which was nobody's price.
    """
    left = _less(paid_for(term, term.components), _parts(Refund.objects.filter(term=term)))
    missing = sum(part.minor for part in left) - _most_held(term)
    found = []
    for attempt in begun_there(charges(term)):
        minor = min(attempt.minor, missing)
        if minor <= 0:
            break
        parts = share_of(left, minor)
        found.append((attempt, parts))
        left, missing = _less(left, parts), missing - minor
    return found


def begun_there(charges: QuerySet[Attempt]) -> QuerySet[Attempt]:
    """Return the refunds of payments that began at the provider and that nothing here promised."""
    found = Attempt.objects.filter(
        kind=Attempt.Kind.REFUND,
        origin=Attempt.Origin.PROVIDER,
        charge__in=charges,
        promised_as=None,
    )
    gone = found.exclude(state__in=[Attempt.State.FAILED, Attempt.State.DROPPED])
    return gone.order_by("created_at", "pk")


def charges(term: Term) -> QuerySet[Attempt]:
    """Return the payments that came in for a term's own order, the first one first.

    It may have been paid twice, and one of the payments given back already.
    """
    paid = Attempt.objects.filter(
        kind=Attempt.Kind.CHARGE,
        state=Attempt.State.SUCCEEDED,
        reference=unpaid.asked_as(term.order),
    )
    return paid.order_by("settled_at", "pk")


def share_of(parts: tuple[Part, ...], minor: int) -> tuple[Part, ...]:
    """Return a sum as parts of what there is, each with its share of the tax; none of nought."""
    shares = shared_out(minor, [part.minor for part in parts])
    return tuple(
        replace(part, minor=share, tax=part.tax * share // part.minor)
        for part, share in zip(parts, shares, strict=True)
        if share
    )


def paid_for(term: Term, parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Return the parts that were paid for with a term itself, and did not go over into it."""
    if term.order.kind not in MOVED_INTO:
        return parts
    own = {part.component for part in deals.parts_from_json(term.order.parts)}
    return tuple(part for part in parts if part.component in own)


def paid_by(term: Term) -> list[Term]:
    """Return the terms whose payments a term consists of: its own, and what went over into it."""
    if term.order.kind in MOVED_INTO and term.order.renews:
        return [term, *paid_by(term.order.renews)]
    return [term]


def before(subscription: Subscription) -> Subscription | None:
    """Return the subscription to a title that folded which this one goes on, if it does."""
    return Subscription.objects.filter(folded__successor=subscription).first()


def _capped(wanted: tuple[Part, ...], most: tuple[Part, ...]) -> tuple[Part, ...]:
    limits = {part.component: part for part in most}
    found = []
    for part in wanted:
        limit = limits[part.component]
        tax = min(part.tax, limit.tax)
        net = min(part.net, limit.net)
        found.append(
            Part(part.component, net + tax, tax, part.tax_account, part.rate, part.rate_name)
        )
    return tuple(found)


def _gone(term: Term) -> tuple[Part, ...]:
    """Return what of a term's own payment was promised back, or is not there any more."""
    gone = _parts(Refund.objects.filter(term=term))
    for _attempt, parts in given_elsewhere(term):
        gone += parts
    left = _less(paid_for(term, term.components), gone)
    # Whatever else may have become of the rest: what is not there cannot go back.
    missing = sum(part.minor for part in left) - _most_held(term)
    return gone + share_of(left, missing) if missing > 0 else gone


def _most_held(term: Term) -> int:
    """Return what the payment of a term has left: a refund is of one charge."""
    return max([0, *(attempts.refundable(charge).minor for charge in charges(term))])


def _parts(refunds: Iterable[Refund]) -> tuple[Part, ...]:
    return tuple(part for refund in refunds for part in deals.parts_from_json(refund.parts))


def _less(parts: tuple[Part, ...], gone: tuple[Part, ...]) -> tuple[Part, ...]:
    """Return what is left of parts, of each net and tax; never below nought."""
    net: Counter[str] = Counter()
    tax: Counter[str] = Counter()
    for part in gone:
        net[part.component] += part.net
        tax[part.component] += part.tax
    found = []
    for part in parts:
        left = max(0, part.tax - tax[part.component])
        minor = max(0, part.net - net[part.component]) + left
        found.append(replace(part, minor=minor, tax=left))
    return tuple(found)
