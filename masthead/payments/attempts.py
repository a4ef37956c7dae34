"""Moving money: write it down, then ask, then believe only what is observed.

    attempt = attempts.charge("order:…", money, provider="stripe", …)   in a transaction
    attempts.send(attempt, at=now)                                      after it is committed

A row is committed before a provider is called, and its key goes with the call, so that asking
again is asking once. No answer means `unknown`, never `failed`. What a provider is observed to
say changes the row and the books in one transaction, in any order and any number of times.
"""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from masthead.money import Money
from masthead.payments import journal, refusals, signals
from masthead.payments.models import Attempt, Difference, Method, Observation
from masthead.payments.provider import (
    GoTo,
    Next,
    Observed,
    PayLike,
    Provider,
    Refused,
    SavedMethod,
    Unknown,
    Urls,
    Wanted,
)
from masthead.people.models import User

logger = logging.getLogger(__name__)

REPEATABLE_FOR = timedelta(hours=23)
"""Providers keep idempotency keys for a day; after that the same call could charge again."""

FORGOTTEN_AFTER = timedelta(days=2)
"""What was written down and never sent is given up then."""


class CannotRefund(Exception):
    """More than was paid, or nothing that was paid. Fit to show to staff."""


class DoesNotAgree(Exception):
    """The provider speaks of another amount or currency than we asked for: for staff to see to."""


@transaction.atomic
def charge(
    reference: str,
    money: Money,
    *,
    provider: str,
    payer: User | None,
    at: datetime,
    request: UUID | None = None,
    method: Method | None = None,
    description: str = "",
    language: str = "en",
    keep_method: bool = False,
) -> Attempt:
    """Write down that money is to come in; nobody is called yet.

    Args:
        reference: what for, in the words of who asks: `order:<uuid>`.
        money: how much.
        provider: by the name it has in the settings.
        payer: who pays.
        at: the moment, timezone-aware.
        request: the one-time key of the form; the same one returns the same attempt.
        method: what it is taken from, if the payer is not at hand.
        description: what it is for, for the payer, in `language`.
        language: the payer's.
        keep_method: whether to ask for a way to charge again without them.
    """
    if request and (there := Attempt.objects.filter(request=request).first()):
        return there
    return Attempt.objects.create(
        kind=Attempt.Kind.CHARGE,
        provider=provider,
        minor=money.minor,
        currency=money.currency,
        reference=reference,
        payer=payer,
        method=method,
        description=description,
        language=language,
        keeps_method=keep_method,
        request=request,
        created_at=at,
    )


@transaction.atomic
def refund(of: Attempt, money: Money, *, reference: str, request: UUID, at: datetime) -> Attempt:
    """Write down that money is to go back; nobody is called yet.

    What is on its way, and what nobody knows the end of, counts as given back.

    Raises:
        CannotRefund: see the class.
    """
    of = Attempt.objects.select_for_update().get(pk=of.pk)
    if there := Attempt.objects.filter(request=request).first():
        return there
    if of.kind != Attempt.Kind.CHARGE or of.state != Attempt.State.SUCCEEDED:
        raise CannotRefund(_("Nothing was paid by this, so nothing can be given back."))
    if money.currency != of.currency or money.minor <= 0 or money.minor > refundable(of).minor:
        raise CannotRefund(
            _("Of this payment %(left)s can be given back.") % {"left": refundable(of)}
        )
    return Attempt.objects.create(
        kind=Attempt.Kind.REFUND,
        provider=of.provider,
        minor=money.minor,
        currency=money.currency,
        reference=reference,
        charge=of,
        payer=of.payer,
        description=of.description,
        language=of.language,
        request=request,
        created_at=at,
    )


def refundable(of: Attempt) -> Money:
    """Return what of a charge has not been given back, nor is on its way."""
    gone = of.refunds.exclude(state__in=[Attempt.State.FAILED, Attempt.State.DROPPED])
    sum_of_it = gone.aggregate(sum=Sum("minor"))["sum"] or 0
    return Money(of.minor - sum_of_it, of.currency)


