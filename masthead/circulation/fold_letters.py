"""What payers and readers are told of a title that folds: what they can choose, and what came of it.

Each letter goes once and is on record. Who reads what somebody else pays for never learns a sum.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from masthead.circulation import earning, fold_plans, letters, standing
from masthead.circulation.confirmations import TRIED_FOR
from masthead.circulation.fold_plans import Choice, Counts
from masthead.circulation.models import Fold, Folded, Notice, Refund, Subscription
from masthead.circulation.standing import Account
from masthead.payments.models import Invoice

BATCH = 500


def send_due(at: datetime) -> int:
    """Write whatever is due about titles that fold; return how many letters went."""
    sent = 0
    for fold in Fold.objects.select_related("title", "into__offer__title"):
        if fold.title.day(at) <= fold.choose_until:
            sent += sum(announce(fold, account, at=at) for account in _to_be_told(fold))
    settled = Folded.objects.filter(at__gte=at - TRIED_FOR)
    related = ("fold__into__offer__title", "subscription__title", "subscription__payer")
    for one in settled.select_related(*related, "successor").order_by("pk"):
        sent += confirm(one, at=at)
    return sent


def announce(fold: Fold, account: Account, *, at: datetime) -> bool:
    """Tell a payer that their title folds and what they can choose, once; say if the letter went."""
    subscription = account.subscription
    rest = fold_plans.look_at(
        earning.as_of_yesterday(account, at=at), fold.into, Counts(fold.counts), at=at
    )
    language = fold.title.language
    context = {
        **_about(fold, subscription),
        "until": fold.choose_until,
        "copies": rest.copies,
        "sums": ", ".join(money.in_words_of(language) for money in rest.sums if money),
        "is_empty": not rest.moves,
        "can_move": not rest.hindrance,
        "moves": fold.usual == Choice.MOVES and not rest.hindrance,
        "choose": _address(reverse("account_fold", args=[subscription.key])),
    }
    words = letters.send("title-folds", subscription.payer, context, language=language)
    if words is None:
        return False
    if subscription.reader_id != subscription.payer_id:
        about = _about(fold, subscription)
        letters.send("title-folds-reader", subscription.reader, about, language=language)
    return _record(Notice.Kind.FOLD, subscription, f"fold:{subscription.key}", words, at)


def confirm(settled: Folded, *, at: datetime) -> bool:
    """Tell a payer what became of their subscription, once; say whether the letter went now."""
    subscription, fold = settled.subscription, settled.fold
    occasion = f"folded:{subscription.key}"
    if Notice.objects.filter(occasion=occasion).exists():
        return False
    language = fold.title.language
    refunds = Refund.objects.filter(term__subscription=subscription).exclude(
        kind=Refund.Kind.GOODWILL
    )
    context = {
        **_about(fold, subscription),
        "copies": settled.copies,
        "successor": settled.successor.number if settled.successor else "",
        "sums": [
            one.attempt.money.in_words_of(language)
            for one in refunds.select_related("attempt")
            if one.attempt
        ],
    }
    papers = Invoice.objects.filter(occasion__in=[f"refund:{one.key}" for one in refunds])
    words = letters.send(
        "title-folded", subscription.payer, context, language=language, papers=papers
    )
    if words is None:
        return False
    return _record(Notice.Kind.FOLDED, subscription, occasion, words, at)


def _to_be_told(fold: Fold) -> Iterator[Account]:
    told = Notice.objects.filter(kind=Notice.Kind.FOLD).values("subscription")
    waiting = Subscription.objects.running().filter(title=fold.title).exclude(pk__in=told)
    found = list(waiting.select_related("title", "payer", "reader").order_by("pk"))
    for start in range(0, len(found), BATCH):
        yield from standing.of(found[start : start + BATCH])


def _about(fold: Fold, subscription: Subscription) -> dict[str, Any]:
    return {
        "title": fold.title.name,
        "other": fold.into.offer.title.name,
        "number": subscription.number,
    }


def _record(
    kind: Notice.Kind, subscription: Subscription, occasion: str, words: str, at: datetime
) -> bool:
    _notice, made = Notice.objects.get_or_create(
        occasion=occasion,
        defaults={"subscription": subscription, "kind": kind, "sent_at": at, "words": words},
    )
    return made


def _address(path: str) -> str:
    return f"{settings.INSTALLATION.magazine.address}{path}"
