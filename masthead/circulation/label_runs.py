"""Runs of labels: who gets a printed copy of an issue, and where, frozen some time before.

    plan(issue, at=now)      what a run would hold, and who is left out; writes nothing
    freeze(issue, at=now)    the run itself; again, the same run
    dispatch(run, …)         the copies are with the post

The main run is frozen once. A supplemental run adds who came after it, replacements and single
copies; of an issue that is no longer the newest it is a back-issue run. What a mail house is sent of
it is in `label_files`. See docs/decisions/0029.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django_countries import countries
from wagtail.log_actions import log

from masthead.circulation import label_files, serving, single_copies, standing
from masthead.circulation.models import Label, LabelRun, ServiceRecord, SingleCopy, Subscription
from masthead.circulation.standing import Account
from masthead.editorial.models import Issue
from masthead.people import addresses
from masthead.people.models import Address, User

Kind = ServiceRecord.Kind
Run = LabelRun.Kind
# Whose money is kept gets what it was paid for, even if it ended before the run.
STILL_OWED = (
    "",
    Subscription.Ended.CANCELLED,
    Subscription.Ended.UPGRADED,
    Subscription.Ended.FOLDED,
)


class CannotFreeze(Exception):
    """There is nothing to add to yet. Fit to show to staff."""


class CannotDispatch(Exception):
    """It was dispatched already, or nothing of it was. Fit to show to staff."""


@dataclass(slots=True)
class Plan:
    """What a run would hold: labels not written yet, and who is owed a copy and gets none."""

    kind: LabelRun.Kind
    labels: list[Label] = field(default_factory=list)
    left_out: list[dict[str, str]] = field(default_factory=list)


Progress = Callable[[int], None]


def plan(
    issue: Issue, *, at: datetime, supplemental: bool = False, progress: Progress | None = None
) -> Plan:
    """Return what a run frozen now would hold.

    Args:
        issue: on sale or not; read afresh.
        at: the moment, timezone-aware: pauses and addresses count as they stand then.
        supplemental: whether it adds to the main run.
        progress: called with how many subscriptions were looked at, now and then.

    Raises:
        CannotFreeze: a supplemental run was asked for before the main one.
    """
    issue = Issue.objects.select_related("publication").get(pk=issue.pk)
    has_main = LabelRun.objects.filter(issue=issue, kind=Run.MAIN).exists()
    if supplemental and not has_main:
        raise CannotFreeze(_("Freeze the main run of this issue first."))
    made = Plan(_kind(issue) if supplemental else Run.MAIN)
    earlier = _on_their_way(issue)
    looked_at = 0
    served = ServiceRecord.objects.filter(issue=issue).values("subscription")
    concerned = Subscription.objects.filter(Q(ended_at=None) | Q(pk__in=served))
    for batch in serving.batches(concerned.filter(title=issue.publication_id, opened_at__lte=at)):
        _look_at(issue, batch, earlier, made, at)
        looked_at += len(batch)
        if progress:
            progress(looked_at)
    if supplemental:
        _replace(issue, made)
        _sell(issue, made)
    for position, label in enumerate(made.labels, 1):
        label.position = position
    return made


@transaction.atomic
def freeze(
    issue: Issue,
    *,
    at: datetime,
    by: User | None = None,
    supplemental: bool = False,
    progress: Progress | None = None,
) -> LabelRun | None:
    """Freeze a run: whoever changes something from now on changes the next one.

    Returns:
        The run; the same main run however often it is asked for; None where a supplemental one
        would add nothing.

    Raises:
        CannotFreeze: a supplemental run was asked for before the main one.
    """
    # Held, so that two who freeze at once make one run.
    Issue.objects.select_for_update().get(pk=issue.pk)
    main = LabelRun.objects.filter(issue=issue, kind=Run.MAIN).first()
    if main and not supplemental:
        return main
    # Held, too, so that nobody has the money back for one that gets its label now.
    list(SingleCopy.objects.select_for_update().in_store().filter(issue=issue).order_by("pk"))
    found = plan(issue, at=at, supplemental=supplemental, progress=progress)
    if supplemental and not found.labels:
        return None
    last = LabelRun.objects.filter(issue=issue).aggregate(last=Max("number"))["last"] or 0
    run = LabelRun.objects.create(
        issue=issue,
        number=last + 1,
        kind=found.kind,
        rows=len(found.labels),
        left_out=found.left_out,
        frozen_at=at,
        frozen_by=by,
    )
    for label in found.labels:
        label.run = run
    Label.objects.bulk_create(found.labels, batch_size=serving.BATCH)
    run.sha256 = hashlib.sha256(label_files.written(run, found.labels)).hexdigest()
    run.save(update_fields=["sha256"])
    log(run, "masthead.labels.freeze", user=by, data={"labels": run.rows, "at": at.isoformat()})
    return run


@transaction.atomic
def dispatch(run: LabelRun, *, quantity: int, at: datetime, by: User | None = None) -> LabelRun:
    """Write down that the copies of a run are with the post, and how many they were.

    Raises:
        CannotDispatch: see the class.
    """
    if quantity < 1:
        raise CannotDispatch(_("Write how many copies were handed to the post."))
    waiting = LabelRun.objects.filter(pk=run.pk, dispatched_at=None)
    if not waiting.update(dispatched_at=at, quantity=quantity):
        raise CannotDispatch(_("This run was dispatched already."))
    run.refresh_from_db()
    single_copies.dispatched(run, at=at)
    data = {"copies": quantity, "at": at.isoformat()}
    log(run, "masthead.labels.dispatch", user=by, data=data)
    gone = Q(subscription__reader__erased_at__isnull=False)
    gone |= Q(single__reader__erased_at__isnull=False)
    blank(Label.objects.filter(gone, run=run), at)
    return run


def blank(labels: QuerySet[Label], at: datetime) -> int:
    """Take name and address off labels; serial, kind and country stay. Return how many."""
    return labels.filter(erased_at=None).update(
        name="",
        organisation="",
        lines=[],
        city="",
        region="",
        postcode="",
        address=None,
        erased_at=at,
    )


def _kind(issue: Issue) -> LabelRun.Kind:
    newest = standing.newest_sequence(issue.publication_id)
    is_old = issue.state == Issue.State.ON_SALE and issue.sequence < newest
    return Run.BACK if is_old else Run.SUPPLEMENTAL


def _on_their_way(issue: Issue) -> dict[int, list[tuple[str, int, int]]]:
    """Return the labels of earlier issues that are not served yet, by subscription."""
    found: dict[int, list[tuple[str, int, int]]] = defaultdict(list)
    waiting = (
        Label.objects.filter(
            issue__publication=issue.publication_id,
            issue__sequence__lt=issue.sequence,
            record=None,
        )
        .exclude(issue__state=Issue.State.ON_SALE)
        .order_by("issue__sequence")
    )
    for subscription, kind, copies, sequence in waiting.values_list(
        "subscription", "kind", "issue__counts_as", "issue__sequence"
    ):
        found[subscription].append((kind, copies, sequence))
    return found


def _look_at(
    issue: Issue,
    batch: Sequence[int],
    earlier: dict[int, list[tuple[str, int, int]]],
    made: Plan,
    at: datetime,
) -> None:
    labelled = Label.objects.filter(issue=issue, record=None, subscription__in=batch)
    has = set(labelled.values_list("subscription", flat=True))
    records = ServiceRecord.objects.filter(issue=issue, subscription__in=batch)
    served = {
        subscription: (kind, with_print)
        for subscription, kind, with_print in records.exclude(kind=Kind.REPLACEMENT).values_list(
            "subscription", "kind", "term__with_print"
        )
    }
    among = [
        one
        for one in Subscription.objects.filter(pk__in=batch).order_by("pk")
        if one.pk not in has and one.ended_why in STILL_OWED
    ]
    owed = []
    for account in standing.of(among):
        for kind, copies, sequence in earlier.get(account.subscription.pk, ()):
            _spend(account, kind, copies, sequence)
        subscription = account.subscription
        if subscription.pk in served:
            kind, with_print = served[subscription.pk]
            if _had_print(account, issue) if with_print is None else with_print:
                owed.append((account, kind, _key_line(account, issue, 0)))
        elif issue.state != Issue.State.ON_SALE and (coming := _owed(account, issue, at)):
            owed.append((account, coming, _key_line(account, issue, issue.counts_as)))
    readers = [account.subscription.reader_id for account, _kind, _line in owed]
    posts = Address.objects.filter(user__in=readers, is_for_post=True).select_related("undelivered")
    by_reader = {address.user_id: address for address in posts}
    for account, kind, key_line in owed:
        _add(made, issue, account.subscription, kind, key_line, by_reader)


def _owed(account: Account, issue: Issue, at: datetime) -> str | None:
    """Return on what account a printed copy is going to be owed; None if none is."""
    out = max(at, issue.planned_on_sale_at or at)
    found = serving.due(account, issue)
    if account.subscription.ended_at or found is None or account.skips(issue, out=out, at=at):
        return None
    kind, balance = found
    return kind if (balance or account.balances[-1]).term.with_print else None


def _had_print(account: Account, issue: Issue) -> bool:
    """Say whether print was part of the last term before an issue, for a copy of no term."""
    before = [one.term for one in account.balances if one.term.first_sequence <= issue.sequence]
    return bool(before) and before[-1].with_print


def _spend(account: Account, kind: str, copies: int, sequence: int) -> None:
    """Count a copy that is labelled and not served yet as if it were."""
    account.last_issue = max(account.last_issue, sequence)
    current = account.current()
    if kind == Kind.PAID and current:
        current.served += min(copies, current.left)
    elif kind == Kind.GRACE:
        account.graced += copies
    elif kind == Kind.COMPLIMENTARY:
        account.extensions_served += copies


def _key_line(account: Account, issue: Issue, copies: int) -> str:
    """Return number and last issue, if each to come counts once; of a time its last day."""
    number = account.subscription.number
    if ends := account.balances[-1].ends:
        return f"{number}/{account.subscription.title.day(ends)}"
    last = max(account.last_issue, issue.sequence)
    left = account.left + max(0, account.extensions_left)
    return f"{number}/{last + max(0, left - copies) - max(0, account.grace_owed)}"


def _replace(issue: Issue, made: Plan) -> None:
    """Add a label for each copy that is to be sent again."""
    waiting = ServiceRecord.objects.filter(issue=issue, kind=Kind.REPLACEMENT, label=None)
    records = list(waiting.select_related("subscription").order_by("pk"))
    readers = [record.subscription.reader_id for record in records]
    posts = Address.objects.filter(user__in=readers, is_for_post=True).select_related("undelivered")
    by_reader = {address.user_id: address for address in posts}
    for record in records:
        subscription = record.subscription
        key_line = f"{subscription.number}/R"
        _add(made, issue, subscription, Kind.REPLACEMENT, key_line, by_reader, record)


def _sell(issue: Issue, made: Plan) -> None:
    """Add a label for each copy that was sold by itself."""
    sold = list(SingleCopy.objects.to_send().filter(issue=issue).order_by("pk"))
    readers = [copy.reader_id for copy in sold]
    posts = Address.objects.filter(user__in=readers, is_for_post=True).select_related("undelivered")
    by_reader = {address.user_id: address for address in posts}
    for copy in sold:
        _add(made, issue, copy, Label.SINGLE, copy.number, by_reader)


def _add(
    made: Plan,
    issue: Issue,
    sale: Subscription | SingleCopy,
    kind: str,
    key_line: str,
    by_reader: dict[int, Address],
    record: ServiceRecord | None = None,
) -> None:
    address = by_reader.get(sale.reader_id)
    if address is None or getattr(address, "undelivered", None):
        why = "address does not work" if address else "no address"
        made.left_out.append({"subscription": sale.number, "why": why})
        return
    lines = addresses.within_country(address)
    made.labels.append(
        Label(
            issue=issue,
            subscription=sale if isinstance(sale, Subscription) else None,
            single=sale if isinstance(sale, SingleCopy) else None,
            record=record,
            kind=kind,
            key_line=key_line,
            name=_one_line(address.name),
            organisation=_one_line(address.organisation),
            lines=[*(_one_line(line) for line in lines), _country(address.country.code)],
            city=_one_line(address.city),
            region=_one_line(address.region),
            postcode=_one_line(address.postcode),
            country=address.country.code,
            address=address,
        )
    )


@cache
def _country(code: str) -> str:
    """Return a country as posts everywhere read it."""
    with translation.override("en"):
        return str(countries.name(code)).upper()


def _one_line(text: str) -> str:
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(text.split())
