"""What only the office keeps: what copies cost, for its forecasts."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from masthead.editorial.models import Title
from masthead.money import Money


class CopyCost(models.Model):
    """What one printed copy costs to print and to post, in a group of countries.

    ``countries`` are codes with spaces between; none at all means everywhere else. The publisher
    writes it; Masthead brings no figures of its own.
    """

    title = models.ForeignKey(Title, on_delete=models.PROTECT, related_name="copy_costs")
    name = models.CharField(_("called"), max_length=60)
    countries = models.CharField(_("countries"), max_length=800, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    print_minor = models.PositiveIntegerField(_("print, a copy"))
    postage_minor = models.PositiveIntegerField(_("postage, a copy"))

    class Meta:
        verbose_name = _("cost of a copy")
        verbose_name_plural = _("costs of copies")
        ordering = ["title", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["title", "name"], name="one_cost_of_a_copy_a_group"),
        ]

    def __str__(self) -> str:
        """Return where, and how much."""
        return f"{self.name}: {Money(self.print_minor + self.postage_minor, self.currency)}"

    @property
    def codes(self) -> frozenset[str]:
        """The countries it is for; none for everywhere else."""
        return frozenset(self.countries.split())


class Raised(models.Model):
    """An alarm as a night found it: since when it is known, and when publishers were told of it.

    One that is gone keeps its row; if it comes back it is told of again.
    """

    name = models.CharField(_("name"), max_length=200, unique=True)
    words = models.TextField(_("what"))
    to = models.CharField(_("page"), max_length=100)
    args = models.JSONField(default=list)
    since = models.DateTimeField(_("since"))
    is_slow = models.BooleanField(_("found by night only"), default=False)
    mailed_at = models.DateTimeField(_("mailed at"), null=True)
    gone_at = models.DateTimeField(_("gone at"), null=True)

    class Meta:
        verbose_name = _("alarm")
        verbose_name_plural = _("alarms")
        ordering = ["since", "name"]

    def __str__(self) -> str:
        """Return what it says."""
        return self.words
