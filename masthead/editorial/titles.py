"""Which title something belongs to, asked for many things at once."""

from __future__ import annotations

from collections.abc import Sequence

from masthead.editorial.models import Article, FrontPage, Title


def titles_of(articles: Sequence[Article]) -> dict[int | None, Title]:
    """Return the title of each article that has a place, by its primary key: one query."""
    placed = [article for article in articles if article.path]
    fronts = list(FrontPage.objects.select_related("publication")) if placed else []
    return {
        article.pk: front.publication
        for article in placed
        for front in fronts
        if article.path.startswith(front.path)
    }
