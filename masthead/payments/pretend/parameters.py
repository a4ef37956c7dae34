"""What may be said to each address of the service; whatever else is said is refused.

Only what Masthead says, and what a person trying things out might, is understood. That is less
than Stripe understands and never more: a test compares this list with the library's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl

from masthead.payments.pretend.refusal import Refusal

Form = Mapping[str, Any]


def text(value: str, name: str) -> str:
    """Return a text as it was said."""
    return value


def whole(value: str, name: str) -> int:
    """Return a whole number; raises Refusal."""
    try:
        return int(value)
    except ValueError:
        raise Refusal(
            f"Invalid integer: {value}", code="parameter_invalid_integer", param=name
        ) from None


def yes_or_no(value: str, name: str) -> bool:
    """Return a truth; raises Refusal."""
    if value not in ("true", "false"):
        raise Refusal(f"Invalid boolean: {value}", param=name)
    return value == "true"


def one_of(*choices: str) -> Callable[[str, str], str]:
    """Return what accepts these words only."""

    def check(value: str, name: str) -> str:
        if value not in choices:
            raise Refusal(f"Invalid {name}: must be one of {', '.join(choices)}", param=name)
        return value

    return check


WORDS: Final = {"*": text}
"""Any names, each with a text."""

SPAN: Final = {"gt": whole, "gte": whole, "lt": whole, "lte": whole}
LIST: Final[Form] = {
    "limit": whole, "starting_after": text, "ending_before": text, "expand": [text],
    "created": SPAN,
}  # fmt: skip
LOOK: Final[Form] = {"expand": [text]}
USAGE = one_of("off_session", "on_session")

ACCEPTED: Final[dict[str, Form]] = {
    "POST customers": {
        "email": text, "name": text, "description": text, "metadata": WORDS,
        "preferred_locales": [text], "expand": [text],
    },
    "GET customers": {**LIST, "email": text},
    "GET customers/*": LOOK,
    "DELETE customers/*": {},
    "GET payment_methods/*": LOOK,
    "POST payment_methods/*/attach": {"customer!": text, "expand": [text]},
    "POST payment_methods/*/detach": LOOK,
    "POST payment_intents": {
        "amount!": whole, "currency!": text, "customer": text, "payment_method": text,
        "confirm": yes_or_no, "off_session": yes_or_no, "description": text, "metadata": WORDS,
        "receipt_email": text, "setup_future_usage": USAGE, "allowed_payment_method_types": [text],
        "statement_descriptor_suffix": text, "return_url": text, "expand": [text],
    },
    "GET payment_intents": {**LIST, "customer": text},
    "GET payment_intents/*": LOOK,
    "POST payment_intents/*/confirm": {
        "payment_method": text, "off_session": yes_or_no, "return_url": text, "expand": [text],
    },
    "POST payment_intents/*/cancel": {
        "cancellation_reason": one_of("duplicate", "fraudulent", "requested_by_customer", "abandoned"),
        "expand": [text],
    },
    "GET charges": {**LIST, "payment_intent": text, "customer": text},
    "GET charges/*": LOOK,
    "POST checkout/sessions": {
        "mode!": one_of("payment", "setup"), "success_url": text, "cancel_url": text,
        "client_reference_id": text, "customer": text, "customer_email": text,
        "customer_creation": one_of("always", "if_required"), "currency": text,
        "expires_at": whole, "locale": text, "metadata": WORDS, "expand": [text],
        "allowed_payment_method_types": [text],
        "submit_type": one_of("auto", "book", "donate", "pay", "subscribe"),
        "line_items": [{
            "quantity": whole,
            "price_data": {
                "currency!": text, "unit_amount": whole,
                "product_data": {"name!": text, "description": text},
            },
        }],
        "payment_intent_data": {
            "setup_future_usage": USAGE, "metadata": WORDS, "description": text,
            "receipt_email": text, "statement_descriptor_suffix": text,
        },
        "setup_intent_data": {"metadata": WORDS, "description": text},
    },
    "GET checkout/sessions": {**LIST, "payment_intent": text, "customer": text,
                              "status": one_of("open", "complete", "expired")},
    "GET checkout/sessions/*": LOOK,
    "POST checkout/sessions/*/expire": LOOK,
    "GET setup_intents/*": LOOK,
    "POST refunds": {
        "payment_intent": text, "charge": text, "amount": whole, "metadata": WORDS,
        "reason": one_of("duplicate", "fraudulent", "requested_by_customer"), "expand": [text],
    },
    "GET refunds": {**LIST, "payment_intent": text, "charge": text},
    "GET refunds/*": LOOK,
    "GET disputes": {**LIST, "payment_intent": text, "charge": text},
    "GET disputes/*": LOOK,
    "GET events": {**LIST, "type": text, "types": [text]},
    "GET events/*": LOOK,
}  # fmt: skip


def understood(said: str, accepted: Form) -> dict[str, Any]:
    """Return the parameters of a request as values; raises Refusal for any that are not known."""
    return _checked(_nested(parse_qsl(said, keep_blank_values=True)), accepted, "")


def _nested(pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        *way, last = name.replace("]", "").split("[")
        inner = found
        for step in way:
            inner = inner.setdefault(step, {})
            if not isinstance(inner, dict):
                raise Refusal(f"Invalid parameter: {name}", param=name)
        inner[last] = value
    return found


def _checked(given: dict[str, Any], accepted: Form, within: str) -> dict[str, Any]:
    known = {name.rstrip("!"): one for name, one in accepted.items()}
    found = {}
    for name, value in given.items():
        where = f"{within}[{name}]" if within else name
        form = known.get(name, known.get("*"))
        if form is None:
            raise Refusal(
                f"Received unknown parameter: {where}", code="parameter_unknown", param=where
            )
        found[name] = _value(value, form, where)
    for name in accepted:
        if name.endswith("!") and name[:-1] not in found:
            where = f"{within}[{name[:-1]}]" if within else name[:-1]
            raise Refusal(
                f"Missing required param: {where}.", code="parameter_missing", param=where
            )
    return found


def _value(value: Any, form: Any, where: str) -> Any:
    if isinstance(form, list):
        if not isinstance(value, dict):
            raise Refusal(f"Invalid array: {where}", param=where)
        return [_value(one, form[0], f"{where}[{key}]") for key, one in sorted(value.items())]
    if isinstance(form, Mapping):
        if not isinstance(value, dict):
            raise Refusal(f"Invalid object: {where}", param=where)
        return _checked(value, form, where)
    if isinstance(value, dict):
        raise Refusal(f"Invalid string: {where}", param=where)
    return form(value, where)
