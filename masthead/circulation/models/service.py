"""What was served, and what was taken back, added or held: facts, each written once."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from masthead.circulation.models.subscription import Subscription, Term
from masthead.editorial.models import Issue
from masthead.money import Money
from masthead.payments.append_only import AppendOnly
from masthead.payments.models import Attempt


class ServiceRecord(AppendOnly):
    """One issue served to one subscription, with what an auditor asks, as it was at that moment.

    ``copies`` is how many of those owed it used up: two for a double issue, none for a free
    special or a replacement. ``earned`` is the net it earned, by component, in minor units;
    ``price_per_copy`` the net price of a copy of its term. Country and region are where a
    printed one went, else where the order came from; nothing in it names anybody.
    """

    class Kind(models.TextChoices):
        """On what account it was served."""

        PAID = "paid", _("Paid")
        BACK = "back", _("Back copy")
        GRACE = "grace", _("Grace")
        COMPLIMENTARY = "comp", _("Complimentary")
        REPLACEMENT = "replacement", _("Replacement")

    subscription = models.ForeignKey(
        Subscription, on_delete=models.PROTECT, related_name="service_records"
    )
    term = models.ForeignKey(
        Term, null=True, on_delete=models.PROTECT, related_name="service_records"
    )
    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="service_records")
    kind = models.CharField(_("kind"), max_length=11, choices=Kind)
    copies = models.PositiveSmallIntegerField(_("copies"))
    is_printed = models.BooleanField(_("in print"), default=False)
    served_at = models.DateTimeField(_("served at"))
    earned = models.JSONField(_("earned"), default=dict)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    price_per_copy = models.PositiveIntegerField(_("price of a copy"), default=0)
    source_key = models.CharField(_("source key"), max_length=40, blank=True)
    is_gift = models.BooleanField(_("gift"), default=False)
    country = models.CharField(_("country"), max_length=2, blank=True)
    region = models.CharField(_("region"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("copy served")
        verbose_name_plural = _("copies served")
        ordering = ["served_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subscription", "issue"],
                condition=~Q(kind="replacement"),
                name="an_issue_is_served_once",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["paid", "back"], term__isnull=False)
                | ~Q(kind__in=["paid", "back"]),
                name="paid_copies_are_of_a_term",
            ),
        ]
        indexes = [models.Index(fields=["issue", "kind"], name="service_by_issue")]

    def __str__(self) -> str:
        """Return what was served to whom."""
        return f"{self.subscription}: {self.issue}"


class Deduction(AppendOnly):
    """Copies that are not to be served after all.

    Of a term: paid back (`cancelled`), served in grace already (`recouped`), or moved to another
    term (`moved`). Without one: copies of grace that nobody will pay for (`written-off`).
    ``minor`` is what they were worth, tax included. ``occasion`` keeps it to one time.
    """

    class Kind(models.TextChoices):
        """Why."""

        CANCELLED = "cancelled", _("Paid back")
        RECOUPED = "recouped", _("Served in grace")
        MOVED = "moved", _("Moved to another term")
        WRITTEN_OFF = "written-off", _("Written off")

    subscription = models.ForeignKey(
        Subscription, on_delete=models.PROTECT, related_name="deductions"
    )
    term = models.ForeignKey(Term, null=True, on_delete=models.PROTECT, related_name="deductions")
    kind = models.CharField(_("kind"), max_length=11, choices=Kind)
    copies = models.PositiveSmallIntegerField(_("copies"))
    minor = models.BigIntegerField(_("worth"), default=0)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    occasion = models.CharField(_("occasion"), max_length=120, unique=True)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("copies taken off")
        verbose_name_plural = _("copies taken off")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="written-off", term__isnull=True)
                | (~Q(kind="written-off") & Q(term__isnull=False)),
                name="copies_are_taken_off_a_term",
            ),
        ]

    def __str__(self) -> str:
        """Return how many and why."""
        return f"{self.copies}: {self.get_kind_display()}"


class EarnedTime(AppendOnly):
    """What a term that is a time had earned up to a day, net, by component."""

    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="earned_times")
    through = models.DateField(_("through"))
    earned = models.JSONField(_("earned"), default=dict)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("time served")
        verbose_name_plural = _("times served")
        ordering = ["through", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["term", "through"], name="a_day_is_earned_once"),
        ]

    def __str__(self) -> str:
        """Return up to when."""
        return self.through.isoformat()


class Refund(AppendOnly):
    """Money that was promised back for a term, and why; its `attempt` brings it there.

    ``parts`` are what of each component, with the tax in it. Goodwill leaves the copies owed;
    the others take them off. ``request`` is the one-time key of the form: a double click is one.
    """

    class Kind(models.TextChoices):
        """Why."""

        MONEY_BACK = "money-back", _("Money back")
        CANCELLED = "cancelled", _("Cancelled, the rest paid back")
        WITHDRAWN = "withdrawn", _("Withdrawn from by law")
        GOODWILL = "goodwill", _("Goodwill")
        CHARGED_BACK = "charged-back", _("Payment reversed")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="refunds")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    parts = models.JSONField(_("of"))
    attempt = models.OneToOneField(
        Attempt, null=True, on_delete=models.PROTECT, related_name="promised_as"
    )
    request = models.UUIDField(editable=False)
    asked_at = models.DateTimeField(_("asked at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["request", "term"], name="one_refund_per_request"),
            models.CheckConstraint(condition=Q(minor__gte=0), name="refund_is_not_below_nought"),
        ]

    def __str__(self) -> str:
        """Return how much."""
        return f"{self.get_kind_display()}: {Money(self.minor, self.currency)}"


class Extension(AppendOnly):
    """Copies added for nothing, for a claim or as goodwill; nobody owes money for them."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subscription = models.ForeignKey(
        Subscription, on_delete=models.PROTECT, related_name="extensions"
    )
    copies = models.PositiveSmallIntegerField(_("copies"))
    reason = models.CharField(_("reason"), max_length=200)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("copies added")
        verbose_name_plural = _("copies added")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(copies__gt=0), name="extension_adds_copies"),
            models.CheckConstraint(condition=~Q(reason=""), name="extension_has_a_reason"),
        ]

    def __str__(self) -> str:
        """Return how many."""
        return f"+{self.copies}"


