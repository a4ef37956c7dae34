"""What donors and recipients of gift subscriptions are told; recipients never the price.

Letters go out once. What the mail server did not take is tried again, and a gift is delivered on
its day, where the title is published.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from masthead.circulation import letters, presents, standing
from masthead.circulation.confirmations import KINDS, TRIED_FOR
from masthead.circulation.models import Notice, Present, Term
from masthead.circulation.models.present import PresentQuerySet
from masthead.circulation.promises import kept
from masthead.payments.models import Invoice
from masthead.people.models import User

AHEAD = timedelta(days=1)
"""No zone is further ahead; which day it is where the title is published is looked at then."""

BETWEEN = timedelta(hours=1)
"""How long a donor waits from one letter that they have sent by hand to the next."""

OF_PRESENTS = ("order__version__offer__title", "order__payer", "recipient")


def send_due(at: datetime) -> int:
    """Write whatever is due about gifts; return how many letters went."""
    sent = 0
    for present in _all().filter(paid_at__gte=at - TRIED_FOR):
        sent += confirm(present, at=at)
    for present in _all().to_take().filter(delivered_at=None, deliver_on__lte=(at + AHEAD).date()):
        sent += deliver(present, at=at)
    for present in _all().filter(order__term__opened_at__gte=at - TRIED_FOR, returned_at=None):
        sent += welcome(present, at=at)
    for present in (
        _all()
        .filter(reminds=True, reminded_at=None, order__term__subscription__ended_at=None)
        .exclude(order__term=None)
    ):
        sent += remind(present, at=at)
    ended = _all().filter(order__term__subscription__ended_at__gte=at - TRIED_FOR, returned_at=None)
    for present in ended.filter(order__term__subscription__ended_why__in=KINDS):
        sent += tell_of_the_end(present, at=at)
    return sent


def confirm(present: Present, *, at: datetime) -> bool:
    """Confirm to a donor what they ordered, with its invoice, once; say whether it went now."""
    occasion = f"present:{present.key}"
    if Notice.objects.filter(occasion=occasion).exists():
        return False
    order = present.order
    context = {
        **_about(present),
        "price": order.money.in_words_of(order.version.offer.title.language),
        "is_free": not order.minor,
        "is_sent": bool(present.recipient_email),
        "number": present.number,
        "withdrawal": _address(reverse("newsstand:withdrawal")) if order.minor else "",
        "gift": _address(reverse("account_present", args=[present.key])),
    }
    papers = Invoice.objects.filter(occasion=f"term:{present.key}")
    words = letters.send(
        "gift-ordered", order.payer, context, language=present.language, papers=papers
    )
    return words is not None and _record(Notice.Kind.WELCOME, occasion, words, None, at)


def deliver(present: Present, *, at: datetime) -> bool:
    """Send a recipient their link, on its day or after it; say whether it went."""
    went = _send(present, at)
    if went:
        _write_down(present, None, at)
    return went


def _send(present: Present, at: datetime) -> bool:
    title = present.order.version.offer.title
    if not present.recipient_email or present.deliver_on > title.day(at):
        return False
    try:
        token = presents.make_link(present, at=at)
    except presents.CannotChange:
        return False
    link = _address(reverse("newsstand:gift", args=[token]))
    context = {**_about(present), "message": present.message.strip(), "link": link}
    words = letters.send_to("gift", present.recipient_email, context, language=present.language)
    if words is None:
        # The next run makes another link and tries again.
        return False
    still = Present.objects.filter(pk=present.pk, delivered_at=None)
    return bool(still.update(delivered_at=at))


def send_now(present: Present, *, at: datetime, by: User | None = None) -> bool:
    """Send the letter with a new link now, whatever day it was to go; say whether it went.

    The link before opens nothing any more. What did not go is tried again within the hour.

    Args:
        present: which one.
        at: the moment, timezone-aware.
        by: the member of staff who sends it; its donor if left out, who sends one an hour.

    Raises:
        CannotChange: see `presents`; or its donor has sent one just now.
    """
    donor = present.order.payer
    with transaction.atomic():
        anew = presents.change(
            present,
            recipient_name=present.recipient_name,
            recipient_email=present.recipient_email,
            deliver_on=present.order.version.offer.title.day(at),
            by=by,
        )
        # The gift is held, so that of two clicks one finds what the other wrote down.
        by_hand = presents.letters_of(anew).filter(user=donor, timestamp__gt=at - BETWEEN)
        if by is None and by_hand.exists():
            raise presents.CannotChange(
                _("A letter went out less than an hour ago. Try again later, or make the card.")
            )
        _write_down(anew, by or donor, at)
    return _send(anew, at)


def _write_down(present: Present, by: User | None, at: datetime) -> None:
    """Put into the log that a letter went, under the gift's number: it names nobody."""
    said = {"at": at.isoformat()}
    log(present, presents.SENT, user=by, title=present.number, timestamp=at, data=said)


