"""What a publisher writes down of the printer."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.viewsets.model import ModelViewSet

from masthead.production.models import Printer


class Printers(ModelViewSet):
    """What each title's printer asks for, among the settings of the office."""

    model = Printer
    name = "printing"
    icon = "doc-full"
    menu_label = gettext_lazy("Printing")
    add_to_settings_menu = True
    copy_view_enabled = False
    list_display: ClassVar = ["title", "size", "multiple", "ink_limit", "condition"]
    panels: ClassVar = [
        FieldPanel("title"),
        MultiFieldPanel(
            [
                FieldPanel("size"),
                FieldRowPanel([FieldPanel("width_mm"), FieldPanel("height_mm")]),
                FieldRowPanel([FieldPanel("bleed_mm"), FieldPanel("multiple")]),
                FieldPanel("marks"),
                FieldRowPanel([FieldPanel("cover_apart"), FieldPanel("leaf_um")]),
            ],
            heading=gettext_lazy("Pages"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("profile"),
                FieldPanel("condition"),
                FieldRowPanel([FieldPanel("ink_limit"), FieldPanel("least_resolution")]),
            ],
            heading=gettext_lazy("Inks and pictures"),
        ),
    ]
