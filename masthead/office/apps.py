"""Tells Django that this department exists."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OfficeConfig(AppConfig):
    """The department, as Django knows it."""

    name = "masthead.office"
    label = "office"
    verbose_name = _("Office")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Show editors what is said; take away what Wagtail offers and the office does not."""
        from wagtail.admin.views.account import AvatarSettingsPanel

        from masthead.editorial import faces
        from masthead.office import permissions
        from masthead.office.views import speech

        permissions.register()
        faces.offer("speech", speech.preview)

        # A picture of oneself would be an upload that `editorial.intake` never sees, and nobody
        # else's business. Wagtail has no setting for that, only this question to its panels.
        AvatarSettingsPanel.is_active = lambda panel: False
