"""Everything that happened to one subscription, in order: for staff, from the facts themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.utils.translation import gettext as _

from masthead.circulation import giving_back
from masthead.circulation.models import Claim, CreditOrder, Refund, Subscription
from masthead.payments.models import Attempt, Invoice, RefundRequest

Sort = Literal["order", "money", "copy", "letter", "reader", "staff"]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: when, of what sort, and in words; ``is_bad`` wants a look."""

    at: datetime
    sort: Sort
    words: str
    is_bad: bool = False


def of(subscription: Subscription) -> list[Event]:
    """Return what happened to a subscription, the newest first."""
    found = [
        *_sold(subscription),
        *_served(subscription),
        *_posted(subscription),
        *_money(subscription),
        *_agreed(subscription),
        *_asked(subscription),
        *_written(subscription),
    ]
    return sorted(found, key=lambda event: event.at, reverse=True)


def _sold(subscription: Subscription) -> Iterator[Event]:
    for order in subscription.orders.select_related("version", "credit"):
        words = _("%(kind)s: %(offer)s for %(sum)s")
        asked = {
            "kind": order.get_kind_display(),
            "offer": order.version.deal.name,
            "sum": order.money,
        }
        yield Event(order.ordered_at, "order", words % asked)
        if credit := getattr(order, "credit", None):
            yield from _on_credit(credit)
        if order.cancelled_at:
            yield Event(order.cancelled_at, "order", _("This order was cancelled."))
    for term in subscription.terms.select_related("version"):
        words = _("Term %(number)d opened: %(copies)d copies")
        counted: dict[str, Any] = {"number": term.sequence, "copies": term.copies}
        if term.starts_at and term.ends_at:
            words = _("Term %(number)d opened: from %(start)s until %(end)s")
            title = subscription.title
            counted |= {"start": title.day(term.starts_at), "end": title.day(term.ends_at)}
        yield Event(term.opened_at, "order", words % counted)


def _on_credit(credit: CreditOrder) -> Iterator[Event]:
    words = _("Begun on credit: %(copies)d copies before the money")
    yield Event(credit.opened_at, "order", words % {"copies": credit.copies})
    if credit.suspended_at:
        yield Event(credit.suspended_at, "order", _("Suspended: not paid"), is_bad=True)
    if credit.settled_at:
        words = _("Billing: %(how)s") % {"how": credit.get_billing_display()}
        yield Event(credit.settled_at, "money", words)


def _served(subscription: Subscription) -> Iterator[Event]:
    for record in subscription.service_records.select_related("issue"):
        words = _("No. %(number)s served (%(kind)s)")
        if record.is_printed:
            words = _("No. %(number)s served in print (%(kind)s)")
        asked = {"number": record.issue.number, "kind": record.get_kind_display()}
        yield Event(record.served_at, "copy", words % asked)
    for deduction in subscription.deductions.all():
        words = _("%(copies)d copies taken off: %(kind)s")
        taken = {"copies": deduction.copies, "kind": deduction.get_kind_display()}
        yield Event(deduction.at, "copy", words % taken)
    for extension in subscription.extensions.all():
        words = _("%(copies)d copies added: %(reason)s")
        added = {"copies": extension.copies, "reason": extension.reason}
        yield Event(extension.at, "staff", words % added)


def _posted(subscription: Subscription) -> Iterator[Event]:
    """Yield where its post was to go, what was sent there, and what came back."""
    for address in subscription.reader.addresses.select_related("undelivered"):
        words = _("Address written down: %(address)s") % {"address": address}
        yield Event(address.written_at, "reader", words)
        if returned := getattr(address, "undelivered", None):
            words = _("Post came back: %(why)s") % {"why": returned.get_why_display()}
            yield Event(returned.at, "copy", words, is_bad=address.retired_at is None)
    for label in subscription.labels.select_related("run", "issue"):
        words = _("Label of no. %(number)s written: %(place)s")
        place = ", ".join(part for part in (label.name, label.city, label.country) if part)
        said = {"number": label.issue.number, "place": place}
        yield Event(label.run.frozen_at, "copy", words % said)
        if label.run.dispatched_at:
            words = _("No. %(number)s handed to the post") % said
            yield Event(label.run.dispatched_at, "copy", words)


def _money(subscription: Subscription) -> Iterator[Event]:
    references = [order.reference for order in subscription.orders.all()]
    refunds = Refund.objects.filter(term__subscription=subscription)
    for refund in refunds:
        words = _("Promised back: %(refund)s")
        yield Event(refund.asked_at, "money", words % {"refund": refund})
    charges = Attempt.objects.filter(reference__in=references)
    given = Attempt.objects.filter(promised_as__in=refunds)
    for attempt in (charges | given).distinct():
        words = _("%(attempt)s by %(way)s: %(state)s")
        asked = {
            "attempt": attempt,
            "way": attempt.provider,
            "state": attempt.get_state_display(),
        }
        bad = attempt.state in (Attempt.State.FAILED, Attempt.State.UNKNOWN)
        yield Event(attempt.settled_at or attempt.created_at, "money", words % asked, is_bad=bad)
    occasions = [f"term:{term.key}" for term in subscription.terms.all()]
    occasions += [f"refund:{refund.key}" for refund in refunds]
    occasions += [f"unpaid:{term.key}" for term in subscription.terms.all()]
    for invoice in Invoice.objects.filter(occasion__in=occasions):
        words = _("%(kind)s %(number)s: %(sum)s")
        asked = {
            "kind": invoice.get_kind_display(),
            "number": invoice.printed_number,
            "sum": invoice.money,
        }
        yield Event(invoice.issued_at, "money", words % asked)


def _agreed(subscription: Subscription) -> Iterator[Event]:
    """Yield what had to be agreed to by a second person, and what that person decided."""
    asked = RefundRequest.objects.filter(about=giving_back.about(subscription))
    for one in asked.select_related("asked_by", "decision__by"):
        decision = getattr(one, "decision", None)
        words = _("%(who)s asked for a refund of up to %(sum)s: %(why)s")
        said = {"who": one.asked_by, "sum": one.money, "why": one.reason}
        yield Event(one.asked_at, "staff", words % said, is_bad=decision is None)
        if decision:
            words = (
                _("%(who)s agreed to it")
                if decision.approved
                else _("%(who)s declined it: %(why)s")
            )
            yield Event(decision.at, "staff", words % {"who": decision.by, "why": decision.reason})


def _asked(subscription: Subscription) -> Iterator[Event]:
    if subscription.stopped_at and subscription.stopped_at > subscription.opened_at:
        yield Event(subscription.stopped_at, "reader", _("Renewal stopped"))
    if subscription.ended_at:
        words = _("Ended: %(why)s") % {"why": subscription.get_ended_why_display()}
        yield Event(subscription.ended_at, "reader", words)
    for hold in subscription.holds.all():
        words = _("Pause asked for, from %(start)s until %(end)s")
        asked = {"start": hold.starts_on, "end": hold.ends_on or "…"}
        yield Event(hold.asked_at, "reader", words % asked)
        if hold.lifted_at:
            yield Event(hold.lifted_at, "reader", _("Pause ended"))
    for claim in Claim.objects.filter(record__subscription=subscription):
        words = _("Claim: %(kind)s") % {"kind": claim.get_kind_display()}
        yield Event(claim.at, "reader", words)


def _written(subscription: Subscription) -> Iterator[Event]:
    for notice in subscription.notices.all():
        words = _("Letter: %(about)s") % {"about": notice.get_kind_display()}
        yield Event(notice.sent_at, "letter", words)
