"""A title folds: what is left of its subscriptions moves to another title, or is paid back.

    begin(title, version, …)        nothing more is sold or charged; its payers have a choice
    settle(fold, subscription, …)   one payer has chosen, or somebody chose for them
    close(at=now)                   whoever has not chosen in time gets what was said

What moves keeps its worth to the cent: it stays deferred, for as many copies of the other title as
it is worth there. See docs/decisions/0036.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from masthead.circulation import (
    deals,
    earning,
    endings,
    extensions,
    fold_plans,
    offers,
    presents,
    serving,
    signals,
    terms,
)
from masthead.circulation.deals import Part
from masthead.circulation.models import (
    Deduction,
    Fold,
    Folded,
    OfferVersion,
    Order,
    Subscription,
    Term,
)
from masthead.circulation.standing import Balance
from masthead.editorial.models import Title
from masthead.payments.models import Difference
from masthead.people.models import User

logger = logging.getLogger(__name__)

Choice = Fold.Choice
Counts = Fold.Counts

SHORTEST = timedelta(days=14)
"""How long payers have at least to choose."""

NAMESPACE = UUID("5d7c7f0e-3f0c-4f0a-9d52-6c1f0b2a9e36")
"""Of the one-time keys of what nobody asked for: the same act has the same one."""


class CannotFold(Exception):
    """It folds already, or not into that. Fit to show to staff."""


class CannotChoose(Exception):
    """It is settled, or cannot move. Fit to show to readers."""


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
    rest = fold_plans.look_at(
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

    Each in a transaction of its own, so that it goes on where it was interrupted, and past what
    cannot be settled: staff are told of that.
    """
    done = 0
    for fold in Fold.objects.select_related("title", "into__offer__title"):
        if fold.title.day(at) <= fold.choose_until:
            continue
        for subscription in Subscription.objects.running().filter(title=fold.title).order_by("pk"):
            settled = partial(_settle_as_said, fold, subscription, at)
            done += _is_done(subscription.number, settled, at)
        for present in fold_plans.waiting_gifts(fold.title):
            request = uuid.uuid5(NAMESPACE, f"gift:{present.key}")
            returned = partial(presents.give_back, present, request=request, at=at)
            done += _is_done(present.number, returned, at)
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


def _is_done(number: str, act: Callable[[], object], at: datetime) -> bool:
    """Do it and say whether there was something to do; tell staff of what fails."""
    try:
        return bool(act())
    except Exception as error:  # One subscription must not keep the others from being settled.
        logger.exception("%s could not be settled.", number)
        Difference.note(Difference.Kind.NOT_ENDED, "", number, str(error), at=at)
        return False


def _settle_as_said(fold: Fold, subscription: Subscription, at: datetime) -> Folded | None:
    try:
        return settle(fold, subscription, Choice(fold.usual), at=at)
    except CannotChoose:
        subscription.refresh_from_db()
        if subscription.ended_at:
            return None
        return settle(fold, subscription, Choice.PAID_BACK, at=at)


def _move(fold: Fold, rest: fold_plans.Rest, at: datetime) -> Subscription | None:
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
