"""What provider, attempts and books do not agree on, until somebody has seen to it."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class DifferenceQuerySet(models.QuerySet["Difference"]):
    """Sets of differences."""

    def open(self) -> DifferenceQuerySet:
        """Return those that nobody has seen to."""
        return self.filter(settled_at=None)


class Difference(models.Model):
    """Something that does not agree; ``subject`` is the key or reference that it is about.

    Found again, it is the same row. ``settled_at`` is when somebody saw to it, or when it was no
    longer so.
    """

    class Kind(models.TextChoices):
        """What does not agree."""

        AMOUNT = "amount", _("Another amount moved than was asked for")
        DOUBLE = "double", _("Charged more than once under one key")
        NOT_HERE = "not-here", _("The provider has a payment that was not written down here")
        NOT_THERE = "not-there", _("Paid here, and the provider knows nothing of it")
        ENDED_OTHERWISE = "ended-otherwise", _("Paid here, and the provider says that it failed")
        REFUND_ELSEWHERE = "refund-elsewhere", _("A refund was begun at the provider")
        DISPUTED = "disputed", _("A payer’s bank asks a payment back")
        CAME_BACK = "came-back", _("A refund came back and is owed again")
        REFUSED = "refused", _("A refund was refused and is still owed")
        NOT_ENDED = "not-ended", _("Something was to end by itself and could not")
        NOT_BOOKED = "not-booked", _("Paid, and not in the books")
        BOOKED_ONLY = "booked-only", _("In the books, and never paid")
        BOOKED_OTHERWISE = "booked-otherwise", _("The books have another amount")
        UNKNOWN = "unknown", _("Nobody knows how it ended")

    provider = models.CharField(_("provider"), max_length=40)
    kind = models.CharField(_("what"), max_length=20, choices=Kind)
    subject = models.CharField(_("about"), max_length=200)
    says = models.CharField(_("says"), max_length=300, blank=True)
    found_at = models.DateTimeField(_("found at"))
    settled_at = models.DateTimeField(_("settled at"), null=True)

    objects = DifferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("difference")
        verbose_name_plural = _("differences")
        ordering = ["-found_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "kind", "subject"],
                condition=Q(settled_at=None),
                name="one_open_difference_about_a_thing",
            ),
        ]

    def __str__(self) -> str:
        """Return it in a sentence."""
        return f"{self.get_kind_display()} ({self.subject})"

    @classmethod
    def note(
        cls, kind: Difference.Kind, provider: str, subject: str, says: str, *, at: datetime
    ) -> Difference:
        """Write it down, unless it stands there open already."""
        return cls.objects.get_or_create(
            kind=kind,
            provider=provider,
            subject=subject,
            settled_at=None,
            defaults={"says": says[:300], "found_at": at},
        )[0]
