"""Money that staff give back: at once, or, above the owner's limit, once a second person agrees.

    given = giving_back.give(subscription, Act.REST, …)      money goes, or a request waits
    giving_back.approve(waiting, at=now, by=somebody_else)   now it goes

Readers' own ways out (`endings`) wait for nobody: what was promised to them is theirs.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import models, transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log

from masthead.circulation import deals, earning, endings, refundable, refunding, standing
from masthead.circulation.endings import CannotCancel
from masthead.circulation.models import Order, Refund, Subscription, Term
from masthead.circulation.refunding import CannotGiveBack
from masthead.money import Money
from masthead.payments import attempts, four_eyes, ways
from masthead.payments.four_eyes import CannotDecide
from masthead.payments.models import Attempt, Dispute, RefundDecision, RefundRequest
from masthead.payments.provider import NotReady
from masthead.people.models import User

logger = logging.getLogger(__name__)

LATELY = timedelta(days=30)
"""What staff gave back of a subscription in that time counts, so that a sum is not split up."""


class Act(models.TextChoices):
    """Ways in which staff give money back."""

    WHOLE = "whole", gettext_lazy("The whole price; it ends at once")
    REST = "rest", gettext_lazy("What was not served; it ends at once")
    GOODWILL = "goodwill", gettext_lazy("A sum as goodwill; it goes on, and the copies stay owed")


REFUSALS = (CannotGiveBack, CannotCancel, CannotDecide)
"""Whatever may be said instead of doing it, fit to show to staff."""


@dataclass(frozen=True, slots=True)
class Given:
    """What came of it: refunds that were promised, or the request that waits."""

    refunds: list[Refund] = field(default_factory=list)
    waits: RefundRequest | None = None


def most(subscription: Subscription, act: Act, *, at: datetime) -> list[Money]:
    """Return what an act would give back now, at most, by currency; writes nothing."""
    sums: dict[str, int] = {}
    account = earning.as_of_yesterday(standing.of_one(subscription), at=at)
    for balance in endings.concerned(account, at):
        currency = balance.term.currency
        if balance.owed_by:
            # It was not paid, so nothing goes back.
            sums.setdefault(currency, 0)
            continue
        parts = refundable.rest_of(balance) if act == Act.REST else refundable.of(balance.term)
        if act == Act.WHOLE:
            # What went over into it goes back with what it was paid for, whatever was served.
            parts = tuple(
                part
                for term in refundable.paid_by(balance.term)
                for part in refundable.paid_for(term, refundable.of(term))
            )
        sums[currency] = sums.get(currency, 0) + deals.total(parts, currency).minor
        if act == Act.GOODWILL:
            break
    return [Money(minor, currency) for currency, minor in sorted(sums.items())]


@transaction.atomic
def give(
    subscription: Subscription,
    act: Act,
    *,
    reason: str,
    request: UUID,
    at: datetime,
    by: User,
    money: Money | None = None,
) -> Given:
    """Give money back, or write down that it waits for a second person.

    Args:
        subscription: read afresh.
        act: in which way.
        reason: why, for the office; names nobody.
        request: the one-time key of the form; a second time it returns what the first one did.
        at: the moment, timezone-aware.
        by: who of the staff.
        money: how much, as goodwill; of the other ways it is worked out.

    Raises:
        CannotGiveBack: it is more than was paid, it is over, another refund waits, or the payer's
            bank has asked the money back.
        CannotCancel: it is over.
    """
    subscription = Subscription.objects.select_for_update().get(pk=subscription.pk)
    if there := RefundRequest.objects.filter(request=request).first():
        return Given(waits=there)
    if made := list(Refund.objects.filter(request=request, term__subscription=subscription)):
        return Given(made)
    _check(subscription, reason, by)
    asked = _asked(subscription, act, money, at)
    if four_eyes.needs_second(asked, already=_lately(subscription, asked.currency, at)):
        waits = four_eyes.ask(
            about(subscription), act, asked, reason=reason.strip()[:200], request=request, at=at, by=by
        )  # fmt: skip
        _log(subscription, "ask", by, act=act, sum=asked, why=reason)
        return Given(waits=waits)
    refunds = _carry_out(subscription, act, asked, request, at, by)
    _log(subscription, "give", by, act=act, sum=asked, why=reason)
    return Given(refunds)


@transaction.atomic
def approve(waiting: RefundRequest, *, at: datetime, by: User) -> list[Refund]:
    """Agree to a refund that somebody else asked for, and promise the money back.

    Raises:
        CannotDecide: it was decided, `by` asked for it, or it would be more by now.
        CannotGiveBack: it can no longer be given back.
        CannotCancel: it is over.
    """
    subscription = Subscription.objects.select_for_update().get(key=_key(waiting))
    four_eyes.decide(waiting, approved=True, at=at, by=by)
    _see_disputes(subscription)
    refunds = _carry_out(subscription, Act(waiting.act), waiting.money, waiting.request, at, by)
    if sum(refund.minor for refund in refunds) > waiting.minor or any(
        refund.currency != waiting.currency for refund in refunds
    ):
        raise CannotDecide(_("It would be more than was asked for. Decline it, and ask anew."))
    _log(subscription, "agree", by, act=waiting.act, sum=waiting.money, why=waiting.reason)
    return refunds


@transaction.atomic
def decline(waiting: RefundRequest, *, reason: str, at: datetime, by: User) -> RefundDecision:
    """Have a refund not made, for a reason; who asked may take it back like this.

    Raises:
        CannotDecide: it was decided, or there is no reason.
    """
    decision = four_eyes.decide(waiting, approved=False, at=at, by=by, reason=reason)
    subscription = Subscription.objects.get(key=_key(waiting))
    _log(subscription, "decline", by, sum=waiting.money, why=reason)
    return decision


def send(refunds: Iterable[Refund], *, at: datetime) -> list[Money]:
    """Send promised money on its way, and return the sums; what cannot go now goes with a sweep.

    Not to be called inside a transaction.
    """
    sums = []
    for refund in refunds:
        if refund.attempt is None:
            continue
        sums.append(refund.attempt.money)
        send_one(refund.attempt, at=at)
    return sums


def send_one(refund: Attempt, *, at: datetime) -> None:
    """Send one such movement of money on its way."""
    try:
        attempts.send(refund, ways.named(refund.provider), at=at)
    except NotReady as lacking:
        logger.warning("A refund waits: %s", lacking)


def about(subscription: Subscription) -> str:
    """Return what a request for a refund of a subscription is filed under."""
    return f"subscription:{subscription.key}"


def of_requests(waiting: Iterable[RefundRequest]) -> dict[int, Subscription]:
    """Return the subscription that each request is about, by the request's row; one query."""
    keys = {one.pk: _key(one) for one in waiting if one.about.startswith("subscription:")}
    found = Subscription.objects.filter(key__in=set(keys.values())).select_related("title", "payer")
    by_key = {str(one.key): one for one in found}
    return {pk: by_key[key] for pk, key in keys.items() if key in by_key}


