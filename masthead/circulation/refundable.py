"""What of a term can still be given back: worked out, not written down."""

from __future__ import annotations

from collections import Counter

from masthead.circulation import deals, terms
from masthead.circulation.deals import Part
from masthead.circulation.models import Order, Refund, Subscription, Term
from masthead.circulation.standing import Balance

MOVED_INTO = (Order.Kind.UPGRADE, Order.Kind.FOLDED)
"""Orders whose terms took over what was left of another, with what was paid for it."""


def of(term: Term) -> tuple[Part, ...]:
    """Return what of a term has not been promised back yet, by component.

    Of what went over into it that is never more than the payment it came from has left.
    """
    old = term.order.renews
    if term.order.kind == Order.Kind.FOLDED and old:
        # What was given back before was not part of what moved.
        since = Refund.objects.filter(term__in=paid_by(term), asked_at__gte=term.opened_at)
        return _capped(_less(term.components, list(since)), of(old))
    refunds = list(Refund.objects.filter(term=term))
    own = paid_for(term, term.components)
    if own == term.components:
        return _less(own, refunds)
    assert old is not None
    # What was given back of it went to both payments, by the same form.
    forms = [refund.request for refund in refunds]
    with_it = list(Refund.objects.filter(term=old, request__in=forms))
    moved = tuple(part for part in term.components if part not in own)
    return (*_capped(_less(moved, with_it), of(old)), *_less(own, refunds))


def rest_of(balance: Balance) -> tuple[Part, ...]:
    """Return what goes back of a term that ends now: what was not served, if it is there still."""
    return tuple(part for part in _capped(terms.unearned(balance), of(balance.term)) if part.minor)


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


def _less(parts: tuple[Part, ...], refunds: list[Refund]) -> tuple[Part, ...]:
    minor: Counter[str] = Counter()
    tax: Counter[str] = Counter()
    for refund in refunds:
        for part in deals.parts_from_json(refund.parts):
            minor[part.component] += part.minor
            tax[part.component] += part.tax
    return tuple(
        Part(
            part.component,
            part.minor - minor[part.component],
            part.tax - tax[part.component],
            part.tax_account,
            part.rate,
            part.rate_name,
        )
        for part in parts
    )
