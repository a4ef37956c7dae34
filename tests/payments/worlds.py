"""What stands for the outside in tests of payments: our pretend service, a payer, a broken line."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from masthead.config.installation import WayTable
from masthead.config.sections import Payments
from masthead.money import Money
from masthead.payments.pretend import serving
from masthead.payments.pretend.refusal import Refusal
from masthead.payments.provider import HARD, NEEDS_PAYER, SOFT, Way
from masthead.payments.providers.by_hand import ByHand
from masthead.payments.providers.stripe import Stripe
from masthead.payments.providers.transfer import Transfer

OPTIONS = {
    "label": "",
    "key_env": "STRIPE_KEY",
    "webhook_secret_env": "STRIPE_WEBHOOK_SECRET",
    "live_on": "",
    "base_url": "",
}
SECRETS = {"key": "sk_test_pretend", "webhook_secret": "whsec_pretend"}
DECLINED = {HARD: "9987", SOFT: "9995", NEEDS_PAYER: "3184"}
LATER = {HARD: "stolen_card", SOFT: "insufficient_funds", NEEDS_PAYER: "authentication_required"}


def card_way(address: str = "", **changes: Any) -> Way:
    options = {**OPTIONS, "base_url": address, "timeout": 5, **changes}
    return Way("card", "stripe", options, SECRETS, "here")


class StripeWorld:
    """Stripe’s library before our pretend service."""

    def __init__(self, service: serving.Service) -> None:
        self.service = service
        self.provider = Stripe(card_way(service.address))

    def pay(self, ref: str, declined: str = "") -> None:
        try:
            self.service.order("pay", session=ref, card=DECLINED.get(declined, "4242"))
        except Refusal:
            assert declined

    def charges_later(self, ref: str, declined: str) -> None:
        intent = self.service.bank.things[ref]
        self.service.order("behave", payment_method=intent["payment_method"], later=LATER[declined])

    def lose_the_reply(self) -> None:
        self.service.order("fault", kind="drop")

    def refund_elsewhere(self, ref: str, money: Money) -> str:
        return self.service.order("refund", payment_intent=ref, amount=money.minor)

    def notices(self, at: datetime) -> list[tuple[dict[str, str], bytes]]:
        told = self.service.order("signed", at=int(at.timestamp()))
        return [(headers, body.encode()) for headers, body in told]

    def moved(self) -> int:
        return self.service.bank.truth()["balance"].get("eur", 0)


class ByHandWorld:
    """A provider that asks nobody."""

    def __init__(self, provider: Any) -> None:
        self.provider = provider


@contextmanager
def stripe_world(at: datetime):
    """Have the pretend service open, its clock at a moment."""
    with serving.opened() as service:
        service.order("clock", to=int(at.timestamp()))
        yield StripeWorld(service)


TRANSFER_OPTIONS = {
    "label": "",
    "holder": "The Lantern Ltd",
    "iban": "DE89 3704 0044 0532 0130 00",
    "bic": "COBADEFFXXX",
    "days": 30,
}


def transfer(**changes: Any) -> Transfer:
    return Transfer(Way("transfer", "transfer", {**TRANSFER_OPTIONS, **changes}))


def by_hand(**changes: Any) -> ByHand:
    options = {"label": "Cheque", "says": "Send it to 1 Lamp Street.", "days": 60, **changes}
    return ByHand(Way("cheque", "by-hand", options))


def installed(installation: Any, address: str) -> Any:
    """Return an installation whose readers pay by card, at the pretend service, or by transfer."""
    card = WayTable("card", "stripe", {**card_way(address).options}, SECRETS)
    bank = WayTable("transfer", "transfer", TRANSFER_OPTIONS, {})
    return replace(installation, payments=Payments(ways=("card", "transfer")), ways=(card, bank))
