"""Corrections: what we got wrong, said on the record."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Revision

from masthead.editorial.models.article import Article
from masthead.editorial.scopes import EditionsField


class CorrectionQuerySet(models.QuerySet["Correction"]):
    """Sets of corrections, as an editor would name them."""

    def public(self) -> CorrectionQuerySet:
        """Return those of articles that readers can see, newest first."""
        return self.filter(article__live=True).order_by("-made_at", "-pk")


class Correction(models.Model):
    """A record that an article was corrected. It is shown; the past is not rewritten.

    ``revision_before`` and ``revision_after`` are the article's revisions on either side;
    ``editions_affected`` are those in which the mistake had appeared.
    """

    class Kind(models.TextChoices):
        """How grave it is."""

        CORRECTION = "correction", _("Correction")
        CLARIFICATION = "clarification", _("Clarification")
        UPDATE = "update", _("Update")
        RETRACTION = "retraction", _("Retraction")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    article = models.ForeignKey(
        Article, on_delete=models.PROTECT, related_name="corrections", verbose_name=_("article")
    )
    kind = models.CharField(_("kind"), max_length=13, choices=Kind, default=Kind.CORRECTION)
    text = models.TextField(
        _("text"), help_text=_("Say what was wrong and what is right, in a sentence or two.")
    )
    made_at = models.DateTimeField(_("made at"), default=timezone.now)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("approved by"),
    )
    revision_before = models.ForeignKey(
        Revision, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    revision_after = models.ForeignKey(
        Revision, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    editions_affected = EditionsField(_("editions affected"))
    block = models.CharField(max_length=120, blank=True, editable=False)

    objects = CorrectionQuerySet.as_manager()

    panels: ClassVar = [
        FieldPanel("article"),
        FieldPanel("kind"),
        FieldPanel("text"),
        FieldPanel("made_at"),
        FieldPanel("editions_affected"),
    ]

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        """Return its kind and article."""
        return f"{self.get_kind_display()}: {self.article}"
