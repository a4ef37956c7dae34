"""What was sold to a person, for export and erasure.

The books stay: what was served, earned and paid back names nobody by itself. What goes is whatever
could still happen: nothing more is charged, and nothing more is served.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from masthead.circulation import endings, single_returns, unpaid
from masthead.circulation.models import (
    Notice,
    Order,
    PriceConsent,
    Refund,
    ServiceRecord,
    SingleCopy,
    Subscription,
)
from masthead.people import personal_data
from masthead.people.models import User
from masthead.people.personal_data import Rows


def register() -> None:
    """Enter all of it."""
    personal_data.register("subscriptions", gather=_subscriptions, erase=_give_up)
    personal_data.register("orders", gather=_orders, erase=_give_up_orders)
    personal_data.register("issues-served", gather=_served, erase=_keep)
    personal_data.register("single-copies", gather=_single_copies, erase=_give_up_copies)
    personal_data.register("refunds", gather=_refunds, erase=_keep)
    personal_data.register("prices-agreed-to", gather=_prices, erase=_keep)
    personal_data.register("notices", gather=_notices, erase=_keep)


def _subscriptions(user: User) -> Rows:
    return [
        {
            "number": one.number,
            "title": one.title.name,
            "you": "read and pay" if one.reader_id == one.payer_id else _part_of(user, one),
            "opened_at": one.opened_at,
            "renewal_stopped_at": one.stopped_at,
            "ended_at": one.ended_at,
            "ended_by": one.ended_why,
        }
        for one in Subscription.objects.of(user).select_related("title")
    ]


def _part_of(user: User, one: Subscription) -> str:
    return "read" if one.reader_id == user.pk else "pay"


def _give_up(user: User, at: datetime) -> None:
    """Charge nothing more, and serve nothing more to a reader who is not there any more."""
    for one in Subscription.objects.of(user).running():
        if one.reader_id == user.pk:
            endings.give_up(one, at=at)
        elif one.stopped_at is None:
            endings.stop(one, at=at)


def _orders(user: User) -> Rows:
    return [
        {
            "order": order.key,
            "offer": order.version.deal.name,
            "price": str(order.money),
            "with_print": order.with_print,
            "country": order.country,
            "agreed_to": order.agreed_to,
            "ordered_at": order.ordered_at,
            "on_credit": order.credit.billing if hasattr(order, "credit") else "",
        }
        # What a gift cost is nobody's business but the donor's.
        for order in Order.objects.filter(payer=user).select_related("version", "credit")
    ]


def _give_up_orders(user: User, at: datetime) -> None:
    """Wait for no money any more, neither theirs nor anybody's for what they were to read."""
    concerned = Order.objects.filter(Q(payer=user) | Q(reader=user), cancelled_at=None)
    for order in concerned.filter(term=None, present__paid_at=None):
        unpaid.give_up(order, at=at)


def _served(user: User) -> Rows:
    served = ServiceRecord.objects.filter(subscription__reader=user).select_related("issue")
    return [
        {
            "issue": record.issue.title,
            "as": record.kind,
            "in_print": record.is_printed,
            "country": record.country,
            "served_at": record.served_at,
        }
        for record in served
    ]


def _single_copies(user: User) -> Rows:
    return [
        {
            "number": copy.number,
            "issue": copy.issue.title,
            "as": copy.edition,
            "price": str(copy.money),
            "country": copy.country,
            "agreed_to": copy.agreed_to,
            "ordered_at": copy.ordered_at,
            "paid_at": copy.paid_at,
            "delivered_at": copy.earned_at,
            "paid_back_at": copy.returned_at,
        }
        for copy in SingleCopy.objects.filter(reader=user).select_related("issue")
    ]


def _give_up_copies(user: User, at: datetime) -> None:
    """Send nothing more: what was paid for and is in the store still is anybody's again."""
    for copy in SingleCopy.objects.filter(reader=user, earned_at=None):
        single_returns.forget(copy, at=at)


def _refunds(user: User) -> Rows:
    return [
        {"refund": str(refund), "asked_at": refund.asked_at}
        for refund in Refund.objects.filter(term__subscription__payer=user)
    ]


def _prices(user: User) -> Rows:
    return [
        {"price": str(one.money), "agreed_to": one.words, "agreed_at": one.agreed_at}
        for one in PriceConsent.objects.filter(subscription__payer=user)
    ]


def _notices(user: User) -> Rows:
    return [
        {"about": notice.kind, "sent_at": notice.sent_at, "words": notice.words}
        for notice in Notice.objects.filter(subscription__payer=user)
    ]


def _keep(user: User, at: datetime) -> None:
    """Keep them: they are the books' and name nobody but by the row of an erased person."""
