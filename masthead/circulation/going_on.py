"""Going on: a payer has the next term now, because they ask for it and not because it is due."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from masthead.circulation import next_terms, orders, renewals, standing
from masthead.circulation.models import Order, Subscription
from masthead.circulation.next_terms import Due
from masthead.circulation.renewals import CannotRenew
from masthead.circulation.standing import Account


def next_term(account: Account, *, at: datetime) -> Due:
    """Return what it would cost the payer of an account to renew now.

    Raises:
        CannotRenew: it has ended, or more than half of what was paid for is still to come.
    """
    subscription = account.subscription
    if subscription.ended_at:
        raise CannotRenew(_("It has ended. Please order anew."))
    if not account.balances:
        raise CannotRenew(_("Nothing was paid for yet that could be renewed."))
    if account.owed_by:
        raise CannotRenew(_("Please pay the invoice for what you have first."))
    last = account.balances[-1].term
    time = account.balances[-1].time
    passed = time.served(subscription.title.day(at), account.resting) if time else 0
    if account.left > last.copies // 2 or (time and passed < time.days // 2):
        raise CannotRenew(_("More than half of what you paid for is still to come."))
    newest = standing.newest_sequence(subscription.title_id)
    one = next_terms.look_at(account, newest, at, by_payer=True)
    if one.quote is None:
        raise CannotRenew(one.hindrance)
    return one


@transaction.atomic
def ask_for(subscription: Subscription, *, at: datetime) -> Order:
    """Return the order that renews a subscription because its payer asks for it.

    It is the one that stands, if there is one; `orders.ask_for()` has it paid. What was agreed to
    before renewal was stopped does not count any more.

    Raises:
        CannotRenew: as `next_term()` does.
    """
    subscription = Subscription.objects.select_for_update().get(pk=subscription.pk)
    if there := standing_order(subscription):
        return there
    order = renewals.order_for(next_term(standing.of_one(subscription), at=at), "", at)
    if not order.minor:
        orders.begin(order, charge="", at=at)
    return order


def standing_order(subscription: Subscription) -> Order | None:
    """Return the renewal of a subscription that is neither paid nor given up, if there is one."""
    standing_ones = renewals.standing_orders(subscription.title)
    return standing_ones.filter(subscription=subscription).first()