def _key(waiting: RefundRequest) -> str:
    return waiting.about.removeprefix("subscription:")


def _check(subscription: Subscription, reason: str, by: User) -> None:
    if by.pk == subscription.payer_id:
        raise CannotGiveBack(_("You paid for it yourself. Use the ways out in your own account."))
    if subscription.ended_at:
        raise CannotGiveBack(_("This subscription is over already."))
    if not reason.strip():
        raise CannotGiveBack(_("Write down why."))
    if RefundRequest.objects.waiting().filter(about=about(subscription)).exists():
        raise CannotGiveBack(
            _("A refund of it waits for a second person. Have that decided first.")
        )
    _see_disputes(subscription)


def _log(subscription: Subscription, what: str, by: User, **said: object) -> None:
    data = {name: str(value) for name, value in said.items()}
    log(subscription, f"masthead.refund.{what}", user=by, data=data)


def _see_disputes(subscription: Subscription) -> None:
    among = Q(subscription=subscription) | Q(subscription=refundable.before(subscription))
    references = [order.reference for order in Order.objects.filter(among)]
    taken = Dispute.objects.exclude(state=Dispute.State.WON)
    if taken.filter(charge__reference__in=references).exists():
        raise CannotGiveBack(
            _("The payer’s bank has asked this money back already; it would be paid twice.")
        )


def _asked(subscription: Subscription, act: Act, money: Money | None, at: datetime) -> Money:
    sums = most(subscription, act, at=at)
    if len(sums) != 1:
        raise CannotGiveBack(_("It was paid in several currencies; see to each of its payments."))
    if act != Act.GOODWILL:
        return sums[0]
    if money is None or money.currency != sums[0].currency or not 0 < money.minor <= sums[0].minor:
        raise CannotGiveBack(_("Of this term %(left)s can be given back.") % {"left": sums[0]})
    return money


def _lately(subscription: Subscription, currency: str, at: datetime) -> int:
    """Return what staff gave back of a subscription lately; what its payer did does not count."""
    given = Refund.objects.filter(
        ~Q(by=None) & ~Q(by=subscription.payer_id),
        term__subscription=subscription,
        currency=currency,
        asked_at__gt=at - LATELY,
    )
    return int(given.aggregate(sum=Sum("minor"))["sum"] or 0)


def _carry_out(
    subscription: Subscription, act: Act, money: Money, request: UUID, at: datetime, by: User
) -> list[Refund]:
    if act == Act.WHOLE:
        return endings.give_money_back(
            subscription, request=request, at=at, by=by, in_any_case=True
        )
    if act == Act.REST:
        return endings.cancel(subscription, request=request, at=at, by=by)
    return [refunding.give_goodwill(_term(subscription, at), money, request=request, at=at, by=by)]


def _term(subscription: Subscription, at: datetime) -> Term:
    return endings.concerned(standing.of_one(subscription), at)[0].term
