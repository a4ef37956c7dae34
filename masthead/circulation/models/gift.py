"""Articles that subscribers give to friends."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from masthead.editorial.models import Article


class GiftQuerySet(models.QuerySet["Gift"]):
    """Sets of gifts."""

    def good(self, at: datetime) -> GiftQuerySet:
        """Return those that open their article at that moment, for who has opened them before."""
        return self.filter(expires_at__gt=at, revoked_at=None, giver__is_active=True)

    def left(self, at: datetime) -> GiftQuerySet:
        """Return those that somebody new may open."""
        return self.good(at).filter(uses__lt=F("most_uses"))


class Gift(models.Model):
    """One article, for whoever has the link, until it expires, is used up or is revoked."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="gifts", verbose_name=_("article")
    )
    giver = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="gifts",
        verbose_name=_("giver"),
    )
    given_at = models.DateTimeField(_("given at"))
    expires_at = models.DateTimeField(_("good until"))
    most_uses = models.PositiveIntegerField(_("for how many readers"))
    uses = models.PositiveIntegerField(_("readers so far"), default=0)
    revoked_at = models.DateTimeField(_("taken back at"), null=True)

    objects = GiftQuerySet.as_manager()

    class Meta:
        verbose_name = _("gift article")
        verbose_name_plural = _("gift articles")
        ordering = ["-given_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(uses__lte=F("most_uses")), name="gift_is_not_used_too_often"
            )
        ]

    def __str__(self) -> str:
        """Return the article and its giver."""
        return f"{self.article} ({self.giver})"
