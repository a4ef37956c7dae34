"""What staff should see to about subscriptions, each in one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from django.db.models import Count, Max, Min, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from masthead.circulation import auditing
from masthead.circulation.models import (
    AgencyInvoice,
    CreditOrder,
    Inspection,
    LabelRun,
    Refund,
    RenewalBrake,
    SingleCopy,
    Subscription,
    Undelivered,
)
from masthead.circulation.promises import kinds
from masthead.editorial.models import Issue
from masthead.payments.models import Attempt, Dispute
from masthead.people import alarms
from masthead.people.alarms import Alarm

REFUND_DAYS = timedelta(days=14)
"""EU Directive 2011/83, art. 13(1): within so many days the money is back."""

LABELS_BEFORE = timedelta(days=14)
"""A mail house wants addresses about that long before an issue goes on sale."""

UNTOLD = timedelta(days=2)
A_NIGHT = timedelta(hours=12)
"""All looks of one night are nearer to each other than that."""

UNSEEN = timedelta(days=2)
"""The worker looks into promises every night."""


def register() -> None:
    """Enter all of it."""
    alarms.register("refunds-overdue", overdue)
    alarms.register("agencies-overdue", agencies_overdue)
    alarms.register("readers-overdue", readers_overdue)
    alarms.register("promises", broken)
    alarms.register("label-runs", labels)
    alarms.register("renewals-stopped", stopped)
    alarms.register("returned-post", untold)
    alarms.register("books", books, is_slow=True)


def overdue(at: datetime) -> Iterator[Alarm]:
    """Yield that money was promised back two weeks ago and has not gone out."""
    # While a bank asks the payment back, nobody is to send it; what it gave back is none.
    went = [Attempt.State.SUCCEEDED, Attempt.State.DROPPED]
    owed = Attempt.objects.filter(kind=Attempt.Kind.REFUND).exclude(state__in=went)
    owed = owed.exclude(charge__in=Dispute.objects.holding().values("charge"))
    late = Refund.objects.filter(attempt__in=owed, asked_at__lte=at - REFUND_DAYS)
    copies = SingleCopy.objects.filter(refund__in=owed, returned_at__lte=at - REFUND_DAYS)
    both = [
        late.aggregate(number=Count("pk"), since=Min("asked_at")),
        copies.aggregate(number=Count("pk"), since=Min("returned_at")),
    ]
    if number := sum(one["number"] for one in both):
        words = ngettext(
            "%(number)d refund was promised more than fourteen days ago and has not gone out.",
            "%(number)d refunds were promised more than fourteen days ago and have not gone out.",
            number,
        )
        due = min(one["since"] for one in both if one["number"]) + REFUND_DAYS
        yield Alarm(f"overdue:{number}", words % {"number": number}, due, "office:refunds")


def agencies_overdue(at: datetime) -> Iterator[Alarm]:
    """Yield that invoices to agencies were to be paid before today, and something of them is owed."""
    late = AgencyInvoice.objects.filter(
        due_on__lt=timezone.localdate(at), orders__order__credit__billing=CreditOrder.Billing.OWED
    )
    told = late.aggregate(number=Count("pk", distinct=True), since=Min("due_on"), newest=Max("pk"))
    if number := told["number"]:
        words = ngettext(
            "%(number)d invoice to an agency is overdue: mail it again, or end what is not paid.",
            "%(number)d invoices to agencies are overdue: mail them again, or end what is not paid.",
            number,
        )
        since = timezone.make_aware(datetime.combine(told["since"] + timedelta(days=1), time.min))
        name = f"agencies-overdue:{told['newest']}"
        yield Alarm(name, words % {"number": number}, since, "office:agencies")


def readers_overdue(at: datetime) -> Iterator[Alarm]:
    """Yield that readers have not paid in time what they ordered on credit."""
    owed = CreditOrder.objects.owed().filter(payer__isnull=False).order_by()
    late = Q(pk__in=())
    for days in owed.values_list("days", flat=True).distinct():
        late |= Q(days=days, opened_at__lte=at - timedelta(days=days + 1))
    counted = owed.filter(late).values_list("days")
    rows = counted.annotate(Count("pk"), Min("opened_at"), Max("pk")).order_by("days")
    if number := sum(count for _days, count, _since, _newest in rows):
        words = ngettext(
            "%(number)d invoice to a reader is overdue. They are reminded; it is written off if nothing comes.",
            "%(number)d invoices to readers are overdue. They are reminded; what never comes is written off.",
            number,
        )
        since = min(opened + timedelta(days=days + 1) for days, _count, opened, _newest in rows)
        name = f"readers-overdue:{max(newest for *_rest, newest in rows)}"
        yield Alarm(name, words % {"number": number}, since, "office:orders")


def broken(at: datetime) -> Iterator[Alarm]:
    """Yield each promise that the last look found broken, and that nobody looks any more."""
    newest: dict[tuple[int, str], Inspection] = {}
    since: dict[tuple[int, str], datetime] = {}
    last: dict[int, Inspection] = {}
    seen = Inspection.objects.filter(at__gt=at - timedelta(days=30)).select_related("title")
    for one in seen.order_by("at", "pk"):
        key = one.title_id, one.promise
        newest[key] = last[one.title_id] = one
        if one.failures:
            since.setdefault(key, one.at)
        else:
            since.pop(key, None)
    for (title, promise), began in since.items():
        one = newest[title, promise]
        if last[title].at - one.at > A_NIGHT:
            continue  # Nobody is promised that any more.
        said = {"title": one.title, "promise": _label(promise), "why": one.failures[0]}
        words = _("%(title)s does not keep “%(promise)s”: %(why)s") % said
        name = f"promise:{title}:{promise}:{began:%Y%m%d}"
        yield Alarm(name, words, began, "office:promises_board")
    for title, one in last.items():
        if at - one.at > UNSEEN:
            words = _("Nobody has looked into the promises of %(title)s: is the worker running?")
            said = {"title": one.title}
            yield Alarm(f"unseen:{title}", words % said, one.at, "office:promises_board")


def _label(promise: str) -> str:
    try:
        return str(kinds.named(promise).label)
    except kinds.UnknownKind:
        return promise


def labels(at: datetime) -> Iterator[Alarm]:
    """Yield the issues whose labels are due and not frozen, and runs that nobody dispatched."""
    printed = Subscription.objects.running().filter(terms__with_print=True)
    titles = set(printed.values_list("title", flat=True).distinct())
    main = LabelRun.objects.filter(kind=LabelRun.Kind.MAIN)
    coming = Issue.objects.filter(
        ~Q(state=Issue.State.ON_SALE), publication__in=titles, counts_as__gt=0,
        planned_on_sale_at__lte=at + LABELS_BEFORE,
    ).exclude(pk__in=main.values("issue"))  # fmt: skip
    for issue in coming.select_related("publication"):
        assert issue.planned_on_sale_at is not None
        day = date_format(issue.publication.day(issue.planned_on_sale_at))
        words = _("The labels of %(issue)s are due: it goes on sale on %(day)s.")
        said = {"issue": issue.title, "day": day}
        began = issue.planned_on_sale_at - LABELS_BEFORE
        yield Alarm(f"labels:{issue.pk}", words % said, began, "office:label_runs_of", (issue.pk,))
    waiting = LabelRun.objects.filter(
        dispatched_at=None, rows__gt=0, issue__state=Issue.State.ON_SALE
    )
    for run in waiting.select_related("issue"):
        words = _("%(run)s was frozen, the issue is on sale, and nobody wrote down its dispatch.")
        since, to = run.issue.on_sale_at, "office:label_runs_of"
        yield Alarm(f"dispatch:{run.pk}", words % {"run": run}, since, to, (run.issue_id,))


def stopped(at: datetime) -> Iterator[Alarm]:
    """Yield each title whose renewals somebody stopped."""
    for brake in RenewalBrake.objects.filter(released_at=None).select_related("title"):
        words = _("Renewals of %(title)s are stopped: %(why)s")
        said = {"title": brake.title, "why": brake.reason}
        yield Alarm(f"brake:{brake.pk}", words % said, brake.pulled_at, "office:renewals")


def untold(at: datetime) -> Iterator[Alarm]:
    """Yield that readers whose post came back could not be told."""
    rows = Undelivered.objects.filter(
        told_at=None, address__retired_at=None, at__lte=at - UNTOLD, address__user__erased_at=None
    )
    told = rows.aggregate(number=Count("pk"), since=Min("at"))
    if number := told["number"]:
        words = ngettext(
            "%(number)d reader whose post came back could not be told.",
            "%(number)d readers whose post came back could not be told.",
            number,
        )
        yield Alarm("untold", words % {"number": number}, told["since"], "office:returned_post")


def books(at: datetime) -> Iterator[Alarm]:
    """Yield whatever in the books does not agree with what was sold, served and paid back."""
    for complaint in auditing.complaints(at):
        yield Alarm(f"books:{complaint}"[:200], complaint, None, "office:money_board")
