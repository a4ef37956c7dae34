"""Stripe's words for money, moments, cards and reasons, and ours."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from masthead.money import Money, minor_digits
from masthead.payments.provider import (
    HARD,
    NEEDS_PAYER,
    SOFT,
    NotSigned,
    Refused,
    SavedMethod,
    Unknown,
)

NO_DIGITS = frozenset(
    [
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "JPY",
        "KMF",
        "KRW",
        "MGA",
        "PYG",
        "RWF",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ]
)
THREE_DIGITS = frozenset(["BHD", "JOD", "KWD", "OMR", "TND"])
"""How many digits Stripe counts in; two of all others, ISK and UGX among them."""

FOR_GOOD = frozenset(
    [
        "account_closed",
        "card_not_supported",
        "currency_not_supported",
        "expired_card",
        "fraudulent",
        "incorrect_number",
        "invalid_account",
        "invalid_expiry_month",
        "invalid_expiry_year",
        "invalid_number",
        "lost_card",
        "merchant_blacklist",
        "new_account_information_available",
        "no_such_card",
        "not_permitted",
        "pickup_card",
        "restricted_card",
        "revocation_of_all_authorizations",
        "revocation_of_authorization",
        "security_violation",
        "service_not_allowed",
        "stolen_card",
        "stop_payment_order",
        "testmode_decline",
        "transaction_not_allowed",
    ]
)
"""Reasons after which the same card is not asked again."""

ASKS_PAYER = frozenset(
    ["authentication_required", "payment_intent_authentication_failure", "requires_action"]
)

LOCALES = frozenset(
    [
        "bg",
        "cs",
        "da",
        "de",
        "el",
        "en",
        "en-GB",
        "es",
        "es-419",
        "et",
        "fi",
        "fil",
        "fr",
        "fr-CA",
        "hr",
        "hu",
        "id",
        "it",
        "ja",
        "ko",
        "lt",
        "lv",
        "ms",
        "mt",
        "nb",
        "nl",
        "pl",
        "pt",
        "pt-BR",
        "ro",
        "ru",
        "sk",
        "sl",
        "sv",
        "th",
        "tr",
        "vi",
        "zh",
        "zh-HK",
        "zh-TW",
    ]
)


def problem(reason: str) -> str:
    """Return in which of our ways a card was declined."""
    if reason in ASKS_PAYER:
        return NEEDS_PAYER
    return HARD if reason in FOR_GOOD else SOFT


def amount(money: Money) -> int:
    """Return an amount as Stripe counts it; raises Refused where it does not count so finely."""
    shift = _digits(money.currency) - minor_digits(money.currency)
    if shift < 0:
        raise Refused(f"Stripe takes no {money.currency}.")
    whole: int = money.minor * 10**shift
    return whole


def money(minor: int, currency: str) -> Money:
    """Return an amount as we count it; raises Unknown where it has fractions of ours."""
    known = currency.upper()
    shift = _digits(known) - minor_digits(known)
    whole, rest = divmod(minor, 10**shift) if shift >= 0 else (0, 1)
    if rest:
        raise Unknown(f"{minor} is no whole amount of {known}.")
    return Money(whole, known)


def _digits(currency: str) -> int:
    return 0 if currency in NO_DIGITS else 3 if currency in THREE_DIGITS else 2


def locale(language: str) -> str:
    """Return the language of the page: the one asked for, its root, or the browser's."""
    for tag in (language, language.partition("-")[0]):
        if tag in LOCALES:
            return tag
    return "auto"


def moment(seconds: Any) -> datetime | None:
    """Return a moment from how Stripe writes one."""
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) else None


def words(metadata: Any) -> dict[str, str]:
    """Return what was written beside something; the library's objects are no dictionaries."""
    if metadata is None:
        return {}
    found: dict[str, str] = metadata.to_dict() if hasattr(metadata, "to_dict") else dict(metadata)
    return found


def named(metadata: Any, magazine: str) -> dict[str, Any]:
    """Return the key and the reference of an attempt, as we had them written beside it.

    Of another magazine's in the same account there is none.
    """
    there = words(metadata)
    if there.get("magazine", magazine) != magazine:
        return {"key": None, "reference": ""}
    try:
        key = UUID(there.get("attempt", ""))
    except ValueError:
        key = None
    return {"key": key, "reference": there.get("reference", "")}


def name_of(thing: Any) -> str:
    """Return an id, whether only that was sent or all of the thing."""
    return thing if isinstance(thing, str) else getattr(thing, "id", None) or ""


def method(there: Any, customer: Any) -> SavedMethod | None:
    """Return a card that was kept."""
    if there is None or isinstance(there, str):
        return SavedMethod(there, name_of(customer)) if there else None
    card = getattr(there, "card", None)
    if card is None:
        return SavedMethod(there.id, name_of(customer), str(there.type))
    label = f"{card.brand.replace('_', ' ').title()} •••• {card.last4}"
    return SavedMethod(there.id, name_of(customer), label, (card.exp_year, card.exp_month))


def decoded(body: bytes) -> dict[str, Any]:
    """Return a notice's body; raises NotSigned where it is none."""
    try:
        event = json.loads(body)
    except ValueError:
        raise NotSigned("A notice is JSON.") from None
    if not isinstance(event, dict):
        raise NotSigned("A notice is an object.")
    return event


def signed_at(signature: str) -> datetime | None:
    """Return the moment that a signature names."""
    for part in signature.split(","):
        name, _equals, value = part.strip().partition("=")
        if name == "t" and value.isdecimal():
            return moment(int(value))
    return None