class Hold(models.Model):
    """A pause: issues that go on sale during it are not served, and none is lost.

    It begins with the first issue after ``starts_on`` whose labels are not printed yet. Reading
    on the web goes on. With ``first_sequence`` it is for that issue and those up to
    ``last_sequence``, on whatever day they come out.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="holds")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, help_text=_("The last day of it."))
    first_sequence = models.PositiveIntegerField(_("first issue"), null=True)
    last_sequence = models.PositiveIntegerField(_("last issue"), null=True)
    asked_at = models.DateTimeField(_("asked at"))
    lifted_at = models.DateTimeField(_("lifted at"), null=True)

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
                name="hold_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(first_sequence=None, last_sequence=None)
                | Q(first_sequence__isnull=False, last_sequence=None)
                | Q(
                    first_sequence__isnull=False,
                    last_sequence__isnull=False,
                    last_sequence__gte=models.F("first_sequence"),
                ),
                name="hold_is_for_days_or_issues",
            ),
        ]

    def __str__(self) -> str:
        """Return since when."""
        return self.starts_on.isoformat()

    def holds_back(self, sequence: int, day: date, at: datetime) -> bool:
        """Say whether it keeps an issue back that comes out on a day, as things stood at `at`."""
        if self.asked_at > at or (self.lifted_at and self.lifted_at <= at):
            return False
        if self.first_sequence is None:
            return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)
        last = self.last_sequence
        return self.first_sequence <= sequence and (last is None or sequence <= last)


class Notice(AppendOnly):
    """A letter that law or our word asks for, once the mail server had taken it.

    What has no notice on record was not told: a renewal without one is not charged. Such
    letters name nobody, so that the record may stay when a reader is erased.
    """

    class Kind(models.TextChoices):
        """What about."""

        WELCOME = "welcome", _("Confirmation of an order")
        RENEWAL = "renewal", _("Reminder of a renewal")
        RECEIPT = "receipt", _("Receipt")
        PAYMENT_FAILED = "payment-failed", _("A payment failed")
        MONEY_BACK = "money-back", _("Money back")
        STOPPED = "stopped", _("Renewal stopped")
        CANCELLED = "cancelled", _("Cancelled")
        WITHDRAWN = "withdrawn", _("Withdrawal received")
        PRICE = "price", _("Change of price")
        YEARLY = "yearly", _("Yearly reminder")
        FOLD = "fold", _("A title folds")
        FOLDED = "folded", _("A title has folded")
        OWED = "owed", _("Reminder of an invoice")

    subscription = models.ForeignKey(
        Subscription, null=True, on_delete=models.PROTECT, related_name="notices"
    )
    term = models.ForeignKey(Term, null=True, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    occasion = models.CharField(_("occasion"), max_length=120, unique=True)
    sent_at = models.DateTimeField(_("sent at"))
    words = models.TextField(_("words"))

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["sent_at", "pk"]

    def __str__(self) -> str:
        """Return what about."""
        return self.get_kind_display()
