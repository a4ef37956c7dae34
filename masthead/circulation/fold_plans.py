"""What would become of the subscriptions to a title that folds: worked out, and written nowhere.

look_at(account, into, …)   what is left of one, and what it is in copies of the other title
plan(title, into, …)        all of them, counted and added up
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from masthead.circulation import earning, pricing, serving, standing, terms
from masthead.circulation.models import Fold, OfferVersion, Present, Subscription
from masthead.circulation.standing import Account, Balance
from masthead.editorial.models import Title
from masthead.money import Money

Choice = Fold.Choice
Counts = Fold.Counts

Prices = dict[tuple[str, str, bool], int | str]
"""What the other offer costs, by currency, country and whether with print; or why it does not."""


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
    return look_at_all([account], into, counts, at=at)[0]


def look_at_all(
    accounts: Sequence[Account], into: OfferVersion, counts: Counts, *, at: datetime
) -> list[Rest]:
    """Return the same of many; queries do not grow with how many there are."""
    readers = {account.subscription.reader_id for account in accounts}
    there = Subscription.objects.running().filter(title=into.offer.title_id, reader__in=readers)
    have = {one.subscription.reader_id for one in standing.of(there) if one.has_more(at)}
    prices: Prices = {}
    rests = []
    for account in accounts:
        left = [one for one in account.balances if not one.is_over and _is_left(one)]
        try:
            if left and account.subscription.reader_id in have:
                raise pricing.CannotOrder(_("Its reader has the other title already."))
            moves = [(one, _copies(one, into, counts, at, prices)) for one in left]
            rests.append(Rest(account, tuple(moves)))
        except pricing.CannotOrder as refusal:
            rests.append(Rest(account, tuple((one, 0) for one in left), str(refusal)))
    return rests


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
    made = Plan(gifts=waiting_gifts(title).count())
    looked_at = 0
    for batch in serving.batches(Subscription.objects.running().filter(title=title)):
        among = Subscription.objects.filter(pk__in=batch).order_by("pk").select_related("title")
        accounts = [earning.as_of_yesterday(one, at=at) for one in standing.of(among)]
        for rest in look_at_all(accounts, into, counts, at=at):
            _count(made, rest, usual)
        looked_at += len(batch)
        if progress:
            progress(looked_at)
    return made


def waiting_gifts(title: Title) -> QuerySet[Present]:
    """Return the gifts of a title that are paid for and that nobody has begun."""
    return Present.objects.owed().filter(order__version__offer__title=title, returned_at=None)


def _is_left(balance: Balance) -> bool:
    return bool(balance.left or (balance.time and terms.unearned(balance)))


def _copies(
    balance: Balance, into: OfferVersion, counts: Counts, at: datetime, prices: Prices
) -> int:
    term = balance.term
    worth = sum(part.minor for part in terms.unearned(balance))
    sort = (term.currency, term.order.country, term.with_print)
    if sort not in prices:
        prices[sort] = _price(into, *sort, at)
    if isinstance(price := prices[sort], str):
        raise pricing.CannotOrder(price)
    if balance.left and (counts == Counts.SAME or not worth):
        return balance.left
    if not price:
        raise pricing.CannotOrder(_("The other offer costs nothing."))
    return max(1, -(-worth * into.deal.copies // price))


def _price(
    into: OfferVersion, currency: str, country: str, with_print: bool, at: datetime
) -> int | str:
    """Return the regular price of the other offer, or why it is not sold like that."""
    try:
        asked = pricing.price(
            into, currency, country=country, at=at, with_print=with_print, is_first=False
        )
    except pricing.CannotOrder as refusal:
        return str(refusal)
    return asked.money.minor


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
