"""Renewals: who is due, who has to be reminded first, and who may be charged today.

    plan(title, at=now)            who would be charged, with the sums, and who not, and why
    execute(title, at=now, …)      charges them, so many at most

Nobody is charged who did not agree, was not told the sum some days before, or has stopped; that is
looked at again in the transaction that writes the charge. `brakes.pull()` stops all of it. See
`dunning` for charges that fail, `price_changes` for what costs another sum than before, and
`renewal_letters` for what readers are told.
"""

from __future__ import annotations

import logging
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from masthead.circulation import (
    brakes,
    deals,
    next_terms,
    orders,
    price_changes,
    serving,
    standing,
)
from masthead.circulation.models import (
    Order,
    Subscription,
    Term,
)
from masthead.circulation.next_terms import Due
from masthead.editorial.models import Title
from masthead.money import Money
from masthead.payments import attempts, disputes
from masthead.payments.models import Attempt, Method
from masthead.payments.provider import NotReady, Provider

logger = logging.getLogger(__name__)

MOST = 500
"""Charges in one run, unless it is told otherwise: a mistake of ours stops there."""

Named = Callable[[str], Provider]


class CannotRenew(Exception):
    """It is not due, or may not be charged; says why. Fit to show to staff."""


@dataclass(slots=True)
class Plan:
    """What a run would do: charges, and what waits, with the reasons."""

    charges: list[Due] = field(default_factory=list)
    waiting: list[Due] = field(default_factory=list)
    brake: str = ""

    @property
    def sums(self) -> list[Money]:
        """What would be charged, by currency."""
        return _sums(one.money for one in self.charges)

    @property
    def changed(self) -> list[tuple[int, Money, Money]]:
        """How many would be charged another sum than before, what it was, and what it is."""
        pairs = Counter((one.before, one.money) for one in self.charges if one.before)
        return [(number, old, new) for (old, new), number in pairs.most_common() if old]

    @property
    def reasons(self) -> Counter[str]:
        """Why the others wait."""
        return Counter(one.hindrance for one in self.waiting)


@dataclass(slots=True)
class Outcome:
    """What a run did; `ends` counts charges by how they stand now."""

    charged: list[Money] = field(default_factory=list)
    ends: Counter[str] = field(default_factory=Counter)
    left_for_later: int = 0

    @property
    def sums(self) -> list[Money]:
        """What was asked for, by currency."""
        return _sums(self.charged)


def due(title: Title, *, at: datetime) -> Iterator[Due]:
    """Yield every subscription that is to be renewed, or reminded of it, soon."""
    running = Subscription.objects.running().filter(title=title, stopped_at=None)
    newest = standing.newest_sequence(title.pk)
    for batch in serving.batches(running):
        among = list(Subscription.objects.filter(pk__in=batch).select_related("title", "payer"))
        yield from _due_among(among, newest, at)


def plan(title: Title, *, at: datetime) -> Plan:
    """Return what a run would do now; writes nothing."""
    made = Plan(brake=brakes.reason(title))
    for one in due(title, at=at):
        if one.hindrance or made.brake or not one.is_time:
            made.waiting.append(one)
        else:
            made.charges.append(one)
    return made


@transaction.atomic
def renew(subscription: Subscription, *, at: datetime) -> tuple[Order, Attempt | None]:
    """Write down the order that renews a subscription, and its charge; nobody is called yet.

    That they agreed, were told in time and have not stopped is looked at here, with the row held.

    Raises:
        CannotRenew: see the class.
    """
    subscription = Subscription.objects.select_for_update().get(pk=subscription.pk)
    if reason := brakes.reason(subscription.title):
        raise CannotRenew(_("Renewals are stopped: %(why)s") % {"why": reason})
    if subscription.ended_at or subscription.stopped_at:
        raise CannotRenew(_("It has been stopped."))
    newest = standing.newest_sequence(subscription.title_id)
    one = next(_due_among([subscription], newest, at), None)
    if one is None or not one.is_time:
        raise CannotRenew(_("It is not due."))
    if one.hindrance:
        raise CannotRenew(one.hindrance)
    assert one.quote is not None
    provider = one.method.provider if one.method else one.last.order.provider
    order = order_for(one, provider, at)
    if not order.minor:
        orders.begin(order, charge="", at=at)
        return order, None
    return order, charge_for(order, 0, one.method, at)


