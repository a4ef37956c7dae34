"""Checkout sessions: the payer's visit to the payment page, from its opening to its end."""

from __future__ import annotations

from typing import Any

from masthead.payments.pretend import cards
from masthead.payments.pretend.bank import DAY, Bank, Thing
from masthead.payments.pretend.refusal import Refusal

SHORTEST, LONGEST = 30 * 60, DAY


def opened(bank: Bank, said: dict[str, Any], address: str) -> Thing:
    """Open a payment page; raises Refusal."""
    payment = said["mode"] == "payment"
    amount = currency = None
    if payment:
        amount, currency = _priced(said.get("line_items") or [])
        if "setup_intent_data" in said:
            raise Refusal("You can not pass `setup_intent_data` in `payment` mode.")
    elif said.keys() & {"line_items", "payment_intent_data", "submit_type"}:
        raise Refusal("That is for `payment` mode only.")
    elif not said.get("currency") and not said.get("allowed_payment_method_types"):
        raise Refusal("Missing required param: currency.", code="parameter_missing")
    if said.get("customer") and (said.get("customer_email") or said.get("customer_creation")):
        raise Refusal("You may only specify one of these parameters: customer, customer_email.")
    if not said.get("success_url"):
        raise Refusal("Missing required param: success_url.", code="parameter_missing")
    if said.get("customer"):
        bank.get(said["customer"], "customer")
    expires_at = said.get("expires_at", bank.now + DAY)
    if not bank.now + SHORTEST <= expires_at <= bank.now + LONGEST + 60:
        raise Refusal(
            "The `expires_at` timestamp must be from 30 minutes to 24 hours ahead.",
            param="expires_at",
        )
    session = bank.add(
        "cs", "checkout.session", mode=said["mode"], status="open", payment_status="unpaid",
        amount_total=amount, currency=currency, expires_at=expires_at, payment_intent=None,
        setup_intent=None, customer=said.get("customer"), customer_details=None,
        customer_email=said.get("customer_email"), success_url=said["success_url"],
        cancel_url=said.get("cancel_url"), metadata=said.get("metadata", {}),
        client_reference_id=said.get("client_reference_id"), locale=said.get("locale"),
        _creates=said.get("customer_creation") == "always", _said=said,
    )  # fmt: skip
    session["url"] = f"{address}/pay/{session['id']}"
    return session


def pay(bank: Bank, session: Thing, card: cards.Card, *, confirmed: bool = False) -> Thing:
    """Have the payer pay, or leave a card, with a card; raises Refusal where it is declined.

    Where the card has to be confirmed first, the session stays open and the intent asks for it.
    """
    if session["status"] != "open":
        raise Refusal("This Checkout Session is no longer open.")
    said = session["_said"]
    if session["customer"] is None and (session["_creates"] or session["mode"] == "setup"):
        customer = bank.add("cus", "customer", email=session["customer_email"], metadata={}, name=None)  # fmt: skip
        session["customer"] = customer["id"]
        bank.tell("customer.created", customer)
    method = bank.new_method(card)
    if session["mode"] == "setup":
        return _left(bank, session, method, confirmed=confirmed)
    intent = bank.things.get(session["payment_intent"] or "") or _intent(bank, session, said)
    bank.pay(intent, method, off_session=False, confirmed=confirmed)
    if intent["status"] == "succeeded":
        session.update(
            status="complete", payment_status="paid", url=None,
            customer_details={"email": session["customer_email"]},
        )  # fmt: skip
        bank.tell("checkout.session.completed", session)
    return intent


def refuse(bank: Bank, session: Thing, card: cards.Card) -> Refusal:
    """Have the payer say no where they were asked to confirm; return what they are told."""
    intent = bank.things.get(session["payment_intent"] or "")
    if intent is not None:
        method = bank.new_method(card)
        bank.decline(intent, method, "payment_intent_authentication_failure")
    return Refusal("You did not confirm the payment.", status=402, kind="card_error")


def _priced(lines: list[dict[str, Any]]) -> tuple[int, str]:
    currencies = {line["price_data"]["currency"] for line in lines if "price_data" in line}
    if len(currencies) != 1:
        raise Refusal("Missing required param: line_items.", code="parameter_missing")
    total = 0
    for line in lines:
        price = line["price_data"]
        if "unit_amount" not in price or "product_data" not in price or "quantity" not in line:
            raise Refusal("A line needs quantity, unit_amount and product_data.")
        total += price["unit_amount"] * line["quantity"]
    if total <= 0:
        raise Refusal("The amount has to be above nought.", code="parameter_invalid_integer")
    return total, currencies.pop()


def _intent(bank: Bank, session: Thing, said: dict[str, Any]) -> Thing:
    data = said.get("payment_intent_data", {})
    intent = bank.add(
        "pi", "payment_intent", amount=session["amount_total"], amount_received=0,
        currency=session["currency"], customer=session["customer"],
        description=data.get("description"), last_payment_error=None, latest_charge=None,
        metadata=data.get("metadata", {}), next_action=None, payment_method=None,
        receipt_email=data.get("receipt_email"),
        setup_future_usage=data.get("setup_future_usage"), status="requires_payment_method",
    )  # fmt: skip
    session["payment_intent"] = intent["id"]
    bank.tell("payment_intent.created", intent)
    return intent


def _left(bank: Bank, session: Thing, method: Thing, *, confirmed: bool) -> Thing:
    """Keep a card for later without charging it."""
    setup = bank.things.get(session["setup_intent"] or "") or bank.add(
        "seti", "setup_intent", customer=session["customer"], payment_method=None,
        metadata=session["_said"].get("setup_intent_data", {}).get("metadata", {}),
        status="requires_payment_method", usage="off_session",
    )  # fmt: skip
    session["setup_intent"] = setup["id"]
    if method["_declined"]:
        raise Refusal(
            "Your card was declined.", status=402, kind="card_error", code="card_declined",
            decline_code=method["_declined"],
        )  # fmt: skip
    if method["_asks"] and not confirmed:
        setup["status"] = "requires_action"
        return setup
    method["customer"] = session["customer"]
    setup.update(status="succeeded", payment_method=method["id"])
    session.update(status="complete", payment_status="no_payment_required", url=None)
    bank.tell("payment_method.attached", method)
    bank.tell("setup_intent.succeeded", setup)
    bank.tell("checkout.session.completed", session)
    return setup
