"""Cards that are none: what each does when it is charged, and what it is called."""

from __future__ import annotations

from dataclasses import dataclass

HARD, SOFT = "lost_card", "insufficient_funds"


@dataclass(frozen=True, slots=True)
class Card:
    """How a card behaves.

    ``declined`` and ``later`` are why it is declined, with the payer at hand and without them;
    empty where it pays. ``asks`` says that the payer has to confirm it first. ``token`` is what
    Stripe calls a card like this in its own test mode.
    """

    last4: str
    token: str
    says: str
    brand: str = "visa"
    declined: str = ""
    later: str = ""
    asks: bool = False


CARDS = (
    Card("4242", "pm_card_visa", "Pays, now and later"),
    Card("4444", "pm_card_mastercard", "Pays, now and later", brand="mastercard"),
    Card(
        "0002", "pm_card_chargeDeclined", "Is declined", declined="generic_decline",
        later="generic_decline",
    ),
    Card(
        "9995", "pm_card_chargeDeclinedInsufficientFunds", "Is declined: not enough money",
        declined=SOFT, later=SOFT,
    ),
    Card(
        "9987", "pm_card_chargeDeclinedLostCard", "Is declined: the card was lost",
        declined=HARD, later=HARD,
    ),
    Card("3220", "pm_card_threeDSecure2Required", "Needs your confirmation", asks=True),
    Card(
        "3184", "pm_card_authenticationRequired",
        "Needs your confirmation, and again each time later", asks=True,
        later="authentication_required",
    ),
    Card("0341", "pm_card_chargeCustomerFail", "Pays now and is declined later", later=SOFT),
)  # fmt: skip


def by_last4(last4: str) -> Card | None:
    """Return the card with these last digits."""
    return next((card for card in CARDS if card.last4 == last4), None)


def by_token(token: str) -> Card | None:
    """Return the card of Stripe's name for it."""
    return next((card for card in CARDS if card.token == token), None)
