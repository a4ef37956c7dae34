"""Contributors: people with a byline. They need no account."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.models import Orderable

from masthead.editorial.models.page import Keyed, MagazinePage
from masthead.editorial.models.picture import Picture


class Contributor(Keyed, MagazinePage):
    """Somebody who writes, draws, photographs or translates for the magazine."""

    role = models.CharField(
        _("role"), max_length=120, blank=True, help_text=_("Such as “foreign editor”.")
    )
    biography = models.TextField(_("biography"), blank=True)
    portrait = models.ForeignKey(
        Picture,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("portrait"),
    )
    sort_name = models.CharField(
        _("sorted as"),
        max_length=160,
        blank=True,
        help_text=_("Such as “Okafor, Ada”. Left empty, the last word of the name comes first."),
    )

    parent_page_types: ClassVar = ["editorial.ContributorIndex"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar = [
        FieldPanel("title", heading=_("Name")),
        FieldPanel("role"),
        FieldPanel("biography"),
        FieldPanel("portrait"),
        FieldPanel("sort_name"),
        InlinePanel("links", label=_("link"), heading=_("Elsewhere")),
    ]

    class Meta:
        verbose_name = _("contributor")
        verbose_name_plural = _("contributors")

    def clean(self) -> None:
        """Fill in how the name is sorted when nobody said."""
        super().clean()
        if not self.sort_name and self.title.strip():
            *rest, last = self.title.split()
            self.sort_name = f"{last}, {' '.join(rest)}" if rest else last


class ContributorLink(Orderable):
    """Where else a contributor can be found."""

    contributor = ParentalKey(Contributor, on_delete=models.CASCADE, related_name="links")
    label = models.CharField(_("label"), max_length=80)
    url = models.CharField(
        _("address"),
        max_length=300,
        validators=[
            RegexValidator(
                r"^(https?://|mailto:)\S+$",
                _("Write a whole address, such as https://example.org or mailto:me@example.org."),
            )
        ],
    )

    def __str__(self) -> str:
        """Return the label."""
        return self.label
