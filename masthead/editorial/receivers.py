"""What editorial does when one of its pages comes out, or what stands around it changes."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from django.utils import timezone
from wagtail.signals import post_page_move

from masthead.editorial import manuscripts
from masthead.editorial.archive import filing
from masthead.editorial.models import (
    Article,
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
    Topic: (("title",), "topic_links__topic"),
}
"""What articles are filed by that is said elsewhere: in which fields, and of which articles."""


def article_published(instance: Any, **_signal: Any) -> None:
    """Note which topics the article names."""
    manuscripts.record_mentions(instance)


def keep_the_archive() -> None:
    """Listen for whatever the archive is made from."""
    post_save.connect(article_saved, sender=Article)
    pre_delete.connect(article_deleted, sender=Article)
    post_page_move.connect(article_moved, sender=Article)
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
        instance = Article.objects.get(pk=instance.pk)
    filing.file(instance, at=timezone.now())


def article_deleted(instance: Article, **_signal: Any) -> None:
    """Take an article out of the archive before it is deleted."""
    filing.take_out([instance.pk])


def article_moved(instance: Article, **_signal: Any) -> None:
    """File an article under the title that it has come to."""
    filing.file(Article.objects.get(pk=instance.pk), at=timezone.now())


def placed(instance: ContentsEntry, raw: bool = False, **_signal: Any) -> None:
    """File an article under the issue that it has come into, where that is another one."""
    article = Article.objects.live().filter(pk=instance.article_id)
    if not raw and not filing.is_filed_under(article, instance.issue):
        for one in article:
            filing.file(one, at=timezone.now())


def place_lost(instance: ContentsEntry, **_signal: Any) -> None:
    """Have an article filed anew that is in no issue any more; it may be about to be deleted."""
    filing.mark_stale(Q(pk=instance.article_id))


def around_saved(sender: Any, instance: Any, raw: bool = False, **_signal: Any) -> None:
    """Have articles filed anew that say less of themselves than what they stand in says."""
    if raw or instance.pk is None:
        return
    names, path = AROUND[sender]
    before = sender.objects.filter(pk=instance.pk).values(*names).first()
    if before and any(getattr(instance, name) != before[name] for name in names):
        filing.mark_stale(Q(**{path: instance.pk}))
