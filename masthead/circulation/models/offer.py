"""Offers: what the editor of an offer writes, and what was published of it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from masthead.circulation.deals import Deal
from masthead.editorial.models import Title
from masthead.payments.append_only import AppendOnly


class OfferQuerySet(models.QuerySet["Offer"]):
    """Sets of offers."""

    def on_sale(self) -> OfferQuerySet:
        """Return those that readers can take up, in their order."""
        return self.filter(is_on_sale=True).order_by("sort_order", "pk")


class Offer(models.Model):
    """An offer while it is written; readers see its newest published version.

    See `circulation.offers` for publishing and withdrawing it.
    """

    class Basis(models.TextChoices):
        """What is sold."""

        COPIES = "copies", _("Copies")
        PERIOD = "period", _("A time")

    class Start(models.TextChoices):
        """With which issue it begins."""

        CURRENT = "current", _("With the issue on sale")
        NEXT = "next", _("With the next issue")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.ForeignKey(
        Title, on_delete=models.PROTECT, related_name="offers", verbose_name=_("title")
    )
    slug = models.SlugField(
        _("address"), unique=True, help_text=_("As in /subscribe/<address>/; keep it for ever.")
    )
    name = models.CharField(_("name"), max_length=80)
    pitch = models.TextField(
        _("pitch"), max_length=400, blank=True, help_text=_("A sentence or two to readers.")
    )
    basis = models.CharField(_("sells"), max_length=6, choices=Basis, default=Basis.COPIES)
    copies = models.PositiveSmallIntegerField(_("copies"), default=0)
    months = models.PositiveSmallIntegerField(_("months"), default=0)
    starts = models.CharField(_("begins"), max_length=7, choices=Start, default=Start.NEXT)
    renews = models.BooleanField(_("renews until stopped"), default=True)
    renew_at = models.PositiveSmallIntegerField(
        _("renews with so many copies left"),
        default=2,
        help_text=_("Where a time is sold: so many weeks before its end."),
    )
    notice_days = models.PositiveSmallIntegerField(
        _("days of notice"),
        default=14,
        validators=[MinValueValidator(7)],
        help_text=_("Between the reminder and the charge; never fewer than seven."),
    )
    grace_copies = models.PositiveSmallIntegerField(
        _("copies of grace"),
        default=0,
        help_text=_(
            "Served after the last while a renewal is on its way, and taken off it. Where a time is "
            "sold: so many days."
        ),
    )
    price_may_change = models.BooleanField(
        _("price of renewals may change"),
        default=False,
        help_text=_(
            "Readers agree to that as they order: you tell them weeks before, and they may stop. "
            "Without it they are asked before they pay more."
        ),
    )
    print_is_included = models.BooleanField(_("print edition is in the price"), default=False)
    pays_later = models.BooleanField(
        _("may be paid later"),
        default=False,
        help_text=_("It begins at once, and an invoice is mailed."),
    )
    credit_copies = models.PositiveSmallIntegerField(
        _("copies before the money"),
        default=2,
        help_text=_(
            "Where it is paid later: after so many, nothing more is served until it is paid."
        ),
    )
    credit_days = models.PositiveSmallIntegerField(
        _("days to pay"),
        default=30,
        help_text=_("They stand on the invoice. So many days after it was suspended, it ends."),
    )
    credit_countries = models.CharField(
        _("countries for paying later"),
        max_length=200,
        blank=True,
        help_text=_("Two letters each, such as: DE AT CH."),
    )
    is_on_sale = models.BooleanField(_("on sale"), default=False, editable=False)
    sort_order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering = ["sort_order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(basis="copies", copies__gt=0, months=0)
                | Q(basis="period", months__gt=0, copies=0),
                name="offer_sells_copies_or_a_time",
                violation_error_message=_(
                    "Say how many copies are sold, or how many months; one of them, not both."
                ),
            ),
        ]

    def __str__(self) -> str:
        """Return its name."""
        return self.name


class OfferPrice(models.Model):
    """What an offer costs in one currency, in minor units, tax included."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="prices")
    currency = models.CharField(_("currency"), max_length=3, help_text=_("Such as EUR."))
    minor = models.PositiveIntegerField(
        _("price"), help_text=_("In cents, or whatever is smallest.")
    )
    introductory = models.PositiveIntegerField(
        _("introductory price"), null=True, blank=True, help_text=_("For somebody’s first term.")
    )
    print_extra = models.PositiveIntegerField(
        _("print edition"), null=True, blank=True, help_text=_("What it costs on top.")
    )

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["offer", "currency"], name="one_price_per_currency"),
        ]

    def __str__(self) -> str:
        """Return the amount."""
        return f"{self.minor} {self.currency}"


