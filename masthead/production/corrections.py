"""What an issue on paper puts right of those before it.

What is printed is never altered. A mistake that stood in print is put right in print: once, in
the first issue that goes to press after it was found.
"""

from __future__ import annotations

from datetime import datetime

from masthead.editorial.models import Correction, Issue
from masthead.production.models import Edition


def listed_in(issue: Issue) -> list[Correction]:
    """Return the corrections that an issue lists, with their articles; the oldest first.

    They are those of articles of earlier issues that had appeared on paper, made after the issue
    before went to press and, once this one did, not later than that.
    """
    earlier = Issue.objects.filter(
        publication=issue.publication, sequence__lt=issue.sequence, state=Issue.State.ON_SALE
    ).order_by("-sequence")
    last = earlier.first()
    if last is None:
        return []
    found = Correction.objects.filter(article__placement__issue__in=earlier)
    if after := _went_to_press(last):
        found = found.filter(made_at__gt=after)
    if until := _went_to_press(issue):
        found = found.filter(made_at__lte=until)
    rows = found.select_related("article__placement__issue").order_by("made_at", "pk")
    return [one for one in rows if not one.editions_affected or "paper" in one.editions_affected]


def _went_to_press(issue: Issue) -> datetime | None:
    """Return when an issue was first passed for press, or went on sale without that."""
    passed = issue.editions.filter(form=Edition.Form.PRINT, passed_at__isnull=False)
    first = passed.order_by("passed_at").first()
    return first.passed_at if first else issue.on_sale_at
