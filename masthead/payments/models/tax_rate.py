"""Rates of tax, as the publisher has entered them."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField


class TaxRate(models.Model):
    """What tax a country (or a region of it) takes on one kind of thing, from a day on.

    ``basis_points`` are hundredths of a per cent. Masthead brings no rates of its own: they
    change, and who sells answers for them. See `payments.taxes`.
    """

    class Kind(models.TextChoices):
        """What is taxed; magazines in print, on screens and aloud are often taxed apart."""

        PRINT = "print", _("Print edition")
        DIGITAL = "digital", _("Digital edition")
        AUDIO = "audio", _("Audio")

    country = CountryField(_("country"))
    region = models.CharField(
        _("region"), max_length=10, blank=True, help_text=_("Only where regions tax by themselves.")
    )
    kind = models.CharField(_("of"), max_length=7, choices=Kind)
    basis_points = models.PositiveIntegerField(
        _("rate in hundredths of a per cent"),
        validators=[MaxValueValidator(10_000)],
        help_text=_("700 for 7 per cent."),
    )
    name = models.CharField(
        _("called"), max_length=30, help_text=_("As invoices say it: VAT, TVA, MwSt.")
    )
    from_on = models.DateField(_("from"))

    class Meta:
        verbose_name = _("rate of tax")
        verbose_name_plural = _("rates of tax")
        ordering = ["country", "region", "kind", "-from_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "region", "kind", "from_on"], name="one_rate_from_a_day_on"
            ),
        ]

    def __str__(self) -> str:
        """Return where, what and how much."""
        return f"{self.country} {self.get_kind_display()}: {self.basis_points / 100:g} %"
