"""Subscriptions, orders and terms: who is owed what, and for which money."""

from __future__ import annotations

import uuid
from functools import cached_property

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from masthead.circulation import deals
from masthead.circulation.deals import Deal, Part
from masthead.circulation.models.offer import DiscountCode, OfferVersion
from masthead.editorial.models import Title
from masthead.money import Money
from masthead.payments.append_only import AppendOnly
from masthead.people.models import User


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    """Sets of subscriptions."""

    def running(self) -> SubscriptionQuerySet:
        """Return those that have not been ended before their time."""
        return self.filter(ended_at=None)

    def of(self, person: User) -> SubscriptionQuerySet:
        """Return those that somebody reads or pays for."""
        return self.filter(Q(reader=person) | Q(payer=person))


class Subscription(models.Model):
    """Somebody who gets a title, and who pays for it.

    ``reader`` reads, at their address for post; ``payer`` pays, and gets money back. They are
    the same but for gifts. ``stopped_at``: no further term is to be charged, what is paid is
    served. ``ended_at``: nothing more is served. Both are acts; whether it is active, in grace or
    over is worked out from what was served (`circulation.standing`).
    """

    class Ended(models.TextChoices):
        """Why it ended before it was served out."""

        MONEY_BACK = "money-back", _("Money back")
        CANCELLED = "cancelled", _("Cancelled, the rest paid back")
        WITHDRAWN = "withdrawn", _("Withdrawn from by law")
        CHARGED_BACK = "charged-back", _("Payment reversed")
        UPGRADED = "upgraded", _("Went over to another")
        FOLDED = "folded", _("The title folded")
        GIVEN_UP = "given-up", _("The reader is gone")
        NOT_PAID = "not-paid", _("Never paid for")
        STAFF = "staff", _("By staff")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.ForeignKey(Title, on_delete=models.PROTECT, related_name="subscriptions")
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="subscriptions"
    )
    payer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="paid_subscriptions"
    )
    opened_at = models.DateTimeField(_("opened at"))
    stopped_at = models.DateTimeField(_("renewal stopped at"), null=True)
    legacy_number = models.CharField(
        _("number it had before"), max_length=40, blank=True, editable=False
    )
    leaves_print_at = models.DateTimeField(
        _("print left out from the next term, said at"), null=True
    )
    ended_at = models.DateTimeField(_("ended at"), null=True)
    ended_why = models.CharField(_("ended by"), max_length=12, choices=Ended, blank=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_why="")
                | Q(ended_at__isnull=False) & ~Q(ended_why=""),
                name="subscription_ended_for_a_reason",
            ),
            models.UniqueConstraint(
                fields=["title", "legacy_number"],
                condition=~Q(legacy_number=""),
                name="one_subscription_per_number_of_before",
            ),
        ]

    def __str__(self) -> str:
        """Return its number."""
        return self.number

    @property
    def number(self) -> str:
        """The number on labels and letters."""
        return f"S{self.pk:07d}"


class Order(models.Model):
    """Somebody asked for an offer; once it is paid it has a term.

    What it costs is fixed here, with its taxes, as it was shown. ``request`` is the one-time
    key of the form. ``agreed_to`` are the words about renewal that were agreed to, None where
    it does not renew.
    """

    class Kind(models.TextChoices):
        """What for."""

        NEW = "new", _("New")
        RENEWAL = "renewal", _("Renewal")
        GIFT = "gift", _("Gift")
        UPGRADE = "upgrade", _("Change of offer")
        AGENCY = "agency", _("By an agency")
        COMPLIMENTARY = "complimentary", _("Complimentary")
        FOLDED = "folded", _("Moved from a title that folded")
        IMPORTED = "imported", _("Taken over from before")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=13, choices=Kind, default=Kind.NEW)
    version = models.ForeignKey(OfferVersion, on_delete=models.PROTECT, related_name="orders")
    payer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="orders"
    )
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="orders_for",
    )
    subscription = models.ForeignKey(
        Subscription, null=True, on_delete=models.PROTECT, related_name="orders"
    )
    renews = models.ForeignKey(
        "circulation.Term", null=True, on_delete=models.PROTECT, related_name="renewal_orders"
    )
    minor = models.BigIntegerField(_("price"))
    currency = models.CharField(_("currency"), max_length=3)
    parts = models.JSONField(_("for"))
    with_print = models.BooleanField(_("with the print edition"), default=False)
    country = models.CharField(_("country"), max_length=2)
    discount = models.ForeignKey(
        DiscountCode, null=True, on_delete=models.PROTECT, related_name="orders"
    )
    source_key = models.CharField(_("source key"), max_length=40, blank=True)
    provider = models.CharField(_("paid by"), max_length=40)
    agreed_to = models.TextField(_("agreed to"), blank=True)
    request = models.UUIDField(unique=True, editable=False)
    ordered_at = models.DateTimeField(_("ordered at"))
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True)

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ["-ordered_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(minor__gte=0), name="order_costs_nought_or_more"),
            models.UniqueConstraint(
                fields=["renews"],
                condition=Q(cancelled_at=None, kind="renewal"),
                name="one_standing_renewal_of_a_term",
            ),
        ]

    def __str__(self) -> str:
        """Return what was ordered."""
        return f"{self.version.deal.name}: {self.money}"

    @property
    def reference(self) -> str:
        """What payments knows it by."""
        return f"order:{self.key}"

    @property
    def money(self) -> Money:
        """What it costs."""
        return Money(self.minor, self.currency)


class Term(AppendOnly):
    """What one payment bought: so many copies, or a time; it never changes.

    How many are left is worked out from what was served of it and what was taken back
    (`circulation.standing`). ``first_sequence`` is the first issue it may be served with.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="terms")
    sequence = models.PositiveSmallIntegerField(_("term"))
    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="term")
    version = models.ForeignKey(OfferVersion, on_delete=models.PROTECT, related_name="terms")
    renews = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="renewed_by"
    )
    copies = models.PositiveSmallIntegerField(_("copies"), default=0)
    starts_at = models.DateTimeField(_("from"), null=True)
    ends_at = models.DateTimeField(_("until"), null=True)
    minor = models.BigIntegerField(_("paid"))
    currency = models.CharField(_("currency"), max_length=3)
    parts = models.JSONField(_("for"))
    with_print = models.BooleanField(_("with the print edition"), default=False)
    first_sequence = models.PositiveIntegerField(_("first issue"))
    opened_at = models.DateTimeField(_("opened at"))

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ["subscription", "sequence"]
        constraints = [
            models.UniqueConstraint(
                fields=["subscription", "sequence"], name="one_term_per_sequence"
            ),
            models.CheckConstraint(
                condition=Q(copies__gt=0, starts_at=None, ends_at=None)
                | Q(copies=0, starts_at__isnull=False, ends_at__gt=models.F("starts_at")),
                name="term_is_copies_or_a_time",
            ),
        ]

    def __str__(self) -> str:
        """Return which one of which subscription."""
        return f"{self.subscription} / {self.sequence}"

    @cached_property
    def deal(self) -> Deal:
        """What it was sold under."""
        return self.version.deal

    @cached_property
    def components(self) -> tuple[Part, ...]:
        """What was paid for what."""
        return deals.parts_from_json(self.parts)

    @property
    def money(self) -> Money:
        """What was paid."""
        return Money(self.minor, self.currency)
