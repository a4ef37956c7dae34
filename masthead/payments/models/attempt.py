"""Attempts to move money, and what providers were seen to say of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from masthead.money import Money
from masthead.payments.append_only import AppendOnly
from masthead.payments.models.method import Method


class AttemptQuerySet(models.QuerySet["Attempt"]):
    """Sets of attempts."""

    def unsettled(self) -> AttemptQuerySet:
        """Return those of which nobody knows yet how they end."""
        return self.filter(state__in=Attempt.OPEN)

    def to_be_sent_by_hand(self, ways: Iterable[str]) -> AttemptQuerySet:
        """Return the refunds of some ways to pay that wait for somebody to send them."""
        return self.filter(kind="refund", state="waiting", provider__in=ways)

    def due_for_a_look(self, at: datetime) -> AttemptQuerySet:
        """Return the unsettled ones that were written down before that moment, oldest first."""
        return self.unsettled().filter(created_at__lte=at).order_by("created_at", "pk")


class Attempt(models.Model):
    """One intended movement of money, written down before any provider hears of it.

    ``key`` is the idempotency key and what the provider is given to know it by, so that a lost
    reply never becomes a second charge. ``reference`` says what for, in the words of who asked
    (`order:<uuid>`), ``description`` the same for the payer. ``request`` is the one-time key of
    the form that asked: a double click is one attempt. ``provider_ref`` is the provider's name for
    it; of a payment that the payer makes (``with_payer``) it is that of the page until it is paid.
    A refund names its ``charge``.

    States: `created` (nobody was called), `sent`, `waiting` (for the payer or a bank),
    `unknown` (no reply: never shown as failed), `succeeded`, `failed`, `dropped` (given up
    before it was sent). `payments.attempts` moves them, by what providers are observed to say.
    """

    class Kind(models.TextChoices):
        """Which way the money goes."""

        CHARGE = "charge", _("Charge")
        REFUND = "refund", _("Refund")

    class State(models.TextChoices):
        """How far it has come."""

        CREATED = "created", _("Written down")
        SENT = "sent", _("Sent")
        WAITING = "waiting", _("Waiting for the payment")
        UNKNOWN = "unknown", _("Not known yet")
        SUCCEEDED = "succeeded", _("Done")
        FAILED = "failed", _("Failed")
        DROPPED = "dropped", _("Given up")

    class Origin(models.TextChoices):
        """Who began it."""

        OURS = "ours", _("Masthead")
        PROVIDER = "provider", _("At the provider")

    OPEN = ("created", "sent", "waiting", "unknown")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.CREATED)
    origin = models.CharField(_("begun"), max_length=8, choices=Origin, default=Origin.OURS)
    provider = models.CharField(_("provider"), max_length=40)
    provider_ref = models.CharField(_("provider’s reference"), max_length=200, null=True)  # noqa: DJ001 - unique where there is one
    minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    reference = models.CharField(_("for"), max_length=120, db_index=True)
    charge = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="refunds", verbose_name=_("of")
    )
    payer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="attempts",
        verbose_name=_("payer"),
    )
    method = models.ForeignKey(
        Method, null=True, on_delete=models.PROTECT, related_name="attempts", verbose_name=_("by")
    )
    description = models.CharField(_("description"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=35, default="en")
    keeps_method = models.BooleanField(_("keeps the way to pay"), default=False)
    with_payer = models.BooleanField(_("payer at hand"), default=False)
    request = models.UUIDField(null=True, unique=True, editable=False)
    problem = models.CharField(_("problem"), max_length=60, blank=True)
    next_url = models.URLField(max_length=2000, blank=True, editable=False)
    created_at = models.DateTimeField(_("written down at"))
    sent_at = models.DateTimeField(_("sent at"), null=True)
    expires_at = models.DateTimeField(_("expires at"), null=True)
    settled_at = models.DateTimeField(_("settled at"), null=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("movement of money")
        verbose_name_plural = _("movements of money")
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(minor__gt=0), name="attempt_moves_something"),
            models.CheckConstraint(
                condition=Q(kind="refund", charge__isnull=False)
                | Q(kind="charge", charge__isnull=True),
                name="refund_names_its_charge",
            ),
            models.UniqueConstraint(
                fields=["provider", "provider_ref"], name="one_attempt_per_provider_reference"
            ),
        ]

    def __str__(self) -> str:
        """Return what it moves."""
        return f"{self.get_kind_display()}: {self.money}"

    @property
    def money(self) -> Money:
        """How much."""
        return Money(self.minor, self.currency)

    @property
    def is_settled(self) -> bool:
        """Whether it is known how it ended."""
        return self.state not in self.OPEN


class Observation(AppendOnly):
    """What a provider was seen to say of an attempt, each time that it said something new."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="observations")
    status = models.CharField(_("status"), max_length=20)
    provider_ref = models.CharField(_("provider’s reference"), max_length=200, blank=True)
    minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    problem = models.CharField(_("problem"), max_length=60, blank=True)
    at = models.DateTimeField(_("seen at"))
    by_way_of = models.CharField(_("by way of"), max_length=20)

    class Meta:
        verbose_name = _("observation")
        verbose_name_plural = _("observations")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        """Return what was said."""
        return self.status
