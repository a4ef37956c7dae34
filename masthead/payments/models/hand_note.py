"""What staff did by hand about money, and why: written once."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from masthead.payments.append_only import AppendOnly


class HandNote(AppendOnly):
    """Somebody of the staff settled something by hand. ``about`` names it: `line:<row>`.

    Wherever a person stands in for a provider or a bank, this says who it was, and why.
    """

    class Act(models.TextChoices):
        """What was done."""

        SETTLED = "settled", _("Settled")
        SET_ASIDE = "set-aside", _("Set aside")
        ASSIGNED = "assigned", _("Assigned")
        MOVED = "moved", _("Money moved by hand")
        STATEMENT = "statement", _("Statement taken in")

    about = models.CharField(_("about"), max_length=120, db_index=True)
    act = models.CharField(_("what"), max_length=9, choices=Act)
    note = models.CharField(_("note"), max_length=300, blank=True)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )

    class Meta:
        verbose_name = _("act by hand")
        verbose_name_plural = _("acts by hand")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        """Return what was done, and why."""
        return f"{self.get_act_display()}: {self.note}".rstrip(": ")
