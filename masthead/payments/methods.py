"""Ways to pay that payers left: which one is used, changing it, and having it forgotten."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import cast
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from masthead.payments import ways
from masthead.payments.attempts import last_day
from masthead.payments.models import Method
from masthead.payments.provider import GoTo, KeepsMethods, NotReady, Provider, Unknown, Urls
from masthead.people.models import User

logger = logging.getLogger(__name__)


class CannotChange(Exception):
    """Nothing can be left with that provider. Fit to show to readers."""


def in_use(payer: User, provider: str) -> Method | None:
    """Return what a payer is charged by, the newest of those that were left."""
    return Method.objects.filter(payer=payer, provider=provider, gone_at=None).first()


def begin_change(
    payer: User, provider: Provider, *, request: UUID, urls: Urls, language: str = "en"
) -> GoTo:
    """Have a payer leave another card, without paying; nothing is written down yet.

    Not to be called inside a transaction. Keep the reference of what comes back until the payer
    does, and give it to `change()`.

    Args:
        payer: who.
        provider: of the way to pay.
        request: the one-time key of the form: a double click opens one page.
        urls: where they come back to.
        language: the payer's.

    Raises:
        CannotChange: see the class.
        Unknown: nobody answered; asking again opens no second page.
    """
    before = in_use(payer, provider.name)
    customer = before.customer_ref if before else ""
    return _keeper(provider).begin_keeping(request, payer.email, customer, language, urls)


def change(payer: User, provider: Provider, ref: str, *, at: datetime) -> Method | None:
    """Use what a payer has left from now on; None as long as they have left nothing.

    Raises:
        CannotChange: see the class; or somebody else left it.
        Unknown: nobody answered.
    """
    saved = _keeper(provider).kept(ref)
    if saved is None:
        return None
    with transaction.atomic():
        method, _made = Method.objects.get_or_create(
            provider=provider.name,
            provider_ref=saved.ref,
            defaults={
                "payer": payer,
                "customer_ref": saved.customer,
                "label": saved.label,
                "expires_on": last_day(saved.expires),
                "added_at": at,
            },
        )
        if method.payer_id != payer.pk:
            raise CannotChange(_("That card was left by somebody else."))
        others = Method.objects.filter(payer=payer, provider=provider.name, gone_at=None)
        others.exclude(pk=method.pk).update(gone_at=at)
    return method


def remove(payer: User, key: UUID, *, at: datetime) -> bool:
    """Never charge a payer again by what they left; say whether it was theirs and in use."""
    mine = Method.objects.filter(payer=payer, key=key, gone_at=None)
    return bool(mine.update(gone_at=at))


def forget_the_erased() -> int:
    """Have providers forget who was erased here; return how many they forgot.

    Who does not answer is asked again the next time.
    """
    forgotten = 0
    left = Method.objects.exclude(customer_ref="").filter(payer__erased_at__isnull=False)
    for name, customer in set(left.values_list("provider", "customer_ref")):
        try:
            ways.named(name).forget(customer)
        except (NotReady, Unknown) as silence:
            logger.warning("Somebody is still to be forgotten at %s: %s", name, silence)
            continue
        Method.objects.filter(provider=name, customer_ref=customer).update(customer_ref="")
        forgotten += 1
    return forgotten


def _keeper(provider: Provider) -> KeepsMethods:
    if "keeps-methods" not in provider.abilities:
        raise CannotChange(_("Nothing can be left there."))
    return cast(KeepsMethods, provider)
