"""Kept formes: articles made ready for the press, and what they were made from."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from masthead.editorial.models import Article


class Forme(models.Model):
    """An article made ready for the press, kept until anything changes that it was made from.

    ``data`` is written and read by the department that draws pages, which numbers what it
    means by it with ``schema``. ``version`` is that of the press run that made it.
    """

    article = models.OneToOneField(
        Article,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="+",
        verbose_name=_("article"),
    )
    schema = models.PositiveSmallIntegerField(_("schema"))
    made_with = models.CharField(_("made with"), max_length=100)
    version = models.BigIntegerField(_("version"))
    stale_at = models.DateTimeField(_("stale from"), null=True)
    data = models.BinaryField(_("data"))

    class Meta:
        verbose_name = _("forme")
        verbose_name_plural = _("formes")

    def __str__(self) -> str:
        """Return which article it is of."""
        return f"{self.article_id}, run {self.version}"


class FormeTag(models.Model):
    """One thing that a forme was made from, named as changes are."""

    forme = models.ForeignKey(
        Forme, on_delete=models.CASCADE, related_name="tags", verbose_name=_("forme")
    )
    tag = models.CharField(_("tag"), max_length=200)

    class Meta:
        verbose_name = _("tag of a forme")
        verbose_name_plural = _("tags of formes")
        indexes = [models.Index(fields=["tag"], name="forme_by_tag")]

    def __str__(self) -> str:
        """Return the tag."""
        return self.tag
