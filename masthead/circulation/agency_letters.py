"""What agencies are told: what they owe, and what of theirs comes to its end. Readers are told none of it."""

from __future__ import annotations

import logging
from datetime import datetime

from django.conf import settings

from masthead.circulation import agencies, letters
from masthead.circulation.models import Agency, AgencyInvoice, Notice
from masthead.circulation.standing import Account
from masthead.payments import attempts, ways
from masthead.payments.models import Invoice
from masthead.payments.provider import NotReady, PayLike, Urls

logger = logging.getLogger(__name__)


def send_invoice(of: AgencyInvoice, *, at: datetime) -> bool:
    """Mail an agency its invoice, with what is owed of it now and the reference; say whether it went.

    Not to be called inside a transaction.
    """
    attempt = agencies.ask(of, at=at)
    steps: tuple[tuple[str, str], ...] = ()
    if attempt:
        here = settings.INSTALLATION.magazine.address
        try:
            came = attempts.send(
                attempt, ways.named(attempt.provider), at=at, urls=Urls(here, here)
            )
            steps = came.steps if isinstance(came, PayLike) else ()
        except NotReady as lacking:
            logger.warning("An invoice goes without its reference: %s", lacking)
    language = settings.INSTALLATION.magazine.language
    context = {
        "agency": of.agency.name,
        "sum": agencies.owed(of).in_words_of(language),
        "due": of.due_on,
        "steps": steps,
    }
    papers = Invoice.objects.filter(occasion=of.reference)
    sent = letters.send(
        "agency-invoice", of.agency.account, context, language=language, papers=papers
    )
    if sent is None:
        return False
    AgencyInvoice.objects.filter(pk=of.pk).update(sent_at=at)
    return True


def tell_of_endings(agency: Agency, *, at: datetime) -> int:
    """List for an agency what it may renew, each once; return how many were on the list."""
    found = [
        account
        for account in agencies.ending(agency, at=at)
        if not Notice.objects.filter(occasion=_occasion(account)).exists()
    ]
    if not found:
        return 0
    rows = [
        {
            "number": account.balances[-1].term.order.for_agency.number,
            "subscription": account.subscription.number,
            "offer": account.balances[-1].term.deal.name,
            "copies": account.left,
        }
        for account in found
    ]
    words = letters.send("agency-renewals", agency.account, {"agency": agency.name, "rows": rows})
    if words is None:
        return 0
    Notice.objects.bulk_create(
        [
            Notice(
                subscription=account.subscription,
                term=account.balances[-1].term,
                kind=Notice.Kind.RENEWAL,
                occasion=_occasion(account),
                sent_at=at,
                words=words,
            )
            for account in found
        ],
        ignore_conflicts=True,
    )
    return len(found)


def tell_all(*, at: datetime) -> int:
    """List for every agency what it may renew; return how many subscriptions were told of."""
    there = Agency.objects.filter(closed_at=None).select_related("account")
    return sum(tell_of_endings(agency, at=at) for agency in there)


def _occasion(account: Account) -> str:
    return f"agency-renewal:{account.balances[-1].term.key}"
