"""Disputes: a payer's bank takes a payment back until it is known who is right."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from masthead.money import Money
from masthead.payments.models.attempt import Attempt


class DisputeQuerySet(models.QuerySet["Dispute"]):
    """Sets of disputes."""

    def holding(self) -> DisputeQuerySet:
        """Return those that are open and hold money back; a question of a bank holds none."""
        return self.filter(state=Dispute.State.OPEN, minor__gt=0)


class Dispute(models.Model):
    """A charge that its payer's bank asks back; ``minor`` is what is held back meanwhile."""

    class State(models.TextChoices):
        """How it stands."""

        OPEN = "open", _("Open")
        WON = "won", _("Won: the money is ours")
        LOST = "lost", _("Lost: the payer has it")

    charge = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="disputes")
    provider = models.CharField(_("provider"), max_length=40)
    provider_ref = models.CharField(_("provider’s reference"), max_length=200)
    state = models.CharField(_("state"), max_length=4, choices=State, default=State.OPEN)
    minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    reason = models.CharField(_("reason"), max_length=100, blank=True)
    opened_at = models.DateTimeField(_("opened at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)

    objects = DisputeQuerySet.as_manager()

    class Meta:
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "provider_ref"], name="one_dispute_per_provider_reference"
            ),
        ]

    def __str__(self) -> str:
        """Return what it is about."""
        return f"{self.get_state_display()}: {self.money}"

    @property
    def money(self) -> Money:
        """What is held back."""
        return Money(self.minor, self.currency)
