"""What is shown for a booking, and how often it was."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator, URLValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from masthead.advertising.models.booking import Booking
from masthead.editorial.models import Picture, Title
from masthead.editorial.models.picture import private_storage


class CreativeQuerySet(models.QuerySet["Creative"]):
    """Sets of creatives."""

    def approved(self) -> CreativeQuerySet:
        """Return those that an editor has approved, and nobody has taken out."""
        return self.exclude(approved_at=None).filter(withdrawn_at=None)

    def running(self, title: Title, placement: str, day: date) -> CreativeQuerySet:
        """Return the approved ones of what is booked for a placement on a day."""
        return self.approved().filter(
            booking__title=title,
            booking__placement=placement,
            booking__starts_on__lte=day,
            booking__ends_on__gte=day,
            booking__stopped_at=None,
        )


class Creative(models.Model):
    """One advertisement of a booking: words, perhaps a picture, and a link; for print, a PDF.

    It runs once an editor has approved it; whoever changes it has it approved again
    (`advertising.creatives`).
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    booking = models.ForeignKey(
        Booking, on_delete=models.PROTECT, related_name="creatives", verbose_name=_("booking")
    )
    headline = models.CharField(_("headline"), max_length=90, blank=True)
    words = models.TextField(_("words"), max_length=300, blank=True)
    picture = models.ForeignKey(
        Picture,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture"),
    )
    alternative = models.CharField(
        _("alternative text"),
        max_length=255,
        blank=True,
        help_text=_("What is to be seen and read in the picture, for those who cannot."),
    )
    link = models.URLField(
        _("link"),
        max_length=500,
        blank=True,
        validators=[URLValidator(schemes=["https", "http"])],
        help_text=_("Where it leads. It is reached by an address of ours, which counts."),
    )
    artwork = models.FileField(
        _("artwork"),
        upload_to="advertisements",
        storage=private_storage,
        blank=True,
        validators=[FileExtensionValidator(["pdf"])],
        help_text=_("In print: a PDF in the inks and sizes of your printer, its fonts in it."),
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )
    withdrawn_at = models.DateTimeField(_("taken out at"), null=True, editable=False)

    objects = CreativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("creative")
        verbose_name_plural = _("creatives")
        ordering = ("pk",)
        permissions = (("approve_creative", "Can approve creative"),)

    def __str__(self) -> str:
        """Return what is to be read first."""
        return self.headline or self.alternative or str(self.booking.name)

    def clean(self) -> None:
        """See that readers get something that can be read, and that leads somewhere."""
        super().clean()
        missing: dict[str, Any] = {}
        if self.booking.is_print:
            if not self.artwork:
                missing["artwork"] = _("Upload the PDF that is to be printed.")
        else:
            if not self.headline:
                missing["headline"] = _("Write a headline; the link is read out by it.")
            if not self.link:
                missing["link"] = _("Say where it leads.")
            if self.picture and not (self.alternative or self.picture.description):
                missing["alternative"] = _("Say what is to be seen in the picture.")
        if missing:
            raise ValidationError(missing)

    @property
    def is_approved(self) -> bool:
        """Whether it may be shown."""
        return self.approved_at is not None and self.withdrawn_at is None


class Count(models.Model):
    """How often a creative was seen and followed in a placement on a day; of whom, nobody knows."""

    creative = models.ForeignKey(Creative, on_delete=models.PROTECT, related_name="counts")
    placement = models.CharField(_("placement"), max_length=20)
    day = models.DateField(_("day"))
    impressions = models.PositiveBigIntegerField(_("impressions"), default=0)
    clicks = models.PositiveBigIntegerField(_("clicks"), default=0)

    class Meta:
        verbose_name = _("count")
        verbose_name_plural = _("counts")
        ordering = ("day", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("creative", "placement", "day"), name="one_count_a_day"
            ),
            models.CheckConstraint(
                condition=Q(impressions__gte=0, clicks__gte=0), name="counts_only_rise"
            ),
        )

    def __str__(self) -> str:
        """Return the figures."""
        return f"{self.day}: {self.impressions}, {self.clicks}"
