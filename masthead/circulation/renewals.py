"""Renewals: who is due, who has to be reminded first, and who may be charged today.

    plan(title, at=now)            who would be charged, with the sums, and who not, and why
    execute(title, at=now, …)      charges them, so many at most

Nobody is charged who did not agree, was not told the sum some days before, or has stopped; that is
looked at again in the transaction that writes the charge. `brakes.pull()` stops all of it. See
`dunning` for charges that fail, and `renewal_letters` for what readers are told.
"""

from __future__ import annotations

import logging
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from masthead.circulation import brakes, deals, orders, serving, standing
from masthead.circulation.models import (
    DiscountCode,
    Notice,
    Order,
    Subscription,
    Term,
)
from masthead.circulation.quotes import Quote
from masthead.circulation.standing import Account
from masthead.editorial.models import Title
from masthead.money import Money
from masthead.payments import attempts, disputes
from masthead.payments.models import Attempt, Method
from masthead.payments.provider import NotReady, Provider
from masthead.people.models import User

logger = logging.getLogger(__name__)

MOST = 500
"""Charges in one run, unless it is told otherwise: a mistake of ours stops there."""

LATE = timedelta(days=14)
"""How long after a time is over it may still be renewed."""

Named = Callable[[str], Provider]


class CannotRenew(Exception):
    """It is not due, or may not be charged; says why. Fit to show to staff."""


