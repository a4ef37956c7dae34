"""What has changed, said by *tags*: which rows pages were made from, and which lists they stand in.

    page:12         the page itself, as a row; every page that shows its name or its words
    editorial.picture:7    any other row
    list:12         the list that page 12 is: an article has come to it, or gone
    chrome:3        what stands around all pages under front page 3
    own:12          what answers at addresses of page 12 itself
    below:12        page 12 and all that stand below it: what is in hand of them is not given out
    contents:12     which articles stand in issue 12, and in which order
    advertisements:5    what is booked for the pages of title 5
    promises:5    what was last seen of the promises of title 5

Who changes something tells `press_runs.ask()`, in the transaction of the change.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.db.models import Q
from wagtail.models import Page

from masthead.advertising.models import Booking, Creative
from masthead.editorial.models import (
    Article,
    ArticleIndex,
    ContentsEntry,
    Contributor,
    ContributorIndex,
    Correction,
    Dossier,
    FrontPage,
    Issue,
    IssueIndex,
    Section,
    Topic,
    TopicIndex,
)
from masthead.editorial.models.article import Mention
from masthead.production.models import Narration

AROUND = ("chrome", "advertisements")
"""What stands on many pages without being what they are about: those are pressed after all others."""

READ_ON = 3
"""How many articles to read next are named below one: of its section, those that came before it."""

EVERYTHING = "everything"
"""The tag of all pages: another theme, another version of Masthead."""

ONLY_AT_THE_DESK = frozenset(
    {
        "latest_revision", "latest_revision_created_at", "draft_title", "has_unpublished_changes",
        "locked", "locked_at", "locked_by", "approved_revision", "approved_schedule",
    }
)  # fmt: skip
"""Fields of pages that readers never see anything of."""


def tag(instance: models.Model) -> str:
    """Return the tag of a row; a page has one, whatever its kind."""
    if isinstance(instance, Page):
        return f"page:{instance.pk}"
    return f"{instance._meta.label_lower}:{instance.pk}"


def spelt_out(tags: set[str]) -> set[str]:
    """Return the tags, and of all pages that are below one those that they have themselves."""
    above = [int(one.partition(":")[2]) for one in tags if one.startswith("below:")]
    below = Q()
    for path in Page.objects.filter(pk__in=above).values_list("path", flat=True):
        below |= Q(path__startswith=path)
    pages = Page.objects.filter(below).values_list("pk", flat=True) if below else ()
    return tags | {f"{kind}:{pk}" for pk in pages for kind in ("own", "page")}


def tags_of(instance: Any) -> Iterator[str]:
    """Yield the tags of everything that may look different because of a row."""
    yield tag(instance)
    if isinstance(instance, Page):
        yield f"own:{instance.pk}"
        front = FrontPage.objects.ancestor_of(instance, inclusive=True).first()
        if front is not None:
            yield from _lists(instance, front)
    elif isinstance(instance, Correction):
        yield f"page:{instance.article_id}"
        yield "corrections"
    elif isinstance(instance, Narration):
        yield f"page:{instance.article_id}"
    elif isinstance(instance, ContentsEntry):
        yield f"page:{instance.article_id}"
        yield from (f"list:{instance.issue_id}", f"contents:{instance.issue_id}")
    elif isinstance(instance, Mention):
        yield f"list:{instance.topic_id}"
    elif isinstance(instance, Booking):
        yield f"advertisements:{instance.title_id}"
    elif isinstance(instance, Creative):
        yield f"advertisements:{instance.booking.title_id}"


def _lists(page: Page, front: FrontPage) -> Iterator[str]:
    """Yield the tags of lists that a page may have come to, or gone from."""
    if isinstance(page, Article):
        yield from (f"list:{pk}" for pk in _of_article(page))
        yield f"list:{front.pk}"
        yield from _shelves(front, ArticleIndex)
        yield from (f"page:{pk}" for pk in _that_name(page))
    elif isinstance(page, Issue):
        yield f"list:{page.pk}"
        yield f"list:{front.pk}"
        yield from _shelves(front, IssueIndex)
        if page.state == Issue.State.ON_SALE:
            yield f"chrome:{front.pk}"
    elif isinstance(page, Dossier):
        yield from (f"page:{pk}" for pk in page.entries.values_list("article_id", flat=True) if pk)
    elif isinstance(page, Contributor):
        yield from _shelves(front, ContributorIndex)
    elif isinstance(page, Topic):
        yield from _shelves(front, TopicIndex)
    elif isinstance(page, Section | FrontPage | ArticleIndex | IssueIndex):
        yield f"list:{page.pk}"
        yield f"chrome:{front.pk}"


def _that_name(article: Article) -> Iterator[int]:
    """Yield the articles that name this one to read next: of its section, if it is out, and its issue."""
    if place := getattr(article, "placement", None):
        others = ContentsEntry.objects.filter(issue=place.issue_id, article__live=True)
        others = others.exclude(pk=place.pk).order_by("-sort_order", "-pk")
        before = others.filter(sort_order__lte=place.sort_order).first() or others.first()
        if before is not None:
            yield before.article_id
    if article.published_at is not None:
        same = Article.objects.sibling_of(article, inclusive=False).live()
        at = article.published_at
        # All of an issue have one moment: what stands in between is told by their numbers.
        after = Q(published_at__gt=at) | Q(published_at=at, pk__gt=article.pk)
        later = same.filter(after, section=article.section_id).order_by("published_at", "pk")
        yield from later.values_list("pk", flat=True)[:READ_ON]


def _of_article(article: Article) -> Iterator[int]:
    if article.section_id:
        yield article.section_id
    yield from (pk for pk in article.bylines.values_list("contributor_id", flat=True) if pk)
    yield from article.topic_links.values_list("topic_id", flat=True)
    yield from article.mentions.values_list("topic_id", flat=True)
    if place := getattr(article, "placement", None):
        yield place.issue_id


def _shelves(front: FrontPage, kind: type[Page]) -> Iterator[str]:
    for pk in kind.objects.child_of(front).values_list("pk", flat=True):
        yield f"list:{pk}"
