"""Titles that stop, and what became of each subscription to them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from masthead.circulation.models.offer import OfferVersion
from masthead.circulation.models.subscription import Subscription
from masthead.editorial.models import Title
from masthead.payments.append_only import AppendOnly


class Fold(AppendOnly):
    """A title that stops, and the offer of another title that what is left of it moves to.

    Until the end of ``choose_until`` each payer chooses; whoever does not has ``usual`` done.
    """

    class Choice(models.TextChoices):
        """What becomes of what is left."""

        MOVES = "moves", _("Moves to the other title")
        PAID_BACK = "paid-back", _("Is paid back")

    class Counts(models.TextChoices):
        """How many copies of the other title there are for it."""

        VALUE = "value", _("As many as it is worth there, rounded up")
        SAME = "same", _("One for each copy that was still to come")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.OneToOneField(
        Title, on_delete=models.PROTECT, related_name="fold", verbose_name=_("title that stops")
    )
    into = models.ForeignKey(
        OfferVersion, on_delete=models.PROTECT, related_name="folds", verbose_name=_("moves to")
    )
    counts = models.CharField(_("copies"), max_length=5, choices=Counts)
    usual = models.CharField(_("if nobody chooses"), max_length=9, choices=Choice)
    choose_until = models.DateField(_("until"))
    begun_at = models.DateTimeField(_("begun at"))
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("title that folds")
        verbose_name_plural = _("titles that fold")
        ordering = ["begun_at", "pk"]

    def __str__(self) -> str:
        """Return which."""
        return self.title.name


class Folded(AppendOnly):
    """What became of one subscription to a title that folded; decided once.

    ``by`` chose it, None where nobody did in time. ``successor`` is the subscription that goes on
    with the other title, for ``copies`` of it.
    """

    fold = models.ForeignKey(Fold, on_delete=models.PROTECT, related_name="settled")
    subscription = models.OneToOneField(
        Subscription, on_delete=models.PROTECT, related_name="folded"
    )
    choice = models.CharField(_("choice"), max_length=9, choices=Fold.Choice)
    successor = models.OneToOneField(
        Subscription, null=True, on_delete=models.PROTECT, related_name="folded_from"
    )
    copies = models.PositiveIntegerField(_("copies"), default=0)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("subscription to a title that folded")
        verbose_name_plural = _("subscriptions to titles that folded")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(successor=None, copies=0)
                | Q(successor__isnull=False, copies__gt=0, choice="moves"),
                name="what_moves_has_a_successor",
            ),
        ]

    def __str__(self) -> str:
        """Return which one."""
        return str(self.subscription)
