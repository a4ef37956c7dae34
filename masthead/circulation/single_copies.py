"""Single copies: one issue, the newest or an old one, sold by itself, printed or to be read.

    on_sale(issue)            as what it can be had now, and for how much
    order(issue, reader, …)   a copy is ordered; a printed one is set aside in the store
    ask_for(copy, …)          it was ordered at the desk, and its reader says now how to pay
    paid(attempt, …)          its money is in: one can read, or it waits for the next run of labels
    give_up(copy, …)          its money did not come: a printed one is anybody's again
    dispatched(run, …)        printed ones are with the post, and earned

They are no subscriptions: nothing renews, no copies are owed, and statements tell them apart. How
money goes back is in `single_returns`,
what the books say in `single_books`. See docs/decisions/0035.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from masthead.circulation import deals, invoicing, quotes, signals, single_books, stock
from masthead.circulation.deals import Component
from masthead.circulation.models import LabelRun, SingleCopy, SinglePrice
from masthead.circulation.quotes import Quote, Rate
from masthead.editorial.models import Issue
from masthead.money import Money
from masthead.payments import attempts, by_hand, taxes, ways
from masthead.payments.models import Attempt
from masthead.people.models import Address, User

logger = logging.getLogger(__name__)

Edition = SinglePrice.Edition

SET_ASIDE_FOR = timedelta(hours=1)
"""How long a copy is kept for who ordered it and whose payment has failed: they may try again."""

TRANSFER_TAKES = timedelta(days=14)
"""How long a copy is kept for a payment that is made by hand, such as a transfer."""


class CannotOrder(Exception):
    """The issue is not sold like that. Fit to show to readers."""


class SoldOut(CannotOrder):
    """No printed copy is left. Fit to show to readers."""


@dataclass(frozen=True, slots=True)
class OnSale:
    """As what an issue can be had: its prices, and whether a printed copy is left."""

    edition: SinglePrice.Edition
    prices: tuple[Money, ...]
    is_there: bool = True


def on_sale(issue: Issue) -> list[OnSale]:
    """Return as what an issue can be had by itself, printed first; two queries.

    Nothing before it is on sale. Printed copies that are sold out are named all the same.
    """
    if issue.state != Issue.State.ON_SALE:
        return []
    found: dict[str, list[Money]] = {}
    for price in SinglePrice.objects.filter(issue=issue):
        found.setdefault(price.edition, []).append(price.money)
    return [
        OnSale(
            Edition(edition),
            tuple(prices),
            is_there=edition != Edition.PRINT or stock.left(issue) > 0,
        )
        for edition, prices in found.items()
    ]


@transaction.atomic
def set_prices(
    issue: Issue,
    prices: Iterable[tuple[SinglePrice.Edition, Money]],
    *,
    at: datetime,
    by: User | None = None,
) -> None:
    """Sell an issue at these prices from now on, and at no others; who has ordered pays theirs."""
    SinglePrice.objects.filter(issue=issue).delete()
    made = SinglePrice.objects.bulk_create(
        SinglePrice(issue=issue, edition=edition, currency=money.currency, minor=money.minor)
        for edition, money in prices
    )
    said = [f"{one.edition} {one.money}" for one in made]
    log(issue, "masthead.single_copy.price", user=by, data={"prices": said, "at": at.isoformat()})


def price(
    issue: Issue, edition: SinglePrice.Edition, currency: str, *, country: str, at: datetime
) -> Quote:
    """Return what an issue costs by itself in a country, with the tax in it.

    Raises:
        CannotOrder: it is not sold like that.
    """
    found = SinglePrice.objects.filter(issue=issue, edition=edition, currency=currency).first()
    if found is None or issue.state != Issue.State.ON_SALE:
        raise CannotOrder(_("This issue is not sold like that."))
    rate = taxes.rates_in(country, "", issue.publication.day(at)).get(edition)
    known = Rate(rate.basis_points, rate.name, taxes.account_of(rate)) if rate else None
    component: Component = "print" if edition == Edition.PRINT else "digital"
    part = quotes.part(component, found.minor, known)
    return Quote(found.money, found.money, (part,))


def order(
    issue: Issue,
    reader: User,
    *,
    edition: SinglePrice.Edition,
    currency: str,
    country: str,
    provider: str,
    request: UUID,
    at: datetime,
    agreed_to: str = "",
    language: str = "en",
) -> tuple[SingleCopy, Attempt | None]:
    """Order one copy, and write down that its price is to come in; nobody is charged yet.

    A printed one goes to the reader's address for post, and its country decides about the tax. It is
    set aside in the store.

    Args:
        issue: on sale.
        reader: who reads and pays.
        edition: as what.
        currency: in which it is paid.
        country: of the reader, two letters, where it is read on a screen.
        provider: that takes the money, by its name in the settings; empty where the reader says
            later (`ask_for()`).
        request: the one-time key of the form: a second time returns what the first one wrote.
        at: the moment, timezone-aware.
        agreed_to: what was read and ticked beside the price.
        language: the reader's.

    Raises:
        CannotOrder: it is not sold like that, or there is nowhere to send it.
        SoldOut: see the class.
    """
    if there := _ordered(request):
        return there
    try:
        with transaction.atomic():
            if edition == Edition.PRINT:
                country = _country_of(reader)
            asked = price(issue, edition, currency, country=country, at=at)
            _give_up_failed(issue, reader, at)
            if edition == Edition.PRINT and not stock.take(issue):
                raise SoldOut(_("No printed copies of this issue are left."))
            copy = SingleCopy.objects.create(
                issue=issue,
                edition=edition,
                reader=reader,
                minor=asked.money.minor,
                currency=currency,
                parts=deals.parts_to_json(asked.parts),
                country=country,
                provider=provider,
                agreed_to=agreed_to,
                request=request,
                ordered_at=at,
            )
            return copy, _charge(copy, at=at, language=language) if provider else None
    except (IntegrityError, SoldOut):
        # Somebody clicked twice, and the other click was written first.
        if there := _ordered(request):
            return there
        raise


@transaction.atomic
def ask_for(
    copy: SingleCopy,
    *,
    provider: str,
    request: UUID,
    at: datetime,
    agreed_to: str = "",
    language: str,
) -> Attempt:
    """Write down how a copy is paid that staff took the order of; nobody is called yet.

    Args:
        copy: read afresh and locked.
        provider: that takes the money, by its name in the settings.
        request: the one-time key of the form: a second time returns what the first one wrote.
        at: the moment, timezone-aware.
        agreed_to: what was read and ticked now, if it was not before.
        language: the reader's.

    Raises:
        CannotOrder: it is paid, was given up, or a payment of it is on its way.
    """
    if there := Attempt.objects.filter(request=request, reference=copy.reference).first():
        return there
    copy = SingleCopy.objects.select_for_update().get(pk=copy.pk)
    if copy.given_up_at:
        raise CannotOrder(_("This order was given up. Please order anew."))
    alive = (*Attempt.OPEN, Attempt.State.SUCCEEDED)
    if copy.paid_at or Attempt.objects.filter(reference=copy.reference, state__in=alive).exists():
        raise CannotOrder(_("It is paid, or a payment of it is on its way."))
    copy.provider, copy.agreed_to = provider, copy.agreed_to or agreed_to
    copy.save(update_fields=["provider", "agreed_to"])
    return _charge(copy, at=at, language=language, request=request)


def _charge(
    copy: SingleCopy, *, at: datetime, language: str, request: UUID | None = None
) -> Attempt:
    return attempts.charge(
        copy.reference,
        copy.money,
        provider=copy.provider,
        payer=copy.reader,
        at=at,
        request=request,
        description=f"{copy.issue.publication.name}: {copy.issue.title}"[:200],
        language=language,
    )


def words(edition: SinglePrice.Edition) -> str:
    """Return what somebody agrees to who buys an issue by itself, word for word."""
    # EU Directive 2011/83, art. 16(j): periodicals but for subscriptions.
    if edition == Edition.PRINT:
        return _(
            "I know that for single issues of a magazine there is no right of withdrawal by law. Until its label is printed I can have my money back all the same."
        )
    return _(
        "I want to read at once, and know that for single issues of a magazine there is no right of withdrawal by law."
    )


def paid(attempt: Attempt, *, at: datetime) -> SingleCopy | None:
    """Deliver what a settled charge was for; None where it was for no single copy.

    To be read, it is the reader's at once; a printed one waits for the next run of labels. Again,
    nothing changes. Money that comes after the copy was given up takes another, if there is one;
    else it stays on the account of money received, for staff to give back, as a second payment
    does.
    """
    kind, _colon, key = attempt.reference.partition(":")
    if kind != "single" or attempt.state != Attempt.State.SUCCEEDED:
        return None
    with transaction.atomic():
        copy = SingleCopy.objects.select_for_update().filter(key=key).first()
        if copy is None or copy.paid_at:
            return copy
        if copy.given_up_at:
            if copy.reader.erased_at or (copy.is_printed and not stock.take(copy.issue)):
                logger.warning("Money came in and is to go back: %s is sold out.", copy.issue)
                return None
            copy.given_up_at = None
        copy.paid_at = at
        if not copy.is_printed:
            copy.earned_at = at
        copy.save()
        single_books.sold(copy, at)
        invoicing.for_single(copy, at=at)
        if copy.earned_at:
            single_books.earned([copy], f"single-read:{copy.key}", at)
        transaction.on_commit(lambda: signals.to_be_confirmed.send(SingleCopy))
    return copy


def catch_up(*, at: datetime) -> int:
    """Deliver what is paid for and was not delivered, as after a crash; return how many copies."""
    waiting = [copy.reference for copy in SingleCopy.objects.unpaid()]
    settled = Attempt.objects.filter(
        kind=Attempt.Kind.CHARGE, state=Attempt.State.SUCCEEDED, reference__in=waiting
    )
    return sum(paid(attempt, at=at) is not None for attempt in settled)


def release(*, at: datetime) -> int:
    """Give up orders whose money did not come in time; return how many copies are free again.

    A payment that is made at a provider's page is waited for until that page is closed; one by
    hand for fourteen days, and so is somebody who has yet to choose how to pay.
    """
    hands = {way.name for way in ways.by_hand()}
    freed = 0
    for copy in SingleCopy.objects.unpaid().filter(ordered_at__lte=at - SET_ASIDE_FOR):
        charges = Attempt.objects.filter(reference=copy.reference)
        if charges.filter(state=Attempt.State.SUCCEEDED).exists():
            continue
        is_open = at - copy.ordered_at < TRANSFER_TAKES and not charges.exists()
        for attempt in charges.filter(state__in=Attempt.OPEN):
            is_late = attempt.provider in hands and at - copy.ordered_at >= TRANSFER_TAKES
            is_open = is_open or not (is_late and attempts.expire(attempt, at=at))
        if not is_open:
            freed += give_up(copy, at=at)
    return freed


@transaction.atomic
def give_up(copy: SingleCopy, *, at: datetime, by: User | None = None) -> bool:
    """Stop waiting for the money of a copy; say whether it was waited for.

    Raises:
        CannotOrder: its reader is paying right now.
    """
    copy = SingleCopy.objects.select_for_update().get(pk=copy.pk)
    if copy.paid_at or copy.given_up_at:
        return False
    hands = {way.name for way in ways.by_hand()}
    for attempt in Attempt.objects.filter(reference=copy.reference, state__in=Attempt.OPEN):
        if attempt.provider not in hands and not attempts.drop(attempt, at=at):
            raise CannotOrder(_("A payment of this is on its way. Please wait until it is known."))
        attempts.expire(attempt, at=at)
    copy.given_up_at = at
    copy.save(update_fields=["given_up_at"])
    if copy.is_printed:
        stock.put_back(copy.issue)
    log(copy, "masthead.single_copy.given_up", user=by, data={"at": at.isoformat()})
    return True


def received(copy: SingleCopy, *, at: datetime) -> SingleCopy | None:
    """Write down that the money of a copy came by hand, and deliver it.

    Raises:
        NotByHand: see `payments.by_hand`.
    """
    charge = Attempt.objects.filter(reference=copy.reference).order_by("pk").last()
    return paid(by_hand.moved(charge, at=at), at=at) if charge else None


def dispatched(run: LabelRun, *, at: datetime) -> int:
    """Earn the single copies in a run that is with the post, and return how many they were."""
    held = SingleCopy.objects.select_for_update(of=("self",)).filter(label__run=run)
    copies = list(held.filter(earned_at=None, returned_at=None, given_up_at=None))
    for copy in copies:
        copy.earned_at = at
    SingleCopy.objects.bulk_update(copies, ["earned_at"])
    single_books.earned(copies, f"single-sent:{run.key}", at)
    return len(copies)


def _ordered(request: UUID) -> tuple[SingleCopy, Attempt | None] | None:
    copy = SingleCopy.objects.filter(request=request).first()
    if copy is None:
        return None
    return copy, Attempt.objects.filter(reference=copy.reference).order_by("pk").first()


def _give_up_failed(issue: Issue, reader: User, at: datetime) -> None:
    """Have who tries again not stand in their own way: their last payment failed."""
    for copy in SingleCopy.objects.unpaid().filter(issue=issue, reader=reader):
        charges = Attempt.objects.filter(reference=copy.reference)
        alive = (*Attempt.OPEN, Attempt.State.SUCCEEDED)
        if charges.exists() and not charges.filter(state__in=alive).exists():
            give_up(copy, at=at)


def _country_of(reader: User) -> str:
    post = Address.objects.filter(user=reader, is_for_post=True, undelivered=None).first()
    if post is None:
        raise CannotOrder(_("Tell us first where it goes."))
    return str(post.country)
