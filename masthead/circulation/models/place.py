"""How far readers have listened, so that they can go on elsewhere."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from masthead.editorial.models import Article


class Place(models.Model):
    """Where one reader stopped listening to one article."""

    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="places"
    )
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+")
    seconds = models.FloatField()
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reader", "article"], name="one_place_in_an_article")
        ]

    def __str__(self) -> str:
        """Return where it is."""
        return f"{self.article}, {self.seconds:.0f} s"
