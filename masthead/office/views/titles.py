"""What a publisher says of a title itself: its name, its zone, whom its articles are for."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.viewsets.model import ModelViewSet

from masthead.editorial.models import Title
from masthead.editorial.models.audience import for_readers_panel
from masthead.office.permissions import TITLES


class Titles(ModelViewSet):
    """Titles, among the settings of the office."""

    model = Title
    name = "titles"
    icon = "site"
    menu_label = gettext_lazy("Titles")
    add_to_settings_menu = True
    permission_policy = TITLES
    copy_view_enabled = False
    list_display: ClassVar = ["name", "language", "time_zone", "access"]
    panels: ClassVar = [
        FieldPanel("name"),
        FieldPanel("tagline"),
        FieldRowPanel([FieldPanel("language"), FieldPanel("time_zone")]),
        FieldRowPanel([FieldPanel("publisher"), FieldPanel("issn")]),
        for_readers_panel(),
        MultiFieldPanel([FieldPanel("lead_words")], heading=gettext_lazy("The lead")),
        MultiFieldPanel(
            [
                FieldPanel("podcast"),
                FieldRowPanel([FieldPanel("podcast_category"), FieldPanel("podcast_contact")]),
            ],
            heading=gettext_lazy("Podcast"),
        ),
    ]
