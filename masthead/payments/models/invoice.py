"""Invoices and credit notes: numbered without a gap, and never changed."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from masthead.money import Money
from masthead.payments.append_only import AppendOnly


class InvoiceSeries(models.Model):
    """A run of numbers. The next one is taken inside the transaction that uses it."""

    name = models.CharField(_("name"), max_length=20, primary_key=True)
    next_number = models.PositiveIntegerField(_("next number"), default=1)

    class Meta:
        verbose_name = _("series of numbers")
        verbose_name_plural = _("series of numbers")

    def __str__(self) -> str:
        """Return its name."""
        return self.name


class Invoice(AppendOnly):
    """An invoice, or a credit note that corrects one.

    ``minor`` is what is to be paid, tax included; of a credit note what is given back, above
    nought too. ``document`` is everything that is printed on it (`payments.invoices.Document`),
    as it was on that day: seller, buyer, lines, taxes. ``occasion`` is what it is for, and is
    invoiced once.
    """

    class Kind(models.TextChoices):
        """What it is."""

        INVOICE = "invoice", _("Invoice")
        CREDIT_NOTE = "credit-note", _("Credit note")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=11, choices=Kind)
    series = models.ForeignKey(InvoiceSeries, on_delete=models.PROTECT, related_name="invoices")
    number = models.PositiveIntegerField(_("number"))
    occasion = models.CharField(_("occasion"), max_length=120, unique=True)
    corrects = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="corrections"
    )
    issued_on = models.DateField(_("issued on"))
    issued_at = models.DateTimeField(_("issued at"))
    payer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="invoices"
    )
    minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    document = models.JSONField(_("document"))

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        ordering = ["-issued_at", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="one_invoice_per_number"),
            models.CheckConstraint(condition=Q(minor__gte=0), name="invoice_is_not_below_nought"),
            models.CheckConstraint(
                condition=Q(kind="invoice", corrects__isnull=True)
                | Q(kind="credit-note", corrects__isnull=False),
                name="credit_note_names_its_invoice",
            ),
        ]

    def __str__(self) -> str:
        """Return its number, as printed."""
        return self.printed_number

    @property
    def printed_number(self) -> str:
        """The number with its series, such as “2026-000042”."""
        return f"{self.series_id}-{self.number:06d}"

    @property
    def money(self) -> Money:
        """What is paid, or given back."""
        return Money(self.minor, self.currency)
