"""The board of promises: what every night saw of each, and where it is mended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from masthead.editorial.models import IssueIndex, Title
from masthead.office import permissions
from masthead.office.pages import allow
from masthead.office.reports import promises as report
from masthead.office.reports.charts import Chart, Series
from masthead.office.views.boards import board


@require_safe
def promises(request: HttpRequest) -> HttpResponse:
    """Show each promise as every night found it, with the sentences of what is broken."""
    allow(request, permissions.SEE_PROMISES)
    title = board.title_of(request)
    found = report.of(title, at=timezone.now())
    rows: list[dict[str, Any]] = [
        {
            "promise": one,
            "state": report.STATES[one.state]() if one.state else "",
            "mend": mended_at(one.kind),
        }
        for one in found
    ]
    context = {
        "titles": Title.objects.order_by("pk"),
        "title": title,
        "rows": rows,
        "broken": [row for row in rows if row["promise"].state == "broken"],
    }
    return board.answer(
        request, "office/boards/promises.html", _charts(found), context,
        title=_("Promises"), icon="check",
    )  # fmt: skip


def mended_at(kind: str) -> tuple[str, str]:
    """Return where something is done about a broken promise of a kind: a label and an address."""
    if kind in ("print-edition", "issues"):
        return _("Label runs"), reverse("office:label_runs")
    if kind in ("money-back", "cancel-any-time"):
        return _("Refunds"), reverse("office:refunds")
    shelf = IssueIndex.objects.first()
    if kind == "digital-edition" and shelf:
        return _("Issues"), reverse("wagtailadmin_explore", args=[shelf.pk])
    if kind in ("subscriber-articles", "audio", "past-issues", "ad-free"):
        return _("Articles"), reverse("wagtailadmin_explore_root")
    return _("Offers"), reverse("office:offers")


def _charts(found: list[report.Promise]) -> Iterator[Chart]:
    nights = report.counted(found)
    labels = tuple(date_format(night, "j M") for night in nights)
    yield Chart(
        "promises",
        _("Promises night by night"),
        _("How many promises each night found kept, announced and not kept."),
        labels,
        tuple(
            Series(report.STATES[state](), tuple(counts[state] for counts in nights.values()))
            for state in ("kept", "announced", "broken")
        ),
        kind="lines",
    )
