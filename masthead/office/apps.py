"""Tells Django that this department exists."""

from datetime import time

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OfficeConfig(AppConfig):
    """The department, as Django knows it."""

    name = "masthead.office"
    label = "office"
    verbose_name = _("Office")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Show editors what is said, watch by night; take away what Wagtail offers and we do not."""
        from wagtail.admin.views.account import AvatarSettingsPanel

        from masthead.editorial import faces
        from masthead.office import permissions, tasks
        from masthead.office.views import speech
        from masthead.production import schedule

        permissions.register()
        # After the promises were looked into, and before anybody comes in.
        schedule.enter("watch-alarms", tasks.watch, schedule.Daily(time(6, 0)))
        faces.offer("speech", speech.preview)

        # A picture of oneself would be an upload that `editorial.intake` never sees, and nobody
        # else's business. Wagtail has no setting for that, only this question to its panels.
        AvatarSettingsPanel.is_active = lambda panel: False
