"""What payers are told about renewals: before a charge, instead of one, after one that failed.

A letter is on record once the mail server took it; without the reminder nobody is charged.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q
from django.urls import reverse

from masthead.circulation import confirmations, letters, renewals
from masthead.circulation.models import Notice, Order, Subscription
from masthead.circulation.next_terms import Due
from masthead.circulation.renewals import CannotRenew, Named
from masthead.editorial.models import Title
from masthead.payments import attempts
from masthead.payments.models import Attempt
from masthead.payments.provider import NotReady, PayLike, Urls

logger = logging.getLogger(__name__)

MOST = 500
"""Letters in one run: mail servers count, too."""

YEAR = timedelta(days=355)
"""Whoever renews hears of it once a year, even if nothing is due. California asks for that (AB 2863)."""

TELLS_THE_SUM = (
    Notice.Kind.WELCOME,
    Notice.Kind.RECEIPT,
    Notice.Kind.RENEWAL,
    Notice.Kind.PRICE,
    Notice.Kind.YEARLY,
)


def remind(title: Title, *, at: datetime, most: int = MOST) -> int:
    """Tell those who are charged next what it costs, when, and how to stop it; return how many.

    Who pays by hand is told of a new price, and is otherwise written to with the invoice.
    """
    sent = 0
    for one in renewals.due(title, at=at):
        if sent >= most:
            break
        by_hand = one.method is None and bool(one.money)
        if one.quote is None or one.notice or (by_hand and not one.is_new_price):
            continue
        context = {
            **_about(one),
            "method": one.method.label if one.method else "",
            "copies_left": one.account.left,
            "renew_at": min(one.last.deal.renew_at, one.last.copies // 2),
            "ends_at": one.account.balances[-1].ends,
            "earliest": title.day(at + one.days_of_notice),
            "before": one.before.in_words_of(_language(one.last.order) or title.language)
            if one.before
            else "",
            "is_agreed": bool(one.agreed_to),
            "is_by_hand": by_hand,
            "answer": _where_to_answer(one.subscription),
        }
        sent += bool(
            letters.notify(
                Notice.Kind.PRICE if one.before else Notice.Kind.RENEWAL,
                one.subscription,
                one.last,
                context,
                occasion=one.occasion,
                at=at,
                language=_language(one.last.order),
            )
        )
    return sent


def write_invoices(title: Title, *, at: datetime, named: Named, most: int = MOST) -> int:
    """Write to those who pay by hand what they would pay for the next term; return how many.

    Who pays by transfer gets its reference and the account; whose card is not on record a link.
    Where the price is a new one, they were told of it some days before.
    """
    by_themselves = [
        one
        for one in renewals.due(title, at=at)
        if one.quote is not None and one.method is None and one.money and _was_told(one, at)
    ]
    for one in by_themselves[:most]:
        try:
            by_hand = "by-hand" in named(one.last.order.provider).abilities
        except NotReady:
            by_hand = False
        if by_hand:
            _open(one, at)
        else:
            _tell_to_renew(one, at)
    sent = 0
    for order in renewals.standing_orders(title):
        sent += _send_invoice(order, named, at)
    return sent


def tell_of_failures(title: Title, *, at: datetime) -> int:
    """Write to payers whose renewal could not be charged, once for each try; return how many.

    What they began to pay for by themselves, and left, they know of.
    """
    sent = 0
    for order in renewals.standing_orders(title):
        tries = Attempt.objects.filter(reference=order.reference)
        last = tries.filter(with_payer=False).order_by("-pk").first()
        if last is None or last.state != Attempt.State.FAILED or order.subscription is None:
            continue
        occasion = f"payment-failed:{last.key}"
        if Notice.objects.filter(occasion=occasion).exists():
            continue
        context = {
            "title": title.name,
            "price": order.money.in_words_of(last.language),
            "problem": last.problem,
            "pay": _where_to_pay(order.subscription),
        }
        sent += bool(
            letters.notify(
                Notice.Kind.PAYMENT_FAILED,
                order.subscription,
                order.renews,
                context,
                occasion=occasion,
                at=at,
                language=last.language,
            )
        )
    return sent


def tell_given_up(order: Order, *, at: datetime) -> None:
    """Write that a renewal was given up and nothing will be charged."""
    assert order.subscription is not None
    subscription = Subscription.objects.select_related("title", "payer").get(
        pk=order.subscription.pk
    )
    letters.notify(
        Notice.Kind.STOPPED,
        subscription,
        order.renews,
        {"title": subscription.title.name},
        occasion=confirmations.stop_of(subscription),
        at=at,
        name="renewal-given-up",
        language=_language(order),
    )


def tell_yearly(title: Title, *, at: datetime, most: int = MOST) -> int:
    """Remind those who have heard nothing for a year that their subscription renews."""
    running = Subscription.objects.running().filter(title=title, stopped_at=None)
    old = running.filter(opened_at__lte=at - YEAR).annotate(
        told=Max("notices__sent_at", filter=Q(notices__kind__in=TELLS_THE_SUM))
    )
    sent = 0
    unheard = old.filter(Q(told=None) | Q(told__lte=at - YEAR))
    for subscription in unheard.select_related("payer", "title")[:most]:
        term = subscription.terms.select_related("version", "order").order_by("sequence").last()
        if term is None or not term.order.agreed_to or not term.deal.renews:
            continue
        price = term.money.in_words_of(_language(term.order) or title.language)
        context = {"title": title.name, "offer": term.deal.name, "price": price}
        sent += bool(
            letters.notify(
                Notice.Kind.YEARLY,
                subscription,
                term,
                context,
                occasion=f"yearly:{subscription.key}:{at.year}",
                at=at,
                language=_language(term.order),
            )
        )
    return sent


@transaction.atomic
def _open(one: Due, at: datetime) -> None:
    """Write down the renewal of somebody who pays by hand, so that there is a reference to pay."""
    subscription = Subscription.objects.select_for_update().get(pk=one.subscription.pk)
    if subscription.ended_at or subscription.stopped_at:
        return
    try:
        # They pay it themselves or not at all, so that no price is taken that they did not see.
        before = one.last.order
        order = renewals.order_for(one, before.provider, at, agreed_to=before.agreed_to)
    except CannotRenew:
        return
    renewals.charge_for(order, 0, None, at)


def _was_told(one: Due, at: datetime) -> bool:
    """Say whether a payer was told in time what the next term costs, where that is news."""
    if not one.is_new_price:
        return True
    return one.notice is not None and at >= one.notice.sent_at + one.days_of_notice


def _send_invoice(order: Order, named: Named, at: datetime) -> bool:
    occasion = f"renewal-invoice:{order.key}"
    attempt = Attempt.objects.filter(reference=order.reference, method=None).first()
    if attempt is None or attempt.is_settled or order.subscription is None:
        return False
    if Notice.objects.filter(occasion=occasion).exists():
        return False
    account = f"{settings.INSTALLATION.magazine.address}/account/"
    try:
        came = attempts.send(attempt, named(order.provider), at=at, urls=Urls(account, account))
    except NotReady as lacking:
        logger.warning("An invoice waits: %s", lacking)
        return False
    if not isinstance(came, PayLike):
        return False
    notice = letters.notify(
        Notice.Kind.RENEWAL,
        order.subscription,
        order.renews,
        {
            "title": order.subscription.title.name,
            "offer": order.version.deal.name,
            "price": order.money.in_words_of(attempt.language),
            "steps": came.steps,
        },
        occasion=occasion,
        at=at,
        name="renewal-invoice",
        language=attempt.language,
    )
    return notice is not None


def _tell_to_renew(one: Due, at: datetime) -> None:
    letters.notify(
        Notice.Kind.RENEWAL,
        one.subscription,
        one.last,
        {**_about(one), "pay": _where_to_pay(one.subscription)},
        occasion=f"renewal-by-hand:{one.last.key}",
        at=at,
        name="renewal-by-hand",
        language=_language(one.last.order),
    )


def _where_to_pay(subscription: Subscription) -> str:
    path = reverse("account_renewal", args=[subscription.key])
    return f"{settings.INSTALLATION.magazine.address}{path}"


def _where_to_answer(subscription: Subscription) -> str:
    path = reverse("account_price", args=[subscription.key])
    return f"{settings.INSTALLATION.magazine.address}{path}"


def _about(one: Due) -> dict[str, object]:
    title = one.subscription.title
    return {
        "title": title.name,
        "offer": one.version.deal.name,
        "price": one.money.in_words_of(_language(one.last.order) or title.language),
    }


def _language(order: Order) -> str:
    first = Attempt.objects.filter(reference=order.reference).order_by("pk").first()
    return first.language if first else ""