def execute(
    title: Title,
    *,
    at: datetime,
    named: Named,
    most: int = MOST,
    progress: Callable[[int], None] | None = None,
) -> Outcome:
    """Charge those who are due, each in a transaction of its own, and say how it went.

    Args:
        title: whose subscriptions.
        at: the moment, timezone-aware.
        named: returns the provider of a name, as `payments.ways.named()` does.
        most: charges at most; the rest is left for the next run.
        progress: called with how many were charged.
    """
    charges = plan(title, at=at).charges
    done = Outcome(left_for_later=max(0, len(charges) - most))
    for one in charges[:most]:
        try:
            order, attempt = renew(one.subscription, at=at)
        except CannotRenew as refusal:
            logger.info("%s was not renewed: %s", one.subscription, refusal)
            continue
        done.charged.append(order.money)
        done.ends[send(attempt, named, at=at) if attempt else Attempt.State.SUCCEEDED] += 1
        if progress:
            progress(len(done.charged))
    return done


def send(attempt: Attempt, named: Named, *, at: datetime) -> str:
    """Ask a provider for a charge, and return how it stands then."""
    try:
        attempts.send(attempt, named(attempt.provider), at=at)
    except NotReady as lacking:
        logger.warning("A charge waits: %s", lacking)
    attempt.refresh_from_db()
    return str(attempt.state)


def send_unsent(title: Title, *, at: datetime, named: Named) -> int:
    """Send charges that were written down and not sent; drop them if their payer no longer agrees.

    A process that ends between the two leaves such a charge behind. What goes by hand is sent with
    its invoice. Return how many were sent.
    """
    unsent = Attempt.objects.filter(state=Attempt.State.CREATED, reference__startswith="order:")
    sent = 0
    for order in standing_orders(title):
        for attempt in unsent.filter(reference=order.reference):
            old = at - attempt.created_at >= attempts.FORGOTTEN_AFTER
            if old or not still_agreed(order, at=at):
                drop(order, at=at)
            elif (
                attempt.method_id and not brakes.reason(title) and not disputes.open_of(order.payer)
            ):
                send(attempt, named, at=at)
                sent += 1
    return sent


def standing_orders(title: Title) -> QuerySet[Order]:
    """Return the renewals that are neither paid nor given up, oldest first."""
    return (
        Order.objects.filter(
            kind=Order.Kind.RENEWAL, version__offer__title=title, cancelled_at=None, term=None
        )
        .select_related("subscription__title", "subscription__payer", "renews__version", "version")
        .order_by("ordered_at", "pk")
    )


def was_due(order: Order, tries: Iterable[Attempt]) -> bool:
    """Say whether a renewal was asked for by us, and not by its payer before it was due.

    Args:
        order: which.
        tries: all attempts to pay for it.
    """
    return any(one.request == _key_of_charge(order, 0) for one in tries)


def left_alone(orders: Iterable[Order]) -> list[Order]:
    """Return those renewals that their payers asked for themselves and are not paying now."""
    tries = defaultdict(list)
    orders = list(orders)
    references = [order.reference for order in orders]
    for attempt in Attempt.objects.filter(reference__in=references):
        tries[attempt.reference].append(attempt)
    known = (*Attempt.OPEN, Attempt.State.SUCCEEDED)
    return [
        order
        for order in orders
        if not was_due(order, tries[order.reference])
        and not any(one.state in known for one in tries[order.reference])
    ]


def still_agreed(order: Order, *, at: datetime) -> bool:
    """Say whether a renewal may still be charged for.

    Nobody has stopped or ended it since, and a letter about another price is not too old. Who pays
    by hand sees the price when they pay it.
    """
    if not order.agreed_to or order.subscription is None or order.renews is None:
        return False
    is_charged = Attempt.objects.filter(reference=order.reference, method__isnull=False).exists()
    if is_charged and price_changes.is_too_late(order.renews, order.money, at=at):
        return False
    running = Subscription.objects.running().filter(pk=order.subscription.pk, stopped_at=None)
    return running.exists()


