"""Tells Django that this department exists, and people what it holds and what is late."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AdvertisingConfig(AppConfig):
    """The department, as Django knows it."""

    name = "masthead.advertising"
    label = "advertising"
    verbose_name = _("Advertising")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Enter what is held about people, and what staff should see to."""
        from masthead.advertising import alarms, personal_data

        alarms.register()
        personal_data.register()
