"""A title: one publication, whatever its languages and editions."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from masthead.editorial.models.audience import ForReaders


def check_time_zone(name: str) -> None:
    """Raise ValidationError unless `name` is in the IANA time zone database."""
    if name not in available_timezones():
        raise ValidationError(
            _("“%(name)s” is not a time zone. Write one such as Europe/Lisbon or UTC."),
            params={"name": name},
        )


class Title(ForReaders):
    """A publication. Offers, issues and front pages point to it.

    Days in the magazine's life (cover dates, on-sale days) are days in ``time_zone``;
    moments are kept in UTC.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    tagline = models.CharField(_("tagline"), max_length=200, blank=True)
    language = models.CharField(
        _("language"),
        max_length=35,
        default="en",
        help_text=_("The language most articles are written in, such as en, en-GB or fr."),
    )
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[check_time_zone]
    )
    lead_words = models.PositiveSmallIntegerField(
        _("words in a lead"),
        default=80,
        validators=[MinValueValidator(10)],
        help_text=_(
            "Where an article has no lead marker, everybody may read up to the end of the "
            "paragraph in which this many words are reached."
        ),
    )
    issn = models.CharField(_("ISSN"), max_length=9, blank=True)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("title")
        verbose_name_plural = _("titles")

    def __str__(self) -> str:
        """Return the name."""
        return self.name

    def day(self, moment: datetime) -> date:
        """Return the day that `moment` falls on where the magazine is published."""
        return moment.astimezone(ZoneInfo(self.time_zone)).date()

    def midnight(self, moment: datetime) -> datetime:
        """Return when the day that `moment` falls on began."""
        return datetime.combine(self.day(moment), time.min, ZoneInfo(self.time_zone))
