"""Four eyes: above a sum, money that staff give back waits for a second person.

The owner writes the sums in `masthead.toml` (`four_eyes_above` of [payments]). Request and decision
are rows that nobody changes. What the money was paid for is known to departments above: they ask
here, and carry out what was agreed to in the transaction that decides it.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from masthead.money import Money, minor_digits
from masthead.payments.models import RefundDecision, RefundRequest
from masthead.people.models import User


class CannotDecide(Exception):
    """It was decided, or may not be decided by them or without a reason. Fit to show to staff."""


def limit(currency: str) -> Money | None:
    """Return the sum above which a refund waits; None where the owner wrote no sum at all.

    A currency without a sum beside others that have one waits from the first coin on: nobody
    meant to leave it open.
    """
    written = settings.INSTALLATION.payments.four_eyes_above
    if not written:
        return None
    for one in written:
        amount, _space, of = one.partition(" ")
        if of == currency:
            return Money(int(Decimal(amount).scaleb(minor_digits(of))), of)
    return Money(0, currency)


def needs_second(money: Money, *, already: int = 0) -> bool:
    """Say whether a refund waits; `already` is what went back of the same lately."""
    most = limit(money.currency)
    return most is not None and money.minor > 0 and money.minor + already > most.minor


@transaction.atomic
def ask(
    about: str, act: str, money: Money, *, reason: str, request: UUID, at: datetime, by: User
) -> RefundRequest:
    """Write down that a refund waits for a second person; the same key again returns the same.

    Args:
        about: what it was paid for.
        act: the way of giving it back.
        money: the most that may go.
        reason: why, for who decides; names nobody.
        request: the one-time key of the form.
        at: the moment, timezone-aware.
        by: who asks.
    """
    made, _new = RefundRequest.objects.get_or_create(
        request=request,
        defaults={
            "about": about,
            "act": act,
            "minor": money.minor,
            "currency": money.currency,
            "reason": reason,
            "asked_at": at,
            "asked_by": by,
        },
    )
    return made


@transaction.atomic
def decide(
    waiting: RefundRequest, *, approved: bool, at: datetime, by: User, reason: str = ""
) -> RefundDecision:
    """Write down what somebody decided, once.

    Who asked may take it back, and never agree to it. That somebody has the right to decide is
    for who calls to see to.

    Raises:
        CannotDecide: see the class.
    """
    # Held, so that of two who decide at once the second one finds the first one's decision.
    held = RefundRequest.objects.select_for_update(of=("self",)).get(pk=waiting.pk)
    if there := RefundDecision.objects.filter(request=held).select_related("by").first():
        raise CannotDecide(
            _("%(who)s decided that already: %(what)s.") % {"who": there.by, "what": there}
        )
    if approved and held.asked_by_id == by.pk:
        raise CannotDecide(_("You asked for it. Somebody else has to agree."))
    if not approved and not reason.strip():
        raise CannotDecide(_("Write down why it is declined."))
    return RefundDecision.objects.create(
        request=held, approved=approved, reason=reason.strip()[:200], at=at, by=by
    )
