"""Addresses that are secrets: by them programs without cookies are known to act for a reader."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class PrivateFeed(models.Model):
    """A token that somebody was given for their programs, of which only the digest is kept.

    It says who asks. What they may have is decided anew each time; see `viewers`.
    """

    class Kind(models.TextChoices):
        """What it is for; it opens nothing of the other kind."""

        LISTENING = "listening", _("Podcast")
        READING = "reading", _("Reading apps")

    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="private_feeds",
        verbose_name=_("reader"),
    )
    kind = models.CharField(_("kind"), max_length=9, choices=Kind)
    token_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("made at"))
    last_used_at = models.DateTimeField(_("last used at"), null=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True)

    class Meta:
        verbose_name = _("private feed")
        verbose_name_plural = _("private feeds")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=("reader", "kind"),
                condition=models.Q(revoked_at=None),
                name="one_private_feed_of_a_kind",
            )
        ]

    def __str__(self) -> str:
        """Return the reader and what it is for."""
        return f"{self.reader}: {self.get_kind_display()}"
