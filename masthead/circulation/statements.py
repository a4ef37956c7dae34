"""Circulation statements: what an auditor and the post office want to know of each issue.

    figures = statements.of(issue)
    table = statements.as_csv(statements.between(title, first, last))

Everything comes from what was frozen when an issue was served, so the statement of any past issue
says the same whenever it is asked for. The terms are those of the Alliance for Audited Media and of
PS Form 3526 of the United States Postal Service: paid is what somebody paid anything for; print
only, digital only and both are told apart, so that nobody is counted twice; grace, complimentary
and back copies are listed and are not paid circulation.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import StringIO
from typing import Any

from django.db.models import Avg, Count, Exists, OuterRef, Q, QuerySet, Sum

from masthead.circulation.models import (
    CreditOrder,
    LabelRun,
    OfferVersion,
    Order,
    ServiceRecord,
    SingleCopy,
    Term,
)
from masthead.editorial.models import Issue, Title
from masthead.money import Money

Kind = ServiceRecord.Kind
DIGITAL = ("digital-edition", "subscriber-articles")
"""Whoever is promised one of these has the issue on a screen."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What was served of one issue.

    ``print_only``, ``digital_only`` and ``both`` are paid copies; their sum is `paid`. Of them
    ``gifts`` were paid for by somebody else than their reader. ``printed`` are all printed
    copies to subscribers, paid or not; ``dispatched`` what was handed to the post, by the
    runs of labels, single copies among it. ``single_print`` and ``single_digital`` were sold
    by themselves and delivered, less what was paid back; they are counted in nothing else.
    ``on_credit`` nobody has paid for yet, or ever will. ``prices`` are mean net prices of a paid
    copy, by currency. ``countries``
    and ``sources`` count paid copies, ``lengths`` them by how many copies their term had.
    """

    issue: Issue
    print_only: int = 0
    digital_only: int = 0
    both: int = 0
    gifts: int = 0
    grace: int = 0
    complimentary: int = 0
    back: int = 0
    on_credit: int = 0
    replacements: int = 0
    printed: int = 0
    dispatched: int = 0
    single_print: int = 0
    single_digital: int = 0
    prices: dict[str, Money] = field(default_factory=dict)
    countries: dict[str, int] = field(default_factory=dict)
    sources: dict[str, int] = field(default_factory=dict)
    channels: dict[str, int] = field(default_factory=dict)
    lengths: dict[int, int] = field(default_factory=dict)

    @property
    def paid(self) -> int:
        """Paid copies, each subscription once."""
        return self.print_only + self.digital_only + self.both

    @property
    def single(self) -> int:
        """Single copies, which are no part of what was served to subscribers."""
        return self.single_print + self.single_digital

    @property
    def served(self) -> int:
        """Everything that was served for the first time, paid or not."""
        return self.paid + self.grace + self.complimentary + self.back + self.on_credit


def of(issue: Issue, *, at: datetime | None = None) -> Figures:
    """Return what was served of an issue; a few queries, however many copies there were.

    Args:
        issue: any; the figures were frozen as it was served.
        at: what was ordered on credit counts as paid if its money had come by then; by now, if
            left out. The same moment gives the same figures.
    """
    records = ServiceRecord.objects.filter(issue=issue)
    kinds = Counter(dict(records.order_by().values_list("kind").annotate(Count("pk"))))
    all_paid = records.filter(kind=Kind.PAID).order_by()
    paid = all_paid.exclude(term__in=_not_paid(at))
    digital = Term.objects.filter(pk=OuterRef("term"), version__in=_digital_versions(issue))
    counted = paid.annotate(is_digital=Exists(digital)).values_list("is_printed", "is_digital")
    forms = {(on_paper, on_screen): n for on_paper, on_screen, n in counted.annotate(n=Count("pk"))}
    prices = paid.values_list("currency").annotate(Avg("price_per_copy"))
    runs = LabelRun.objects.filter(issue=issue)
    sold = SingleCopy.objects.kept().filter(issue=issue, earned_at__isnull=False).order_by()
    single = Counter(dict(sold.values_list("edition").annotate(Count("pk"))))
    return Figures(
        issue=issue,
        print_only=forms.get((True, False), 0),
        # Who is promised neither, or has no address yet, is owed it all the same: as files.
        digital_only=forms.get((False, True), 0) + forms.get((False, False), 0),
        both=forms.get((True, True), 0),
        gifts=paid.filter(is_gift=True).count(),
        grace=kinds[Kind.GRACE],
        complimentary=kinds[Kind.COMPLIMENTARY],
        back=kinds[Kind.BACK],
        on_credit=all_paid.filter(term__in=_not_paid(at)).count(),
        replacements=kinds[Kind.REPLACEMENT],
        printed=records.filter(is_printed=True).count(),
        dispatched=runs.aggregate(sum=Sum("quantity"))["sum"] or 0,
        single_print=single["print"],
        single_digital=single["digital"],
        prices={currency: Money(round(mean), currency) for currency, mean in prices if currency},
        countries=_counted(paid, "country"),
        sources=_counted(paid, "source_key"),
        channels=_channels(paid),
        lengths=_counted(paid, "term__copies"),
    )


def _not_paid(at: datetime | None) -> QuerySet[Term]:
    on_credit = Term.objects.filter(order__credit__isnull=False)
    paid = Q(order__credit__billing=CreditOrder.Billing.PAID)
    return on_credit.exclude(paid & Q(order__credit__settled_at__lte=at) if at else paid)


def between(title: Title, first: date, last: date) -> list[Figures]:
    """Return the figures of every issue of a title that went on sale from a day to another."""
    found = Issue.objects.on_sale().filter(publication=title).order_by("sequence")
    return [
        of(issue)
        for issue in found
        if issue.on_sale_at and first <= title.day(issue.on_sale_at) <= last
    ]


ROWS = (
    ("paid", "Paid circulation"),
    ("print_only", "of it print only"),
    ("digital_only", "of it digital only"),
    ("both", "of it print and digital"),
    ("gifts", "of it gifts"),
    ("grace", "Grace"),
    ("complimentary", "Complimentary"),
    ("back", "Back copies"),
    ("on_credit", "On credit, not paid"),
    ("served", "Served"),
    ("replacements", "Sent again"),
    ("printed", "Printed copies to subscribers"),
    ("dispatched", "Handed to the post"),
    ("single", "Single copies"),
    ("single_print", "Single copies in print"),
    ("single_digital", "Single copies to read"),
)
"""The lines of a statement, in English: auditors and the post office ask in it."""


def averages(figures: Sequence[Figures]) -> dict[str, int]:
    """Return the mean of each line over several issues, rounded; nothing of no issues."""
    if not figures:
        return {}
    return {
        name: round(sum(getattr(one, name) for one in figures) / len(figures)) for name, _ in ROWS
    }


def as_csv(figures: Sequence[Figures]) -> str:
    """Return a statement as CSV (RFC 4180): a line for each figure, a column for each issue.

    The average comes last in the first part. Prices, countries, source keys and lengths of terms follow.
    """
    file = StringIO()
    table = csv.writer(file)
    table.writerow(["", *[f"No. {one.issue.number}" for one in figures], "Average"])
    means = averages(figures)
    for name, words in ROWS:
        table.writerow([words, *[getattr(one, name) for one in figures], means.get(name, "")])
    for currency in _keys(one.prices for one in figures):
        table.writerow(
            [f"Net price of a copy, {currency}", *[_amount(one, currency) for one in figures], ""]
        )
    for words, name in (
        ("Paid to country", "countries"),
        ("Paid by source key", "sources"),
        ("Paid by channel", "channels"),
        ("Paid of a term of copies", "lengths"),
    ):
        parts = [getattr(one, name) for one in figures]
        for key in _keys(parts):
            table.writerow(
                [f"{words}: {key or 'unknown'}", *[part.get(key, 0) for part in parts], ""]
            )
    return file.getvalue()


def _amount(figures: Figures, currency: str) -> str:
    money = figures.prices.get(currency)
    return str(money.amount) if money else ""


def _keys(parts: Iterable[dict[Any, Any]]) -> list[Any]:
    return sorted({key for part in parts for key in part})


def _counted(paid: QuerySet[ServiceRecord], name: str) -> dict[Any, int]:
    return dict(paid.values_list(name).annotate(Count("pk")))


def _channels(paid: QuerySet[ServiceRecord]) -> dict[str, int]:
    kinds = _counted(paid, "term__order__kind")
    by_agency = kinds.get(Order.Kind.AGENCY, 0)
    return {"agency": by_agency, "direct": sum(kinds.values()) - by_agency} if by_agency else {}


def _digital_versions(issue: Issue) -> list[int]:
    versions = OfferVersion.objects.filter(offer__title=issue.publication_id)
    return [one.pk for one in versions if any(map(one.deal.promised, DIGITAL))]
