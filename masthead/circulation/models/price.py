"""Prices that change for who has an offer already, and what payers say to that."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from masthead.circulation.models.offer import OfferVersion
from masthead.circulation.models.subscription import Subscription
from masthead.money import Money
from masthead.payments.append_only import AppendOnly


class PriceChange(models.Model):
    """A publisher decided that older versions of an offer renew under a newer one, from a day on.

    What they cost is the newer version's word, for each charge that is made on that day or after
    it. See `circulation.price_changes`.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    to = models.ForeignKey(OfferVersion, on_delete=models.PROTECT, related_name="price_changes")
    from_on = models.DateField(_("from"))
    decided_at = models.DateTimeField(_("decided at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("taken back at"), null=True)

    class Meta:
        verbose_name = _("change of price")
        verbose_name_plural = _("changes of price")
        ordering = ["-decided_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["to"],
                condition=Q(withdrawn_at=None),
                name="one_standing_price_change_to_a_version",
            ),
        ]

    def __str__(self) -> str:
        """Return to what, and from when."""
        return f"{self.to}: {self.from_on.isoformat()}"


class PriceConsent(AppendOnly):
    """A payer agreed that their subscription renews at the price of a newer version.

    ``words`` are those that they saw, ``minor`` is the sum in them.
    """

    subscription = models.ForeignKey(
        Subscription, on_delete=models.PROTECT, related_name="price_consents"
    )
    version = models.ForeignKey(OfferVersion, on_delete=models.PROTECT, related_name="+")
    minor = models.BigIntegerField(_("price"))
    currency = models.CharField(_("currency"), max_length=3)
    words = models.TextField(_("agreed to"))
    agreed_at = models.DateTimeField(_("agreed at"))

    class Meta:
        verbose_name = _("agreement to a price")
        verbose_name_plural = _("agreements to prices")
        ordering = ["agreed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subscription", "version", "minor"], name="a_price_is_agreed_to_once"
            ),
            models.CheckConstraint(condition=~Q(words=""), name="price_is_agreed_to_in_words"),
        ]

    def __str__(self) -> str:
        """Return to which."""
        return str(self.money)

    @property
    def money(self) -> Money:
        """The sum that was agreed to."""
        return Money(self.minor, self.currency)
