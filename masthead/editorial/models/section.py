"""Sections: politics, finance, culture."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from masthead.editorial.models.audience import ForReaders, for_readers_panel
from masthead.editorial.models.front_page import RESERVED_SLUGS
from masthead.editorial.models.page import MagazinePage


class Section(ForReaders, MagazinePage):
    """A part of the magazine. Articles point to it, so moving one changes no address."""

    introduction = models.CharField(_("introduction"), max_length=300, blank=True)

    parent_page_types: ClassVar = ["editorial.FrontPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar = [
        *MagazinePage.content_panels,
        FieldPanel("introduction"),
        for_readers_panel(),
    ]

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")

    def clean(self) -> None:
        """Refuse an address that another part of the house answers to."""
        if self.slug in RESERVED_SLUGS:
            raise ValidationError(
                {
                    "slug": _("“%(slug)s” is an address that Masthead itself uses. Choose another.")
                    % {"slug": self.slug}
                }
            )
        super().clean()
