"""The desk: takes a request, finds what it asks for, and answers the same key the same way."""

from __future__ import annotations

import copy
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from masthead.payments.pretend import checkout, parameters
from masthead.payments.pretend.bank import Bank, Thing, public
from masthead.payments.pretend.faults import Faults
from masthead.payments.pretend.refusal import Refusal

KINDS = {
    "charges": "charge",
    "customers": "customer",
    "disputes": "dispute",
    "events": "event",
    "payment_intents": "payment_intent",
    "payment_methods": "payment_method",
    "checkout/sessions": "checkout.session",
    "setup_intents": "setup_intent",
    "refunds": "refund",
}
OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back; with ``silent``, the line is dropped instead, ``after`` seconds."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)
    silent: bool = False
    after: float = 0.0


class Desk:
    """Answers requests from several threads; ``address`` is where payers find the pages."""

    def __init__(self, bank: Bank, address: str = "") -> None:
        """Sit down before a bank."""
        self.bank, self.address = bank, address
        self.faults = Faults()
        self.lock = threading.RLock()
        self.at_work: set[str] = set()
        self.asked: list[str] = []

    def answer(self, verb: str, path: str, said: str, *, key: str = "", authority: str = "") -> Answer:  # fmt: skip
        """Return the answer to a request.

        Args:
            verb: GET, POST or DELETE.
            path: without the version, such as `payment_intents/pi_1/confirm`.
            said: the form, encoded: of the body, or of the query where it is a GET.
            key: the idempotency key, of a POST.
            authority: the header that says who asks.
        """
        asked, print_of = f"{verb} {path}", f"{verb} {path} {said}"
        with self.lock:
            self.asked.append(asked)
            if refusal := _stranger(authority):
                return Answer(refusal.status, refusal.body)
            self.bank.expire_what_is_due()
            fault = self.faults.take(asked)
            if fault and fault.kind == "refuse":
                return Answer(0, {}, silent=True)
            if fault and fault.kind == "status" and not fault.done:
                return Answer(fault.status, _trouble(fault.status))
            if key and verb == "POST":
                if before := self._before(key, print_of):
                    return before
                self.at_work.add(key)
        try:
            if fault and fault.kind == "slow":
                time.sleep(fault.seconds)
            with self.lock:
                forced = fault.status if fault and fault.kind == "status" else 0
                answer = self._done(verb, path, said, key, print_of, forced)
        finally:
            self.at_work.discard(key)
        if fault and fault.kind in ("drop", "hang"):
            return Answer(answer.status, answer.body, silent=fault.kind == "drop", after=fault.seconds)  # fmt: skip
        return answer

    def _before(self, key: str, print_of: str) -> Answer | None:
        if key in self.at_work:
            refusal = Refusal(
                "There is currently another in-progress request using this Idempotency Key.",
                status=409, kind="idempotency_error", code="idempotency_key_in_use",
            )  # fmt: skip
            return Answer(refusal.status, refusal.body)
        if key not in self.bank.answered:
            return None
        _at, first, status, body = self.bank.answered[key]
        if first != print_of:
            refusal = Refusal(
                "Keys for idempotent requests can only be used with the same parameters they "
                f"were first used with. Try using a key other than '{key}'.",
                kind="idempotency_error",
            )
            return Answer(refusal.status, refusal.body)
        return Answer(status, copy.deepcopy(body), {"Idempotent-Replayed": "true"})

    def _done(self, verb: str, path: str, said: str, key: str, print_of: str, forced: int) -> Answer:  # fmt: skip
        try:
            act, accepted, names = _found(verb, path)
            values = parameters.understood(said, accepted)
        except Refusal as refusal:
            return Answer(refusal.status, refusal.body)
        try:
            thing = act(self, names, values)
            body = _expanded(self.bank, thing, values.get("expand", []))
            status = 200
        except Refusal as refusal:
            status, body = refusal.status, refusal.body
        if forced:
            status, body = forced, _trouble(forced)
        if key and verb == "POST":
            self.bank.answered[key] = [self.bank.now, print_of, status, json.loads(json.dumps(body))]  # fmt: skip
        if verb != "GET":
            self.bank.keep()
        return Answer(status, body)


Act = Callable[[Desk, list[str], dict[str, Any]], Thing]


def _stranger(authority: str) -> Refusal | None:
    key = authority.removeprefix("Bearer ")
    if key.startswith(("sk_live", "rk_live")):
        return Refusal("This service is pretend and takes no live key.", status=401)
    if not key.startswith(("sk_test_", "rk_test_")):
        return Refusal("Invalid API Key provided.", status=401)
    return None