class OfferShare(models.Model):
    """How much of an offer's price is for one component, for taxes and the books."""

    class Component(models.TextChoices):
        """What is sold in one price."""

        PRINT = "print", _("Print edition")
        DIGITAL = "digital", _("Digital edition")
        AUDIO = "audio", _("Audio")

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="shares")
    component = models.CharField(_("component"), max_length=7, choices=Component)
    weight = models.PositiveSmallIntegerField(
        _("share"), help_text=_("Against the others: 3 and 1 are three quarters and a quarter.")
    )

    class Meta:
        verbose_name = _("share")
        verbose_name_plural = _("shares")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["offer", "component"], name="one_share_per_component"),
        ]

    def __str__(self) -> str:
        """Return what of."""
        return self.get_component_display()


class OfferPromise(models.Model):
    """One line of an offer, of a kind that `circulation.promises` knows how to keep."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="promises")
    kind = models.CharField(_("promise"), max_length=40)
    spec = models.JSONField(_("in figures"), default=dict, blank=True)
    sort_order = models.PositiveSmallIntegerField(_("order"), default=0)
    starts_on = models.DateField(
        _("from"), null=True, blank=True, help_text=_("Until then readers see it as announced.")
    )

    class Meta:
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        ordering = ["sort_order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["offer", "kind"], name="one_promise_of_a_kind"),
        ]

    def __str__(self) -> str:
        """Return its kind."""
        return self.kind


class OfferVersion(AppendOnly):
    """An offer as it was published: what a term was sold under stays what it was."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    spec = models.JSONField(_("says"))
    published_at = models.DateTimeField(_("published at"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("version of an offer")
        verbose_name_plural = _("versions of offers")
        ordering = ["offer", "number"]
        constraints = [
            models.UniqueConstraint(fields=["offer", "number"], name="one_version_per_number"),
        ]

    def __str__(self) -> str:
        """Return name and number."""
        return f"{self.deal.name} ({self.number})"

    @property
    def deal(self) -> Deal:
        """What it says."""
        return Deal.from_json(self.spec)


class DiscountCode(models.Model):
    """A word that makes an offer cheaper, typed at the checkout.

    It counts in the first ``terms`` terms of a subscription. ``thousandths`` are taken off the
    price: 250 is a quarter. Of first orders ``most_uses`` have it, gifts among them; renewals and
    what is added to a term are no uses (`pricing.is_used_up()`).
    """

    offer = models.ForeignKey(
        Offer, on_delete=models.CASCADE, related_name="discount_codes", verbose_name=_("offer")
    )
    code = models.CharField(_("code"), max_length=40, unique=True)
    thousandths = models.PositiveSmallIntegerField(
        _("off, in thousandths"), help_text=_("250 takes a quarter off.")
    )
    terms = models.PositiveSmallIntegerField(_("terms"), default=1)
    most_uses = models.PositiveIntegerField(_("most uses"), null=True, blank=True)
    starts_at = models.DateTimeField(_("from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("discount code")
        verbose_name_plural = _("discount codes")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(thousandths__gt=0, thousandths__lte=1000),
                name="discount_takes_something_off",
            ),
            models.CheckConstraint(condition=Q(terms__gt=0), name="discount_is_for_some_term"),
        ]

    def __str__(self) -> str:
        """Return the code."""
        return self.code
