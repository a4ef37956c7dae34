"""What the boards share: which title and span is asked for, and handing a chart's table out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.text import slugify

from masthead.editorial.models import Title
from masthead.office.pages import show
from masthead.office.reports.charts import Chart

SPANS = (6, 12, 24)


def title_of(request: HttpRequest) -> Title:
    """Return the title that is asked for, or the first there is.

    Raises:
        Http404: there is no such title.
    """
    asked = request.GET.get("title", "")
    titles = Title.objects.order_by("pk")
    found = titles.filter(pk=asked).first() if asked.isdecimal() else titles.first()
    if found is None:
        raise Http404
    return found


def span_of(request: HttpRequest, spans: tuple[int, ...] = SPANS, usual: int = 12) -> int:
    """Return how many months are asked for; the usual span where it is none of those offered."""
    asked = request.GET.get("span", "")
    return int(asked) if asked in {str(one) for one in spans} else usual


def answer(
    request: HttpRequest,
    template: str,
    charts: Iterable[Chart],
    context: dict[str, Any],
    *,
    title: str,
    icon: str,
) -> HttpResponse:
    """Return the board, or the table of the one chart that is asked for, as CSV."""
    charts = list(charts)
    if name := request.GET.get("csv"):
        return table_of(name, charts)
    return show(request, template, {"charts": charts, **context}, title=title, icon=icon)


def table_of(name: str, charts: list[Chart]) -> HttpResponse:
    """Return a chart's table as a file.

    Raises:
        Http404: there is no such chart.
    """
    chart = next((one for one in charts if one.name == name), None)
    if chart is None:
        raise Http404
    file = HttpResponse(chart.csv(), content_type="text/csv; charset=utf-8")
    file["Content-Disposition"] = f'attachment; filename="{slugify(chart.name)}.csv"'
    return file