def welcome(present: Present, *, at: datetime) -> bool:
    """Tell a recipient what they have, once their gift has begun; say whether it went now."""
    occasion = f"term:{present.key}"
    if present.recipient is None or Notice.objects.filter(occasion=occasion).exists():
        return False
    order, term = present.order, present.order.term
    title = order.version.offer.title
    context = {
        **_about(present),
        "number": term.subscription.number,
        "promises": [line.words for line in kept.lines_to_recipient(term.deal, title, at)],
        "with_print": term.with_print,
    }
    words = letters.send("gift-begun", present.recipient, context, language=present.language)
    return words is not None and _record(Notice.Kind.WELCOME, occasion, words, term, at)


def tell_of_the_end(present: Present, *, at: datetime) -> bool:
    """Tell a recipient that their donor has ended a gift, once; say whether the letter went now."""
    occasion = f"gift-ended:{present.key}"
    if present.recipient is None or Notice.objects.filter(occasion=occasion).exists():
        return False
    term = present.order.term
    context = {
        **_about(present),
        "number": term.subscription.number,
        "at": term.subscription.ended_at,
        "offers": _address(reverse("newsstand:offers")),
    }
    words = letters.send("gift-ended", present.recipient, context, language=present.language)
    return words is not None and _record(Notice.Kind.CANCELLED, occasion, words, term, at)


def remind(present: Present, *, at: datetime) -> bool:
    """Tell a donor who asked for it that a gift comes to its end; say whether it went now."""
    term = present.order.term
    account = standing.of_one(term.subscription)
    if ends := account.balances[-1].ends:
        near = ends - timedelta(weeks=term.deal.renew_at) <= at
    else:
        near = account.left <= min(term.deal.renew_at, term.copies // 2)
    if not near or term.subscription.ended_at:
        return False
    offer = present.order.version.offer
    again = (
        _address(reverse("newsstand:subscribe-to", args=[offer.slug])) if offer.is_on_sale else ""
    )
    context = {**_about(present), "copies_left": account.left, "again": again}
    words = letters.send("gift-ending", present.order.payer, context, language=present.language)
    if words is None:
        return False
    return bool(Present.objects.filter(pk=present.pk, reminded_at=None).update(reminded_at=at))


def _all() -> PresentQuerySet:
    return Present.objects.select_related(*OF_PRESENTS).order_by("pk")


def _about(present: Present) -> dict[str, object]:
    version = present.order.version
    return {
        "title": version.offer.title.name,
        "offer": version.deal.name,
        "donor": present.donor_name,
        "recipient": present.recipient_name,
        "day": present.deliver_on,
    }


def _record(kind: Notice.Kind, occasion: str, words: str, term: Term | None, at: datetime) -> bool:
    """Put a letter that names nobody on record."""
    subscription = term.subscription if term else None
    _notice, made = Notice.objects.get_or_create(
        occasion=occasion,
        defaults={
            "subscription": subscription,
            "term": term,
            "kind": kind,
            "sent_at": at,
            "words": words,
        },
    )
    return made


def _address(path: str) -> str:
    return f"{settings.INSTALLATION.magazine.address}{path}"
