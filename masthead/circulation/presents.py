"""Gift subscriptions: a donor pays, a recipient takes it by a link, and only then does it begin.

    write(order, wish, …)     what the donor wants, beside their order
    take_in(order, …)         its money is in the books; it can be taken from now on
    make_link(present, …)     a new link; the one before opens nothing any more
    redeem(present, reader)   the recipient takes it
    begin_waiting(…)          those in line whose turn has come
    give_back(present, …)     the donor has the whole price back, as long as it has not begun
    withdraw(present, …)      the same, by the law of what is bought at a distance

Whoever has something of the title still to come waits: a gift begins after it, and one gift after
the other, so that nothing is lost. See docs/decisions/0031.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _
from wagtail.models import ModelLogEntry

from masthead.circulation import endings, invoicing, serving, signals, standing, terms
from masthead.circulation.models import (
    Order,
    Present,
    Refund,
    ServiceRecord,
    Subscription,
    Term,
)
from masthead.payments import journal
from masthead.people.models import User

Ended = Subscription.Ended

BYTES = 24
"""192 bits: nobody guesses one."""

LETTERS = 5
"""How many letters of one gift its donor can have sent: it is no way to write to anybody."""

SENT = "masthead.present.send"
"""What the log calls a letter of a gift."""


class CannotRedeem(Exception):
    """Somebody took it before, or it is the donor who asks. Fit to show to readers."""


class CannotChange(Exception):
    """It was taken or paid back, or has sent its letters. Fit to show to readers."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a donor writes; without ``recipient_email`` they hand the link over themselves."""

    recipient_name: str
    donor_name: str
    deliver_on: date
    recipient_email: str = ""
    message: str = ""
    reminds: bool = False


def write(order: Order, wish: Wish, *, language: str) -> Present:
    """Write down that an order is a gift; called in the transaction that writes the order."""
    return Present.objects.create(
        order=order,
        recipient_name=wish.recipient_name,
        recipient_email=wish.recipient_email,
        donor_name=wish.donor_name,
        message=wish.message,
        deliver_on=wish.deliver_on,
        reminds=wish.reminds,
        language=language,
    )


@transaction.atomic
def take_in(order: Order, *, charge: str, at: datetime) -> Present:
    """Book the sale of a gift that is paid for, with its invoice; again, nothing changes.

    What is owed for it and its taxes are known now, so they are booked now; taking it moves
    nothing in the books.

    Raises:
        NotPaid: its money is not in the books.
    """
    present = Present.objects.select_for_update().get(order=order)
    if present.paid_at:
        return present
    if order.minor and not (charge and journal.is_booked(charge)):
        raise terms.NotPaid(f"{order.reference} has not been paid.")
    sold = Term(
        key=present.key,
        order=order,
        version=order.version,
        minor=order.minor,
        currency=order.currency,
        parts=order.parts,
    )
    if order.minor:
        terms.book_sale(sold, memo=order.reference, at=at)
        invoicing.for_term(sold, at=at)
    present.paid_at = at
    present.save(update_fields=["paid_at"])
    return present


@transaction.atomic
def make_link(present: Present, *, at: datetime) -> str:
    """Make the secret of a new link, known now and never again; the one before is void.

    Raises:
        CannotChange: see the class.
    """
    present = _still_to_take(present)
    token = secrets.token_urlsafe(BYTES)
    present.token_sha256 = _digest(token)
    present.save(update_fields=["token_sha256"])
    return token


def of_token(token: str) -> Present | None:
    """Return the gift that a link is of, taken ones too; None for everything else."""
    found = Present.objects.filter(token_sha256=_digest(token), paid_at__isnull=False)
    return found.select_related("order__version__offer__title", "order__payer").first()


def seen(present: Present, *, at: datetime) -> None:
    """Write down that somebody has opened the link of a gift, the first time."""
    Present.objects.filter(pk=present.pk, opened_at=None).update(opened_at=at)


@transaction.atomic
def change(
    present: Present,
    *,
    recipient_name: str,
    recipient_email: str,
    deliver_on: date,
    by: User | None = None,
) -> Present:
    """Correct who a gift is for, or when it is delivered; it is delivered anew.

    The link that went out before opens nothing any more: it may have reached somebody else.

    Args:
        present: which one.
        recipient_name: who it is for.
        recipient_email: where its letter goes; empty for one that is handed over.
        deliver_on: when.
        by: the member of staff who does it; its donor if left out, who has `LETTERS` at most.

    Raises:
        CannotChange: see the class.
    """
    present = _still_to_take(present)
    if by is None and recipient_email and letters_of(present).count() >= LETTERS:
        raise CannotChange(
            _(
                "This gift has sent its %(count)s letters. Make the card and pass its link on yourself."
            )
            % {"count": LETTERS}
        )
    present.recipient_name = recipient_name
    present.recipient_email = recipient_email
    present.deliver_on = deliver_on
    present.delivered_at = present.opened_at = None
    present.token_sha256 = None
    present.save()
    return present


def letters_of(present: Present) -> QuerySet[ModelLogEntry]:
    """Return what the log says of the letters of a gift: when each went, and by whom."""
    sent: QuerySet[ModelLogEntry] = ModelLogEntry.objects.for_instance(present)
    return sent.filter(action=SENT)


