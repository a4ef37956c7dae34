"""Issues that are sold by themselves: what one costs, and each copy that was bought."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from masthead.circulation import deals
from masthead.circulation.deals import Part
from masthead.editorial.models import Issue
from masthead.money import Money
from masthead.payments.models import Attempt


class SinglePrice(models.Model):
    """What one issue costs by itself, printed or to be read on a screen, in one currency.

    In minor units, taxes and postage included. Where an edition has no price it is not sold.
    """

    class Edition(models.TextChoices):
        """As what it is sold."""

        PRINT = "print", _("Printed copy")
        DIGITAL = "digital", _("To read on a screen")

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="single_prices")
    edition = models.CharField(_("edition"), max_length=7, choices=Edition)
    currency = models.CharField(_("currency"), max_length=3)
    minor = models.PositiveIntegerField(_("price"))

    class Meta:
        verbose_name = _("price of a single copy")
        verbose_name_plural = _("prices of single copies")
        # Printed ones first.
        ordering = ["issue", "-edition", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["issue", "edition", "currency"], name="one_single_price_per_currency"
            ),
            models.CheckConstraint(condition=Q(minor__gt=0), name="single_copy_costs_something"),
        ]

    def __str__(self) -> str:
        """Return the amount."""
        return str(self.money)

    @property
    def money(self) -> Money:
        """How much it is."""
        return Money(self.minor, self.currency)


class SingleCopyQuerySet(models.QuerySet["SingleCopy"]):
    """Sets of single copies."""

    def unpaid(self) -> SingleCopyQuerySet:
        """Return those whose money is awaited."""
        return self.filter(paid_at=None, given_up_at=None)

    def kept(self) -> SingleCopyQuerySet:
        """Return those that are paid for and were neither paid back nor given up."""
        return self.filter(paid_at__isnull=False, returned_at=None, given_up_at=None)

    def to_read(self) -> SingleCopyQuerySet:
        """Return those that let somebody read an issue, for ever."""
        return self.kept().filter(edition=SinglePrice.Edition.DIGITAL)

    def owed(self) -> SingleCopyQuerySet:
        """Return those whose money is deferred: printed, paid for, and not with the post yet."""
        return self.kept().filter(earned_at=None)

    def to_send(self) -> SingleCopyQuerySet:
        """Return the printed ones that are to have a label."""
        return self.owed().filter(edition=SinglePrice.Edition.PRINT, label=None)

    def in_store(self) -> SingleCopyQuerySet:
        """Return the printed ones that still lie in the store, and are somebody's."""
        return self.filter(
            edition=SinglePrice.Edition.PRINT, earned_at=None, returned_at=None, given_up_at=None
        )


class SingleCopy(models.Model):
    """One issue that somebody ordered by itself, and what became of it.

    What it costs is fixed when it is ordered, with its taxes, as it was shown. ``request`` is the
    one-time key of the form, ``agreed_to`` what was read and ticked beside the price. A printed one
    is set aside in the store from then on. ``earned_at`` is when it was delivered: when it could
    be read, or was handed to the post. ``given_up_at``: its money never came or
    was taken back by the payer's bank, or its reader is gone.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="single_copies")
    edition = models.CharField(_("edition"), max_length=7, choices=SinglePrice.Edition)
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="single_copies"
    )
    minor = models.BigIntegerField(_("price"))
    currency = models.CharField(_("currency"), max_length=3)
    parts = models.JSONField(_("for"))
    country = models.CharField(_("country"), max_length=2)
    provider = models.CharField(_("paid by"), max_length=40)
    agreed_to = models.TextField(_("agreed to"), blank=True)
    request = models.UUIDField(unique=True, editable=False)
    ordered_at = models.DateTimeField(_("ordered at"))
    paid_at = models.DateTimeField(_("paid at"), null=True)
    earned_at = models.DateTimeField(_("delivered at"), null=True)
    given_up_at = models.DateTimeField(_("given up at"), null=True)
    returned_at = models.DateTimeField(_("paid back at"), null=True)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    refund = models.OneToOneField(
        Attempt, null=True, on_delete=models.PROTECT, related_name="single_copy"
    )

    objects = SingleCopyQuerySet.as_manager()

    class Meta:
        verbose_name = _("single copy")
        verbose_name_plural = _("single copies")
        ordering = ["-ordered_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(minor__gt=0), name="single_copy_was_not_free"),
            models.CheckConstraint(
                condition=Q(earned_at=None) | Q(paid_at__isnull=False, earned_at__gte=F("paid_at")),
                name="single_copy_is_paid_before_it_is_delivered",
            ),
            models.CheckConstraint(
                condition=Q(returned_at=None, refund=None)
                | Q(returned_at__isnull=False, refund__isnull=False, paid_at__isnull=False),
                name="single_copy_goes_back_with_its_money",
            ),
            models.CheckConstraint(
                condition=Q(returned_at=None) | Q(given_up_at=None),
                name="single_copy_ends_one_way",
            ),
        ]
        indexes = [models.Index(fields=["issue", "edition"], name="single_copies_of_an_issue")]

    def __str__(self) -> str:
        """Return its number."""
        return self.number

    @property
    def number(self) -> str:
        """The number on labels and letters."""
        return f"C{self.pk:07d}"

    @property
    def reference(self) -> str:
        """What payments knows it by."""
        return f"single:{self.key}"

    @property
    def money(self) -> Money:
        """What it costs."""
        return Money(self.minor, self.currency)

    @property
    def is_printed(self) -> bool:
        """Whether it goes by post."""
        return self.edition == SinglePrice.Edition.PRINT

    @property
    def components(self) -> tuple[Part, ...]:
        """What was paid for what, with the tax in it."""
        return deals.parts_from_json(self.parts)
