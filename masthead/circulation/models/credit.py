"""Orders that are served before they are paid."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from masthead.circulation.models.subscription import Order


class CreditOrderQuerySet(models.QuerySet["CreditOrder"]):
    """Sets of orders on credit."""

    def owed(self) -> CreditOrderQuerySet:
        """Return those whose money is still to come."""
        return self.filter(billing=CreditOrder.Billing.OWED)


class CreditOrder(models.Model):
    """An order whose term was opened before its money came.

    ``billing`` says what became of the money; whether the subscription is served, suspended or
    over is another question, which `circulation.standing` answers. ``copies`` are served at most
    while it is owed, and ``days`` is how long it may be owed, both as the offer said when it
    was ordered. Where an agency answers for it there is no ``payer``. ``suspended_at`` is when the last of them was served and another issue came out.
    """

    class Billing(models.TextChoices):
        """What became of the money."""

        OWED = "owed", _("Owed")
        PAID = "paid", _("Paid")
        CREDITED = "credited", _("Cancelled, nothing owed")
        WRITTEN_OFF = "written-off", _("Written off")

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="credit")
    payer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="credit_orders",
    )
    billing = models.CharField(
        _("billing"), max_length=11, choices=Billing, default=Billing.OWED, db_index=True
    )
    copies = models.PositiveSmallIntegerField(_("copies before the money"))
    days = models.PositiveSmallIntegerField(_("days to pay"))
    opened_at = models.DateTimeField(_("opened at"))
    suspended_at = models.DateTimeField(_("suspended at"), null=True)
    settled_at = models.DateTimeField(_("settled at"), null=True)

    objects = CreditOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order on credit")
        verbose_name_plural = _("orders on credit")
        ordering = ["opened_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["payer"], condition=Q(billing="owed"), name="one_open_credit_order"
            ),
            models.CheckConstraint(
                condition=Q(billing="owed", settled_at=None)
                | (~Q(billing="owed") & Q(settled_at__isnull=False)),
                name="credit_order_is_owed_or_settled",
            ),
            models.CheckConstraint(condition=Q(copies__gt=0), name="credit_order_is_served"),
        ]

    def __str__(self) -> str:
        """Return what for."""
        return str(self.order)
