"""The journal: entries, each with postings that add up to nought."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from masthead.payments.append_only import AppendOnly


class Entry(AppendOnly):
    """Something that happened to money, in postings that balance in each currency.

    ``key`` is what happened, in the words of business (`charge:<attempt>`): the same thing is
    never booked twice. ``at`` is the moment it happened and ``booked_on`` the day in the books,
    which is later where the period of that moment was closed already.

    The postings are written first and the entry seals them: the database refuses an entry whose
    postings do not balance, and postings to an entry that is there. See `payments.journal`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(_("key"), max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=40)
    memo = models.CharField(_("memo"), max_length=300, blank=True)
    at = models.DateTimeField(_("at"))
    booked_on = models.DateField(_("booked on"), db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("by"),
    )

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ["booked_on", "at", "key"]

    def __str__(self) -> str:
        """Return what happened."""
        return self.key


class Posting(AppendOnly):
    """One line of an entry: debits above nought, credits below, in minor units."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="postings")
    account = models.CharField(_("account"), max_length=80, db_index=True)
    minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(minor=0), name="posting_moves_something"),
        ]

    def __str__(self) -> str:
        """Return account and amount."""
        return f"{self.account} {self.minor} {self.currency}"


class ClosedPeriod(AppendOnly):
    """Up to this day the books are closed: nothing is booked on it or before it any more."""

    through = models.DateField(_("through"), unique=True)
    closed_at = models.DateTimeField(_("closed at"))
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("closed by"),
    )

    class Meta:
        verbose_name = _("closed period")
        verbose_name_plural = _("closed periods")
        ordering = ["through"]

    def __str__(self) -> str:
        """Return the day."""
        return self.through.isoformat()
