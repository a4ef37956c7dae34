"""What a payer is told in writing of what they did: ordered, stopped, cancelled, had money back.

Each is sent once and put on record. What the mail server did not take is tried again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse

from masthead.circulation import endings, letters
from masthead.circulation.models import Notice, Order, Refund, Subscription, Term
from masthead.circulation.promises import kept
from masthead.payments.models import Invoice

TRIED_FOR = timedelta(days=14)
"""How long a letter is tried again; after that it would only be odd."""

KINDS = {
    Subscription.Ended.MONEY_BACK: Notice.Kind.MONEY_BACK,
    Subscription.Ended.CANCELLED: Notice.Kind.CANCELLED,
    Subscription.Ended.WITHDRAWN: Notice.Kind.WITHDRAWN,
}


OF_SUBSCRIPTIONS = ("title", "payer")
OF_TERMS = ("version", "order", "subscription__title", "subscription__payer")


def send_due(at: datetime) -> int:
    """Confirm whatever was done of late and has not been confirmed; return how many letters went."""
    since = at - TRIED_FOR
    sent = 0
    # Of a gift its donor was told when it was paid, and its reader is told without the price.
    opened = Term.objects.filter(opened_at__gte=since, order__present=None)
    # Whoever came along with a list has ordered nothing; see `carrying_over.welcome()`.
    opened = opened.exclude(order__kind=Order.Kind.IMPORTED)
    for term in opened.select_related(*OF_TERMS):
        sent += _is_new(f"term:{term.key}") and bool(confirm_term(term, at=at))
    stopped = Subscription.objects.filter(stopped_at__gte=since, ended_at=None)
    for one in stopped.select_related(*OF_SUBSCRIPTIONS):
        if one.stopped_at and one.stopped_at > one.opened_at:
            sent += _is_new(stop_of(one)) and bool(confirm_stop(one, at=at))
    ended = Subscription.objects.filter(ended_at__gte=since, ended_why__in=KINDS)
    for one in ended.select_related(*OF_SUBSCRIPTIONS):
        sent += _is_new(f"ended:{one.key}") and bool(confirm_end(one, at=at))
    return sent


def confirm_term(term: Term, *, at: datetime) -> Notice | None:
    """Confirm an order that was paid: what is promised, what it costs, how it goes on and ends."""
    subscription = term.subscription
    title = subscription.title
    until = endings.withdrawable_until(subscription)
    context = {
        "title": title.name,
        "offer": term.deal.name,
        "number": subscription.number,
        "price": term.order.money.in_words_of(title.language),
        "is_free": not term.order.money,
        "promises": [line.words for line in kept.lines(term.deal, title, at)],
        "agreed_to": term.order.agreed_to,
        "withdrawal": _address(reverse("newsstand:withdrawal")) if term.sequence == 1 else "",
        "until": until.astimezone(endings.LAST_ZONE).date() - timedelta(days=1),
    }
    kind = Notice.Kind.WELCOME if term.sequence == 1 else Notice.Kind.RECEIPT
    return letters.notify(
        kind,
        subscription,
        term,
        context,
        occasion=f"term:{term.key}",
        at=at,
        name="order",
        papers=Invoice.objects.filter(occasion=f"term:{term.key}"),
    )


def confirm_stop(subscription: Subscription, *, at: datetime) -> Notice | None:
    """Confirm that nothing more is charged."""
    return letters.notify(
        Notice.Kind.STOPPED,
        subscription,
        None,
        {**_about(subscription), "at": subscription.stopped_at},
        occasion=stop_of(subscription),
        at=at,
    )


def confirm_end(subscription: Subscription, *, at: datetime) -> Notice | None:
    """Confirm that a subscription has ended, when that was asked, and what is paid back."""
    refunds = Refund.objects.filter(term__subscription=subscription).exclude(
        kind=Refund.Kind.GOODWILL
    )
    sums = list(_sums(refunds, subscription.title.language))
    return letters.notify(
        KINDS[Subscription.Ended(subscription.ended_why)],
        subscription,
        None,
        {**_about(subscription), "at": subscription.ended_at, "sums": sums},
        occasion=f"ended:{subscription.key}",
        at=at,
        name="ended",
        papers=Invoice.objects.filter(occasion__in=[f"refund:{one.key}" for one in refunds]),
    )


def stop_of(subscription: Subscription) -> str:
    """Return what the letter about a stop is on record as: there is one, whoever writes it."""
    stopped = subscription.stopped_at
    return f"stopped:{subscription.key}:{stopped.isoformat() if stopped else ''}"


def _about(subscription: Subscription) -> dict[str, Any]:
    return {
        "title": subscription.title.name,
        "number": subscription.number,
        "why": subscription.ended_why,
    }


def _sums(refunds: Any, language: str) -> Iterator[str]:
    for refund in refunds.select_related("attempt"):
        if refund.attempt:
            yield refund.attempt.money.in_words_of(language)


def _is_new(occasion: str) -> bool:
    return not Notice.objects.filter(occasion=occasion).exists()


def _address(path: str) -> str:
    return f"{settings.INSTALLATION.magazine.address}{path}"
