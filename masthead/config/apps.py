"""Tells Django that this department exists."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SettingsConfig(AppConfig):
    """The department, as Django knows it."""

    name = "masthead.config"
    label = "config"
    verbose_name = _("Settings")

    def ready(self) -> None:
        """Register the start-up checks."""
        from masthead.config import checks  # noqa: F401
