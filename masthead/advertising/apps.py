"""Tells Django that this department exists, and people what it holds about them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AdvertisingConfig(AppConfig):
    """The department, as Django knows it."""

    name = "masthead.advertising"
    label = "advertising"
    verbose_name = _("Advertising")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Enter what is held about people."""
        from masthead.advertising import personal_data

        personal_data.register()