@dataclass(frozen=True, slots=True)
class Due:
    """A subscription that is to be renewed, what that costs, and what is in the way of it.

    ``occasion`` is what the reminder is on record as; it names the sum, so that another sum asks
    for another reminder. ``hindrance`` is empty where it may be charged now.
    """

    account: Account
    quote: Quote | None
    method: Method | None
    notice: Notice | None
    is_time: bool
    hindrance: str

    @property
    def subscription(self) -> Subscription:
        """Which."""
        return self.account.subscription

    @property
    def last(self) -> Term:
        """The term that it follows."""
        return self.account.balances[-1].term

    @property
    def money(self) -> Money:
        """What it costs."""
        return self.quote.money if self.quote else Money(0, self.last.currency)

    @property
    def occasion(self) -> str:
        """What its reminder is on record as."""
        return _occasion(self.last, self.money)


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

    A process that ends between the two leaves such a charge behind. Return how many were sent.
    """
    unsent = Attempt.objects.filter(state=Attempt.State.CREATED, reference__startswith="order:")
    sent = 0
    for order in standing_orders(title):
        for attempt in unsent.filter(reference=order.reference):
            old = at - attempt.created_at >= attempts.FORGOTTEN_AFTER
            if old or not still_agreed(order):
                drop(order, at=at)
            elif not brakes.reason(title) and not disputes.open_of(order.payer):
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


def still_agreed(order: Order) -> bool:
    """Say whether a renewal may still be charged for: nobody has stopped or ended it since."""
    if not order.agreed_to or order.subscription is None:
        return False
    running = Subscription.objects.running().filter(pk=order.subscription.pk, stopped_at=None)
    return running.exists()


@transaction.atomic
def drop(order: Order, *, at: datetime) -> None:
    """Give a renewal up, and charges of it that nobody was called for."""
    for attempt in Attempt.objects.filter(reference=order.reference):
        attempts.drop(attempt, at=at)
    Order.objects.filter(pk=order.pk, cancelled_at=None).update(cancelled_at=at)


def order_for(one: Due, provider: str, at: datetime) -> Order:
    """Write down the order that renews a term; the database keeps it to one that stands.

    Raises:
        CannotRenew: there is one.
    """
    assert one.quote is not None
    before = one.last.order
    try:
        with transaction.atomic():
            return Order.objects.create(
                kind=Order.Kind.RENEWAL,
                version=one.last.version,
                payer=one.subscription.payer,
                reader=one.subscription.reader,
                subscription=one.subscription,
                renews=one.last,
                minor=one.money.minor,
                currency=one.money.currency,
                parts=deals.parts_to_json(one.quote.parts),
                with_print=has_print(one.subscription, one.last),
                country=before.country,
                discount=_discount(one.last),
                source_key=before.source_key,
                provider=provider,
                agreed_to="" if one.subscription.stopped_at else before.agreed_to,
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
        request=uuid.uuid5(order.key, f"charge-{number}"),
        method=method,
        description=f"{order.version.offer.title.name}: {deal.name}"[:200],
        language=first.language if first else "en",
    )


def method_of(payer: User) -> Method | None:
    """Return the way to pay that somebody left last, if it can be used."""
    return Method.objects.filter(payer=payer, gone_at=None).order_by("-added_at", "-pk").first()


def _due_among(among: list[Subscription], newest: int, at: datetime) -> Iterator[Due]:
    accounts = [
        account
        for account in standing.of(among)
        if _is_near(account, newest, at, early=True)
        and account.balances[-1].term.order.agreed_to
        # Nobody is asked for the next term before they have paid for this one.
        and account.owed_by is None
    ]
    lasts = [account.balances[-1].term for account in accounts]
    standing_now = Order.objects.filter(
        kind=Order.Kind.RENEWAL, renews__in=lasts, cancelled_at=None
    )
    renewed = set(standing_now.values_list("renews", flat=True))
    for account in accounts:
        if account.balances[-1].term.pk not in renewed:
            yield look_at(account, newest, at)


def _is_near(account: Account, newest: int, at: datetime, *, early: bool) -> bool:
    """Say whether the next term is to be charged now; `early`, whether to speak of it now."""
    if not account.balances or not account.balances[-1].term.deal.renews:
        return False
    if account.in_line:
        return False
    last = account.balances[-1].term
    deal = last.deal
    ends = account.balances[-1].ends
    if ends:
        lead = timedelta(weeks=deal.renew_at) + timedelta(days=deal.notice_days * early)
        if any(one.has_more(at) for one in account.given) or account.rests(at):
            return False
        still = at < ends + LATE or (account.given and not account.has_lapsed(at, newest))
        return ends - lead <= at and bool(still)
    today = account.subscription.title.day(at)
    if any(hold.first_sequence is None and hold.holds_back(0, today, at) for hold in account.holds):
        return False
    # Never while more than half of a term is still to come.
    at_left = min(deal.renew_at, last.copies // 2) + early
    # What was given is read first; it is charged for once that comes to its end.
    left = account.left + sum(one.left for one in account.given)
    return left <= at_left and not account.has_lapsed(at, newest)


def look_at(account: Account, newest: int, at: datetime) -> Due:
    """Return what the next term of an account costs, and what is in the way of charging for it."""
    last, quote, hindrance = account.balances[-1].term, None, ""
    try:
        quote = orders.price(
            last.version,
            last.currency,
            country=last.order.country,
            at=at,
            with_print=has_print(account.subscription, last),
            is_first=False,
            discount=_discount(last),
        )
    except orders.CannotOrder as refusal:
        hindrance = str(refusal)
    method = method_of(account.subscription.payer)
    notice = None
    is_time = _is_near(account, newest, at, early=False)
    if quote is not None:
        occasion = _occasion(last, quote.money)
        notice = Notice.objects.filter(occasion=occasion).first()
        if quote.money and method is None:
            hindrance = _("no way to pay was left")
        elif notice is None:
            hindrance = _("not reminded yet")
        elif at < notice.sent_at + timedelta(days=last.deal.notice_days):
            hindrance = _("reminded too short ago")
        elif not is_time:
            hindrance = _("too many copies are left")
        elif disputes.open_of(account.subscription.payer):
            hindrance = _("their bank asks money back")
    return Due(account, quote, method, notice, is_time, hindrance)


def has_print(subscription: Subscription, last: Term) -> bool:
    """Say whether the term that follows another has the print edition."""
    return last.with_print and (subscription.leaves_print_at is None or last.deal.print_is_included)


def _occasion(last: Term, money: Money) -> str:
    return f"renewal:{last.key}:{money.currency}{money.minor}"


def _discount(last: Term) -> DiscountCode | None:
    """Return the discount of the first order, as long as it is good for the term to come."""
    found = last.order.discount
    return found if found and found.terms > last.sequence else None


def _sums(amounts: Iterable[Money]) -> list[Money]:
    sums: Counter[str] = Counter()
    for money in amounts:
        sums[money.currency] += money.minor
    return [Money(minor, currency) for currency, minor in sorted(sums.items())]
