"""Who may have an edition of an issue: whoever may read every article in it, and keep it.

A file is given whole or not at all, so one closed article closes all of it. It stays with who has
it: what opens for a while, or one article alone, opens no file.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db.models import Q

from masthead.circulation import entitlements, facts, viewers
from masthead.circulation.entitlements import Viewer, Work
from masthead.circulation.promises import kept
from masthead.editorial import privacy
from masthead.editorial.models import Article, Issue, Title
from masthead.people.models import User
from masthead.production import for_readers, pressings, renewal
from masthead.production.models import Edition


def may_have(viewer: Viewer, reader: User | None, edition: Edition, at: datetime) -> bool:
    """Say whether somebody may have an edition of an issue on sale.

    Args:
        viewer: who asks, with the keys in hand.
        reader: the same, if they have an account: what they subscribed to when the issue went on
            sale stays theirs.
        edition: what for; see `production.for_readers`.
        at: the moment of asking.
    """
    works = _works(edition)
    if not works:
        return False
    to_keep = tuple(key for key in viewer.keys if not key.article and key.rule != "crawler")
    if _reads_all(replace(viewer, keys=to_keep), works, at):
        return True
    then = edition.issue.on_sale_at
    if reader is None or then is None or then > at:
        return False
    kept = entitlements.viewer_with(facts.given_to(reader, then), then)
    return _reads_all(kept, works, then)


def ask_for_promised(*, at: datetime) -> int:
    """Have a worker press what offers promise of issues on sale and nobody has pressed.

    Of a title that promises the digital edition, in every form that readers fetch; what follows
    its issue from then on. Returns how many editions were asked for.
    """
    asked = 0
    for title in Title.objects.all():
        if "digital-edition" not in kept.made_by(title):
            continue
        for issue in Issue.objects.on_sale().filter(publication=title):
            there = set(Edition.objects.filter(issue=issue).values_list("form", flat=True))
            for form in renewal.FOLLOWING:
                if form not in there:
                    pressings.ask(issue, form, by=None, at=at)
                    asked += 1
    return asked


def _reads_all(viewer: Viewer, works: list[Work], at: datetime) -> bool:
    return all(entitlements.may_read(viewer, work, at).parts == "full" for work in works)


def _works(edition: Edition) -> list[Work]:
    """Return what stands in an edition and what in its issue; nothing where that is not certain."""
    pressed = for_readers.articles_in(edition)
    articles = list(
        Article.objects.filter(Q(key__in=pressed) | Q(placement__issue=edition.issue_id))
        .select_related("section", "placement__issue")
        .defer("body", "lead_figure", "search_description")
    )
    if not pressed or pressed - {str(article.key) for article in articles}:
        return []
    kept = privacy.kept_for_some()
    if any(article.path.startswith(kept) for article in articles):
        return []  # That is read at its own address alone.
    return viewers.works_of(articles)
