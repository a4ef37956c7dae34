"""Subscription agencies, what they order for others, and the invoices they pay it by."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from masthead.circulation.models.subscription import Order
from masthead.money import Money


class Agency(models.Model):
    """Somebody who orders for others, and pays for them, less a commission.

    ``account`` is who pays in the books: a person of the agency's mail address. ``commission`` is
    in thousandths of the price, of orders to come. One that is closed orders nothing more.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=200, unique=True)
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="agency", editable=False
    )
    address = models.TextField(_("address"), max_length=500, help_text=_("As on an envelope."))
    country = CountryField(_("country"))
    contact = models.CharField(
        _("contact"),
        max_length=200,
        blank=True,
        help_text=_("Whom to ask for, and how they are reached."),
    )
    vat_number = models.CharField(_("VAT number"), max_length=30, blank=True)
    commission = models.PositiveSmallIntegerField(
        _("commission, in thousandths"),
        validators=[MaxValueValidator(999)],
        help_text=_("Of the price: 100 is a tenth, and nine tenths are paid."),
    )
    payment_days = models.PositiveSmallIntegerField(_("days to pay"), default=30)
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(commission__lt=1000), name="agency_pays_something"),
        ]

    def __str__(self) -> str:
        """Return its name."""
        return self.name


class AgencyInvoice(models.Model):
    """One invoice to an agency for several orders, all in one currency.

    Its orders begin with it. ``minor`` is what it came to when it was written; what is owed of it
    now is what its orders still owe.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="invoices")
    minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    issued_at = models.DateTimeField(_("issued at"))
    due_on = models.DateField(_("to be paid by"))
    sent_at = models.DateTimeField(_("sent at"), null=True)

    class Meta:
        verbose_name = _("invoice to an agency")
        verbose_name_plural = _("invoices to agencies")
        ordering = ["-issued_at", "-pk"]

    def __str__(self) -> str:
        """Return who pays how much."""
        return f"{self.agency}: {self.money}"

    @property
    def reference(self) -> str:
        """What payments knows it by."""
        return f"agency:{self.key}"

    @property
    def money(self) -> Money:
        """What it came to."""
        return Money(self.minor, self.currency)


class AgencyOrder(models.Model):
    """What an agency ordered for somebody: its own number, the list price and the commission.

    The order itself is of the net price, which is what the agency pays and what is earned.
    """

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="for_agency")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="orders")
    number = models.CharField(_("agency’s number"), max_length=60)
    gross_minor = models.BigIntegerField(_("list price"))
    commission = models.PositiveSmallIntegerField(_("commission, in thousandths"))
    invoice = models.ForeignKey(
        AgencyInvoice, null=True, on_delete=models.PROTECT, related_name="orders"
    )

    class Meta:
        verbose_name = _("order of an agency")
        verbose_name_plural = _("orders of agencies")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "number"], name="one_order_per_number_of_an_agency"
            ),
        ]

    def __str__(self) -> str:
        """Return the agency and its number."""
        return f"{self.agency} {self.number}"

    @property
    def gross(self) -> Money:
        """The list price."""
        return Money(self.gross_minor, self.order.currency)
