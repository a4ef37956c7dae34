"""Who advertises, and what they have booked."""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from masthead.advertising import placements
from masthead.advertising.placements import Placement
from masthead.editorial.models import Issue, Title
from masthead.money import Money, half_even

THOUSAND = 1000


class Advertiser(models.Model):
    """Somebody who books advertisements; readers see the name beside each of them."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(
        _("name"), max_length=120, unique=True, help_text=_("As readers see it beside the label.")
    )
    contact = models.CharField(
        _("contact"), max_length=120, blank=True, help_text=_("Whom to ask for copy.")
    )
    mail = models.EmailField(_("mail address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    notes = models.TextField(_("notes"), blank=True, help_text=_("For the office alone."))

    panels: ClassVar = [
        FieldPanel("name"),
        FieldPanel("contact"),
        FieldRowPanel([FieldPanel("mail"), FieldPanel("phone")]),
        FieldPanel("notes"),
    ]

    class Meta:
        verbose_name = _("advertiser")
        verbose_name_plural = _("advertisers")
        ordering = ("name",)

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class Booking(models.Model):
    """A placement that an advertiser has for some days, or on a page of one issue.

    On readers' pages ``share`` is how many of a hundred pages show it, and ``cap`` after how many
    impressions it is shown no more. What state it is in follows from the day; see `state()`.
    """

    class Per(models.TextChoices):
        """What the rate is for."""

        FLAT = "flat", _("for all of it")
        THOUSAND = "thousand", _("per thousand impressions")

    class State(models.TextChoices):
        """How it stands on some day."""

        COMING = "coming", _("Still to come")
        RUNNING = "running", _("Running")
        FULL = "full", _("Cap reached")
        OVER = "over", _("Over")
        STOPPED = "stopped", _("Stopped")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    advertiser = models.ForeignKey(
        Advertiser,
        on_delete=models.PROTECT,
        related_name="bookings",
        verbose_name=_("advertiser"),
    )
    title = models.ForeignKey(
        Title, on_delete=models.PROTECT, related_name="bookings", verbose_name=_("magazine")
    )
    name = models.CharField(
        _("name"), max_length=120, help_text=_("What the office calls it. Readers never see it.")
    )
    placement = models.CharField(_("placement"), max_length=20)
    issue = models.ForeignKey(
        Issue,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="bookings",
        verbose_name=_("issue"),
        help_text=_("In print: which issue it stands in."),
    )
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    share = models.PositiveSmallIntegerField(
        _("share"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("On readers’ pages: on how many of a hundred pages it stands."),
    )
    cap = models.PositiveIntegerField(
        _("cap"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("After how many impressions it is shown no more. Left empty: none."),
    )
    rate_minor = models.PositiveIntegerField(_("rate"), default=0)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    rate_per = models.CharField(_("rate is"), max_length=8, choices=Per, default=Per.FLAT)
    copy_deadline_on = models.DateField(
        _("copy deadline"), help_text=_("The day by which what is to be shown has to be here.")
    )
    note = models.TextField(_("note"), blank=True, help_text=_("What was agreed, for the office."))
    stopped_at = models.DateTimeField(_("stopped at"), null=True, editable=False)

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        ordering = ("starts_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    issue__isnull=True,
                    starts_on__isnull=False,
                    ends_on__gte=F("starts_on"),
                    share__gte=1,
                    share__lte=100,
                )
                | Q(
                    issue__isnull=False,
                    starts_on__isnull=True,
                    ends_on__isnull=True,
                    share__isnull=True,
                    cap__isnull=True,
                ),
                name="booking_is_for_days_or_for_an_issue",
                violation_error_message=_(
                    "A booking on readers’ pages has a first day, a last day that is not before its "
                    "first, and a share from 1 to 100; one in print has an issue, and none of these."
                ),
            ),
        )
        indexes = (
            models.Index(
                fields=("title", "placement", "starts_on", "ends_on"), name="booking_on_a_day"
            ),
        )

    def __str__(self) -> str:
        """Return who booked what."""
        return f"{self.advertiser}: {self.name}"

    @property
    def place(self) -> Placement | None:
        """The placement, None if it has been done away with."""
        return placements.named(self.placement)

    @property
    def place_label(self) -> str:
        """What the placement is called."""
        place = self.place
        return str(place.label) if place else self.placement

    @property
    def is_print(self) -> bool:
        """Whether it stands on paper."""
        return self.issue_id is not None

    def state(self, day: date, shown: int = 0) -> State:
        """Return how it stands on a day, after so many impressions."""
        if self.stopped_at:
            return self.State.STOPPED
        if self.issue is not None:
            out = self.issue.state == Issue.State.ON_SALE
            return self.State.OVER if out else self.State.COMING
        assert self.starts_on
        assert self.ends_on
        if day > self.ends_on:
            return self.State.OVER
        if self.cap is not None and shown >= self.cap:
            return self.State.FULL
        return self.State.COMING if day < self.starts_on else self.State.RUNNING

    @property
    def rate(self) -> Money:
        """The rate that was agreed, and its currency."""
        return Money(self.rate_minor, self.currency)

    def due(self, impressions: int) -> Money:
        """Return what it comes to after so many impressions."""
        if self.rate_per == self.Per.THOUSAND:
            return Money(half_even(self.rate_minor * impressions, THOUSAND), self.currency)
        return self.rate
