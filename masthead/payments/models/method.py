"""Ways to pay that a payer left with a provider for next time."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Method(models.Model):
    """A card or mandate, kept by its provider; we know its name there and how to call it.

    ``label`` is what the payer knows it by, such as “Visa •••• 4242”.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    payer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="payment_methods"
    )
    provider = models.CharField(_("provider"), max_length=40)
    customer_ref = models.CharField(_("customer there"), max_length=200, blank=True)
    provider_ref = models.CharField(_("provider’s reference"), max_length=200)
    label = models.CharField(_("called"), max_length=60, blank=True)
    expires_on = models.DateField(_("good until"), null=True)
    added_at = models.DateTimeField(_("added at"))
    gone_at = models.DateTimeField(_("out of use since"), null=True)

    class Meta:
        verbose_name = _("way to pay")
        verbose_name_plural = _("ways to pay")
        ordering = ["-added_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "provider_ref"], name="one_method_per_provider_reference"
            ),
        ]

    def __str__(self) -> str:
        """Return what the payer knows it by."""
        return self.label or self.provider
