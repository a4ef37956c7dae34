"""The contents of an issue, changed without its form: the order, and how an article is laid out.

The newest draft of the issue's page is changed likewise, so that whoever saves it next changes
nothing back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from masthead.editorial.models import ContentsEntry, Issue


@transaction.atomic
def reorder(issue: Issue, order: Sequence[ContentsEntry], *, by: Any) -> None:
    """Let the articles of an issue stand in this order."""
    for number, place in enumerate(order):
        if place.sort_order != number:
            place.sort_order = number
            place.save(update_fields=["sort_order"])
    rank = {place.article_id: number for number, place in enumerate(order)}
    if draft := _newest_draft(issue):
        entries = sorted(draft.contents.all(), key=lambda one: rank.get(one.article_id, len(rank)))
        for number, entry in enumerate(entries):
            entry.sort_order = number
        draft.contents = entries
        draft.save_revision(user=by, changed=issue.has_unpublished_changes)


@transaction.atomic
def lay_out(place: ContentsEntry, *, opener: str, columns: int, by: Any) -> None:
    """Let an article begin in another way, or stand in another number of columns."""
    place.opener, place.columns = opener, columns
    place.save(update_fields=["opener", "columns"])
    if draft := _newest_draft(place.issue):
        entries = list(draft.contents.all())
        for entry in entries:
            if entry.article_id == place.article_id:
                entry.opener, entry.columns = opener, columns
        draft.contents = entries
        draft.save_revision(user=by, changed=place.issue.has_unpublished_changes)


def _newest_draft(issue: Issue) -> Any:
    issue = Issue.objects.get(pk=issue.pk)
    return issue.get_latest_revision_as_object() if issue.latest_revision_id else None
