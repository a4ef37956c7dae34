"""Single copies at the order desk: staff take the order of one issue by telephone or by post.

copy = single_desk.take(issue, reader, settled=…, …)   writes it down, as the shop does
single_desk.tell(copy, at=now)                         mails what is to be paid, and where
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from masthead.circulation import order_desk, single_copies
from masthead.circulation.models import SingleCopy, SinglePrice
from masthead.circulation.order_desk import Settled
from masthead.circulation.single_copies import CannotOrder, Edition
from masthead.editorial.models import Issue
from masthead.payments import ways
from masthead.people.models import User


def take(
    issue: Issue,
    reader: User,
    *,
    settled: Settled,
    way: str = "",
    edition: SinglePrice.Edition,
    currency: str,
    country: str,
    request: UUID,
    at: datetime,
    by: User,
) -> SingleCopy:
    """Write the order of one copy down that somebody gave to staff; nobody is written to yet.

    Args:
        issue: on sale.
        reader: who orders, reads and pays.
        settled: how it is paid: by a link, awaited, or received.
        way: to pay by hand, by its name in the settings, where it is received or awaited.
        edition: as what.
        currency: in which.
        country: two letters; of a printed copy the address decides.
        request: the one-time key of the form: a second time returns what the first one wrote.
        at: the moment, timezone-aware.
        by: who takes it.

    Raises:
        CannotOrder: it is not sold like that, is sold out, or the way does not go by hand.
    """
    is_by_hand = settled in (Settled.RECEIVED, Settled.AWAITED)
    if is_by_hand and way not in [one.name for one in ways.by_hand()]:
        raise CannotOrder(_("Choose a way to pay that goes by hand."))
    if not reader.has_mail and edition != Edition.PRINT:
        raise CannotOrder(_("Without a mail address nobody can sign in: sell them a printed copy."))
    if not reader.has_mail and settled == Settled.LINK:
        raise CannotOrder(
            _("Without a mail address there is no page to pay on: choose a way by hand.")
        )
    with transaction.atomic():
        known = SingleCopy.objects.filter(request=request).exists()
        copy, attempt = single_copies.order(
            issue,
            reader,
            edition=edition,
            currency=currency,
            country=country,
            provider=way if is_by_hand else "",
            request=request,
            at=at,
            agreed_to=single_copies.words(edition),
            language=issue.publication.language,
        )
        if attempt and settled == Settled.RECEIVED and not attempt.is_settled:
            single_copies.received(copy, at=at)
        if not known:
            said = {"settled": str(settled), "sum": str(copy.money)}
            log(copy, "masthead.single_copy.taken", user=by, data=said)
    return copy


def tell(copy: SingleCopy, *, at: datetime) -> bool:
    """Mail somebody what their copy costs and how to pay it; say whether the letter went.

    Not to be called inside a transaction. What is paid is confirmed like every other copy
    (`single_letters`), so nothing is mailed here.
    """
    copy = SingleCopy.objects.select_related("issue__publication", "reader").get(pk=copy.pk)
    if copy.paid_at or copy.given_up_at:
        return True
    title = copy.issue.publication
    here = settings.INSTALLATION.magazine.address
    context: dict[str, Any] = {
        "title": title.name,
        "offer": f"{copy.issue.title}, {copy.get_edition_display()}",
        "price": copy.money.in_words_of(title.language),
        "pay": f"{here}{reverse('newsstand:single-copy', args=[copy.key])}",
        "is_single": True,
    }
    return order_desk.tell_how_to_pay(
        copy.reference, copy.reader, context, language=title.language, at=at
    )
