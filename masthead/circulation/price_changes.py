"""Prices that change for who has an offer already: decided by the publisher, told in time, agreed to.

    decide(version, …)        older versions of its offer renew under it, from a day on
    preview(version)          how many readers that concerns, with old and new sums
    version_for(term, day)    what a renewal that is charged on a day is sold under
    agreed_words(term, …)     the words by which a payer agreed to a sum, if they did
    agree(subscription, …)    a payer agrees to another

A term keeps the version that it was sold under; only the one after it is another. Renewals look
here before each charge (`next_terms.look_at()`). See docs/decisions/0039.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from masthead.circulation import offers, pricing, refundable
from masthead.circulation.deals import Deal
from masthead.circulation.models import (
    DiscountCode,
    Notice,
    OfferVersion,
    Order,
    PriceChange,
    PriceConsent,
    Subscription,
    Term,
)
from masthead.money import Money
from masthead.people.models import User

# California, Bus. & Prof. Code § 17602(h): a change of price is told 7 to 30 days before.
NOTICE_AT_LEAST = timedelta(days=7)
NOTICE_AT_MOST = timedelta(days=30)

MOST_DAYS_OF_NOTICE = 23
"""An offer that asks for more leaves less than a week in which it may be charged."""


class CannotChangePrice(Exception):
    """It would change more than the price, or its day is over; says why. Fit to show to staff."""


@dataclass(frozen=True, slots=True)
class Concerned:
    """Readers whose renewals cost ``new`` and no longer ``old``; ``to_ask`` have to agree first."""

    old: Money
    new: Money
    readers: int
    to_ask: int


def complaints(version: OfferVersion) -> list[str]:
    """Return what keeps older versions of an offer from renewing under one, a sentence each.

    Readers agreed to a magazine, and not to a price alone: whatever they were promised has to
    be promised still.
    """
    found = []
    for older in older_than(version):
        for lack in _lacks(older.deal, version.deal):
            said = {"number": older.number, "lack": lack}
            found.append(_("Version %(number)d: %(lack)s") % said)
    return found


def older_than(version: OfferVersion) -> list[OfferVersion]:
    """Return the versions of an offer before one that somebody would be charged for."""
    before = OfferVersion.objects.filter(offer=version.offer_id, number__lt=version.number)
    used = _last_terms(before).values("version")
    return list(before.filter(pk__in=used).order_by("number"))


@transaction.atomic
def decide(
    version: OfferVersion, *, from_on: date, at: datetime, by: User | None = None
) -> PriceChange:
    """Have older versions of an offer renew under this one, in charges from a day on.

    Deciding the same again returns what stands; another day takes its place.

    Raises:
        CannotChangePrice: see the class.
    """
    today = version.offer.title.day(at)
    if from_on < today:
        raise CannotChangePrice(_("That day is over. Write down one to come."))
    if not version.deal.renews:
        raise CannotChangePrice(_("This version does not renew."))
    if wrong := complaints(version):
        raise CannotChangePrice(" ".join(wrong))
    standing = PriceChange.objects.select_for_update().filter(to=version, withdrawn_at=None)
    if there := standing.filter(from_on=from_on).first():
        return there
    standing.update(withdrawn_at=at)
    made = PriceChange.objects.create(to=version, from_on=from_on, decided_at=at, decided_by=by)
    data = {"version": version.number, "from": from_on.isoformat()}
    log(version.offer, "masthead.offer.price", user=by, data=data)
    return made


@transaction.atomic
def withdraw(change: PriceChange, *, at: datetime, by: User | None = None) -> None:
    """Take a change back: who has not been charged under it yet renews as before."""
    if PriceChange.objects.filter(pk=change.pk, withdrawn_at=None).update(withdrawn_at=at):
        data = {"version": change.to.number}
        log(change.to.offer, "masthead.offer.price-back", user=by, data=data)


def standing(offer: int) -> list[PriceChange]:
    """Return the changes of an offer that stand, those to the newest version first."""
    found = PriceChange.objects.filter(to__offer=offer, withdrawn_at=None)
    return list(found.select_related("to__offer__title").order_by("-to__number"))


def version_for(term: Term, day: date) -> OfferVersion:
    """Return the version that a renewal of a term is sold under, if it is charged on a day."""
    for change in standing(term.version.offer_id):
        if change.to.number > term.version.number and change.from_on <= day:
            return change.to
    return term.version


def agreed_words(term: Term, version: OfferVersion, money: Money) -> str:
    """Return the words by which a payer agreed that the term after this costs so much.

    Empty where they did not: their words name a smaller sum, and do not say that it may change.
    """
    words = term.order.agreed_to
    if not words or _covers(_with_the_words_of(term), term, money):
        return words
    consent = PriceConsent.objects.filter(
        subscription=term.subscription_id,
        version=version,
        currency=money.currency,
        minor__gte=money.minor,
    ).last()
    return consent.words if consent else ""


def named_sum(term: Term) -> Money | None:
    """Return the sum in the words by which a payer agreed that a term renews."""
    first = _first_with(_with_the_words_of(term), term)
    return _renews_at(first, term.currency) if first else None


def words_for(term: Term, version: OfferVersion, *, with_print: bool) -> str:
    """Return what a payer agrees to who agrees to another price, word for word."""
    price = version.deal.price_in(term.currency)
    assert price is not None
    extra = with_print and not version.deal.print_is_included
    return offers.renewal_words(version.deal, price, version.offer.title, extra)


@transaction.atomic
def agree(
    subscription: Subscription, version: OfferVersion, money: Money, words: str, *, at: datetime
) -> PriceConsent:
    """Write down that a payer agrees to a price, with the words they saw; once, however often."""
    try:
        with transaction.atomic():
            return PriceConsent.objects.create(
                subscription=subscription,
                version=version,
                minor=money.minor,
                currency=money.currency,
                words=words,
                agreed_at=at,
            )
    except IntegrityError:
        found: PriceConsent = PriceConsent.objects.get(
            subscription=subscription, version=version, minor=money.minor
        )
        return found


def occasion(term: Term, money: Money, day: date) -> str:
    """Return what the letter about a new price is on record as; a later one is another."""
    return f"{_told(term, money)}{day.isoformat()}"


def notice_of(term: Term, money: Money, *, at: datetime) -> Notice | None:
    """Return the letter that told of a new price, if it is not too old to charge after it."""
    told = Notice.objects.filter(
        kind=Notice.Kind.PRICE, term=term, occasion__startswith=_told(term, money)
    )
    return told.filter(sent_at__gte=at - NOTICE_AT_MOST).order_by("-sent_at").first()


def is_too_late(term: Term, money: Money, *, at: datetime) -> bool:
    """Say whether a new price was told, and so long ago that it has to be told again."""
    told = Notice.objects.filter(
        kind=Notice.Kind.PRICE, term=term, occasion__startswith=_told(term, money)
    )
    return told.exists() and notice_of(term, money, at=at) is None


def preview(version: OfferVersion, *, at: datetime) -> list[Concerned]:
    """Return whom a change to this version would concern: by old and new sum, the most first.

    Who has stopped, or whose sum stays what it is, is not among them.
    """
    terms = _last_terms(older_than(version)).select_related(
        "version__offer__title", "order__discount", "subscription"
    )
    readers: Counter[tuple[Money, Money]] = Counter()
    to_ask: Counter[tuple[Money, Money]] = Counter()
    costs: dict[object, Money | None] = {}
    words, sold = _orders_by_words(terms), _terms_sold(terms)
    for term in terms:
        discount = term.order.discount
        if discount and discount.terms <= sold[term.subscription_id]:
            discount = None
        sums = [_cost(one, term, discount, at, costs) for one in (term.version, version)]
        old, new = sums
        if old is None or new is None or old == new:
            continue
        readers[old, new] += 1
        agreed = words.get((term.subscription_id, term.order.agreed_to), [])
        to_ask[old, new] += not _covers(agreed, term, new)
    return [
        Concerned(old, new, number, to_ask[old, new])
        for (old, new), number in readers.most_common()
    ]


def _with_the_words_of(term: Term) -> list[Order]:
    same = Order.objects.filter(subscription=term.subscription_id, agreed_to=term.order.agreed_to)
    return list(same.select_related("version").order_by("pk"))


def _told(term: Term, money: Money) -> str:
    return f"price:{term.key}:{money.currency}{money.minor}:"


def _last_terms(versions: Iterable[OfferVersion]) -> QuerySet[Term]:
    return Term.objects.filter(
        version__in=versions,
        renewed_by=None,
        subscription__ended_at=None,
        subscription__stopped_at=None,
    ).exclude(order__agreed_to="")


def _orders_by_words(terms: QuerySet[Term]) -> dict[tuple[int, str], list[Order]]:
    found: dict[tuple[int, str], list[Order]] = {}
    concerned = Order.objects.filter(subscription__terms__in=terms.values("pk")).distinct()
    for order in concerned.exclude(agreed_to="").select_related("version").order_by("pk"):
        found.setdefault((order.subscription_id or 0, order.agreed_to), []).append(order)
    return found


def _covers(agreed: list[Order], term: Term, money: Money) -> bool:
    """Say whether words cover a sum: they name what the first order with them was to renew at."""
    first = _first_with(agreed, term)
    if first is None or first.version.deal.price_may_change:
        return first is not None
    named = _renews_at(first, money.currency)
    return named is not None and money.minor <= named.minor


def _first_with(agreed: list[Order], term: Term) -> Order | None:
    with_print = term.order.with_print
    alike = (one for one in agreed if one.with_print == with_print)
    return next(alike, agreed[0] if agreed else None)


def _renews_at(order: Order, currency: str) -> Money | None:
    deal = order.version.deal
    price = deal.price_in(currency)
    if price is None:
        return None
    extra = order.with_print and not deal.print_is_included
    return Money(price.minor + (price.print_extra or 0) * extra, currency)


def _terms_sold(terms: QuerySet[Term]) -> Counter[int]:
    """Return how many terms the subscriptions of some were sold; what moved on was sold once."""
    every = Term.objects.filter(subscription__in=terms.values("subscription"))
    sold = every.exclude(order__kind__in=refundable.MOVED_INTO)
    return Counter(sold.values_list("subscription", flat=True))


def _cost(
    version: OfferVersion,
    term: Term,
    discount: DiscountCode | None,
    at: datetime,
    known: dict[object, Money | None],
) -> Money | None:
    """Return what a renewal of a term costs under a version; None where it is not sold like that."""
    has_print = term.with_print and (
        term.subscription.leaves_print_at is None or version.deal.print_is_included
    )
    asked = (version.pk, term.currency, term.order.country, has_print, discount and discount.pk)
    if asked not in known:
        try:
            known[asked] = pricing.price(
                version,
                term.currency,
                country=term.order.country,
                at=at,
                with_print=has_print,
                is_first=False,
                discount=discount,
            ).money
        except pricing.CannotOrder:
            known[asked] = None
    return known[asked]


def _lacks(old: Deal, new: Deal) -> list[str]:
    found = []
    if (old.basis, old.copies, old.months) != (new.basis, new.copies, new.months):
        found.append(_("it sells another number of copies or months."))
    if old.print_is_included and not new.print_is_included:
        found.append(_("its price includes the print edition."))
    if new.grace_copies < old.grace_copies:
        found.append(_("it has more copies of grace."))
    missing = [price.currency for price in old.prices if new.price_in(price.currency) is None]
    if missing:
        found.append(_("it is sold in %(currencies)s, too.") % {"currencies": ", ".join(missing)})
    if any(one not in new.promises for one in old.promises):
        found.append(_("it promises what the newer one does not."))
    if max(old.notice_days, new.notice_days) > MOST_DAYS_OF_NOTICE:
        said = {"days": MOST_DAYS_OF_NOTICE}
        found.append(_("a new price needs days of notice of %(days)d at most.") % said)
    return found
