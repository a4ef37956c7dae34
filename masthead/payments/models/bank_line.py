"""Lines of bank statements, and which payment each turned out to be."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from masthead.money import Money
from masthead.payments.models.attempt import Attempt


class BankLineQuerySet(models.QuerySet["BankLine"]):
    """Sets of lines."""

    def to_see_to(self) -> BankLineQuerySet:
        """Return those that somebody has to look at."""
        return self.exclude(state=BankLine.State.VALID).filter(seen_at=None)


class BankLine(models.Model):
    """Money that came to a bank account. ``bank_id`` is how the bank tells it from any other."""

    class State(models.TextChoices):
        """What it turned out to be."""

        VALID = "valid", _("Paid for what its reference names")
        DUPLICATE = "duplicate", _("Paid for something that was paid already")
        ERROR = "error", _("Another amount or currency")
        NO_MATCH = "nomatch", _("Names nothing that is known")

    way = models.CharField(_("way to pay"), max_length=40)
    bank_id = models.CharField(_("bank’s id"), max_length=100)
    booked_on = models.DateField(_("booked on"))
    minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    text = models.TextField(_("words"), blank=True)
    sender = models.CharField(_("from"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State)
    attempt = models.ForeignKey(
        Attempt, null=True, on_delete=models.PROTECT, related_name="bank_lines"
    )
    read_at = models.DateTimeField(_("read at"))
    seen_at = models.DateTimeField(_("seen to at"), null=True)

    objects = BankLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a statement")
        verbose_name_plural = _("lines of statements")
        ordering = ["-booked_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["way", "bank_id"], name="one_line_per_bank_id"),
        ]

    def __str__(self) -> str:
        """Return amount and sender."""
        return f"{self.money} {self.sender}".strip()

    @property
    def money(self) -> Money:
        """How much came."""
        return Money(self.minor, self.currency)
