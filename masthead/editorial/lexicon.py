"""The lexicon of an article: its own entries, then the house's; and the names that have none."""

from __future__ import annotations

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from masthead.editorial.models import Article, HouseSaying, Title, Topic
from masthead.press.speech.lexicon import Entry, Lexicon

NAMED = (Topic.Kind.PERSON, Topic.Kind.ORGANISATION, Topic.Kind.PLACE)
"""What a voice may well mispronounce."""


def of_article(article: Article) -> Lexicon:
    """Return how words of an article are said, as it stands in memory; one query for the house's."""
    own = [one.entry() for one in article.sayings.all()]
    return Lexicon((*own, *of_house(article.publication())))


def of_house(title: Title) -> tuple[Entry, ...]:
    """Return the entries of a title."""
    return tuple(one.entry(one.language) for one in title.sayings.all())


def languages_of(title: Title) -> list[str]:
    """Return the languages in which a title has a lexicon: its own first, then those of entries."""
    others = title.sayings.exclude(language="").values_list("language", flat=True)
    return list(dict.fromkeys([title.language, *others.order_by("language").distinct()]))


def names_without_entry() -> QuerySet[Topic]:
    """Return people, organisations and places that articles name and no lexicon has.

    Those that most published articles are about or mention come first, each with their number
    in ``articles_count``.
    """
    out = Q(mentions__article__live=True) | Q(article_links__article__live=True)
    articles = Count("mentions__article", filter=Q(mentions__article__live=True), distinct=True)
    about = Count(
        "article_links__article", filter=Q(article_links__article__live=True), distinct=True
    )
    known = HouseSaying.objects.filter(written__iexact=OuterRef("title"))
    return (
        Topic.objects.live()
        .filter(out, kind__in=NAMED)
        .exclude(Exists(known))
        .annotate(articles_count=articles + about)
        .order_by("-articles_count", "title", "pk")
    )
