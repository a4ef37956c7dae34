"""What editorial does when one of its pages comes out, or what stands around it changes."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from django.utils import timezone
from wagtail.models import Page
from wagtail.signals import post_page_move

from masthead.editorial import manuscripts
from masthead.editorial.archive import filing
from masthead.editorial.models import (
    Article,
    ArticleIndex,
    ContentsEntry,
    Contributor,
    Issue,
    Section,
    Title,
    Topic,
)
from masthead.editorial.models.audience import ForReaders

WHOM_FOR = tuple(field.name for field in ForReaders._meta.fields)
AROUND: dict[Any, tuple[tuple[str, ...], str]] = {
    Title: ((*WHOM_FOR, "lead_words", "time_zone"), "archive_entry__title"),
    Section: (WHOM_FOR, "section"),
    Issue: ((*WHOM_FOR, "sequence"), "placement__issue"),
    Contributor: (("title",), "bylines__contributor"),
    Topic: (("title", "live"), "topic_links__topic"),
}
"""What articles are filed by that is said elsewhere: in which fields, and of which articles."""

CLOSES = {*WHOM_FOR, "sequence"}
"""Those of these fields by which an article may close to somebody who could read it."""


def article_published(instance: Any, **_signal: Any) -> None:
    """Note which topics the article names."""
    manuscripts.record_mentions(instance)


def keep_the_archive() -> None:
    """Listen for whatever the archive is made from."""
    post_save.connect(article_saved, sender=Article)
    pre_delete.connect(article_deleted, sender=Article)
    pre_delete.connect(topic_deleted, sender=Topic)
    post_save.connect(page_saved, sender=Page)
    post_page_move.connect(articles_moved, sender=ArticleIndex)
    post_save.connect(placed, sender=ContentsEntry)
    post_delete.connect(place_lost, sender=ContentsEntry)
    for model in AROUND:
        pre_save.connect(around_saved, sender=model)


def article_saved(
    instance: Article, update_fields: Any = None, raw: bool = False, **_signal: Any
) -> None:
    """File an article with its words of this moment, in the transaction that saves them."""
    if raw:
        return
    if update_fields is not None:
        # What else is in memory may be a draft, which nobody is to find.
        if {"live", "published_at", "access"}.isdisjoint(update_fields):
            return
        filing.file_anew([instance.pk], at=timezone.now())
    else:
        filing.file(instance, at=timezone.now())


def article_deleted(instance: Article, **_signal: Any) -> None:
    """Take an article out of the archive before it is deleted."""
    filing.take_out([instance.pk])


def page_saved(
    instance: Page, update_fields: Any = None, raw: bool = False, **_signal: Any
) -> None:
    """Do the same for what is saved as a mere page: Wagtail moves it so, and ends it by the clock."""
    if raw or (update_fields is not None and "live" not in update_fields):
        return
    if instance.specific_class is Article:
        filing.file_anew([instance.pk], at=timezone.now())
    elif instance.specific_class is Topic and not instance.live:
        topic_deleted(instance)


def articles_moved(instance: ArticleIndex, **_signal: Any) -> None:
    """Have all articles filed under the title that they have come to together."""
    filing.mark_stale(Q(path__startswith=instance.path))


def topic_deleted(instance: Page, **_signal: Any) -> None:
    """Have articles filed anew that name a topic no more."""
    filing.mark_stale(Q(topic_links__topic=instance.pk), in_doubt=False)


def placed(instance: ContentsEntry, raw: bool = False, **_signal: Any) -> None:
    """File an article under the issue that it has come into, where that is another one."""
    article = Article.objects.live().filter(pk=instance.article_id)
    if not raw and not filing.is_filed_under(article, instance.issue):
        filing.file_anew(article.values_list("pk", flat=True), at=timezone.now())


def place_lost(instance: ContentsEntry, **_signal: Any) -> None:
    """Have an article filed anew that is in no issue any more; it may be about to be deleted."""
    filing.mark_stale(Q(pk=instance.article_id))


def around_saved(
    sender: Any, instance: Any, update_fields: Any = None, raw: bool = False, **_signal: Any
) -> None:
    """Have articles filed anew that say less of themselves than what they stand in says."""
    names, path = AROUND[sender]
    # What is not saved with it may be a draft, which says nothing yet.
    names = tuple(name for name in names if update_fields is None or name in update_fields)
    if raw or instance.pk is None or not names:
        return
    before = sender.objects.filter(pk=instance.pk).values(*names).first() or {}
    changed = {name for name, value in before.items() if getattr(instance, name) != value}
    if changed:
        filing.mark_stale(Q(**{path: instance.pk}), in_doubt=not changed.isdisjoint(CLOSES))