@transaction.atomic
def drop(order: Order, *, at: datetime) -> None:
    """Give a renewal up, and charges of it that nobody was called for."""
    for attempt in Attempt.objects.filter(reference=order.reference):
        attempts.drop(attempt, at=at)
    Order.objects.filter(pk=order.pk, cancelled_at=None).update(cancelled_at=at)


def order_for(one: Due, provider: str, at: datetime, *, agreed_to: str | None = None) -> Order:
    """Write down the order that renews a term; the database keeps it to one that stands.

    One that its payer asked for themselves and then left gives way to it.

    Args:
        one: what is due.
        provider: that takes the money; empty where the payer says later.
        at: the moment, timezone-aware.
        agreed_to: the words about renewal, if they are not those that cover its sum.

    Raises:
        CannotRenew: there is one.
    """
    assert one.quote is not None
    before, agreed_to = one.last.order, one.agreed_to if agreed_to is None else agreed_to
    # With the row held, so that nobody begins to pay for it meanwhile.
    for left in left_alone(_standing_of([one.last]).select_for_update()):
        drop(left, at=at)
    try:
        with transaction.atomic():
            return Order.objects.create(
                kind=Order.Kind.RENEWAL,
                version=one.version,
                payer=one.subscription.payer,
                reader=one.subscription.reader,
                subscription=one.subscription,
                renews=one.last,
                minor=one.money.minor,
                currency=one.money.currency,
                parts=deals.parts_to_json(one.quote.parts),
                with_print=next_terms.has_print(one.subscription, one.last),
                country=before.country,
                discount=next_terms.discount_of(one.account),
                source_key=before.source_key,
                provider=provider,
                agreed_to="" if one.subscription.stopped_at else agreed_to,
                request=uuid.uuid4(),
                ordered_at=at,
            )
    except IntegrityError:
        raise CannotRenew(_("It is being renewed already.")) from None


def charge_for(order: Order, number: int, method: Method | None, at: datetime) -> Attempt:
    """Write down the charge of a renewal; the same number is the same charge."""
    first = Attempt.objects.filter(
        reference=order.renews.order.reference if order.renews else ""
    ).first()
    deal = order.version.deal
    return attempts.charge(
        order.reference,
        order.money,
        provider=method.provider if method else order.provider,
        payer=order.payer,
        at=at,
        request=_key_of_charge(order, number),
        method=method,
        description=f"{order.version.offer.title.name}: {deal.name}"[:200],
        language=first.language if first else "en",
    )


def _key_of_charge(order: Order, number: int) -> uuid.UUID:
    return uuid.uuid5(order.key, f"charge-{number}")


def _standing_of(terms: Iterable[Term]) -> QuerySet[Order]:
    return Order.objects.filter(kind=Order.Kind.RENEWAL, renews__in=terms, cancelled_at=None)


def _due_among(among: list[Subscription], newest: int, at: datetime) -> Iterator[Due]:
    accounts = [
        account
        for account in standing.of(among)
        if next_terms.is_near(account, newest, at, early=True)
        and account.balances[-1].term.order.agreed_to
        # Nobody is asked for the next term before they have paid for this one.
        and account.owed_by is None
    ]
    lasts = [account.balances[-1].term for account in accounts]
    standing_now = list(_standing_of(lasts))
    left = left_alone(standing_now)
    renewed = {order.renews_id for order in standing_now if order not in left}
    for account in accounts:
        if account.balances[-1].term.pk not in renewed:
            yield next_terms.look_at(account, newest, at)


def _sums(amounts: Iterable[Money]) -> list[Money]:
    sums: Counter[str] = Counter()
    for money in amounts:
        sums[money.currency] += money.minor
    return [Money(minor, currency) for currency, minor in sorted(sums.items())]
