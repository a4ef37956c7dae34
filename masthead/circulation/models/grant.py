"""Complimentary reading: given by staff, with a reason and an end."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from masthead.editorial.models import Title


class GrantQuerySet(models.QuerySet["Grant"]):
    """Sets of grants."""

    def good(self, at: datetime) -> GrantQuerySet:
        """Return those that open something at that moment."""
        return self.filter(starts_at__lte=at, ends_at__gt=at, revoked_at=None)


class Grant(models.Model):
    """A reader reads one title as a subscriber does, until it ends or is revoked.

    Rows are never changed but for being revoked, once; see `circulation.grants`.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.ForeignKey(
        Title, on_delete=models.PROTECT, related_name="grants", verbose_name=_("title")
    )
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="grants",
        verbose_name=_("reader"),
    )
    reason = models.CharField(
        _("reason"), max_length=200, help_text=_("Such as “reviewer”, “prize”, “author’s copy”.")
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    first_issue = models.PositiveIntegerField(_("first issue"), null=True, blank=True)
    last_issue = models.PositiveIntegerField(_("last issue"), null=True, blank=True)
    without_ads = models.BooleanField(_("without advertisements"), default=True)
    given_at = models.DateTimeField(_("given at"), editable=False)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("given by"),
    )
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("complimentary grant")
        verbose_name_plural = _("complimentary grants")
        ordering = ["-given_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="grant_ends_after_it_starts"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="grant_has_a_reason"),
            models.CheckConstraint(
                condition=Q(first_issue=None, last_issue=None)
                # A comparison with nothing is neither true nor false, and would pass.
                | Q(
                    first_issue__isnull=False,
                    last_issue__isnull=False,
                    last_issue__gte=F("first_issue"),
                ),
                name="grant_is_for_all_issues_or_a_range",
            ),
        ]
        permissions = [("revoke_grant", "Can revoke a complimentary grant")]

    def __str__(self) -> str:
        """Return who reads and why."""
        return f"{self.reader}: {self.reason}"
