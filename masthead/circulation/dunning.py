"""Renewals that could not be charged: tried again on some days, then given up.

A card that was declined for now is tried on the third, the seventh and the fourteenth day, with
whatever way to pay is the newest. One that was declined for good, or wants its payer, is not tried
again, unless they leave another. Meanwhile copies of grace are served. After that the renewal is
given up, and copies that nobody will pay for are written off.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction

from masthead.circulation import (
    brakes,
    endings,
    next_terms,
    renewal_letters,
    renewals,
    serving,
    standing,
)
from masthead.circulation.models import Deduction, Order, ServiceRecord, Subscription
from masthead.circulation.renewals import MOST, Named
from masthead.circulation.standing import Account
from masthead.editorial.models import Title
from masthead.payments import disputes
from masthead.payments.models import Attempt, Method
from masthead.payments.provider import SOFT

DAYS = (0, 3, 7, 14)
"""After how many days a charge is tried, counted from the first time."""

LAST_DAY = timedelta(days=DAYS[-1])
INVOICE_STANDS = timedelta(days=60)
"""How long a renewal that is paid by hand waits for its money."""

State = Attempt.State


def run(title: Title, *, at: datetime, named: Named, most: int = MOST) -> Counter[str]:
    """Do all that is to be done about renewals of a title today, and count it."""
    done: Counter[str] = Counter()
    done["sent late"] = renewals.send_unsent(title, at=at, named=named)
    done["reminded"] = renewal_letters.remind(title, at=at)
    done["invoices"] = renewal_letters.write_invoices(title, at=at, named=named)
    outcome = renewals.execute(title, at=at, named=named, most=most)
    done["charged"] = len(outcome.charged)
    done["left for later"] = outcome.left_for_later
    done += chase(title, at=at, named=named, most=most)
    done["told of failures"] = renewal_letters.tell_of_failures(title, at=at)
    done["told after a year"] = renewal_letters.tell_yearly(title, at=at)
    done["copies written off"] = write_off(title, at=at)
    return +done


def chase(title: Title, *, at: datetime, named: Named, most: int = MOST) -> Counter[str]:
    """Try again what may be tried today, and give up what is hopeless; return how many of each."""
    done: Counter[str] = Counter()
    for order in list(renewals.standing_orders(title)):
        tries = list(Attempt.objects.filter(reference=order.reference).order_by("created_at", "pk"))
        open_ones = [one for one in tries if not one.is_settled]
        charges = [one for one in tries if one.method_id]
        is_old = at >= order.ordered_at + INVOICE_STANDS
        if any(one.state == State.SUCCEEDED for one in tries):
            continue
        if tries and tries[-1].state == State.DROPPED:
            # It was written down and never asked for; it is due anew.
            renewals.drop(order, at=at)
        elif not renewals.was_due(order, tries):
            if is_old:
                # They asked for it themselves and never paid; what they agreed to still holds.
                renewals.drop(order, at=at)
                done["dropped"] += 1
        elif not renewals.still_agreed(order, at=at):
            if not open_ones:
                renewals.drop(order, at=at)
                done["dropped"] += 1
        elif open_ones or not charges:
            # They pay for it by themselves, or nobody knows yet how a charge ends.
            if is_old and not any(one.method_id for one in open_ones):
                done["given up"] += give_up(order, at=at)
        elif (day := next_try(order, charges)) is None:
            if at >= order.ordered_at + LAST_DAY:
                done["given up"] += give_up(order, at=at)
        elif (
            at >= day
            and not brakes.reason(title)
            and done["tried again"] < most
            and (attempt := _try_again(order, len(tries), at))
        ):
            renewals.send(attempt, named, at=at)
            done["tried again"] += 1
    return done


def next_try(order: Order, charges: list[Attempt]) -> datetime | None:
    """Return when a failed renewal is tried again; None where that would be no use.

    What its payer began by themselves, and left, is no charge that failed.
    """
    last, failures = charges[-1], sum(one.state == State.FAILED for one in charges)
    if failures >= len(DAYS):
        return None
    method = next_terms.method_of(order.payer)
    if method is None:
        return None
    if _is_new(method, last) and last.settled_at:
        return last.settled_at
    if last.problem != SOFT:
        return None
    return order.ordered_at + timedelta(days=DAYS[failures])


def give_up(order: Order, *, at: datetime) -> bool:
    """Stop chasing a renewal: nothing more is charged, and what is paid is served to the end."""
    assert order.subscription is not None
    with transaction.atomic():
        if not Order.objects.filter(pk=order.pk, cancelled_at=None).update(cancelled_at=at):
            return False
        with suppress(endings.CannotStop):
            endings.stop(order.subscription, at=at)
    renewal_letters.tell_given_up(order, at=at)
    return True


def write_off(title: Title, *, at: datetime) -> int:
    """Write off copies of grace that no renewal will make up for; return how many."""
    renewing = {order.subscription_id for order in renewals.standing_orders(title)}
    newest = standing.newest_sequence(title.pk)
    copies = 0
    for account in _in_grace(title):
        if account.subscription.pk not in renewing and _is_lost(account, newest, at):
            copies += _write_off(account, at)
    return copies


def _in_grace(title: Title) -> Iterator[Account]:
    graced = ServiceRecord.objects.filter(kind=ServiceRecord.Kind.GRACE, issue__publication=title)
    concerned = Subscription.objects.filter(pk__in=graced.values("subscription"))
    for batch in serving.batches(concerned):
        for account in standing.of(Subscription.objects.filter(pk__in=batch)):
            if account.grace_owed > 0:
                yield account


def _is_lost(account: Account, newest: int, at: datetime) -> bool:
    subscription = account.subscription
    if subscription.ended_at or subscription.stopped_at:
        return True
    return account.has_lapsed(at, newest)


@transaction.atomic
def _write_off(account: Account, at: datetime) -> int:
    subscription = Subscription.objects.select_for_update().get(pk=account.subscription.pk)
    now = standing.of_one(subscription)
    copies = now.grace_owed
    if copies <= 0:
        return 0
    last = now.balances[-1].term
    Deduction.objects.create(
        subscription=subscription,
        kind=Deduction.Kind.WRITTEN_OFF,
        copies=copies,
        # What they would have brought: they were never in the books.
        minor=sum(part.gross(copies, last.copies) for part in last.components),
        currency=last.currency,
        occasion=f"written-off:{subscription.key}:{now.settled}",
        at=at,
    )
    return copies


@transaction.atomic
def _try_again(order: Order, number: int, at: datetime) -> Attempt | None:
    """Write down another charge of a renewal, if its payer still agrees with the rows held.

    Nothing is, while they pay for it themselves, or have their bank ask money back.
    """
    assert order.subscription is not None
    Subscription.objects.select_for_update().get(pk=order.subscription.pk)
    Order.objects.select_for_update().get(pk=order.pk)
    theirs = Attempt.objects.filter(reference=order.reference)
    if theirs.filter(state__in=(*Attempt.OPEN, State.SUCCEEDED)).exists():
        return None
    method = next_terms.method_of(order.payer)
    if method is None or not renewals.still_agreed(order, at=at) or disputes.open_of(order.payer):
        return None
    return renewals.charge_for(order, number, method, at)


def _is_new(method: Method, last: Attempt) -> bool:
    return method.pk != last.method_id and bool(
        last.settled_at and method.added_at >= last.settled_at
    )
