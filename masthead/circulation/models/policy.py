"""What a publisher decides about reading, for one title."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from masthead.editorial.models import Title


class Policy(models.Model):
    """How many metered articles, gifts and devices; a title without one has the defaults."""

    title = models.OneToOneField(
        Title, on_delete=models.CASCADE, related_name="policy", verbose_name=_("title")
    )
    metered_articles = models.PositiveSmallIntegerField(
        _("metered articles a month"),
        default=3,
        help_text=_("How many a reader who signed up, or a browser where that counts, may read."),
    )
    gifts_a_month = models.PositiveSmallIntegerField(
        _("gift articles a month"),
        default=5,
        help_text=_("How many articles a subscriber may give away. 0 gives none."),
    )
    gift_days = models.PositiveSmallIntegerField(
        _("days a gift is good for"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )
    gift_uses = models.PositiveIntegerField(
        _("readers of one gift"),
        default=50,
        validators=[MinValueValidator(1)],
        help_text=_("How many browsers may open it before it is used up."),
    )
    reading_sessions = models.PositiveSmallIntegerField(
        _("devices at once"),
        default=5,
        validators=[MinValueValidator(1)],
        help_text=_(
            "On how many one reader may be signed in; the one that signed in longest ago gives way."
        ),
    )

    class Meta:
        verbose_name = _("reading policy")
        verbose_name_plural = _("reading policies")

    def __str__(self) -> str:
        """Return the title's name."""
        return str(self.title)


def policy_of(title: Title) -> Policy:
    """Return a title's policy: as its publisher wrote it, else the defaults, unsaved."""
    return Policy.objects.filter(title=title).first() or Policy(title=title)