def send(
    attempt: Attempt,
    provider: Provider,
    *,
    at: datetime,
    urls: Urls | None = None,
) -> Next | None:
    """Ask the provider for it, and write down what came of it.

    With `urls`, the payer is at hand and pays at the provider's; without, money is taken from
    the attempt's method, or given back. Not to be called inside a transaction. An attempt that
    was asked for before is asked for again under the same key, for a day; after that it is only
    looked at. A page that was opened for the payer stays theirs until it expires, and what they
    are to do by hand is told as often as they ask. A refund of what the payer's bank asks back
    waits until that is decided.

    Returns:
        What the payer does next, or what was observed; None where nobody knows yet.
    """
    attempt.refresh_from_db()
    if attempt.is_settled or attempt.origin == Attempt.Origin.PROVIDER:
        return None  # What began there is never asked for a second time.
    if urls and attempt.next_url and not (attempt.expires_at and at >= attempt.expires_at):
        return GoTo(attempt.next_url, attempt.provider_ref or "", attempt.expires_at)
    is_refund = attempt.kind == Attempt.Kind.REFUND
    if is_refund and attempt.sent_at is None and refusals.is_held(attempt):
        return None
    by_hand = "by-hand" in provider.abilities
    if attempt.sent_at and at - attempt.sent_at > REPEATABLE_FOR and not by_hand:
        look_at(attempt, provider, at=at)
        return None
    if attempt.sent_at is None and not _claim(attempt, with_payer=bool(urls), at=at):
        attempt.refresh_from_db()
        if attempt.is_settled:
            return None
    wanted = _wanted(attempt)
    came: Next
    try:
        if is_refund:
            came = provider.refund(wanted)
        elif urls:
            came = provider.begin(wanted, urls)
        else:
            came = provider.charge(wanted)
    except Refused as refusal:
        _end(attempt, refusal.problem, at)
        return None
    except Unknown as silence:
        logger.warning("Nobody knows yet what became of %s: %s", attempt.key, silence)
        _leave_unknown(attempt)
        return None
    if not isinstance(came, Observed):
        _wait(attempt, came)
        return came
    try:
        settle(attempt, came, at=at, by_way_of="answer")
    except DoesNotAgree as difference:
        note_difference(attempt, difference, at=at)
        _leave_unknown(attempt)
        return None
    return came


def look_at(attempt: Attempt, provider: Provider, *, at: datetime, by_way_of: str = "look") -> None:
    """Ask what became of an attempt, and write it down; changes nothing at the provider."""
    if not attempt.provider_ref:
        return
    try:
        seen = provider.observe(attempt.provider_ref)
    except Unknown:
        return
    if seen is None:
        return
    try:
        settle(attempt, seen, at=at, by_way_of=by_way_of)
    except DoesNotAgree as difference:
        note_difference(attempt, difference, at=at)


@transaction.atomic
def settle(attempt: Attempt, seen: Observed, *, at: datetime, by_way_of: str) -> Attempt:
    """Bring an attempt and the books to what was observed of it.

    The same observation again changes nothing, and a late one never takes back what is settled:
    money that came in stays in the books until it is seen to go out. Only a refund may come back
    after it went: then it is owed again, and for good.

    Raises:
        DoesNotAgree: see the class; nothing is written.
    """
    attempt = Attempt.objects.select_for_update().get(pk=attempt.pk)
    if (seen.money.minor, seen.money.currency) != (attempt.minor, attempt.currency):
        raise DoesNotAgree(
            f"{attempt.key} was to move {attempt.money}; {attempt.provider} says {seen.money}."
        )
    _write_down(attempt, seen, at, by_way_of)
    is_refund = attempt.kind == Attempt.Kind.REFUND
    if attempt.state == Attempt.State.SUCCEEDED:
        if is_refund and seen.status == "failed":
            _came_back(attempt, seen, at)
        return attempt
    if seen.status == "waiting":
        if attempt.state != Attempt.State.FAILED:
            # The page of a payment keeps its name until there is a payment to name.
            _set(
                attempt, state=Attempt.State.WAITING, provider_ref=attempt.provider_ref or seen.ref
            )
        return attempt
    if is_refund and journal.is_booked(f"refund-failed:{attempt.key}"):
        return attempt
    if seen.status == "failed":
        was = attempt.state
        _set(
            attempt,
            state=Attempt.State.FAILED,
            provider_ref=seen.ref,
            problem=seen.problem,
            settled_at=at,
        )
        if was != Attempt.State.FAILED:
            _tell_of_failure(attempt, at)
        return attempt
    method = _kept(attempt, seen.method, at)
    _set(
        attempt,
        state=Attempt.State.SUCCEEDED,
        provider_ref=seen.ref,
        problem="",
        settled_at=at,
        method=method or attempt.method,
    )
    _book(attempt, at)
    _tell(attempt)
    return attempt


def drop(attempt: Attempt, *, at: datetime) -> bool:
    """Give an attempt up that nobody was called for; say whether there was one to give up."""
    return bool(
        Attempt.objects.filter(pk=attempt.pk, state=Attempt.State.CREATED, sent_at=None).update(
            state=Attempt.State.DROPPED, settled_at=at
        )
    )


def expire(attempt: Attempt, *, at: datetime) -> bool:
    """Give up waiting for money; say whether it was waited for. Money that comes later counts."""
    return _end(attempt, "expired", at)


def note_difference(attempt: Attempt, difference: DoesNotAgree, *, at: datetime) -> None:
    """Tell staff that another amount moved than was asked for."""
    logger.error("%s", difference)
    Difference.note(
        Difference.Kind.AMOUNT, attempt.provider, str(attempt.key), str(difference), at=at
    )


def _claim(attempt: Attempt, *, with_payer: bool, at: datetime) -> bool:
    """Write down that it is sent now; False where somebody else sent it or gave it up."""
    mine = Attempt.objects.filter(pk=attempt.pk, state=Attempt.State.CREATED, sent_at=None)
    return bool(mine.update(state=Attempt.State.SENT, sent_at=at, with_payer=with_payer))


