"""Tells Django that this department exists."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AdvertisingConfig(AppConfig):
    """The department, as Django knows it."""

    name = "masthead.advertising"
    label = "advertising"
    verbose_name = _("Advertising")
    default_auto_field = "django.db.models.BigAutoField"
