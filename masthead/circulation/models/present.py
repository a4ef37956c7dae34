"""Subscriptions that somebody pays for and gives away; articles that are given are `gift`."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from masthead.circulation.models.subscription import Order


class PresentQuerySet(models.QuerySet["Present"]):
    """Sets of gift subscriptions."""

    def to_take(self) -> PresentQuerySet:
        """Return those that are paid for and that nobody has taken yet."""
        return self.filter(paid_at__isnull=False, redeemed_at=None, returned_at=None)

    def in_line(self) -> PresentQuerySet:
        """Return those that were taken and begin once their reader has nothing else to come."""
        return self.filter(redeemed_at__isnull=False, returned_at=None, order__term=None)

    def owed(self) -> PresentQuerySet:
        """Return those that are paid for and have no term yet: their whole price is deferred."""
        return self.filter(paid_at__isnull=False, order__term=None)


class Present(models.Model):
    """A gift subscription: ordered by a donor, opened by the recipient's link.

    Its key is that of the term it becomes. Of the link only the digest is kept, and the newest
    one opens it. Without a mail address the donor hands the link over. ``donor_name`` is how the
    donor signs. It begins, and its money begins to be earned, once it was redeemed.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="present")
    recipient_name = models.CharField(_("for"), max_length=80)
    recipient_email = models.EmailField(_("mail address"), blank=True)
    donor_name = models.CharField(_("from"), max_length=80)
    message = models.TextField(_("message"), max_length=1000, blank=True)
    deliver_on = models.DateField(_("is delivered on"))
    language = models.CharField(_("language"), max_length=10, blank=True)
    reminds = models.BooleanField(_("remind the donor before its end"), default=False)
    token_sha256 = models.CharField(  # noqa: DJ001 - many have none, and it is unique
        max_length=64, unique=True, null=True, editable=False
    )
    paid_at = models.DateTimeField(_("paid at"), null=True)
    opened_at = models.DateTimeField(_("link opened at"), null=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="presents",
        verbose_name=_("recipient"),
    )
    redeemed_at = models.DateTimeField(_("redeemed at"), null=True)
    returned_at = models.DateTimeField(_("paid back at"), null=True)
    reminded_at = models.DateTimeField(_("donor reminded at"), null=True)

    objects = PresentQuerySet.as_manager()

    class Meta:
        verbose_name = _("gift subscription")
        verbose_name_plural = _("gift subscriptions")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(redeemed_at=None, recipient=None)
                | Q(redeemed_at__isnull=False, recipient__isnull=False, paid_at__isnull=False),
                name="present_is_redeemed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(returned_at=None) | Q(paid_at__isnull=False),
                name="present_is_paid_before_it_goes_back",
            ),
        ]

    def __str__(self) -> str:
        """Return who it is for; a name is all that there is until it is redeemed."""
        return self.recipient_name or str(self.key)

    @property
    def number(self) -> str:
        """The number in its donor's letters, before there is a subscription."""
        return f"G{self.pk:07d}"
