"""What providers sent of their own accord: each is a reason to look, and nothing more."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ProviderNotice(models.Model):
    """A signed notice of a provider, kept until what it points at has been looked at.

    ``points_at`` are the provider's references to observe. The state in a notice is never
    believed: it may be late, doubled or out of order.
    """

    provider = models.CharField(_("provider"), max_length=40)
    notice_id = models.CharField(_("notice"), max_length=200)
    kind = models.CharField(_("kind"), max_length=80)
    points_at = models.JSONField(_("points at"), default=list)
    received_at = models.DateTimeField(_("received at"))
    looked_at = models.DateTimeField(_("looked at"), null=True)

    class Meta:
        verbose_name = _("notice of a provider")
        verbose_name_plural = _("notices of providers")
        ordering = ["received_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "notice_id"], name="one_notice_per_provider_and_id"
            ),
        ]
        indexes = [
            models.Index(
                fields=["received_at"],
                condition=Q(looked_at=None),
                name="notices_to_look_into",
            ),
        ]

    def __str__(self) -> str:
        """Return its kind."""
        return self.kind
