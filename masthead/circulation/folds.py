"""A title folds: what is left of its subscriptions moves to another title, or is paid back.

    plan(title, version, …)         what would become of it all; writes nothing
    begin(title, version, …)        nothing more is sold or charged; its payers have a choice
    settle(fold, subscription, …)   one payer has chosen, or somebody chose for them
    close(at=now)                   whoever has not chosen in time gets what was said

What moves keeps its worth to the cent: it stays deferred, for as many copies of the other title as
it is worth there. See docs/decisions/0036.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from masthead.circulation import (
    deals,
    earning,
    endings,
    extensions,
    offers,
    orders,
    presents,
    serving,
    signals,
    standing,
    terms,
)
from masthead.circulation.deals import Part
from masthead.circulation.models import (
    Deduction,
    Fold,
    Folded,
    OfferVersion,
    Order,
    Present,
    Subscription,
    Term,
)
from masthead.circulation.standing import Account, Balance
from masthead.editorial.models import Title
from masthead.money import Money
from masthead.people.models import User

Choice, Counts = Fold.Choice, Fold.Counts

SHORTEST = timedelta(days=14)
"""How long payers have at least to choose."""

NAMESPACE = UUID("5d7c7f0e-3f0c-4f0a-9d52-6c1f0b2a9e36")
"""Of the one-time keys of what nobody asked for: the same act has the same one."""


class CannotFold(Exception):
    """It folds already, or not into that. Fit to show to staff."""


class CannotChoose(Exception):
    """It is settled, or cannot move. Fit to show to readers."""


@dataclass(frozen=True, slots=True)
class Rest:
    """What is left of one subscription: each term with how many copies of the other title it gets.

    ``hindrance`` says why it cannot move; then it is paid back.
    """

    account: Account
    moves: tuple[tuple[Balance, int], ...] = ()
    hindrance: str = ""

    @property
    def copies(self) -> int:
        """Copies of the other title, those for nothing left out."""
        return sum(copies for _balance, copies in self.moves)

    @property
    def sums(self) -> list[Money]:
        """What they are worth, by currency."""
        sums: dict[str, int] = {}
        for balance, _copies in self.moves:
            worth = sum(part.minor for part in terms.unearned(balance))
            sums[balance.term.currency] = sums.get(balance.term.currency, 0) + worth
        return [Money(minor, currency) for currency, minor in sorted(sums.items())]


@dataclass(slots=True)
class Plan:
    """What would become of all subscriptions: how many move, are paid back, or have nothing left."""

    moving: int = 0
    copies: int = 0
    paid_back: int = 0
    empty: int = 0
    gifts: int = 0
    """Gifts that nobody has begun: their donors have the whole price back."""
    worth: dict[str, int] = field(default_factory=dict)
    back: dict[str, int] = field(default_factory=dict)
    hindrances: dict[str, int] = field(default_factory=dict)

    @property
    def sums(self) -> list[Money]:
        """What moves, by currency."""
        return [Money(minor, currency) for currency, minor in sorted(self.worth.items())]

    @property
    def sums_back(self) -> list[Money]:
        """What would be paid back, by currency."""
        return [Money(minor, currency) for currency, minor in sorted(self.back.items())]


def look_at(account: Account, into: OfferVersion, counts: Counts, *, at: datetime) -> Rest:
    """Return what is left of a subscription, and what it would be with the other title.

    By value it is as many copies as the rest buys at the price there, for the same country and
    with print if it has print, rounded up. What nothing was paid for, and what is a time, goes by
    the other measure where one does not fit.

    Args:
        account: with the days of a time counted to yesterday.
        into: the offer of the other title.
        counts: how copies are counted.
        at: the moment, timezone-aware.
    """
    left = [one for one in account.balances if not one.is_over and _is_left(one)]
    subscription = account.subscription
    reader = subscription.reader_id
    there = Subscription.objects.running().filter(title=into.offer.title_id, reader=reader)
    if left and any(one.has_more(at) for one in standing.of(there)):
        return Rest(
            account, tuple((one, 0) for one in left), _("Its reader has the other title already.")
        )
    moves = []
    for balance in left:
        try:
            moves.append((balance, _copies(balance, into, counts, at)))
        except orders.CannotOrder as refusal:
            return Rest(account, tuple((one, 0) for one in left), str(refusal))
    return Rest(account, tuple(moves))


def plan(
    title: Title,
    into: OfferVersion,
    counts: Counts,
    usual: Choice,
    *,
    at: datetime,
    progress: Callable[[int], None] | None = None,
) -> Plan:
    """Return what would become of the subscriptions to a title if nobody chose; writes nothing."""
    made = Plan(gifts=_waiting_gifts(title).count())
    looked_at = 0
    for batch in serving.batches(Subscription.objects.running().filter(title=title)):
        among = Subscription.objects.filter(pk__in=batch).order_by("pk").select_related("title")
        for account in standing.of(among):
            rest = look_at(earning.as_of_yesterday(account, at=at), into, counts, at=at)
            _count(made, rest, usual)
        looked_at += len(batch)
        if progress:
            progress(looked_at)
    return made


@transaction.atomic
def begin(
    title: Title,
    into: OfferVersion,
    *,
    counts: Counts,
    usual: Choice,
    choose_until: date,
    at: datetime,
    by: User | None = None,
) -> Fold:
    """Have a title stop: nothing more of it is sold, renewed or charged, and its payers are written to.

    Beginning it again changes nothing.

    Args:
        title: that stops.
        into: an offer of another title, sold in copies, as it is on sale.
        counts: how many copies of the other there are.
        usual: what is done for who does not choose.
        choose_until: the last day of choosing, where the title is published.
        at: the moment, timezone-aware.
        by: who of the staff.

    Raises:
        CannotFold: see the class.
    """
    title = Title.objects.select_for_update().get(pk=title.pk)
    if there := Fold.objects.filter(title=title).first():
        return there
    other = into.offer.title
    if other.pk == title.pk:
        raise CannotFold(_("A title cannot fold into itself."))
    if Fold.objects.filter(title=other).exists():
        raise CannotFold(_("That title folds itself."))
    if into.deal.basis != "copies" or into.pk not in {one.pk for one in offers.on_sale(other)}:
        raise CannotFold(_("Choose an offer that is on sale and sells copies."))
    if choose_until < title.day(at) + SHORTEST:
        raise CannotFold(
            _("Leave readers %(days)d days at least to choose.") % {"days": SHORTEST.days}
        )
    fold = Fold.objects.create(
        title=title,
        into=into,
        counts=counts,
        usual=usual,
        choose_until=choose_until,
        begun_at=at,
        begun_by=by,
    )
    for offer in title.offers.all():
        offers.withdraw(offer, by=by)
    Subscription.objects.running().filter(title=title, stopped_at=None).update(stopped_at=at)
    log(
        title,
        "masthead.title.fold",
        user=by,
        data={"into": other.name, "until": choose_until.isoformat()},
    )
    transaction.on_commit(lambda: signals.to_be_confirmed.send(Fold))
    return fold


@transaction.atomic
def settle(
    fold: Fold, subscription: Subscription, choice: Choice, *, at: datetime, by: User | None = None
) -> Folded:
    """End a subscription to a title that folds, and do with the rest what was chosen; once.

    Args:
        fold: of its title.
        subscription: read afresh and locked.
        choice: what becomes of the rest; a second choice changes nothing.
        at: the moment, timezone-aware.
        by: who chose, None where it is what was said in the letter.

    Raises:
        CannotChoose: it has ended otherwise, or was to move and cannot.
    """
    subscription = Subscription.objects.select_for_update().get(pk=subscription.pk)
    if there := Folded.objects.filter(subscription=subscription).first():
        return there
    if subscription.ended_at or subscription.title_id != fold.title_id:
        raise CannotChoose(_("This subscription is over already."))
    rest = look_at(
        earning.through_yesterday(subscription, at=at), fold.into, Counts(fold.counts), at=at
    )
    if choice == Choice.MOVES and rest.hindrance:
        raise CannotChoose(_("It cannot move to the other title; it can only be paid back."))
    successor = None
    if choice == Choice.MOVES:
        successor = _move(fold, rest, at)
        endings.fold(subscription, at=at, by=by)
    else:
        request = uuid.uuid5(NAMESPACE, f"paid-back:{subscription.key}")
        endings.fold_and_pay_back(subscription, request=request, at=at, by=by)
    return Folded.objects.create(
        fold=fold,
        subscription=subscription,
        choice=choice,
        successor=successor,
        copies=sum(term.copies for term in successor.terms.all()) if successor else 0,
        at=at,
        by=by,
    )


def close(*, at: datetime) -> int:
    """Settle what nobody has chosen in time; return how many subscriptions and gifts.

    Each in a transaction of its own, so that it goes on where it was interrupted.
    """
    done = 0
    for fold in Fold.objects.select_related("title", "into__offer__title"):
        if fold.title.day(at) <= fold.choose_until:
            continue
        for subscription in Subscription.objects.running().filter(title=fold.title).order_by("pk"):
            done += bool(_settle_as_said(fold, subscription, at))
        for present in _waiting_gifts(fold.title):
            request = uuid.uuid5(NAMESPACE, f"gift:{present.key}")
            presents.give_back(present, request=request, at=at)
            done += 1
    return done


def of(subscription: Subscription) -> Fold | None:
    """Return the folding of a subscription's title, while there is something to choose."""
    if subscription.ended_at:
        return None
    return (
        Fold.objects.filter(title=subscription.title_id)
        .select_related("into__offer__title")
        .first()
    )


