"""Subscriptions of another system: readers come along with what they are still owed.

    carry_over(title, brought, …)   a subscription with its term, and what is owed for it
    open_books(subscriptions, …)    that it was paid before, in one entry for many of them
    correct(subscription, brought)  what a later list says otherwise

What was paid before was paid to the house, and not through here: it stands in the books against
an account for opening balances. It goes back by hand. See docs/decisions/0040.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from masthead.circulation import deals, letters, standing, terms
from masthead.circulation.deals import Part
from masthead.circulation.models import Notice, OfferVersion, Order, Subscription, Term
from masthead.circulation.quotes import Quote
from masthead.editorial.models import Title
from masthead.money import Money, shared_out, tax_within
from masthead.payments import journal
from masthead.payments.models import Attempt
from masthead.people import addresses
from masthead.people.models import Address, User

OPENING = "equity:opening-balances"
"""What the house owed as Masthead began to keep its books."""


class CannotCarryOver(Exception):
    """What the list says cannot be sold here, or is served already; says why. Fit to show to staff."""


@dataclass(frozen=True, slots=True)
class Brought:
    """A subscription as a list has it.

    Of copies ``copies`` are left, of a time it runs to the day before ``until``. ``worth`` is
    what was paid for that, taxes included; nought is complimentary. ``last_sequence`` is the last
    issue that they have had, or that has come out: it begins with the one after it.
    """

    number: str
    email: str
    version: OfferVersion
    country: str
    worth: Money
    quote: Quote
    """What a term of it costs here, which says what its worth is for."""
    copies: int = 0
    until: date | None = None
    with_print: bool = False
    since: datetime | None = None
    last_sequence: int = 0
    source_key: str = ""
    language: str = "en"
    first_name: str = ""
    last_name: str = ""
    post: tuple[tuple[str, str], ...] = ()
    """The lines of the address, by `people.addresses.FIELDS`; none where there is none."""


def there(title: Title, number: str) -> Subscription | None:
    """Return what was carried over under a number, if anything was."""
    found = Subscription.objects.filter(title=title, legacy_number=number)
    return found.select_related("reader").first()


@transaction.atomic
def carry_over(title: Title, brought: Brought, *, way: str, at: datetime) -> Subscription:
    """Open a subscription with what is left of it; nobody is written to, and nothing is served.

    It does not renew by itself: no card comes along, and nobody agreed here to be charged.
    Once all are here, `open_books()` has to be called in the same transaction.

    Args:
        title: that it is of.
        brought: from the list.
        way: the way to pay by which staff send money back, if it is to go back.
        at: the moment, timezone-aware.

    Raises:
        CannotCarryOver: see the class.
        addresses.BadAddress: the country's post would not take it.
    """
    if brought.until and brought.until <= title.day(at):
        raise CannotCarryOver(_("It is over: nothing is left to be served."))
    parts = _parts(brought)
    reader = _reader(brought)
    _write_address(reader, brought, at)
    subscription = Subscription.objects.create(
        title=title,
        reader=reader,
        payer=reader,
        opened_at=brought.since or at,
        stopped_at=brought.since or at,
        legacy_number=brought.number,
    )
    order = Order.objects.create(
        kind=Order.Kind.IMPORTED,
        version=brought.version,
        payer=reader,
        reader=reader,
        subscription=subscription,
        minor=brought.worth.minor,
        currency=brought.worth.currency,
        parts=deals.parts_to_json(parts),
        with_print=brought.with_print,
        country=brought.country,
        source_key=brought.source_key,
        provider=way if brought.worth else "",
        request=uuid.uuid5(title.key, brought.number),
        ordered_at=at,
    )
    term = Term.objects.create(
        subscription=subscription,
        sequence=1,
        order=order,
        version=brought.version,
        copies=brought.copies,
        starts_at=at if brought.until else None,
        ends_at=standing.midnight(title, brought.until) if brought.until else None,
        minor=order.minor,
        currency=order.currency,
        parts=order.parts,
        with_print=brought.with_print,
        first_sequence=brought.last_sequence + 1,
        opened_at=at,
    )
    if order.minor:
        _book(order, term, brought.language, at)
    return subscription


@transaction.atomic
def open_books(subscriptions: list[Subscription], *, at: datetime) -> None:
    """Take money and taxes of what was carried over out of the books: they moved before.

    What is owed for it stands against the opening balances then.
    """
    lines = []
    for order in Order.objects.filter(subscription__in=subscriptions, kind=Order.Kind.IMPORTED):
        held = journal.provider_account(order.provider)
        lines.append(journal.credit(held, order.money))
        for part in deals.parts_from_json(order.parts):
            lines.append(journal.debit(OPENING, Money(part.net, order.currency)))
            if part.tax:
                lines.append(journal.debit(part.tax_account, Money(part.tax, order.currency)))
    if any(line.money for line in lines):
        key = f"opening:{subscriptions[0].key}:{len(subscriptions)}"
        journal.post(key, lines, kind="opening", at=at, memo="Subscriptions of another system")


def correct(subscription: Subscription, brought: Brought, *, at: datetime) -> list[str]:
    """Write down what a later list says otherwise, and return what that was.

    Whoever has proved their mail address since keeps what they wrote down themselves.

    Raises:
        CannotCarryOver: it says something else about copies or money, which stand in the books.
        addresses.BadAddress: the country's post would not take it.
    """
    term = subscription.terms.select_related("version", "order").get(sequence=1)
    told = {
        _("copies left"): (term.copies, brought.copies),
        _("until"): (
            subscription.title.day(term.ends_at) if term.ends_at else None,
            brought.until,
        ),
        _("worth"): (term.money, brought.worth),
        _("offer"): (term.version.offer_id, brought.version.offer_id),
        _("print"): (term.with_print, brought.with_print),
    }
    other = [name for name, (ours, theirs) in told.items() if ours != theirs]
    if other:
        raise CannotCarryOver(
            _("It was taken over with another value of: %(names)s. The books keep what they have; put it right on the page of the subscription.")
            % {"names": ", ".join(other)}
        )  # fmt: skip
    reader, changed = subscription.reader, []
    if reader.mail_verified_at or reader.erased_at:
        return []
    if reader.email != brought.email.lower():
        if User.objects.with_mail(brought.email) not in (None, reader):
            raise CannotCarryOver(_("Somebody else has this mail address now."))
        reader.email = brought.email.lower()
        changed.append(_("mail address"))
    names = (brought.first_name, brought.last_name)
    if (reader.first_name, reader.last_name) != names:
        reader.first_name, reader.last_name = names
        changed.append(_("name"))
    if changed:
        reader.save(update_fields=["email", "first_name", "last_name"])
    if _write_address(reader, brought, at):
        changed.append(_("address"))
    return changed


def welcome(subscription: Subscription, *, language: str, at: datetime) -> bool:
    """Tell a reader that their subscription is here now, and how to sign in; once."""
    term = subscription.terms.select_related("version").get(sequence=1)
    title = subscription.title
    ends = title.day(term.ends_at) if term.ends_at else None
    context = {
        "title": title.name,
        "number": subscription.number,
        "before": subscription.legacy_number,
        "copies_left": term.copies,
        "ends": ends,
    }
    notice = letters.notify(
        Notice.Kind.WELCOME,
        subscription,
        term,
        context,
        occasion=f"term:{term.key}",
        at=at,
        name="carried-over",
        language=language,
    )
    return notice is not None


def _reader(brought: Brought) -> User:
    """Return who has the mail address, as they are; or somebody new."""
    if found := User.objects.with_mail(brought.email):
        return found
    return User.objects.create_user(
        brought.email, first_name=brought.first_name, last_name=brought.last_name
    )


def _write_address(reader: User, brought: Brought, at: datetime) -> bool:
    """Write a reader's address down, if it is another; say whether it was."""
    if not brought.post:
        return False
    fields = dict(brought.post)
    now = Address.objects.filter(user=reader, is_for_post=True).first()
    if now is None:
        addresses.write(reader, brought.country, fields, at=at)
        return True
    if reader.mail_verified_at:
        return False
    sound = addresses.checked(brought.country, fields)
    if now.country == brought.country and all(
        getattr(now, name) == value for name, value in sound.items()
    ):
        return False
    addresses.write(reader, brought.country, fields, at=at, replacing=now)
    return True


