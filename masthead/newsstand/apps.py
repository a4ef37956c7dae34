"""Tells Django that this department exists."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewsstandConfig(AppConfig):
    """The department, as Django knows it."""

    name = "masthead.newsstand"
    label = "newsstand"
    verbose_name = _("Newsstand")
    default_auto_field = "django.db.models.BigAutoField"
