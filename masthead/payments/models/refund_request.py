"""Refunds that wait for a second person, and what that person decided."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from masthead.money import Money
from masthead.payments.append_only import AppendOnly, AppendOnlyQuerySet


class RefundRequestQuerySet(AppendOnlyQuerySet["RefundRequest"]):
    """Sets of requests."""

    def waiting(self) -> RefundRequestQuerySet:
        """Return those that nobody has decided."""
        return self.filter(decision=None)


class RefundRequest(AppendOnly):
    """Somebody of the staff asked for money to go back, and another has to agree.

    ``about`` names what it was paid for (`subscription:<uuid>`) and ``act`` the way of giving it
    back, both in the words of who asks. ``minor`` is the most that may go. ``request`` is the
    one-time key of the form: a double click asks once, and the refund is made under it.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    about = models.CharField(_("for"), max_length=120, db_index=True)
    act = models.CharField(_("how"), max_length=20)
    minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    reason = models.CharField(_("reason"), max_length=200)
    request = models.UUIDField(unique=True, editable=False)
    asked_at = models.DateTimeField(_("asked at"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("asked by"),
    )

    objects: ClassVar[Any] = RefundRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("refund that waits")
        verbose_name_plural = _("refunds that wait")
        ordering = ["asked_at", "pk"]
        permissions = [("approve_refundrequest", _("Can agree to refunds that others asked for"))]
        constraints = [
            models.CheckConstraint(condition=Q(minor__gt=0), name="refund_request_asks_for_money"),
            models.CheckConstraint(condition=~Q(reason=""), name="refund_request_has_a_reason"),
        ]

    def __str__(self) -> str:
        """Return how much."""
        return str(self.money)

    @property
    def money(self) -> Money:
        """The most that may go back."""
        return Money(self.minor, self.currency)


class RefundDecision(AppendOnly):
    """What a second person decided of a refund.

    Who asked may take it back, and never agree to it: the database refuses that, too.
    """

    request = models.OneToOneField(RefundRequest, on_delete=models.PROTECT, related_name="decision")
    approved = models.BooleanField(_("agreed"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )

    class Meta:
        verbose_name = _("decision about a refund")
        verbose_name_plural = _("decisions about refunds")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved=True) | ~Q(reason=""), name="declined_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        """Return what was decided."""
        return str(_("Agreed") if self.approved else _("Declined"))
