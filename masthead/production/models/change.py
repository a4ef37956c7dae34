"""The outbox: what has changed and is not pressed yet."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Change(models.Model):
    """One thing that pages were made from has changed.

    The row is written in the transaction of the change itself, so that neither is ever there
    without the other; it goes once the pages are pressed.
    """

    tag = models.CharField(_("tag"), max_length=200)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")

    def __str__(self) -> str:
        """Return what has changed."""
        return f"{self.pk}: {self.tag}"
