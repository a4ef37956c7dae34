"""The money that is none: customers, payments, refunds, disputes, and what happened in order."""

from __future__ import annotations

import copy
import json
import os
import time
from collections import Counter
from pathlib import Path
from typing import Any

from masthead.payments.pretend import cards
from masthead.payments.pretend.refusal import Refusal

API_VERSION = "2026-10-28.endive"
DAY = 24 * 60 * 60

Thing = dict[str, Any]


class Bank:
    """Everything the service knows; kept in a file, if one is given, after every change.

    ``changes`` counts them. Not safe for several threads: `desk.Desk` lets one in at a time.
    """

    def __init__(self, state_file: Path | None = None) -> None:
        """Begin empty, or where the file left off."""
        self.file = state_file
        self.things: dict[str, Thing] = {}
        self.events: list[Thing] = []
        self.answered: dict[str, list[Any]] = {}
        self.sequence = 0
        self.ahead = 0
        if state_file and state_file.exists():
            kept = json.loads(state_file.read_text(encoding="utf-8"))
            self.things, self.events = kept["things"], kept["events"]
            self.answered, self.sequence = kept["answered"], kept["sequence"]
            self.ahead = kept["ahead"]

    def keep(self) -> None:
        """Write everything down, so that a restart loses nothing."""
        if self.file is None:
            return
        kept = {name: getattr(self, name) for name in ("things", "events", "answered", "sequence", "ahead")}  # fmt: skip
        fresh = self.file.with_suffix(".new")
        fresh.write_text(json.dumps(kept), encoding="utf-8")
        os.replace(fresh, self.file)

    @property
    def now(self) -> int:
        """The moment by this service's clock, in seconds."""
        return int(time.time()) + self.ahead

    def set_clock(self, to: int) -> None:
        """Have the clock go on from a moment; what has come due since then expires."""
        self.ahead = to - int(time.time())
        self.expire_what_is_due()

    def add(self, prefix: str, kind: str, **fields: Any) -> Thing:
        """Put something new down."""
        self.sequence += 1
        thing = {
            "id": f"{prefix}_pretend{self.sequence:08d}",
            "object": kind,
            "created": self.now,
            "livemode": False,
            **fields,
        }
        self.things[thing["id"]] = thing
        return thing

    def get(self, name: str, kind: str) -> Thing:
        """Return something by its id; raises Refusal."""
        thing = self.things.get(name)
        if thing is None or thing["object"] != kind:
            raise Refusal(f"No such {kind}: '{name}'", status=404, code="resource_missing")
        return thing

    def all(self, kind: str) -> list[Thing]:
        """Return everything of a kind, the newest first."""
        return [one for one in reversed(self.things.values()) if one["object"] == kind]

    def tell(self, kind: str, thing: Thing) -> None:
        """Write down that something happened."""
        event = self.add(
            "evt", "event", api_version=API_VERSION, type=kind, pending_webhooks=1,
            data={"object": copy.deepcopy(public(thing))},
            request={"id": None, "idempotency_key": None},
        )  # fmt: skip
        del self.things[event["id"]]
        self.events.append(event)

    def new_method(self, card: cards.Card, customer: str | None = None) -> Thing:
        """Write a card down as a way to pay; `_later` and `_declined` may be changed by command."""
        return self.add(
            "pm", "payment_method", type="card", customer=customer, metadata={},
            billing_details={"email": None, "name": None},
            card={"brand": card.brand, "last4": card.last4, "exp_month": 12, "exp_year": 2034,
                  "funding": "credit", "country": "DE"},
            _declined=card.declined, _later=card.later, _asks=card.asks,
        )  # fmt: skip

    def method_named(self, name: str, customer: str | None) -> Thing:
        """Return a way to pay that this customer may pay by; raises Refusal."""
        if card := cards.by_token(name):
            return self.new_method(card, customer)
        method = self.get(name, "payment_method")
        if method["customer"] and method["customer"] != customer:
            raise Refusal(
                "The PaymentMethod belongs to another customer, or you named none.",
                code="payment_method_customer_mismatch", param="payment_method",
            )  # fmt: skip
        if method.get("_gone"):
            raise Refusal(
                "This PaymentMethod was detached and can no longer be used.",
                param="payment_method",
            )
        return method

    def pay(self, intent: Thing, method: Thing, *, off_session: bool, confirmed: bool) -> None:
        """Take the money of a payment intent; raises Refusal where the card is declined."""
        intent["payment_method"] = method["id"]
        why = method["_later"] if off_session else method["_declined"]
        if method["_asks"] and not off_session and not confirmed:
            intent["status"] = "requires_action"
            intent["next_action"] = {"type": "use_stripe_sdk", "use_stripe_sdk": {}}
            self.tell("payment_intent.requires_action", intent)
            return
        if why:
            raise self.decline(intent, method, why)
        charge = self.add(
            "ch", "charge", amount=intent["amount"], amount_captured=intent["amount"],
            amount_refunded=0, captured=True, currency=intent["currency"], paid=True,
            customer=intent["customer"], description=intent["description"], disputed=False,
            metadata=dict(intent["metadata"]), payment_intent=intent["id"],
            payment_method=method["id"], refunded=False, status="succeeded",
        )  # fmt: skip
        intent.update(
            status="succeeded", amount_received=intent["amount"], latest_charge=charge["id"],
            last_payment_error=None, next_action=None,
        )  # fmt: skip
        if intent["setup_future_usage"] and intent["customer"] and not method["customer"]:
            method["customer"] = intent["customer"]
            self.tell("payment_method.attached", method)
        self.tell("charge.succeeded", charge)
        self.tell("payment_intent.succeeded", intent)

    def decline(self, intent: Thing, method: Thing, why: str) -> Refusal:
        """Write down that a card was declined; return what is answered."""
        code = why if why in ("authentication_required", "expired_card") else "card_declined"
        said = {
            "type": "card_error", "code": code, "decline_code": why,
            "message": "Your card was declined.", "payment_method": public(method),
        }  # fmt: skip
        intent.update(
            status="requires_payment_method", payment_method=None, last_payment_error=said,
            next_action=None,
        )  # fmt: skip
        self.tell("payment_intent.payment_failed", intent)
        return Refusal(
            "Your card was declined.", status=402, kind="card_error", code=code,
            decline_code=why, payment_intent=copy.deepcopy(public(intent)),
        )  # fmt: skip

    def refund(self, charge: Thing, amount: int, metadata: dict[str, str]) -> Thing:
        """Give money back, never more than is left; raises Refusal."""
        left = charge["amount"] - charge["amount_refunded"]
        if left <= 0:
            raise Refusal(
                f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
            )
        if charge["disputed"]:
            raise Refusal("This charge has been charged back.", code="charge_disputed")
        if not 0 < amount <= left:
            raise Refusal(
                f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})",
                param="amount",
            )
        refund = self.add(
            "re", "refund", amount=amount, charge=charge["id"], currency=charge["currency"],
            metadata=metadata, payment_intent=charge["payment_intent"], reason=None,
            status="succeeded",
        )  # fmt: skip
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        self.tell("refund.created", refund)
        self.tell("charge.refunded", charge)
        return refund

    def fail_refund(self, refund: Thing) -> None:
        """Have a refund come back: the payer's bank would not take it."""
        charge = self.things[refund["charge"]]
        refund.update(status="failed", failure_reason="expired_or_canceled_card")
        charge["amount_refunded"] -= refund["amount"]
        charge["refunded"] = False
        self.tell("refund.failed", refund)

    def dispute(self, charge: Thing, amount: int | None = None) -> Thing:
        """Have the payer's bank take the money back until it is known who is right."""
        dispute = self.add(
            "dp", "dispute", amount=amount or charge["amount"], charge=charge["id"],
            currency=charge["currency"], metadata={}, payment_intent=charge["payment_intent"],
            reason="fraudulent", status="needs_response",
        )  # fmt: skip
        charge["disputed"] = True
        self.tell("charge.dispute.created", dispute)
        self.tell("charge.dispute.funds_withdrawn", dispute)
        return dispute

    def close_dispute(self, dispute: Thing, *, won: bool) -> None:
        """Have it known who was right."""
        dispute["status"] = "won" if won else "lost"
        if won:
            self.tell("charge.dispute.funds_reinstated", dispute)
        self.tell("charge.dispute.closed", dispute)

    def expire_what_is_due(self) -> None:
        """Close the checkout pages whose time is over, and forget keys after a day."""
        for session in self.all("checkout.session"):
            if session["status"] == "open" and session["expires_at"] <= self.now:
                self.expire(session)
        for key in [key for key, kept in self.answered.items() if kept[0] <= self.now - DAY]:
            del self.answered[key]

    def expire(self, session: Thing) -> None:
        """Close a checkout page that nobody has paid on."""
        session.update(status="expired", url=None)
        intent = self.things.get(session["payment_intent"] or "")
        if intent and intent["status"] != "succeeded":
            intent.update(status="canceled", next_action=None)
            self.tell("payment_intent.canceled", intent)
        self.tell("checkout.session.expired", session)

    def truth(self) -> dict[str, Any]:
        """Return what has moved, for who keeps books to compare them with."""
        balance: Counter[str] = Counter()
        charges, refunds = self.all("charge"), self.all("refund")
        for charge in charges:
            balance[charge["currency"]] += charge["amount"]
        for refund in refunds:
            if refund["status"] == "succeeded":
                balance[refund["currency"]] -= refund["amount"]
        for dispute in self.all("dispute"):
            if dispute["status"] != "won":
                balance[dispute["currency"]] -= dispute["amount"]
        return {
            "balance": dict(balance),
            "charges": [one["amount"] for one in reversed(charges)],
            "refunds": [one["amount"] for one in reversed(refunds)],
        }


def public(thing: Thing) -> Thing:
    """Return something without what only this service is to know of it."""
    return {name: value for name, value in thing.items() if not name.startswith("_")}
