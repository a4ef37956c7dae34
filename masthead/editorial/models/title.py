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


PODCAST_CATEGORIES = (
    "Arts", "Business", "Comedy", "Education", "Fiction", "Government", "Health & Fitness", "History",
    "Kids & Family", "Leisure", "Music", "News", "Religion & Spirituality", "Science",
    "Society & Culture", "Sports", "TV & Film", "Technology", "True Crime",
)  # fmt: skip
"""What directories of podcasts sort by; their own words, to the letter."""


class Title(ForReaders):
    """A publication. Offers, issues and front pages point to it.

    Days in the magazine's life (cover dates, on-sale days) are days in ``time_zone``;
    moments are kept in UTC. ``podcast_guid`` is what its podcast is known by wherever it goes;
    see `newsstand.podcasts`.
    """

    class Podcast(models.TextChoices):
        """What stands in its public podcasts."""

        NONE = "none", _("None")
        PEOPLE = "people", _("Those that a person has read")
        ALL = "all", _("All, computer voices too")

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
    podcast = models.CharField(
        _("public podcast"),
        max_length=6,
        choices=Podcast,
        default=Podcast.ALL,
        help_text=_(
            "Which articles podcast programs get that everybody may read. What subscribers hear is "
            "not touched by it."
        ),
    )
    podcast_category = models.CharField(
        _("category"),
        max_length=30,
        choices=[(name, name) for name in PODCAST_CATEGORIES],
        default="News",
        help_text=_("Under which directories of podcasts list it; they know no other words."),
    )
    podcast_contact = models.EmailField(
        _("contact"),
        blank=True,
        help_text=_(
            "Everybody can read it in the feed. Directories send a code there to see whose podcast "
            "it is; empty it afterwards if you like."
        ),
    )
    podcast_guid = models.UUIDField(null=True, editable=False)

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
