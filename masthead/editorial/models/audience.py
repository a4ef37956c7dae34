"""Who something is for: what an article, an issue, a section and a title may each say."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

LONGEST_WAIT = 3650
"""Days. What is to open in more than ten years is not meant to open."""


class Access(models.TextChoices):
    """Whom a work is for."""

    OPEN = "open", _("Everybody")
    REGISTERED = "registered", _("Readers who signed up")
    METERED = "metered", _("Readers who signed up, a few a month")
    SUBSCRIBERS = "subscribers", _("Subscribers")


class ForReaders(models.Model):
    """What a thing says of whom it, or what stands in it, is for.

    Each of the three may be left empty: then the next thing further up decides
    (article, issue, section, title; see `editorial.audiences`).
    """

    access = models.CharField(
        _("for"),
        max_length=11,
        choices=Access,
        blank=True,
        default="",
        help_text=_("Left empty: as the issue, the section or the title says."),
    )
    free_after_days = models.PositiveSmallIntegerField(
        _("free after days"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(LONGEST_WAIT)],
        help_text=_("So long after publication it opens for everybody. Left empty: as above."),
    )
    subscribers_first_days = models.PositiveSmallIntegerField(
        _("subscribers first for days"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(LONGEST_WAIT)],
        help_text=_("So long after publication it is for subscribers alone. Empty: as above."),
    )

    class Meta:
        abstract = True


def for_readers_panel() -> MultiFieldPanel:
    """Return the panel in which an editor says whom the articles in something are for."""
    return MultiFieldPanel(
        [
            FieldPanel("access"),
            FieldRowPanel([FieldPanel("subscribers_first_days"), FieldPanel("free_after_days")]),
        ],
        heading=_("Readers of its articles"),
        help_text=_("What an article says of itself comes first."),
    )