def _leave_unknown(attempt: Attempt) -> None:
    Attempt.objects.filter(pk=attempt.pk, state=Attempt.State.SENT).update(
        state=Attempt.State.UNKNOWN
    )
    attempt.refresh_from_db()


def _came_back(attempt: Attempt, seen: Observed, at: datetime) -> None:
    """Owe a refund again that the payer's bank would not take."""
    _set(attempt, state=Attempt.State.FAILED, problem=seen.problem)
    at_provider = journal.provider_account(attempt.provider)
    journal.post(
        f"refund-failed:{attempt.key}",
        [
            journal.debit(at_provider, attempt.money),
            journal.credit(journal.REFUNDS_DUE, attempt.money),
        ],
        kind="refund-failed",
        at=at,
        memo=attempt.reference,
    )
    _tell(attempt)


def _wanted(attempt: Attempt) -> Wanted:
    method = attempt.method
    return Wanted(
        key=attempt.key,
        kind="refund" if attempt.kind == Attempt.Kind.REFUND else "charge",
        money=attempt.money,
        at=attempt.created_at,
        reference=attempt.reference,
        description=attempt.description,
        email=attempt.payer.email if attempt.payer else "",
        language=attempt.language,
        charge_ref=(attempt.charge.provider_ref or "") if attempt.charge else "",
        method=SavedMethod(method.provider_ref, method.customer_ref) if method else None,
        keep_method=attempt.keeps_method,
    )


def _wait(attempt: Attempt, came: GoTo | PayLike) -> None:
    Attempt.objects.filter(pk=attempt.pk, state__in=Attempt.OPEN).update(
        state=Attempt.State.WAITING,
        provider_ref=came.ref,
        next_url=came.url if isinstance(came, GoTo) else "",
        expires_at=came.expires_at,
    )


@transaction.atomic
def _end(attempt: Attempt, problem: str, at: datetime) -> bool:
    failed = Attempt.objects.filter(pk=attempt.pk, state__in=Attempt.OPEN).update(
        state=Attempt.State.FAILED, problem=problem, settled_at=at
    )
    if failed:
        attempt.refresh_from_db()
        _tell_of_failure(attempt, at)
    return bool(failed)


def _set(attempt: Attempt, **fields: object) -> None:
    for name, value in fields.items():
        setattr(attempt, name, value)
    attempt.save(update_fields=list(fields))


def _write_down(attempt: Attempt, seen: Observed, at: datetime, by_way_of: str) -> None:
    last = attempt.observations.last()
    if last and (last.status, last.provider_ref) == (seen.status, seen.ref):
        return
    Observation.objects.create(
        attempt=attempt,
        status=seen.status,
        provider_ref=seen.ref,
        minor=seen.money.minor,
        currency=seen.money.currency,
        problem=seen.detail[:60] or seen.problem,
        at=at,
        by_way_of=by_way_of,
    )


def _kept(attempt: Attempt, saved: SavedMethod | None, at: datetime) -> Method | None:
    if saved is None or attempt.payer is None:
        return None
    # Of who was erased it is out of use, and there to be forgotten at the provider.
    is_erased = attempt.payer.erased_at is not None
    method, _made = Method.objects.get_or_create(
        provider=attempt.provider,
        provider_ref=saved.ref,
        defaults={
            "payer": attempt.payer,
            "customer_ref": saved.customer,
            "label": "" if is_erased else saved.label,
            "expires_on": last_day(saved.expires),
            "added_at": at,
            "gone_at": at if is_erased else None,
        },
    )
    return method


def last_day(month: tuple[int, int] | None) -> date | None:
    """Return the last day of a month, given as year and month: until then a card is good."""
    if month is None:
        return None
    year, number = month
    first_of_next = date(year + number // 12, number % 12 + 1, 1)
    return first_of_next - timedelta(days=1)


def _book(attempt: Attempt, at: datetime) -> None:
    money, at_provider = attempt.money, journal.provider_account(attempt.provider)
    if attempt.kind == Attempt.Kind.CHARGE:
        lines = [journal.debit(at_provider, money), journal.credit(journal.RECEIVED, money)]
    else:
        lines = [journal.debit(journal.REFUNDS_DUE, money), journal.credit(at_provider, money)]
    journal.post(
        f"{attempt.kind}:{attempt.key}", lines, kind=attempt.kind, at=at, memo=attempt.reference
    )


def _tell_of_failure(attempt: Attempt, at: datetime) -> None:
    if attempt.kind == Attempt.Kind.REFUND:
        refusals.tell(attempt, at=at)
    _tell(attempt)


def _tell(attempt: Attempt) -> None:
    succeeded = attempt.state == Attempt.State.SUCCEEDED
    if attempt.kind == Attempt.Kind.CHARGE:
        signal = signals.charge_settled if succeeded else signals.charge_failed
    else:
        signal = signals.refund_settled if succeeded else signals.refund_failed
    transaction.on_commit(lambda: signal.send(Attempt, attempt=attempt))