def _settle_as_said(fold: Fold, subscription: Subscription, at: datetime) -> Folded | None:
    try:
        return settle(fold, subscription, Choice(fold.usual), at=at)
    except CannotChoose:
        subscription.refresh_from_db()
        if subscription.ended_at:
            return None
        return settle(fold, subscription, Choice.PAID_BACK, at=at)


def _is_left(balance: Balance) -> bool:
    return bool(balance.left or (balance.time and terms.unearned(balance)))


def _copies(balance: Balance, into: OfferVersion, counts: Counts, at: datetime) -> int:
    term = balance.term
    worth = sum(part.minor for part in terms.unearned(balance))
    asked = orders.price(
        into,
        term.currency,
        country=term.order.country,
        at=at,
        with_print=term.with_print,
        is_first=False,
    )
    if balance.left and (counts == Counts.SAME or not worth):
        return balance.left
    price = asked.money.minor
    if not price:
        raise orders.CannotOrder(_("The other offer costs nothing."))
    return max(1, -(-worth * into.deal.copies // price))


def _move(fold: Fold, rest: Rest, at: datetime) -> Subscription | None:
    """Open the subscription that goes on with the other title; None where nothing is left."""
    old, account = rest.account.subscription, rest.account
    free = max(0, account.extensions_left)
    if not rest.moves:
        return None
    title, deal = fold.into.offer.title, fold.into.deal
    successor = Subscription.objects.create(
        title=title,
        reader=old.reader,
        payer=old.payer,
        opened_at=at,
        # Nobody agreed to the price of another title.
        stopped_at=at,
    )
    first = terms.first_sequence(title, deal.starts, at)
    opened = [
        _go_over(fold, successor, number, balance, copies, first, at)
        for number, (balance, copies) in enumerate(rest.moves, 1)
    ]
    if free:
        request = uuid.uuid5(NAMESPACE, f"free:{old.key}")
        extensions.extend(
            successor, free, reason=f"{fold.title.name} folded", request=request, at=at, by=None
        )
    for term in opened:
        serving.serve_new(term, at=at)
    return successor


def _go_over(
    fold: Fold,
    successor: Subscription,
    number: int,
    balance: Balance,
    copies: int,
    first: int,
    at: datetime,
) -> Term:
    old = balance.term
    moved: tuple[Part, ...] = terms.unearned(balance)
    worth = sum(part.minor for part in moved)
    # What is deferred stays where it is: it is owed in copies of another title.
    Deduction.objects.create(
        subscription=old.subscription,
        term=old,
        kind=Deduction.Kind.MOVED,
        copies=balance.left,
        minor=worth,
        currency=old.currency,
        occasion=f"moved:{old.key}",
        at=at,
    )
    order = Order.objects.create(
        kind=Order.Kind.FOLDED,
        version=fold.into,
        payer=successor.payer,
        reader=successor.reader,
        subscription=successor,
        renews=old,
        minor=0,
        currency=old.currency,
        parts=[],
        with_print=old.with_print,
        country=old.order.country,
        source_key=old.order.source_key,
        provider=old.order.provider,
        request=uuid.uuid5(NAMESPACE, f"order:{old.key}"),
        ordered_at=at,
    )
    return Term.objects.create(
        subscription=successor,
        sequence=number,
        order=order,
        version=fold.into,
        copies=copies,
        minor=worth,
        currency=old.currency,
        parts=deals.parts_to_json(moved),
        with_print=old.with_print,
        first_sequence=first,
        opened_at=at,
    )


def _waiting_gifts(title: Title) -> QuerySet[Present]:
    return Present.objects.owed().filter(order__version__offer__title=title, returned_at=None)


def _count(made: Plan, rest: Rest, usual: Choice) -> None:
    if not rest.moves:
        made.empty += 1
        return
    sums = made.worth
    if rest.hindrance or usual == Choice.PAID_BACK:
        made.paid_back += 1
        sums = made.back
        if rest.hindrance:
            made.hindrances[rest.hindrance] = made.hindrances.get(rest.hindrance, 0) + 1
    else:
        made.moving += 1
        made.copies += rest.copies
    for money in rest.sums:
        sums[money.currency] = sums.get(money.currency, 0) + money.minor
