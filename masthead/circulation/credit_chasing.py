"""Asking for the money of orders on credit: reminders, then nothing more is served, then the end.

Somebody who does not pay is written to on the days below. Once so many copies were served as the
offer allows, and another issue is out, or twice the days of the invoice are over, nothing more
is served and nothing read (`suspended_at`). If the money is not here so many days after that, the
subscription ends and what was served is written off.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from masthead.circulation import credit_letters, endings, standing
from masthead.circulation.models import CreditOrder
from masthead.circulation.standing import Account
from masthead.editorial.models import Title

DAYS = (14, 28, 42)
"""How many days after the invoice a payer is reminded; the last time in plain words."""

THANKED_FOR = timedelta(days=14)
"""How long a receipt is tried again; after that it would only be odd."""


def run(title: Title, *, at: datetime) -> Counter[str]:
    """Do all that is to be done today about a title's orders on credit, and count it.

    Doing it again does nothing. Not to be called inside a transaction: it writes letters.
    """
    done: Counter[str] = Counter()
    credits = {one.order.term.subscription_id: one for one in _owed(title)}
    subscriptions = [one.order.term.subscription for one in credits.values()]
    newest = standing.newest_sequence(title.pk)
    for account in standing.of(subscriptions):
        credit = credits[account.subscription.pk]
        done["suspended"] += _suspend(credit, account, newest, at)
        if credit.suspended_at is None:
            done["reminded"] += _remind(credit, at)
        elif at >= credit.suspended_at + timedelta(days=credit.days):
            done["written off"] += endings.end_unpaid(account.subscription, at=at)
        else:
            done["told"] += credit_letters.tell_suspended(credit, at=at)
    done["thanked"] = thank(title, at=at)
    return +done


def thank(title: Title, *, at: datetime) -> int:
    """Write receipts to those whose money came of late; return how many went."""
    paid = CreditOrder.objects.filter(
        billing=CreditOrder.Billing.PAID,
        settled_at__gte=at - THANKED_FOR,
        order__version__offer__title=title,
        payer__isnull=False,
    )
    return sum(credit_letters.thank(one, at=at) for one in paid.select_related(*_WITH))


_WITH = (
    "payer",
    "order__version__offer__title",
    "order__term__subscription__title",
    "order__term__subscription__payer",
)


def _owed(title: Title) -> list[CreditOrder]:
    # An agency is asked for its money by staff.
    owed = CreditOrder.objects.owed().filter(
        order__version__offer__title=title, payer__isnull=False
    )
    return list(owed.select_related(*_WITH))


def _suspend(credit: CreditOrder, account: Account, newest: int, at: datetime) -> bool:
    is_long_owed = at >= credit.opened_at + timedelta(days=2 * credit.days)
    if credit.suspended_at or not (account.is_suspended(newest) or is_long_owed):
        return False
    waiting = CreditOrder.objects.owed().filter(pk=credit.pk, suspended_at=None)
    if not waiting.update(suspended_at=at):
        return False
    credit.suspended_at = at
    return True


def _remind(credit: CreditOrder, at: datetime) -> bool:
    """Send the reminder that is due; one that was missed is not sent after the next."""
    effort = sum(at >= credit.opened_at + timedelta(days=days) for days in DAYS)
    if not effort:
        return False
    return credit_letters.remind(credit, effort, is_last=effort == len(DAYS), at=at)
