"""Tells Django that this department exists, and enters its work in the schedule."""

from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CirculationConfig(AppConfig):
    """The department, as Django knows it."""

    name = "masthead.circulation"
    label = "circulation"
    verbose_name = _("Circulation")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Forget by the clock what no pass can be about any more."""
        from masthead.circulation import tasks
        from masthead.production import schedule

        hourly = schedule.Every(timedelta(hours=1))
        schedule.enter("forget-ended-sessions", tasks.forget_ended_sessions, hourly)
