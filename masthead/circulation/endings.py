"""Stopping, cancelling, money back, withdrawing: four acts, each its own and none in another's way.

- `stop()`: nothing more is charged; what is paid is served.
- `cancel()`: it ends now, and what was not served is paid back.
- `give_money_back()`: the guarantee of the offer: the whole price of each term that it still
  holds for, whatever was served; of others what was not served.
- `withdraw()`: the right that the law gives to who bought at a distance: the whole price, too.

Each writes its facts, the books and the intention to pay in one transaction (`refunding`); `payments`
brings the money once that is committed.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, timezone
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from masthead.circulation import (
    earning,
    refundable,
    refunding,
    signals,
    standing,
    terms,
    unpaid,
)
from masthead.circulation.models import (
    Deduction,
    Order,
    Refund,
    ServiceRecord,
    Subscription,
)
from masthead.circulation.refunding import CannotGiveBack
from masthead.circulation.standing import Account, Balance
from masthead.money import Money
from masthead.payments import journal
from masthead.people.models import User

# EU Directive 2011/83, art. 9(1): fourteen days, and no reason needed.
WITHDRAWAL_DAYS = 14

LAST_ZONE = timezone(timedelta(hours=-12))
"""Where a day ends last: a promise for so many days is kept everywhere on earth."""

NO_END = datetime(9999, 1, 1, tzinfo=UTC)
"""Until when a guarantee is open whose clock has not begun."""

Ended = Subscription.Ended
PAID = ServiceRecord.Kind.PAID

GOES_ON = (Order.Kind.RENEWAL, Order.Kind.UPGRADE)
"""Orders that are for nothing once their subscription has ended."""


class CannotStop(Exception):
    """It renews no more, or is over. Fit to show to readers."""


class CannotCancel(Exception):
    """It is over already. Fit to show to readers."""


@transaction.atomic
def stop(subscription: Subscription, *, at: datetime, by: User | None = None) -> Subscription:
    """Have nothing more charged; what is paid is served to the end.

    Raises:
        CannotStop: see the class.
    """
    subscription = _locked(subscription)
    if subscription.ended_at:
        raise CannotStop(_("This subscription is over; nothing will be charged."))
    if not Subscription.objects.filter(pk=subscription.pk, stopped_at=None).update(stopped_at=at):
        raise CannotStop(_("It does not renew; nothing will be charged."))
    subscription.stopped_at = at
    transaction.on_commit(lambda: signals.to_be_confirmed.send(Subscription))
    log(subscription, "masthead.subscription.stop", user=by, data={"at": at.isoformat()})
    return subscription


@transaction.atomic
def cancel(
    subscription: Subscription, *, request: UUID, at: datetime, by: User | None = None
) -> list[Refund]:
    """End it now, and promise back what was paid for copies that were not served.

    Args:
        subscription: read afresh.
        request: the one-time key of the form; a second time it returns the same refunds.
        at: the moment, timezone-aware.
        by: who did it, if not the payer.

    Raises:
        CannotCancel: see the class.
    """
    subscription = _locked(subscription)
    if there := _refunds(subscription, request):
        return there
    if subscription.ended_at:
        raise CannotCancel(_("This subscription is over already."))
    for one in concerned(earning.through_yesterday(subscription, at=at), at):
        refunding.give_rest(one, request, at, by)
    _end(subscription, Ended.CANCELLED, at, by)
    return _refunds(subscription, request)


@transaction.atomic
def fold(subscription: Subscription, *, at: datetime, by: User | None = None) -> None:
    """End it because its title folds, once what is left has moved to another; see `folds`."""
    subscription = _locked(subscription)
    _end(subscription, Ended.FOLDED, at, by)


@transaction.atomic
def fold_and_pay_back(
    subscription: Subscription, *, request: UUID, at: datetime, by: User | None = None
) -> list[Refund]:
    """End it because its title folds, and promise back what was not served; see `folds`."""
    subscription = _locked(subscription)
    for one in concerned(earning.through_yesterday(subscription, at=at), at):
        refunding.give_rest(one, request, at, by)
    _end(subscription, Ended.FOLDED, at, by)
    return _refunds(subscription, request)


@transaction.atomic
def give_money_back(
    subscription: Subscription,
    *,
    request: UUID,
    at: datetime,
    by: User | None = None,
    in_any_case: bool = False,
) -> list[Refund]:
    """Keep the guarantee: end it, and promise back the whole price of what it holds for.

    What was paid for an older term whose days are over is paid back as by `cancel()`.

    Args:
        subscription: read afresh.
        request: the one-time key of the form; a second time it returns the same refunds.
        at: the moment, timezone-aware.
        by: who did it, if not the payer.
        in_any_case: whether staff give the whole price of what is being served back, though
            no guarantee asks for it.

    Raises:
        CannotGiveBack: see the class.
    """
    subscription = _locked(subscription)
    if there := _refunds(subscription, request):
        return there
    held = {term for term, until in guaranteed_until(subscription).items() if at < until}
    if in_any_case:
        among = concerned(standing.of_one(subscription), at)
        held |= {term.pk for one in among for term in refundable.paid_by(one.term)}
    if not held:
        raise CannotGiveBack(_("The days in which the money is given back are over."))
    return _whole(subscription, held, Refund.Kind.MONEY_BACK, Ended.MONEY_BACK, request, at, by)


@transaction.atomic
def withdraw(subscription: Subscription, *, request: UUID, at: datetime) -> list[Refund]:
    """Keep the law: end what was bought at a distance, and promise the whole price back.

    Raises:
        CannotGiveBack: see the class.
    """
    subscription = _locked(subscription)
    if there := _refunds(subscription, request):
        return there
    if at >= withdrawable_until(subscription):
        raise CannotGiveBack(
            _("The fourteen days are over. You can still cancel: the rest is paid back.")
        )
    every = {one.pk for term in subscription.terms.all() for one in refundable.paid_by(term)}
    return _whole(subscription, every, Refund.Kind.WITHDRAWN, Ended.WITHDRAWN, request, at, None)


@transaction.atomic
def give_whole_back(
    subscription: Subscription, ended: Ended, *, request: UUID, at: datetime, by: User | None
) -> list[Refund]:
    """End what nobody has begun to read, and promise the whole price back; see `presents`."""
    subscription = _locked(subscription)
    every = set(subscription.terms.values_list("pk", flat=True))
    return _whole(subscription, every, Refund.Kind(ended), ended, request, at, by)


@transaction.atomic
def charge_back(
    subscription: Subscription, lost: frozenset[int], *, request: UUID, at: datetime
) -> bool:
    """End it because a payer's bank has taken the money of terms back; say whether it ended.

    Of those nothing is paid back, of others what was not served. It goes on where the terms were
    served out and others follow them: staff decide.

    Args:
        subscription: read afresh.
        lost: the rows of the terms whose money is gone, also of a title that folded.
        request: a key that is always the same of the same money.
        at: the moment, timezone-aware.
    """
    subscription = _locked(subscription)
    if subscription.ended_at:
        return False
    ending = concerned(earning.through_yesterday(subscription, at=at), at)
    if not any(term.pk in lost for one in ending for term in refundable.paid_by(one.term)):
        return False
    for balance in ending:
        refunding.give_rest(balance, request, at, None, lost)
    _end(subscription, Ended.CHARGED_BACK, at, None)
    return True


@transaction.atomic
def give_up(subscription: Subscription, *, at: datetime) -> None:
    """End it because its reader is not there any more, without paying anything back.

    What was not served is earned by that, on an account of its own.
    """
    subscription = _locked(subscription)
    if subscription.ended_at:
        return
    for balance in earning.through_yesterday(subscription, at=at).balances:
        if balance.owed_by:
            unpaid.write_off(balance, at=at, by=None)
            continue
        left = terms.unearned(balance)
        if balance.left or left:
            refunding.take_off(balance, f"given-up:{balance.term.key}", left, at, None)
        lines = []
        for part in left:
            money = Money(part.net, balance.term.currency)
            lines += [
                journal.debit(journal.deferred(part.component), money),
                journal.credit(journal.given_up(part.component), money),
            ]
        if any(line.money for line in lines):
            key = f"given-up:{balance.term.key}"
            journal.post(key, lines, kind="given-up", at=at, memo=str(balance.term))
    _end(subscription, Ended.GIVEN_UP, at, None)


@transaction.atomic
def end_unpaid(subscription: Subscription, *, at: datetime, by: User | None = None) -> bool:
    """End what was never paid: what was served is bad debt, the rest is taken back.

    Say whether anything was still owed.
    """
    subscription = _locked(subscription)
    account = earning.through_yesterday(subscription, at=at)
    owed = [one for one in account.balances if one.owed_by]
    if subscription.ended_at or not owed:
        return False
    for balance in owed:
        unpaid.write_off(balance, at=at, by=by)
    _end(subscription, Ended.NOT_PAID, at, by)
    return True


def guaranteed_until(subscription: Subscription) -> dict[int, datetime]:
    """Return until when each term's money is given back on asking, by the term's row.

    Terms without such a promise are left out. A guarantee that runs from the first printed copy
    is open for as long as none was sent.
    """
    before = refundable.before(subscription)
    found = guaranteed_until(before) if before else {}
    for term in subscription.terms.select_related("version", "order"):
        if term.order.kind == Order.Kind.IMPORTED:
            # It was ordered elsewhere, under another promise.
            continue
        if term.order.kind in refundable.MOVED_INTO:
            # It goes on with what was paid before, and so does its guarantee.
            if term.order.renews_id in found:
                found[term.pk] = found[term.order.renews_id]
            continue
        promise = term.deal.promised("money-back")
        if promise is None or not promise.counts(subscription.title.day(term.opened_at)):
            continue
        if term.sequence > 1 and not promise.spec.get("renewals", False):
            continue
        began: datetime | None = term.opened_at
        if promise.spec.get("clock") == "first-copy":
            first = term.service_records.filter(kind=PAID).order_by("served_at").first()
            if not term.deductions.filter(kind=Deduction.Kind.RECOUPED).exists():
                # Else its first copy was served in grace, before it was opened.
                began = first.served_at if first else None
        days = int(promise.spec["days"])
        found[term.pk] = _end_of_day(subscription, began, days) if began else NO_END
    return found


def concerned(account: Account, at: datetime) -> list[Balance]:
    """Return the terms that ending it now is about: those with something left, else the last.

    Where nothing is left, a refund of nought remembers the form.
    """
    return [one for one in account.balances if _has_left(one, at)] or account.balances[-1:]


def withdrawable_until(subscription: Subscription) -> datetime:
    """Return until when the law lets somebody withdraw from what they bought.

    From what was bought elsewhere, before it was taken over, they cannot withdraw here.
    """
    first = subscription
    while before := refundable.before(first):
        # What moved from a title that folded was not ordered anew.
        first = before
    if first.legacy_number:
        return first.opened_at
    return _end_of_day(first, first.opened_at, WITHDRAWAL_DAYS)


def _end_of_day(subscription: Subscription, began: datetime, days: int) -> datetime:
    last = subscription.title.day(began) + timedelta(days=days + 1)
    return datetime.combine(last, time.min, LAST_ZONE)


def _locked(subscription: Subscription) -> Subscription:
    return Subscription.objects.select_for_update().get(pk=subscription.pk)


def _refunds(subscription: Subscription, request: UUID) -> list[Refund]:
    found = [subscription]
    while before := refundable.before(found[-1]):
        # Each payment gets back its own, also that for a title which folded since.
        found.append(before)
    return list(Refund.objects.filter(request=request, term__subscription__in=found))


def _whole(
    subscription: Subscription,
    whole: set[int],
    kind: Refund.Kind,
    ended: Ended,
    request: UUID,
    at: datetime,
    by: User | None,
) -> list[Refund]:
    if subscription.ended_at:
        raise CannotGiveBack(_("This subscription is over already."))
    balances = earning.through_yesterday(subscription, at=at).balances
    for balance in [*balances, *_before(subscription, whole)]:
        if balance.term.pk in whole:
            # What went over into it is paid back with the term that it was paid for.
            give = refundable.paid_for(balance.term, refundable.of(balance.term))
            refunding.give(balance, give, kind, request, at, by)
        elif _has_left(balance, at):
            refunding.give_rest(balance, request, at, by)
    _end(subscription, ended, at, by)
    return _refunds(subscription, request)


def _before(subscription: Subscription, whole: set[int]) -> list[Balance]:
    """Return those terms of titles that folded since whose price goes back, too."""
    found: list[Balance] = []
    while before := refundable.before(subscription):
        found += [one for one in standing.of_one(before).balances if one.term.pk in whole]
        subscription = before
    return found


def _has_left(balance: Balance, at: datetime) -> bool:
    return bool(balance.left) or (balance.ends is not None and at < balance.ends)


def _end(subscription: Subscription, why: Ended, at: datetime, by: User | None) -> None:
    Subscription.objects.filter(pk=subscription.pk).update(ended_at=at, ended_why=why)
    goes_on = Order.objects.filter(subscription=subscription, kind__in=GOES_ON, term=None)
    # One that is held is being paid right now: that finds out by itself that it has ended.
    held = goes_on.select_for_update(of=("self",), skip_locked=True)
    for order in held.filter(cancelled_at=None):
        unpaid.give_up(order, at=at)
    transaction.on_commit(lambda: signals.to_be_confirmed.send(Subscription))
    log(
        subscription,
        "masthead.subscription.end",
        user=by,
        data={"why": str(why), "at": at.isoformat()},
    )
