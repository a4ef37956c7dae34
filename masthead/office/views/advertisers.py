"""Advertisers, as publishers look after them."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext_lazy
from wagtail.admin.viewsets.model import ModelViewSet

from masthead.advertising.models import Advertiser
from masthead.office.permissions import ADVERTISERS


class Advertisers(ModelViewSet):
    """Advertisers, among the settings of the office."""

    model = Advertiser
    name = "advertisers"
    icon = "group"
    menu_label = gettext_lazy("Advertisers")
    add_to_settings_menu = True
    permission_policy = ADVERTISERS
    copy_view_enabled = False
    list_display: ClassVar = ["name", "contact", "mail"]
    search_fields: ClassVar = ["name", "contact", "mail"]
    search_backend_name = None
    form_fields: ClassVar = ["name", "contact", "mail", "phone", "notes"]
