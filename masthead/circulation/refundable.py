"""What of a term can still be given back: worked out, not written down."""

from __future__ import annotations

from masthead.circulation import deals, terms
from masthead.circulation.deals import Part
from masthead.circulation.models import Order, Refund, Term
from masthead.circulation.standing import Balance


def of(term: Term) -> tuple[Part, ...]:
    """Return what of a term has not been promised back yet, by component.

    Of what went over into it that is never more than the payment it came from has left.
    """
    gone_minor: dict[str, int] = {}
    gone_tax: dict[str, int] = {}
    for refund in Refund.objects.filter(term=term):
        for part in deals.parts_from_json(refund.parts):
            gone_minor[part.component] = gone_minor.get(part.component, 0) + part.minor
            gone_tax[part.component] = gone_tax.get(part.component, 0) + part.tax
    own = paid_for(term, term.components)
    left = tuple(
        Part(
            part.component,
            part.minor - gone_minor.get(part.component, 0),
            part.tax - gone_tax.get(part.component, 0),
            part.tax_account,
            part.rate,
            part.rate_name,
        )
        for part in own
    )
    if own == term.components:
        return left
    assert term.renews is not None
    moved = tuple(part for part in term.components if part not in own)
    return (*_capped(moved, of(term.renews)), *left)


def rest_of(balance: Balance) -> tuple[Part, ...]:
    """Return what goes back of a term that ends now: what was not served, if it is there still."""
    return tuple(part for part in _capped(terms.unearned(balance), of(balance.term)) if part.minor)


def paid_for(term: Term, parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Return the parts that were paid for with a term itself, and did not go over into it."""
    if term.order.kind != Order.Kind.UPGRADE:
        return parts
    own = {part.component for part in deals.parts_from_json(term.order.parts)}
    return tuple(part for part in parts if part.component in own)


def paid_by(term: Term) -> list[Term]:
    """Return the terms whose payments a term consists of: its own, and what went over into it."""
    if term.order.kind == Order.Kind.UPGRADE and term.renews:
        return [term, term.renews]
    return [term]


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
