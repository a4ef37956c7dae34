"""The issues to come: how many copies will be served, what they earn, and what print and post cost.

It takes what is owed today as it stands. Nobody renews in it, nobody subscribes or leaves; pauses
and copies of grace are not in it, and a copy that is added for nothing earns nothing. Subscriptions
that stand alike are counted by the database and reckoned with as one.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from masthead.circulation import deals, standing
from masthead.circulation.deals import Part
from masthead.editorial.models import Issue, Title
from masthead.money import Money
from masthead.office.models import CopyCost

# Where every term stands: how many of its copies are used and left, how many are owed of the terms
# before it, and the first issue that the subscription waits for.
STOOD = """
WITH served AS (
  SELECT term_id, SUM(copies) AS copies FROM circulation_servicerecord
  WHERE term_id IS NOT NULL GROUP BY term_id
), deducted AS (
  SELECT term_id, SUM(copies) AS copies,
    SUM(CASE WHEN kind = 'recouped' THEN copies ELSE 0 END) AS recouped
  FROM circulation_deduction WHERE term_id IS NOT NULL GROUP BY term_id
), stood AS (
  SELECT t.subscription_id, t.sequence, t.copies, t.currency, t.parts, t.with_print,
    t.first_sequence, t.ends_at, o.agreed_to, o.country AS ordered_from,
    COALESCE(r.copies, 0) + COALESCE(d.recouped, 0) AS used,
    CASE WHEN t.copies > COALESCE(r.copies, 0) + COALESCE(d.copies, 0)
      THEN t.copies - COALESCE(r.copies, 0) - COALESCE(d.copies, 0) ELSE 0 END AS remaining
  FROM circulation_term t
  JOIN circulation_order o ON o.id = t.order_id
  JOIN circulation_subscription s ON s.id = t.subscription_id
  LEFT JOIN served r ON r.term_id = t.id
  LEFT JOIN deducted d ON d.term_id = t.id
  WHERE s.title_id = %s AND s.ended_at IS NULL
), queued AS (
  SELECT stood.*,
    COALESCE(LAG(remaining, 1) OVER (PARTITION BY subscription_id ORDER BY sequence), 0) AS before_1,
    COALESCE(LAG(remaining, 2) OVER (PARTITION BY subscription_id ORDER BY sequence), 0) AS before_2,
    COALESCE(SUM(remaining) OVER (PARTITION BY subscription_id ORDER BY sequence
      ROWS BETWEEN UNBOUNDED PRECEDING AND 3 PRECEDING), 0) AS before_more,
    MIN(CASE WHEN remaining > 0 THEN first_sequence END)
      OVER (PARTITION BY subscription_id) AS begins,
    MAX(sequence) OVER (PARTITION BY subscription_id) AS last_sequence
  FROM stood
)
"""

# Groups of terms that stand alike, and how many they are.
ALIKE = "".join(
    (
        STOOD,
        """
SELECT q.copies, q.currency, q.parts, q.used, q.remaining,
  q.before_more, q.before_2, q.before_1,
  CASE WHEN q.begins > %s THEN q.begins ELSE 0 END,
  CASE WHEN q.first_sequence > %s THEN q.first_sequence ELSE 0 END,
  CASE WHEN q.with_print AND a.id IS NOT NULL AND u.id IS NULL THEN 1 ELSE 0 END,
  COALESCE(a.country, q.ordered_from), q.ends_at,
  CASE WHEN q.sequence = q.last_sequence AND q.agreed_to <> '' AND s.stopped_at IS NULL
    THEN 1 ELSE 0 END,
  COUNT(*)
FROM queued q
JOIN circulation_subscription s ON s.id = q.subscription_id
LEFT JOIN people_address a ON a.user_id = s.reader_id AND a.is_for_post
LEFT JOIN circulation_undelivered u ON u.address_id = a.id
WHERE q.remaining > 0 OR (q.ends_at > %s AND q.sequence = q.last_sequence)
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14
""",
    )
)

# The same of copies that were added for nothing: they are served after all that is paid.
FOR_NOTHING = "".join(
    (
        STOOD,
        """,
added AS (
  SELECT subscription_id, SUM(copies) AS copies FROM circulation_extension GROUP BY subscription_id
), given AS (
  SELECT subscription_id, SUM(copies) AS copies FROM circulation_servicerecord
  WHERE kind = 'comp' GROUP BY subscription_id
)
SELECT x.copies - COALESCE(g.copies, 0),
  q.before_more + q.before_2, q.before_1, q.remaining,
  CASE WHEN q.begins > %s THEN q.begins ELSE 0 END,
  CASE WHEN q.with_print AND a.id IS NOT NULL AND u.id IS NULL THEN 1 ELSE 0 END,
  COALESCE(a.country, q.ordered_from), COUNT(*)
