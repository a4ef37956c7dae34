"""What Stripe's sessions, payment intents, refunds and disputes mean, in our words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import stripe

from masthead.payments.provider import HARD, NEEDS_PAYER, Observed
from masthead.payments.providers import _stripe_values as values

HOSTED = "page"
"""What we write beside a payment that was begun on the hosted page."""


def _see_session(client: stripe.StripeClient, ref: str, magazine: str) -> Observed | None:
    session = client.v1.checkout.sessions.retrieve(
        ref, {"expand": ["payment_intent.payment_method", "payment_intent.latest_charge"]}
    )
    if session.mode != "payment" or session.amount_total is None or session.currency is None:
        return None
    intent: Any = session.payment_intent
    if intent is not None and intent.status in ("succeeded", "processing", "canceled"):
        return charge(intent, magazine)
    # Complete without a payment: a debit was agreed to, and the bank would not have it.
    over = session.status == "expired" or (session.status == "complete" and intent is not None)
    return Observed(
        session.id,
        "charge",
        "failed" if over else "waiting",
        values.money(session.amount_total, session.currency),
        problem=NEEDS_PAYER if over else "",
        detail=session.status or "",
        **values.named(session.metadata, magazine),
    )


def _see_intent(client: stripe.StripeClient, ref: str, magazine: str) -> Observed | None:
    return charge(
        client.v1.payment_intents.retrieve(ref, {"expand": ["payment_method", "latest_charge"]}),
        magazine,
    )


def _see_refund(client: stripe.StripeClient, ref: str, magazine: str) -> Observed | None:
    return refund(client.v1.refunds.retrieve(ref), magazine)


def _see_dispute(client: stripe.StripeClient, ref: str, magazine: str) -> Observed | None:
    return dispute(client.v1.disputes.retrieve(ref))


LOOKS: dict[str, Callable[[stripe.StripeClient, str, str], Observed | None]] = {
    "cs": _see_session,
    "pi": _see_intent,
    "re": _see_refund,
    "pyr": _see_refund,
    "dp": _see_dispute,
    "du": _see_dispute,
}
"""How to look, by how Stripe's names begin."""


def charge(intent: Any, magazine: str) -> Observed:
    """Return what is so of a payment intent, its card and charge read along with it."""
    status: Any = "waiting"
    named = values.named(intent.metadata, magazine)
    problem = detail = ""
    # On the hosted page a declined card is followed by another; without the payer it is over.
    on_page = values.words(intent.metadata).get("begun") == HOSTED
    if intent.status == "succeeded":
        status = "succeeded"
    elif intent.status == "canceled":
        status, problem, detail = "failed", NEEDS_PAYER, "canceled"
    elif intent.status in ("requires_payment_method", "requires_action") and not on_page:
        said: Any = intent.last_payment_error
        detail = (said and (getattr(said, "decline_code", None) or said.code)) or intent.status
        status, problem = "failed", values.problem(detail)
    paid = intent.amount_received if status == "succeeded" else intent.amount
    latest: Any = intent.latest_charge
    return Observed(
        intent.id,
        "charge",
        status,
        values.money(paid, intent.currency),
        at=values.moment(getattr(latest, "created", None) or intent.created),
        method=values.method(intent.payment_method, intent.customer)
        if status == "succeeded" and intent.setup_future_usage
        else None,
        problem=problem,
        detail=detail,
        **named,
    )


def refund(there: Any, magazine: str) -> Observed:
    """Return what is so of a refund."""
    ended: dict[str, Any] = {"succeeded": "succeeded", "failed": "failed", "canceled": "failed"}
    status = ended.get(there.status, "waiting")
    return Observed(
        there.id,
        "refund",
        status,
        values.money(there.amount, there.currency),
        at=values.moment(there.created),
        charge_ref=values.name_of(there.payment_intent),
        problem=HARD if status == "failed" else "",
        detail=getattr(there, "failure_reason", None) or "",
        **values.named(there.metadata, magazine),
    )


def dispute(there: Any) -> Observed:
    """Return what is so of a dispute."""
    ended: dict[str, Any] = {"won": "failed", "lost": "succeeded", "warning_closed": "failed"}
    asks_only = there.status.startswith("warning_")
    return Observed(
        there.id,
        "dispute",
        ended.get(there.status, "waiting"),
        # A warning is a question: nothing is held back yet.
        values.money(0 if asks_only else there.amount, there.currency),
        at=values.moment(there.created),
        charge_ref=values.name_of(there.payment_intent),
        detail=f"{there.status}: {there.reason}",
    )
