"""Letters for people without a mail address, until somebody prints and posts them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class LetterToPrint(models.Model):
    """A letter that was written and waits for paper; its papers are the invoices that go along.

    ``lines`` is the address as it stood; it is blanked when its reader is erased, with the words.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="letters_to_print"
    )
    name = models.CharField(_("letter"), max_length=40)
    language = models.CharField(_("language"), max_length=35)
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("words"))
    lines = models.JSONField(_("address"), default=list)
    papers = models.ManyToManyField("payments.Invoice", related_name="+")
    written_at = models.DateTimeField(_("written at"), auto_now_add=True)
    posted_at = models.DateTimeField(_("posted at"), null=True)
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("letter to print")
        verbose_name_plural = _("letters to print")
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        """Return what about."""
        return self.subject
