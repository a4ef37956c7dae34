"""Privacy: pages that an editor keeps for some, by Wagtail's own means; so is whatever stands below them."""

from __future__ import annotations

from wagtail.models import PageViewRestriction


def kept_for_some() -> tuple[str, ...]:
    """Return the tree paths that such pages and all below them begin with; one query."""
    return tuple(PageViewRestriction.objects.values_list("page__path", flat=True))
