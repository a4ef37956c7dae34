"""Looks at how promises are kept by the whole magazine."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from masthead.editorial.models import Title
from masthead.payments.append_only import AppendOnly


class Inspection(AppendOnly):
    """What was seen of one promise of a title: in figures for readers, failures for staff."""

    title = models.ForeignKey(Title, on_delete=models.PROTECT, related_name="inspections")
    promise = models.CharField(_("promise"), max_length=40)
    at = models.DateTimeField(_("at"))
    looked_at = models.PositiveIntegerField(_("looked at"))
    words = models.CharField(_("seen"), max_length=200, blank=True)
    failures = models.JSONField(_("failures"), default=list)

    class Meta:
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")
        ordering = ["-at", "promise"]
        indexes = [models.Index(fields=["title", "at"], name="inspections_of_a_title")]

    def __str__(self) -> str:
        """Return what was looked into."""
        return self.promise
