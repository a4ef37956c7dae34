"""Stopping, cancelling, money back, withdrawing: four acts, each its own and none in another's way.

- `stop()`: nothing more is charged; what is paid is served.
- `cancel()`: it ends now, and what was not served is paid back.
- `give_money_back()`: the guarantee of the offer: the whole price of each term that it still
  holds for, whatever was served; of others what was not served.
- `withdraw()`: the right that the law gives to who bought at a distance: the whole price, too.

Each writes its facts, the books and the intention to pay in one transaction; `payments` brings the
money once that is committed.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, timezone
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from masthead.circulation import (
    credit_orders,
    deals,
    earning,
    invoicing,
    refundable,
    signals,
    standing,
    terms,
    unpaid,
)
from masthead.circulation.deals import Part
from masthead.circulation.models import (
    Deduction,
    Order,
    Refund,
    ServiceRecord,
    Subscription,
    Term,
)
from masthead.circulation.standing import Account, Balance
from masthead.money import Money, shared_out
from masthead.payments import attempts, journal
from masthead.payments.models import Attempt
from masthead.people.models import User

# EU Directive 2011/83, art. 9(1): fourteen days, and no reason needed.
WITHDRAWAL_DAYS = 14

LAST_ZONE = timezone(timedelta(hours=-12))
"""Where a day ends last: a promise for so many days is kept everywhere on earth."""

NO_END = datetime(9999, 1, 1, tzinfo=UTC)
"""Until when a guarantee is open whose clock has not begun."""

Ended = Subscription.Ended
PAID = ServiceRecord.Kind.PAID


class CannotStop(Exception):
    """It renews no more, or is over. Fit to show to readers."""


class CannotCancel(Exception):
    """It is over already. Fit to show to readers."""


class CannotGiveBack(Exception):
    """There is no such promise, or its days are over. Fit to show to readers."""


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
        _give_rest(one, request, at, by)
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
        _give_rest(one, request, at, by)
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
            _take_off(balance, f"given-up:{balance.term.key}", left, at, None)
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


@transaction.atomic
def give_goodwill(
    term: Term, money: Money, *, request: UUID, at: datetime, by: User | None
) -> Refund:
    """Promise a part of the price back and leave the copies owed.

    Raises:
        CannotGiveBack: it is more than is left of what was paid, or in another currency.
    """
    subscription = _locked(term.subscription)
    if there := Refund.objects.filter(request=request, term__subscription=subscription).first():
        return there
    if credit_orders.is_owed(term.order):
        raise CannotGiveBack(_("It was not paid yet, so nothing can be given back."))
    left = refundable.of(term)
    whole = sum(part.minor for part in left)
    if subscription.ended_at or money.currency != term.currency or not 0 < money.minor <= whole:
        raise CannotGiveBack(
            _("Of this term %(left)s can be given back.") % {"left": Money(whole, term.currency)}
        )
    shares = shared_out(money.minor, [part.minor for part in left])
    give = tuple(
        Part(
            part.component,
            minor,
            part.tax * minor // part.minor if part.minor else 0,
            part.tax_account,
            part.rate,
            part.rate_name,
        )
        for part, minor in zip(left, shares, strict=True)
        if minor
    )
    balance = next(one for one in standing.of_one(subscription).balances if one.term.pk == term.pk)
    return _give(balance, give, Refund.Kind.GOODWILL, request, at, by)


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
            _give(balance, give, kind, request, at, by)
        elif _has_left(balance, at):
            _give_rest(balance, request, at, by)
    _end(subscription, ended, at, by)
    return _refunds(subscription, request)


def _before(subscription: Subscription, whole: set[int]) -> list[Balance]:
    """Return those terms of titles that folded since whose price goes back, too."""
    found: list[Balance] = []
    while before := refundable.before(subscription):
        found += [one for one in standing.of_one(before).balances if one.term.pk in whole]
        subscription = before
    return found


def _give_rest(balance: Balance, request: UUID, at: datetime, by: User | None) -> Refund:
    give = refundable.rest_of(balance)
    return _give(balance, give, Refund.Kind.CANCELLED, request, at, by)


def _has_left(balance: Balance, at: datetime) -> bool:
    return bool(balance.left) or (balance.ends is not None and at < balance.ends)


def _give(
    balance: Balance,
    give: tuple[Part, ...],
    kind: Refund.Kind,
    request: UUID,
    at: datetime,
    by: User | None,
) -> Refund:
    term = balance.term
    if balance.owed_by:
        unpaid.let_off(balance, at=at, by=by)
        # Nothing was paid, so nothing goes back; a refund of nought remembers the form.
        return _promise(term, (), kind, request, at, by)
    ends = kind != Refund.Kind.GOODWILL
    left = terms.unearned(balance) if ends else ()
    money = deals.total(give, term.currency)
    own = refundable.paid_for(term, give)
    refund = _promise(term, own, kind, request, at, by)
    moved, payment = tuple(part for part in give if part not in own), term
    while moved:
        assert payment.order.renews is not None
        # That was paid before, in another payment with another invoice.
        payment = payment.order.renews
        if own := refundable.paid_for(payment, moved):
            _promise(payment, own, kind, request, at, by)
        moved = tuple(part for part in moved if part not in own)
    if ends:
        _take_off(balance, f"refund:{refund.key}", left, at, by)
    lines = [journal.credit(journal.REFUNDS_DUE, money)]
    nets = {part.component: part.net for part in left}
    lines += [
        journal.debit(journal.deferred(part.component), Money(part.net, term.currency))
        for part in left
    ]
    for part in give:
        if part.tax:
            lines.append(journal.debit(part.tax_account, Money(part.tax, term.currency)))
        nets[part.component] = nets.get(part.component, 0) - part.net
    for component, less in nets.items():
        lines.append(journal.credit(journal.given_back(component), Money(less, term.currency)))
    if any(line.money for line in lines):
        journal.post(
            f"refund-due:{refund.key}", lines, kind="refund-due", at=at, memo=str(term), by=by
        )
    return refund


def _promise(
    term: Term,
    give: tuple[Part, ...],
    kind: Refund.Kind,
    request: UUID,
    at: datetime,
    by: User | None,
) -> Refund:
    """Write down that money is to go back to the payment of a term, with its credit note."""
    money = deals.total(give, term.currency)
    refund = Refund(
        term=term,
        kind=kind,
        minor=money.minor,
        currency=term.currency,
        parts=deals.parts_to_json(give),
        request=request,
        asked_at=at,
        by=by,
    )
    if money:
        refund.attempt = attempts.refund(
            _charge(term, money), money, reference=f"refund:{refund.key}", request=refund.key, at=at
        )
    refund.save()
    invoicing.for_refund(refund, at=at)
    return refund


def _take_off(
    balance: Balance, occasion: str, left: tuple[Part, ...], at: datetime, by: User | None
) -> None:
    Deduction.objects.create(
        subscription=balance.term.subscription,
        term=balance.term,
        kind=Deduction.Kind.CANCELLED,
        copies=balance.left,
        minor=sum(part.minor for part in left),
        currency=balance.term.currency,
        occasion=occasion,
        at=at,
        by=by,
    )


def _charge(term: Term, money: Money) -> Attempt:
    # An order may have been paid twice, and one of the payments given back already.
    paid = Attempt.objects.filter(
        kind=Attempt.Kind.CHARGE,
        state=Attempt.State.SUCCEEDED,
        reference=unpaid.asked_as(term.order),
    )
    for charge in paid.order_by("settled_at", "pk"):
        if attempts.refundable(charge).minor >= money.minor:
            return charge
    raise CannotGiveBack(_("Too much was given back of this payment already."))


def _end(subscription: Subscription, why: Ended, at: datetime, by: User | None) -> None:
    Subscription.objects.filter(pk=subscription.pk).update(ended_at=at, ended_why=why)
    transaction.on_commit(lambda: signals.to_be_confirmed.send(Subscription))
    log(
        subscription,
        "masthead.subscription.end",
        user=by,
        data={"why": str(why), "at": at.isoformat()},
    )
