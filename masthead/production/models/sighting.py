"""What the canary saw when it last looked at the magazine from outside."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sighting(models.Model):
    """The last look at one public address; what it found wrong then, a sentence each.

    ``leaks`` are words that somebody got who may not have them, ``faults`` whatever else was
    not as it should be. ``since`` is when the first of a row of looks found anything.
    """

    address = models.CharField(_("address"), max_length=255, primary_key=True)
    at = models.DateTimeField(_("at"))
    since = models.DateTimeField(_("since"), null=True)
    leaks = models.JSONField(_("leaks"), default=list)
    faults = models.JSONField(_("faults"), default=list)

    class Meta:
        verbose_name = _("sighting")
        verbose_name_plural = _("sightings")

    def __str__(self) -> str:
        """Return where it looked."""
        return self.address
