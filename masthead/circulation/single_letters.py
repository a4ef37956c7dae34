"""What readers are told of single copies: bought, paid back, charged back. Once each, and on record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from masthead.circulation import letters
from masthead.circulation.confirmations import TRIED_FOR
from masthead.circulation.models import Notice, SingleCopy
from masthead.payments.models import Dispute, Invoice


def send_due(at: datetime) -> int:
    """Write whatever is due about single copies; return how many letters went."""
    since = at - TRIED_FOR
    copies = SingleCopy.objects.select_related("issue__publication", "reader").order_by("pk")
    sent = 0
    for copy in copies.filter(paid_at__gte=since):
        sent += confirm(copy, at=at)
    for copy in copies.filter(returned_at__gte=since):
        sent += tell_of_return(copy, at=at)
    for copy in copies.filter(given_up_at__gte=since, paid_at__isnull=False):
        sent += tell_of_charge_back(copy, at=at)
    return sent


def confirm(copy: SingleCopy, *, at: datetime) -> bool:
    """Confirm what was bought, with its invoice, once; say whether the letter went now."""
    context = {
        "is_printed": copy.is_printed,
        "read": f"{settings.INSTALLATION.magazine.address}{copy.issue.url}read/",
        "agreed_to": copy.agreed_to,
    }
    return _write(Notice.Kind.WELCOME, copy, copy.reference, "single-copy", context, at)


def tell_of_return(copy: SingleCopy, *, at: datetime) -> bool:
    """Confirm that the price goes back, with the credit note; say whether the letter went now."""
    occasion = f"refund:{copy.key}"
    return _write(Notice.Kind.MONEY_BACK, copy, occasion, "single-copy-returned", {}, at)


def tell_of_charge_back(copy: SingleCopy, *, at: datetime) -> bool:
    """Say that a copy was closed because its payer's bank took the money back, if that is why."""
    lost = Dispute.objects.filter(state=Dispute.State.LOST, charge__reference=copy.reference)
    if not lost.exists():
        return False
    occasion = f"charge-back:{copy.key}"
    more = {"is_printed": copy.is_printed}
    return _write(Notice.Kind.CANCELLED, copy, occasion, "charged-back", more, at)


def _write(
    kind: Notice.Kind,
    copy: SingleCopy,
    occasion: str,
    name: str,
    more: dict[str, Any],
    at: datetime,
) -> bool:
    if Notice.objects.filter(occasion=occasion).exists():
        return False
    title = copy.issue.publication
    context = {
        "title": title.name,
        "issue": copy.issue.title,
        "number": copy.number,
        "price": copy.money.in_words_of(title.language),
        "copies": f"{settings.INSTALLATION.magazine.address}{reverse('account_subscriptions')}",
        **more,
    }
    papers = Invoice.objects.filter(occasion=occasion)
    words = letters.send(name, copy.reader, context, language=title.language, papers=papers)
    if words is None:
        return False
    _notice, made = Notice.objects.get_or_create(
        occasion=occasion, defaults={"kind": kind, "sent_at": at, "words": words}
    )
    return made
