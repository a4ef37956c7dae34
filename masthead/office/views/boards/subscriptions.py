"""The board of subscriptions: who came, stayed and went, from where, and to which countries copies go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_countries import countries

from masthead.editorial.models import Title
from masthead.office import permissions
from masthead.office.pages import allow
from masthead.office.reports import months
from masthead.office.reports import subscriptions as report
from masthead.office.reports.charts import Chart, Series
from masthead.office.views.boards import board
from masthead.payments import journal

ISSUES = 12
COUNTRIES = 3


@require_safe
def subscriptions(request: HttpRequest) -> HttpResponse:
    """Show what became of subscriptions by the month, by source, and copies by country."""
    allow(request, permissions.SEE_SUBSCRIPTIONS)
    title, span, now = board.title_of(request), board.span_of(request), timezone.now()
    wanted = months.up_to(journal.day(now), span)
    rows = report.by_month(title, wanted, at=now)
    since = datetime.combine(wanted[0], time.min, ZoneInfo(settings.TIME_ZONE))
    context = {
        "titles": Title.objects.order_by("pk"),
        "title": title,
        "span": span,
        "spans": board.SPANS,
        "running": report.running(title, at=now),
        "this_month": rows[-1],
    }
    charts = [*_of_months(rows), _of_sources(title, since), *_of_countries(title)]
    return board.answer(
        request, "office/boards/subscriptions.html", charts, context,
        title=_("Subscriptions by the month"), icon="group",
    )  # fmt: skip


def _of_months(rows: list[report.Month]) -> Iterator[Chart]:
    labels = tuple(months.name(row.month) for row in rows)
    yield Chart(
        "came-and-stayed", _("Began and renewed"),
        _("Subscriptions that began, and terms that renewed one, by month."),
        labels,
        (
            Series(_("New"), tuple(row.new for row in rows)),
            Series(_("Renewed"), tuple(row.renewed for row in rows)),
        ),
    )  # fmt: skip
    yield Chart(
        "went", _("Stopped, ended and ran out"),
        _("Stopped: nothing more is charged. Ended: before they were served to the end. Ran out: served to the last copy."),
        labels,
        (
            Series(_("Stopped"), tuple(row.stopped for row in rows)),
            Series(_("Ended"), tuple(row.ended for row in rows)),
            Series(_("Ran out"), tuple(row.ran_out for row in rows)),
        ),
    )  # fmt: skip


def _of_sources(title: Title, since: datetime) -> Chart:
    found = report.by_source(title, since)
    return Chart(
        "sources",
        _("Where they began"),
        _(
            "New subscriptions of these months by source key; none where a reader came by themselves."
        ),
        tuple(source or _("none") for source, _number in found),
        (Series(_("New"), tuple(number for _source, number in found)),),
    )


def _of_countries(title: Title) -> Iterator[Chart]:
    served = report.by_country(title, ISSUES)
    labels = tuple(_("No. %(number)s") % {"number": one.issue.number} for one in served)
    for name, heading, kind in (
        ("print-by-country", _("Printed copies by country"), "printed"),
        ("digital-by-country", _("Other copies by country"), "digital"),
    ):
        largest = report.countries(served, COUNTRIES)
        counts = [getattr(one, kind) for one in served]
        shown = [
            Series(
                str(countries.name(code)) or code or _("unknown"),
                tuple(one[code] for one in counts),
            )
            for code in largest
        ]
        rest = tuple(one.total() - sum(one[code] for code in largest) for one in counts)
        yield Chart(
            name,
            heading,
            _("Copies of the newest issues that were served, replacements left out."),
            labels,
            (*shown, Series(_("Elsewhere"), rest)),
        )
