"""Metered articles that readers with an account have opened."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from masthead.editorial.models import Title


class MeteredRead(models.Model):
    """One article, counted once for one reader in one month of the title's own calendar."""

    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="metered_reads"
    )
    title = models.ForeignKey(Title, on_delete=models.CASCADE, related_name="+")
    month_on = models.DateField()
    article = models.UUIDField()
    read_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reader", "title", "month_on", "article"], name="one_count_a_month"
            )
        ]

    def __str__(self) -> str:
        """Return what was counted."""
        return f"{self.article}, {self.month_on:%Y-%m}"
