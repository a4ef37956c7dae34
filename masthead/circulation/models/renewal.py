"""The brake of renewals: as long as it is pulled, nobody of a title is charged."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from masthead.editorial.models import Title


class RenewalBrake(models.Model):
    """Somebody stopped all renewals of a title, until they are let go on; one at a time."""

    title = models.ForeignKey(Title, on_delete=models.PROTECT, related_name="renewal_brakes")
    reason = models.CharField(_("reason"), max_length=200)
    pulled_at = models.DateTimeField(_("pulled at"))
    pulled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    released_at = models.DateTimeField(_("released at"), null=True)

    class Meta:
        verbose_name = _("brake of renewals")
        verbose_name_plural = _("brakes of renewals")
        ordering = ["-pulled_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["title"], condition=Q(released_at=None), name="one_pulled_brake_a_title"
            ),
        ]

    def __str__(self) -> str:
        """Return why."""
        return self.reason
