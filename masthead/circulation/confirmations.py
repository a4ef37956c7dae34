"""What a payer is told in writing of what they did: ordered, stopped, cancelled, had money back.

Each is sent once and put on record. What the mail server did not take is tried again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse

from masthead.circulation import credit_letters, credit_orders, endings, letters
from masthead.circulation.models import CreditOrder, Notice, Order, Refund, Subscription, Term
from masthead.circulation.promises import kept
from masthead.payments.models import Invoice

TRIED_FOR = timedelta(days=14)
"""How long a letter is tried again; after that it would only be odd."""

KINDS = {
    Subscription.Ended.MONEY_BACK: Notice.Kind.MONEY_BACK,
    Subscription.Ended.CANCELLED: Notice.Kind.CANCELLED,
    Subscription.Ended.WITHDRAWN: Notice.Kind.WITHDRAWN,
    Subscription.Ended.NOT_PAID: Notice.Kind.CANCELLED,
    Subscription.Ended.CHARGED_BACK: Notice.Kind.CANCELLED,
}

LETTERS = {
    Subscription.Ended.NOT_PAID: "credit-ended",
    Subscription.Ended.CHARGED_BACK: "charged-back",
}
"""What the letter about an end is called that its payer has not asked for."""

OF_SUBSCRIPTIONS = ("title", "payer")
OF_TERMS = ("version", "order", "subscription__title", "subscription__payer")


def send_due(at: datetime) -> int:
    """Confirm whatever was done of late and has not been confirmed; return how many letters went."""
    since = at - TRIED_FOR
    sent = 0
    # Of a gift its donor was told when it was paid, and its reader is told without the price.
    opened = Term.objects.filter(opened_at__gte=since, order__present=None)
    # What moved from a title that folded was not ordered (see `fold_letters`), nor was what came
    # along with a list (see `carrying_over.welcome()`); an agency is sent one invoice for all.
    kinds = Order.Kind
    opened = opened.exclude(order__kind__in=[kinds.FOLDED, kinds.AGENCY, kinds.IMPORTED])
    for term in opened.select_related(*OF_TERMS):
        sent += _is_new(f"term:{term.key}") and bool(confirm_term(term, at=at))
    stopped = Subscription.objects.filter(stopped_at__gte=since, ended_at=None, title__fold=None)
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
    name, language, credit = "order", "", credit_orders.of(term.order)
    if credit and credit.billing == CreditOrder.Billing.OWED:
        how = credit_letters.how_to_pay(term.order, at=at)
        context |= {
            "due": credit_orders.due_on(term.order, credit.opened_at, credit.days),
            "pay": how.address,
            "steps": how.steps,
        }
        name, language = "credit-order", credit_letters.language_of(term.order)
    return letters.notify(
        kind,
        subscription,
        term,
        context,
        occasion=f"term:{term.key}",
        at=at,
        name=name,
        language=language,
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
    """Say that a subscription has ended, when that was asked or why else, and what is paid back."""
    refunds = Refund.objects.filter(term__subscription=subscription).exclude(
        kind=Refund.Kind.GOODWILL
    )
    sums = list(_sums(refunds, subscription.title.language))
    terms = subscription.terms.values_list("key", flat=True)
    occasions = [f"refund:{one.key}" for one in refunds]
    occasions += [f"{why}:{key}" for why in ("unpaid", "charge-back") for key in terms]
    why = Subscription.Ended(subscription.ended_why)
    return letters.notify(
        KINDS[why],
        subscription,
        None,
        {**_about(subscription), "at": subscription.ended_at, "sums": sums},
        occasion=f"ended:{subscription.key}",
        at=at,
        name=LETTERS.get(why, "ended"),
        papers=Invoice.objects.filter(occasion__in=occasions),
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
