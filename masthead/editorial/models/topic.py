"""What articles are about, and the running stories made of them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.models import Orderable

from masthead.editorial.models.page import Keyed, MagazinePage
from masthead.editorial.models.picture import Picture


class Topic(Keyed, MagazinePage):
    """A person, organisation, place, event or theme that articles mention."""

    class Kind(models.TextChoices):
        """What sort of thing a topic is."""

        PERSON = "person", _("Person")
        ORGANISATION = "organisation", _("Organisation")
        PLACE = "place", _("Place")
        EVENT = "event", _("Event")
        THEME = "theme", _("Theme")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.THEME)
    summary = models.TextField(_("summary"), blank=True)
    reference = models.URLField(
        _("reference"), blank=True, help_text=_("An address that says beyond doubt what is meant.")
    )

    parent_page_types: ClassVar = ["editorial.TopicIndex"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar = [
        FieldPanel("title", heading=_("Name")),
        FieldPanel("kind"),
        FieldPanel("summary"),
        FieldPanel("reference"),
    ]

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")


class Dossier(Keyed, MagazinePage):
    """A running story: what happened when, and what we wrote about it."""

    standfirst = models.TextField(_("standfirst"), blank=True)
    picture = models.ForeignKey(
        Picture,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("picture"),
    )

    parent_page_types: ClassVar = ["editorial.TopicIndex"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar = [
        *MagazinePage.content_panels,
        FieldPanel("standfirst"),
        FieldPanel("picture"),
        InlinePanel("entries", label=_("entry"), heading=_("The story so far")),
    ]

    class Meta:
        verbose_name = _("dossier")
        verbose_name_plural = _("dossiers")


class DossierEntry(Orderable):
    """One step of a running story, with or without an article of ours."""

    dossier = ParentalKey(Dossier, on_delete=models.CASCADE, related_name="entries")
    happened_on = models.DateField(_("date"))
    text = models.CharField(_("what happened"), max_length=300)
    article = models.ForeignKey(
        "editorial.Article",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="dossier_entries",
        verbose_name=_("article"),
    )

    class Meta(Orderable.Meta):
        verbose_name = _("dossier entry")

    def __str__(self) -> str:
        """Return the date and what happened."""
        return f"{self.happened_on}: {self.text}"