FROM queued q
JOIN circulation_subscription s ON s.id = q.subscription_id
JOIN added x ON x.subscription_id = q.subscription_id
LEFT JOIN given g ON g.subscription_id = q.subscription_id
LEFT JOIN people_address a ON a.user_id = s.reader_id AND a.is_for_post
LEFT JOIN circulation_undelivered u ON u.address_id = a.id
WHERE q.sequence = q.last_sequence AND x.copies > COALESCE(g.copies, 0)
GROUP BY 1, 2, 3, 4, 5, 6, 7
""",
    )
)


@dataclass(frozen=True, slots=True)
class Group:
    """Terms that stand alike, and how many they are; ``ahead`` is left of each term before them."""

    copies: int
    currency: str
    parts: tuple[Part, ...]
    used: int
    left: int
    ahead: tuple[int, ...]
    begins: int
    first: int
    is_printed: bool
    country: str
    ends_at: datetime | None
    may_renew: bool
    count: int

    @property
    def paid(self) -> int:
        """What was paid for one of them, in minor units."""
        return sum(part.minor for part in self.parts)


@dataclass(slots=True)
class Coming:
    """One issue to come. Sums are by currency, in minor units.

    ``without_cost`` counts printed copies to countries that nobody wrote a cost for.
    """

    sequence: int
    counts_as: int
    number: str = ""
    day: date | None = None
    at: datetime | None = None
    copies: int = 0
    printed: Counter[str] = field(default_factory=Counter)
    earned: Counter[str] = field(default_factory=Counter)
    print_cost: Counter[str] = field(default_factory=Counter)
    postage: Counter[str] = field(default_factory=Counter)
    without_cost: int = 0
    runs_out: int = 0
    renewals: int = 0
    renewals_worth: Counter[str] = field(default_factory=Counter)

    @property
    def label(self) -> str:
        """Its number, or that it stands in no plan yet."""
        return self.number or f"+{self.sequence}"


def of(title: Title, count: int, *, at: datetime) -> list[Coming]:
    """Return what so many issues to come bring and cost; five queries.

    Args:
        title: whose issues.
        count: how many; those that are not planned yet count one copy each.
        at: the moment, timezone-aware.
    """
    newest = standing.newest_sequence(title.pk)
    issues = coming(title, newest, count)
    for group in _groups(title, newest, at):
        _reckon(group, issues)
    _cost(issues, list(CopyCost.objects.filter(title=title)))
    return issues


def coming(title: Title, newest: int, count: int) -> list[Coming]:
    """Return the issues to come: those in the plan, in their order, and then those that are not."""
    planned = (
        Issue.objects.filter(publication=title, sequence__gt=newest)
        .exclude(state=Issue.State.ON_SALE)
        .order_by("sequence")
        .values_list("sequence", "counts_as", "number", "planned_on_sale_at")
    )
    made = [
        Coming(sequence, counts_as, f"No. {number}", title.day(day) if day else None, day)
        for sequence, counts_as, number, day in planned[:count]
    ]
    last = made[-1].sequence if made else newest
    further = range(1, count - len(made) + 1)
    return made + [Coming(last + n, 1, _("after that, %(n)d") % {"n": n}) for n in further]


def _groups(title: Title, newest: int, at: datetime) -> Iterator[Group]:
    now = connection.ops.adapt_datetimefield_value(at)
    with connection.cursor() as cursor:
        cursor.execute(ALIKE, [title.pk, newest + 1, newest + 1, now])
        for row in cursor.fetchall():
            copies, currency, kept, used, left, *before = row[:8]
            begins, first, printed, country, ends_at, may_renew, number = row[8:]
            parts: list[dict[str, Any]] = json.loads(kept) if isinstance(kept, str) else kept
            yield Group(
                int(copies), currency, deals.parts_from_json(parts), int(used), int(left),
                tuple(map(int, before)), int(begins), int(first), bool(printed), country,
                _moment(ends_at), bool(may_renew), int(number),
            )  # fmt: skip
        cursor.execute(FOR_NOTHING, [title.pk, newest + 1])
        for left, *before, begins, printed, country, number in cursor.fetchall():
            yield Group(
                int(left), "", (), 0, int(left), tuple(map(int, before)), int(begins), 0,
                bool(printed), country, None, may_renew=False, count=int(number),
            )  # fmt: skip


def _moment(kept: Any) -> datetime | None:
    # SQLite keeps moments as text, in UTC.
    return datetime.fromisoformat(kept).replace(tzinfo=UTC) if isinstance(kept, str) else kept


def _reckon(group: Group, issues: Iterable[Coming]) -> None:
    """Serve a group what is owed to it, issue by issue, as `serving` will."""
    ahead, left, used = [one for one in group.ahead if one], group.left, group.used
    for issue in issues:
        if not group.copies:
            if group.ends_at and issue.at and issue.at < group.ends_at:
                _serve(issue, group)
            continue
        if ahead:
            if issue.sequence >= group.begins:
                # The last copy of a term is a double issue, too; the next one loses none by it.
                ahead[0] -= min(ahead[0], issue.counts_as)
                ahead = [one for one in ahead if one]
            continue
        if not left or issue.sequence < group.first:
            continue
        taken = min(left, issue.counts_as)
        _serve(issue, group)
        issue.earned[group.currency] += group.count * sum(
            part.earned(used + taken, group.copies) - part.earned(used, group.copies)
            for part in group.parts
        )
        used, left = used + taken, left - taken
        if not left and group.parts:
            issue.runs_out += group.count
            if group.may_renew:
                issue.renewals += group.count
                issue.renewals_worth[group.currency] += group.count * group.paid


def _serve(issue: Coming, group: Group) -> None:
    issue.copies += group.count
    if group.is_printed:
        issue.printed[group.country] += group.count


def _cost(issues: Iterable[Coming], costs: list[CopyCost]) -> None:
    """Reckon print and postage by what the publisher wrote; what has no cost is counted apart."""
    named = {code: cost for cost in costs for code in cost.codes}
    elsewhere = next((cost for cost in costs if not cost.codes), None)
    for issue in issues:
        for country, copies in issue.printed.items():
            cost = named.get(country, elsewhere)
            if cost is None:
                issue.without_cost += copies
                continue
            issue.print_cost[cost.currency] += copies * cost.print_minor
            issue.postage[cost.currency] += copies * cost.postage_minor


def money(sums: Counter[str]) -> list[Money]:
    """Return sums by currency, those of nought left out."""
    return [Money(minor, currency) for currency, minor in sorted(sums.items()) if minor]
