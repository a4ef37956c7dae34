"""The term that comes after the last: what it costs, whether it is time, and what is in the way.

Nothing is written here; `renewals` charges for it, and `going_on` lets payers have it at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from masthead.circulation import price_changes, pricing, refundable
from masthead.circulation.models import (
    DiscountCode,
    Notice,
    OfferVersion,
    Subscription,
    Term,
)
from masthead.circulation.quotes import Quote
from masthead.circulation.standing import Account
from masthead.money import Money
from masthead.payments import disputes
from masthead.payments.models import Method
from masthead.people.models import User

LATE = timedelta(days=14)
"""How long after a time is over it may still be renewed."""


@dataclass(frozen=True, slots=True)
class Due:
    """A subscription that is to be renewed, what that costs, and what is in the way of it.

    ``occasion`` is what the reminder is on record as; it names the sum, so that another sum asks
    for another reminder. ``hindrance`` is empty where it may be charged now. It is sold under
    ``version``; where that makes it cost another sum, ``before`` is what it would have cost. To
    that the payer agreed in ``agreed_to``, which is empty where they have to be asked.
    """

    account: Account
    quote: Quote | None
    method: Method | None
    notice: Notice | None
    is_time: bool
    hindrance: str
    version: OfferVersion
    before: Money | None
    agreed_to: str
    occasion: str = ""

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
    def days_of_notice(self) -> timedelta:
        """How long before a charge or an invoice the letter about it goes out, at least."""
        return _days_of_notice(self.last, self.version, self.before)

    @property
    def is_new_price(self) -> bool:
        """Whether it costs another sum than the last term, because its price was changed."""
        return self.before is not None and self.version != self.last.version


def look_at(account: Account, newest: int, at: datetime, *, by_payer: bool = False) -> Due:
    """Return what the next term of an account costs, and what is in the way of charging for it.

    Args:
        account: whose.
        newest: the sequence of the newest issue on sale that uses up copies.
        at: the moment, timezone-aware.
        by_payer: whether its payer pays now, and nobody charges them some days later.
    """
    last, hindrance = account.balances[-1].term, ""
    method = method_of(account.subscription.payer)
    is_time = is_near(account, newest, at, early=False)
    old = _quote(account, last.version, at)
    version, quote = _version_and_quote(account, old, at, soon=method is not None and not by_payer)
    notice, before, agreed_to = None, None, last.order.agreed_to
    if isinstance(quote, str):
        return Due(account, None, method, None, is_time, quote, version, None, agreed_to)
    if not isinstance(old, str) and quote.money != old.money:
        before = old.money
    agreed_to = price_changes.agreed_words(last, version, quote.money)
    if not agreed_to and before is None:
        # They have paid more by hand since, and never agreed to be charged it.
        before = price_changes.named_sum(last)
    if before is None:
        notice = Notice.objects.filter(occasion=_occasion(last, quote.money)).first()
    # The letter about a new price names the sum, too.
    notice = notice or price_changes.notice_of(last, quote.money, at=at)
    days = _days_of_notice(last, version, before)
    if quote.money and method is None:
        hindrance = _("no way to pay was left")
    elif notice is None:
        hindrance = _("not told of the new price yet") if before else _("not reminded yet")
    elif at < notice.sent_at + days:
        hindrance = _("reminded too short ago")
    elif not is_time:
        hindrance = _("too many copies are left")
    elif not agreed_to:
        hindrance = _("did not agree to the new price")
    elif disputes.open_of(account.subscription.payer):
        hindrance = _("their bank asks money back")
    occasion = _occasion(last, quote.money)
    if before:
        occasion = price_changes.occasion(last, quote.money, account.subscription.title.day(at))
    return Due(
        account, quote, method, notice, is_time, hindrance, version, before, agreed_to, occasion
    )


def _days_of_notice(last: Term, version: OfferVersion, before: Money | None) -> timedelta:
    days = timedelta(days=max(last.deal.notice_days, version.deal.notice_days))
    return max(days, price_changes.NOTICE_AT_LEAST) if before else days


def _version_and_quote(
    account: Account, old: Quote | str, at: datetime, *, soon: bool
) -> tuple[OfferVersion, Quote | str]:
    """Return what the next term is sold under, and what it costs then; or why it is not sold.

    Whoever is yet to be reminded is charged some days later at the earliest, so that they are
    told what it costs by then.
    """
    last, title = account.balances[-1].term, account.subscription.title
    version = price_changes.version_for(last, title.day(at))
    if soon and version == last.version:
        told = not isinstance(old, str) and Notice.objects.filter(
            occasion=_occasion(last, old.money)
        )
        if not told or not told.exists():
            charged_on = title.day(at + timedelta(days=last.deal.notice_days))
            version = price_changes.version_for(last, charged_on)
    return version, old if version == last.version else _quote(account, version, at)


def _quote(account: Account, version: OfferVersion, at: datetime) -> Quote | str:
    """Return what the next term costs under a version of its offer, or why it is not sold."""
    last = account.balances[-1].term
    try:
        return pricing.price(
            version,
            last.currency,
            country=last.order.country,
            at=at,
            with_print=has_print(account.subscription, last),
            is_first=False,
            discount=discount_of(account),
        )
    except pricing.CannotOrder as refusal:
        return str(refusal)


def is_near(account: Account, newest: int, at: datetime, *, early: bool) -> bool:
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


def has_print(subscription: Subscription, last: Term) -> bool:
    """Say whether the term that follows another has the print edition."""
    return last.with_print and (subscription.leaves_print_at is None or last.deal.print_is_included)


def _occasion(last: Term, money: Money) -> str:
    return f"renewal:{last.key}:{money.currency}{money.minor}"


def discount_of(account: Account) -> DiscountCode | None:
    """Return the discount of the first order, as long as it is good for the term to come."""
    found = account.balances[-1].term.order.discount
    # A term that was only moved into was not sold at a discount.
    kinds = [one.term.order.kind for one in account.balances]
    sold = sum(kind not in refundable.MOVED_INTO for kind in kinds)
    return found if found and found.terms > sold else None


def method_of(payer: User) -> Method | None:
    """Return the way to pay that somebody left last, if it can be used."""
    return Method.objects.filter(payer=payer, gone_at=None).order_by("-added_at", "-pk").first()
