"""Laying out an article where it stands in an issue, with its pages beside the choices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from masthead.editorial.models import ContentsEntry
from masthead.office.views.editions import issue_for, staff
from masthead.press.paper import choices, content
from masthead.press.paper.choices import Choice
from masthead.production import gathering, layouts, pressings
from masthead.production.models import Layout

WIDTH = 440
"""Of a page that is looked at, in pixels."""
SHOWN = 90
"""How many letters of a block tell which one it is, at most."""


@dataclass(frozen=True)
class Row:
    """One block of the article, and what is chosen for it."""

    number: int
    id: str
    kind: str
    label: str
    words: str
    floats: bool
    choice: Choice


@require_http_methods(["GET", "POST"])
def layout(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the choices for an article beside its pages; on POST, keep them or undo the last."""
    place = _place(request, pk)
    if request.method == "POST":
        try:
            if "undo" in request.POST:
                if not layouts.undo(place, by=staff(request)):
                    messages.warning(request, _("There is nothing to undo."))
            else:
                opener, columns, chosen = _asked(request.POST)
                layouts.arrange(
                    place, opener=opener, columns=columns, choices=chosen, by=staff(request)
                )
                messages.success(request, _("Kept. The next pressing has it."))
        except (layouts.Cannot, choices.Unfit) as refusal:
            messages.error(request, str(refusal))
        return redirect("office:layout", pk)
    kept = Layout.objects.filter(issue=place.issue, article=place.article).first()
    try:
        rows = _rows(place, choices.read(kept.choices) if kept else {})
    except gathering.CannotPress as refusal:
        messages.error(request, str(refusal))
        rows = []
    return render(
        request,
        "office/layout.html",
        {
            "place": place,
            "rows": rows,
            "openers": ContentsEntry.Opener.choices,
            "columns": content.COLUMNS,
            "spans": [("column", _("its column")), ("page", _("the page"))],
            "positions": [
                ("auto", _("where it falls")),
                ("top", _("at the head")),
                ("bottom", _("at the foot")),
            ],
            "crops": [(crop, crop or pgettext("crop", "as it is")) for crop in choices.CROPS],
            "breaks": [("", _("where it falls")), ("column", _("a column")), ("page", _("a page"))],
            "most_tracking": choices.MOST_TRACKING,
            "can_undo": bool(kept and kept.earlier),
            "width": 2 * WIDTH,
        },
    )


@require_POST
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the article's pages as they would stand with the choices that came along."""
    place = _place(request, pk)
    try:
        opener, columns, chosen = _asked(request.POST)
        if opener not in content.OPENERS or columns not in content.COLUMNS:
            raise choices.Unfit(_("There is no such opener. Choose one from the list."))
        picture = layouts.look(
            place,
            opener=opener,
            columns=columns,
            choices=chosen,
            at=timezone.now(),
            width=WIDTH,
        )
    except (choices.Unfit, gathering.CannotPress) as refusal:
        return HttpResponse(str(refusal), status=422, content_type="text/plain; charset=utf-8")
    answer = HttpResponse(picture, content_type="image/png")
    answer["Cache-Control"] = "private, no-store"
    return answer


def _rows(place: ContentsEntry, chosen: dict[str, Choice]) -> list[Row]:
    now = timezone.now()
    copy = gathering.gather(place.issue, pressings.furnished(now), at=now, only=(place, {}))
    labels = {
        "paragraph": _("Paragraph"),
        "heading": _("Heading"),
        "figure": _("Picture"),
        "gallery": _("Gallery"),
        "pull_quote": _("Pull quote"),
        "quotation": _("Quotation"),
        "excerpt": _("Excerpt"),
        "statement": _("Statement"),
        "list": _("List"),
        "table": _("Table"),
        "key_figure": _("Key figure"),
        "aside": _("Box"),
    }
    return [
        Row(
            number,
            block["id"],
            block["kind"],
            labels.get(block["kind"], _("Block")),
            Truncator(_words(block)).chars(SHOWN),
            block["kind"] in choices.FLOATS,
            chosen.get(block["id"], Choice()),
        )
        for number, block in enumerate(copy.values["articles"][0]["blocks"])
    ]


def _words(block: dict[str, Any]) -> str:
    """Return the first words by which an editor knows a block."""
    told = choices.plain(block.get("words", [])) or choices.plain(block.get("caption", []))
    inner = block.get("blocks") or next(iter(block.get("items", [])), None) or [None]
    return (
        told
        or str(block.get("alternative") or block.get("title") or block.get("label") or "")
        or (_words(inner[0]) if inner[0] else "")
    )


def _asked(sent: QueryDict) -> tuple[str, int, dict[str, Choice]]:
    """Return opener, columns and choices as a form sent them.

    Raises:
        Unfit: there is no such choice.
    """
    chosen = {}
    for number, block in enumerate(sent.getlist("block")):

        def of(name: str, plain: str = "", number: int = number) -> str:
            return sent.get(f"{name}-{number}", plain)

        chosen[block] = Choice(
            span=of("span", "column"),
            position=of("position", "auto"),
            crop=of("crop"),
            break_before=of("break"),
            tracking=_number(of("tracking", "0")),
            quote=of("quote").strip(),
        )
    return sent.get("opener", ""), _number(sent.get("columns", "")), chosen


def _number(told: str) -> int:
    try:
        return int(told or "0")
    except ValueError as error:
        raise choices.Unfit(_("“%(told)s” is no number.") % {"told": told}) from error


def _place(request: HttpRequest, pk: int) -> ContentsEntry:
    """Return a place to somebody who may edit its issue."""
    place = get_object_or_404(ContentsEntry.objects.select_related("issue", "article"), pk=pk)
    issue_for(request, place.issue_id)
    return place
