"""What staff should see to about money, each in one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from masthead.payments import ways
from masthead.payments.models import (
    Attempt,
    BankLine,
    Difference,
    Dispute,
    ProviderNotice,
    RefundRequest,
)
from masthead.people import alarms
from masthead.people.alarms import Alarm

LONG = timedelta(hours=24)
"""By then a provider has answered, or been looked at often enough."""

SOON = timedelta(days=1)
"""A second person looks at a refund within that."""

UNREAD = timedelta(hours=1)
"""The sweep reads notices every quarter of an hour."""


def register() -> None:
    """Enter all of it."""
    alarms.register("differences", differences)
    alarms.register("unknown-payments", unknown)
    alarms.register("disputes", disputes)
    alarms.register("bank-lines", bank_lines)
    alarms.register("refunds-to-decide", to_decide)
    alarms.register("provider-notices", notices)
    alarms.register("ways-to-pay", not_ready)


def differences(at: datetime) -> Iterator[Alarm]:
    """Yield each kind of thing on which provider, attempts and books do not agree."""
    kinds = dict(Difference.Kind.choices)
    rows = Difference.objects.open().exclude(kind=Difference.Kind.DISPUTED).order_by()
    # The newest row is in the name: one more of a kind is news.
    counted = rows.values_list("kind").annotate(Count("pk"), Min("found_at"), Max("pk"))
    for kind, number, since, newest in counted.order_by("kind"):
        words = _("%(what)s: %(number)d of them.") % {
            "what": kinds.get(kind, kind),
            "number": number,
        }
        yield Alarm(f"difference:{kind}:{newest}", words, since, "office:differences")


def unknown(at: datetime) -> Iterator[Alarm]:
    """Yield that nobody knows how payments ended that were asked for long ago."""
    rows = Attempt.objects.filter(state=Attempt.State.UNKNOWN, sent_at__lte=at - LONG)
    told = rows.aggregate(number=Count("pk"), since=Min("sent_at"), newest=Max("pk"))
    if number := told["number"]:
        words = ngettext(
            "Of %(number)d payment nobody knows for a day whether it came through.",
            "Of %(number)d payments nobody knows for a day whether they came through.",
            number,
        )
        name = f"unknown:{told['newest']}"
        yield Alarm(name, words % {"number": number}, told["since"], "office:differences")


def disputes(at: datetime) -> Iterator[Alarm]:
    """Yield that payers' banks ask payments back."""
    rows = Dispute.objects.filter(state=Dispute.State.OPEN)
    told = rows.aggregate(number=Count("pk"), since=Min("opened_at"), newest=Max("pk"))
    if number := told["number"]:
        words = ngettext(
            "A payer’s bank asks %(number)d payment back: answer at the payment service in time.",
            "Payers’ banks ask %(number)d payments back: answer at the payment service in time.",
            number,
        )
        name = f"disputes:{told['newest']}"
        yield Alarm(name, words % {"number": number}, told["since"], "office:differences")


def bank_lines(at: datetime) -> Iterator[Alarm]:
    """Yield that money came to the bank of which nobody knows what for."""
    told = BankLine.objects.to_see_to().aggregate(
        number=Count("pk"), since=Min("read_at"), newest=Max("pk")
    )
    if number := told["number"]:
        words = ngettext(
            "%(number)d line of a bank statement waits for somebody to say what it is for.",
            "%(number)d lines of bank statements wait for somebody to say what they are for.",
            number,
        )
        name = f"bank-lines:{told['newest']}"
        yield Alarm(name, words % {"number": number}, told["since"], "office:bank")


def to_decide(at: datetime) -> Iterator[Alarm]:
    """Yield that refunds have waited for a second person for a day."""
    rows = RefundRequest.objects.waiting().filter(asked_at__lte=at - SOON)
    told = rows.aggregate(number=Count("pk"), since=Min("asked_at"), newest=Max("pk"))
    if number := told["number"]:
        words = ngettext(
            "%(number)d refund waits for a second person.",
            "%(number)d refunds wait for a second person.",
            number,
        )
        name = f"to-decide:{told['newest']}"
        yield Alarm(name, words % {"number": number}, told["since"], "office:refunds")


def notices(at: datetime) -> Iterator[Alarm]:
    """Yield each way to pay whose notices came and could not be looked into."""
    rows = ProviderNotice.objects.filter(looked_at=None, received_at__lte=at - UNREAD).order_by()
    counted = rows.values_list("provider").annotate(Count("pk"), Min("received_at"))
    for provider, number, since in counted.order_by("provider"):
        words = ngettext(
            "%(number)d notice of “%(way)s” could not be looked into.",
            "%(number)d notices of “%(way)s” could not be looked into.",
            number,
        )
        told = {"number": number, "way": provider}
        yield Alarm(f"notices:{provider}", words % told, since, "office:differences")


def not_ready(at: datetime) -> Iterator[Alarm]:
    """Yield each way to pay that cannot be used as the settings have it."""
    for name, why in ways.complaints():
        words = _("Nobody can pay by “%(way)s”: %(why)s") % {"way": name, "why": why}
        yield Alarm(f"not-ready:{name}", words, None, "office:differences")
