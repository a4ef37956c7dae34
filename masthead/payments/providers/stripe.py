"""Stripe: a hosted page for the first payment, charges without the payer after that, refunds.

We never see a card. Every call that moves money goes with our key, so that asking again is
asking once; what the library would do by itself (invent a key, try again) is turned off. Notices
only say where to look. Written for version 16 of the library.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import stripe
from django.utils.translation import gettext as _

from masthead.payments.provider import (
    HARD,
    NEEDS_PAYER,
    Ability,
    GoTo,
    Hint,
    NotReady,
    NotSigned,
    Observed,
    Refused,
    SavedMethod,
    Unknown,
    Urls,
    Wanted,
    Way,
)
from masthead.payments.providers import _stripe_seen as seen
from masthead.payments.providers import _stripe_values as values

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = 20
CLOCKS_DIFFER = timedelta(minutes=5)
"""How old, or how far ahead, the signature of a notice may be."""

LOOKED_AT = ("payment_intent.", "checkout.session.", "refund.", "charge.dispute.")


class Stripe:
    """The provider; see `payments.provider.Provider`."""

    abilities: frozenset[Ability] = frozenset(
        {"hosted", "off-session", "refunds", "notices", "lists", "keeps-methods"}
    )

    def __init__(self, way: Way) -> None:
        """Make it of its table; raises NotReady."""
        self.name, self.way = way.name, way
        key = way.secrets.get("key", "")
        if not key:
            raise NotReady(_("%(variable)s holds no key.") % {"variable": way.options["key_env"]})
        self.is_live = key.startswith(("sk_live_", "rk_live_"))
        if not self.is_live and not key.startswith(("sk_test_", "rk_test_")):
            raise NotReady(
                _("%(variable)s holds no secret key of Stripe’s.")
                % {"variable": way.options["key_env"]}
            )
        if self.is_live and way.options.get("live_on") != way.place:
            # A copy of the magazine for trying things out must not charge its readers.
            raise NotReady(
                _(
                    "The key is live, and this installation is not the one that may use it. "
                    'If it is, write live_on = "%(place)s" under [payments.%(way)s].'
                )
                % {"place": way.place, "way": way.name}
            )
        base = way.options.get("base_url") or ""
        if base and self.is_live:
            raise NotReady(_("A live key goes to Stripe and nowhere else: remove base_url."))
        if not self.is_live:
            self.abilities = self.abilities | {"pretends"}
        self._client = stripe.StripeClient(
            key,
            base_addresses={"api": base.rstrip("/")} if base else {},
            http_client=stripe.RequestsClient(timeout=way.options.get("timeout", TIMEOUT_SECONDS)),
            max_network_retries=0,
        )

    @property
    def label(self) -> str:
        """What readers know it by."""
        return self.way.options.get("label") or _("Card")

    def warnings(self) -> list[str]:
        """Return what the owner should know."""
        found = []
        if not self.is_live:
            found.append(_("No money moves: the key is one for tests."))
        if not self.way.secrets.get("webhook_secret"):
            found.append(
                _("%(variable)s holds no secret: notices are refused, and payments are seen late.")
                % {"variable": self.way.options["webhook_secret_env"]}
            )
        return found

    def begin(self, wanted: Wanted, urls: Urls) -> GoTo:
        """Open a page for the payer, good for a day."""
        named = self._named(wanted)
        about: dict[str, Any] = {"metadata": {**named, "begun": seen.HOSTED}}
        if wanted.description:
            about["description"] = wanted.description
        asked: dict[str, Any] = {
            "mode": "payment",
            "success_url": urls.done,
            "cancel_url": urls.given_up,
            "client_reference_id": str(wanted.key),
            "metadata": named,
            "locale": values.locale(wanted.language),
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": wanted.money.currency.lower(),
                        "unit_amount": values.amount(wanted.money),
                        "product_data": {"name": wanted.description or _("Payment")},
                    },
                }
            ],
            "payment_intent_data": about,
        }
        if wanted.keep_method:
            about["setup_future_usage"] = "off_session"
        if wanted.method and wanted.method.customer:
            asked["customer"] = wanted.method.customer
        else:
            if wanted.email:
                asked["customer_email"] = wanted.email
            if wanted.keep_method:
                asked["customer_creation"] = "always"
        with _asking():
            session = self._client.v1.checkout.sessions.create(
                asked,  # type: ignore[arg-type]
                {"idempotency_key": str(wanted.key)},
            )
        return _page(session)

    def charge(self, wanted: Wanted) -> Observed:
        """Take money from a card that the payer left; raises Refused."""
        if wanted.method is None:
            raise Refused("There is nothing to take it from.", NEEDS_PAYER)
        asked: dict[str, Any] = {
            "amount": values.amount(wanted.money),
            "currency": wanted.money.currency.lower(),
            "payment_method": wanted.method.ref,
            "confirm": True,
            "off_session": True,
            "metadata": self._named(wanted),
            "expand": ["payment_method", "latest_charge"],
        }
        if wanted.method.customer:
            asked["customer"] = wanted.method.customer
        if wanted.description:
            asked["description"] = wanted.description
        with _asking():
            intent = self._client.v1.payment_intents.create(
                asked,  # type: ignore[arg-type]
                {"idempotency_key": str(wanted.key)},
            )
        return seen.charge(intent, self.way.magazine)

    def refund(self, wanted: Wanted) -> Observed:
        """Give money back the way it came; raises Refused."""
        with _asking():
            refund = self._client.v1.refunds.create(
                {
                    "payment_intent": wanted.charge_ref,
                    "amount": values.amount(wanted.money),
                    "metadata": self._named(wanted),
                },
                {"idempotency_key": str(wanted.key)},
            )
        return seen.refund(refund, self.way.magazine)

    def observe(self, ref: str) -> Observed | None:
        """Return what is so of a session, payment, refund or dispute."""
        see = seen.LOOKS.get(ref.partition("_")[0])
        if see is None:
            return None
        try:
            with _asking():
                return see(self._client, ref, self.way.magazine)
        except Refused as refusal:
            if refusal.detail == "resource_missing":
                return None
            raise Unknown(str(refusal)) from refusal

    def hint(self, headers: Mapping[str, str], body: bytes, at: datetime) -> Hint | None:
        """Return what a notice points at; raises NotSigned."""
        event = self._signed(headers, body, at)
        kind, thing = str(event.get("type", "")), event.get("data", {}).get("object", {})
        if bool(event.get("livemode")) != self.is_live:
            raise NotSigned("A notice of tests came to a live magazine, or the other way round.")
        if not kind.startswith(LOOKED_AT) or not isinstance(thing.get("id"), str):
            return None
        ours = values.named(thing.get("metadata"), self.way.magazine)["key"]
        if kind.startswith(("payment_intent.", "checkout.session.")) and not ours:
            return None  # Somebody else’s business in the same account.
        return Hint(str(event["id"]), kind, (thing["id"],))

    def list_since(self, since: datetime) -> Iterable[Observed]:
        """Yield every payment, refund and dispute since a moment; payments that are not ours, not."""
        asked: dict[str, Any] = {"limit": 100, "created": {"gte": int(since.timestamp())}}
        expanded = {**asked, "expand": ["data.payment_method", "data.latest_charge"]}
        client = self._client.v1
        try:
            with _asking():
                for intent in client.payment_intents.list(expanded).auto_paging_iter():  # type: ignore[arg-type]
                    if (payment := seen.charge(intent, self.way.magazine)).key:
                        yield payment
                for refund in client.refunds.list(asked).auto_paging_iter():  # type: ignore[arg-type]
                    yield seen.refund(refund, self.way.magazine)
                for dispute in client.disputes.list(asked).auto_paging_iter():  # type: ignore[arg-type]
                    yield seen.dispute(dispute)
        except Refused as refusal:
            raise Unknown(str(refusal)) from refusal

    def forget(self, customer: str) -> None:
        """Have Stripe forget a customer and their cards; it keeps what the law has it keep."""
        try:
            with _asking():
                self._client.v1.customers.delete(customer)
        except Refused as refusal:
            if refusal.detail != "resource_missing":
                raise Unknown(str(refusal)) from refusal

    def begin_keeping(
        self, key: UUID, email: str, customer: str, language: str, urls: Urls
    ) -> GoTo:
        """Open a page on which the payer leaves another card, without paying."""
        asked: dict[str, Any] = {
            "mode": "setup",
            "allowed_payment_method_types": ["card"],
            "success_url": urls.done,
            "cancel_url": urls.given_up,
            "client_reference_id": str(key),
            "metadata": {"keeps": str(key)},
            "locale": values.locale(language),
        }
        if customer:
            asked["customer"] = customer
        else:
            asked |= {"customer_creation": "always", "customer_email": email}
        with _asking():
            session = self._client.v1.checkout.sessions.create(
                asked,  # type: ignore[arg-type]
                {"idempotency_key": str(key)},
            )
        return _page(session)

    def kept(self, ref: str) -> SavedMethod | None:
        """Return the card that was left there."""
        with _asking():
            session = self._client.v1.checkout.sessions.retrieve(
                ref, {"expand": ["setup_intent.payment_method"]}
            )
        setup: Any = session.setup_intent
        if setup is None or setup.status != "succeeded":
            return None
        return values.method(setup.payment_method, session.customer)

    def _named(self, wanted: Wanted) -> dict[str, str]:
        """Return what Stripe keeps beside a movement, for us to know it by."""
        found = {
            "attempt": str(wanted.key),
            "reference": wanted.reference,
            "magazine": self.way.magazine,
        }
        return {name: one for name, one in found.items() if one}

    def _signed(self, headers: Mapping[str, str], body: bytes, at: datetime) -> dict[str, Any]:
        signature = {name.lower(): one for name, one in headers.items()}.get("stripe-signature", "")
        for secret in self.way.secrets.get("webhook_secret", "").split():
            try:
                # The library looks at the clock of this machine, and lets the future pass.
                stripe.WebhookSignature.verify_header(body.decode(), signature, secret, None)
                break
            except (stripe.SignatureVerificationError, UnicodeDecodeError):
                continue
        else:
            raise NotSigned("The signature is not Stripe’s.")
        event = values.decoded(body)
        moments = [values.signed_at(signature), values.moment(event.get("created"))]
        if moments[0] is None or abs(at - moments[0]) > CLOCKS_DIFFER:
            raise NotSigned("The signature is too old, or from the future.")
        if moments[1] is None or moments[1] - at > CLOCKS_DIFFER:
            raise NotSigned("The notice is from the future.")
        return event


@contextmanager
def _asking() -> Iterator[None]:
    """Turn the library's errors into ours: what may have happened is Unknown, never Refused."""
    try:
        yield
    except stripe.CardError as error:
        code = error.user_message or str(error)
        why = getattr(error.error, "decline_code", None) or error.code or ""
        raise Refused(code, values.problem(why), why) from error
    except stripe.IdempotencyError as error:
        # The key was used with other words, so something was asked for already: look, do not ask.
        logger.error("A key was used twice with different words: %s", error)
        raise Unknown(str(error)) from error
    except stripe.InvalidRequestError as error:
        raise Refused(str(error), HARD, error.code or "") from error
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        logger.error("Stripe does not take the key: %s", error)
        raise Unknown(str(error)) from error
    except stripe.StripeError as error:
        raise Unknown(f"{type(error).__name__}: {error}") from error


def _page(session: Any) -> GoTo:
    if not session.url:
        raise Refused("The page is closed already.", NEEDS_PAYER)
    return GoTo(session.url, session.id, values.moment(session.expires_at))
