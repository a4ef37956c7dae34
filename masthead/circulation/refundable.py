"""What of a term can still be given back: worked out, not written down."""

from __future__ import annotations

from masthead.circulation import deals, terms
from masthead.circulation.deals import Part
from masthead.circulation.models import Order, Refund, Subscription, Term
from masthead.circulation.standing import Balance

MOVED_INTO = (Order.Kind.UPGRADE, Order.Kind.FOLDED)
"""Orders whose terms took over what was left of another, with what was paid for it."""


def of(term: Term) -> tuple[Part, ...]:
    """Return what of a term has not been promised back yet, by component.

    Of what moved from a title that folded it is never more than is there of its payments.
    """
    gone_minor: dict[str, int] = {}
    gone_tax: dict[str, int] = {}
    refunds = Refund.objects.filter(term__in=paid_by(term))
    if term.order.kind == Order.Kind.FOLDED:
        # What was given back before was not part of what moved.
        refunds = refunds.filter(asked_at__gte=term.opened_at)
    for refund in refunds:
        for part in deals.parts_from_json(refund.parts):
            gone_minor[part.component] = gone_minor.get(part.component, 0) + part.minor
            gone_tax[part.component] = gone_tax.get(part.component, 0) + part.tax
    left = tuple(
        Part(
            part.component,
            part.minor - gone_minor.get(part.component, 0),
            part.tax - gone_tax.get(part.component, 0),
            part.tax_account,
            part.rate,
            part.rate_name,
        )
        for part in term.components
    )
    if term.order.kind == Order.Kind.FOLDED and term.order.renews:
        return _capped(left, of(term.order.renews))
    return left


def rest_of(balance: Balance) -> tuple[Part, ...]:
    """Return what goes back of a term that ends now: what was not served, if it is there still."""
    return _capped(terms.unearned(balance), of(balance.term))


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
    return tuple(part for part in found if part.minor)