def _trouble(status: int) -> dict[str, Any]:
    kind = "invalid_request_error" if status == 429 else "api_error"
    code = "rate_limit" if status == 429 else None
    return Refusal("An error on command.", status=status, kind=kind, code=code).body


def _found(verb: str, path: str) -> tuple[Act, parameters.Form, list[str]]:
    """Return what does it, which parameters it takes and the ids in the path; raises Refusal."""
    given = path.split("/")
    for route, accepted in parameters.ACCEPTED.items():
        known_verb, _space, known = route.partition(" ")
        parts = known.split("/")
        if verb != known_verb or len(parts) != len(given):
            continue
        if all(known in ("*", one) for known, one in zip(parts, given, strict=True)):
            names = [one for known, one in zip(parts, given, strict=True) if known == "*"]
            return _act(route), accepted, names
    raise Refusal(f"Unrecognized request URL ({verb}: /v1/{path}).", status=404)


def _act(route: str) -> Act:
    if route in ACTS:
        return ACTS[route]
    verb, _space, path = route.partition(" ")
    kind = KINDS[path.removesuffix("/*")]
    if verb == "GET" and path.endswith("/*"):
        return lambda desk, names, said: (
            _event(desk, names[0]) if kind == "event" else desk.bank.get(names[0], kind)
        )
    return lambda desk, names, said: _listed(desk, kind, said)


def _event(desk: Desk, name: str) -> Thing:
    for event in desk.bank.events:
        if event["id"] == name:
            return event
    raise Refusal(f"No such event: '{name}'", status=404, code="resource_missing")


def _listed(desk: Desk, kind: str, said: dict[str, Any]) -> Thing:
    rows = list(reversed(desk.bank.events)) if kind == "event" else desk.bank.all(kind)
    for name in ("payment_intent", "charge", "customer", "email", "status", "type"):
        if name in said:
            rows = [one for one in rows if one.get(name) == said[name]]
    if "types" in said:
        rows = [one for one in rows if one["type"] in said["types"]]
    compare = {"gt": int.__gt__, "gte": int.__ge__, "lt": int.__lt__, "lte": int.__le__}
    for name, moment in said.get("created", {}).items():
        rows = [one for one in rows if compare[name](one["created"], moment)]
    names = [one["id"] for one in rows]
    limit = min(max(said.get("limit", 10), 1), 100)
    for name in ("starting_after", "ending_before"):
        if name in said and said[name] not in names:
            raise Refusal(f"No such {kind}: '{said[name]}'", param=name)
    if "starting_after" in said:
        rows = rows[names.index(said["starting_after"]) + 1 :]
    if "ending_before" in said:
        rows = rows[: names.index(said["ending_before"])][-limit:]
    path = next(path for path, one in KINDS.items() if one == kind)
    return {"object": "list", "url": f"/v1/{path}", "has_more": len(rows) > limit, "data": rows[:limit]}  # fmt: skip


def _new_customer(desk: Desk, names: list[str], said: dict[str, Any]) -> Thing:
    fields = {name: said.get(name) for name in ("email", "name", "description")}
    customer = desk.bank.add("cus", "customer", metadata=said.get("metadata", {}), **fields)
    desk.bank.tell("customer.created", customer)
    return customer


def _forget_customer(desk: Desk, names: list[str], said: dict[str, Any]) -> Thing:
    customer = desk.bank.get(names[0], "customer")
    for method in desk.bank.all("payment_method"):
        if method["customer"] == customer["id"]:
            method.update(customer=None, _gone=True)
    del desk.bank.things[customer["id"]]
    return {"id": customer["id"], "object": "customer", "deleted": True}


def _attach(desk: Desk, names: list[str], said: dict[str, Any]) -> Thing:
    customer = desk.bank.get(said["customer"], "customer")["id"]
    method = desk.bank.method_named(names[0], customer)
    method["customer"] = customer
    desk.bank.tell("payment_method.attached", method)
    return method


def _detach(desk: Desk, names: list[str], said: dict[str, Any]) -> Thing:
    method = desk.bank.get(names[0], "payment_method")
    method.update(customer=None, _gone=True)
    desk.bank.tell("payment_method.detached", method)
    return method