def _parts(brought: Brought) -> tuple[Part, ...]:
    """Share what is left out among the offer's components, with the taxes that were paid on it."""
    weights = [part.minor for part in brought.quote.parts]
    if not any(weights):
        weights = [1] * len(weights)
    shares = shared_out(brought.worth.minor, weights)
    return tuple(
        Part(
            part.component,
            minor,
            tax_within(minor, part.rate) if part.rate else 0,
            part.tax_account if part.rate else "",
            part.rate,
            part.rate_name,
        )
        for part, minor in zip(brought.quote.parts, shares, strict=True)
    )


def _book(order: Order, term: Term, language: str, at: datetime) -> None:
    """Write down the payment and what is owed for it.

    Its payment is a row like any other, so that it can go back like any other.
    """
    payment = Attempt.objects.create(
        kind=Attempt.Kind.CHARGE,
        state=Attempt.State.SUCCEEDED,
        provider=order.provider,
        provider_ref=f"before:{order.key}",
        minor=order.minor,
        currency=order.currency,
        reference=order.reference,
        payer=order.payer,
        description=f"{order.version.offer.title.name}: {order.version.deal.name}"[:200],
        language=language,
        request=order.request,
        created_at=at,
        sent_at=at,
        settled_at=at,
    )
    held, memo = journal.provider_account(order.provider), order.reference
    journal.post(
        f"charge:{payment.key}",
        [journal.debit(held, order.money), journal.credit(journal.RECEIVED, order.money)],
        kind="charge",
        at=at,
        memo=memo,
    )
    terms.book_sale(term, memo=memo, at=at)