@transaction.atomic
def redeem(present: Present, reader: User, *, at: datetime) -> Present:
    """Let somebody who has the link take a gift; it begins now, or once its turn has come.

    Taking it again changes nothing.

    Raises:
        CannotRedeem: see the class.
    """
    # Whoever takes two at once has them begin one after the other.
    reader = User.objects.select_for_update().get(pk=reader.pk)
    present = Present.objects.select_for_update().get(pk=present.pk)
    if present.recipient_id == reader.pk:
        return present
    if present.order.payer_id == reader.pk:
        raise CannotRedeem(
            _("You gave this yourself. Pass the link on, or have your money back in your account.")
        )
    if present.recipient_id or present.returned_at or not present.paid_at:
        raise CannotRedeem(_("This gift was taken before, or its donor has taken it back."))
    present.recipient, present.redeemed_at = reader, at
    # They are known by their account now.
    present.recipient_email = ""
    present.save(update_fields=["recipient", "redeemed_at", "recipient_email"])
    _begin(present, at)
    transaction.on_commit(lambda: signals.to_be_confirmed.send(Present))
    return present


def begin_waiting(*, at: datetime) -> int:
    """Begin the gifts in line whose readers have nothing else to come; return how many."""
    begun = 0
    for key, reader in (
        Present.objects.in_line().order_by("redeemed_at", "pk").values_list("pk", "recipient")
    ):
        with transaction.atomic():
            User.objects.select_for_update().get(pk=reader)
            held = Present.objects.select_for_update(of=("self",)).in_line()
            present = held.filter(pk=key).first()
            begun += bool(present and _begin(present, at))
    return begun


def waits_for(present: Present, reader: User, at: datetime) -> Subscription | None:
    """Return the subscription of a reader that a gift of the same title begins after, if any."""
    title = present.order.version.offer.title_id
    running = Subscription.objects.running().filter(title=title, reader=reader)
    for account in standing.of(running.order_by("pk")):
        if account.has_more(at):
            return account.subscription
    return None


@transaction.atomic
def give_back(present: Present, *, request: UUID, at: datetime) -> list[Refund]:
    """Promise a donor the whole price of a gift back, as long as it has not begun.

    It is opened for the donor and ended in one act, so that the money goes back as all money
    does: once, with its credit note, the way it came.

    Args:
        present: read afresh.
        request: the one-time key of the form; a second time it returns the same refunds.
        at: the moment, timezone-aware.

    Raises:
        CannotChange: see the class.
    """
    return _go_back(present, Ended.MONEY_BACK, request, at)


@transaction.atomic
def withdraw(present: Present, *, request: UUID, at: datetime) -> list[Refund]:
    """Keep the law for a gift that has not begun; its donor need not sign in for that.

    It has no end, as `give_back()` has none. Once it has begun, see `endings.withdraw()`.

    Raises:
        CannotChange: see the class.
    """
    return _go_back(present, Ended.WITHDRAWN, request, at)


def _go_back(present: Present, ended: Ended, request: UUID, at: datetime) -> list[Refund]:
    present = Present.objects.select_for_update().get(pk=present.pk)
    if there := Refund.objects.filter(request=request, term__order=present.order_id):
        return list(there)
    if present.returned_at or not present.paid_at or _has_begun(present):
        raise CannotChange(_too_late())
    # Whoever stands in line for it has it no more.
    present.recipient, present.redeemed_at = None, None
    present.returned_at, present.token_sha256 = at, None
    present.save()
    term = terms.open_paid(present.order, charge=_sale(present), at=at)
    return endings.give_whole_back(
        term.subscription, ended, request=request, at=at, by=term.order.payer
    )


def _begin(present: Present, at: datetime) -> Term | None:
    assert present.recipient is not None
    if waits_for(present, present.recipient, at):
        return None
    order = present.order
    Order.objects.filter(pk=order.pk).update(reader=present.recipient)
    first = _after_the_last(present) if present.redeemed_at != at else None
    term = terms.open_paid(order, charge=_sale(present), at=at, first=first)
    serving.serve_new(term, at=at)
    return term


def _after_the_last(present: Present) -> int | None:
    """Return the sequence after the last issue that somebody in line has had, if any.

    However late a worker finds that their turn has come, no issue in between is left out.
    """
    had = ServiceRecord.objects.filter(
        subscription__reader=present.recipient_id,
        issue__publication=present.order.version.offer.title_id,
    )
    last: int | None = had.aggregate(last=Max("issue__sequence"))["last"]
    return None if last is None else last + 1


def _still_to_take(present: Present) -> Present:
    held = Present.objects.select_for_update(of=("self",)).to_take()
    found = held.filter(pk=present.pk).first()
    if found is None:
        raise CannotChange(_too_late())
    return found


def _has_begun(present: Present) -> bool:
    return Term.objects.filter(order=present.order_id).exists()


def _sale(present: Present) -> str:
    return f"term:{present.key}"


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _too_late() -> str:
    return _("This gift was taken or paid back before; nothing about it can be changed.")
