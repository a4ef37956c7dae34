"""Gift subscriptions, for export and erasure: of who gave them, and of who they are for.

Both have their part of it. Donors see what it cost, and recipients never do.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from masthead.circulation.models import Present
from masthead.people import personal_data
from masthead.people.models import User, at_mail
from masthead.people.personal_data import Rows


def register() -> None:
    """Enter both."""
    personal_data.register("gifts-given", gather=_given, erase=_forget_donor)
    personal_data.register("gifts-received", gather=_received, erase=_forget_recipient)


def _given(user: User) -> Rows:
    return [
        {
            "key": one.key,
            "offer": one.order.version.deal.name,
            "price": str(one.order.money),
            "for": one.recipient_name,
            "mail_address": one.recipient_email,
            "you_sign_as": one.donor_name,
            "message": one.message,
            "delivered_on": one.deliver_on,
            "paid_at": one.paid_at,
            "redeemed_at": one.redeemed_at,
            "paid_back_at": one.returned_at,
        }
        for one in Present.objects.filter(order__payer=user).select_related("order__version")
    ]


def _received(user: User) -> Rows:
    return [
        {
            "key": one.key,
            "offer": one.order.version.deal.name,
            "from": one.donor_name,
            "for": one.recipient_name,
            "message": one.message,
            "redeemed_at": one.redeemed_at,
        }
        for one in _for(user).select_related("order__version")
    ]


def _forget_donor(user: User, at: datetime) -> None:
    """Forget how they signed and what they wrote; what they paid for still reaches who it is for."""
    Present.objects.filter(order__payer=user).update(donor_name="", message="")


def _forget_recipient(user: User, at: datetime) -> None:
    """Forget who they are; what they had not begun is its donor's again, to give or have back."""
    every = list(_for(user).values_list("pk", flat=True))
    personal_data.unname(Present.objects.filter(pk__in=every))
    Present.objects.in_line().filter(pk__in=every).update(recipient=None, redeemed_at=None)
    Present.objects.filter(pk__in=every).update(
        recipient_name="", recipient_email="", message="", token_sha256=None
    )


def _for(user: User) -> QuerySet[Present]:
    sent = Present.objects.filter(recipient=None).exclude(recipient_email="")
    by_address = at_mail(sent, user.email, field="recipient_email")
    return Present.objects.filter(Q(recipient=user) | Q(pk__in=by_address.values("pk")))
