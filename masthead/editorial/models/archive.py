"""What the archive keeps of published articles. Written by `editorial.archive.filing` alone."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from masthead.editorial.models.article import Article
from masthead.editorial.models.title import Title


class ArchiveEntry(models.Model):
    """A published article in the archive, under a ``number`` that rises with its publication.

    ``marks`` are what it can be filtered by. ``access``, ``issue``, ``free_from`` and
    ``subscribers_until`` (Unix seconds) are the lock before it when it was filed. ``is_open`` says
    that it was everybody's then, and that all its words are among those which strangers search.
    While it ``is_stale`` it waits to be filed anew. While it is ``in_doubt`` it may have closed since:
    nobody is shown anything of it but by words that a closed article has open.
    """

    number = models.BigIntegerField(primary_key=True)
    article = models.OneToOneField(Article, on_delete=models.CASCADE, related_name="archive_entry")
    title = models.ForeignKey(Title, on_delete=models.CASCADE, related_name="+")
    stemmer = models.CharField(_("stemmer"), max_length=20, blank=True)
    marks = models.TextField(_("marks"))
    key = models.UUIDField(_("key"))
    access = models.CharField(_("for"), max_length=11)
    issue = models.IntegerField(_("issue"), null=True)
    free_from = models.BigIntegerField(_("free from"), null=True)
    subscribers_until = models.BigIntegerField(_("for subscribers until"), null=True)
    is_open = models.BooleanField(_("open"))
    is_stale = models.BooleanField(_("to be filed anew"), default=False)
    in_doubt = models.BooleanField(_("may have closed"), default=False)

    class Meta:
        verbose_name = _("archive entry")
        verbose_name_plural = _("archive entries")
        indexes = [
            models.Index(fields=["title", "stemmer"], name="archive_languages"),
            models.Index(
                fields=["number"], name="archive_stale", condition=models.Q(is_stale=True)
            ),
            models.Index(
                fields=["title"], name="archive_in_doubt", condition=models.Q(in_doubt=True)
            ),
        ]

    def __str__(self) -> str:
        """Return the article's headline."""
        return str(self.article)


class ArchiveText(models.Model):
    """The words from which excerpts are made.

    ``opening`` is what strangers may read; ``whole`` all of it, and empty where that is the same.
    ``vocabulary`` are the words that the article gave to what is suggested.
    """

    entry = models.OneToOneField(
        ArchiveEntry, on_delete=models.CASCADE, primary_key=True, related_name="text"
    )
    opening = models.TextField(_("opening"), blank=True)
    whole = models.TextField(_("whole text"), blank=True)
    vocabulary = models.TextField(_("vocabulary"), blank=True)

    class Meta:
        verbose_name = _("archive text")
        verbose_name_plural = _("archive texts")

    def __str__(self) -> str:
        """Return the article's headline."""
        return str(self.entry)


class ArchiveWord(models.Model):
    """A word that strangers may read somewhere, and in how many articles of the title."""

    title = models.ForeignKey(Title, on_delete=models.CASCADE, related_name="+")
    word = models.CharField(_("word"), max_length=60)
    folded = models.CharField(_("word without accents"), max_length=60)
    articles = models.IntegerField(_("articles"))

    class Meta:
        verbose_name = _("word of the archive")
        verbose_name_plural = _("words of the archive")
        constraints = [
            models.UniqueConstraint(fields=["title", "word"], name="one_row_per_word"),
        ]
        indexes = [
            models.Index(
                fields=["title", "folded"],
                name="archive_words",
                # Beginnings are looked for, whatever the collation of the database.
                opclasses=["int8_ops", "varchar_pattern_ops"],
            ),
        ]

    def __str__(self) -> str:
        """Return the word."""
        return self.word