def _new_intent(desk: Desk, names: list[str], said: dict[str, Any]) -> Thing:
    bank = desk.bank
    if said["amount"] <= 0:
        raise Refusal("Invalid positive integer", code="parameter_invalid_integer", param="amount")
    if not said.get("confirm") and said.get("off_session"):
        raise Refusal("You cannot set `off_session` without `confirm`.", param="off_session")
    if said.get("customer"):
        bank.get(said["customer"], "customer")
    intent = bank.add(
        "pi", "payment_intent", amount=said["amount"], amount_received=0,
        currency=said["currency"].lower(), customer=said.get("customer"),
        description=said.get("description"), last_payment_error=None, latest_charge=None,
        metadata=said.get("metadata", {}), next_action=None,
        payment_method=said.get("payment_method"), receipt_email=said.get("receipt_email"),
        setup_future_usage=said.get("setup_future_usage"),
        status="requires_confirmation" if said.get("payment_method") else OPEN[0],
    )  # fmt: skip
    if said.get("confirm"):
        try:
            _take(bank, intent, said)
        except Refusal as refusal:
            if refusal.status != 402:
                del bank.things[intent["id"]]
            raise
    else:
        bank.tell("payment_intent.created", intent)
    return intent


def _take(bank: Bank, intent: Thing, said: dict[str, Any]) -> None:
    name = said.get("payment_method") or intent["payment_method"]
    if not name:
        raise Refusal("You cannot confirm this PaymentIntent because it is missing a payment method.")  # fmt: skip
    method = bank.method_named(name, intent["customer"])
    if not bank.events or bank.events[-1]["data"]["object"]["id"] != intent["id"]:
        bank.tell("payment_intent.created", intent)
    bank.pay(intent, method, off_session=said.get("off_session", False), confirmed=False)


def _confirm(desk: Desk, names: list[str], said: dict[str, Any]) -> Thing:
    intent = desk.bank.get(names[0], "payment_intent")
    if intent["status"] not in OPEN:
        raise Refusal(
            f"This PaymentIntent's status is {intent['status']}.",
            code="payment_intent_unexpected_state",
        )
    _take(desk.bank, intent, said)
    return intent


def _cancel(desk: Desk, names: list[str], said: dict[str, Any]) -> Thing:
    intent = desk.bank.get(names[0], "payment_intent")
    if intent["status"] not in OPEN:
        raise Refusal(
            f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}.",
            code="payment_intent_unexpected_state",
        )
    intent.update(status="canceled", next_action=None)
    desk.bank.tell("payment_intent.canceled", intent)
    return intent


def _new_session(desk: Desk, names: list[str], said: dict[str, Any]) -> Thing:
    return checkout.opened(desk.bank, said, desk.address)


def _expire(desk: Desk, names: list[str], said: dict[str, Any]) -> Thing:
    session = desk.bank.get(names[0], "checkout.session")
    if session["status"] != "open":
        raise Refusal("Only Checkout Sessions with a status in ['open'] can be expired.")
    desk.bank.expire(session)
    return session


def _new_refund(desk: Desk, names: list[str], said: dict[str, Any]) -> Thing:
    bank = desk.bank
    if ("payment_intent" in said) == ("charge" in said):
        raise Refusal("Name one of payment_intent and charge.", code="parameter_missing")
    name = said.get("charge")
    if name is None:
        intent = bank.get(said["payment_intent"], "payment_intent")
        name = intent["latest_charge"]
        if intent["status"] != "succeeded" or name is None:
            raise Refusal("This PaymentIntent does not have a successful charge to refund.")
    charge = bank.get(name, "charge")
    left = charge["amount"] - charge["amount_refunded"]
    return bank.refund(charge, said.get("amount", left), said.get("metadata", {}))


ACTS: dict[str, Act] = {
    "POST customers": _new_customer,
    "DELETE customers/*": _forget_customer,
    "POST payment_methods/*/attach": _attach,
    "POST payment_methods/*/detach": _detach,
    "POST payment_intents": _new_intent,
    "POST payment_intents/*/confirm": _confirm,
    "POST payment_intents/*/cancel": _cancel,
    "POST checkout/sessions": _new_session,
    "POST checkout/sessions/*/expire": _expire,
    "POST refunds": _new_refund,
}


def _expanded(bank: Bank, thing: Thing, wanted: list[str]) -> Thing:
    """Return a copy of what is answered, with things in place of the ids that were named."""
    body = copy.deepcopy(_shown(thing))
    for path in wanted:
        _expand(bank, [body], path.split("."), path)
    return body


def _shown(thing: Thing) -> Thing:
    if thing.get("object") == "list":
        return {**thing, "data": [public(one) for one in thing["data"]]}
    return public(thing)


def _expand(bank: Bank, bodies: list[Thing], way: list[str], path: str) -> None:
    step, *rest = way
    for body in bodies:
        if step not in body:
            raise Refusal(f"This property cannot be expanded ({path}).", param="expand")
        inner = body[step]
        if isinstance(inner, str) and inner in bank.things:
            inner = body[step] = copy.deepcopy(public(bank.things[inner]))
        if rest and inner:
            _expand(bank, inner if isinstance(inner, list) else [inner], rest, path)
