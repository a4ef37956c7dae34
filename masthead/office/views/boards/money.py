"""The board of money: what the books say by the month, and what the issues to come will bring."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from masthead.editorial.models import Title
from masthead.money import Money
from masthead.office import permissions
from masthead.office.pages import allow
from masthead.office.reports import forecast, months, receivable
from masthead.office.reports import money as report
from masthead.office.reports.charts import Chart, Series
from masthead.office.reports.forecast import Coming
from masthead.office.views.boards import board
from masthead.payments import journal

ISSUES = (6, 12)


@require_safe
def money(request: HttpRequest) -> HttpResponse:
    """Show what is owed, earned, came and went, and the forecast of the issues to come."""
    staff = allow(request, permissions.SEE_MONEY)
    title, span, now = board.title_of(request), board.span_of(request), timezone.now()
    asked = request.GET.get("issues", "")
    count = int(asked) if asked in ("6", "12") else 12
    by_currency = report.by_month(journal.day(now), span)
    receivables = receivable.by_age(journal.day(now))
    coming = forecast.of(title, count, at=now)
    charts = [*_from_books(by_currency), *_receivables(receivables), *_from_forecast(coming)]
    context = {
        "titles": Title.objects.order_by("pk"),
        "title": title,
        "span": span,
        "spans": board.SPANS,
        "count": count,
        "counts": ISSUES,
        "now": [
            _now(currency, rows[-1], sum(receivables.get(currency, ())))
            for currency, rows in by_currency.items()
        ],
        "coming": [_row(one) for one in coming],
        "without_cost": max((one.without_cost for one in coming), default=0),
        "may_write_costs": staff.has_perm(permissions.SEE_COSTS),
    }
    return board.answer(
        request, "office/boards/money.html", charts, context, title=_("Money"), icon="table"
    )


def _from_books(by_currency: dict[str, list[report.Month]]) -> Iterator[Chart]:
    for currency, rows in by_currency.items():
        labels = tuple(months.name(row.month) for row in rows)

        def series(label: Any, name: str, rows: list[report.Month] = rows) -> Series:
            return Series(str(label), tuple(getattr(row, name) for row in rows))

        yield Chart(
            f"owed-{currency}", _("What is owed"),
            _("At the end of each month: what was paid for copies still to come, without tax, and refunds that have not gone out."),
            labels, (series(_("Copies to come"), "deferred"), series(_("Refunds due"), "refunds_due")),
            kind="lines", currency=currency,
        )  # fmt: skip
        yield Chart(
            f"earned-{currency}", _("What was earned"),
            _("By copies that were served, without tax; and what of it was promised back."),
            labels, (series(_("Earned"), "earned"), series(_("Given back"), "given_back")),
            currency=currency,
        )  # fmt: skip
        yield Chart(
            f"cash-{currency}", _("What came and went"),
            _("At payment services and banks, tax included; and the refunds that were promised."),
            labels,
            (series(_("Came in"), "came"), series(_("Went out"), "went"), series(_("Refunds promised"), "promised_back")),
            currency=currency,
        )  # fmt: skip


def _receivables(receivables: dict[str, tuple[int, ...]]) -> Iterator[Chart]:
    for currency, sums in receivables.items():
        yield Chart(
            f"receivable-{currency}", _("Invoiced and not paid"),
            _("To readers and agencies, tax included, by how long ago it was invoiced."),
            receivable.names(), (Series(_("Invoiced and not paid"), sums),),
            currency=currency,
        )  # fmt: skip


def _from_forecast(coming: list[Coming]) -> Iterator[Chart]:
    labels = tuple(one.label for one in coming)
    yield Chart(
        "copies-to-come", _("Copies to be served"),
        _("Of what is owed today, if nobody renews, subscribes or leaves. Pauses and copies of grace are not in it."),
        labels,
        (
            Series(_("In print"), tuple(one.printed.total() for one in coming)),
            Series(_("Not in print"), tuple(one.copies - one.printed.total() for one in coming)),
        ),
    )  # fmt: skip
    currencies = {
        currency
        for one in coming
        for sums in (one.earned, one.print_cost, one.postage)
        for currency in sums
    }
    for currency in sorted(currencies):
        yield Chart(
            f"earned-against-costs-{currency}", _("Earned against print and postage"),
            _("What each issue to come earns of what is owed today, and what its printed copies cost."),
            labels,
            (
                Series(_("Earned"), tuple(one.earned[currency] for one in coming)),
                Series(_("Print"), tuple(one.print_cost[currency] for one in coming)),
                Series(_("Postage"), tuple(one.postage[currency] for one in coming)),
            ),
            currency=currency,
        )  # fmt: skip
    yield Chart(
        "renewals-to-come", _("Terms that run out"),
        _("With the last copy of which issue terms run out, and how many of them renew unless somebody stops."),
        labels,
        (
            Series(_("Run out"), tuple(one.runs_out for one in coming)),
            Series(_("Renew"), tuple(one.renewals for one in coming)),
        ),
    )  # fmt: skip


def _now(currency: str, month: report.Month, unpaid: int) -> list[tuple[str, Money]]:
    return [
        (_("Owed in copies"), Money(month.deferred, currency)),
        (_("Earned this month"), Money(month.earned, currency)),
        (_("Came in this month"), Money(month.came, currency)),
        (_("Refunds due"), Money(month.refunds_due, currency)),
        (_("Invoiced and not paid"), Money(unpaid, currency)),
    ]


def _row(one: Coming) -> dict[str, Any]:
    return {
        "issue": one,
        "printed": one.printed.total(),
        "earned": forecast.money(one.earned),
        "print": forecast.money(one.print_cost),
        "postage": forecast.money(one.postage),
        "worth": forecast.money(one.renewals_worth),
    }
